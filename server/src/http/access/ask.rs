//! `GET /requests/new` and `POST /requests/check`: the form, and the same form again with its faults or as answers to check.

use super::answers::{needed, offered_of, terms_of};
use super::scope_form;
use crate::clock;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::ask::{Offer, allowed_purposes, form_page, sent_before, suggested_until};
use app::features::access::check::{Checked, check_page};
use app::shell::Section;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::{Answers, NewRequest, PurposeRule, RequestForm, Route, check as check_form};
use domain::id::{ProductId, RequestId, TeamId};
use domain::{Urn, Violation, Violations, calendar};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::access::{self, Asked};
use store::{PgConnection, organisation, team};
use uuid::Uuid;

/// Datasets in one request.
const MOST: usize = 50;

/// The form as the browser sends it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub key: String,
    /// Everything that the form offers, so that nothing is lost when it is shown again.
    pub offered: Vec<String>,
    pub ports: Vec<String>,
    pub purpose: String,
    pub explanation: String,
    pub legal_basis: String,
    pub team: String,
    /// The team to ask for, by id; empty for oneself.
    pub for_team: String,
    pub seen_by: String,
    pub until: String,
    pub columns_shown: Vec<String>,
    pub columns: Vec<String>,
    pub row_names: Vec<String>,
    pub row_values: Vec<String>,
    /// Versions of terms that the page of answers showed: `address=version`.
    pub accepted: Vec<String>,
    /// Set when the answers are to be changed rather than checked.
    #[serde(skip_serializing)]
    pub change: String,
}

/// What a typed form became.
pub struct Judged {
    pub typed: Typed,
    pub form: RequestForm,
    /// Offered and, of these, asked for.
    pub offered: Vec<Asked>,
    pub asked: Vec<Asked>,
    /// What these ask for together.
    pub answers: Answers,
    pub purposes: Vec<(String, String)>,
    /// Teams of the reader, as (id, name), and the one that is asked for.
    pub teams: Vec<(String, String)>,
    pub team: Option<TeamId>,
    pub result: Result<NewRequest, Violations>,
}

/// A form to show again.
pub struct Showing {
    key: String,
    offered: Vec<Asked>,
    answers: Answers,
    form: RequestForm,
    purposes: Vec<(String, String)>,
    teams: Vec<(String, String)>,
    /// The request that this form was sent as before, with other answers.
    before: Option<RequestId>,
}

impl Judged {
    pub fn shown(self) -> Showing {
        let Self { typed, form, offered, answers, purposes, teams, .. } = self;
        Showing { key: typed.key, offered, answers, form, purposes, teams, before: None }
    }

    /// The same, with the request that it was sent as before.
    pub fn shown_after(self, before: RequestId) -> Showing {
        Showing { before: Some(before), ..self.shown() }
    }
}

/// What makes one form of another.
pub fn new_key() -> String {
    Uuid::from_bytes(clock::random()).to_string()
}

/// The teams that somebody may ask for, as (id, name).
async fn teams_of(conn: &mut PgConnection, who: &SignedIn) -> Result<Vec<(String, String)>, HttpError> {
    Ok(team::teams_of(conn, who.actor.person).await?.into_iter().map(|line| (line.id.to_string(), line.name)).collect())
}

pub async fn new(State(state): State<AppState>, who: SignedIn, RawQuery(raw): RawQuery) -> Result<Response, HttpError> {
    let raw = raw.unwrap_or_default();
    if url::form_urlencoded::parse(raw.as_bytes()).any(|(name, _)| name == "draft") {
        return continued(&state, &who).await;
    }
    let mut wanted: Vec<String> = url::form_urlencoded::parse(raw.as_bytes())
        .filter(|(name, _)| name == "port" || name == "product")
        .map(|(_, value)| value.into_owned())
        .collect();
    let mut conn = state.pool.acquire().await?;
    let named = !wanted.is_empty();
    if !named {
        wanted = access::basket_items(&mut conn, who.actor.person, state.now()).await?.into_iter().map(|item| item.address).collect();
    }
    let asked = access::asked(&mut conn, who.actor.person, &urns(&wanted), state.now()).await?;
    let all_found = urns(&wanted).iter().all(|urn| asked.iter().any(|found| found.product_address == urn.product_address()));
    if named && (asked.is_empty() || !all_found) {
        return Err(HttpError::NotFound);
    }
    let purposes = organisation::purposes(&mut conn).await?;
    let teams = teams_of(&mut conn, &who).await?;
    // What can be nothing else, or is known, is filled in: it stays the reader's to change.
    let purpose = match allowed_purposes(&asked, &purposes).as_slice() {
        [(only, _)] => only.clone(),
        _ => String::new(),
    };
    let legal_basis = access::likely_basis(&mut conn, who.actor.person, &purpose).await?.unwrap_or_default();
    let last_team = access::likely_team(&mut conn, who.actor.person).await?.unwrap_or_default();
    drop(conn);
    let form = RequestForm {
        ports: asked.iter().map(|asked| asked.address.clone()).collect(),
        team: last_team,
        until: suggested_until(&asked, calendar::day(state.now())),
        purpose,
        legal_basis,
        ..RequestForm::default()
    };
    let answers = needed(&state, &who, &form, &asked).await?;
    again(&state, &who, Showing { key: new_key(), offered: asked, answers, form, purposes, teams, before: None }, vec![]).await
}

/// The form that somebody began, as it was typed.
async fn continued(state: &AppState, who: &SignedIn) -> Result<Response, HttpError> {
    let draft = access::draft(&mut *state.pool.acquire().await?, who.actor.person).await?;
    let typed = draft.and_then(|draft| serde_json::from_str::<Typed>(&draft.form).ok()).ok_or(HttpError::NotFound)?;
    let judged = judge(state, who, typed).await?;
    again(state, who, judged.shown(), vec![]).await
}

