//! Where the data of products comes from, and who takes it on.

use super::input_parts::Parts;
use crate::Result;
use domain::catalogue::Classification;
use domain::lineage::{DECLARED, OWN};
use rules::input::{Upstream, rank};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// How many products read from each of these.
pub(super) async fn downstream(conn: &mut PgConnection, products: &[Uuid], found: &mut HashMap<Uuid, Parts>) -> Result<()> {
    let rows = sqlx::query!(
        r#"SELECT p.id AS "id!", (SELECT count(DISTINCT x.consumer_id) FROM product_taking x WHERE x.upstream_id = p.id) AS "downstream!"
           FROM unnest($1::uuid[]) AS p(id)"#,
        products
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        found.entry(row.id).or_default().downstream = u32::try_from(row.downstream).unwrap_or(u32::MAX);
    }
    Ok(())
}

/// Datasets that tools have told the sources of. A declared port alone says nothing of how.
pub(super) async fn traced(conn: &mut PgConnection, products: &[Uuid], found: &mut HashMap<Uuid, Parts>) -> Result<()> {
    let rows = sqlx::query!(
        "SELECT d.product_id, d.name FROM dataset d CROSS JOIN LATERAL (
             SELECT FROM lineage_node n JOIN lineage_edge e ON e.to_id = n.id JOIN lineage_job j ON j.id = e.job_id
             WHERE n.dataset_id = d.id AND e.until IS NULL AND j.namespace <> $2 LIMIT 1) x
         WHERE d.product_id = ANY($1)",
        products,
        OWN
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        found.entry(row.product_id).or_default().traced.insert(row.name);
    }
    Ok(())
}

/// Products that these read from, as their ports declare or tools have told, with the highest class and whether anything personal is there.
pub(super) async fn upstream(conn: &mut PgConnection, products: &[Uuid], found: &mut HashMap<Uuid, Parts>) -> Result<()> {
    let rows = sqlx::query!(
        // Through tables that are in no product, up to the next one that is: only where something leads in that is no end of its own (what ports say
        // in words leads no further), and each product that is taken from looked up by itself. Joined, all products and all personal columns of the
        // catalogue would be gone through for a few.
        r#"WITH fed AS MATERIALIZED (
               SELECT DISTINCT d.product_id AS id FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id
               WHERE d.product_id = ANY($1) AND EXISTS (
                   SELECT FROM lineage_edge e JOIN lineage_node f ON f.id = e.from_id WHERE e.to_id = n.id AND e.until IS NULL
                   AND (f.product_id IS NOT NULL OR EXISTS (SELECT FROM lineage_edge b WHERE b.to_id = f.id AND b.until IS NULL)))),
           taking AS MATERIALIZED (
               SELECT consumer_id, upstream_id FROM product_taking WHERE consumer_id = ANY($1)
               UNION
               SELECT p.id, b.id FROM fed p CROSS JOIN LATERAL lineage_products_before(p.id) AS b(id)),
           -- What input ports declare is followed on its own, and stopped as the data office says.
           told AS MATERIALIZED (
               SELECT p.id AS consumer_id, b.id AS upstream_id FROM (
                   SELECT DISTINCT d.product_id AS id FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id
                   WHERE d.product_id = ANY($1) AND EXISTS (SELECT FROM lineage_column_edge e JOIN lineage_job j ON j.id = e.job_id
                       WHERE e.to_id = n.id AND e.until IS NULL AND e.direct AND NOT e.masked AND j.namespace <> $2)) p
               CROSS JOIN LATERAL lineage_personal_before(p.id, $2) AS b(id)),
           taken AS MATERIALIZED (
               SELECT t.consumer_id, t.upstream_id, u.address, u.classification, u.personal FROM taking t CROSS JOIN LATERAL (
                   SELECT CASE WHEN u.visibility = 'listed' AND u.status IN ('published', 'deprecated') THEN u.address ELSE 'a product that is not listed' END AS address,
                          coalesce(u.classification, 'official-open') AS classification,
                          (SELECT true FROM dataset d CROSS JOIN LATERAL (
                               SELECT FROM data_column c WHERE c.dataset_id = d.id AND c.classified AND c.personal <> 'none' LIMIT 1) x
                           WHERE d.product_id = u.id LIMIT 1) IS NOT NULL AS personal
                   FROM product u WHERE u.id = t.upstream_id OFFSET 0) u),
           -- Asked only where something personal is upstream.
           may_come AS MATERIALIZED (
               SELECT k.consumer_id, b.id AS upstream_id FROM (SELECT DISTINCT t.consumer_id FROM taken t JOIN fed f ON f.id = t.consumer_id WHERE t.personal) AS k
               CROSS JOIN LATERAL lineage_personal_may_come_before(k.consumer_id, $2) AS b(id))
           SELECT x.consumer_id AS "consumer!", x.address AS "address!", x.classification AS "classification!", x.personal AS "personal!",
                  x.told AS "personal_told!", (NOT x.told AND x.may_come) AS "personal_may_come!"
           FROM (SELECT DISTINCT t.consumer_id, t.address, t.classification, t.personal,
                        EXISTS (SELECT FROM told b WHERE b.consumer_id = t.consumer_id AND b.upstream_id = t.upstream_id) AS told,
                        EXISTS (SELECT FROM may_come b WHERE b.consumer_id = t.consumer_id AND b.upstream_id = t.upstream_id) AS may_come
                 FROM taken t) x
           ORDER BY 1, 2"#,
        products,
        DECLARED
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let classification: Classification = row.classification.parse()?;
        let one = Upstream {
            address: row.address,
            classification,
            classification_rank: rank(classification),
            personal: row.personal,
            personal_told: row.personal_told,
            personal_may_come: row.personal_may_come,
        };
        found.entry(row.consumer).or_default().upstream.push(one);
    }
    Ok(())
}
