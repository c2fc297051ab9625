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

/// Brings these products' part of the graph up to what they declare now. A product that is gone has none.
/// Names are looked up for all of them together: an import changes a hundred thousand at once, and few declare where they come from.
pub async fn follow(conn: &mut PgConnection, products: &[Uuid], home: &Home, ids: &Ids, now: DateTime<Utc>) -> Result<Said> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", NAMES_LOCK).execute(&mut *conn).await?;
    let declaring = declaring(conn, products).await?;
    name(conn, &declaring, home, now).await?;
    let ports = ports(conn, products).await?;
    let told = told(conn, products).await?;
    let mut found = Said::default();
    for (product, own) in declaring {
        let ports = ports.get(&product).map(Vec::as_slice).unwrap_or_default();
        if ports.is_empty() && !told.contains(&product) {
            continue;
        }
        let run = ids.next::<domain::id::EventId>(now).0;
        let outputs = outputs(product, &own, ports);
        let said = Statement { job: job(product), run, state: RunState::Complete, at: now, parent: None, inputs: vec![], outputs, whole: true };
        let by = Reporter { person: None, origin: Origin::default() };
        found.changed |= record(conn, &[said], &by, home, now).await?.changed;
    }
    Ok(found)
}

fn job(product: Uuid) -> Name {
    Name::new(DECLARED, product.to_string())
}

/// A product that declares.
struct Declaring {
    address: String,
    datasets: Vec<Table>,
}

/// A dataset, and its schema and table at the source where it has them.
struct Table {
    dataset: String,
    at: Option<(String, String)>,
}

impl Declaring {
    fn name_of(&self, dataset: &str) -> Name {
        Name::new(OWN, format!("{}.{dataset}", self.address))
    }
}

async fn declaring(conn: &mut PgConnection, products: &[Uuid]) -> Result<BTreeMap<Uuid, Declaring>> {
    let rows = sqlx::query!(
        r#"SELECT p.id, p.address, d.name AS "dataset?", d.table_schema, d.table_name
           FROM product p LEFT JOIN dataset d ON d.product_id = p.id WHERE p.id = ANY($1) ORDER BY p.id, d.position"#,
        products
    )
    .fetch_all(conn)
    .await?;
    let mut found: BTreeMap<Uuid, Declaring> = BTreeMap::new();
    for row in rows {
        let own = found.entry(row.id).or_insert_with(|| Declaring { address: row.address, datasets: vec![] });
        own.datasets.extend(row.dataset.map(|dataset| Table { dataset, at: row.table_schema.zip(row.table_name) }));
    }
    Ok(found)
}

/// A node for each dataset under its address, and tables under names that were told before the product was described.
async fn name(conn: &mut PgConnection, declaring: &BTreeMap<Uuid, Declaring>, home: &Home, now: DateTime<Utc>) -> Result<()> {
    let own: Vec<Name> = declaring.values().flat_map(|own| own.datasets.iter().map(|one| own.name_of(&one.dataset))).collect();
    let known = nodes(conn, &own, None, home, now).await?;
    let mut late: Vec<(i64, Name)> = known.iter().filter(|(_, node)| !node.linked).map(|(name, node)| (node.id, name.clone())).collect();
    let at = declaring.values().flat_map(|own| own.datasets.iter().filter_map(|one| one.at.as_ref()));
    let tables: BTreeSet<String> = at.map(|(schema, table)| format!("{}.{schema}.{table}", home.database)).collect();
    let told = sqlx::query!(
        "SELECT id, namespace, name FROM lineage_node WHERE name = ANY($1) AND lower(namespace) = ANY($2) AND dataset_id IS NULL AND same_as IS NULL",
        &tables.into_iter().collect::<Vec<_>>(),
        &home.namespaces.iter().map(|namespace| namespace.to_lowercase()).collect::<Vec<_>>()
    )
    .fetch_all(&mut *conn)
    .await?;
    late.extend(told.into_iter().map(|row| (row.id, Name::new(row.namespace, row.name))));
    link(conn, &late, home).await
}

