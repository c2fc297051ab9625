//! Requests as their people see them: the requester's list, the deciders' queue, one request whole.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Actor;
use domain::access::PartState;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::authorisation::Answering;
use domain::catalogue::Classification;
use domain::id::{AgreementId, DomainId, PersonId, ProductId, RequestId, RequestPartId, SectorId};
use domain::organisation::Place;
use sqlx::PgConnection;
use uuid::Uuid;

/// What concerns one person now; shown in the header and on the home page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    pub waiting_for_me: i64,
    /// Data that people look for, waiting for this person's answer.
    pub wanted_of_me: i64,
    pub my_open_requests: i64,
    pub my_agreements: i64,
    pub basket: i64,
}

/// Domains in which somebody decides requests.
fn decided_domains(actor: &Actor) -> Vec<Uuid> {
    use domain::organisation::{Role, Scope};
    actor
        .roles
        .iter()
        .filter(|held| matches!(held.role, Role::Steward | Role::Owner))
        .filter_map(|held| match held.scope {
            Scope::Domain(id) => Some(id.0),
            _ => None,
        })
        .collect()
}

pub async fn standing(conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<Standing> {
    let answers = Answering::of(actor);
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM request_part q JOIN product p ON p.id = q.product_id JOIN access_request r ON r.id = q.request_id
                   WHERE q.state = 'submitted' AND p.domain_id = ANY($2) AND r.requester_id <> $1) AS "waiting!",
                  (SELECT count(DISTINCT r.id) FROM access_request r JOIN request_part q ON q.request_id = r.id
                   WHERE r.requester_id = $1 AND q.state = 'submitted') AS "open!",
                  (SELECT count(*) FROM wanted_data w JOIN data_domain d ON d.id = w.domain_id
                   WHERE w.answered_at IS NULL AND w.withdrawn_at IS NULL AND w.asked_by <> $1 AND ($4 OR d.id = ANY($5) OR d.sector_id = ANY($6))) AS "wanted!",
                  (SELECT count(*) FROM agreement a WHERE a.holder_id = $1 AND a.state = 'active') AS "agreements!",
                  (SELECT count(*) FROM basket_item b JOIN dataset d ON d.id = b.dataset_id JOIN visible_product($1, $3) v ON v.id = d.product_id
                   WHERE b.person_id = $1) AS "basket!""#,
        actor.person.0,
        &decided_domains(actor),
        now,
        answers.whole,
        &answers.domains.iter().map(|id| id.0).collect::<Vec<_>>(),
        &answers.sectors.iter().map(|id| id.0).collect::<Vec<_>>()
    )
    .fetch_one(conn)
    .await?;
    Ok(Standing {
        waiting_for_me: row.waiting,
        wanted_of_me: row.wanted,
        my_open_requests: row.open,
        my_agreements: row.agreements,
        basket: row.basket,
    })
}

/// A line of the deciders' queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueLine {
    pub part: RequestPartId,
    pub request: RequestId,
    pub product_title: String,
    pub requester: String,
    pub agency: Option<String>,
    pub team: String,
    pub classification: Option<Classification>,
    pub decide_by: NaiveDate,
}

/// What waits for this person, oldest clock first.
pub async fn queue(conn: &mut PgConnection, actor: &Actor, limit: i64) -> Result<Vec<QueueLine>> {
    let rows = sqlx::query!(
        "SELECT q.id, q.request_id, p.title, h.name, h.agency, r.team, p.classification, r.decide_by
         FROM request_part q JOIN product p ON p.id = q.product_id JOIN access_request r ON r.id = q.request_id JOIN person h ON h.id = r.requester_id
         WHERE q.state = 'submitted' AND p.domain_id = ANY($2) AND r.requester_id <> $1 ORDER BY r.decide_by, r.submitted_at, q.id LIMIT $3",
        actor.person.0,
        &decided_domains(actor),
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(QueueLine {
                part: RequestPartId(row.id),
                request: RequestId(row.request_id),
                product_title: row.title,
                requester: row.name,
                agency: row.agency,
                team: row.team,
                classification: row.classification.map(|word| word.parse()).transpose()?,
                decide_by: row.decide_by,
            })
        })
        .collect()
}

/// A line of somebody's own requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    pub id: RequestId,
    pub titles: Vec<String>,
    pub submitted_at: DateTime<Utc>,
    pub decide_by: NaiveDate,
    pub states: Vec<PartState>,
}

/// Newest first.
pub async fn requests_of(conn: &mut PgConnection, requester: PersonId) -> Result<Vec<RequestLine>> {
    let rows = sqlx::query!(
        r#"SELECT r.id, r.submitted_at, r.decide_by, array_agg(p.title ORDER BY p.title) AS "titles!", array_agg(q.state ORDER BY p.title) AS "states!"
           FROM access_request r JOIN request_part q ON q.request_id = r.id JOIN product p ON p.id = q.product_id
           WHERE r.requester_id = $1 GROUP BY r.id ORDER BY r.submitted_at DESC, r.id DESC LIMIT 500"#,
        requester.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let states = row.states.iter().map(|word| word.parse::<PartState>()).collect::<std::result::Result<_, _>>()?;
            Ok(RequestLine { id: RequestId(row.id), titles: row.titles, submitted_at: row.submitted_at, decide_by: row.decide_by, states })
        })
        .collect()
}

