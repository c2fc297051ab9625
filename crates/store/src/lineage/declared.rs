//! What products declare goes into the same graph: each input port is a source of the product's datasets, and what its columns
//! become are edges of columns. Every change of a product's datasets or ports comes here through the outbox.

use super::nodes::{link, nodes};
use super::record::{Reporter, record};
use super::{NAMES_LOCK, Said};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::audit::Origin;
use domain::lineage::{ColumnSource, DECLARED, Described, Home, Name, OWN, RunState, Statement};
use domain::{Ids, Urn};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Brings one product's part of the graph up to what it declares now. A product that is gone has none.
pub async fn follow(conn: &mut PgConnection, product: Uuid, home: &Home, ids: &Ids, now: DateTime<Utc>) -> Result<Said> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", NAMES_LOCK).execute(&mut *conn).await?;
    let Some(address) = sqlx::query_scalar!("SELECT address FROM product WHERE id = $1", product).fetch_optional(&mut *conn).await? else {
        return Ok(Said::default());
    };
    let datasets = datasets(conn, &address, home, now).await?;
    let Some(statement) = statement(conn, product, &address, datasets, ids, now).await? else { return Ok(Said::default()) };
    let by = Reporter { person: None, origin: Origin::default() };
    record(conn, &[statement], &by, home, now).await
}

/// A node for each dataset under its address, and tables under names that were told before the product was described.
async fn datasets(conn: &mut PgConnection, address: &str, home: &Home, now: DateTime<Utc>) -> Result<Vec<String>> {
    let rows = sqlx::query!(
        "SELECT d.name, d.table_schema, d.table_name FROM product p JOIN dataset d ON d.product_id = p.id WHERE p.address = $1 ORDER BY d.position",
        address
    )
    .fetch_all(&mut *conn)
    .await?;
    let own: Vec<Name> = rows.iter().map(|row| Name::new(OWN, format!("{address}.{}", row.name))).collect();
    let known = nodes(conn, &own, None, home, now).await?;
    let mut late: Vec<(i64, Name)> = known.iter().filter(|(_, node)| !node.linked).map(|(name, node)| (node.id, name.clone())).collect();
    let tables: BTreeSet<String> =
        rows.iter().filter_map(|row| Some(format!("{}.{}.{}", home.database, row.table_schema.as_deref()?, row.table_name.as_deref()?))).collect();
    let told = sqlx::query!(
        "SELECT id, namespace, name FROM lineage_node WHERE name = ANY($1) AND lower(namespace) = ANY($2) AND dataset_id IS NULL AND same_as IS NULL",
        &tables.into_iter().collect::<Vec<_>>(),
        &home.namespaces.iter().map(|namespace| namespace.to_lowercase()).collect::<Vec<_>>()
    )
    .fetch_all(&mut *conn)
    .await?;
    late.extend(told.into_iter().map(|row| (row.id, Name::new(row.namespace, row.name))));
    link(conn, &late, home).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// None for a product that declares nothing and never did.
async fn statement(
    conn: &mut PgConnection,
    product: Uuid,
    address: &str,
    datasets: Vec<String>,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<Option<Statement>> {
    let job = Name::new(DECLARED, product.to_string());
    let ports = sqlx::query!(
        r#"SELECT i.comes_from, p.address AS "address?",
                  ARRAY(SELECT d.name FROM dataset d WHERE d.product_id = p.id ORDER BY d.position) AS "datasets!",
                  ARRAY(SELECT c.from_column FROM column_flow c WHERE c.input_port_id = i.id ORDER BY c.from_column, c.to_column) AS "from!",
                  ARRAY(SELECT c.to_column FROM column_flow c WHERE c.input_port_id = i.id ORDER BY c.from_column, c.to_column) AS "to!: Vec<Option<String>>",
                  ARRAY(SELECT c.handling = 'protected' FROM column_flow c WHERE c.input_port_id = i.id ORDER BY c.from_column, c.to_column) AS "masked!: Vec<bool>"
           FROM input_port i LEFT JOIN LATERAL (
               SELECT p.id, p.address FROM product p WHERE p.address = i.comes_from
               UNION ALL SELECT p.id, p.address FROM former_address f JOIN product p ON p.id = f.product_id WHERE f.address = i.comes_from LIMIT 1) p ON true
           WHERE i.product_id = $1 AND p.id IS DISTINCT FROM i.product_id ORDER BY i.name"#,
        product
    )
    .fetch_all(&mut *conn)
    .await?;
    let before =
        sqlx::query_scalar!("SELECT 1 FROM lineage_job WHERE namespace = $1 AND name = $2", job.namespace, job.name).fetch_optional(conn).await?;
    if ports.is_empty() && before.is_none() {
        return Ok(None);
    }
    let mut outputs: BTreeMap<String, Described> =
        datasets.iter().map(|name| (name.clone(), Described::named(Name::new(OWN, format!("{address}.{name}"))))).collect();
    for port in ports {
        let Some(from) = port.address else {
            // An address of nothing that is known stays unsaid; words are shown to whoever reads the product.
            if port.comes_from.parse::<Urn>().is_err() && !port.comes_from.trim().is_empty() {
                let text: String = port.comes_from.chars().filter(|letter| !letter.is_control()).take(200).collect();
                for output in outputs.values_mut() {
                    output.sources.push(Name::new(DECLARED, format!("{product}/{text}")));
                }
            }
            continue;
        };
        let named = |dataset: &str| Name::new(OWN, format!("{from}.{dataset}"));
        if port.from.is_empty() {
            let sources: Vec<Name> = port.datasets.iter().map(|dataset| named(dataset)).collect();
            for output in outputs.values_mut() {
                output.sources.extend(sources.iter().cloned());
            }
        }
        for ((column, to), masked) in port.from.iter().zip(&port.to).zip(port.masked) {
            let (Some((source, from)), Some((target, to))) = (column.split_once('.'), to.as_deref().and_then(|to| to.split_once('.'))) else {
                continue;
            };
            if let Some(output) = outputs.get_mut(target).filter(|_| port.datasets.iter().any(|known| known == source)) {
                output.columns.push(ColumnSource { to: to.into(), dataset: named(source), from: from.into(), direct: true, masked });
            }
        }
    }
    let run = ids.next::<domain::id::EventId>(now).0;
    let outputs = outputs.into_values().collect();
    Ok(Some(Statement { job, run, state: RunState::Complete, at: now, parent: None, inputs: vec![], outputs, whole: true }))
}
