//! `GET /api/v1/lineage`: the graph around a product, a dataset or a name, or around one column of it, for programs.

use super::column;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Query, State};
use chrono::{DateTime, NaiveDate, Utc};
use domain::lineage::{Direction, MOST_HOPS, Name, USUAL_HOPS};
use domain::{Violation, calendar};
use serde::Deserialize;
use serde_json::{Value, json};
use store::lineage::{self, Asked, ColumnEdge, EdgeJob, EdgeJobs, FOLLOWED, Graph, JobName, Limits, Seen, Touch, What};

/// Nodes in one answer, when nothing is said and at most; and neighbours of one node each way.
const USUAL_NODES: usize = 100;
const MOST_NODES: usize = 1_000;
const FAN: i64 = 25;
const MOST_COLUMNS: i64 = 1_000;
/// Products that a change would touch, in one answer.
const MOST_PRODUCTS: usize = 1_000;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    node: String,
    namespace: String,
    name: String,
    direction: String,
    hops: String,
    as_of: String,
    limit: String,
    /// One column, followed by itself.
    column: String,
    columns: bool,
    jobs: bool,
    touched: bool,
}

/// What the answer says of today although it is asked for another day: the record keeps no older ones.
const OF_TODAY: [&str; 5] = ["title", "classification", "personal", "updated_on", "frequency"];

/// Stamps that are of today, in an answer as of another day.
pub fn of_today(asked: &Asked) -> &'static [&'static str] {
    if asked.as_of.is_some() { &OF_TODAY } else { &[] }
}

/// A moment, or a day up to its end in Singapore.
pub fn moment(text: &str) -> Option<DateTime<Utc>> {
    let day = text.parse::<NaiveDate>().ok().map(calendar::end_of);
    day.or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc()))
}

impl Wanted {
    fn asked(&self, who: &SignedIn, now: DateTime<Utc>) -> Result<Asked, HttpError> {
        let mut wrong = vec![];
        let direction = if self.direction.is_empty() { Ok(Direction::Both) } else { self.direction.parse() };
        if direction.is_err() {
            wrong.push(Violation::new("direction", "direction_unknown", "It is one of up, down, both."));
        }
        let hops = if self.hops.is_empty() { Some(USUAL_HOPS) } else { self.hops.parse().ok().filter(|hops| (1..=MOST_HOPS).contains(hops)) };
        if hops.is_none() {
            wrong.push(Violation::new("hops", "hops_unusable", format!("It is a number from 1 to {MOST_HOPS}.")));
        }
        let as_of = if self.as_of.is_empty() { Some(None) } else { moment(&self.as_of).map(Some) };
        if as_of.is_none() {
            wrong.push(Violation::new("as_of", "moment_unreadable", "It is a day such as 2026-11-23, or a moment with its time zone."));
        }
        let nodes = if self.limit.is_empty() { Some(USUAL_NODES) } else { self.limit.parse().ok().filter(|most| (1..=MOST_NODES).contains(most)) };
        if nodes.is_none() {
            wrong.push(Violation::new("limit", "limit_unusable", format!("It is a number from 1 to {MOST_NODES}.")));
        }
        let (Ok(direction), Some(hops), Some(as_of), Some(nodes)) = (direction, hops, as_of, nodes) else { return Err(HttpError::Invalid(wrong)) };
        Ok(Asked { reader: who.actor.person, direction, hops, as_of, limits: Limits { nodes, fan: FAN }, now })
    }
}

pub async fn api(State(state): State<AppState>, who: SignedIn, Query(wanted): Query<Wanted>) -> Result<Json<Value>, HttpError> {
    let now = state.now();
    let asked = wanted.asked(&who, now)?;
    let mut conn = state.pool.acquire().await?;
    let start = if wanted.node.is_empty() {
        if wanted.namespace.is_empty() || wanted.name.is_empty() {
            let advice = "Name a product or dataset by its address, or a namespace and a name.";
            return Err(HttpError::Invalid(vec![Violation::new("node", "node_missing", advice)]));
        }
        lineage::of_name(&mut conn, &Name::new(wanted.namespace, wanted.name), who.actor.person, now).await?
    } else {
        let urn = wanted.node.parse().map_err(|_| HttpError::NotFound)?;
        lineage::of_address(&mut conn, &urn, who.actor.person, now).await?
    };
    let start = start.ok_or(HttpError::NotFound)?;
    if !wanted.column.is_empty() {
        if start.product.is_some() && start.dataset.is_none() {
            let advice = "Name the dataset that it is a column of, such as ssot-a.busroutes-dp.routes.";
            return Err(HttpError::Invalid(vec![Violation::new("node", "dataset_missing", advice)]));
        }
        let found = lineage::column_graph(&mut conn, &start, &wanted.column, &asked).await?.ok_or(HttpError::NotFound)?;
        return Ok(Json(column::said(&found, &asked)));
    }
    let graph = if wanted.jobs {
        lineage::graph_with_jobs(&mut conn, &start.nodes, &asked).await?
    } else {
        lineage::graph(&mut conn, &start.nodes, &asked).await?
    };
    let columns = match start.product.filter(|_| wanted.columns) {
        Some(product) => Some(lineage::column_edges(&mut conn, product, who.actor.person, asked.as_of, MOST_COLUMNS + 1, now).await?),
        None => None,
    };
    let mut body = said(&graph, columns.as_deref(), &asked);
    if wanted.touched {
        body["touched"] = touched(&lineage::touched(&mut conn, &start, who.actor.person, FOLLOWED, now).await?, now);
    }
    Ok(Json(body))
}

