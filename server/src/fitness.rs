//! How fit products are: the checks of `rules`, run off the threads that answer requests.

use crate::shares::shared_out;
use anyhow::Context;
use rules::fitness::{Assessed, Assessor};
use rules::{Facts, Input, UnreadableInput};

/// What the checks say of each input, in their order; its facts are made where nobody made them before.
pub async fn assess(inputs: Vec<(Input, Option<Facts>)>) -> anyhow::Result<Vec<Assessed>> {
    tokio::task::spawn_blocking(move || {
        let facts = |(input, known): (Input, Option<Facts>)| known.map_or_else(|| input.facts(), Ok);
        let assessed = shared_out(inputs, |part| {
            let mut assessor = Assessor::default();
            part.into_iter().map(|one| Ok(assessor.assess(&facts(one)?))).collect::<Vec<Result<Assessed, UnreadableInput>>>()
        });
        assessed.into_iter().collect::<Result<Vec<_>, UnreadableInput>>()
    })
    .await?
    .context("checking how fit products are")
}
