//! Edges of one job to one dataset, made anew from all its writes; and two names that turn out to be one dataset.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::lineage::{Span, Write, spans};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A column that goes into another: node, its column, the other's column, direct, masked.
pub type Column = (i64, String, String, bool, bool);

/// Makes the edges follow from the writes. True when they changed.
pub async fn follow(conn: &mut PgConnection, job: i64, output: i64) -> Result<bool> {
    // Runs that do the same as the one before them change nothing.
    let writes = sqlx::query!(
        r#"SELECT t.at AS "at!", t.run_id AS "run_id!", t.derivation_id AS "derivation_id!" FROM (
               SELECT w.at, w.run_id, w.derivation_id, lag(w.derivation_id) OVER (ORDER BY w.at, w.run_id) AS before
               FROM lineage_write w WHERE w.job_id = $1 AND w.output_id = $2 AND w.counts) t
           WHERE t.before IS DISTINCT FROM t.derivation_id ORDER BY t.at, t.run_id"#,
        job,
        output
    )
    .fetch_all(&mut *conn)
    .await?;
    let wanted: Vec<i64> = writes.iter().map(|write| write.derivation_id).collect::<BTreeSet<_>>().into_iter().collect();
    let rows = sqlx::query!(r#"SELECT id, inputs, columns AS "columns: Json<Vec<Column>>" FROM lineage_derivation WHERE id = ANY($1)"#, &wanted)
        .fetch_all(&mut *conn)
        .await?;
    let mut nodes: BTreeSet<i64> =
        rows.iter().flat_map(|row| row.inputs.iter().copied().chain(row.columns.0.iter().map(|column| column.0))).collect();
    nodes.insert(output);
    let is = same(conn, &nodes.into_iter().collect::<Vec<_>>()).await?;
    let of = |node: i64| is.get(&node).copied().unwrap_or(node);
    let (mut inputs, mut columns) = (BTreeMap::new(), BTreeMap::new());
    for row in rows {
        inputs.insert(row.id, row.inputs.iter().map(|node| of(*node)).collect::<BTreeSet<_>>());
        columns
            .insert(row.id, row.columns.0.into_iter().map(|(node, a, b, direct, masked)| (of(node), a, b, direct, masked)).collect::<BTreeSet<_>>());
    }
    let order: Vec<(DateTime<Utc>, Uuid, i64)> = writes.into_iter().map(|write| (write.at, write.run_id, write.derivation_id)).collect();
    let of_nodes = replace_edges(&mut *conn, job, output, of(output), &spans(&through(&order, &inputs))).await?;
    let of_columns = replace_columns(&mut *conn, job, output, of(output), &spans(&through(&order, &columns))).await?;
    let changed = of_nodes || of_columns;
    if changed {
        standards_look(conn, &[of(output)]).await?;
    }
    Ok(changed)
}

/// Standards ask where a product's data comes from, so what is at these nodes is judged again; behind a table that is in no product, what
/// comes next after it.
async fn standards_look(conn: &mut PgConnection, nodes: &[i64]) -> Result<()> {
    sqlx::query!(
        r#"SELECT look_at_standards(ARRAY(SELECT DISTINCT d.product_id FROM lineage_node n JOIN dataset d ON d.id = n.dataset_id
                                          WHERE n.id = ANY($1))
                  || lineage_products_after(ARRAY(SELECT n.id FROM lineage_node n WHERE n.id = ANY($1) AND n.dataset_id IS NULL))) IS NULL AS "looked!""#,
        nodes
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

fn through<T: Ord + Clone>(order: &[(DateTime<Utc>, Uuid, i64)], of: &BTreeMap<i64, BTreeSet<T>>) -> Vec<Write<T>> {
    order.iter().map(|(at, run, derivation)| Write { at: *at, run: *run, from: of.get(derivation).cloned().unwrap_or_default() }).collect()
}

