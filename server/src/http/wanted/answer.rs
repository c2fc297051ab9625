//! `POST /wanted/{id}/answer`: once, by somebody who answers for the domain.

use super::show::{page, readable};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::{PersonId, ProductId};
use domain::wanted::{AnswerForm, NewAnswer};
use domain::{Action, Violation};
use serde::Deserialize;
use store::{PgConnection, catalogue, wanted};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    kind: String,
    text: String,
    product: String,
}

pub async fn answer(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let form = AnswerForm { kind: typed.kind, text: typed.text, product: typed.product };
    let mut tx = state.pool.begin().await?;
    let found = readable(&state, &who, &mut tx, &id).await?;
    authorise(&who.actor, Action::AnswerWanted { asker: found.asker, area: found.area })?;
    let wrong = match NewAnswer::check(&form) {
        Ok(new) => match product(&state, &who, &mut tx, &new, found.asker).await? {
            Ok(product) => {
                wanted::answer(&mut tx, who.actor.person, found.id, &new, product, &who.origin, state.now()).await?;
                tx.commit().await?;
                return Ok(Redirect::to(&format!("/wanted/{}", found.id)).into_response());
            }
            Err(fault) => vec![fault],
        },
        Err(wrong) => wrong,
    };
    drop(tx);
    page(&state, &who, found, form, wrong).await
}

/// The product that an answer names, when both the one who answers and the one who asked may know of it. What the first
/// may not know of is not there for them.
async fn product(
    state: &AppState,
    who: &SignedIn,
    conn: &mut PgConnection,
    new: &NewAnswer,
    asker: PersonId,
) -> Result<Result<Option<ProductId>, Violation>, HttpError> {
    let Some(address) = &new.product else { return Ok(Ok(None)) };
    let Some(known) = catalogue::product(conn, who.actor.person, address, state.now()).await? else {
        return Ok(Err(Violation::new("product", "product_unknown", "There is no product at this address. Check it, or leave it empty.")));
    };
    if catalogue::product(conn, asker, address, state.now()).await?.is_none() {
        let message = "Whoever asked may not know of this product, so it cannot be named. Leave it empty.";
        return Ok(Err(Violation::new("product", "product_hidden_from_asker", message)));
    }
    Ok(Ok(Some(known.id)))
}
