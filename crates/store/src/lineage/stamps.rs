//! What nodes are to a reader, with the stamps of their datasets. Checks and freshness are those of the moment that is asked for;
//! classification, personal data and what a document says are of today, because the record keeps no older ones.

use super::keepers;
use super::stamp_parts::{Checked, StampParts};
use super::walk::{Asked, Datasets};
use crate::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::catalogue::{Classification, PersonalCategory};
use domain::id::{PersonId, ProductId};
use domain::lineage::DECLARED;
use domain::service_level::LevelState;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A dataset of the catalogue with its stamps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub id: ProductId,
    pub address: String,
    pub title: String,
    pub dataset: String,
    pub dataset_title: String,
    /// The highest of its columns, or of the product while it has none.
    pub classification: Option<Classification>,
    pub personal: Option<PersonalCategory>,
    pub updated_on: Option<NaiveDate>,
    pub frequency: Option<String>,
    pub fresh: Fresh,
}

/// How fresh a dataset is by what was measured and told; what its document says of that is a promise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fresh {
    /// The worst of its objectives of freshness, and when it was measured last.
    pub promise: Option<(LevelState, Option<DateTime<Utc>>)>,
    /// The last complete run that a pipeline told of.
    pub written_at: Option<DateTime<Utc>>,
}

/// What a node is to its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Dataset(Box<Product>),
    /// A source that a product's input port names in words.
    Source(String),
    /// A placeholder by its name, for those who may know it.
    Named {
        namespace: String,
        name: String,
    },
    /// A placeholder for everybody else.
    Outside,
}

/// How many checks held, how many did not, and when.
pub type Checks = (u32, u32, DateTime<Utc>);

/// A node with its stamps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamped {
    pub what: What,
    pub checks: Option<Checks>,
}

/// A node, with its dataset, and the product where the reader may know of it.
struct Row {
    id: i64,
    namespace: String,
    name: String,
    first_by: Option<Uuid>,
    checked: Option<Json<Checked>>,
    checked_at: Option<DateTime<Utc>>,
    dataset: Option<Uuid>,
    dataset_name: Option<String>,
    dataset_title: Option<String>,
    dataset_updated_on: Option<NaiveDate>,
    product: Option<Uuid>,
    address: Option<String>,
    title: Option<String>,
    product_class: Option<String>,
    updated_on: Option<NaiveDate>,
    frequency: Option<String>,
}

