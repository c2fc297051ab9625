//! Sessions and sign-ins under way. Only hashes of cookies are stored; a session is found together with its person and
//! the roles in force, in one query, so that a change of role or a disabled person counts from the next request on.

use crate::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{DomainId, PersonId, ProductId, SectorId, SessionId};
use domain::organisation::{Actor, Held, Role, Scope};
use sqlx::PgConnection;
use uuid::Uuid;

/// How long a session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Without a request.
    pub idle: TimeDelta,
    /// From sign-in.
    pub absolute: TimeDelta,
}

/// A session found by its cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub actor: Actor,
    pub csrf: String,
    pub id_token: Option<String>,
}

/// What a new session holds.
#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    pub token_hash: &'a [u8],
    pub person: PersonId,
    pub csrf: &'a str,
    pub issuer: &'a str,
    pub oidc_sid: Option<&'a str>,
    pub id_token: Option<&'a str>,
}

pub async fn create(conn: &mut PgConnection, session: &NewSession<'_>, limits: Limits, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO session (token_hash, person_id, csrf, issuer, oidc_sid, id_token, created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        session.token_hash,
        session.person.0,
        session.csrf,
        session.issuer,
        session.oidc_sid,
        session.id_token,
        now,
        now + limits.absolute
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The session of a cookie, unless it ended, idled out, or its person was disabled. Notes the visit at most once a minute.
pub async fn find(conn: &mut PgConnection, token_hash: &[u8], limits: Limits, now: DateTime<Utc>) -> Result<Option<Session>> {
    let rows = sqlx::query!(
        r#"SELECT s.csrf, s.id_token, s.seen_at, p.id AS person_id, p.name, p.email, p.agency,
                  r.role AS "role?", r.scope_kind AS "scope_kind?", r.scope_id AS "scope_id?"
           FROM session s JOIN person p ON p.id = s.person_id
           LEFT JOIN role_grant r ON r.person_id = p.id AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $2)
           WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND p.disabled_at IS NULL"#,
        token_hash,
        now,
        now - limits.idle
    )
    .fetch_all(&mut *conn)
    .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    if now - first.seen_at > TimeDelta::minutes(1) {
        sqlx::query!("UPDATE session SET seen_at = $2 WHERE token_hash = $1", token_hash, now).execute(conn).await?;
    }
    let mut roles = Vec::new();
    for row in &rows {
        if let (Some(role), Some(kind)) = (&row.role, &row.scope_kind)
            && let Some(scope) = scope(kind, row.scope_id)
        {
            roles.push(Held { role: role.parse()?, scope });
        }
    }
    Ok(Some(Session {
        actor: Actor { person: PersonId(first.person_id), name: first.name.clone(), email: first.email.clone(), agency: first.agency.clone(), roles },
        csrf: first.csrf.clone(),
        id_token: first.id_token.clone(),
    }))
}

/// A stored scope; none when kind and id do not fit together, which the table's check forbids.
pub(crate) fn scope(kind: &str, id: Option<Uuid>) -> Option<Scope> {
    match (kind, id) {
        ("whole", None) => Some(Scope::Whole),
        ("sector", Some(id)) => Some(Scope::Sector(SectorId(id))),
        ("domain", Some(id)) => Some(Scope::Domain(DomainId(id))),
        ("product", Some(id)) => Some(Scope::Product(ProductId(id))),
        _ => None,
    }
}

/// A scope as it is stored: the inverse of [`scope`].
pub(crate) const fn stored(scope: Scope) -> (&'static str, Option<Uuid>) {
    match scope {
        Scope::Whole => ("whole", None),
        Scope::Sector(id) => ("sector", Some(id.0)),
        Scope::Domain(id) => ("domain", Some(id.0)),
        Scope::Product(id) => ("product", Some(id.0)),
    }
}

/// Kinds and ids of where somebody holds any of some roles, as queries take them.
pub(crate) fn scopes(actor: &Actor, roles: &[Role]) -> (Vec<String>, Vec<Option<Uuid>>) {
    let held = actor.roles.iter().filter(|held| roles.contains(&held.role));
    held.map(|held| {
        let (kind, id) = stored(held.scope);
        (kind.to_owned(), id)
    })
    .unzip()
}