/// One product's part, with everything that its decision needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartView {
    pub id: RequestPartId,
    pub place: Place,
    pub product_title: String,
    pub product_address: String,
    pub classification: Option<Classification>,
    pub state: PartState,
    pub decider: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    pub until: Option<NaiveDate>,
    pub agreement: Option<AgreementId>,
    /// Dataset title, columns that would be read, columns that stay absent.
    pub datasets: Vec<(String, Vec<String>, Vec<String>)>,
    /// Agreements in force that the requester holds already.
    pub held: i64,
    pub steward: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestView {
    pub id: RequestId,
    pub requester: PersonId,
    pub requester_name: String,
    pub requester_agency: Option<String>,
    pub purpose: String,
    pub explanation: String,
    pub legal_basis: String,
    pub team: String,
    pub until: NaiveDate,
    pub submitted_at: DateTime<Utc>,
    pub decide_by: NaiveDate,
    pub parts: Vec<PartView>,
}

pub async fn request(conn: &mut PgConnection, id: RequestId) -> Result<Option<RequestView>> {
    let row = sqlx::query!(
        "SELECT r.requester_id, h.name, h.agency, u.title AS purpose, r.explanation, r.legal_basis, r.team, r.until, r.submitted_at, r.decide_by
         FROM access_request r JOIN person h ON h.id = r.requester_id JOIN purpose u ON u.code = r.purpose WHERE r.id = $1",
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(RequestView {
        id,
        requester: PersonId(row.requester_id),
        requester_name: row.name,
        requester_agency: row.agency,
        purpose: row.purpose,
        explanation: row.explanation,
        legal_basis: row.legal_basis,
        team: row.team,
        until: row.until,
        submitted_at: row.submitted_at,
        decide_by: row.decide_by,
        parts: parts(conn, id).await?,
    }))
}

async fn parts(conn: &mut PgConnection, request: RequestId) -> Result<Vec<PartView>> {
    let rows = sqlx::query!(
        r#"SELECT q.id, q.product_id, p.domain_id, d.sector_id, p.title, p.address, p.classification, q.state, w.name AS "decider?", q.decided_at, q.reason,
                  q.until, a.id AS "agreement?", s.name AS "steward?",
                  (SELECT count(*) FROM agreement g JOIN access_request r ON r.id = q.request_id WHERE g.holder_id = r.requester_id AND g.state = 'active') AS "held!"
           FROM request_part q JOIN product p ON p.id = q.product_id JOIN data_domain d ON d.id = p.domain_id LEFT JOIN person w ON w.id = q.decided_by
           LEFT JOIN agreement a ON a.part_id = q.id LEFT JOIN person s ON s.id = p.steward_id WHERE q.request_id = $1 ORDER BY p.title, q.id"#,
        request.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let datasets = sqlx::query!(
        r#"SELECT x.part_id, d.title,
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND c.personal = 'none' ORDER BY c.position) AS "columns!",
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND c.personal <> 'none' ORDER BY c.position) AS "absent!"
           FROM request_part q JOIN request_part_dataset x ON x.part_id = q.id JOIN dataset d ON d.id = x.dataset_id WHERE q.request_id = $1 ORDER BY d.position"#,
        request.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PartView {
                id: RequestPartId(row.id),
                place: Place { product: ProductId(row.product_id), domain: DomainId(row.domain_id), sector: SectorId(row.sector_id) },
                product_title: row.title,
                product_address: row.address,
                classification: row.classification.map(|word| word.parse()).transpose()?,
                state: row.state.parse()?,
                decider: row.decider,
                decided_at: row.decided_at,
                reason: row.reason,
                until: row.until,
                agreement: row.agreement.map(AgreementId),
                datasets: datasets.iter().filter(|d| d.part_id == row.id).map(|d| (d.title.clone(), d.columns.clone(), d.absent.clone())).collect(),
                held: row.held,
                steward: row.steward,
            })
        })
        .collect()
}

/// The request that a part belongs to, and the part, for a decision.
pub async fn part(conn: &mut PgConnection, id: RequestPartId) -> Result<Option<(RequestView, PartView)>> {
    let found = sqlx::query_scalar!("SELECT request_id FROM request_part WHERE id = $1", id.0).fetch_optional(&mut *conn).await?;
    let Some(request_id) = found else { return Ok(None) };
    let Some(view) = request(conn, RequestId(request_id)).await? else { return Ok(None) };
    let part = view.parts.iter().find(|part| part.id == id).cloned();
    Ok(part.map(|part| (view, part)))
}

/// Withdraws every part that is still undecided.
pub async fn withdraw(conn: &mut PgConnection, actor: PersonId, request: RequestId, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let rows = sqlx::query!(
        "UPDATE request_part SET state = 'withdrawn', decided_at = $2, decided_by = $3 WHERE request_id = $1 AND state = 'submitted' RETURNING product_id",
        request.0,
        now,
        actor.0
    )
    .fetch_all(&mut *conn)
    .await?;
    if rows.is_empty() {
        return Err(StoreError::Conflict("Everything in this request has been decided already. Nothing was changed.".into()));
    }
    for row in rows {
        let event = AuditEvent {
            product: Some(ProductId(row.product_id)),
            ..AuditEvent::done(Some(actor), AuditAction::RequestWithdraw, "request", Some(request.0), origin.clone())
        };
        audit::append(conn, &event, now).await?;
    }
    Ok(())
}
