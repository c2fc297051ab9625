//! Deciding one step of one product's part of a request, and what the steps amount to together. The part is locked: of two
//! people who decide at once, one wins and the other is told.

use super::agreements::make_agreement;
use crate::{Result, StoreError, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Ids;
use domain::access::{Conditions, DatasetConditions, Granted, Outcome, PartState, RowScope, StepAt, StepState, granted, outcome};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{DatasetId, OutputPortId, PartStepId, PersonId, ProductId, RequestPartId};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What somebody decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// With what is left of what was asked for; at least something.
    Approve {
        conditions: Conditions,
        note: Option<String>,
    },
    Refuse {
        reason: String,
    },
}

/// Who decides, found to be allowed to; and for whom, when that person is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decider {
    pub person: PersonId,
    pub stands_for: Option<PersonId>,
}

/// A part that is locked until the transaction ends.
pub(super) struct Locked {
    pub request: Uuid,
    pub product: Uuid,
    pub address: String,
    /// The requester, and whoever was in the team that asks since it was submitted.
    pub asking: Vec<PersonId>,
    /// The last day that was asked for.
    pub until: NaiveDate,
    pub state: PartState,
    pub decider: Option<String>,
}

pub(super) async fn lock(conn: &mut PgConnection, part: RequestPartId) -> Result<Locked> {
    let row = sqlx::query!(
        r#"SELECT p.state, p.request_id, p.product_id, r.until, x.address, w.name AS "decider?",
                  ARRAY(SELECT r.requester_id UNION SELECT m.person_id FROM team_member m
                        WHERE m.team_id = r.team_id AND (m.ended_at IS NULL OR m.ended_at >= r.submitted_at)) AS "asking!"
           FROM request_part p JOIN access_request r ON r.id = p.request_id JOIN product x ON x.id = p.product_id
           LEFT JOIN person w ON w.id = p.decided_by WHERE p.id = $1 FOR UPDATE OF p"#,
        part.0
    )
    .fetch_one(conn)
    .await?;
    Ok(Locked {
        request: row.request_id,
        product: row.product_id,
        address: row.address,
        asking: row.asking.into_iter().map(PersonId).collect(),
        until: row.until,
        state: row.state.parse()?,
        decider: row.decider,
    })
}

impl Locked {
    /// An audit event about this part.
    pub fn event(&self, actor: Option<PersonId>, action: AuditAction, origin: &Origin) -> AuditEvent {
        AuditEvent {
            product: Some(ProductId(self.product)),
            address: Some(self.address.clone()),
            ..AuditEvent::done(actor, action, "request", Some(self.request), origin.clone())
        }
    }

    /// Nothing happens to a part that is decided.
    pub fn undecided(&self) -> Result<()> {
        if self.state == PartState::Submitted {
            return Ok(());
        }
        let by = self.decider.as_ref().map(|name| format!(" by {name}")).unwrap_or_default();
        Err(StoreError::Conflict(format!("This was {}{by} before your decision arrived. Nothing was changed.", self.state.label().to_lowercase())))
    }
}

/// Records a decision; the part follows when it is the last, and so does the agreement.
pub async fn decide(
    conn: &mut PgConnection,
    decider: Decider,
    step: PartStepId,
    decision: &Decision,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let part = part_of(conn, step).await?;
    let locked = lock(conn, part).await?;
    if std::iter::once(decider.person).chain(decider.stands_for).any(|one| locked.asking.contains(&one)) {
        return Err(StoreError::Conflict("Nobody decides their own request, or their team’s.".into()));
    }
    locked.undecided()?;
    let (state, note, conditions) = match decision {
        Decision::Approve { conditions, note } => (StepState::Approved, note.clone(), Some(Json(conditions))),
        Decision::Refuse { reason } => (StepState::Refused, Some(reason.clone()), None),
    };
    if let Decision::Approve { conditions, .. } = decision {
        if conditions.until > locked.until {
            return Err(StoreError::Conflict("An approval cannot last longer than was asked for.".into()));
        }
        if left(conn, part, locked.until, Some(conditions)).await?.datasets.is_empty() {
            return Err(StoreError::Conflict("These conditions leave nothing to read. Refuse the request instead, and say why.".into()));
        }
    }
    let done = sqlx::query!(
        "UPDATE part_step s SET state = $2, decided_by = $3, decided_for = $4, decided_at = $5, note = $6, conditions = $7
         FROM request_part q WHERE s.id = $1 AND q.id = s.part_id AND s.state = 'waiting' AND s.stage = q.stage",
        step.0,
        state.as_str(),
        decider.person.0,
        decider.stands_for.map(|person| person.0),
        now,
        note,
        conditions as _
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Conflict("This step was decided before your decision arrived, or is not open yet. Nothing was changed.".into()));
    }
    settle(conn, part, &locked, decider.person, note, origin, ids, now).await
}

pub(super) async fn part_of(conn: &mut PgConnection, step: PartStepId) -> Result<RequestPartId> {
    Ok(RequestPartId(sqlx::query_scalar!("SELECT part_id FROM part_step WHERE id = $1", step.0).fetch_one(conn).await?))
}

