//! Requests as their people see them: the requester's list, one request whole.

use super::decide::{close, lock};
use super::messages::{MessageView, messages};
use super::steps::{StepView, steps};
use crate::{Result, StoreError, audit, protection};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{PartState, RowScope};
use domain::audit::{AuditAction, Origin};
use domain::catalogue::{Classification, ColumnType};
use domain::id::{AgreementId, DatasetId, DomainId, OutputPortId, PartStepId, PersonId, ProductId, RequestId, RequestPartId, SectorId, TeamId};
use domain::organisation::Place;
use domain::protection::{DatasetPolicy, Technique};
use domain::team::{Belongs, InTeam};
use sqlx::PgConnection;
use sqlx::types::Json;

/// A line of somebody's own requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    pub id: RequestId,
    pub titles: Vec<String>,
    pub submitted_at: DateTime<Utc>,
    pub due_on: NaiveDate,
    /// The earliest day of the parts whose clock runs; none when none does.
    pub open_due_on: Option<NaiveDate>,
    pub states: Vec<PartState>,
    /// Somebody waits for the requester's answer.
    pub asked: bool,
    /// The team that asks; none for oneself.
    pub team: Option<String>,
}

/// Somebody's own and those of their teams, newest first.
pub async fn requests_of(conn: &mut PgConnection, requester: PersonId) -> Result<Vec<RequestLine>> {
    requests_after(conn, requester, None, 500).await
}

