//! The graph as a reader sees it: what each node is, with the stamps of its dataset.

use super::keepers;
use super::walk::{Asked, walk};
use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::catalogue::{Classification, PersonalCategory};
use domain::id::{PersonId, ProductId};
use domain::lineage::DECLARED;
use sqlx::PgConnection;
use sqlx::types::Json;
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Hops from the start, upstream below nought.
    pub hop: i32,
    pub what: What,
    /// It has more neighbours than are shown.
    pub more_up: bool,
    pub more_down: bool,
    /// The latest checks, of the run of a pipeline that told of any or of a quality tool: how many held, how many did not, and when.
    pub checks: Option<(u32, u32, DateTime<Utc>)>,
}

/// Nodes by hop and name; edges are places in that list, as data flows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    pub nodes: Vec<Seen>,
    pub edges: Vec<(usize, usize)>,
    pub truncated: bool,
}

impl Graph {
    /// Whether anything was left out, by a hub or by the size of the answer.
    pub fn cut(&self) -> bool {
        self.truncated || self.nodes.iter().any(|node| node.more_up || node.more_down)
    }
}

#[derive(Debug, serde::Deserialize)]
struct Checked {
    met: u32,
    missed: u32,
}

pub async fn graph(conn: &mut PgConnection, start: &[i64], asked: &Asked) -> Result<Graph> {
    let walked = walk(conn, start, asked).await?;
    let ids: Vec<i64> = walked.hops.keys().copied().collect();
    let rows = sqlx::query!(
        r#"SELECT n.id, n.namespace, n.name, n.first_by, k.checked AS "checked?: Json<Checked>", k.checked_at AS "checked_at?", d.id AS "dataset?", d.name AS "dataset_name?",
                  d.title AS "dataset_title?", d.updated_on AS "dataset_updated_on?", p.id AS "product?", p.address AS "address?", p.title AS "title?",
                  p.classification AS "product_class?", p.updated_on AS "updated_on?", p.frequency AS "frequency?",
                  ARRAY(SELECT DISTINCT c.classification || ' ' || c.personal FROM data_column c WHERE c.dataset_id = d.id AND c.classified) AS "classes!: Vec<String>"
           FROM unnest($1::bigint[]) AS u(id) JOIN lineage_node n ON n.id = u.id LEFT JOIN dataset d ON d.id = n.dataset_id
           LEFT JOIN LATERAL (SELECT v.* FROM visible_product($2, $3) v WHERE v.id = d.product_id) p ON true
           LEFT JOIN LATERAL (
               SELECT z.checked, z.checked_at FROM (
                   SELECT x.checked, x.checked_at FROM lineage_node x WHERE (x.id = n.id OR x.same_as = n.id) AND x.checked IS NOT NULL
                   UNION ALL
                   SELECT jsonb_build_object('met', count(*) FILTER (WHERE r.outcome IN ('passed', 'warned')),
                                             'missed', count(*) FILTER (WHERE r.outcome IN ('failed', 'error'))), max(u.at)
                   FROM (SELECT DISTINCT ON (y.tool, y.suite) y.id, y.at FROM quality_run y WHERE y.product_id = d.product_id
                         ORDER BY y.tool, y.suite, y.at DESC, y.id DESC) u
                   JOIN quality_result r ON r.run_id = u.id JOIN quality_rule q ON q.id = r.rule_id
                   WHERE q.dataset_name = d.name AND r.outcome <> 'skipped' HAVING count(*) > 0) z
               ORDER BY z.checked_at DESC LIMIT 1) k ON true"#,
        &ids,
        asked.reader.0,
        asked.now
    )
    .fetch_all(&mut *conn)
    .await?;
    let products: Vec<Uuid> = rows.iter().filter_map(|row| row.product).collect();
    let names = rows.iter().any(|row| row.dataset.is_none());
    let knows = if names { knows(conn, asked.reader, &products, asked.now).await? } else { Knows::default() };
    let kept: BTreeSet<i64> = rows.iter().filter(|row| row.product.is_some_and(|id| knows.kept.contains(&id))).map(|row| row.id).collect();
    let mut beside: BTreeSet<i64> = BTreeSet::new();
    for (from, to) in &walked.edges {
        for (one, other) in [(from, to), (to, from)] {
            if kept.contains(one) {
                beside.insert(*other);
            }
        }
    }
    let mut seen = vec![];
    for row in rows {
        let what = match (row.product, row.address, row.dataset_name) {
            (Some(id), Some(address), Some(dataset)) => What::Dataset(Box::new(Product {
                id: ProductId(id),
                address,
                title: row.title.unwrap_or_default(),
                dataset,
                dataset_title: row.dataset_title.unwrap_or_default(),
                classification: highest(&row.classes, 0)?.or(row.product_class.map(|word| word.parse()).transpose()?),
                personal: highest(&row.classes, 1)?,
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
        let checks = row.checked.zip(row.checked_at).map(|(checked, at)| (checked.0.met, checked.0.missed, at));
        let hop = walked.hops.get(&row.id).copied().unwrap_or_default();
        let (more_up, more_down) = (walked.more_up.contains(&row.id), walked.more_down.contains(&row.id));
        // What is checked of a placeholder says what it is.
        let checks = checks.filter(|_| what != What::Outside);
        seen.push((row.id, Seen { hop, what, more_up, more_down, checks }));
    }
    seen.sort_by_cached_key(|(id, node)| (node.hop, word(&node.what), *id));
    let place: BTreeMap<i64, usize> = seen.iter().enumerate().map(|(index, (id, _))| (*id, index)).collect();
    let mut edges: Vec<(usize, usize)> = walked.edges.iter().filter_map(|(from, to)| Some((*place.get(from)?, *place.get(to)?))).collect();
    edges.sort_unstable();
    Ok(Graph { nodes: seen.into_iter().map(|(_, node)| node).collect(), edges, truncated: walked.truncated })
}

fn word(what: &What) -> String {
    match what {
        What::Dataset(product) => format!("0{}.{}", product.address, product.dataset),
        What::Source(text) => format!("1{text}"),
        What::Named { namespace, name } => format!("2{namespace} {name}"),
        What::Outside => "3".to_owned(),
    }
}

/// The highest of the first words, or of the second ones.
fn highest<T: Ord + std::str::FromStr<Err = domain::UnknownWord>>(classes: &[String], word: usize) -> Result<Option<T>> {
    let words = classes.iter().filter_map(|class| class.split(' ').nth(word));
    Ok(words.map(str::parse).collect::<std::result::Result<Vec<T>, _>>()?.into_iter().max())
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
                  ARRAY(SELECT p.id FROM product p JOIN data_domain g ON g.id = p.domain_id WHERE p.id = ANY($3) AND EXISTS (
                      SELECT FROM held h WHERE h.role = ANY($4) AND covers(h.scope_kind, h.scope_id, p.id, p.domain_id, g.sector_id))) AS "kept!""#,
        reader.0,
        now,
        products,
        &keepers()
    )
    .fetch_one(conn)
    .await?;
    Ok(Knows { all: row.all, kept: row.kept.into_iter().collect() })
}

/// A column that goes into another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnEdge {
    /// Address of the dataset and the column, or none for what is outside the catalogue.
    pub from: Option<(String, String)>,
    pub to: Option<(String, String)>,
    /// Its values arrive; otherwise it decides which rows or groups do.
    pub direct: bool,
    pub masked: bool,
}

/// Columns that go into or come out of one product's datasets, at most so many.
pub async fn column_edges(
    conn: &mut PgConnection,
    product: ProductId,
    reader: PersonId,
    as_of: Option<DateTime<Utc>>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<ColumnEdge>> {
    let rows = sqlx::query!(
        r#"WITH own AS (SELECT n.id FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id WHERE d.product_id = $1),
                found AS (SELECT e.* FROM own JOIN lineage_column_edge e ON e.to_id = own.id UNION SELECT e.* FROM own JOIN lineage_column_edge e ON e.from_id = own.id)
           SELECT DISTINCT f.address || '.' || fd.name AS "from_address?", e.from_column AS "from_column!", t.address || '.' || td.name AS "to_address?",
                  e.to_column AS "to_column!", e.direct AS "direct!", e.masked AS "masked!"
           FROM found e JOIN lineage_node fn ON fn.id = e.from_id LEFT JOIN dataset fd ON fd.id = fn.dataset_id
           JOIN lineage_node tn ON tn.id = e.to_id LEFT JOIN dataset td ON td.id = tn.dataset_id
           LEFT JOIN LATERAL (SELECT v.address FROM visible_product($2, $3) v WHERE v.id = fd.product_id) f ON true
           LEFT JOIN LATERAL (SELECT v.address FROM visible_product($2, $3) v WHERE v.id = td.product_id) t ON true
           WHERE (fd.id IS NULL OR f.address IS NOT NULL) AND (td.id IS NULL OR t.address IS NOT NULL)
             AND CASE WHEN $4::timestamptz IS NULL THEN e.until IS NULL ELSE e.since <= $4 AND (e.until IS NULL OR e.until > $4) END
           ORDER BY 3, 4, 1, 2 LIMIT $5"#,
        product.0,
        reader.0,
        now,
        as_of,
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ColumnEdge {
            from: row.from_address.map(|address| (address, row.from_column)),
            to: row.to_address.map(|address| (address, row.to_column)),
            direct: row.direct,
            masked: row.masked,
        })
        .collect())
}
