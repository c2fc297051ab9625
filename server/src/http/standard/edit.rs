//! `/standards/new`, `POST /standards`, `/standards/{slug}/edit` and `POST /standards/check`.

use super::drafting;
use super::show::{may, readable};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::standards::form::{self, Refused, Typed, first};
use crate::state::AppState;
use app::features::standard::{Editing, Tried, edit_page, templates_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::{authorise, keeps_standard};
use domain::{Action, Violation, Violations, calendar};
use rules::{Kind, Severity, Verdict};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::standard::{self, Version};
use store::{catalogue, organisation};

/// Where this person keeps standards, as the form has them.
pub async fn kept_scopes(state: &AppState, who: &SignedIn) -> Result<Vec<(String, String)>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let mut scopes = vec![];
    for held in &who.actor.roles {
        if keeps_standard(&who.actor, held.scope) {
            scopes.extend(organisation::scope_words(&mut conn, held.scope).await?);
        }
    }
    scopes.sort();
    scopes.dedup();
    Ok(scopes)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    template: String,
    rego: String,
    /// A rule to begin from.
    example: String,
}

/// What a template is usually about, what usually follows, and a title to begin with.
fn usual(template: &str) -> (Kind, Severity, &'static str) {
    match template {
        "required-fields" => (Kind::Metadata, Severity::BlockPublishing, "What a product says about itself"),
        "allowed-values" => (Kind::Metadata, Severity::Flag, "Values that are allowed"),
        "classification-floor" => (Kind::Classification, Severity::BlockPublishing, "Classes of personal columns"),
        "classification-needs-technique" => (Kind::Anonymisation, Severity::RequireMask, "Personal data leaves a port protected"),
        "maximum-duration" => (Kind::AccessPolicy, Severity::BlockServing, "Restricted personal data: expiry within a year"),
        "restricted-personal-data" => {
            (Kind::AccessPolicy, Severity::BlockServing, "Restricted personal data: pseudonymised, and expiry within a year")
        }
        "approval-steps" => (Kind::RequestWorkflow, Severity::RequireStep, "Who agrees to a request"),
        "request-answers" => (Kind::RequestWorkflow, Severity::BlockServing, "What a request says"),
        "minimum-quality" => (Kind::Quality, Severity::Flag, "Quality is promised and kept"),
        "freshness" => (Kind::Quality, Severity::Flag, "Data is up to date"),
        "naming" => (Kind::Taxonomy, Severity::Advise, "Names that are alike"),
        "lineage-present" => (Kind::Lineage, Severity::Flag, "Where data comes from is known"),
        "personal-data-policy" => (Kind::Consent, Severity::BlockServing, "No personal data without a policy"),
        _ => (Kind::Metadata, Severity::Flag, ""),
    }
}

const STARTER: &str = "package standard\n\nimport rego.v1\n\nviolations contains {\n    \"code\": \"title_missing\",\n    \"field\": \"title\",\n    \"message\": \"The product has no title\",\n    \"mend\": \"Give it one\",\n    \"page\": \"overview\",\n} if {\n    input.product.title == \"\"\n}\n";

