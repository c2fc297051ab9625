//! `GET /audit`.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::audit::{Asked, Sealing, Searched, audit_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::authorisation::authorise;
use domain::organisation::{Role, Scope};
use domain::{Action, Actor, Urn, calendar};
use serde::Deserialize;
use store::audit::{self, AuditFilter, AuditLine};
use store::{PgConnection, catalogue, organisation};

const PAGE: i64 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Filter {
    person: String,
    product: String,
    action: String,
    by: String,
    purpose: String,
    column: String,
    from: String,
    until: String,
    before: Option<i64>,
}

impl Filter {
    /// What was asked, as in the address.
    pub(super) fn asked(&self) -> [(&'static str, &str); 8] {
        [
            ("person", &self.person),
            ("product", &self.product),
            ("action", &self.action),
            ("by", &self.by),
            ("purpose", &self.purpose),
            ("column", &self.column),
            ("from", &self.from),
            ("until", &self.until),
        ]
    }
}

/// The first moment of a day in Singapore.
pub(super) fn begins(day: NaiveDate) -> DateTime<Utc> {
    day.pred_opt().map_or_else(|| day.and_time(NaiveTime::MIN).and_utc(), calendar::end_of)
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
    if !typed.by.trim().is_empty() {
        let Ok(by) = typed.by.parse() else { return Ok(None) };
        filter.by = Some(by);
    }
    let some = |text: &str| Some(clean(text)).filter(|text| !text.is_empty());
    filter.purpose = some(&typed.purpose);
    // A column's name, or behind a dot of its dataset's.
    filter.column = some(&typed.column).map(|column| match column.rsplit_once('.') {
        Some((dataset, column)) => (Some(dataset.to_owned()), column.to_owned()),
        None => (None, column),
    });
    let day = |text: &str| some(text).map(|text| text.parse::<NaiveDate>()).transpose();
    let (Ok(from), Ok(until)) = (day(&typed.from), day(&typed.until)) else { return Ok(None) };
    filter.from = from.map(begins);
    filter.until = until.map(calendar::end_of);
    if !actor.is(Role::Auditor) {
        let sectors = actor.roles.iter().filter_map(|held| match (held.role, held.scope) {
            (Role::TcSecurityOfficer, Scope::Sector(id)) => Some(id.0),
            _ => None,
        });
        filter.sectors = Some(sectors.collect());
    }
    Ok(Some(filter))
}

/// What to look for, for somebody who may; `None` when nothing can fit.
pub(super) async fn wanted(conn: &mut PgConnection, state: &AppState, who: &SignedIn, typed: &Filter) -> Result<Option<AuditFilter>, HttpError> {
    authorise(&who.actor, Action::ReadAudit)?;
    parse(conn, state, &who.actor, typed).await
}

/// A page of what fits, and before which event the next one goes on.
pub(super) async fn found(
    conn: &mut PgConnection,
    state: &AppState,
    who: &SignedIn,
    typed: &Filter,
) -> Result<(Vec<AuditLine>, Option<i64>), HttpError> {
    let mut found = match wanted(conn, state, who, typed).await? {
        Some(filter) => audit::list(conn, &filter, PAGE + 1).await?,
        None => vec![],
    };
    let more = found.len() > usize::try_from(PAGE).unwrap_or_default();
    found.truncate(usize::try_from(PAGE).unwrap_or_default());
    let next = found.last().filter(|_| more).map(|line| line.id);
    Ok((found, next))
}

pub async fn page(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Filter>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let (found, next) = found(&mut conn, &state, &who, &typed).await?;
    let Filter { person, product, action, by, purpose, column, from, until, before: _ } = typed;
    let asked = Asked { person, product, action, by, purpose, column, from, until };
    let purposes = organisation::purpose_lines(&mut conn, None).await?.into_iter().map(|line| (line.purpose.code, line.purpose.title)).collect();
    let stream = match &state.config.audit_stream {
        Some(target) => Some((target.to_string(), audit::stream_state(&mut conn, &target.to_string()).await?)),
        None => None,
    };
    let unheard = store::access::sources_without_log(&mut conn).await?;
    let sealing = sealing(&state, &mut conn).await?;
    drop(conn);
    render::page(&state, &who, Section::Audit, "Audit trail", StatusCode::OK, move || {
        audit_page(&Searched { asked, purposes, lines: found, next, unheard, sealing, stream })
    })
    .await
}

/// How the trail is protected just now.
pub(super) async fn sealing(state: &AppState, conn: &mut PgConnection) -> Result<Sealing, HttpError> {
    let sealed = audit::seal_state(conn).await?;
    Ok(Sealing { sealed, signs: !state.config.audit_keys.is_empty(), rewritten: state.sealing.rewritten() })
}
