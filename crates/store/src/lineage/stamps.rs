//! What nodes are to a reader, with the stamps of their datasets. Checks and freshness are those of the moment that is asked for;
//! classification, personal data and what a document says are of today, because the record keeps no older ones.

use super::keepers;
use super::walk::Asked;
use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::catalogue::{Classification, PersonalCategory};
use domain::id::{PersonId, ProductId};
use domain::lineage::DECLARED;
use domain::service_level::LevelState;
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

/// Jobs that write one dataset, of which the last run is looked up.
const WRITERS: i64 = 20;

/// How many checks held, how many did not, and when.
pub type Checks = (u32, u32, DateTime<Utc>);

/// A node with its stamps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamped {
    pub what: What,
    pub checks: Option<Checks>,
}

#[derive(Debug, serde::Deserialize)]
struct Checked {
    met: u32,
    missed: u32,
}

/// What these nodes are; those of hidden products are not among them. Of the edges between them follows which placeholders are next to what
/// the reader looks after.
pub(super) async fn stamped(conn: &mut PgConnection, ids: &[i64], edges: &BTreeSet<(i64, i64)>, asked: &Asked) -> Result<BTreeMap<i64, Stamped>> {
    let rows = sqlx::query!(
        r#"SELECT n.id AS "id!", n.namespace AS "namespace!", n.name AS "name!", n.first_by AS "first_by?", k.checked AS "checked?: Json<Checked>", k.checked_at AS "checked_at?", d.id AS "dataset?", d.name AS "dataset_name?",
                  d.title AS "dataset_title?", d.updated_on AS "dataset_updated_on?", p.id AS "product?", p.address AS "address?", p.title AS "title?",
                  p.classification AS "product_class?", p.updated_on AS "updated_on?", p.frequency AS "frequency?", f.state AS "fresh?", f.at AS "fresh_at?",
                  w.at AS "written_at?",
                  ARRAY(SELECT DISTINCT c.classification || ' ' || c.personal FROM data_column c WHERE c.dataset_id = d.id AND c.classified) AS "classes!: Vec<String>"
           FROM unnest($1::bigint[]) AS u(id) JOIN lineage_node n ON n.id = u.id LEFT JOIN dataset d ON d.id = n.dataset_id
           LEFT JOIN LATERAL (SELECT v.* FROM visible_product($2, $3) v WHERE v.id = d.product_id) p ON true
           LEFT JOIN LATERAL (
               SELECT z.checked, z.checked_at FROM (
                   SELECT x.checked, x.checked_at FROM lineage_node x WHERE (x.id = n.id OR x.same_as = n.id) AND x.checked IS NOT NULL
                   UNION ALL
                   SELECT jsonb_build_object('met', count(*) FILTER (WHERE r.outcome IN ('passed', 'warned')),
                                             'missed', count(*) FILTER (WHERE r.outcome IN ('failed', 'error'))), max(u.at)
                   FROM (SELECT DISTINCT ON (y.tool, y.suite) y.id, y.at FROM quality_run y
                         WHERE y.product_id = d.product_id AND ($4::timestamptz IS NULL OR y.at <= $4) ORDER BY y.tool, y.suite, y.at DESC, y.id DESC) u
                   JOIN quality_result r ON r.run_id = u.id JOIN quality_rule q ON q.id = r.rule_id
                   WHERE q.dataset_name = d.name AND r.outcome <> 'skipped' HAVING count(*) > 0) z
               WHERE $4 IS NULL OR z.checked_at <= $4 ORDER BY z.checked_at DESC LIMIT 1) k ON true
           -- The worst objective, as it stood then.
           LEFT JOIN LATERAL (
               SELECT s.state, s.at FROM (
                   SELECT CASE WHEN $4 IS NULL THEN l.state ELSE (SELECT c.to_state FROM service_level_change c WHERE c.level_id = l.id AND c.at <= $4
                                                                  ORDER BY c.at DESC, c.id DESC LIMIT 1) END AS state,
                          CASE WHEN $4 IS NULL THEN l.measured_at ELSE (SELECT max(m.at) FROM service_level_measurement m
                                                                        WHERE m.level_id = l.id AND m.at <= $4) END AS at
                   FROM service_level l WHERE l.product_id = d.product_id AND lower(l.dimension) = 'freshness' AND (l.dataset_name IS NULL OR l.dataset_name = d.name)) s
               WHERE s.state IS NOT NULL ORDER BY array_position('{breached,at-risk,met,not-measured}', s.state), s.at LIMIT 1) f ON true
           -- Jobs that wrote it under any of its names are few among their writes: each is looked up after the one before it.
           LEFT JOIN LATERAL (
               SELECT max(l.at) AS at FROM (SELECT n.id UNION ALL SELECT x.id FROM lineage_node x WHERE x.same_as = n.id) o
               CROSS JOIN LATERAL (
                   WITH RECURSIVE j AS (
                       (SELECT w.job_id FROM lineage_write w WHERE w.output_id = o.id ORDER BY w.job_id LIMIT 1)
                       UNION ALL SELECT (SELECT w.job_id FROM lineage_write w WHERE w.output_id = o.id AND w.job_id > j.job_id ORDER BY w.job_id LIMIT 1)
                       FROM j WHERE j.job_id IS NOT NULL)
                   SELECT j.job_id FROM j JOIN lineage_job b ON b.id = j.job_id WHERE b.namespace <> $5 LIMIT $6) j
               CROSS JOIN LATERAL (
                   SELECT w.at FROM lineage_write w JOIN lineage_run r ON r.job_id = w.job_id AND r.id = w.run_id
                   WHERE w.job_id = j.job_id AND w.output_id = o.id AND w.counts AND r.completed AND ($4 IS NULL OR w.at <= $4)
                   ORDER BY w.at DESC, w.run_id DESC LIMIT 1) l
               WHERE d.id IS NOT NULL) w ON true"#,
        ids,
        asked.reader.0,
        asked.now,
        asked.as_of,
        DECLARED,
        WRITERS
    )
    .fetch_all(&mut *conn)
    .await?;
    let products: Vec<Uuid> = rows.iter().filter_map(|row| row.product).collect();
    let names = rows.iter().any(|row| row.dataset.is_none());
    let knows = if names { knows(conn, asked.reader, &products, asked.now).await? } else { Knows::default() };
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
                fresh: Fresh {
                    promise: row.fresh.map(|state| Ok::<_, crate::StoreError>((state.parse()?, row.fresh_at))).transpose()?,
                    written_at: row.written_at,
                },
            })),
            _ if row.dataset.is_some() => continue,
            _ if row.namespace == DECLARED => What::Source(row.name.split_once('/').map(|(_, text)| text.to_owned()).unwrap_or_default()),
            _ if knows.all || row.first_by == Some(asked.reader.0) || beside.contains(&row.id) => {
                What::Named { namespace: row.namespace, name: row.name }
            }
            _ => What::Outside,
        };
        // What is checked of a placeholder says what it is.
        let checks = row.checked.zip(row.checked_at).filter(|_| what != What::Outside).map(|(checked, at)| (checked.0.met, checked.0.missed, at));
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