pub async fn check(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let judged = judge(&state, &who, typed).await?;
    let changing = !judged.typed.change.is_empty();
    match judged.result.clone() {
        Ok(request) if !changing => {
            let purpose = judged.purposes.iter().find(|(code, _)| *code == request.purpose).map_or_else(String::new, |(_, title)| title.clone());
            let routes = match routes_of(&state, &who, &request, &judged.asked).await? {
                Ok(routes) => routes,
                Err(wrong) => return again(&state, &who, judged.shown(), wrong).await,
            };
            let (csrf, key) = (who.csrf.clone(), judged.typed.key);
            let (asked, form, answers) = (judged.asked, judged.form, judged.answers);
            let terms = super::terms::asked(&state, &asked).await?;
            let team = judged.teams.iter().find(|(id, _)| *id == form.for_team).map(|(_, name)| name.clone());
            let checked = Checked { request, answers, purpose, routes, terms, team, agency: who.actor.agency.clone() };
            render::page(&state, &who, Section::Requests, "Check your answers", StatusCode::OK, move || {
                check_page(&csrf, &key, &asked, &form, &checked)
            })
            .await
        }
        result => {
            let wrong = if changing { vec![] } else { result.err().unwrap_or_default() };
            again(&state, &who, judged.shown(), wrong).await
        }
    }
}

/// Who decides each product's part, with the steps of standards; or what standards refuse.
pub async fn routes_of(
    state: &AppState,
    who: &SignedIn,
    request: &NewRequest,
    asked: &[Asked],
) -> Result<Result<BTreeMap<ProductId, Route>, Violations>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let routes = access::routes(&mut conn, asked, &request.wanted, &request.purpose).await?;
    let (_, required, wrong) = crate::standards::gate::submitting(state, &mut conn, who, request, asked).await?;
    drop(conn);
    if !wrong.is_empty() {
        return Ok(Err(wrong));
    }
    let with = |(product, route): (ProductId, Route)| {
        let own: Vec<_> = required.iter().filter(|step| step.product == product).collect();
        (product, route.with(&own))
    };
    Ok(Ok(routes.into_iter().map(with).collect()))
}

/// The form again, with what was typed.
pub async fn again(state: &AppState, who: &SignedIn, showing: Showing, wrong: Violations) -> Result<Response, HttpError> {
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = if wrong.is_empty() { "Request access" } else { "Error: Request access" };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Requests, title, status, move || {
        let Showing { key, offered, answers, form, purposes, teams, before } = &showing;
        let page = form_page(&csrf, key, &Offer { asked: offered, answers, purposes, teams }, form, &wrong);
        match before {
            Some(before) => sent_before(*before, page),
            None => page,
        }
    })
    .await
}

fn urns(addresses: &[String]) -> Vec<Urn> {
    addresses.iter().take(MOST).filter_map(|address| address.parse().ok()).collect()
}

/// Checks a typed form against what its reader may ask for today.
pub async fn judge(state: &AppState, who: &SignedIn, typed: Typed) -> Result<Judged, HttpError> {
    let now = state.now();
    let mut conn = state.pool.acquire().await?;
    let mut addresses = typed.offered.clone();
    addresses.extend(typed.ports.clone());
    let offered = access::asked(&mut conn, who.actor.person, &urns(&addresses), now).await?;
    let purposes = organisation::purposes(&mut conn).await?;
    let own = teams_of(&mut conn, who).await?;
    drop(conn);
    let asked: Vec<Asked> = offered.iter().filter(|asked| typed.ports.contains(&asked.address)).cloned().collect();
    let form = RequestForm {
        ports: asked.iter().map(|asked| asked.address.clone()).collect(),
        purpose: typed.purpose.clone(),
        explanation: typed.explanation.clone(),
        legal_basis: typed.legal_basis.clone(),
        team: typed.team.clone(),
        for_team: typed.for_team.clone(),
        seen_by: typed.seen_by.clone(),
        until: typed.until.clone(),
        columns: scope_form::columns(&typed.columns_shown, &typed.columns),
        rows: scope_form::rows(&typed.row_names, &typed.row_values),
    };
    let codes: Vec<String> = purposes.iter().map(|(code, _)| code.clone()).collect();
    let rules: Vec<PurposeRule> = asked
        .iter()
        .map(|asked| PurposeRule { product_title: asked.product_title.clone(), allowed: asked.purposes.clone(), forbidden: asked.forbidden.clone() })
        .collect();
    let answers = needed(state, who, &form, &asked).await?;
    let result = check_form(&form, &codes, &rules, &terms_of(&asked), &answers, &offered_of(&asked), calendar::day(now));
    let mut result = super::terms::bound(state, who, &asked, &typed.accepted, result).await?;
    let team = typed.for_team.trim().parse::<TeamId>().ok();
    let unknown_team = !typed.for_team.trim().is_empty() && team.is_none_or(|team| own.iter().all(|(id, _)| *id != team.to_string()));
    let faults = [
        unknown_team.then(|| Violation::new("for_team", "team_unknown", "Choose a team that you are in, or ask for yourself.")),
        typed
            .key
            .parse::<Uuid>()
            .is_err()
            .then(|| Violation::new("ports", "form_key_missing", "This form is incomplete. Open Request access again from the product's page.")),
    ];
    for fault in faults.into_iter().flatten() {
        result = Err(match result {
            Ok(_) => vec![fault],
            Err(mut faults) => {
                faults.insert(0, fault);
                faults
            }
        });
    }
    Ok(Judged { typed, form, offered, asked, answers, purposes, teams: own, team, result })
}