/// The form with everything that is known filled in.
fn begun(who: &SignedIn, asked: &Asked, scopes: &[(String, String)]) -> Typed {
    let (kind, severity, title) = usual(&asked.template);
    let help = rules::template::OFFERED.iter().find(|(id, ..)| *id == asked.template).map_or("", |(_, _, help)| help);
    let one = |text: &str| vec![text.to_owned()];
    // Somebody answers for it in any case: the agency of whoever writes it, or they themselves where none is known.
    let agency = who.actor.agency.as_deref().map(str::trim).filter(|agency| !agency.is_empty());
    let mut typed = Typed::from([
        ("kind".to_owned(), one(kind.as_str())),
        ("severity".to_owned(), one(severity.as_str())),
        ("title".to_owned(), one(title)),
        ("text".to_owned(), if help.is_empty() { vec![] } else { one(&format!("{help}.")) }),
        ("scope".to_owned(), scopes.iter().map(|(value, _)| value.clone()).take(1).collect()),
        ("grace".to_owned(), one("0")),
        ("owner".to_owned(), one(agency.unwrap_or(&who.actor.name))),
        ("contact".to_owned(), one(&who.actor.email)),
    ]);
    if asked.template.is_empty() {
        let starter = rules::starters::find(&asked.example);
        typed.insert("rego".to_owned(), one(starter.as_ref().map_or(STARTER, |starter| starter.rego.as_str())));
        if let Some(starter) = starter {
            typed.insert("title".to_owned(), one(&starter.title));
            typed.insert("cases".to_owned(), one(&form::as_typed(&starter.cases)));
        }
    } else {
        typed.insert("template".to_owned(), one(&asked.template));
    }
    let usual: &[(&str, &[&str])] = match asked.template.as_str() {
        "maximum-duration" => &[("p-days", &["365"]), ("p-from", &["restricted"]), ("p-personal-only", &["yes"])],
        "restricted-personal-data" => {
            &[("p-days", &["365"]), ("p-from", &["restricted"]), ("p-personal", &["direct"]), ("p-techniques", &["suppress", "pseudonym"])]
        }
        _ => &[],
    };
    typed.extend(usual.iter().map(|(name, values)| ((*name).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())));
    typed
}

pub async fn new(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let scopes = kept_scopes(&state, &who).await?;
    let known = rules::Template::fields(&asked.template).is_some();
    if scopes.is_empty() || (!known && asked.rego.is_empty()) {
        return render::page(&state, &who, Section::Standards, "New standard", StatusCode::OK, move || templates_page(!scopes.is_empty())).await;
    }
    let asked = Asked { template: if known { asked.template } else { String::new() }, ..asked };
    let mut typed = begun(&who, &asked, &scopes);
    if let Some(title) = typed.get_mut("title").and_then(|values| values.first_mut()).filter(|title| !title.is_empty()) {
        *title = drafting::free_title(&state, title).await?;
    }
    page(&state, &who, typed, None, Refused::default(), None).await
}

async fn page(
    state: &AppState,
    who: &SignedIn,
    typed: Typed,
    known: Option<&Version>,
    refused: Refused,
    tried: Option<Tried>,
) -> Result<Response, HttpError> {
    let scopes = kept_scopes(state, who).await?;
    let mut conn = state.pool.acquire().await?;
    let all = standard::acting(&mut conn, calendar::day(state.now())).await?;
    drop(conn);
    let slug = known.map(|version| version.standard.id.clone());
    let wider = all
        .into_iter()
        .filter(|version| Some(&version.standard.id) != slug.as_ref())
        .map(|version| (version.standard.id, version.standard.title))
        .collect();
    let Refused { wrong, conflicts } = refused;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = format!("{}{}", if wrong.is_empty() { "" } else { "Error: " }, if known.is_some() { "Edit a standard" } else { "New standard" });
    let known = known.map(|version| (version.standard.title.clone(), version.standard.id.clone()));
    let editing = Editing { typed, known, scopes, wider, wrong, conflicts, tried };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Standards, &title, status, move || edit_page(&csrf, &editing)).await
}

/// The fields of a form with all their values; none is lost, whichever template it is of.
fn typed(fields: Vec<(String, String)>) -> Typed {
    let mut typed: Typed = BTreeMap::new();
    for (name, value) in fields.into_iter().filter(|(name, _)| name != "csrf") {
        typed.entry(name).or_default().push(value.replace('\0', ""));
    }
    typed
}

/// Makes the draft of a new standard.
pub async fn begin(State(state): State<AppState>, CheckedForm(fields, who): CheckedForm<Vec<(String, String)>>) -> Result<Response, HttpError> {
    let typed = typed(fields);
    match drafting::begin(&state, &who, &typed).await? {
        Ok(slug) => Ok(Redirect::to(&format!("/standards/{slug}/simulate?version=1")).into_response()),
        Err(refused) => page(&state, &who, typed, None, refused, None).await,
    }
}

