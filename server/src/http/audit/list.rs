//! `GET /audit` and `GET /audit.csv`.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::audit::{Asked, audit_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::authorisation::authorise;
use domain::organisation::{Role, Scope};
use domain::{Action, Actor, Urn};
use serde::Deserialize;
use store::audit::{self, AuditFilter, AuditLine};
use store::{PgConnection, catalogue, organisation};

const PAGE: i64 = 50;
/// Lines in one download; narrow the filter for more.
const DOWNLOAD: i64 = 50_000;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Filter {
    person: String,
    product: String,
    action: String,
    before: Option<i64>,
}

/// None when a filter names what does not exist: then nothing fits.
async fn parse(conn: &mut PgConnection, state: &AppState, actor: &Actor, typed: &Filter) -> Result<Option<AuditFilter>, HttpError> {
    let clean = |text: &str| text.trim().replace('\0', "");
    let mut filter = AuditFilter { before: typed.before, ..AuditFilter::default() };
    if !typed.person.trim().is_empty() {
        let Some(person) = organisation::by_email(conn, &clean(&typed.person)).await? else { return Ok(None) };
        filter.person = Some(person);
    }
    if !typed.product.trim().is_empty() {
        let Ok(urn) = clean(&typed.product).parse::<Urn>() else { return Ok(None) };
        let Some(product) = catalogue::product(conn, actor.person, &urn.product_address(), state.now()).await? else { return Ok(None) };
        filter.product = Some(product.id);
    }
    if !typed.action.trim().is_empty() {
        let Ok(action) = typed.action.parse() else { return Ok(None) };
        filter.action = Some(action);
    }
    if !actor.is(Role::Auditor) {
        let sectors = actor.roles.iter().filter_map(|held| match (held.role, held.scope) {
            (Role::TcSecurityOfficer, Scope::Sector(id)) => Some(id.0),
            _ => None,
        });
        filter.sectors = Some(sectors.collect());
    }
    Ok(Some(filter))
}

async fn lines(state: &AppState, who: &SignedIn, typed: &Filter, limit: i64) -> Result<Vec<AuditLine>, HttpError> {
    authorise(&who.actor, Action::ReadAudit)?;
    let mut conn = state.pool.acquire().await?;
    match parse(&mut conn, state, &who.actor, typed).await? {
        Some(filter) => Ok(audit::list(&mut conn, &filter, limit).await?),
        None => Ok(vec![]),
    }
}

pub async fn page(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Filter>) -> Result<Response, HttpError> {
    let mut found = lines(&state, &who, &typed, PAGE + 1).await?;
    let more = found.len() > usize::try_from(PAGE).unwrap_or_default();
    found.truncate(usize::try_from(PAGE).unwrap_or_default());
    let next = found.last().filter(|_| more).map(|line| line.id);
    let asked = Asked { person: typed.person, product: typed.product, action: typed.action };
    let unheard = store::access::sources_without_log(&mut *state.pool.acquire().await?).await?;
    render::page(&state, &who, Section::Audit, "Audit trail", StatusCode::OK, move || audit_page(&asked, &found, next, &unheard)).await
}

pub async fn csv(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Filter>) -> Result<Response, HttpError> {
    let found = lines(&state, &who, &typed, DOWNLOAD).await?;
    let mut out = String::from("id,at,actor,action,outcome,object_kind,object_id,address,client_address,request_id,reason,detail\r\n");
    for line in found {
        let cells = [
            line.id.to_string(),
            line.at.to_rfc3339(),
            line.actor_name.unwrap_or_default(),
            line.action.as_str().to_owned(),
            line.outcome.as_str().to_owned(),
            line.object_kind,
            line.object_id.map(|id| id.to_string()).unwrap_or_default(),
            line.address.unwrap_or_default(),
            line.client_address.unwrap_or_default(),
            line.request_id.unwrap_or_default(),
            line.reason.unwrap_or_default(),
            line.detail.unwrap_or_default(),
        ];
        out.push_str(&cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
    }
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\"")];
    Ok((headers, out).into_response())
}

/// A cell as RFC 4180; one that a spreadsheet would take for a formula gets an apostrophe in front.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(quoted("=cmd()"), "\"'=cmd()\"");
        assert_eq!(quoted("say \"hi\", twice"), "\"say \"\"hi\"\", twice\"");
    }
}
