//! The graph as programs get it, written straight from what was read: through values of JSON, a hundred nodes were most of the portal's work.

use super::query::{MOST_COLUMNS, of_today};
use chrono::{DateTime, NaiveDate, Utc};
use domain::catalogue::{Classification, PersonalCategory};
use domain::lineage::{Direction, Name};
use domain::service_level::LevelState;
use serde::Serialize;
use serde_json::Value;
use store::lineage::{self, Asked, Graph, JobName, Seen, Side, What};

/// The whole answer. What was not asked for is not in it.
#[derive(Serialize)]
pub struct Said<'a> {
    direction: Direction,
    hops: u8,
    as_of: Option<DateTime<Utc>>,
    truncated: bool,
    nodes: Vec<Node<'a>>,
    edges: Vec<Edge<'a>>,
    of_today: &'static [&'static str],
    #[serde(flatten)]
    columns: Option<Columns<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    touched: Option<Value>,
}

impl<'a> Said<'a> {
    pub fn of(graph: &'a Graph, columns: Option<&'a [lineage::ColumnEdge]>, touched: Option<Value>, asked: &Asked) -> Self {
        // None are there when nobody asked for them.
        let mut jobs = graph.jobs.iter().map(MadeBy::of);
        Self {
            direction: asked.direction,
            hops: asked.hops,
            as_of: asked.as_of,
            truncated: graph.cut(),
            nodes: graph.nodes.iter().enumerate().map(|(place, node)| Node::of(place, node)).collect(),
            edges: graph.edges.iter().map(|(from, to)| Edge { from: id(*from), to: id(*to), made_by: jobs.next() }).collect(),
            of_today: of_today(asked),
            columns: columns.map(Columns::of),
            touched,
        }
    }
}

fn id(place: usize) -> String {
    format!("n{place}")
}

/// What a node is, without its stamps.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kind<'a> {
    Dataset { address: String, product: &'a str, title: &'a str },
    Source { title: &'a str },
    Placeholder { namespace: &'a str, name: &'a str },
    Outside,
}

impl<'a> Kind<'a> {
    pub fn of(what: &'a What) -> Self {
        match what {
            What::Dataset(one) => Self::Dataset { address: format!("{}.{}", one.address, one.dataset), product: &one.address, title: &one.title },
            What::Source(title) => Self::Source { title },
            What::Named { namespace, name } => Self::Placeholder { namespace, name },
            What::Outside => Self::Outside,
        }
    }

    /// The same of what stands beside a product or a run.
    pub fn beside(side: &'a Side) -> Self {
        match side {
            Side::Dataset { address, title, dataset } => Self::Dataset { address: format!("{address}.{dataset}"), product: address, title },
            Side::Source(title) => Self::Source { title },
            Side::Named { namespace, name } => Self::Placeholder { namespace, name },
            Side::Outside => Self::Outside,
        }
    }
}

#[derive(Serialize)]
struct Node<'a> {
    id: String,
    hop: i32,
    more_upstream: bool,
    more_downstream: bool,
    checks: Option<Checks>,
    #[serde(flatten)]
    what: Kind<'a>,
    #[serde(flatten)]
    stamps: Option<Stamps<'a>>,
    #[serde(flatten)]
    described: Option<Table<'a>>,
}

#[derive(Serialize)]
struct Checks {
    met: u32,
    missed: u32,
    at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Stamps<'a> {
    classification: Option<Classification>,
    personal: Option<PersonalCategory>,
    updated_on: Option<NaiveDate>,
    frequency: Option<&'a str>,
    freshness: Freshness,
}

#[derive(Serialize)]
struct Freshness {
    promise: Option<LevelState>,
    measured_at: Option<DateTime<Utc>>,
    written_at: Option<DateTime<Utc>>,
}

/// What tools said of a table that is in no product.
#[derive(Serialize)]
struct Table<'a> {
    version: Option<&'a str>,
    columns: Vec<Field<'a>>,
    more_columns: bool,
    described_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Field<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
}

impl<'a> Node<'a> {
    fn of(place: usize, node: &'a Seen) -> Self {
        let stamps = if let What::Dataset(one) = &node.what {
            let (promise, measured_at) = one.fresh.promise.unzip();
            Some(Stamps {
                classification: one.classification,
                personal: one.personal,
                updated_on: one.updated_on,
                frequency: one.frequency.as_deref(),
                freshness: Freshness { promise, measured_at: measured_at.flatten(), written_at: one.fresh.written_at },
            })
        } else {
            None
        };
        let described = node.told.as_ref().map(|told| Table {
            version: told.version.as_deref(),
            columns: told.fields.iter().map(|(name, kind)| Field { name, kind: kind.as_deref() }).collect(),
            more_columns: told.more_fields,
            described_at: told.at,
        });
        Self {
            id: id(place),
            hop: node.hop,
            more_upstream: node.more_up,
            more_downstream: node.more_down,
            checks: node.checks.map(|(met, missed, at)| Checks { met, missed, at }),
            what: Kind::of(&node.what),
            stamps,
            described,
        }
    }
}

#[derive(Serialize)]
struct Edge<'a> {
    from: String,
    to: String,
    #[serde(flatten)]
    made_by: Option<MadeBy<'a>>,
}

#[derive(Serialize)]
struct MadeBy<'a> {
    jobs: Vec<Maker<'a>>,
    jobs_truncated: bool,
}

#[derive(Serialize)]
struct Maker<'a> {
    job: Option<&'a Name>,
    declared: bool,
    last: Option<Last>,
}

#[derive(Serialize)]
struct Last {
    at: DateTime<Utc>,
    state: &'static str,
}

impl<'a> MadeBy<'a> {
    fn of(made: &'a lineage::EdgeJobs) -> Self {
        let jobs = made.jobs.iter().map(|one| Maker {
            job: if let JobName::Named(name) = &one.name { Some(name) } else { None },
            declared: one.name == JobName::Declared,
            last: one.last.map(|(at, state)| Last { at, state: state.as_str() }),
        });
        Self { jobs: jobs.collect(), jobs_truncated: made.more }
    }
}

/// Columns of the product itself that go into others or come from them.
#[derive(Serialize)]
struct Columns<'a> {
    columns: Vec<ColumnEdge<'a>>,
    columns_truncated: bool,
}

#[derive(Serialize)]
struct ColumnEdge<'a> {
    from: Option<Spot<'a>>,
    to: Option<Spot<'a>>,
    direct: bool,
    masked: bool,
}

#[derive(Serialize)]
struct Spot<'a> {
    dataset: &'a str,
    column: &'a str,
}

impl<'a> Columns<'a> {
    fn of(all: &'a [lineage::ColumnEdge]) -> Self {
        fn spot(spot: Option<&(String, String)>) -> Option<Spot<'_>> {
            spot.map(|(dataset, column)| Spot { dataset, column })
        }
        let most = usize::try_from(MOST_COLUMNS).unwrap_or_default();
        let said = |edge: &'a lineage::ColumnEdge| ColumnEdge {
            from: spot(edge.from.as_ref()),
            to: spot(edge.to.as_ref()),
            direct: edge.direct,
            masked: edge.masked,
        };
        Self { columns: all.iter().take(most).map(said).collect(), columns_truncated: all.len() > most }
    }
}
