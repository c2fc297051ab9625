//! `GET /api/v1/agreements/given`: the agreements on what its reader looks after, as on the page.

use super::requests::{Page, one_more};
use super::said::LISTED;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use store::access::{self, GivenFilter, GivenLine, GivenState};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// A product's address.
    product: String,
    /// `in-force`, `held` or `ended`; nothing for all.
    state: String,
    after: String,
}

fn said(line: &GivenLine) -> Value {
    json!({
        "id": line.id, "title": line.product_title, "holder": line.holder, "agency": line.agency, "team": line.team, "purpose": line.purpose,
        "state": line.state.as_str(), "grant": line.grant_state.as_str(), "held": line.held, "until": line.until, "first_read_at": line.first_read_at,
    })
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(chosen): Query<Chosen>) -> Result<Json<Value>, HttpError> {
    let Chosen { product, state: word, after } = chosen;
    let after = Page { after }.after()?;
    let product = product.trim().replace('\0', "");
    let unknown = |_| HttpError::Malformed("“state” is in-force, held or ended.".into());
    let of = if word.is_empty() { None } else { Some(word.parse::<GivenState>().map_err(unknown)?) };
    let filter = GivenFilter { product: Some(product.clone()).filter(|product| !product.is_empty()), state: of };
    let mut lines = access::agreements_on(&mut *state.pool.acquire().await?, &who.actor, &filter, after, one_more()).await?;
    let more = lines.len() > LISTED;
    lines.truncate(LISTED);
    let next = lines.last().filter(|_| more).map(|last| {
        let pairs = [("product", product), ("state", word), ("after", last.id.to_string())];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty())).finish();
        format!("/api/v1/agreements/given?{query}")
    });
    Ok(Json(json!({ "agreements": lines.iter().map(said).collect::<Vec<_>>(), "next": next })))
}