/// An input port, and what its columns become.
struct InputPort {
    comes_from: String,
    /// The product that it names: its address, and its datasets.
    product: Option<(String, Vec<String>)>,
    /// From column (`dataset.column`), to column, and whether it arrives protected.
    columns: Vec<(String, Option<String>, bool)>,
}

/// Input ports of these products but those that name the product itself.
async fn ports(conn: &mut PgConnection, products: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<InputPort>>> {
    let rows = sqlx::query!(
        r#"SELECT i.product_id, i.comes_from, p.address AS "address?",
                  ARRAY(SELECT d.name FROM dataset d WHERE d.product_id = p.id ORDER BY d.position) AS "datasets!",
                  ARRAY(SELECT c.from_column FROM column_flow c WHERE c.input_port_id = i.id ORDER BY c.from_column, c.to_column) AS "from!",
                  ARRAY(SELECT c.to_column FROM column_flow c WHERE c.input_port_id = i.id ORDER BY c.from_column, c.to_column) AS "to!: Vec<Option<String>>",
                  ARRAY(SELECT c.handling = 'protected' FROM column_flow c WHERE c.input_port_id = i.id ORDER BY c.from_column, c.to_column) AS "masked!: Vec<bool>"
           FROM input_port i LEFT JOIN LATERAL (
               SELECT p.id, p.address FROM product p WHERE p.address = i.comes_from
               UNION ALL SELECT p.id, p.address FROM former_address f JOIN product p ON p.id = f.product_id WHERE f.address = i.comes_from LIMIT 1) p ON true
           WHERE i.product_id = ANY($1) AND p.id IS DISTINCT FROM i.product_id ORDER BY i.product_id, i.name"#,
        products
    )
    .fetch_all(conn)
    .await?;
    let mut found: BTreeMap<Uuid, Vec<InputPort>> = BTreeMap::new();
    for row in rows {
        let columns = row.from.into_iter().zip(row.to).zip(row.masked).map(|((from, to), masked)| (from, to, masked)).collect();
        let product = row.address.map(|address| (address, row.datasets));
        found.entry(row.product_id).or_default().push(InputPort { comes_from: row.comes_from, product, columns });
    }
    Ok(found)
}

/// Those of which the graph holds something: a product that declares nothing any more takes it back.
async fn told(conn: &mut PgConnection, products: &[Uuid]) -> Result<BTreeSet<Uuid>> {
    let names: Vec<String> = products.iter().map(Uuid::to_string).collect();
    let rows = sqlx::query_scalar!("SELECT name FROM lineage_job WHERE namespace = $1 AND name = ANY($2)", DECLARED, &names).fetch_all(conn).await?;
    Ok(rows.iter().filter_map(|name| name.parse().ok()).collect())
}

/// What the ports say of each dataset.
fn outputs(product: Uuid, own: &Declaring, ports: &[InputPort]) -> Vec<Described> {
    let mut outputs: BTreeMap<&str, Described> =
        own.datasets.iter().map(|one| (one.dataset.as_str(), Described::named(own.name_of(&one.dataset)))).collect();
    for port in ports {
        let Some((from, datasets)) = &port.product else {
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
        if port.columns.is_empty() {
            let sources: Vec<Name> = datasets.iter().map(|dataset| named(dataset)).collect();
            for output in outputs.values_mut() {
                output.sources.extend(sources.iter().cloned());
            }
        }
        for (column, to, masked) in &port.columns {
            let (Some((source, from)), Some((target, to))) = (column.split_once('.'), to.as_deref().and_then(|to| to.split_once('.'))) else {
                continue;
            };
            if let Some(output) = outputs.get_mut(target).filter(|_| datasets.iter().any(|known| known == source)) {
                output.columns.push(ColumnSource { to: to.into(), dataset: named(source), from: from.into(), direct: true, masked: *masked });
            }
        }
    }
    outputs.into_values().collect()
}
