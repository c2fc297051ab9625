//! `POST /reviews/{id}/preview` and `POST /reviews/{id}/decide`: some of those who hold something, in one decision. What is ended is
//! ended as everywhere: a role by `organisation::end_role`, an agreement by `access::end`, in the same transaction.

use super::show::{page, readable};
use crate::ending::end_at_once;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access_review::{Deciding, Preview, preview_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access_review::{LONGEST_NOTE, ReviewDecision};
use domain::authorisation::authorise;
use domain::id::{AgreementId, ReviewItemId};
use domain::{Action, Violation};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::access::{self, EndReason};
use store::access_review::{self, Decided, Holding, ReviewItem, ReviewView};
use store::{PgConnection, StoreError, organisation};

/// Items that are decided together.
const MOST: usize = 2_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    item: Vec<String>,
    /// Set when all that are not decided are meant.
    all: String,
    decision: String,
    note: String,
}

/// What was chosen, once each, and what was said of it; or what is wrong with it.
struct Wish {
    items: BTreeSet<ReviewItemId>,
    decision: ReviewDecision,
    note: String,
}

fn wish(review: &ReviewView, typed: &Typed) -> Result<Wish, Vec<Violation>> {
    let mut wrong = vec![];
    let ticked: BTreeSet<ReviewItemId> = typed.item.iter().filter_map(|id| id.parse().ok()).collect();
    let meant = |item: &&ReviewItem| item.is_open() && !item.own && (ticked.contains(&item.id) || (!typed.all.is_empty() && item.decision.is_none()));
    let items: BTreeSet<ReviewItemId> = review.items.iter().filter(meant).map(|item| item.id).take(MOST).collect();
    if items.is_empty() {
        wrong.push(Violation::new("all", "nothing_chosen", "Choose at least one that is not decided yet, or all of them."));
    }
    let note = typed.note.replace("\r\n", "\n").replace('\0', "").trim().to_owned();
    if note.chars().count() > LONGEST_NOTE {
        wrong.push(Violation::new("note", "note_too_long", format!("Use at most {LONGEST_NOTE} characters.")));
    }
    let decision = typed.decision.parse::<ReviewDecision>().ok();
    match decision {
        None => wrong.push(Violation::new("decision", "decision_missing", "Choose what becomes of them.")),
        Some(ReviewDecision::End | ReviewDecision::Ask) if note.is_empty() => {
            wrong.push(Violation::new("note", "note_missing", "Say why: whoever holds it reads this."));
        }
        Some(_) => {}
    }
    match decision {
        Some(decision) if wrong.is_empty() => Ok(Wish { items, decision, note }),
        _ => Err(wrong),
    }
}

pub async fn preview(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let review = readable(&mut *state.pool.acquire().await?, &state, &who, &id).await?;
    authorise(&who.actor, Action::ReviewAccess { domain: review.line.area.domain })?;
    let wish = match wish(&review, &typed) {
        Ok(wish) => wish,
        Err(wrong) => return again(&state, &who, review, typed, wrong).await,
    };
    let csrf = who.csrf.clone();
    render::page(&state, &who, Section::Work, "Before you decide", StatusCode::OK, move || {
        let chosen = review.items.iter().filter(|item| wish.items.contains(&item.id)).collect();
        preview_page(&csrf, &Preview { review: &review, chosen, decision: wish.decision, note: &wish.note })
    })
    .await
}

async fn again(state: &AppState, who: &SignedIn, review: ReviewView, typed: Typed, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    page(state, who, review, None, Deciding { decision: typed.decision, note: typed.note, items: typed.item }, wrong).await
}

pub async fn decide(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let mut tx = state.pool.begin().await?;
    let review = readable(&mut tx, &state, &who, &id).await?;
    authorise(&who.actor, Action::ReviewAccess { domain: review.line.area.domain })?;
    let at = format!("/reviews/{}", review.line.id);
    let wish = match wish(&review, &typed) {
        Ok(wish) => wish,
        // Sent twice, or decided by somebody else: nothing of it is left.
        Err(wrong) if wrong.iter().all(|fault| fault.code == "nothing_chosen") => return Ok(Redirect::to(&format!("{at}?done=0")).into_response()),
        Err(wrong) => {
            drop(tx);
            return again(&state, &who, review, typed, wrong).await;
        }
    };
    let (items, now): (Vec<_>, _) = (wish.items.into_iter().collect(), state.now());
    let said = (wish.decision, wish.note.as_str());
    let decided = access_review::decide(&mut tx, who.actor.person, &review, &items, said, (&who.origin, now)).await?;
    let mut ended = vec![];
    if wish.decision == ReviewDecision::End {
        for one in &decided {
            ended.extend(end(&mut tx, &state, &who, one, &wish.note).await?);
        }
    }
    access_review::close_done(&mut tx, Some(who.actor.person), Some(review.line.id), &who.origin, now).await?;
    tx.commit().await?;
    end_at_once(&state, &ended).await;
    Ok(Redirect::to(&format!("{at}?done={}", decided.len())).into_response())
}

/// Ends what was decided to end; gives the agreement, when it was one. What has ended meanwhile needs nothing more.
async fn end(conn: &mut PgConnection, state: &AppState, who: &SignedIn, decided: &Decided, note: &str) -> Result<Option<AgreementId>, HttpError> {
    let (actor, now) = (who.actor.person, state.now());
    match &decided.held {
        Holding::Role { grant, .. } => {
            organisation::end_role(conn, actor, *grant, who.origin.clone(), now).await?;
            Ok(None)
        }
        Holding::Agreement { agreement, .. } => {
            match access::end(conn, Some(actor), *agreement, &EndReason::Revoked(note.to_owned()), &who.origin, now).await {
                Ok(()) => Ok(Some(*agreement)),
                Err(StoreError::Conflict(_)) => Ok(None),
                Err(error) => Err(error.into()),
            }
        }
    }
}
