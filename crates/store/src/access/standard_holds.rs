//! Agreements on products that do not meet a standard which stops serving: held while they do not, and let go again by themselves.
//! Whoever reads is told which standard, and who answers for it.

use super::holds::{NewHold, lift_hold, place_hold};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::access::{HoldKind, why_stopped};
use domain::audit::Origin;
use domain::calendar;
use domain::id::{AgreementId, HoldId};
use sqlx::PgConnection;
use uuid::Uuid;

/// Agreements that are held or let go in one turn.
const AT_ONCE: i64 = 500;

/// Holds what must stop, says it anew where other standards stop it now, and lifts what need not be held any longer; gives how many were
/// held and let go. Of some products alone when they are named. What has not begun or has ended stops nothing, whatever was found before.
/// Call within a transaction.
pub async fn follow_standards(
    conn: &mut PgConnection,
    only: Option<&[Uuid]>,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<(usize, usize)> {
    let today = calendar::day(now);
    let stop = sqlx::query!(
        r#"SELECT a.id, p.title, array_agg(v.title ORDER BY s.slug) AS "titles!", array_agg(v.owner ORDER BY s.slug) AS "owners!",
                  array_agg(v.contact ORDER BY s.slug) AS "contacts!", h.id AS "hold?", h.reason AS "reason?"
           FROM (SELECT DISTINCT e.product_id, e.agreement_id, e.standard_id, e.version FROM standard_evaluation e
                 WHERE e.ended_at IS NULL AND e.serving = 'refuse' AND ($2::uuid[] IS NULL OR e.product_id = ANY($2))) e
           JOIN standard s ON s.id = e.standard_id
           JOIN standard_version v ON v.standard_id = e.standard_id AND v.version = e.version AND v.status IN ('published', 'effective', 'superseded')
               AND v.effective_from <= $1 AND (v.effective_until IS NULL OR v.effective_until > $1)
           JOIN agreement a ON a.product_id = e.product_id AND a.state = 'active' AND (e.agreement_id IS NULL OR e.agreement_id = a.id)
           JOIN product p ON p.id = a.product_id
           LEFT JOIN agreement_hold h ON h.agreement_id = a.id AND h.kind = 'standard' AND h.lifted_at IS NULL
           GROUP BY a.id, p.title, h.id, h.reason ORDER BY a.id"#,
        today,
        only
    )
    .fetch_all(&mut *conn)
    .await?;
    let stopped: Vec<Uuid> = stop.iter().map(|row| row.id).collect();
    let mut held = 0;
    for row in stop {
        let mut standards: Vec<(String, String, String)> =
            row.titles.into_iter().zip(row.owners).zip(row.contacts).map(|((title, owner), contact)| (title, owner, contact)).collect();
        standards.dedup();
        let reason = why_stopped(&row.title, &standards);
        if row.reason.as_ref() == Some(&reason) {
            continue;
        }
        if let Some(hold) = row.hold {
            lift_hold(&mut *conn, HoldId(hold), None, origin, now).await?;
        }
        let new = NewHold { agreement: AgreementId(row.id), kind: HoldKind::Standard, reason: &reason, by: None, suspension: None };
        held += usize::from(place_hold(&mut *conn, &new, origin, ids, now).await?.is_some());
    }
    let over = sqlx::query_scalar!(
        "SELECT h.id FROM agreement_hold h JOIN agreement a ON a.id = h.agreement_id
         WHERE h.kind = 'standard' AND h.lifted_at IS NULL AND a.id <> ALL($1) AND ($2::uuid[] IS NULL OR a.product_id = ANY($2)) ORDER BY h.id LIMIT $3",
        &stopped,
        only,
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut lifted = 0;
    for hold in over {
        lifted += usize::from(lift_hold(&mut *conn, HoldId(hold), None, origin, now).await?);
    }
    Ok((held, lifted))
}