/// The same, after one of them; at most `limit`.
pub async fn requests_after(conn: &mut PgConnection, requester: PersonId, after: Option<RequestId>, limit: i64) -> Result<Vec<RequestLine>> {
    let rows = sqlx::query!(
        r#"SELECT r.id, r.submitted_at, (SELECT t.name FROM team t WHERE t.id = r.team_id) AS team, array_agg(p.title ORDER BY p.title) AS "titles!", array_agg(q.state ORDER BY p.title) AS "states!", bool_or(q.paused_at IS NOT NULL) AS "asked!", min(q.due_on) AS "due_on!",
                  min(q.due_on) FILTER (WHERE q.state = 'submitted' AND q.paused_at IS NULL) AS "open_due_on?"
           FROM access_request r JOIN request_part q ON q.request_id = r.id JOIN product p ON p.id = q.product_id
           WHERE r.id IN (SELECT o.id FROM access_request o WHERE o.requester_id = $1
                          UNION SELECT o.id FROM team_people m JOIN access_request o ON o.team_id = m.team_id WHERE m.person_id = $1)
             AND ($2::uuid IS NULL OR r.id < $2) GROUP BY r.id ORDER BY r.id DESC LIMIT $3"#,
        requester.0,
        after.map(|id| id.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let states = row.states.iter().map(|word| word.parse::<PartState>()).collect::<std::result::Result<_, _>>()?;
            Ok(RequestLine {
                id: RequestId(row.id),
                titles: row.titles,
                submitted_at: row.submitted_at,
                due_on: row.due_on,
                open_due_on: row.open_due_on,
                states,
                asked: row.asked,
                team: row.team,
            })
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
    /// The day to decide by; it moves on while the requester is waited for.
    pub due_on: NaiveDate,
    pub paused_at: Option<DateTime<Utc>>,
    pub steps: Vec<StepView>,
    pub messages: Vec<MessageView>,
    pub datasets: Vec<PartDataset>,
    pub steward: Option<String>,
}

/// A column as deciders weigh it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartColumn {
    pub name: String,
    pub classification: Classification,
    pub column_type: ColumnType,
    /// What is done to it for everybody.
    pub technique: Technique,
}

/// What is asked for of one dataset, and what is agreed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartDataset {
    pub port: OutputPortId,
    pub dataset: DatasetId,
    pub title: String,
    /// Asked for, of those that anybody may get.
    pub columns: Vec<PartColumn>,
    /// By which rows may be narrowed.
    pub scope_columns: Vec<String>,
    /// Never leave the source.
    pub absent: Vec<String>,
    pub rows: RowScope,
    /// What holds for the rows together.
    pub policy: DatasetPolicy,
    /// None while undecided; no column when the dataset is not part of what is agreed.
    pub granted: Option<(Vec<String>, RowScope)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestView {
    pub id: RequestId,
    pub requester: PersonId,
    pub requester_name: String,
    /// As it was when they asked.
    pub requester_agency: Option<String>,
    /// The one they belong to now, when it is another.
    pub agency_now: Option<String>,
    /// The team that it is asked for.
    pub for_team: Option<(TeamId, String)>,
    /// Who of it is there now, with whether they lead it.
    pub team_people: Vec<(PersonId, String, bool)>,
    /// The requester, and whoever was in the team since it was submitted: none of them decides.
    pub asking: Vec<PersonId>,
    pub purpose: String,
    pub explanation: String,
    pub legal_basis: String,
    pub team: String,
    /// Who else will see the data.
    pub seen_by: String,
    pub until: NaiveDate,
    pub submitted_at: DateTime<Utc>,
    pub decide_by: NaiveDate,
    pub parts: Vec<PartView>,
}

impl RequestView {
    /// Whose it is, as it stands to somebody.
    pub fn belongs(&self, person: PersonId) -> Belongs {
        let found = || self.team_people.iter().find(|(one, _, _)| *one == person);
        let standing = |(_, _, lead): &(PersonId, String, bool)| if *lead { InTeam::Lead } else { InTeam::Member };
        Belongs { owner: self.requester, team: self.for_team.as_ref().map(|_| found().map_or(InTeam::Stranger, standing)) }
    }
}

pub async fn request(conn: &mut PgConnection, id: RequestId, now: DateTime<Utc>) -> Result<Option<RequestView>> {
    let row = sqlx::query!(
        r#"SELECT r.requester_id, h.name, r.agency, CASE WHEN h.agency IS DISTINCT FROM r.agency THEN h.agency END AS "agency_now?",
                  u.title AS purpose, r.explanation, r.legal_basis, r.team, r.seen_by, r.until, r.submitted_at, r.decide_by,
                  t.id AS "team_id?", t.name AS "team_name?",
                  ARRAY(SELECT r.requester_id UNION SELECT m.person_id FROM team_member m
                        WHERE m.team_id = r.team_id AND (m.ended_at IS NULL OR m.ended_at >= r.submitted_at)) AS "asking!"
           FROM access_request r JOIN person h ON h.id = r.requester_id JOIN purpose u ON u.code = r.purpose LEFT JOIN team t ON t.id = r.team_id
           WHERE r.id = $1"#,
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let people = sqlx::query!(
        r#"SELECT m.person_id AS "person!", h.name, m.lead AS "lead!" FROM team_people m JOIN person h ON h.id = m.person_id
           WHERE m.team_id = $1 ORDER BY h.name, h.id"#,
        row.team_id
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(Some(RequestView {
        id,
        for_team: row.team_id.map(TeamId).zip(row.team_name),
        team_people: people.into_iter().map(|one| (PersonId(one.person), one.name, one.lead)).collect(),
        asking: row.asking.into_iter().map(PersonId).collect(),
        requester: PersonId(row.requester_id),
        requester_name: row.name,
        requester_agency: row.agency,
        agency_now: row.agency_now,
        purpose: row.purpose,
        explanation: row.explanation,
        legal_basis: row.legal_basis,
        team: row.team,
        seen_by: row.seen_by,
        until: row.until,
        submitted_at: row.submitted_at,
        decide_by: row.decide_by,
        parts: parts(conn, id, now).await?,
    }))
}

async fn parts(conn: &mut PgConnection, request: RequestId, now: DateTime<Utc>) -> Result<Vec<PartView>> {
    let rows = sqlx::query!(
        r#"SELECT q.id, q.product_id, p.domain_id, d.sector_id, p.title, p.address, p.classification, q.state, w.name AS "decider?", q.decided_at, q.reason,
                  q.until, q.due_on, q.paused_at, a.id AS "agreement?", s.name AS "steward?"
           FROM request_part q JOIN product p ON p.id = q.product_id JOIN data_domain d ON d.id = p.domain_id LEFT JOIN person w ON w.id = q.decided_by
           LEFT JOIN agreement a ON a.part_id = q.id AND a.state <> 'undone' LEFT JOIN person s ON s.id = p.steward_id WHERE q.request_id = $1 ORDER BY p.title, q.id"#,
        request.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let datasets = sqlx::query!(
        r#"SELECT x.part_id, x.output_port_id, d.id, d.title, x.row_scope AS "rows: Json<RowScope>", x.granted_columns,
                  x.granted_row_scope AS "granted_rows: Json<RowScope>",
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND column_leaves(c) AND (x.columns IS NULL OR c.name = ANY(x.columns))
                        ORDER BY c.position) AS "columns!",
                  d.policy AS "policy: Json<DatasetPolicy>",
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND column_is_clear(c) AND c.is_scope ORDER BY c.position) AS "scope_columns!",
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND NOT column_leaves(c) ORDER BY c.position) AS "absent!"
           FROM request_part q JOIN request_part_dataset x ON x.part_id = q.id JOIN dataset d ON d.id = x.dataset_id WHERE q.request_id = $1 ORDER BY d.position"#,
        request.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let protected = protection::columns(&mut *conn, &datasets.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    let (steps, messages) = (steps(&mut *conn, request, now).await?, messages(conn, request).await?);
    let datasets: Vec<(RequestPartId, PartDataset)> = datasets
        .into_iter()
        .map(|row| {
            let granted = row.granted_columns.map(|columns| (columns, row.granted_rows.map(|rows| rows.0).unwrap_or_default()));
            let known = protected.get(&row.id);
            let described = |name: String| {
                let column = known?.get(&name)?;
                let technique = column.effective(None);
                Some(PartColumn { name, classification: column.classification, column_type: column.column_type, technique })
            };
            let columns = row.columns.into_iter().filter_map(described).collect();
            let dataset = PartDataset {
                port: OutputPortId(row.output_port_id),
                dataset: DatasetId(row.id),
                title: row.title,
                columns,
                scope_columns: row.scope_columns,
                absent: row.absent,
                rows: row.rows.0,
                policy: row.policy.0,
                granted,
            };
            (RequestPartId(row.part_id), dataset)
        })
        .collect();
    rows.into_iter()
        .map(|row| {
            let id = RequestPartId(row.id);
            Ok(PartView {
                id,
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
                due_on: row.due_on,
                paused_at: row.paused_at,
                steps: steps.iter().filter(|step| step.part == id).cloned().collect(),
                messages: messages.iter().filter(|message| message.part == id).cloned().collect(),
                datasets: datasets.iter().filter(|(part, _)| *part == id).map(|(_, dataset)| dataset.clone()).collect(),
                steward: row.steward,
            })
        })
        .collect()
}

/// The request that a step belongs to, and its part.
pub async fn request_of_step(conn: &mut PgConnection, id: PartStepId, now: DateTime<Utc>) -> Result<Option<(RequestView, PartView)>> {
    let found = sqlx::query!("SELECT q.request_id, q.id FROM part_step s JOIN request_part q ON q.id = s.part_id WHERE s.id = $1", id.0);
    let Some(row) = found.fetch_optional(&mut *conn).await? else { return Ok(None) };
    let Some(view) = request(conn, RequestId(row.request_id), now).await? else { return Ok(None) };
    let part = view.parts.iter().find(|part| part.id.0 == row.id).cloned();
    Ok(part.map(|part| (view, part)))
}

/// Withdraws every part that is still undecided.
pub async fn withdraw(conn: &mut PgConnection, actor: PersonId, request: RequestId, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let parts = sqlx::query_scalar!("SELECT id FROM request_part WHERE request_id = $1 AND state = 'submitted' ORDER BY id FOR UPDATE", request.0)
        .fetch_all(&mut *conn)
        .await?;
    if parts.is_empty() {
        return Err(StoreError::Conflict("Everything in this request has been decided already. Nothing was changed.".into()));
    }
    for part in parts.into_iter().map(RequestPartId) {
        let locked = lock(conn, part).await?;
        close(conn, part, locked.state.to(PartState::Withdrawn)?, Some(actor), None, None, now).await?;
        audit::append(conn, &locked.event(Some(actor), AuditAction::RequestWithdraw, origin), now).await?;
    }
    Ok(())
}

/// How a part like this one was decided before: the same product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarDecision {
    pub requester: String,
    pub agency: Option<String>,
    pub purpose: String,
    pub state: PartState,
    pub decided_at: DateTime<Utc>,
    pub reason: Option<String>,
}

/// Of so many decisions those that are most alike are looked for: a product that everybody asks for opens as fast as any.
const LOOKED_AT: i64 = 200;

/// A few of the last decisions about a product by people, other than this part's: those for the same purpose first, among these those that
/// the same agency asked for, and the newest first among each. What is undecided lies before them in the index; asking for a moment passes over it at once.
pub async fn similar_decisions(conn: &mut PgConnection, product: ProductId, but: RequestPartId, limit: i64) -> Result<Vec<SimilarDecision>> {
    let rows = sqlx::query!(
        r#"SELECT h.name, r.agency, u.title AS purpose, q.state AS "state!", q.decided_at AS "decided_at!", q.reason AS "reason?" FROM (
               SELECT d.request_id, d.state, d.decided_at, d.reason FROM request_part d
               WHERE d.product_id = $1 AND d.id <> $2 AND d.decided_at IS NOT NULL AND d.state IN ('approved', 'refused') AND d.decided_by IS NOT NULL
               ORDER BY d.decided_at DESC LIMIT $4) q
           JOIN access_request r ON r.id = q.request_id JOIN person h ON h.id = r.requester_id JOIN purpose u ON u.code = r.purpose
           CROSS JOIN (SELECT o.purpose, o.agency FROM request_part x JOIN access_request o ON o.id = x.request_id WHERE x.id = $2) own
           ORDER BY r.purpose = own.purpose DESC, coalesce(lower(r.agency) = lower(own.agency), false) DESC, q.decided_at DESC LIMIT $3"#,
        product.0,
        but.0,
        limit,
        LOOKED_AT
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SimilarDecision {
                requester: row.name,
                agency: row.agency,
                purpose: row.purpose,
                state: row.state.parse()?,
                decided_at: row.decided_at,
                reason: row.reason,
            })
        })
        .collect()
}