async fn same(conn: &mut PgConnection, nodes: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let rows = sqlx::query!(r#"SELECT id, same_as AS "same_as!" FROM lineage_node WHERE id = ANY($1) AND same_as IS NOT NULL"#, nodes)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.same_as)).collect())
}

async fn replace_edges(conn: &mut PgConnection, job: i64, output: i64, to: i64, wanted: &[Span<i64>]) -> Result<bool> {
    let rows = sqlx::query!("SELECT from_id, to_id, since, until FROM lineage_edge WHERE job_id = $1 AND output_id = $2", job, output)
        .fetch_all(&mut *conn)
        .await?;
    let mut now: Vec<(i64, Span<i64>)> =
        rows.into_iter().map(|row| (row.to_id, Span { what: row.from_id, since: row.since, until: row.until })).collect();
    now.sort();
    if now.iter().map(|(_, span)| span).eq(wanted) && now.iter().all(|(node, _)| *node == to) {
        return Ok(false);
    }
    sqlx::query!("DELETE FROM lineage_edge WHERE job_id = $1 AND output_id = $2", job, output).execute(&mut *conn).await?;
    let from: Vec<i64> = wanted.iter().map(|span| span.what).collect();
    let (since, until) = bounds(wanted);
    sqlx::query!(
        "INSERT INTO lineage_edge (job_id, output_id, from_id, to_id, since, until)
         SELECT $1, $2, u.node, $3, u.since, u.until FROM unnest($4::bigint[], $5::timestamptz[], $6::timestamptz[]) AS u(node, since, until)",
        job,
        output,
        to,
        &from,
        &since,
        until as _
    )
    .execute(conn)
    .await?;
    Ok(true)
}

fn bounds<T>(wanted: &[Span<T>]) -> (Vec<DateTime<Utc>>, Vec<Option<DateTime<Utc>>>) {
    wanted.iter().map(|span| (span.since, span.until)).unzip()
}

async fn replace_columns(conn: &mut PgConnection, job: i64, output: i64, to: i64, wanted: &[Span<Column>]) -> Result<bool> {
    let rows = sqlx::query!(
        "SELECT from_id, from_column, to_id, to_column, direct, masked, since, until FROM lineage_column_edge WHERE job_id = $1 AND output_id = $2",
        job,
        output
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut now: Vec<(i64, Span<Column>)> = rows
        .into_iter()
        .map(|row| {
            let what = (row.from_id, row.from_column, row.to_column, row.direct, row.masked);
            (row.to_id, Span { what, since: row.since, until: row.until })
        })
        .collect();
    now.sort();
    if now.iter().map(|(_, span)| span).eq(wanted) && now.iter().all(|(node, _)| *node == to) {
        return Ok(false);
    }
    sqlx::query!("DELETE FROM lineage_column_edge WHERE job_id = $1 AND output_id = $2", job, output).execute(&mut *conn).await?;
    let (since, until) = bounds(wanted);
    sqlx::query!(
        "INSERT INTO lineage_column_edge (job_id, output_id, from_id, from_column, to_id, to_column, direct, masked, since, until)
         SELECT $1, $2, u.node, u.from_column, $3, u.to_column, u.direct, u.masked, u.since, u.until
         FROM unnest($4::bigint[], $5::text[], $6::text[], $7::boolean[], $8::boolean[], $9::timestamptz[], $10::timestamptz[])
           AS u(node, from_column, to_column, direct, masked, since, until)",
        job,
        output,
        to,
        &wanted.iter().map(|span| span.what.0).collect::<Vec<_>>(),
        &wanted.iter().map(|span| span.what.1.clone()).collect::<Vec<_>>(),
        &wanted.iter().map(|span| span.what.2.clone()).collect::<Vec<_>>(),
        &wanted.iter().map(|span| span.what.3).collect::<Vec<_>>(),
        &wanted.iter().map(|span| span.what.4).collect::<Vec<_>>(),
        &since,
        until as _
    )
    .execute(conn)
    .await?;
    Ok(true)
}

/// A placeholder turns out to be the same dataset as another node. The caller holds the lock of names alone.
pub async fn merge(conn: &mut PgConnection, node: i64, is: i64) -> Result<()> {
    sqlx::query!("UPDATE lineage_node SET same_as = $2 WHERE (id = $1 OR same_as = $1) AND dataset_id IS NULL", node, is).execute(&mut *conn).await?;
    sqlx::query!("UPDATE lineage_edge SET from_id = $2 WHERE from_id = $1", node, is).execute(&mut *conn).await?;
    sqlx::query!("UPDATE lineage_edge SET to_id = $2 WHERE to_id = $1", node, is).execute(&mut *conn).await?;
    sqlx::query!("UPDATE lineage_column_edge SET from_id = $2 WHERE from_id = $1", node, is).execute(&mut *conn).await?;
    sqlx::query!("UPDATE lineage_column_edge SET to_id = $2 WHERE to_id = $1", node, is).execute(&mut *conn).await?;
    // Where both names went into the same dataset, they are one from now on, for as long as either was there.
    let both = sqlx::query!(
        r#"SELECT job_id AS "job!", output_id AS "output!" FROM lineage_edge WHERE from_id = $1 GROUP BY 1, 2 HAVING count(*) > 1
           UNION SELECT job_id, output_id FROM lineage_column_edge WHERE from_id = $1 GROUP BY job_id, output_id, from_column, to_column HAVING count(*) > 1"#,
        is
    )
    .fetch_all(&mut *conn)
    .await?;
    for pair in both {
        follow(conn, pair.job, pair.output).await?;
    }
    let mut moved =
        sqlx::query_scalar!("SELECT DISTINCT to_id FROM lineage_edge WHERE from_id = $1 AND until IS NULL", is).fetch_all(&mut *conn).await?;
    moved.push(is);
    standards_look(conn, &moved).await
}

/// A name is no longer the same as another node: what follows from writes that use it is made anew.
pub async fn part(conn: &mut PgConnection, node: i64, was: i64) -> Result<()> {
    let pairs = sqlx::query!(
        r#"SELECT p.job_id AS "job!", p.output_id AS "output!" FROM (
               SELECT job_id, output_id FROM lineage_edge WHERE from_id = $1 OR to_id = $1
               UNION SELECT job_id, output_id FROM lineage_column_edge WHERE from_id = $1 OR to_id = $1) p
           WHERE p.output_id = $2 OR EXISTS (SELECT FROM lineage_write w JOIN lineage_derivation d ON d.id = w.derivation_id
                                             WHERE w.job_id = p.job_id AND w.output_id = p.output_id AND d.inputs @> ARRAY[$2])"#,
        was,
        node
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query!("UPDATE lineage_node SET same_as = NULL, claimed_by = NULL, claimed_at = NULL WHERE id = $1", node).execute(&mut *conn).await?;
    for pair in pairs {
        follow(conn, pair.job, pair.output).await?;
    }
    Ok(())
}
