//! Whom a standard concerns when something about it changed: the products that it covers, and those of which it still says something.

use crate::Result;
use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

/// Products in the order of their ids, after one of them.
pub async fn products_after(conn: &mut PgConnection, after: Uuid, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("SELECT id FROM product WHERE id > $1 ORDER BY id LIMIT $2", after, most).fetch_all(conn).await?)
}

/// The same of those alone that one of these standards covers on a day on which it acts, or of which it said something that stands: what
/// ended, or covers a product no longer, says nothing of it from then on.
pub async fn concerned_after(conn: &mut PgConnection, standards: &[Uuid], today: NaiveDate, after: Uuid, most: i64) -> Result<Vec<Uuid>> {
    let found = sqlx::query_scalar!(
        r#"WITH place AS MATERIALIZED (
             SELECT DISTINCT s.scope_kind, s.scope_id FROM standard s JOIN standard_version v ON v.standard_id = s.id
             WHERE s.id = ANY($1) AND v.status IN ('published', 'effective', 'superseded') AND v.effective_from <= $2
               AND (v.effective_until IS NULL OR v.effective_until > $2))
         SELECT p.id AS "id!" FROM product p JOIN data_domain d ON d.id = p.domain_id
         WHERE p.id > $3
           AND (EXISTS (SELECT FROM place x WHERE x.scope_kind = 'whole' OR x.scope_id IN (d.id, d.sector_id))
                OR EXISTS (SELECT FROM standard_evaluation e WHERE e.product_id = p.id AND e.standard_id = ANY($1) AND e.ended_at IS NULL))
         ORDER BY p.id LIMIT $4"#,
        standards,
        today,
        after,
        most
    );
    Ok(found.fetch_all(conn).await?)
}

/// Those of these standards that do not hold for the whole of government.
pub async fn narrower(conn: &mut PgConnection, standards: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("SELECT id FROM standard WHERE id = ANY($1) AND scope_kind <> 'whole'", standards).fetch_all(conn).await?)
}
