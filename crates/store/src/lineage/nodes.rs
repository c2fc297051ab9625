//! Nodes by the names that tools use, made when they are not known yet, and linked to the dataset that a name means.

use super::{edges, keepers};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use domain::lineage::{Home, Meant, Name};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A name's node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub id: i64,
    /// The node that it is the same as, or itself.
    pub is: i64,
    /// It is a dataset of a product.
    pub linked: bool,
    /// Whoever tells may speak for it: it is in no product, or in one that they look after.
    pub theirs: bool,
    /// Whoever tells may know of the product.
    pub visible: bool,
}

/// Nodes of all these names. `by` is whoever names them; none is Pasar.
pub async fn nodes(conn: &mut PgConnection, names: &[Name], by: Option<PersonId>, home: &Home, now: DateTime<Utc>) -> Result<BTreeMap<Name, Known>> {
    let mut found = known(conn, names, by, now).await?;
    let missing: BTreeSet<Name> = names.iter().filter(|name| !found.contains_key(*name)).cloned().collect();
    let missing: Vec<Name> = missing.into_iter().collect();
    if !missing.is_empty() {
        let (namespaces, texts) = split(&missing);
        // In order, so that two that make the same nodes wait for each other and not each for the other.
        let made = sqlx::query!(
            "INSERT INTO lineage_node (namespace, name, first_by, first_at)
             SELECT u.namespace, u.name, $3, $4 FROM unnest($1::text[], $2::text[]) AS u(namespace, name) ORDER BY u.namespace COLLATE \"C\", u.name COLLATE \"C\"
             ON CONFLICT DO NOTHING RETURNING id, namespace, name",
            &namespaces,
            &texts,
            by.map(|by| by.0),
            now
        )
        .fetch_all(&mut *conn)
        .await?;
        let made: Vec<(i64, Name)> = made.into_iter().map(|row| (row.id, Name::new(row.namespace, row.name))).collect();
        link(conn, &made, home).await?;
        found.extend(known(conn, &missing, by, now).await?);
    }
    Ok(found)
}

fn split(names: &[Name]) -> (Vec<String>, Vec<String>) {
    names.iter().map(|name| (name.namespace.clone(), name.name.clone())).unzip()
}

async fn known(conn: &mut PgConnection, names: &[Name], by: Option<PersonId>, now: DateTime<Utc>) -> Result<BTreeMap<Name, Known>> {
    let (namespaces, texts) = split(names);
    let rows = sqlx::query!(
        r#"SELECT n.id, n.namespace, n.name, s.id AS "is!", d.id IS NOT NULL AS "linked!",
                  (d.id IS NULL OR $3::uuid IS NULL OR EXISTS (
                      SELECT FROM role_grant r WHERE r.person_id = $3 AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $4)
                      AND (r.role = ANY($5) AND covers(r.scope_kind, r.scope_id, p.id, p.domain_id, dd.sector_id) OR r.role = 'gdo-administrator'))) AS "theirs!",
                  (d.id IS NULL OR $3::uuid IS NULL OR EXISTS (SELECT FROM visible_product($3, $4) v WHERE v.id = p.id)) AS "visible!"
           FROM unnest($1::text[], $2::text[]) AS u(namespace, name) JOIN lineage_node n ON n.namespace = u.namespace AND n.name = u.name
           JOIN lineage_node s ON s.id = coalesce(n.same_as, n.id) LEFT JOIN dataset d ON d.id = s.dataset_id
           LEFT JOIN product p ON p.id = d.product_id LEFT JOIN data_domain dd ON dd.id = p.domain_id"#,
        &namespaces,
        &texts,
        by.map(|by| by.0),
        now,
        &keepers()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let known = Known { id: row.id, is: row.is, linked: row.linked, theirs: row.theirs, visible: row.visible };
            (Name::new(row.namespace, row.name), known)
        })
        .collect())
}

/// Links nodes that are neither linked nor the same as another to what their names mean.
pub async fn link(conn: &mut PgConnection, nodes: &[(i64, Name)], home: &Home) -> Result<()> {
    let (mut ids, mut products, mut datasets, mut schemas, mut tables) = (vec![], vec![], vec![], vec![], vec![]);
    for (id, name) in nodes {
        let (address, dataset, schema, table) = match home.meant(name) {
            Some(Meant::Dataset(address, dataset)) => (Some(address), Some(dataset), None, None),
            Some(Meant::Table(schema, table)) => (None, None, Some(schema), Some(table)),
            None => continue,
        };
        ids.push(*id);
        products.push(address);
        datasets.push(dataset);
        schemas.push(schema);
        tables.push(table);
    }
    if ids.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        r#"SELECT u.node AS "node!", coalesce(a.id, t.id) AS "dataset!"
           FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[]) AS u(node, address, dataset, schema, name)
           LEFT JOIN LATERAL (SELECT d.id FROM product p JOIN dataset d ON d.product_id = p.id WHERE p.address = u.address AND d.name = u.dataset
                              UNION ALL SELECT d.id FROM former_address f JOIN dataset d ON d.product_id = f.product_id
                              WHERE f.address = u.address AND d.name = u.dataset LIMIT 1) a ON true
           -- Several products may share one table: it is the dataset that was described first.
           LEFT JOIN LATERAL (SELECT d.id FROM dataset d WHERE d.table_schema = u.schema AND d.table_name = u.name ORDER BY d.id LIMIT 1) t ON true
           WHERE coalesce(a.id, t.id) IS NOT NULL ORDER BY 1"#,
        &ids,
        products as _,
        datasets as _,
        schemas as _,
        tables as _
    )
    .fetch_all(&mut *conn)
    .await?;
    // Nearly all are the first node of their dataset, and linked together; the others are joined to it one by one.
    let (nodes, datasets): (Vec<i64>, Vec<Uuid>) = rows.iter().map(|row| (row.node, row.dataset)).unzip();
    let first: BTreeSet<i64> = sqlx::query_scalar!(
        "UPDATE lineage_node n SET dataset_id = u.dataset
         FROM (SELECT DISTINCT ON (u.dataset) u.node, u.dataset FROM unnest($1::bigint[], $2::uuid[]) AS u(node, dataset) ORDER BY u.dataset, u.node) u
         WHERE n.id = u.node AND n.dataset_id IS NULL AND n.same_as IS NULL AND NOT EXISTS (SELECT FROM lineage_node o WHERE o.dataset_id = u.dataset)
         RETURNING n.id",
        &nodes,
        &datasets
    )
    .fetch_all(&mut *conn)
    .await?
    .into_iter()
    .collect();
    for row in rows.into_iter().filter(|row| !first.contains(&row.node)) {
        link_to(conn, row.node, row.dataset).await?;
    }
    Ok(())
}

/// Says that a node is a dataset: itself, or the same as the node that already is.
pub async fn link_to(conn: &mut PgConnection, node: i64, dataset: Uuid) -> Result<()> {
    let linked = sqlx::query!(
        "UPDATE lineage_node n SET dataset_id = $2 WHERE n.id = $1 AND n.dataset_id IS NULL AND n.same_as IS NULL
         AND NOT EXISTS (SELECT FROM lineage_node o WHERE o.dataset_id = $2)",
        node,
        dataset
    )
    .execute(&mut *conn)
    .await?;
    if linked.rows_affected() == 1 {
        return Ok(());
    }
    let is = sqlx::query_scalar!("SELECT id FROM lineage_node WHERE dataset_id = $1", dataset).fetch_optional(&mut *conn).await?;
    match is {
        Some(is) if is != node => edges::merge(conn, node, is).await,
        _ => Ok(()),
    }
}
