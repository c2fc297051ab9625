//! Steps that standards ask for: written beside those of the rules, after them, and never twice.

use super::steps::with_somebody;
use crate::Result;
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::access::{RequiredStep, StepState};
use domain::id::{PartStepId, PersonId, RequestPartId, StandardId, TeamId};
use domain::organisation::{Place, Role};
use sqlx::PgConnection;

/// What standards have asked for of a part: the standard, and who may take the step.
pub async fn asked_by_standards(conn: &mut PgConnection, part: RequestPartId) -> Result<Vec<(StandardId, Vec<Role>)>> {
    let rows = sqlx::query!(
        r#"SELECT standard_id AS "standard!", roles FROM part_step WHERE part_id = $1 AND standard_id IS NOT NULL AND state <> 'closed'"#,
        part.0
    );
    let rows = rows.fetch_all(conn).await?;
    rows.into_iter().map(|row| Ok((StandardId(row.standard), super::steps::parsed(&row.roles)?))).collect()
}

/// Adds steps to a part that is not decided, behind those that it has, save what its standards have asked for already. Gives how many.
/// Call within the transaction of what asked for them.
pub async fn require_steps(conn: &mut PgConnection, part: RequestPartId, required: &[RequiredStep], ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    if required.is_empty() {
        return Ok(0);
    }
    let Some(row) = sqlx::query!(
        r#"SELECT r.requester_id, r.team_id, q.product_id, p.domain_id, d.sector_id,
                  (SELECT coalesce(max(s.stage), 0) FROM part_step s WHERE s.part_id = q.id) AS "last!"
           FROM request_part q JOIN access_request r ON r.id = q.request_id JOIN product p ON p.id = q.product_id JOIN data_domain d ON d.id = p.domain_id
           WHERE q.id = $1 AND q.state = 'submitted' FOR UPDATE OF q"#,
        part.0
    )
    .fetch_optional(&mut *conn)
    .await?
    else {
        return Ok(0);
    };
    let known = asked_by_standards(&mut *conn, part).await?;
    let place = Place { product: row.product_id.into(), domain: row.domain_id.into(), sector: row.sector_id.into() };
    let mut added = 0;
    for one in required {
        // Who was added because nobody held the role may take it too.
        if known.iter().any(|(standard, roles)| *standard == one.standard && one.roles.iter().all(|role| roles.contains(role))) {
            continue;
        }
        let (roles, escalated) = with_somebody(&mut *conn, &one.roles, PersonId(row.requester_id), row.team_id.map(TeamId), place, now).await?;
        sqlx::query!(
            "INSERT INTO part_step (id, part_id, stage, roles, why, state, escalated_at, standard_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            ids.next::<PartStepId>(now).0,
            part.0,
            i16::try_from(row.last.saturating_add(1)).unwrap_or(i16::MAX),
            &roles.iter().map(ToString::to_string).collect::<Vec<_>>(),
            one.why,
            StepState::Waiting.as_str(),
            escalated.then_some(now),
            one.standard.0
        )
        .execute(&mut *conn)
        .await?;
        added += 1;
    }
    Ok(added)
}
