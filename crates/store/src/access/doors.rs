//! Doors at a source that must be shut by what the record says: of agreements that ended, are held or whose holder's account is closed, and of
//! credentials that ended or are stopped.

use crate::Result;
use domain::id::{AgreementId, PersonId, SuspensionId};
use sqlx::PgConnection;
use uuid::Uuid;

/// How long it is waited for whoever works on the agreement, in milliseconds.
const LONGEST_WAIT: &str = "1500";

/// The roles under an agreement that may not log in at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShutDoors {
    /// The agreement's own.
    pub own: bool,
    /// Those of credentials beside it, as far as they may still stand at the source.
    pub credentials: Vec<Uuid>,
}

/// Locks the agreement, so that nobody opens its doors before the transaction ends, and gives those that must be shut. An error when
/// somebody works on it for too long.
pub async fn shut_doors(conn: &mut PgConnection, id: AgreementId) -> Result<ShutDoors> {
    sqlx::query_scalar!("SELECT set_config('lock_timeout', $1, true)", LONGEST_WAIT).fetch_one(&mut *conn).await?;
    // By itself: what is read afterwards is what stands once the lock is there.
    sqlx::query_scalar!("SELECT id FROM agreement WHERE id = $1 FOR UPDATE", id.0).fetch_optional(&mut *conn).await?;
    let own = sqlx::query_scalar!(
        r#"SELECT (a.state <> 'active' OR EXISTS (SELECT FROM agreement_hold h WHERE h.agreement_id = a.id AND h.lifted_at IS NULL)
                   OR (a.team_id IS NULL AND EXISTS (SELECT FROM person h WHERE h.id = a.holder_id AND h.disabled_at IS NOT NULL))) AS "own!"
           FROM agreement a WHERE a.id = $1"#,
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?
    .unwrap_or(false);
    let credentials = sqlx::query_scalar!(
        "SELECT c.id FROM agreement_credential c JOIN agreement a ON a.id = c.agreement_id
         WHERE c.agreement_id = $1 AND c.set_at IS NOT NULL AND (
             (c.ended_at IS NULL AND ($2 OR NOT EXISTS (SELECT FROM credential_in_force f WHERE f.id = c.id)))
             OR c.ended_at = a.ended_at
             OR EXISTS (SELECT FROM outbox o WHERE o.object_id = c.id AND o.done_at IS NULL AND o.topic = 'credential.end'))
         ORDER BY c.id",
        id.0,
        own
    )
    .fetch_all(conn)
    .await?;
    Ok(ShutDoors { own, credentials })
}

/// The agreements under which a suspension that stands stops anybody.
pub async fn stopped_by(conn: &mut PgConnection, suspension: SuspensionId) -> Result<Vec<AgreementId>> {
    let found = sqlx::query_scalar!(
        r#"SELECT h.agreement_id AS "id!" FROM agreement_hold h WHERE h.suspension_id = $1 AND h.lifted_at IS NULL
           UNION
           SELECT c.agreement_id FROM suspension s JOIN agreement_people u ON u.person_id = s.person_id
           JOIN agreement_credential c ON c.agreement_id = u.agreement_id AND c.ended_at IS NULL AND (c.person_id IS NULL OR c.person_id = s.person_id)
           WHERE s.id = $1 AND s.lifted_at IS NULL
           ORDER BY 1"#,
        suspension.0
    );
    Ok(found.fetch_all(conn).await?.into_iter().map(AgreementId).collect())
}

/// The agreements in force that somebody holds alone, or has or had a credential of their own under.
pub async fn read_under(conn: &mut PgConnection, person: PersonId) -> Result<Vec<AgreementId>> {
    let found = sqlx::query_scalar!(
        r#"SELECT a.id AS "id!" FROM agreement a WHERE a.holder_id = $1 AND a.team_id IS NULL AND a.state = 'active'
           UNION
           SELECT a.id FROM agreement_credential c JOIN agreement a ON a.id = c.agreement_id WHERE c.person_id = $1 AND a.state = 'active'
           ORDER BY 1"#,
        person.0
    );
    Ok(found.fetch_all(conn).await?.into_iter().map(AgreementId).collect())
}
