//! The gate of publishing for what comes from a file: all that it would publish is judged together, within the transaction that wrote it.

use super::gate::named;
use super::{Rules, judge};
use chrono::{DateTime, Utc};
use domain::calendar;
use domain::id::ProductId;
use rules::{Effect, Gate};
use store::PgConnection;
use store::standard::{self, GateJudgement};
use uuid::Uuid;

/// Products whose inputs are read together.
const BATCH: usize = 1000;

/// Those of these products that a standard keeps from being published, each with what was found and in words which standards that are. Where
/// no standard refuses anything, as before the first is published, nothing is read of the products.
pub async fn failing(conn: &mut PgConnection, products: &[ProductId], now: DateTime<Utc>) -> anyhow::Result<Vec<(GateJudgement, String)>> {
    let today = calendar::day(now);
    let set = Rules::default().acting(&mut *conn, today).await?.that_refuse_at(Gate::Publishing);
    let mut failing = vec![];
    if set.is_empty() {
        return Ok(failing);
    }
    for batch in products.chunks(BATCH) {
        let ids: Vec<Uuid> = batch.iter().map(|id| id.0).collect();
        let inputs = standard::inputs(&mut *conn, &ids, today).await?;
        let waivers = standard::waivers_in_force(&mut *conn, &ids, today).await?;
        for judged in judge(&set, inputs, waivers, today).await? {
            let refusing = judged.refusing(Gate::Publishing);
            if refusing.is_empty() {
                continue;
            }
            let said = refusing.iter().map(|found| named(found)).collect::<Vec<_>>().join("; ");
            let judgement = GateJudgement {
                gate: Gate::Publishing,
                product: judged.product,
                address: judged.input.product.address.clone(),
                part: None,
                effect: Effect::Refuse,
                findings: judged.json(),
                input: judged.input.stored()?,
            };
            failing.push((judgement, said));
        }
    }
    Ok(failing)
}