/// Sums are of all that was followed, whether the products are named or not; it is of now, whatever day the graph is of.
fn touched(touch: &Touch, now: DateTime<Utc>) -> Value {
    let products: Vec<Value> = touch
        .products
        .iter()
        .take(MOST_PRODUCTS)
        .map(|one| json!({ "address": one.address, "title": one.title, "agreements": one.agreements, "people": one.people, "names": one.names }))
        .collect();
    json!({
        "agreements": touch.agreements(), "people": touch.people(), "at_least": touch.at_least, "products": products,
        "products_truncated": touch.products.len() > MOST_PRODUCTS, "as_of": now,
    })
}

fn said(graph: &Graph, columns: Option<&[ColumnEdge]>, asked: &Asked) -> Value {
    let nodes: Vec<Value> = graph.nodes.iter().enumerate().map(|(place, node)| self::node(place, node)).collect();
    let mut edges: Vec<Value> = graph.edges.iter().map(|(from, to)| json!({ "from": format!("n{from}"), "to": format!("n{to}") })).collect();
    // None are there when nobody asked for them.
    for (edge, made) in edges.iter_mut().zip(&graph.jobs) {
        edge["jobs"] = made_by(made);
        edge["jobs_truncated"] = made.more.into();
    }
    let mut body = json!({
        "direction": asked.direction, "hops": asked.hops, "as_of": asked.as_of, "truncated": graph.cut(), "nodes": nodes, "edges": edges,
        "of_today": of_today(asked),
    });
    if let (Some(columns), Some(object)) = (columns, body.as_object_mut()) {
        let most = usize::try_from(MOST_COLUMNS).unwrap_or_default();
        let spot = |spot: &Option<(String, String)>| spot.as_ref().map(|(dataset, column)| json!({ "dataset": dataset, "column": column }));
        let said = |edge: &ColumnEdge| json!({ "from": spot(&edge.from), "to": spot(&edge.to), "direct": edge.direct, "masked": edge.masked });
        object.insert("columns".into(), columns.iter().take(most).map(said).collect());
        object.insert("columns_truncated".into(), (columns.len() > most).into());
    }
    body
}

fn made_by(made: &EdgeJobs) -> Value {
    let job = |one: &EdgeJob| {
        let name = if let JobName::Named(name) = &one.name { json!({ "namespace": name.namespace, "name": name.name }) } else { Value::Null };
        let last = one.last.map(|(at, state)| json!({ "at": at, "state": state.as_str() }));
        json!({ "job": name, "declared": one.name == JobName::Declared, "last": last })
    };
    made.jobs.iter().map(job).collect()
}

/// What a node is, without its stamps.
pub fn kind(what: &What) -> Value {
    match what {
        What::Dataset(one) => {
            json!({ "kind": "dataset", "address": format!("{}.{}", one.address, one.dataset), "product": one.address, "title": one.title })
        }
        What::Source(text) => json!({ "kind": "source", "title": text }),
        What::Named { namespace, name } => json!({ "kind": "placeholder", "namespace": namespace, "name": name }),
        What::Outside => json!({ "kind": "outside" }),
    }
}

fn node(place: usize, node: &Seen) -> Value {
    let mut body = kind(&node.what);
    if let What::Dataset(one) = &node.what {
        body["classification"] = json!(one.classification);
        body["personal"] = json!(one.personal);
        body["updated_on"] = json!(one.updated_on);
        body["frequency"] = json!(one.frequency);
        let (promise, measured_at) = one.fresh.promise.unzip();
        body["freshness"] = json!({ "promise": promise, "measured_at": measured_at.flatten(), "written_at": one.fresh.written_at });
    }
    if let Some(told) = &node.told {
        body["version"] = json!(told.version);
        body["columns"] = told.fields.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect();
        body["more_columns"] = told.more_fields.into();
        body["described_at"] = json!(told.at);
    }
    if let Some(object) = body.as_object_mut() {
        object.insert("id".into(), format!("n{place}").into());
        object.insert("hop".into(), node.hop.into());
        object.insert("more_upstream".into(), node.more_up.into());
        object.insert("more_downstream".into(), node.more_down.into());
        let checks = node.checks.map(|(met, missed, at)| json!({ "met": met, "missed": missed, "at": at }));
        object.insert("checks".into(), checks.unwrap_or_default());
    }
    body
}