/// What all approvals so far leave, and one more.
async fn left(conn: &mut PgConnection, part: RequestPartId, until: NaiveDate, more: Option<&Conditions>) -> Result<Granted> {
    let asked = asked_of(conn, part).await?;
    let mut approvals: Vec<Conditions> = sqlx::query_scalar!(
        r#"SELECT conditions AS "conditions!: Json<Conditions>" FROM part_step WHERE part_id = $1 AND state = 'approved' AND conditions IS NOT NULL"#,
        part.0
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(|conditions| conditions.0)
    .collect();
    approvals.extend(more.cloned());
    Ok(granted(until, &asked, &approvals))
}

/// What a part asks for: of each dataset the columns that anybody may get, or those of them that were named.
async fn asked_of(conn: &mut PgConnection, part: RequestPartId) -> Result<Vec<DatasetConditions>> {
    let rows = sqlx::query!(
        r#"SELECT x.output_port_id, x.dataset_id, x.row_scope AS "rows: Json<RowScope>",
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = x.dataset_id AND column_leaves(c)
                          AND (x.columns IS NULL OR c.name = ANY(x.columns))) AS "columns!"
           FROM request_part_dataset x WHERE x.part_id = $1"#,
        part.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DatasetConditions {
            port: OutputPortId(row.output_port_id),
            dataset: DatasetId(row.dataset_id),
            columns: row.columns.into_iter().collect(),
            rows: row.rows.0,
            techniques: BTreeMap::new(),
        })
        .collect())
}

/// Moves a part to where its steps have brought it. `note` is what the last of them said.
#[expect(clippy::too_many_arguments, reason = "each is one part of what is recorded")]
async fn settle(
    conn: &mut PgConnection,
    part: RequestPartId,
    locked: &Locked,
    actor: PersonId,
    note: Option<String>,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let rows = sqlx::query!("SELECT stage, state FROM part_step WHERE part_id = $1", part.0).fetch_all(&mut *conn).await?;
    let steps = rows
        .iter()
        .map(|row| Ok(StepAt { stage: u8::try_from(row.stage).unwrap_or(u8::MAX), state: row.state.parse()? }))
        .collect::<Result<Vec<_>>>()?;
    let event = |action| AuditEvent { reason: note.clone(), ..locked.event(Some(actor), action, origin) };
    match outcome(&steps) {
        Outcome::Waiting { stage } => {
            sqlx::query!("UPDATE request_part SET stage = $2 WHERE id = $1", part.0, i16::from(stage)).execute(&mut *conn).await?;
            audit::append(conn, &event(AuditAction::RequestAgree), now).await
        }
        Outcome::Refused => {
            let state = locked.state.to(PartState::Refused)?;
            close(conn, part, state, Some(actor), note.as_deref(), None, now).await?;
            audit::append(conn, &event(AuditAction::RequestRefuse), now).await
        }
        Outcome::Approved => {
            let granted = left(conn, part, locked.until, None).await?;
            if granted.datasets.is_empty() {
                return Err(StoreError::Conflict(
                    "Together with what others left, these conditions leave nothing to read. Refuse instead, and say why.".into(),
                ));
            }
            let state = locked.state.to(PartState::Approved)?;
            close(conn, part, state, Some(actor), note.as_deref(), Some(granted.until), now).await?;
            keep(conn, part, &granted).await?;
            audit::append(conn, &event(AuditAction::RequestApprove), now).await?;
            make_agreement(conn, part, Some(actor), granted.until, origin, ids, now).await?;
            Ok(())
        }
    }
}

/// Writes what a part became, and closes the steps that are no longer needed.
pub(super) async fn close(
    conn: &mut PgConnection,
    part: RequestPartId,
    state: PartState,
    actor: Option<PersonId>,
    reason: Option<&str>,
    until: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE request_part SET state = $2, decided_by = $3, decided_at = $4, reason = $5, until = $6, paused_at = NULL WHERE id = $1",
        part.0,
        state.as_str(),
        actor.map(|person| person.0),
        now,
        reason,
        until
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("UPDATE part_step SET state = 'closed' WHERE part_id = $1 AND state = 'waiting'", part.0).execute(conn).await?;
    Ok(())
}

/// Notes beside what was asked for what is agreed; of a dataset that is not agreed, no column.
async fn keep(conn: &mut PgConnection, part: RequestPartId, granted: &Granted) -> Result<()> {
    sqlx::query!("UPDATE request_part_dataset SET granted_columns = '{}', granted_row_scope = '{}' WHERE part_id = $1", part.0)
        .execute(&mut *conn)
        .await?;
    for left in &granted.datasets {
        sqlx::query!(
            "UPDATE request_part_dataset SET granted_columns = $4, granted_row_scope = $5, granted_techniques = $6 WHERE part_id = $1 AND output_port_id = $2 AND dataset_id = $3",
            part.0,
            left.port.0,
            left.dataset.0,
            &left.columns.iter().cloned().collect::<Vec<_>>(),
            Json(&left.rows) as _,
            Json(&left.techniques) as _
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