pub async fn end(conn: &mut PgConnection, token_hash: &[u8]) -> Result<()> {
    sqlx::query!("DELETE FROM session WHERE token_hash = $1", token_hash).execute(conn).await?;
    Ok(())
}

/// A session of one's own, as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnSession {
    pub id: SessionId,
    pub begun_at: DateTime<Utc>,
    /// To the minute.
    pub seen_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// The one that asks.
    pub here: bool,
}

/// Somebody's sessions that are good, the one that asks first, then as they were used last.
pub async fn own(conn: &mut PgConnection, person: PersonId, here: &[u8], limits: Limits, now: DateTime<Utc>) -> Result<Vec<OwnSession>> {
    let rows = sqlx::query!(
        r#"SELECT id, created_at, seen_at, expires_at, (token_hash = $2) AS "here!" FROM session
           WHERE person_id = $1 AND expires_at > $3 AND seen_at > $4 ORDER BY token_hash = $2 DESC, seen_at DESC, id"#,
        person.0,
        here,
        now,
        now - limits.idle
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OwnSession { id: SessionId(row.id), begun_at: row.created_at, seen_at: row.seen_at, ends_at: row.expires_at, here: row.here })
        .collect())
}

/// Ends somebody's sessions but the one that asks, or one of those; gives how many.
pub async fn end_elsewhere(conn: &mut PgConnection, person: PersonId, here: &[u8], only: Option<SessionId>) -> Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM session WHERE person_id = $1 AND token_hash <> $2 AND ($3::uuid IS NULL OR id = $3)",
        person.0,
        here,
        only.map(|id| id.0)
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Ends what the provider names: one of its sessions, or every session of a subject. Returns how many ended.
pub async fn end_by_provider(conn: &mut PgConnection, issuer: &str, sid: Option<&str>, subject: Option<&str>) -> Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM session s USING person p WHERE p.id = s.person_id AND s.issuer = $1
           AND (($2::text IS NOT NULL AND s.oidc_sid = $2) OR ($2::text IS NULL AND p.issuer = $1 AND p.subject = $3))",
        issuer,
        sid,
        subject
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Whether this logout token is seen for the first time.
pub async fn remember_logout_token(conn: &mut PgConnection, issuer: &str, jti: &str, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!("INSERT INTO logout_token (issuer, jti, seen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", issuer, jti, now)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A sign-in that waits for the provider's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    pub state: String,
    pub nonce: String,
    pub pkce_verifier: String,
    pub return_to: String,
}

