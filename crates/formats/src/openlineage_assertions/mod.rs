//! The facet `dataQualityAssertions` of an OpenLineage event, on whichever of its datasets it stands. What else the event says is for others.

use crate::place::Refused;
use crate::pointed::{Pointed, moment, plain};
use crate::quality::{MOST, numbered};
use domain::quality::{CheckResult, CheckRun, Outcome, Tool, layer_of};

/// Datasets of one event that are looked at.
const MOST_DATASETS: usize = 1000;

pub(crate) fn read(root: &Pointed<'_>) -> Result<CheckRun, Refused> {
    let time = root.need("eventTime")?;
    let at = moment(time.text()?).ok_or_else(|| time.fault("not_a_moment", "This must be a moment as in RFC 3339."))?;
    let run = root.need("run")?.need("runId")?;
    let run = plain(run.text()?);
    let mut results = vec![];
    for side in ["inputs", "outputs"] {
        for dataset in root.get(side).map(|all| all.items(MOST_DATASETS)).transpose()?.unwrap_or_default() {
            // dbt's integration says the same in two places.
            let said = ["inputFacets", "outputFacets", "facets"].into_iter().find_map(|facets| dataset.get(facets)?.get("dataQualityAssertions"));
            if let Some(facet) = said {
                assertions(&dataset, &facet, &mut results)?;
            }
        }
    }
    if results.len() > MOST {
        return Err(root.fault("too_many", format!("At most {MOST} assertions are taken at once.")));
    }
    if results.is_empty() {
        return Err(root.fault("no_assertions", "No dataset of this event has the facet dataQualityAssertions."));
    }
    let job = root.get("job").and_then(|job| job.text_at(&["name"]).map(plain));
    Ok(CheckRun { tool: Tool::OpenLineage, tool_version: None, run: Some(run), suite: job, at: Some(at), results: numbered(results) })
}

fn assertions(dataset: &Pointed<'_>, facet: &Pointed<'_>, results: &mut Vec<CheckResult>) -> Result<(), Refused> {
    let name = dataset.need("name")?;
    let name = plain(name.text()?);
    for one in facet.need("assertions")?.items(MOST)? {
        let kind = one.need("assertion")?;
        let kind = plain(kind.text()?);
        let success = one.need("success")?.flag()?;
        let column = one.get("column").map(|column| column.text().map(plain)).transpose()?;
        let warns = one.text_at(&["severity"]).is_some_and(|severity| severity.eq_ignore_ascii_case("warn"));
        let words = kind.replace('_', " ");
        results.push(CheckResult {
            key: format!("{name}/{}/{kind}", column.as_deref().unwrap_or_default()),
            layer: layer_of(&kind),
            title: match &column {
                Some(column) => format!("{column}: {words}"),
                None => words,
            },
            dataset: Some(name.clone()),
            table: None,
            column,
            outcome: match (success, warns) {
                (true, _) => Outcome::Passed,
                (false, true) => Outcome::Warned,
                (false, false) => Outcome::Failed,
            },
            unexpected: None,
            looked: None,
        });
    }
    Ok(())
}
