//! Agreements as rules look at them: agencies, purposes, days and columns, and no person.

use crate::Result;
use domain::calendar;
use domain::id::{AgreementId, ProductId};
use rules::input::Agreement;
use sqlx::PgConnection;
use uuid::Uuid;

/// Agreements in force on these products.
pub async fn agreement_inputs(conn: &mut PgConnection, products: &[Uuid]) -> Result<Vec<(ProductId, AgreementId, Agreement)>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.product_id, a.made_at, a.until, r.purpose, r.legal_basis, coalesce(g.slug, lower(h.agency), '') AS "agency!",
                  ARRAY(SELECT d.name || '.' || c FROM agreement_dataset x JOIN dataset d ON d.id = x.dataset_id, unnest(x.columns) AS c
                        WHERE x.agreement_id = a.id ORDER BY 1) AS "columns!"
           FROM agreement a JOIN person h ON h.id = a.holder_id JOIN request_part q ON q.id = a.part_id JOIN access_request r ON r.id = q.request_id
           LEFT JOIN agency g ON means_agency(h.agency, g)
           WHERE a.state = 'active' AND a.product_id = ANY($1) ORDER BY a.product_id, a.id"#,
        products
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            // It ends with its last day: a moment before its end is still in it.
            let last = calendar::last_day(row.until);
            let agreement = Agreement {
                id: row.id.to_string(),
                agency: row.agency,
                purpose: row.purpose,
                legal_basis: Some(row.legal_basis),
                days: (last - calendar::day(row.made_at)).num_days(),
                columns: row.columns,
                held: false,
            };
            (ProductId(row.product_id), AgreementId(row.id), agreement)
        })
        .collect())
}
