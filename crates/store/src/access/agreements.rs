//! What an approval makes, how it is granted at the port, and how it ends.

use super::holds::HoldView;
use crate::{Result, StoreError, audit, outbox, protection};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Ids;
use domain::access::{AgreementState, GrantState, RowScope};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar;
use domain::id::{AgreementId, DomainId, PersonId, ProductId, RequestId, RequestPartId, SectorId, TeamId};
use domain::organisation::Place;
use domain::protection::{DatasetPolicy, Technique};
use domain::team::{Belongs, InTeam};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;

/// Makes the agreement of an approved part, in the transaction of its approval; the port follows through the outbox.
pub(super) async fn make_agreement(
    conn: &mut PgConnection,
    part: RequestPartId,
    actor: Option<PersonId>,
    until: NaiveDate,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<AgreementId> {
    let id: AgreementId = ids.next(now);
    let row = sqlx::query!(
        "INSERT INTO agreement (id, part_id, product_id, holder_id, team_id, state, grant_state, made_at, until)
         SELECT $1, p.id, p.product_id, r.requester_id, r.team_id, $3, $4, $5, $6 FROM request_part p JOIN access_request r ON r.id = p.request_id WHERE p.id = $2
         RETURNING product_id, (SELECT address FROM product WHERE id = product_id) AS address",
        id.0,
        part.0,
        AgreementState::Active.as_str(),
        GrantState::Pending.as_str(),
        now,
        calendar::end_of(until)
    )
    .fetch_one(&mut *conn)
    .await?;
    // Two datasets of one agreement never share a view's name: the dataset's name is unique in its product.
    sqlx::query!(
        "INSERT INTO agreement_dataset (agreement_id, dataset_id, output_port_id, view_name, columns, row_scope, techniques)
         SELECT $1, d.id, x.output_port_id, d.name, k.columns, coalesce(x.granted_row_scope, x.row_scope), x.granted_techniques
         FROM request_part_dataset x JOIN dataset d ON d.id = x.dataset_id
         CROSS JOIN LATERAL (SELECT ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND column_leaves(c)
                                 AND (x.columns IS NULL OR c.name = ANY(x.columns)) AND (x.granted_columns IS NULL OR c.name = ANY(x.granted_columns))
                                 ORDER BY c.position) AS columns) k
         WHERE x.part_id = $2 AND cardinality(k.columns) > 0",
        id.0,
        part.0
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        product: Some(ProductId(row.product_id)),
        address: row.address,
        ..AuditEvent::done(actor, AuditAction::AgreementMake, "agreement", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    outbox::push(conn, "agreement.grant", id.0, now).await?;
    super::suspensions::hold_suspended(conn, origin, ids, now).await?;
    super::flow_holds::follow_flags(conn, origin, ids, now).await?;
    super::standard_holds::follow_standards(conn, Some(&[row.product_id]), origin, ids, now).await?;
    Ok(id)
}

/// A line of somebody's agreements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementLine {
    pub id: AgreementId,
    pub product_title: String,
    pub product_address: String,
    pub state: AgreementState,
    pub grant_state: GrantState,
    pub until: DateTime<Utc>,
    /// The team that holds it; none for one's own.
    pub team: Option<String>,
    /// Nothing is read for now.
    pub held: bool,
}

/// Somebody's own and those of their teams, newest first.
pub async fn agreements_of(conn: &mut PgConnection, holder: PersonId) -> Result<Vec<AgreementLine>> {
    agreements_after(conn, holder, None, 500).await
}

/// The same, after one of them; at most `limit`.
pub async fn agreements_after(conn: &mut PgConnection, holder: PersonId, after: Option<AgreementId>, limit: i64) -> Result<Vec<AgreementLine>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, p.title, p.address, a.state, a.grant_state, a.until, t.name AS "team?",
                  EXISTS (SELECT FROM agreement_hold h WHERE h.agreement_id = a.id AND h.lifted_at IS NULL) AS "held!"
           FROM agreement a JOIN product p ON p.id = a.product_id LEFT JOIN team t ON t.id = a.team_id
           WHERE a.id IN (SELECT g.agreement_id FROM agreement_people g WHERE g.person_id = $1) AND ($2::uuid IS NULL OR a.id < $2)
           ORDER BY a.id DESC LIMIT $3"#,
        holder.0,
        after.map(|id| id.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(AgreementLine {
                id: AgreementId(row.id),
                product_title: row.title,
                product_address: row.address,
                state: row.state.parse()?,
                grant_state: row.grant_state.parse()?,
                until: row.until,
                team: row.team,
                held: row.held,
            })
        })
        .collect()
}

/// One dataset that an agreement grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementDataset {
    pub title: String,
    /// `domain.product.port.dataset`.
    pub address: String,
    pub view: String,
    /// In order, each with what is done to it; what is left out meanwhile is not among them.
    pub columns: Vec<(String, Technique)>,
    pub rows: RowScope,
    /// What holds for the rows together.
    pub policy: DatasetPolicy,
}

