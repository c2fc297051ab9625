//! What stands beneath a version that is tried: narrower standards that would say something looser than it. They are others' to change, and
//! whoever keeps the wider one knows of them before it is published.

use super::form::{COMPARING, acts_or_will};
use crate::http::error::HttpError;
use app::features::standard::Narrower;
use chrono::NaiveDate;
use rules::conflicts_while;
use std::time::Instant;
use store::standard::Version;

/// Those of all versions that are narrower, in force or published, and say something looser. Compared off the threads that answer requests; one
/// for which there is no time left says so itself.
pub async fn looser_than(version: &Version, all: Vec<Version>, today: NaiveDate) -> Result<Vec<Narrower>, HttpError> {
    let wider = [version.standard.clone()];
    let beneath: Vec<Version> = all
        .into_iter()
        .filter(|other| acts_or_will(other, today) && other.standard.id != wider[0].id && other.standard.scope.is_narrower_than(&wider[0].scope))
        .collect();
    if beneath.is_empty() {
        return Ok(vec![]);
    }
    let compared = tokio::task::spawn_blocking(move || {
        let begun = Instant::now();
        let looser = |narrow: Version| {
            let said: Vec<String> =
                conflicts_while(&narrow.standard, &wider, &|| begun.elapsed() < COMPARING).into_iter().map(|one| one.message).collect();
            (!said.is_empty()).then_some(Narrower { version: narrow, said })
        };
        beneath.into_iter().filter_map(looser).collect::<Vec<_>>()
    });
    compared.await.map_err(|error| HttpError::Internal(error.into()))
}
