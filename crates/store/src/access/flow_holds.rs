//! Agreements on products into which personal data comes without a policy: held while the standard says so, and let go again by
//! themselves. Whoever reads is told why and whom to ask, and nothing of where it comes from.

use super::holds::{NewHold, lift_hold, place_hold};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::access::HoldKind;
use domain::audit::Origin;
use domain::flow::why_held;
use domain::id::{AgreementId, HoldId};
use sqlx::PgConnection;

/// Agreements that are held or let go in one turn.
const AT_ONCE: i64 = 500;

/// Holds what must stop and is not held, and lifts what need not any longer; gives how many of each. Call within a transaction.
pub async fn follow_flags(conn: &mut PgConnection, origin: &Origin, ids: &Ids, now: DateTime<Utc>) -> Result<(usize, usize)> {
    let stop = sqlx::query!(
        r#"SELECT s.agreement_id AS "agreement!", p.title,
                  coalesce(o.name, (SELECT min(h.name) FROM role_grant r JOIN person h ON h.id = r.person_id WHERE r.role = 'owner' AND r.ended_at IS NULL
                      AND (r.until IS NULL OR r.until > $1) AND r.scope_kind = 'domain' AND r.scope_id = p.domain_id)) AS owner
           FROM agreement_to_stop s JOIN product p ON p.id = s.product_id LEFT JOIN person o ON o.id = p.owner_id
           WHERE NOT EXISTS (SELECT FROM agreement_hold h WHERE h.agreement_id = s.agreement_id AND h.kind = 'personal-data' AND h.lifted_at IS NULL)
           ORDER BY s.agreement_id LIMIT $2"#,
        now,
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut held = 0;
    for row in stop {
        let reason = why_held(&row.title, row.owner.as_deref());
        let new = NewHold { agreement: AgreementId(row.agreement), kind: HoldKind::PersonalData, reason: &reason, by: None, suspension: None };
        held += usize::from(place_hold(&mut *conn, &new, origin, ids, now).await?.is_some());
    }
    let over = sqlx::query_scalar!(
        "SELECT h.id FROM agreement_hold h WHERE h.kind = 'personal-data' AND h.lifted_at IS NULL
           AND NOT EXISTS (SELECT FROM agreement_to_stop s WHERE s.agreement_id = h.agreement_id) ORDER BY h.id LIMIT $1",
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
