//! Questions as their people see them: the asker's list, what waits for an answer, one question whole.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::authorisation::{ANSWERING_ROLES, Answering};
use domain::id::{DomainId, PersonId, SectorId, WantedId};
use domain::organisation::{DomainArea, Role};
use domain::wanted::{AnswerKind, WantedState};
use sqlx::PgConnection;
use uuid::Uuid;

/// Lines of somebody's own list.
const OWN: i64 = 200;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedView {
    pub id: WantedId,
    pub asker: PersonId,
    pub asker_name: String,
    pub asker_agency: Option<String>,
    pub area: DomainArea,
    pub domain_slug: String,
    pub domain_title: String,
    pub agency_title: String,
    pub words: String,
    pub explanation: String,
    pub asked_at: DateTime<Utc>,
    pub state: WantedState,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub answer: Option<AnswerView>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerView {
    pub kind: AnswerKind,
    pub text: String,
    pub by: String,
    pub at: DateTime<Utc>,
    /// Address and title, when one is named that this reader may know of.
    pub product: Option<(String, String)>,
}

/// One question, with what this reader may know of the product that its answer names.
pub async fn wanted(conn: &mut PgConnection, id: WantedId, reader: PersonId, now: DateTime<Utc>) -> Result<Option<WantedView>> {
    let row = sqlx::query!(
        r#"SELECT w.asked_by, h.name, h.agency, w.domain_id, d.sector_id, d.slug, d.title AS domain_title, a.title AS agency_title, w.words,
                  w.explanation, w.asked_at, w.answered_at, w.answer_kind, w.answer, w.withdrawn_at, y.name AS "answerer?",
                  v.address AS "product_address?", v.title AS "product_title?"
           FROM wanted_data w JOIN person h ON h.id = w.asked_by JOIN data_domain d ON d.id = w.domain_id JOIN agency a ON a.id = d.agency_id
           LEFT JOIN person y ON y.id = w.answered_by LEFT JOIN visible_product($2, $3) v ON v.id = w.product_id
           WHERE w.id = $1"#,
        id.0,
        reader.0,
        now
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let state = WantedState::of(row.answered_at.is_some(), row.withdrawn_at.is_some());
    let answer = match (row.answered_at, row.answer_kind, row.answer, row.answerer) {
        (Some(at), Some(kind), Some(text), Some(by)) => {
            Some(AnswerView { kind: kind.parse()?, text, by, at, product: row.product_address.zip(row.product_title) })
        }
        _ => None,
    };
    Ok(Some(WantedView {
        id,
        asker: PersonId(row.asked_by),
        asker_name: row.name,
        asker_agency: row.agency,
        area: DomainArea { domain: DomainId(row.domain_id), sector: SectorId(row.sector_id) },
        domain_slug: row.slug,
        domain_title: row.domain_title,
        agency_title: row.agency_title,
        words: row.words,
        explanation: row.explanation,
        asked_at: row.asked_at,
        state,
        withdrawn_at: row.withdrawn_at,
        answer,
    }))
}

/// A line of what somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedLine {
    pub id: WantedId,
    pub words: String,
    pub domain_title: String,
    pub asked_at: DateTime<Utc>,
    pub state: WantedState,
    pub kind: Option<AnswerKind>,
}

/// What somebody asked for, newest first.
pub async fn asked_by(conn: &mut PgConnection, asker: PersonId) -> Result<Vec<WantedLine>> {
    let rows = sqlx::query!(
        "SELECT w.id, w.words, d.title, w.asked_at, w.answered_at, w.withdrawn_at, w.answer_kind
         FROM wanted_data w JOIN data_domain d ON d.id = w.domain_id WHERE w.asked_by = $1 ORDER BY w.asked_at DESC, w.id DESC LIMIT $2",
        asker.0,
        OWN
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(WantedLine {
                id: WantedId(row.id),
                words: row.words,
                domain_title: row.title,
                asked_at: row.asked_at,
                state: WantedState::of(row.answered_at.is_some(), row.withdrawn_at.is_some()),
                kind: row.answer_kind.map(|word| word.parse()).transpose()?,
            })
        })
        .collect()
}

/// A line of what waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedWork {
    pub id: WantedId,
    pub words: String,
    pub asker: String,
    pub agency: Option<String>,
    pub domain_title: String,
    pub asked_at: DateTime<Utc>,
}

/// What waits for an answer of this person, oldest first; never their own questions.
pub async fn open_for(conn: &mut PgConnection, person: PersonId, at: &Answering, limit: i64) -> Result<Vec<WantedWork>> {
    let rows = sqlx::query!(
        "SELECT w.id, w.words, h.name, h.agency, d.title, w.asked_at
         FROM wanted_data w JOIN data_domain d ON d.id = w.domain_id JOIN person h ON h.id = w.asked_by
         WHERE w.answered_at IS NULL AND w.withdrawn_at IS NULL AND w.asked_by <> $1 AND ($2 OR d.id = ANY($3) OR d.sector_id = ANY($4))
         ORDER BY w.asked_at, w.id LIMIT $5",
        person.0,
        at.whole,
        &at.domains.iter().map(|id| id.0).collect::<Vec<Uuid>>(),
        &at.sectors.iter().map(|id| id.0).collect::<Vec<Uuid>>(),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| WantedWork {
            id: WantedId(row.id),
            words: row.words,
            asker: row.name,
            agency: row.agency,
            domain_title: row.title,
            asked_at: row.asked_at,
        })
        .collect())
}

/// Somebody who may answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answerer {
    pub name: String,
    pub role: Role,
}

/// Who may answer a question of `asker` for a domain now, by name; one line a person, at most ten.
pub async fn answerers(conn: &mut PgConnection, area: DomainArea, asker: PersonId, now: DateTime<Utc>) -> Result<Vec<Answerer>> {
    let roles: Vec<String> = ANSWERING_ROLES.iter().map(|role| role.as_str().to_owned()).collect();
    let rows = sqlx::query!(
        "SELECT x.name, x.role FROM (
             SELECT DISTINCT ON (h.id) h.id, h.name, r.role FROM role_grant r JOIN person h ON h.id = r.person_id
             WHERE r.role = ANY($1) AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $2) AND h.disabled_at IS NULL AND h.id <> $3
               AND (r.scope_kind = 'whole' OR (r.scope_kind = 'domain' AND r.scope_id = $4) OR (r.scope_kind = 'sector' AND r.scope_id = $5))
             ORDER BY h.id, array_position($1, r.role)) x
         ORDER BY x.name, x.id LIMIT 10",
        &roles,
        now,
        asker.0,
        area.domain.0,
        area.sector.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok(Answerer { name: row.name, role: row.role.parse()? })).collect()
}
