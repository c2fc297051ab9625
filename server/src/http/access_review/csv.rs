//! `GET /reviews/{id}/csv`: a review as a table.

use super::show::readable;
use crate::http::csv::quoted;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use store::access_review::{Holding, ReviewItem, ReviewView};

const HEADS: &str = "domain,quarter,kind,holder,agency,held,where,team,purpose,until,last_read,credentials,personal_columns,decision,decided_by,decided_at,\
                     held_still,note,needed,answer\r\n";

pub async fn csv(State(state): State<AppState>, Path(id): Path<String>, who: SignedIn) -> Result<Response, HttpError> {
    let review = readable(&mut *state.pool.acquire().await?, &state, &who, &id).await?;
    let name = format!("attachment; filename=\"review-{}-{}.csv\"", review.line.domain_slug, review.line.quarter.first_day());
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, table(&review)).into_response())
}

fn table(review: &ReviewView) -> String {
    let rows = review.items.iter().map(|item| row(review, item));
    std::iter::once(HEADS.to_owned()).chain(rows).collect()
}

fn row(review: &ReviewView, item: &ReviewItem) -> String {
    let held = match &item.held {
        Holding::Role { role, scope_title, until, .. } => {
            let until = until.map(|until| until.to_rfc3339()).unwrap_or_default();
            [
                "role".to_owned(),
                role.label().to_owned(),
                scope_title.clone(),
                String::new(),
                String::new(),
                until,
                String::new(),
                String::new(),
                String::new(),
            ]
        }
        Holding::Agreement { agreement, address, team, purpose, until, last_read, credentials, personal, .. } => [
            "agreement".to_owned(),
            agreement.to_string(),
            address.clone(),
            team.clone().unwrap_or_default(),
            purpose.clone(),
            until.to_rfc3339(),
            last_read.map(|at| at.to_rfc3339()).unwrap_or_default(),
            credentials.to_string(),
            personal.join(" "),
        ],
    };
    let [kind, what, place, rest @ ..] = held;
    let before = [review.line.domain_slug.clone(), review.line.quarter.to_string(), kind, item.name.clone(), item.agency.clone().unwrap_or_default()];
    let after = [
        item.decision.map(|decision| decision.as_str().to_owned()).unwrap_or_default(),
        item.decided_by.clone().unwrap_or_default(),
        item.decided_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
        if item.gone { "no" } else { "yes" }.to_owned(),
        item.note.clone(),
        item.answer.as_ref().map(|answer| if answer.said.needed { "yes" } else { "no" }.to_owned()).unwrap_or_default(),
        item.answer.as_ref().map(|answer| answer.said.words.clone()).unwrap_or_default(),
    ];
    let cells = before.into_iter().chain([what, place]).chain(rest).chain(after);
    cells.map(|cell| quoted(&cell)).collect::<Vec<_>>().join(",") + "\r\n"
}
