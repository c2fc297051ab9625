//! Credentials beside an agreement's own: of each person of its team, and of machine clients. Each has a role of its own at the
//! source, which follows through the outbox and is compared with these rows every minute.

use crate::{Result, StoreError, audit, outbox};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{AgreementId, CredentialId, PersonId, ProductId};
use domain::team::MOST_MACHINES;
use sqlx::PgConnection;
use uuid::Uuid;

/// A machine client of an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineView {
    pub id: CredentialId,
    pub name: String,
    pub made_at: DateTime<Utc>,
    /// When its credential was made last.
    pub set_at: Option<DateTime<Utc>>,
}

/// Those that have not ended, by name.
pub async fn machines(conn: &mut PgConnection, agreement: AgreementId) -> Result<Vec<MachineView>> {
    let rows = sqlx::query_as!(
        MachineView,
        r#"SELECT id, machine AS "name!", made_at, set_at FROM agreement_credential
           WHERE agreement_id = $1 AND machine IS NOT NULL AND ended_at IS NULL ORDER BY lower(machine), id"#,
        agreement.0
    );
    Ok(rows.fetch_all(conn).await?)
}

/// The credential of one person under an agreement of their team: its id, and when it was made last.
pub async fn own_credential(
    conn: &mut PgConnection,
    agreement: AgreementId,
    person: PersonId,
) -> Result<Option<(CredentialId, Option<DateTime<Utc>>)>> {
    let row = sqlx::query!(
        "SELECT id, set_at FROM agreement_credential WHERE agreement_id = $1 AND person_id = $2 AND ended_at IS NULL AND NOT once",
        agreement.0,
        person.0
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (CredentialId(row.id), row.set_at)))
}

