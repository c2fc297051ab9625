//! `GET /api/v1/sharing`: how long sharing takes and how far requests come, over the products that the token's maker may know of.

use crate::http::error::HttpError;
use crate::http::sharing::asked::{Typed, figures, read};
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Query, State};
use domain::access::{Figures, WorkingTime};
use serde_json::{Value, json};

/// Counts are of parts of requests; times are working days, with two places.
fn said(figures: &Figures) -> Value {
    let Figures { funnel, lead, decision, within, running, late } = figures;
    let days = |time: Option<WorkingTime>| time.map(|time| (time.days() * 100.0).round() / 100.0);
    json!({
        "funnel": {
            "submitted": funnel.submitted, "decided": funnel.decided, "approved": funnel.approved, "granted": funnel.granted, "read": funnel.read,
            "withdrawn": funnel.withdrawn,
        },
        "read_within_target": within, "on_their_way": running, "late": late, "decided_median_days": days(decision.median),
        "read_days": { "lower_quartile": days(lead.lower), "median": days(lead.median), "upper_quartile": days(lead.upper) },
    })
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Json<Value>, HttpError> {
    let asked = read(&typed, state.now());
    let mut conn = state.pool.acquire().await?;
    let sharing = figures(&mut conn, Some(who.actor.person), &asked, state.now()).await?;
    drop(conn);
    let months: Vec<Value> = sharing.months.iter().map(|(month, figures)| json!({ "month": month.to_string(), "figures": said(figures) })).collect();
    let agencies: Vec<Value> = sharing.agencies.iter().map(|(agency, figures)| json!({ "agency": agency, "figures": said(figures) })).collect();
    let products: Vec<Value> =
        sharing.products.iter().map(|one| json!({ "product": one.address, "title": one.title, "figures": said(&one.figures) })).collect();
    Ok(Json(json!({
        "from": asked.from.to_string(), "until": asked.until.to_string(), "target_days": WorkingTime::TARGET.days(), "all": said(&sharing.all),
        "months": months, "agencies": agencies, "products": products,
    })))
}
