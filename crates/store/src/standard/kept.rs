//! What a rule that cannot tell leaves at the port: what its last verdict led to, as far as that verdict speaks of what acts and of what is
//! there now. `docs/decisions/0015-last-verdicts.md` says why.

use super::evaluation::{CANNOT_TELL, NewEvaluation, Standing, acting_word};
use crate::Result;
use domain::catalogue::{Classification, PersonalCategory, Sensitivity};
use rules::{Effect, Input};
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Makes a row that cannot be told keep what stood before it. A waiver, before or now, ends what stood.
pub(super) async fn what_stood(conn: &mut PgConnection, new: &mut NewEvaluation, before: &Standing) -> Result<()> {
    if new.verdict != CANNOT_TELL || new.waiver.is_some() || before.waiver.is_some() {
        return Ok(());
    }
    // A refusal goes on only where the version that acts now would refuse, too: neither in its grace nor when it became milder.
    if before.stops() && new.would == Effect::Refuse {
        new.serving = Effect::Refuse;
    }
    if new.serving == Effect::Mask {
        let said = if says_what_to_mask(new, before) { input_of(conn, before).await? } else { None };
        mask(new, before, said.as_ref());
    }
    Ok(())
}

/// The same version said before of which fields it asks a mask: by a verdict, or by what it kept from one.
fn says_what_to_mask(new: &NewEvaluation, before: &Standing) -> bool {
    before.version.unsigned_abs() == new.version && (!before.is_unclear() || before.acting == acting_word(new.acting))
}

/// What was masked stays so. Of the personal columns those go on being read that are as they were when it was said, by `said`, what has to be masked.
fn mask(new: &mut NewEvaluation, before: &Standing, said: Option<&Input>) {
    let stood: &[Value] = if said.is_some() || before.masks() { before.findings.as_array().map_or(&[][..], Vec::as_slice) } else { &[] };
    let masked: BTreeSet<&str> = stood.iter().map(field).collect();
    let now = Input::read(&new.input).ok();
    let (was, is) = (said.map(columns).unwrap_or_default(), now.as_ref().map(columns).unwrap_or_default());
    let as_it_was = |name: &str| is.contains_key(name) && was.get(name) == is.get(name);
    let personal: Vec<Value> = new.findings.as_array().cloned().unwrap_or_default();
    let more = personal.into_iter().filter(|one| !masked.contains(field(one)) && !as_it_was(field(one)));
    let all: Vec<Value> = stood.iter().cloned().chain(more).collect();
    if all.is_empty() && said.is_some() {
        new.serving = Effect::Flag;
    }
    new.findings = Value::Array(all);
}

fn field(finding: &Value) -> &str {
    finding.get("field").and_then(Value::as_str).unwrap_or_default()
}

/// What decides how a column may leave.
type Nature<'a> = (PersonalCategory, Classification, Sensitivity, bool, Option<&'a str>);

fn columns(input: &Input) -> BTreeMap<String, Nature<'_>> {
    let all = input.datasets.iter().flat_map(|dataset| dataset.columns.iter().map(move |column| (&dataset.name, column)));
    all.map(|(dataset, column)| {
        let nature = (column.personal, column.classification, column.sensitivity, column.classified, column.technique.as_deref());
        (format!("datasets.{dataset}.columns.{}", column.name), nature)
    })
    .collect()
}

/// The input that a row was found from; none when this build cannot read it any more.
async fn input_of(conn: &mut PgConnection, row: &Standing) -> Result<Option<Input>> {
    let stored =
        sqlx::query_scalar!("SELECT i.input FROM standard_evaluation e JOIN evaluation_input i ON i.digest = e.input_digest WHERE e.id = $1", row.id)
            .fetch_one(conn)
            .await?;
    Ok(Input::read(&stored).ok())
}