/// The standard, when this person keeps it.
async fn kept(state: &AppState, who: &SignedIn, slug: &str) -> Result<Vec<Version>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let all = readable(&mut conn, who, slug).await?;
    let first = all.first().ok_or(HttpError::NotFound)?;
    if !may(who, first).keeps {
        return Err(authorise(&who.actor, Action::KeepStandard { scope: first.place }).err().map_or(HttpError::NotFound, HttpError::from));
    }
    Ok(all)
}

pub async fn open(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Response, HttpError> {
    let all = kept(&state, &who, &slug).await?;
    let newest = all.first().cloned().ok_or(HttpError::NotFound)?;
    page(&state, &who, form::filled(&newest), Some(&newest), Refused::default(), None).await
}

pub async fn save(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(fields, who): CheckedForm<Vec<(String, String)>>,
) -> Result<Response, HttpError> {
    let all = kept(&state, &who, &slug).await?;
    let newest = all.first().cloned().ok_or(HttpError::NotFound)?;
    let typed = typed(fields);
    match drafting::save(&state, &who, &newest, &typed).await? {
        Ok(version) => Ok(Redirect::to(&format!("/standards/{}/simulate?version={version}", newest.standard.id)).into_response()),
        Err(refused) => page(&state, &who, typed, Some(&newest), refused, None).await,
    }
}

/// Checks a rule with its tests, and asks it of a product, without saving anything.
pub async fn check(State(state): State<AppState>, CheckedForm(fields, who): CheckedForm<Vec<(String, String)>>) -> Result<Response, HttpError> {
    let typed = typed(fields);
    let known = match first(&typed, "slug") {
        "" => None,
        slug => kept(&state, &who, slug).await?.into_iter().next(),
    };
    let mut wrong: Violations = vec![];
    let source = form::source(&typed).await.map_err(|faults| wrong.extend(faults)).ok();
    let cases = form::tests(&typed).map_err(|fault| wrong.push(fault)).ok().unwrap_or_default();
    let mut tried = Tried { compiles: source.is_some(), ..Tried::default() };
    if let Some(source) = &source {
        tried.tests = form::ran(source.clone(), cases).await;
        let address = first(&typed, "try").trim().to_owned();
        if !address.is_empty() {
            match found_of(&state, &who, source, &address).await? {
                Some(found) => tried.product = Some((address, found)),
                None => wrong.push(Violation::new("try", "product_unknown", "There is no product at this address, or you may not know of it.")),
            }
        }
    }
    page(&state, &who, typed, known.as_ref(), Refused { wrong, conflicts: vec![] }, Some(tried)).await
}

/// What a rule finds of a product that this person may know of.
async fn found_of(
    state: &AppState,
    who: &SignedIn,
    source: &rules::Source,
    address: &str,
) -> Result<Option<Vec<(String, String, String)>>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let Some(product) = catalogue::product(&mut conn, who.actor.person, address, state.now()).await? else { return Ok(None) };
    let inputs = standard::inputs(&mut conn, &[product.id.0], calendar::day(state.now())).await?;
    drop(conn);
    let Some((_, input)) = inputs.into_iter().next() else { return Ok(None) };
    let source = source.clone();
    let said = tokio::task::spawn_blocking(move || crate::standards::Rules::said_of(&source, &input))
        .await
        .map_err(|error| HttpError::Internal(error.into()))?;
    Ok(Some(match said {
        Ok(Verdict::Met) => vec![],
        Ok(Verdict::Violated(found)) => found.into_iter().map(|one| (one.code, one.field, one.message)).collect(),
        Ok(Verdict::CannotTell(why)) => vec![("cannot_tell".to_owned(), String::new(), why.to_string())],
        Err(why) => vec![("cannot_tell".to_owned(), String::new(), why)],
    }))
}

/// The newest version of a standard with this id, for those who keep it.
pub async fn newest(state: &AppState, who: &SignedIn, slug: &str) -> Result<Version, HttpError> {
    kept(state, who, slug).await?.into_iter().next().ok_or(HttpError::NotFound)
}
