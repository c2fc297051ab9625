//! Placeholders, and owners who say that one is a dataset of theirs under another name.

use super::nodes::nodes;
use super::{NAMES_LOCK, edges, keepers, nodes as linking};
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, ProductId};
use domain::lineage::{DECLARED, Home, Name, OWN};
use sqlx::PgConnection;
use uuid::Uuid;

/// A placeholder that this person may know by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimable {
    pub name: Name,
    pub first_at: DateTime<Utc>,
    /// Titles of their products next to it.
    pub beside: Vec<String>,
}

/// Placeholders next to products that this person looks after, and those that their programs named; at most so many, by name.
pub async fn claimable(conn: &mut PgConnection, person: PersonId, most: i64, now: DateTime<Utc>) -> Result<Vec<Claimable>> {
    claimable_after(conn, person, None, most, now).await
}

/// The same behind a name, whether that may be claimed still or not.
pub async fn claimable_after(
    conn: &mut PgConnection,
    person: PersonId,
    after: Option<&Name>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Claimable>> {
    let rows = sqlx::query!(
        r#"WITH held AS (SELECT scope_kind, scope_id FROM role_grant
                         WHERE person_id = $1 AND ended_at IS NULL AND (until IS NULL OR until > $2) AND role = ANY($3)),
                kept AS (SELECT n.id, p.title FROM product p JOIN data_domain g ON g.id = p.domain_id JOIN dataset d ON d.product_id = p.id
                         JOIN lineage_node n ON n.dataset_id = d.id
                         WHERE EXISTS (SELECT FROM held h WHERE covers(h.scope_kind, h.scope_id, p.id, p.domain_id, g.sector_id))),
                near AS (SELECT e.from_id AS id, k.title FROM kept k JOIN lineage_edge e ON e.to_id = k.id AND e.until IS NULL
                         UNION SELECT e.to_id, k.title FROM kept k JOIN lineage_edge e ON e.from_id = k.id AND e.until IS NULL
                         UNION SELECT n.id, NULL FROM lineage_node n WHERE n.first_by = $1 AND n.dataset_id IS NULL AND n.same_as IS NULL)
           SELECT n.namespace, n.name, n.first_at, coalesce(array_agg(DISTINCT r.title) FILTER (WHERE r.title IS NOT NULL), '{}') AS "beside!"
           FROM near r JOIN lineage_node n ON n.id = r.id WHERE n.dataset_id IS NULL AND n.same_as IS NULL AND n.namespace NOT IN ($4, $5)
             AND ($7::text IS NULL OR (n.namespace, n.name) > ($7, $8))
           GROUP BY n.id ORDER BY n.namespace, n.name LIMIT $6"#,
        person.0,
        now,
        &keepers(),
        DECLARED,
        OWN,
        most,
        after.map(|name| name.namespace.as_str()),
        after.map(|name| name.name.as_str())
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| Claimable { name: Name::new(row.namespace, row.name), first_at: row.first_at, beside: row.beside }).collect())
}

/// Another name of a product's dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub dataset: String,
    pub name: Name,
    pub claimed_by: Option<String>,
    pub claimed_at: Option<DateTime<Utc>>,
}

/// Names under which tools know a product's datasets, besides their addresses.
pub async fn names_of(conn: &mut PgConnection, product: ProductId) -> Result<Vec<Claimed>> {
    let rows = sqlx::query!(
        r#"SELECT d.name AS dataset, n.namespace, n.name, p.name AS "claimed_by?", n.claimed_at
           FROM dataset d JOIN lineage_node s ON s.dataset_id = d.id JOIN lineage_node n ON n.id = s.id OR n.same_as = s.id
           LEFT JOIN person p ON p.id = n.claimed_by WHERE d.product_id = $1 AND n.namespace <> $2 ORDER BY d.name, n.namespace, n.name"#,
        product.0,
        OWN
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Claimed { dataset: row.dataset, name: Name::new(row.namespace, row.name), claimed_by: row.claimed_by, claimed_at: row.claimed_at })
        .collect())
}

/// Who claims, and what for.
pub struct Claim<'a> {
    pub person: PersonId,
    pub product: ProductId,
    pub dataset: Uuid,
    pub name: &'a Name,
    pub origin: &'a Origin,
}

/// What is said of every name that somebody else has a part in, whichever it is.
const ANOTHERS: &str =
    "This name is another dataset’s already, or others tell of it and it is not next to your data. Ask the data office if that is wrong.";

/// Says that a name is this dataset. `Conflict` when it is another dataset's, or others' to say.
pub async fn claim(conn: &mut PgConnection, new: &Claim<'_>, home: &Home, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", NAMES_LOCK).execute(&mut *conn).await?;
    let node = nodes(conn, std::slice::from_ref(new.name), Some(new.person), home, now).await?;
    let Some(node) = node.get(new.name).copied() else { return Ok(()) };
    if !node.linked {
        if !theirs_to_say(conn, node.is, new.person, now).await? {
            return Err(StoreError::Conflict(ANOTHERS.into()));
        }
        linking::link_to(conn, node.is, new.dataset).await?;
    }
    let is = sqlx::query_scalar!(
        "SELECT s.dataset_id FROM lineage_node n JOIN lineage_node s ON s.id = coalesce(n.same_as, n.id) WHERE n.id = $1",
        node.id
    )
    .fetch_one(&mut *conn)
    .await?;
    if node.linked || is != Some(new.dataset) {
        if is == Some(new.dataset) {
            return Ok(());
        }
        return Err(StoreError::Conflict(ANOTHERS.into()));
    }
    sqlx::query!("UPDATE lineage_node SET claimed_by = $2, claimed_at = $3 WHERE id = $1", node.id, new.person.0, now).execute(&mut *conn).await?;
    noted(conn, new, AuditAction::LineageClaim, now).await
}

