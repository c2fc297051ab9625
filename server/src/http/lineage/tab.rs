//! `GET /products/{urn}/lineage`: the graph around a product, drawn on the server.

use super::beside::looked;
use super::query::moment;
use super::runs::RUNS;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::lineage::{BesideView, ColumnsView, LineageView, lineage_tab};
use domain::authorisation::authorise;
use domain::lineage::{Direction, MOST_HOPS, USUAL_HOPS};
use domain::{Action, Urn};
use leptos::prelude::AnyView;
use store::catalogue::{self, ProductView};
use store::lineage::{self, Asked, FOLLOWED, Limits, RunKey, Start};
use store::{PgConnection, PgPool};

/// Nodes on one page.
const NODES: usize = 200;
/// Columns of the product itself that are followed when all are opened.
const COLUMNS: usize = 100;

/// What the address asks for; whatever cannot be read is as if it were not there.
struct Wanted {
    direction: Direction,
    hops: u8,
    as_of: String,
    columns: bool,
    /// One column of a dataset, followed by itself.
    dataset: String,
    column: String,
    /// Where the page of runs before this one ended.
    runs: Option<RunKey>,
    /// All direct neighbours: which way, by which name, which page.
    beside: Option<bool>,
    words: String,
    page: String,
}

fn wanted(query: &str) -> Wanted {
    let mut wanted = Wanted {
        direction: Direction::Both,
        hops: USUAL_HOPS,
        as_of: String::new(),
        columns: false,
        dataset: String::new(),
        column: String::new(),
        runs: None,
        beside: None,
        words: String::new(),
        page: String::new(),
    };
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "direction" => wanted.direction = value.parse().unwrap_or(wanted.direction),
            "hops" => wanted.hops = value.parse().unwrap_or(wanted.hops).clamp(1, MOST_HOPS),
            "as_of" => wanted.as_of = value.parse::<chrono::NaiveDate>().map(|day| day.to_string()).unwrap_or_default(),
            "columns" => wanted.columns = value == "1",
            "dataset" => wanted.dataset = value.into_owned(),
            "column" => wanted.column = value.into_owned(),
            "beside" => wanted.beside = value.parse::<Direction>().ok().filter(|way| *way != Direction::Both).map(|way| way == Direction::Down),
            "q" => wanted.words = value.into_owned(),
            "page" => wanted.page = value.into_owned(),
            "runs" => wanted.runs = value.parse().ok(),
            _ => {}
        }
    }
    wanted
}

pub async fn content(
    state: &AppState,
    who: &SignedIn,
    product: &ProductView,
    query: &str,
) -> Result<impl FnOnce() -> AnyView + Send + use<>, HttpError> {
    let (wanted, now, reader) = (wanted(query), state.now(), who.actor.person);
    let as_of = moment(&wanted.as_of);
    let mut conn = state.pool.acquire().await?;
    let urn = product.address.parse().map_err(|_| HttpError::NotFound)?;
    let start = lineage::of_address(&mut conn, &urn, reader, now).await?.ok_or(HttpError::NotFound)?;
    drop(conn);
    let asked = Asked { reader, direction: wanted.direction, hops: wanted.hops, as_of, limits: Limits { nodes: NODES, ..Limits::USUAL }, now };
    // None of these waits for another: the page takes as long as the longest, which is the graph or what is touched.
    let graph = async { Ok::<_, HttpError>(lineage::graph_with_jobs(&state.pool, &start.nodes, &asked).await?) };
    let touch = async {
        let mut conn = state.pool.acquire().await?;
        Ok::<_, HttpError>(lineage::touched(&mut conn, &start, reader, FOLLOWED, now).await?)
    };
    let opened = async {
        let columns = columns(&state.pool, product, &start, &wanted, &asked).await?;
        Ok::<_, HttpError>((columns, beside(&mut *state.pool.acquire().await?, &start, &wanted, &asked).await?))
    };
    let around = async {
        let mut conn = state.pool.acquire().await?;
        let runs = lineage::runs(&mut conn, &start, reader, wanted.runs, RUNS, now).await?;
        let names = lineage::names_of(&mut conn, product.id).await?;
        let inputs = catalogue::input_ports(&mut conn, product.id, reader, now).await?;
        Ok::<_, HttpError>((runs, names, inputs, catalogue::output_ports(&mut conn, product.id).await?))
    };
    let (graph, touch, (columns, beside), (runs, names, inputs, outputs)) = tokio::try_join!(graph, touch, opened, around)?;
    let keeps = authorise(&who.actor, Action::ClaimLineage { place: product.at.place }).is_ok();
    let view = LineageView {
        address: product.address.clone(),
        title: product.title.clone(),
        direction: wanted.direction,
        hops: wanted.hops,
        as_of: wanted.as_of,
        graph,
        touch,
        columns,
        runs,
        beside,
        later_runs: wanted.runs.is_some(),
        names: if keeps { Some(names) } else { None },
    };
    Ok(move || lineage_tab(&view, &inputs, &outputs))
}

/// Direct neighbours, by name and by page, where they are asked for.
async fn beside(conn: &mut PgConnection, start: &Start, wanted: &Wanted, asked: &Asked) -> Result<Option<BesideView>, HttpError> {
    let Some(down) = wanted.beside else { return Ok(None) };
    let looked = looked(down, &wanted.words, &wanted.page);
    let found = lineage::beside(conn, start, asked.reader, &looked, asked.now).await?;
    Ok(Some(BesideView { looked, found }))
}

/// What is opened of columns: one of them, all of the product's, or nothing.
async fn columns(pool: &PgPool, product: &ProductView, start: &Start, wanted: &Wanted, asked: &Asked) -> Result<Option<ColumnsView>, HttpError> {
    if !wanted.dataset.is_empty() && !wanted.column.is_empty() {
        let start = match format!("{}.{}", product.address, wanted.dataset).parse::<Urn>() {
            Ok(urn) => lineage::of_address(&mut *pool.acquire().await?, &urn, asked.reader, asked.now).await?,
            Err(_) => None,
        };
        let graph = match start.filter(|start| start.dataset.is_some()) {
            Some(start) => lineage::column_graph(pool, &start, &wanted.column, asked).await?,
            None => None,
        };
        return Ok(Some(ColumnsView { one: Some((wanted.dataset.clone(), wanted.column.clone())), graph }));
    }
    if !wanted.columns {
        return Ok(None);
    }
    let graph = lineage::columns_graph(pool, start, COLUMNS, asked).await?;
    Ok(Some(ColumnsView { one: None, graph: Some(graph) }))
}
