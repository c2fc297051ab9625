//! People: known by e-mail address before they first sign in, bound to the provider's subject from then on.

use crate::{Result, audit, outbox};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::PersonId;
use sqlx::PgConnection;

/// Who the provider says has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
    pub email: &'a str,
    pub email_verified: bool,
    pub name: &'a str,
    pub agency: Option<&'a str>,
}

/// Who arrived, or why they may not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrived {
    Person(PersonId),
    Disabled(PersonId),
    /// The address belongs to somebody who has signed in under another subject.
    AddressTaken,
    /// Roles are granted by address: one that the provider does not vouch for would be a way to get another's.
    AddressUnverified,
}

/// Finds or makes the person who arrives.
///
/// An address that a document named is bound to the first subject that the provider vouches for, and never again.
pub async fn arrive(conn: &mut PgConnection, arrival: &Arrival<'_>, ids: &Ids, now: DateTime<Utc>) -> Result<Arrived> {
    let bound = sqlx::query!(
        "UPDATE person SET name = $3, agency = coalesce($4, agency) WHERE issuer = $1 AND subject = $2 RETURNING id, disabled_at",
        arrival.issuer,
        arrival.subject,
        arrival.name,
        arrival.agency
    )
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(row) = bound {
        return Ok(if row.disabled_at.is_none() { Arrived::Person(PersonId(row.id)) } else { Arrived::Disabled(PersonId(row.id)) });
    }
    if !arrival.email_verified {
        return Ok(Arrived::AddressUnverified);
    }
    let known = sqlx::query!("SELECT id, subject, disabled_at FROM person WHERE lower(email) = lower($1) FOR UPDATE", arrival.email)
        .fetch_optional(&mut *conn)
        .await?;
    if let Some(row) = known {
        if row.subject.is_some() {
            return Ok(Arrived::AddressTaken);
        }
        if row.disabled_at.is_some() {
            return Ok(Arrived::Disabled(PersonId(row.id)));
        }
        sqlx::query!(
            "UPDATE person SET issuer = $2, subject = $3, name = $4, agency = coalesce($5, agency) WHERE id = $1",
            row.id,
            arrival.issuer,
            arrival.subject,
            arrival.name,
            arrival.agency
        )
        .execute(conn)
        .await?;
        return Ok(Arrived::Person(PersonId(row.id)));
    }
    let id: PersonId = ids.next(now);
    sqlx::query!(
        "INSERT INTO person (id, issuer, subject, email, name, agency, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id.0,
        arrival.issuer,
        arrival.subject,
        arrival.email,
        arrival.name,
        arrival.agency,
        now
    )
    .execute(conn)
    .await?;
    Ok(Arrived::Person(id))
}

/// A person whom a document or the configuration names; made when not known yet.
pub async fn ensure_person(
    conn: &mut PgConnection,
    email: &str,
    name: &str,
    agency: Option<&str>,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<PersonId> {
    if let Some(id) = by_email(conn, email).await? {
        return Ok(id);
    }
    let id: PersonId = ids.next(now);
    sqlx::query!("INSERT INTO person (id, email, name, agency, created_at) VALUES ($1, $2, $3, $4, $5)", id.0, email, name, agency, now)
        .execute(conn)
        .await?;
    Ok(id)
}

pub async fn by_email(conn: &mut PgConnection, email: &str) -> Result<Option<PersonId>> {
    let id = sqlx::query_scalar!("SELECT id FROM person WHERE lower(email) = lower($1)", email).fetch_optional(conn).await?;
    Ok(id.map(PersonId))
}

/// A line of the list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonView {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub agency: Option<String>,
    pub disabled: bool,
    /// Has signed in at least once.
    pub arrived: bool,
}

/// People whose name, address or agency holds the words, by name; at most `limit`.
pub async fn people(conn: &mut PgConnection, words: &str, limit: i64) -> Result<Vec<PersonView>> {
    let rows = sqlx::query!(
        r#"SELECT id, name, email, agency, (disabled_at IS NOT NULL) AS "disabled!", (subject IS NOT NULL) AS "arrived!"
           FROM person WHERE $1 = '' OR strpos(lower(name || ' ' || email || ' ' || coalesce(agency, '')), lower($1)) > 0 ORDER BY name, id LIMIT $2"#,
        words,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| PersonView {
            id: PersonId(row.id),
            name: row.name,
            email: row.email,
            agency: row.agency,
            disabled: row.disabled,
            arrived: row.arrived,
        })
        .collect())
}

/// Disables or enables a person; disabling ends every session in the same transaction, and the source follows for what they hold alone. False
/// when there is no such person.
pub async fn set_disabled(
    conn: &mut PgConnection,
    actor: PersonId,
    person: PersonId,
    disabled: bool,
    origin: Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed =
        sqlx::query!("UPDATE person SET disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, $3) END WHERE id = $1", person.0, disabled, now)
            .execute(&mut *conn)
            .await?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    if disabled {
        sqlx::query!("DELETE FROM session WHERE person_id = $1", person.0).execute(&mut *conn).await?;
    }
    let held = sqlx::query_scalar!("SELECT id FROM agreement WHERE holder_id = $1 AND team_id IS NULL AND state = 'active' ORDER BY id", person.0);
    for agreement in held.fetch_all(&mut *conn).await? {
        outbox::push(&mut *conn, if disabled { "agreement.hold" } else { "agreement.resume" }, agreement, now).await?;
    }
    let action = if disabled { AuditAction::PersonDisable } else { AuditAction::PersonEnable };
    audit::append(conn, &AuditEvent::done(Some(actor), action, "person", Some(person.0), origin), now).await?;
    Ok(true)
}