pub async fn begin_sign_in(conn: &mut PgConnection, token_hash: &[u8], sign_in: &SignIn, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO sign_in (token_hash, state, nonce, pkce_verifier, return_to, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        token_hash,
        sign_in.state,
        sign_in.nonce,
        sign_in.pkce_verifier,
        sign_in.return_to,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a sign-in, once; none when it is unknown, used or older than ten minutes.
pub async fn take_sign_in(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<SignIn>> {
    let row = sqlx::query!("DELETE FROM sign_in WHERE token_hash = $1 RETURNING state, nonce, pkce_verifier, return_to, created_at", token_hash)
        .fetch_optional(conn)
        .await?;
    Ok(row.filter(|row| now - row.created_at < TimeDelta::minutes(10)).map(|row| SignIn {
        state: row.state,
        nonce: row.nonce,
        pkce_verifier: row.pkce_verifier,
        return_to: row.return_to,
    }))
}

/// Removes what has run out: sessions, sign-ins, logout tokens older than a day.
pub async fn tidy(conn: &mut PgConnection, limits: Limits, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("DELETE FROM session WHERE expires_at <= $1 OR seen_at <= $2", now, now - limits.idle).execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM sign_in WHERE created_at < $1", now - TimeDelta::minutes(10)).execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM logout_token WHERE seen_at < $1", now - TimeDelta::days(1)).execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::ensure_person;
    use domain::Ids;
    use sqlx::PgPool;

    const LIMITS: Limits = Limits { idle: TimeDelta::minutes(30), absolute: TimeDelta::hours(12) };

    fn start() -> DateTime<Utc> {
        "2026-11-23T02:00:00Z".parse().unwrap()
    }

    async fn with_session(conn: &mut PgConnection, hash: &[u8]) -> PersonId {
        let ids = Ids::new(|| [1; 10]);
        let person = ensure_person(conn, "grace.tan@example.invalid", "Grace Tan", None, &ids, start()).await.unwrap();
        let new = NewSession { token_hash: hash, person, csrf: "c", issuer: "i", oidc_sid: Some("s"), id_token: None };
        create(conn, &new, LIMITS, start()).await.unwrap();
        person
    }

    #[sqlx::test(migrations = "../../migrations")]
    async fn a_visit_is_noted_at_most_once_a_minute(pool: PgPool) {
        let mut conn = pool.acquire().await.unwrap();
        with_session(&mut conn, b"h").await;
        let seen = async |conn: &mut PgConnection| sqlx::query_scalar!("SELECT seen_at FROM session").fetch_one(conn).await.unwrap();
        let found = find(&mut conn, b"h", LIMITS, start() + TimeDelta::seconds(59)).await.unwrap().unwrap();
        assert_eq!((found.actor.name.as_str(), found.actor.roles.len()), ("Grace Tan", 0));
        assert_eq!(seen(&mut conn).await, start());
        let later = start() + TimeDelta::seconds(61);
        find(&mut conn, b"h", LIMITS, later).await.unwrap().unwrap();
        assert_eq!(seen(&mut conn).await, later);
        assert!(find(&mut conn, b"another", LIMITS, later).await.unwrap().is_none());
    }

    #[sqlx::test(migrations = "../../migrations")]
    async fn idle_old_and_ended_sessions_are_gone(pool: PgPool) {
        let mut conn = pool.acquire().await.unwrap();
        with_session(&mut conn, b"h").await;
        assert!(find(&mut conn, b"h", LIMITS, start() + LIMITS.idle).await.unwrap().is_none());
        let endless = Limits { idle: TimeDelta::days(9), ..LIMITS };
        assert!(find(&mut conn, b"h", endless, start() + LIMITS.absolute).await.unwrap().is_none());
        assert_eq!(end_by_provider(&mut conn, "another", Some("s"), None).await.unwrap(), 0);
        assert_eq!(end_by_provider(&mut conn, "i", Some("s"), None).await.unwrap(), 1);
        assert!(find(&mut conn, b"h", LIMITS, start()).await.unwrap().is_none());
        with_session(&mut conn, b"g").await;
        tidy(&mut conn, LIMITS, start() + LIMITS.idle).await.unwrap();
        assert_eq!(sqlx::query_scalar!("SELECT count(*) FROM session").fetch_one(&mut *conn).await.unwrap(), Some(0));
    }

    #[sqlx::test(migrations = "../../migrations")]
    async fn a_sign_in_is_taken_once_and_soon(pool: PgPool) {
        let mut conn = pool.acquire().await.unwrap();
        let sign_in = SignIn { state: "s".into(), nonce: "n".into(), pkce_verifier: "v".into(), return_to: "/".into() };
        begin_sign_in(&mut conn, b"h", &sign_in, start()).await.unwrap();
        assert_eq!(take_sign_in(&mut conn, b"h", start()).await.unwrap(), Some(sign_in.clone()));
        assert_eq!(take_sign_in(&mut conn, b"h", start()).await.unwrap(), None);
        begin_sign_in(&mut conn, b"h", &sign_in, start()).await.unwrap();
        assert_eq!(take_sign_in(&mut conn, b"h", start() + TimeDelta::minutes(10)).await.unwrap(), None);
    }

    #[sqlx::test(migrations = "../../migrations")]
    async fn a_logout_token_counts_once(pool: PgPool) {
        let mut conn = pool.acquire().await.unwrap();
        assert!(remember_logout_token(&mut conn, "i", "1", start()).await.unwrap());
        assert!(!remember_logout_token(&mut conn, "i", "1", start()).await.unwrap());
        assert!(remember_logout_token(&mut conn, "j", "1", start()).await.unwrap());
    }
}
