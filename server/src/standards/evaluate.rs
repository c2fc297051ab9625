//! Judging products anew and keeping what was found. The same path for one product that changed, for a standard that did, and for all
//! of them each day.

use super::judge::{Found, Judged, judge_within};
use super::share::Shares;
use crate::fitness;
use crate::state::AppState;
use anyhow::Context;
use domain::calendar;
use domain::id::{AgreementId, ProductId};
use rules::input::{Column, Dataset};
use rules::{Effect, Gate, Input, Verdict};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::PgConnection;
use store::standard::{self, Changed, Evaluated, NewEvaluation};
use uuid::Uuid;

/// Judges these products and their agreements on today's state, checks from the same inputs how fit they are, and keeps what was found. Call
/// within a transaction: what is judged is what stands when it is written down. `shares` are those of the run that they are judged in.
pub async fn products(state: &AppState, conn: &mut PgConnection, ids: &[Uuid], shares: &Shares) -> anyhow::Result<Changed> {
    let (now, today) = (state.now(), calendar::day(state.now()));
    let set = state.rules.acting(&mut *conn, today).await?;
    let inputs = standard::inputs(&mut *conn, ids, today).await?;
    let waivers = standard::waivers_in_force(&mut *conn, ids, today).await?;
    let agreements = if set.is_empty() { vec![] } else { standard::agreement_inputs(&mut *conn, ids).await? };
    let judged = judge_within(&set, inputs, waivers.clone(), today, Some(shares)).await?;
    let known: BTreeMap<_, &Judged> = judged.iter().map(|one| (one.product, one)).collect();
    let fit = fitness::assess(judged.iter().map(|one| (one.input.clone(), one.facts.clone())).collect()).await?;
    store::fitness::keep(&mut *conn, &judged.iter().map(|one| one.product).zip(fit).collect::<Vec<_>>(), today, now).await?;
    let mut under: Vec<AgreementId> = vec![];
    let mut with_agreement: Vec<(_, Input)> = vec![];
    for (product, id, agreement) in agreements {
        if let Some(one) = known.get(&product) {
            under.push(id);
            with_agreement.push((product, Input { agreement: Some(agreement), ..one.input.clone() }));
        }
    }
    let beyond = judge_within(&set, with_agreement, waivers, today, Some(shares)).await?;
    let mut evaluated: BTreeMap<Uuid, Evaluated> = ids.iter().map(|id| (*id, Evaluated { product: (*id).into(), found: vec![] })).collect();
    for one in &judged {
        let input: Arc<str> = one.input.stored()?.into();
        let found = one.found.iter().map(|found| row(one, found, None, &input)).collect::<Vec<_>>();
        evaluated.entry(one.product.0).or_insert_with(|| Evaluated { product: one.product, found: vec![] }).found.extend(found);
    }
    for (agreement, one) in under.into_iter().zip(&beyond) {
        let product = known.get(&one.product);
        let own = |found: &Found| product.and_then(|product| product.found.iter().find(|other| other.version.id == found.version.id));
        let more: Vec<Found> = one.found.iter().filter_map(|found| beyond_the_product(found, own(found))).collect();
        // Written down only for what is kept: of a thousand agreements most give nothing.
        if !more.is_empty() {
            let input: Arc<str> = one.input.stored()?.into();
            let rows = more.iter().map(|found| row(one, found, Some(agreement), &input));
            evaluated.entry(one.product.0).or_insert_with(|| Evaluated { product: one.product, found: vec![] }).found.extend(rows);
        }
    }
    // A product that is gone has nothing that could be kept of it.
    let there: BTreeSet<Uuid> = standard::existing(&mut *conn, ids).await?.into_iter().collect();
    let evaluated: Vec<Evaluated> = evaluated.into_values().filter(|one| there.contains(&one.product.0)).collect();
    standard::keep_evaluations(conn, &evaluated, today, &state.ids, now).await.context("keeping what standards found")
}

