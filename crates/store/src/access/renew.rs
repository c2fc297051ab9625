//! What an agreement was asked for, to ask for the same again.

use crate::Result;
use domain::access::RowScope;
use domain::id::{AgreementId, TeamId};
use sqlx::PgConnection;
use sqlx::types::Json;

/// The answers of the request behind an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    pub purpose: String,
    pub explanation: String,
    pub legal_basis: String,
    pub team: String,
    /// The team that holds the agreement.
    pub for_team: Option<TeamId>,
    pub seen_by: String,
    /// As long as it was agreed for, and no longer than the terms allow now; at least a day.
    pub days: i32,
    pub datasets: Vec<RenewedDataset>,
}

/// One dataset at one port, as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewedDataset {
    pub address: String,
    /// None is all.
    pub columns: Option<Vec<String>>,
    pub rows: RowScope,
}

/// None when there is no such agreement.
pub async fn renewal(conn: &mut PgConnection, agreement: AgreementId) -> Result<Option<Renewal>> {
    let row = sqlx::query!(
        r#"SELECT r.purpose, r.explanation, r.legal_basis, r.team, r.seen_by, a.team_id,
                  greatest(1, least(t.longest_days, extract(day FROM a.until - a.made_at)::int)) AS "days!"
           FROM agreement a JOIN request_part q ON q.id = a.part_id JOIN access_request r ON r.id = q.request_id
           JOIN data_sharing_agreement t ON t.product_id = a.product_id WHERE a.id = $1"#,
        agreement.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let datasets = sqlx::query!(
        r#"SELECT p.address || '.' || o.name || '.' || d.name AS "address!", x.columns, x.row_scope AS "rows: Json<RowScope>"
           FROM agreement a JOIN request_part_dataset x ON x.part_id = a.part_id JOIN output_port o ON o.id = x.output_port_id
           JOIN dataset d ON d.id = x.dataset_id JOIN product p ON p.id = a.product_id WHERE a.id = $1 ORDER BY d.position"#,
        agreement.0
    )
    .fetch_all(conn)
    .await?;
    Ok(Some(Renewal {
        purpose: row.purpose,
        explanation: row.explanation,
        legal_basis: row.legal_basis,
        team: row.team,
        for_team: row.team_id.map(TeamId),
        seen_by: row.seen_by,
        days: row.days,
        datasets: datasets.into_iter().map(|d| RenewedDataset { address: d.address, columns: d.columns, rows: d.rows.0 }).collect(),
    }))
}