/// The row for a person's own credential, made when there is none. It is committed before the source makes the role, so that no
/// comparison takes the role for a stray.
pub async fn begin_credential(
    conn: &mut PgConnection,
    agreement: AgreementId,
    person: PersonId,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<CredentialId> {
    let id: CredentialId = ids.next(now);
    sqlx::query!(
        "INSERT INTO agreement_credential (id, agreement_id, person_id, made_by, made_at) VALUES ($1, $2, $3, $3, $4)
         ON CONFLICT (agreement_id, person_id) WHERE ended_at IS NULL AND machine IS NULL AND NOT once DO NOTHING",
        id.0,
        agreement.0,
        person.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    let found = sqlx::query_scalar!(
        "SELECT id FROM agreement_credential WHERE agreement_id = $1 AND person_id = $2 AND ended_at IS NULL AND NOT once",
        agreement.0,
        person.0
    );
    Ok(CredentialId(found.fetch_one(conn).await?))
}

/// What an event of a credential is about.
pub(super) struct About {
    pub product: Uuid,
    pub address: String,
}

impl About {
    pub fn event(self, actor: Option<PersonId>, action: AuditAction, agreement: AgreementId, detail: String, origin: &Origin) -> AuditEvent {
        AuditEvent {
            product: Some(ProductId(self.product)),
            address: Some(self.address),
            detail: Some(detail),
            ..AuditEvent::done(actor, action, "agreement", Some(agreement.0), origin.clone())
        }
    }
}

/// Locks an agreement in force; none when it is not.
async fn locked(conn: &mut PgConnection, agreement: AgreementId) -> Result<Option<About>> {
    let found = sqlx::query_as!(
        About,
        "SELECT a.product_id AS product, p.address FROM agreement a JOIN product p ON p.id = a.product_id
         WHERE a.id = $1 AND a.state = 'active' FOR UPDATE OF a",
        agreement.0
    );
    Ok(found.fetch_optional(conn).await?)
}

fn ended() -> StoreError {
    StoreError::Conflict("This agreement has ended. Nothing was changed.".into())
}

/// Names a machine client; it reads nothing before it has a credential. `Conflict` when the name is taken, or there are too many.
pub async fn name_machine(
    conn: &mut PgConnection,
    actor: PersonId,
    agreement: AgreementId,
    name: &str,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<CredentialId> {
    let about = locked(conn, agreement).await?.ok_or_else(ended)?;
    let known = machines(conn, agreement).await?;
    if i64::try_from(known.len()).unwrap_or(i64::MAX) >= MOST_MACHINES {
        return Err(StoreError::Conflict(format!("This agreement has {MOST_MACHINES} machine clients already. End one that you no longer need.")));
    }
    if known.iter().any(|machine| machine.name.to_lowercase() == name.to_lowercase()) {
        return Err(StoreError::Conflict("This agreement has a machine client of this name already. Choose another name.".into()));
    }
    let id: CredentialId = ids.next(now);
    sqlx::query!(
        "INSERT INTO agreement_credential (id, agreement_id, machine, made_by, made_at) VALUES ($1, $2, $3, $4, $5)",
        id.0,
        agreement.0,
        name,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    audit::append(conn, &about.event(Some(actor), AuditAction::MachineMake, agreement, format!("{name}, machine {id}"), origin), now).await?;
    Ok(id)
}

/// Notes that a holder gets a new credential; the former one is no longer accepted from the commit on. Gives the agreement's end;
/// none when agreement or credential is not in force, the port is not granted yet, or a hold stands.
pub async fn note_credential_of(
    conn: &mut PgConnection,
    actor: PersonId,
    agreement: AgreementId,
    credential: CredentialId,
    hash: &[u8],
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let Some(about) = locked(conn, agreement).await? else { return Ok(None) };
    let row = sqlx::query!(
        r#"UPDATE agreement_credential c SET token_hash = $3, set_at = $4 FROM agreement a
           WHERE c.id = $2 AND a.id = c.agreement_id AND a.id = $1 AND a.grant_state = 'granted' AND a.until > $4
             AND EXISTS (SELECT FROM credential_in_force f WHERE f.id = c.id)
             AND NOT EXISTS (SELECT FROM agreement_hold h WHERE h.agreement_id = a.id AND h.lifted_at IS NULL)
           RETURNING a.until, CASE WHEN c.once THEN 'for one download' ELSE coalesce(c.machine || ', machine ' || c.id, 'of their own') END AS "whose!""#,
        agreement.0,
        credential.0,
        hash,
        now
    );
    let Some(row) = row.fetch_optional(&mut *conn).await? else { return Ok(None) };
    audit::append(conn, &about.event(Some(actor), AuditAction::CredentialCreate, agreement, row.whose, origin), now).await?;
    Ok(Some(row.until))
}

/// Ends a machine client and its credential. False when the agreement has none such.
pub async fn end_machine(
    conn: &mut PgConnection,
    actor: PersonId,
    agreement: AgreementId,
    machine: CredentialId,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let about = locked(conn, agreement).await?.ok_or_else(ended)?;
    let name = sqlx::query_scalar!(
        r#"UPDATE agreement_credential SET ended_at = $3 WHERE id = $2 AND agreement_id = $1 AND machine IS NOT NULL AND ended_at IS NULL
           RETURNING machine AS "name!""#,
        agreement.0,
        machine.0,
        now
    );
    let Some(name) = name.fetch_optional(&mut *conn).await? else { return Ok(false) };
    let event = about.event(Some(actor), AuditAction::CredentialEnd, agreement, format!("{name}, machine {machine}"), origin);
    audit::append(conn, &event, now).await?;
    outbox::push(conn, "credential.end", machine.0, now).await?;
    Ok(true)
}

/// Ends the credentials of whoever left the team or was disabled, and those of machine clients that nobody is left for; gives the agreements
/// under which, one for each. What is lost so does not come back by itself, as what a suspension stops does. Call within a transaction.
pub async fn end_lost_credentials(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<AgreementId>> {
    let rows = sqlx::query!(
        r#"UPDATE agreement_credential c SET ended_at = $1 FROM agreement a JOIN product p ON p.id = a.product_id
           WHERE c.ended_at IS NULL AND a.id = c.agreement_id AND a.state = 'active'
             AND NOT EXISTS (SELECT FROM agreement_people u WHERE u.agreement_id = c.agreement_id AND (c.person_id IS NULL OR u.person_id = c.person_id))
           RETURNING c.id, a.id AS agreement, a.product_id, p.address,
                     coalesce(c.machine || ', machine ' || c.id, (SELECT 'of ' || h.email FROM person h WHERE h.id = c.person_id)) AS "whose!""#,
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in &rows {
        let about = About { product: row.product_id, address: row.address.clone() };
        let event = AuditEvent {
            reason: Some("Its holder may no longer use the agreement.".into()),
            ..about.event(None, AuditAction::CredentialEnd, AgreementId(row.agreement), row.whose.clone(), &Origin::default())
        };
        audit::append(conn, &event, now).await?;
        outbox::push(conn, "credential.end", row.id, now).await?;
    }
    Ok(rows.into_iter().map(|row| AgreementId(row.agreement)).collect())
}

/// Every credential that an agreement ever had, whose role may still stand at its source.
pub async fn credentials_of(conn: &mut PgConnection, agreement: AgreementId) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("SELECT id FROM agreement_credential WHERE agreement_id = $1 ORDER BY id", agreement.0).fetch_all(conn).await?)
}

/// Every credential that has not ended, of agreements in force, and those whose end at the source is under way: any other role of a
/// credential there is a stray. An end that has failed many times is no excuse.
pub async fn standing_credentials(conn: &mut PgConnection) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        r#"SELECT c.id AS "id!" FROM agreement_credential c JOIN agreement a ON a.id = c.agreement_id AND a.state = 'active' WHERE c.ended_at IS NULL
           UNION
           SELECT c.id FROM outbox o JOIN agreement_credential c ON c.id = o.object_id
           WHERE o.done_at IS NULL AND o.topic = 'credential.end' AND o.attempts < 5
           UNION
           SELECT c.id FROM outbox o JOIN agreement_credential c ON c.agreement_id = o.object_id
           WHERE o.done_at IS NULL AND o.topic = 'agreement.end' AND o.attempts < 5"#
    );
    Ok(ids.fetch_all(conn).await?)
}

/// Who has read under an agreement, how often, and when last: people and machine clients apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBy {
    pub name: String,
    pub machine: bool,
    pub times: i64,
    pub last_at: DateTime<Utc>,
}

/// Latest first.
pub async fn read_by(conn: &mut PgConnection, agreement: AgreementId) -> Result<Vec<ReadBy>> {
    let rows = sqlx::query_as!(
        ReadBy,
        r#"SELECT coalesce(c.machine, h.name, 'Somebody') AS "name!", (machine_of(e.client_address) IS NOT NULL) AS "machine!", count(*) AS "times!", max(e.at) AS "last_at!"
           FROM audit_event e LEFT JOIN person h ON h.id = e.actor_id LEFT JOIN agreement_credential c ON c.id = machine_of(e.client_address)
           WHERE e.object_id = $1 AND e.action = 'port.read' AND e.outcome = 'done'
           GROUP BY machine_of(e.client_address), e.actor_id, c.machine, h.name ORDER BY max(e.at) DESC LIMIT 200"#,
        agreement.0
    );
    Ok(rows.fetch_all(conn).await?)
}