/// Somebody of the team that holds an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementPerson {
    pub person: PersonId,
    pub name: String,
    /// Leads the team, or asked for it.
    pub lead: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementView {
    pub id: AgreementId,
    pub request: RequestId,
    /// Who asked for it; of a team's agreement, that alone.
    pub holder: PersonId,
    pub holder_name: String,
    pub team: Option<(TeamId, String)>,
    /// Who of the team may use it now; nobody when it is one person's own.
    pub people: Vec<AgreementPerson>,
    pub place: Place,
    pub product_title: String,
    pub product_address: String,
    pub purpose: String,
    pub state: AgreementState,
    pub grant_state: GrantState,
    pub made_at: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
    pub credential_at: Option<DateTime<Utc>>,
    pub first_read_at: Option<DateTime<Utc>>,
    pub datasets: Vec<AgreementDataset>,
    /// Nothing is read while one stands.
    pub holds: Vec<HoldView>,
}

impl AgreementView {
    /// Whose it is, as it stands to somebody.
    pub fn belongs(&self, person: PersonId) -> Belongs {
        let standing = |one: &AgreementPerson| if one.lead { InTeam::Lead } else { InTeam::Member };
        let team = self.team.as_ref().map(|_| self.people.iter().find(|one| one.person == person).map_or(InTeam::Stranger, standing));
        Belongs { owner: self.holder, team }
    }
}

