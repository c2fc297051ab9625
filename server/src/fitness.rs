//! How fit products are: the checks of `rules`, run off the threads that answer requests.

use anyhow::Context;
use rules::fitness::{Assessed, Assessor};
use rules::{Facts, Input};

/// What the checks say of each input, in their order; its facts are made where nobody made them before.
pub async fn assess(inputs: Vec<(Input, Option<Facts>)>) -> anyhow::Result<Vec<Assessed>> {
    tokio::task::spawn_blocking(move || {
        let mut assessor = Assessor::default();
        let facts = |(input, known): (Input, Option<Facts>)| known.map_or_else(|| input.facts(), Ok);
        inputs.into_iter().map(|one| Ok(assessor.assess(&facts(one)?))).collect::<Result<Vec<_>, rules::UnreadableInput>>()
    })
    .await?
    .context("checking how fit products are")
}
