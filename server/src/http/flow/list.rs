//! `GET /flows`, and the same as JSON at `GET /api/v1/flows`: what concerns the products that somebody looks after.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::flow::{FLAGS, flows_page};
use app::shell::Section;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::flow::next_step;
use serde_json::{Value, json};
use store::flow::{self, FlagView};

/// One more than is shown: it says that there are others.
const ASKED: i64 = 201;

async fn flags(state: &AppState, who: &SignedIn) -> Result<Vec<FlagView>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    Ok(flow::flags(&mut conn, who.actor.person, ASKED, state.now()).await?)
}

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let flags = flags(&state, &who).await?;
    render::page(&state, &who, Section::None, "Personal data downstream", StatusCode::OK, move || flows_page(&flags)).await
}

/// `from` is null where the reader may not know of the product that the data comes from.
pub async fn api(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let flags = flags(&state, &who).await?;
    let line = |flag: &FlagView| {
        let from = flag.upstream.as_ref().map(|(_, address)| json!({ "product": address, "column": flag.from_column }));
        json!({
            "product": flag.product_address,
            "input_port": flag.input_port,
            "from": from,
            "to_column": flag.to_column,
            "carried": flag.carried,
            "held_agreements": flag.held,
            "found_at": flag.found_at,
            "mine_to_mend": flag.mine_to_mend,
            "next_step": next_step(flag.to_column.as_deref(), flag.carried),
        })
    };
    Ok(Json(json!({ "flags": flags.iter().take(FLAGS).map(line).collect::<Vec<_>>(), "more": flags.len() > FLAGS })))
}