pub async fn agreement(conn: &mut PgConnection, id: AgreementId) -> Result<Option<AgreementView>> {
    let row = sqlx::query!(
        r#"SELECT a.id, a.holder_id, h.name AS holder_name, a.product_id, p.domain_id, d.sector_id, p.title, p.address, u.title AS purpose, a.state,
                a.grant_state, a.made_at, a.until, a.ended_at, a.end_reason, a.credential_at, a.first_read_at, r.id AS request_id,
                t.id AS "team_id?", t.name AS "team_name?"
         FROM agreement a JOIN person h ON h.id = a.holder_id JOIN product p ON p.id = a.product_id JOIN data_domain d ON d.id = p.domain_id
         JOIN request_part q ON q.id = a.part_id JOIN access_request r ON r.id = q.request_id JOIN purpose u ON u.code = r.purpose
         LEFT JOIN team t ON t.id = a.team_id WHERE a.id = $1"#,
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let datasets = sqlx::query!(
        r#"SELECT d.id, d.title, $2 || '.' || o.name || '.' || d.name AS "address!", x.view_name, x.columns, x.row_scope AS "row_scope: Json<RowScope>",
                  x.techniques AS "techniques: Json<BTreeMap<String, Technique>>", x.policy AS "agreed: Json<DatasetPolicy>",
                  d.policy AS "policy: Json<DatasetPolicy>" FROM agreement_dataset x
           JOIN dataset d ON d.id = x.dataset_id JOIN output_port o ON o.id = x.output_port_id WHERE x.agreement_id = $1 ORDER BY d.position"#,
        id.0,
        row.address
    )
    .fetch_all(&mut *conn)
    .await?;
    let holds = super::holds::holds_of(&mut *conn, id).await?;
    let people = sqlx::query_as!(
        AgreementPerson,
        r#"SELECT p.person_id AS "person!", h.name, p.lead AS "lead!" FROM agreement_people p JOIN agreement a ON a.id = p.agreement_id
           JOIN person h ON h.id = p.person_id WHERE p.agreement_id = $1 AND a.team_id IS NOT NULL ORDER BY h.name, h.id"#,
        id.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let masked = protection::masked(&mut *conn, &[row.product_id]).await?.remove(&row.product_id).unwrap_or_default();
    let protected = protection::columns(conn, &datasets.iter().map(|d| d.id).collect::<Vec<_>>()).await?;
    let shown = |dataset: &uuid::Uuid, name: &String, agreed: &BTreeMap<String, Technique>| {
        let technique = protected.get(dataset)?.get(name)?.effective(agreed.get(name).copied());
        (!technique.is_suppressed()).then(|| (name.clone(), technique))
    };
    Ok(Some(AgreementView {
        team: row.team_id.map(TeamId).zip(row.team_name),
        people,
        holds,
        id: AgreementId(row.id),
        request: RequestId(row.request_id),
        holder: PersonId(row.holder_id),
        holder_name: row.holder_name,
        place: Place { product: ProductId(row.product_id), domain: DomainId(row.domain_id), sector: SectorId(row.sector_id) },
        product_title: row.title,
        product_address: row.address,
        purpose: row.purpose,
        state: row.state.parse()?,
        grant_state: row.grant_state.parse()?,
        made_at: row.made_at,
        until: row.until,
        ended_at: row.ended_at,
        end_reason: row.end_reason,
        credential_at: row.credential_at,
        first_read_at: row.first_read_at,
        datasets: datasets
            .into_iter()
            .map(|d| AgreementDataset {
                columns: d
                    .columns
                    .iter()
                    .filter(|name| !protection::withheld(&masked, &d.view_name, name))
                    .filter_map(|name| shown(&d.id, name, &d.techniques))
                    .collect(),
                title: d.title,
                address: d.address,
                view: d.view_name,
                rows: d.row_scope.0,
                policy: d.policy.0.and(&d.agreed.0),
            })
            .collect(),
    }))
}

async fn moved(conn: &mut PgConnection, id: AgreementId, to: GrantState, action: AuditAction, now: DateTime<Utc>) -> Result<()> {
    let row = sqlx::query!(
        "SELECT a.grant_state, a.product_id, p.address FROM agreement a JOIN product p ON p.id = a.product_id WHERE a.id = $1 FOR UPDATE OF a",
        id.0
    )
    .fetch_one(&mut *conn)
    .await?;
    let state: GrantState = row.grant_state.parse()?;
    if state == to {
        return Ok(());
    }
    let next = state.to(to)?;
    sqlx::query!("UPDATE agreement SET grant_state = $2 WHERE id = $1", id.0, next.as_str()).execute(&mut *conn).await?;
    let event = AuditEvent {
        product: Some(ProductId(row.product_id)),
        address: Some(row.address),
        ..AuditEvent::done(None, action, "agreement", Some(id.0), Origin::default())
    };
    audit::append(conn, &event, now).await
}

/// The source has confirmed that it allows what was agreed.
pub async fn grant_confirmed(conn: &mut PgConnection, id: AgreementId, now: DateTime<Utc>) -> Result<()> {
    moved(conn, id, GrantState::Granted, AuditAction::AgreementGrant, now).await
}

/// The source has confirmed that nothing is left.
pub async fn removal_confirmed(conn: &mut PgConnection, id: AgreementId, now: DateTime<Utc>) -> Result<()> {
    moved(conn, id, GrantState::Ended, AuditAction::AgreementEnd, now).await
}

/// Why an agreement ends before or at its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndReason {
    Revoked(String),
    GivenUp,
    Expired,
    /// The decision behind it was undone before anything was read.
    Undone,
}

/// Ends an agreement: reads through Pasar stop with the commit, the source follows through the outbox.
pub async fn end(
    conn: &mut PgConnection,
    actor: Option<PersonId>,
    id: AgreementId,
    why: &EndReason,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = sqlx::query!(
        "SELECT a.state, a.grant_state, a.product_id, p.address FROM agreement a JOIN product p ON p.id = a.product_id WHERE a.id = $1 FOR UPDATE OF a",
        id.0
    )
    .fetch_one(&mut *conn)
    .await?;
    let (next, action, reason) = match why {
        EndReason::Revoked(reason) => (AgreementState::Revoked, AuditAction::AgreementRevoke, Some(reason.clone())),
        EndReason::GivenUp => (AgreementState::GivenUp, AuditAction::AgreementGiveUp, None),
        EndReason::Expired => (AgreementState::Expired, AuditAction::AgreementExpire, None),
        EndReason::Undone => (AgreementState::Undone, AuditAction::AgreementUndo, None),
    };
    let state: AgreementState = row.state.parse()?;
    let next =
        state.to(next).map_err(|_| StoreError::Conflict(format!("This agreement has ended already: it is {}.", state.label().to_lowercase())))?;
    let grant: GrantState = row.grant_state.parse()?;
    sqlx::query!(
        "UPDATE agreement SET state = $2, grant_state = $3, ended_at = $4, end_reason = $5 WHERE id = $1",
        id.0,
        next.as_str(),
        grant.to(GrantState::Ending)?.as_str(),
        now,
        reason
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        product: Some(ProductId(row.product_id)),
        address: Some(row.address),
        reason,
        ..AuditEvent::done(actor, action, "agreement", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    sqlx::query!("UPDATE agreement_credential SET ended_at = $2 WHERE agreement_id = $1 AND ended_at IS NULL", id.0, now).execute(&mut *conn).await?;
    outbox::push(conn, "agreement.end", id.0, now).await
}

/// Ends every agreement whose time has come; returns how many. Call within a transaction.
pub async fn expire_due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let due =
        sqlx::query_scalar!("SELECT id FROM agreement WHERE state = 'active' AND until <= $1 ORDER BY until LIMIT 200 FOR UPDATE SKIP LOCKED", now)
            .fetch_all(&mut *conn)
            .await?;
    for id in &due {
        end(conn, None, AgreementId(*id), &EndReason::Expired, &Origin::default(), now).await?;
    }
    Ok(due.len())
}

/// Notes that the holder gets a new credential; the former one is no longer accepted from the commit on. False when the
/// agreement is not in force, not granted yet, or held.
pub async fn note_credential(
    conn: &mut PgConnection,
    actor: PersonId,
    id: AgreementId,
    hash: &[u8],
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row = sqlx::query!(
        "UPDATE agreement SET credential_hash = $2, credential_at = $3 WHERE id = $1 AND holder_id = $4 AND team_id IS NULL AND state = 'active' AND grant_state = 'granted' AND until > $3
         AND NOT EXISTS (SELECT FROM agreement_hold h WHERE h.agreement_id = agreement.id AND h.lifted_at IS NULL) RETURNING product_id",
        id.0,
        hash,
        now,
        actor.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(false) };
    let event = AuditEvent {
        product: Some(ProductId(row.product_id)),
        ..AuditEvent::done(Some(actor), AuditAction::CredentialCreate, "agreement", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(true)
}
