//! What whoever asks holds already, as far as its reader may know of it: no number here counts a product that is hidden from them.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{PersonId, RequestId};
use sqlx::PgConnection;

/// So many are read: a decider who needs more looks at the agreements themselves.
const LISTED: i64 = 50;

/// An agreement in force of the requester, or of the team that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldAgreement {
    pub product_title: String,
    pub product_address: String,
    pub purpose: String,
    pub until: DateTime<Utc>,
}

/// Agreements in force of whoever asks, those that end first before others; at most 50.
pub async fn held_already(conn: &mut PgConnection, request: RequestId, reader: PersonId, now: DateTime<Utc>) -> Result<Vec<HeldAgreement>> {
    let held = sqlx::query_as!(
        HeldAgreement,
        r#"SELECT p.title AS "product_title!", p.address AS "product_address!", u.title AS purpose, g.until AS "until!"
           FROM access_request r CROSS JOIN LATERAL (
               SELECT a.product_id, a.part_id, a.until FROM agreement a
               WHERE r.team_id IS NULL AND a.team_id IS NULL AND a.holder_id = r.requester_id AND a.state = 'active'
               UNION ALL
               SELECT a.product_id, a.part_id, a.until FROM agreement a WHERE a.team_id = r.team_id AND a.state = 'active') g
           JOIN visible_product($2, $3) p ON p.id = g.product_id JOIN request_part q ON q.id = g.part_id
           JOIN access_request o ON o.id = q.request_id JOIN purpose u ON u.code = o.purpose
           WHERE r.id = $1 ORDER BY g.until, p.title, p.address LIMIT $4"#,
        request.0,
        reader.0,
        now,
        LISTED
    )
    .fetch_all(conn)
    .await?;
    Ok(held)
}
