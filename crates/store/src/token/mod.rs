//! Access tokens: made by somebody for programs of theirs, found by their hash together with the person and the roles in
//! force, in one query, so that a token opens what its maker may open at that moment and nothing else.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{AccessTokenId, PersonId};
use domain::organisation::{Actor, Held};
use domain::token::{MOST_TOKENS, NewToken, TokenScope};
use domain::{Ids, calendar};
use sqlx::PgConnection;

const KIND: &str = "token";

/// A line of somebody's tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenView {
    pub id: AccessTokenId,
    pub name: String,
    pub scopes: Vec<TokenScope>,
    pub made_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl TokenView {
    pub fn in_force(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at > now
    }
}

/// Keeps the hash of a new token. `Conflict` when there are too many in force.
pub async fn make(
    conn: &mut PgConnection,
    person: PersonId,
    new: &NewToken,
    hash: &[u8],
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<AccessTokenId> {
    let id: AccessTokenId = ids.next(now);
    let scopes: Vec<String> = new.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    let made = sqlx::query!(
        "INSERT INTO access_token (id, person_id, name, scopes, token_hash, made_at, expires_at) SELECT $1, $2, $3, $4, $5, $6, $7
         WHERE (SELECT count(*) FROM access_token WHERE person_id = $2 AND revoked_at IS NULL AND expires_at > $6) < $8",
        id.0,
        person.0,
        new.name,
        &scopes,
        hash,
        now,
        calendar::end_of(new.until),
        MOST_TOKENS
    )
    .execute(&mut *conn)
    .await?;
    if made.rows_affected() == 0 {
        return Err(StoreError::Conflict(format!("You have {MOST_TOKENS} tokens in force already. Revoke one that you no longer need.")));
    }
    let event =
        AuditEvent { detail: Some(scopes.join(", ")), ..AuditEvent::done(Some(person), AuditAction::TokenMake, KIND, Some(id.0), origin.clone()) };
    audit::append(conn, &event, now).await?;
    Ok(id)
}

/// Newest first; those that ended stay for a while to be looked up.
pub async fn tokens(conn: &mut PgConnection, person: PersonId) -> Result<Vec<TokenView>> {
    let rows = sqlx::query!(
        "SELECT id, name, scopes, made_at, expires_at, used_at, revoked_at FROM access_token WHERE person_id = $1 ORDER BY made_at DESC, id DESC LIMIT 100",
        person.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(TokenView {
                id: AccessTokenId(row.id),
                name: row.name,
                scopes: scopes(&row.scopes)?,
                made_at: row.made_at,
                expires_at: row.expires_at,
                used_at: row.used_at,
                revoked_at: row.revoked_at,
            })
        })
        .collect()
}

fn scopes(words: &[String]) -> Result<Vec<TokenScope>> {
    Ok(words.iter().map(|word| word.parse()).collect::<std::result::Result<_, _>>()?)
}

/// Ends a token at once. False when it is not this person's; one that has ended stays so.
pub async fn revoke(conn: &mut PgConnection, person: PersonId, id: AccessTokenId, origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let row = sqlx::query!(
        r#"UPDATE access_token t SET revoked_at = coalesce(t.revoked_at, $3) FROM access_token f
           WHERE t.id = $1 AND t.person_id = $2 AND f.id = t.id RETURNING (f.revoked_at IS NULL) AS "now!""#,
        id.0,
        person.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(false) };
    if row.now {
        audit::append(conn, &AuditEvent::done(Some(person), AuditAction::TokenRevoke, KIND, Some(id.0), origin.clone()), now).await?;
    }
    Ok(true)
}

/// A token that is in force, with who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    pub token: AccessTokenId,
    pub scopes: Vec<TokenScope>,
    pub actor: Actor,
}

/// The token of a hash, unless it was revoked, has run out, or its maker was disabled. Notes the use at most once a minute.
pub async fn find(conn: &mut PgConnection, hash: &[u8], now: DateTime<Utc>) -> Result<Option<Bearer>> {
    let rows = sqlx::query!(
        r#"SELECT t.id, t.scopes, t.used_at, p.id AS person_id, p.name, p.email, p.agency, r.role AS "role?", r.scope_kind AS "scope_kind?",
                  r.scope_id AS "scope_id?"
           FROM access_token t JOIN person p ON p.id = t.person_id
           LEFT JOIN role_grant r ON r.person_id = p.id AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $2)
           WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND p.disabled_at IS NULL"#,
        hash,
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    if first.used_at.is_none_or(|used| now - used > TimeDelta::minutes(1)) {
        sqlx::query!("UPDATE access_token SET used_at = $2 WHERE id = $1", first.id, now).execute(conn).await?;
    }
    let mut roles = vec![];
    for row in &rows {
        if let (Some(role), Some(kind)) = (&row.role, &row.scope_kind)
            && let Some(scope) = crate::session::scope(kind, row.scope_id)
        {
            roles.push(Held { role: role.parse()?, scope });
        }
    }
    Ok(Some(Bearer {
        token: AccessTokenId(first.id),
        scopes: scopes(&first.scopes)?,
        actor: Actor { person: PersonId(first.person_id), name: first.name.clone(), email: first.email.clone(), agency: first.agency.clone(), roles },
    }))
}
