//! How fit products are: the checks of `rules`, run off the threads that answer requests.

use anyhow::Context;
use rules::Input;
use rules::fitness::{Assessed, Assessor};

/// What the checks say of each input, in their order.
pub async fn assess(inputs: Vec<Input>) -> anyhow::Result<Vec<Assessed>> {
    tokio::task::spawn_blocking(move || {
        let mut assessor = Assessor::default();
        inputs.iter().map(|input| Ok(assessor.assess(&input.facts()?))).collect::<Result<Vec<_>, rules::UnreadableInput>>()
    })
    .await?
    .context("checking how fit products are")
}