/// Whether a placeholder is this person's to claim: their programs named it, it is next to data that they look after, or nobody else has
/// told of it. Otherwise whoever looks after anything could put another's lineage under their own product. The data office may say it of any.
async fn theirs_to_say(conn: &mut PgConnection, node: i64, person: PersonId, now: DateTime<Utc>) -> Result<bool> {
    let may = sqlx::query_scalar!(
        r#"WITH held AS (SELECT role, scope_kind, scope_id FROM role_grant WHERE person_id = $2 AND ended_at IS NULL AND (until IS NULL OR until > $3)),
                near AS (SELECT e.from_id AS id FROM lineage_edge e WHERE e.to_id = $1 AND e.until IS NULL
                         UNION SELECT e.to_id FROM lineage_edge e WHERE e.from_id = $1 AND e.until IS NULL),
                beside AS (SELECT EXISTS (SELECT FROM held h WHERE h.role = ANY($4) AND covers(h.scope_kind, h.scope_id, p.id, p.domain_id, g.sector_id)) AS kept
                           FROM near r JOIN lineage_node n ON n.id = r.id JOIN dataset d ON d.id = n.dataset_id
                           JOIN product p ON p.id = d.product_id JOIN data_domain g ON g.id = p.domain_id)
           SELECT (n.first_by IS NOT DISTINCT FROM $2 OR EXISTS (SELECT FROM held WHERE role = 'gdo-administrator') OR EXISTS (SELECT FROM beside WHERE kept)
                   OR (n.first_by IS NULL AND NOT EXISTS (SELECT FROM beside))) AS "may!"
           FROM lineage_node n WHERE n.id = $1"#,
        node,
        person.0,
        now,
        &keepers()
    )
    .fetch_one(conn)
    .await?;
    Ok(may)
}

/// Says that a name that was claimed is not this dataset after all. False when it was not.
pub async fn release(conn: &mut PgConnection, old: &Claim<'_>, now: DateTime<Utc>) -> Result<bool> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", NAMES_LOCK).execute(&mut *conn).await?;
    let row = sqlx::query!(
        "SELECT n.id, n.same_as FROM lineage_node n JOIN lineage_node s ON s.id = coalesce(n.same_as, n.id)
         WHERE n.namespace = $1 AND n.name = $2 AND s.dataset_id = $3 AND n.claimed_at IS NOT NULL",
        old.name.namespace,
        old.name.name,
        old.dataset
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(false) };
    // A name that is the dataset's own node goes by its address from then on.
    let was = match row.same_as {
        Some(was) => was,
        None => own_node(conn, row.id, old, now).await?,
    };
    edges::part(conn, row.id, was).await?;
    noted(conn, old, AuditAction::LineageRelease, now).await?;
    Ok(true)
}

/// Moves a dataset from a node that was claimed to the node of its address.
async fn own_node(conn: &mut PgConnection, node: i64, of: &Claim<'_>, now: DateTime<Utc>) -> Result<i64> {
    let address = sqlx::query_scalar!(
        r#"SELECT p.address || '.' || d.name AS "address!" FROM dataset d JOIN product p ON p.id = d.product_id WHERE d.id = $1"#,
        of.dataset
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!("UPDATE lineage_node SET dataset_id = NULL WHERE id = $1", node).execute(&mut *conn).await?;
    let own = sqlx::query_scalar!(
        "INSERT INTO lineage_node AS n (namespace, name, first_at) VALUES ($1, $2, $3)
         ON CONFLICT (namespace, name) DO UPDATE SET same_as = NULL RETURNING id",
        OWN,
        address,
        now
    )
    .fetch_one(&mut *conn)
    .await?;
    linking::link_to(conn, own, of.dataset).await?;
    // Others that were the same as the old node are the same as the new one.
    let others = sqlx::query_scalar!("SELECT id FROM lineage_node WHERE same_as = $1", node).fetch_all(&mut *conn).await?;
    for other in others {
        sqlx::query!("UPDATE lineage_node SET same_as = $2 WHERE id = $1", other, own).execute(&mut *conn).await?;
    }
    Ok(node)
}

async fn noted(conn: &mut PgConnection, of: &Claim<'_>, action: AuditAction, now: DateTime<Utc>) -> Result<()> {
    let event = AuditEvent {
        product: Some(of.product),
        detail: Some(format!("{} {}", of.name.namespace, of.name.name)),
        ..AuditEvent::done(Some(of.person), action, "dataset", Some(of.dataset), of.origin.clone())
    };
    audit::append(conn, &event, now).await
}