/// Judges a product right after it was saved, so that the page that follows says how it stands. The job judges it again in any case; while
/// that is at work, it is left to it.
pub async fn just_saved(state: &AppState, product: ProductId) {
    // Boxed, so that what saves is no larger for it.
    if let Err(error) = Box::pin(at_once(state, product)).await {
        tracing::warn!(%error, %product, "not judged right after it was saved");
    }
}

async fn at_once(state: &AppState, product: ProductId) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    if standard::try_lock(&mut tx).await? {
        products(state, &mut tx, &[product.0], &Shares::new(state.config.rule_time)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// What is found of an agreement and not of its product already. What cannot be told of it may be more than its product's.
fn beyond_the_product(found: &Found, own: Option<&Found>) -> Option<Found> {
    if matches!(found.verdict, Verdict::CannotTell(_)) {
        return Some(found.clone());
    }
    let own = own.map_or(&[][..], |own| own.verdict.violations());
    let more: Vec<_> = found.verdict.violations().iter().filter(|violation| !own.contains(violation)).cloned().collect();
    if more.is_empty() {
        return None;
    }
    let told = found.told.iter().filter(|told| more.contains(&told.violation)).cloned().collect();
    Some(Found { verdict: Verdict::Violated(more), told, ..found.clone() })
}

fn row(judged: &Judged, found: &Found, agreement: Option<AgreementId>, input: &Arc<str>) -> NewEvaluation {
    let serving = found.effect(Gate::Serving);
    NewEvaluation {
        product: judged.product,
        address: judged.input.product.address.clone(),
        agreement,
        standard: found.version.id,
        slug: found.version.standard.id.clone(),
        version: found.version.standard.version,
        acting: found.acting,
        verdict: match found.verdict {
            Verdict::Met => "met",
            Verdict::Violated(_) => "violated",
            Verdict::CannotTell(_) => "cannot-tell",
        },
        findings: if found.told.is_empty() && serving == Effect::Mask { all_that_is_personal(&judged.input) } else { json!(found.told) },
        why: found.why(),
        waiver: found.waiver.filter(|_| !found.verdict.is_met()),
        serving,
        would: rules::outcome(found.version.standard.severity, Gate::Serving, found.acting, &Verdict::Violated(vec![])),
        input: Arc::clone(input),
        quiet: found.quiet,
    }
}

/// Fields that are kept at their source by what was found: `datasets.staff.columns.nric`, or what it lies in.
pub fn masks(one: &Judged) -> Vec<String> {
    let masking = one.found.iter().filter(|found| found.effect(Gate::Serving) == Effect::Mask);
    let fields = masking.flat_map(|found| -> Vec<String> {
        if found.told.is_empty() {
            personal_columns(&one.input).map(|(dataset, column)| format!("datasets.{}.columns.{}", dataset.name, column.name)).collect()
        } else {
            found.told.iter().map(|told| told.violation.field.clone()).collect()
        }
    });
    fields.collect()
}

fn personal_columns(input: &Input) -> impl Iterator<Item = (&Dataset, &Column)> {
    let columns = input.datasets.iter().flat_map(|dataset| dataset.columns.iter().map(move |column| (dataset, column)));
    columns.filter(|(_, column)| column.personal.is_personal())
}

/// What is masked when a rule that asks for masks cannot tell of which columns.
fn all_that_is_personal(input: &Input) -> Value {
    let personal = personal_columns(input).map(|(dataset, column)| {
        let message = format!("Column {} says something about a person, and it cannot be told whether it is protected", column.name);
        json!({
            "code": "cannot_tell", "field": format!("datasets.{}.columns.{}", dataset.name, column.name), "message": message,
            "mend": "Nothing: whoever answers for the standard was told", "page": "schema", "link": format!("/products/{}/schema", input.product.address),
        })
    });
    personal.collect()
}