async fn rows(conn: &mut PgConnection, ids: &[i64], asked: &Asked) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT n.id AS "id!", n.namespace AS "namespace!", n.name AS "name!", n.first_by AS "first_by?",
                  CASE WHEN $4::timestamptz IS NULL OR n.checked_at <= $4 THEN n.checked END AS "checked?: Json<Checked>", n.checked_at AS "checked_at?",
                  d.id AS "dataset?", d.name AS "dataset_name?", d.title AS "dataset_title?", d.updated_on AS "dataset_updated_on?", p.id AS "product?",
                  p.address AS "address?", p.title AS "title?", p.classification AS "product_class?", p.updated_on AS "updated_on?", p.frequency AS "frequency?"
           FROM lineage_node n LEFT JOIN dataset d ON d.id = n.dataset_id
           LEFT JOIN LATERAL (SELECT v.* FROM visible_product($2, $3) v WHERE v.id = n.product_id) p ON true
           WHERE n.id = ANY($1)"#,
        ids,
        asked.reader.0,
        asked.now,
        asked.as_of
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Which of these nodes are datasets, for who did not meet them on a walk.
pub(super) async fn datasets(conn: &mut PgConnection, ids: &[i64]) -> Result<Datasets> {
    let rows = sqlx::query!(
        r#"SELECT id, dataset_id AS "dataset!", product_id AS "product!" FROM lineage_node WHERE id = ANY($1) AND dataset_id IS NOT NULL"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, (row.dataset, row.product))).collect())
}

/// What these nodes are; those of hidden products are not among them. Of the edges between them follows which placeholders are next to what
/// the reader looks after.
pub(super) async fn stamped(
    pool: &PgPool,
    ids: &[i64],
    datasets: &Datasets,
    edges: &BTreeSet<(i64, i64)>,
    asked: &Asked,
) -> Result<BTreeMap<i64, Stamped>> {
    let seen = async {
        let mut conn = pool.acquire().await?;
        let rows = rows(&mut conn, ids, asked).await?;
        let products: Vec<Uuid> = rows.iter().filter_map(|row| row.product).collect();
        let names = rows.iter().any(|row| row.dataset.is_none() && row.namespace != DECLARED);
        let knows = if names { knows(&mut conn, asked.reader, &products, asked.now).await? } else { Knows::default() };
        Ok::<_, StoreError>((rows, knows))
    };
    let ((rows, knows), parts) = futures::try_join!(seen, StampParts::of(pool, ids, datasets, asked.as_of))?;
    let mut checks: BTreeMap<i64, Checks> = BTreeMap::new();
    let own = rows.iter().filter_map(|row| Some((row.id, (row.checked.as_ref()?.0.met, row.checked.as_ref()?.0.missed, row.checked_at?))));
    let measured = rows.iter().filter_map(|row| Some((row.id, *parts.quality.get(&(row.product?, row.dataset_name.clone()?))?)));
    for (node, found) in own.chain(measured).chain(parts.told.iter().copied()) {
        let latest = checks.entry(node).or_insert(found);
        if found.2 > latest.2 {
            *latest = found;
        }
    }
    let kept: BTreeSet<i64> = rows.iter().filter(|row| row.product.is_some_and(|id| knows.kept.contains(&id))).map(|row| row.id).collect();
    let mut beside: BTreeSet<i64> = BTreeSet::new();
    for (from, to) in edges {
        for (one, other) in [(from, to), (to, from)] {
            if kept.contains(one) {
                beside.insert(*other);
            }
        }
    }
    let mut found = BTreeMap::new();
    for row in rows {
        let (class, personal) = row.dataset.and_then(|dataset| parts.classes.get(&dataset)).copied().unwrap_or_default();
        let what = match (row.product, row.address, row.dataset_name) {
            (Some(id), Some(address), Some(dataset)) => What::Dataset(Box::new(Product {
                fresh: parts.fresh(row.id, id, &dataset),
                id: ProductId(id),
                address,
                title: row.title.unwrap_or_default(),
                dataset,
                dataset_title: row.dataset_title.unwrap_or_default(),
                classification: class.or(row.product_class.map(|word| word.parse()).transpose()?),
                personal,
                updated_on: row.dataset_updated_on.or(row.updated_on),
                frequency: row.frequency,
            })),
            _ if row.dataset.is_some() => continue,
            _ if row.namespace == DECLARED => What::Source(row.name.split_once('/').map(|(_, text)| text.to_owned()).unwrap_or_default()),
            _ if knows.all || row.first_by == Some(asked.reader.0) || beside.contains(&row.id) => {
                What::Named { namespace: row.namespace, name: row.name }
            }
            _ => What::Outside,
        };
        // What is checked of a placeholder says what it is.
        let checks = checks.get(&row.id).copied().filter(|_| what != What::Outside);
        found.insert(row.id, Stamped { what, checks });
    }
    Ok(found)
}

/// What nodes of one hop are put in order by.
pub(super) fn word(what: &What) -> String {
    match what {
        What::Dataset(product) => format!("0{}.{}", product.address, product.dataset),
        What::Source(text) => format!("1{text}"),
        What::Named { namespace, name } => format!("2{namespace} {name}"),
        What::Outside => "3".to_owned(),
    }
}

/// Which placeholders' names a reader may know.
#[derive(Debug, Clone, Default)]
pub(super) struct Knows {
    pub all: bool,
    /// Of these products, those that the reader looks after.
    pub kept: BTreeSet<Uuid>,
}

pub(super) async fn knows(conn: &mut PgConnection, reader: PersonId, products: &[Uuid], now: DateTime<Utc>) -> Result<Knows> {
    let row = sqlx::query!(
        r#"WITH held AS (SELECT role, scope_kind, scope_id FROM role_grant
                         WHERE person_id = $1 AND ended_at IS NULL AND (until IS NULL OR until > $2))
           SELECT EXISTS (SELECT FROM held WHERE role IN ('gdo-administrator', 'auditor')) AS "all!",
                  CASE WHEN EXISTS (SELECT FROM held WHERE role = ANY($4)) THEN ARRAY(
                      SELECT p.id FROM product p JOIN data_domain g ON g.id = p.domain_id WHERE p.id = ANY($3) AND EXISTS (
                          SELECT FROM held h WHERE h.role = ANY($4) AND covers(h.scope_kind, h.scope_id, p.id, p.domain_id, g.sector_id)))
                  ELSE '{}' END AS "kept!""#,
        reader.0,
        now,
        products,
        &keepers()
    )
    .fetch_one(conn)
    .await?;
    Ok(Knows { all: row.all, kept: row.kept.into_iter().collect() })
}
