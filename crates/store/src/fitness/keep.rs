//! What the checks gave of products, kept: one row for each product and day.

use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::id::ProductId;
use rules::fitness::{Assessed, State};
use serde_json::{Value, json};
use sqlx::PgConnection;

/// Makes the record say how fit these products are on a day; what is gone meanwhile is left out. Call within a transaction.
pub async fn keep(conn: &mut PgConnection, found: &[(ProductId, Assessed)], day: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    let rows: Vec<Value> = found.iter().map(|(product, assessed)| row(*product, assessed)).collect();
    sqlx::query!(
        "INSERT INTO product_fitness AS f (product_id, day, self_describable, addressable, discoverable, secure, trustworthy, interoperable, overall,
             unmet, gains, unclear, at)
         SELECT x.product_id, $2, x.self_describable, x.addressable, x.discoverable, x.secure, x.trustworthy, x.interoperable, x.overall,
                x.unmet, x.gains, x.unclear, $3
         FROM jsonb_to_recordset($1) AS x(product_id uuid, self_describable double precision, addressable double precision,
             discoverable double precision, secure double precision, trustworthy double precision, interoperable double precision,
             overall double precision, unmet text[], gains double precision[], unclear text[])
         JOIN product p ON p.id = x.product_id
         ON CONFLICT (product_id, day) DO UPDATE SET self_describable = excluded.self_describable, addressable = excluded.addressable,
             discoverable = excluded.discoverable, secure = excluded.secure, trustworthy = excluded.trustworthy,
             interoperable = excluded.interoperable, overall = excluded.overall, unmet = excluded.unmet, gains = excluded.gains,
             unclear = excluded.unclear, at = excluded.at
         WHERE (f.overall, f.unmet, f.gains, f.unclear) IS DISTINCT FROM (excluded.overall, excluded.unmet, excluded.gains, excluded.unclear)
             OR (f.self_describable, f.addressable, f.discoverable, f.secure, f.trustworthy, f.interoperable) IS DISTINCT FROM
                (excluded.self_describable, excluded.addressable, excluded.discoverable, excluded.secure, excluded.trustworthy, excluded.interoperable)",
        Value::Array(rows),
        day,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn row(product: ProductId, assessed: &Assessed) -> Value {
    let (unmet, gains): (Vec<&str>, Vec<f64>) = assessed.open().map(|(one, gain)| (one.check.code.as_str(), gain)).unzip();
    let unclear: Vec<&str> = assessed.checked.iter().filter(|one| one.state == State::CannotTell).map(|one| one.check.code.as_str()).collect();
    let [self_describable, addressable, discoverable, secure, trustworthy, interoperable] = assessed.scores.each;
    json!({
        "product_id": product, "self_describable": self_describable, "addressable": addressable, "discoverable": discoverable, "secure": secure,
        "trustworthy": trustworthy, "interoperable": interoperable, "overall": assessed.scores.overall, "unmet": unmet, "gains": gains,
        "unclear": unclear,
    })
}
