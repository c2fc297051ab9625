//! Products that somebody looks after, with how much is to be decided about their columns.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::authorisation::ANSWERING_ROLES;
use domain::catalogue::ProductStatus;
use domain::id::PersonId;
use sqlx::PgConnection;

/// One product of somebody's domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptProduct {
    pub title: String,
    pub address: String,
    pub status: ProductStatus,
    /// Columns that nobody has classified.
    pub unclassified: i64,
    /// Columns whose decision somebody contradicts.
    pub contradicted: i64,
    /// Columns, and rules for rows, whose change was interrupted.
    pub interrupted: i64,
}

impl KeptProduct {
    /// Something waits for a decision.
    pub const fn waits(&self) -> bool {
        self.unclassified + self.contradicted + self.interrupted > 0
    }
}

/// Products over which this person is owner, steward or product owner, those that wait for a decision first. `after` goes on behind a
/// product's address in the same order; at most `limit`.
pub async fn kept_products(
    conn: &mut PgConnection,
    person: PersonId,
    after: Option<(bool, String)>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<KeptProduct>> {
    let roles = ANSWERING_ROLES.map(|role| role.as_str().to_owned());
    let (waits, address) = after.unzip();
    let rows = sqlx::query!(
        r#"WITH kept AS (
               SELECT p.id, p.title, p.address, p.status FROM product p JOIN data_domain d ON d.id = p.domain_id
               WHERE EXISTS (SELECT FROM role_grant g WHERE g.person_id = $1 AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $2) AND g.role = ANY($3)
                   AND covers(g.scope_kind, g.scope_id, p.id, p.domain_id, d.sector_id))),
           counted AS (
               SELECT k.*,
                   (SELECT count(*) FROM dataset s JOIN data_column c ON c.dataset_id = s.id WHERE s.product_id = k.id AND NOT c.classified) AS unclassified,
                   (SELECT count(DISTINCT (x.dataset_id, x.column_name)) FROM dataset s JOIN column_conflict x ON x.dataset_id = s.id
                    WHERE s.product_id = k.id AND x.settled_at IS NULL) AS contradicted,
                   (SELECT count(*) FROM dataset s JOIN column_tightening t ON t.dataset_id = s.id WHERE s.product_id = k.id)
                   + (SELECT count(*) FROM dataset s WHERE s.product_id = k.id AND s.policy_tightening IS NOT NULL) AS interrupted
               FROM kept k)
           SELECT title AS "title!", address AS "address!", status AS "status!", unclassified AS "unclassified!", contradicted AS "contradicted!",
                  interrupted AS "interrupted!"
           FROM counted WHERE $4::boolean IS NULL OR (unclassified + contradicted + interrupted = 0, address) > (NOT $4, $5)
           ORDER BY unclassified + contradicted + interrupted = 0, address LIMIT $6"#,
        person.0,
        now,
        &roles,
        waits,
        address,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(KeptProduct {
                title: row.title,
                address: row.address,
                status: row.status.parse()?,
                unclassified: row.unclassified,
                contradicted: row.contradicted,
                interrupted: row.interrupted,
            })
        })
        .collect()
}
