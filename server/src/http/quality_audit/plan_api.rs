//! Plans of quality audits for programs: listed, made, changed, paused, resumed and ended. The same checks as on the pages.

use super::plan::{Place, changed, find, moved, planned};
use crate::http::api::called::{Called, idempotency_key};
use crate::http::api::paging::{behind, cut, paged};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::id::PersonId;
use domain::quality_audit::{PlanForm, PlanState};
use domain::{Urn, Violation};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::quality_audit::{self, PlanView};
use store::{catalogue, quality};
use uuid::Uuid;

/// Plans that pages are cut from; one more is read, which says that there are others.
const PLANS: usize = 5_000;
const READ: i64 = 5_001;

fn fresh(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn said(plan: &PlanView) -> Value {
    let domain = plan.domain.as_ref().map(|(id, title)| json!({ "id": id, "title": title }));
    json!({
        "id": plan.id, "sector": plan.sector_slug, "name": plan.name, "scope": plan.scope, "domain": domain,
        "products": plan.products.iter().map(|(_, address, _)| address).collect::<Vec<_>>(), "criteria": plan.criteria, "rhythm": plan.rhythm,
        "first_on": plan.first_on, "next_on": plan.next_on, "announce_days": plan.announce_days, "mend_days": plan.mend_days, "told": plan.told,
        "state": plan.state, "version": plan.version, "made_by": plan.made_by, "made_at": plan.made_at,
        "page": format!("/quality-audits/plans/{}", plan.id),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// A sector's slug.
    sector: String,
    after: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(wanted): Query<Wanted>) -> Result<Response, HttpError> {
    let slug = wanted.sector.trim();
    let mut conn = state.pool.acquire().await?;
    let sector = match slug {
        "" => None,
        slug => Some(quality::sector(&mut conn, slug).await?.ok_or(HttpError::NotFound)?.0),
    };
    let mut plans = quality_audit::plans(&mut conn, who.actor.person, sector, READ, state.now()).await?;
    let truncated = cut(&mut plans, PLANS);
    let plans = behind(plans, &wanted.after, |plan| plan.id.to_string())?;
    let mut body = paged("plans", "/api/v1/quality-audits/plans", &[("sector", slug)], plans, |plan| plan.id.to_string(), said);
    body["truncated"] = truncated.into();
    Ok(fresh(body))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    Ok(fresh(said(&find(&state, &who, &id).await?)))
}

/// A plan in the words of the form, with products by their addresses.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Sent {
    /// Of one that is changed: the version that was shown.
    version: Option<i32>,
    name: String,
    scope: String,
    /// A domain's id.
    domain: Option<String>,
    products: Vec<String>,
    criteria: Vec<String>,
    rhythm: String,
    first_on: String,
    announce_days: Option<i32>,
    mend_days: Option<i32>,
    told: Vec<String>,
}

impl Sent {
    /// A page leaves out what is not there any more; a program is told.
    async fn form(self, state: &AppState, who: &SignedIn) -> Result<PlanForm, HttpError> {
        let mut conn = state.pool.acquire().await?;
        let mut products = vec![];
        for address in &self.products {
            let urn = address.parse::<Urn>().ok();
            let found = match urn {
                Some(urn) => catalogue::product(&mut conn, who.actor.person, &urn.product_address(), state.now()).await?,
                None => None,
            };
            let Some(product) = found else {
                let words = format!("There is no product {address} that you may know of.");
                return Err(HttpError::Invalid(vec![Violation::new("products", "product_unknown", words)]));
            };
            products.push(product.id.to_string());
        }
        let days = |days: Option<i32>| days.map(|days| days.to_string()).unwrap_or_default();
        Ok(PlanForm {
            name: self.name,
            scope: self.scope,
            domain: self.domain.unwrap_or_default(),
            products,
            criteria: self.criteria,
            rhythm: self.rhythm,
            first_on: self.first_on,
            announce_days: days(self.announce_days),
            mend_days: days(self.mend_days),
            told: self.told,
        })
    }
}

/// Plans have their keys in common: what one person sends is never another's plan.
fn own_key(person: PersonId, key: Uuid) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::new().chain_update(person.0.as_bytes()).chain_update(key.as_bytes()).finalize()[..16]);
    Uuid::from_bytes(bytes)
}

pub async fn make(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Called(sent, who): Called<Sent>,
) -> Result<Response, HttpError> {
    let place = Place::of_sector(&state, &who, &slug).await?;
    let key = own_key(who.actor.person, idempotency_key(&headers)?);
    let form = sent.form(&state, &who).await?;
    let id = planned(&state, &who, &place, &form, key).await?.map_err(HttpError::Invalid)?;
    Ok((StatusCode::CREATED, fresh(said(&find(&state, &who, &id.to_string()).await?))).into_response())
}

pub async fn change(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Sent>) -> Result<Response, HttpError> {
    let plan = find(&state, &who, &id).await?;
    let place = Place::of_plan(&state, &who, &plan).await?;
    let version = shown(sent.version)?;
    let form = sent.form(&state, &who).await?;
    changed(&state, &who, (&plan, &place), version, &form).await?.map_err(HttpError::Invalid)?;
    Ok(fresh(said(&find(&state, &who, &id).await?)))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Move {
    to: String,
    version: Option<i32>,
}

pub async fn set_state(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Move>) -> Result<Response, HttpError> {
    let plan = find(&state, &who, &id).await?;
    if sent.to.parse::<PlanState>().is_err() {
        return Err(HttpError::Invalid(vec![Violation::new("to", "state_unknown", "It is one of active, paused, ended.")]));
    }
    moved(&state, &who, plan, &sent.to, shown(sent.version)?).await?;
    Ok(fresh(said(&find(&state, &who, &id).await?)))
}

fn shown(version: Option<i32>) -> Result<i32, HttpError> {
    version.ok_or_else(|| HttpError::Invalid(vec![Violation::new("version", "version_missing", "Name the version that you read.")]))
}
