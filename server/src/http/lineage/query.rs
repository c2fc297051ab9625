//! `GET /api/v1/lineage`: the graph around a product, a dataset or a name, or around one column of it, for programs.

use super::column;
use super::said::Said;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, NaiveDate, Utc};
use domain::lineage::{Direction, MOST_HOPS, Name, USUAL_HOPS};
use domain::{Violation, calendar};
use serde::Deserialize;
use serde_json::{Value, json};
use store::lineage::{self, Asked, FOLLOWED, Limits, Touch};

/// Nodes in one answer at most.
const MOST_NODES: usize = 1_000;
pub const MOST_COLUMNS: i64 = 1_000;
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
        let nodes =
            if self.limit.is_empty() { Some(Limits::USUAL.nodes) } else { self.limit.parse().ok().filter(|most| (1..=MOST_NODES).contains(most)) };
        if nodes.is_none() {
            wrong.push(Violation::new("limit", "limit_unusable", format!("It is a number from 1 to {MOST_NODES}.")));
        }
        let (Ok(direction), Some(hops), Some(as_of), Some(nodes)) = (direction, hops, as_of, nodes) else { return Err(HttpError::Invalid(wrong)) };
        Ok(Asked { reader: who.actor.person, direction, hops, as_of, limits: Limits { nodes, ..Limits::USUAL }, now })
    }
}

pub async fn api(State(state): State<AppState>, who: SignedIn, Query(wanted): Query<Wanted>) -> Result<Response, HttpError> {
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
    // What follows is asked on connections of its own, and nobody waits for one who holds another.
    drop(conn);
    if !wanted.column.is_empty() {
        if start.product.is_some() && start.dataset.is_none() {
            let advice = "Name the dataset that it is a column of, such as ssot-a.busroutes-dp.routes.";
            return Err(HttpError::Invalid(vec![Violation::new("node", "dataset_missing", advice)]));
        }
        let found = lineage::column_graph(&state.pool, &start, &wanted.column, &asked).await?.ok_or(HttpError::NotFound)?;
        return Ok(Json(column::said(&found, &asked)).into_response());
    }
    let graph = if wanted.jobs {
        lineage::graph_with_jobs(&state.pool, &start.nodes, &asked).await?
    } else {
        lineage::graph(&state.pool, &start.nodes, &asked).await?
    };
    let columns = match start.product.filter(|_| wanted.columns) {
        Some(product) => {
            let mut conn = state.pool.acquire().await?;
            Some(lineage::column_edges(&mut conn, product, who.actor.person, asked.as_of, MOST_COLUMNS + 1, now).await?)
        }
        None => None,
    };
    let touched = if wanted.touched {
        let mut conn = state.pool.acquire().await?;
        Some(touched(&lineage::touched(&mut conn, &start, who.actor.person, FOLLOWED, now).await?, now))
    } else {
        None
    };
    Ok(Json(Said::of(&graph, columns.as_deref(), touched, &asked)).into_response())
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
