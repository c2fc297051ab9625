//! The three kinds of event, told apart by what they have: a run, a job alone, or a dataset.

use super::facets::described;
use crate::place::{Place, Refused, shown};
use chrono::{DateTime, TimeDelta, Utc};
use domain::lineage::{LONGEST_NAME, LONGEST_NAMESPACE, Name, RunState, Statement};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Datasets on either side of an event.
const MOST_DATASETS: usize = 2_000;
/// How far a clock elsewhere may be ahead: an event of the far future would outdo all that come after it.
const AHEAD: TimeDelta = TimeDelta::hours(1);

pub fn event(place: &Place<'_>, now: DateTime<Utc>) -> Result<Statement, Refused> {
    place.object()?;
    let at = moment(&place.needed("eventTime")?, now)?;
    if let Some(dataset) = place.get("dataset").filter(|_| place.get("run").is_none() && place.get("job").is_none()) {
        let output = described(&dataset)?;
        let job = output.name.clone();
        let inputs = vec![];
        return Ok(Statement {
            run: run_of(&job, at),
            job,
            state: RunState::Complete,
            at,
            parent: None,
            inputs,
            outputs: vec![output],
            whole: false,
        });
    }
    let job_place = place.needed("job")?;
    let job = name(&job_place)?;
    if let Some(sql) = job_place.get("facets").as_ref().and_then(|facets| facets.get("sql")) {
        sql.needed("query")?.text()?;
    }
    let (run, state, parent) = match place.get("run") {
        Some(run) => (run_id(&run)?, state(place)?, parent(&run)?),
        // A run event that lost its run is told apart from an event of a job by its type.
        None if place.get("eventType").is_some() => {
            return Err(place.needed("run").err().unwrap_or_else(|| place.refused("missing", "This is needed.")));
        }
        None => (run_of(&job, at), RunState::Complete, None),
    };
    let inputs = place.list("inputs", MOST_DATASETS, described)?;
    let outputs = place.list("outputs", MOST_DATASETS, described)?;
    Ok(Statement { job, run, state, at, parent, inputs, outputs, whole: false })
}

pub fn name(place: &Place<'_>) -> Result<Name, Refused> {
    Ok(Name { namespace: place.needed("namespace")?.name(LONGEST_NAMESPACE)?, name: place.needed("name")?.name(LONGEST_NAME)? })
}

fn moment(place: &Place<'_>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refused> {
    let text = place.text()?;
    let Ok(at) = DateTime::parse_from_rfc3339(text) else {
        let message = format!("“{}” is no moment with a time zone, such as 2026-11-23T10:00:00+08:00.", shown(text));
        return Err(place.refused("moment_unreadable", message));
    };
    // As fine as the record keeps it, so that the same event is the same moment.
    let at = DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or_default();
    if at > now + AHEAD {
        return Err(place.refused("moment_ahead", "This is more than an hour ahead of Pasar’s clock."));
    }
    if at < DateTime::UNIX_EPOCH {
        return Err(place.refused("moment_unreadable", "This is before 1970."));
    }
    Ok(at)
}

fn run_id(run: &Place<'_>) -> Result<Uuid, Refused> {
    let id = run.needed("runId")?;
    let text = id.text()?;
    text.parse().map_err(|_| id.refused("run_id_unreadable", format!("“{}” is no UUID.", shown(text))))
}

fn state(place: &Place<'_>) -> Result<RunState, Refused> {
    // The specification lets it be left out.
    let Some(word) = place.get("eventType") else { return Ok(RunState::Other) };
    let text = word.text()?;
    text.to_ascii_uppercase().parse().map_err(|_| {
        let known: Vec<&str> = RunState::ALL.iter().map(|state| state.as_str()).collect();
        word.refused("state_unknown", format!("“{}” is none of {}.", shown(text), known.join(", ")))
    })
}

/// The facet has been called by two names.
fn parent(run: &Place<'_>) -> Result<Option<(Uuid, Name)>, Refused> {
    let Some(facets) = run.get("facets") else { return Ok(None) };
    facets.object()?;
    let Some(parent) = facets.get("parent").or_else(|| facets.get("parentRun")) else { return Ok(None) };
    Ok(Some((run_id(&parent.needed("run")?)?, name(&parent.needed("job")?)?)))
}

/// What stands for the run of an event that has none: the same event is the same run.
pub fn run_of(job: &Name, at: DateTime<Utc>) -> Uuid {
    let mut digest = Sha256::new();
    for part in [job.namespace.as_bytes(), job.name.as_bytes(), &at.timestamp_micros().to_be_bytes()] {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
