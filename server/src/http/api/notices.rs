//! `/api/v1/notices` and `/api/v1/to-do`: what its reader was told, unread first, how they are told, and what waits for them to do; for
//! programs of theirs.

use super::called::Called;
use super::requests::Nothing;
use crate::http::error::HttpError;
use crate::http::notices::mark::{all_marked, marked};
use crate::http::notices::preferences::kept;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use domain::Violation;
use domain::notice::NoticeKind;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use store::notice::{self, Waiting};

const LISTED: i64 = 100;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let notices = notice::notices(&mut *state.pool.acquire().await?, who.actor.person, None, LISTED, state.now()).await?;
    let lines: Vec<_> = notices
        .iter()
        .map(|one| {
            let said = one.said();
            json!({
                "id": one.id, "type": one.topic, "kind": one.kind, "at": one.at, "read_at": one.read_at, "object": one.object,
                "text": said.text, "step": said.step, "url": state.config.url(&said.path),
            })
        })
        .collect();
    Ok(Json(json!({ "notices": lines })))
}

pub async fn read(State(state): State<AppState>, Path(id): Path<String>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    marked(&state, &who, &id).await?;
    Ok(Json(json!({ "id": id, "read": true })))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Shown {
    /// What came after this moment is left unread; without it, all are read.
    shown: String,
}

pub async fn read_all(State(state): State<AppState>, Called(sent, who): Called<Shown>) -> Result<Json<Value>, HttpError> {
    all_marked(&state, &who, &sent.shown).await?;
    list(State(state), who).await
}

/// Each kind of notice with how its reader is told of it.
pub async fn preferences(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let chosen = notice::preferences(&mut *state.pool.acquire().await?, who.actor.person).await?;
    let chosen: Map<String, Value> = chosen.into_iter().map(|(kind, delivery)| (kind.as_str().to_owned(), delivery.as_str().into())).collect();
    Ok(Json(json!({ "preferences": chosen })))
}

/// Keeps what is named; of a kind that is not, what was chosen before.
pub async fn prefer(State(state): State<AppState>, Called(sent, who): Called<BTreeMap<String, String>>) -> Result<Json<Value>, HttpError> {
    if let Some(unknown) = sent.keys().find(|kind| kind.parse::<NoticeKind>().is_err()) {
        let fault = Violation::new("kind", "kind_unknown", format!("There are no notices of the kind “{unknown}”."));
        return Err(HttpError::Invalid(vec![fault]));
    }
    let former = notice::preferences(&mut *state.pool.acquire().await?, who.actor.person).await?;
    let chosen: Vec<(NoticeKind, String)> =
        former.into_iter().map(|(kind, delivery)| (kind, sent.get(kind.as_str()).cloned().unwrap_or_else(|| delivery.as_str().to_owned()))).collect();
    kept(&state, &who, &chosen).await?.map_err(HttpError::Invalid)?;
    preferences(State(state), who).await
}

/// Everything that waits for its reader, by kind, as the home page has it.
pub async fn to_do(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let now = state.now();
    let mut conn = state.pool.acquire().await?;
    let mine = render::counts(&mut conn, &who, now).await?.access;
    let to_do = notice::to_do(&mut conn, &who.actor, now).await?;
    let said = |waiting: Option<Waiting>| waiting.map(|one| json!({ "count": one.count, "first": one.first, "by": one.by }));
    Ok(Json(json!({
        "decisions": mine.waiting_for_me, "questions": mine.questions_for_me, "wanted": mine.wanted_of_me,
        "terms": said(to_do.terms), "ending": said(to_do.ending), "words": said(to_do.words), "reviews": said(to_do.reviews),
        "subjects": said(to_do.subjects), "linkages": said(to_do.linkages), "flags": said(to_do.flags), "asked": said(to_do.asked),
        "mending": said(to_do.mending), "disputes": said(to_do.disputes), "problems": said(to_do.problems),
        "drift": said(to_do.drift), "erasure": said(to_do.erasure),
    })))
}
