//! Decisions of a period with their times; waivers that stand and roles that are held now.

use super::{MOST, Surveyed};
use crate::{Result, StoreError};
use chrono::{DateTime, Utc};
use domain::access::PartState;
use domain::id::RequestId;
use domain::organisation::Role;
use sqlx::PgConnection;
use std::collections::HashMap;
use std::ops::Range;
use uuid::Uuid;

/// A decision about one product of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub request: RequestId,
    pub product: String,
    pub purpose: String,
    pub requester: String,
    pub state: PartState,
    /// None when nobody did: open data, or withdrawn.
    pub decided_by: Option<String>,
    pub submitted_at: DateTime<Utc>,
    pub decided_at: DateTime<Utc>,
    pub reason: Option<String>,
    /// While the requester was asked, the clock stood.
    pub pauses: Vec<Range<DateTime<Utc>>>,
}

/// Oldest first, at most 2,000.
pub async fn decisions(conn: &mut PgConnection, surveyed: &Surveyed) -> Result<Vec<Decision>> {
    let rows = sqlx::query!(
        r#"SELECT q.id, r.id AS request, p.title AS product, u.title AS purpose, h.name AS requester, q.state, b.name AS "decided_by?",
                  r.submitted_at, q.decided_at AS "decided_at!", q.reason
           FROM product p JOIN request_part q ON q.product_id = p.id JOIN access_request r ON r.id = q.request_id JOIN purpose u ON u.code = r.purpose
           JOIN person h ON h.id = r.requester_id LEFT JOIN person b ON b.id = q.decided_by
           WHERE p.domain_id = ANY($1) AND q.decided_at >= $2 AND q.decided_at < $3 ORDER BY q.decided_at, q.id LIMIT $4"#,
        &surveyed.domains,
        surveyed.from,
        surveyed.until,
        MOST
    )
    .fetch_all(&mut *conn)
    .await?;
    let parts: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let said =
        sqlx::query!("SELECT part_id, kind, at FROM part_message WHERE part_id = ANY($1) ORDER BY part_id, at, id", &parts).fetch_all(conn).await?;
    let mut asked: HashMap<Uuid, DateTime<Utc>> = HashMap::new();
    let mut pauses: HashMap<Uuid, Vec<Range<DateTime<Utc>>>> = HashMap::new();
    for message in said {
        if message.kind == "question" {
            asked.entry(message.part_id).or_insert(message.at);
        } else if let Some(from) = asked.remove(&message.part_id) {
            pauses.entry(message.part_id).or_default().push(from..message.at);
        }
    }
    rows.into_iter()
        .map(|row| {
            let mut pauses = pauses.remove(&row.id).unwrap_or_default();
            // Asked and never answered: the clock stood until it was decided all the same.
            pauses.extend(asked.get(&row.id).map(|from| *from..row.decided_at));
            Ok::<_, StoreError>(Decision {
                request: RequestId(row.request),
                product: row.product,
                purpose: row.purpose,
                requester: row.requester,
                state: row.state.parse()?,
                decided_by: row.decided_by,
                submitted_at: row.submitted_at,
                decided_at: row.decided_at,
                reason: row.reason,
                pauses,
            })
        })
        .collect()
}

/// A product or column that is let off something until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingWaiver {
    pub product: String,
    /// What it is let off: a mask of a column, or a standard.
    pub from: String,
    pub reason: String,
    pub granted_by: String,
    pub granted_at: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// Those that end first come first.
pub async fn standing_waivers(conn: &mut PgConnection, domains: &[Uuid], now: DateTime<Utc>) -> Result<Vec<StandingWaiver>> {
    let rows = sqlx::query_as!(
        StandingWaiver,
        r#"SELECT p.title AS "product!", 'the mask of ' || d.name || '.' || w.column_name AS "from!", w.reason AS "reason!", h.name AS "granted_by!",
                  w.granted_at AS "granted_at!", w.until AS "until!"
           FROM technique_waiver w JOIN dataset d ON d.id = w.dataset_id JOIN product p ON p.id = d.product_id JOIN person h ON h.id = w.granted_by
           WHERE p.domain_id = ANY($1) AND w.ended_at IS NULL AND w.until > $2
           UNION ALL
           SELECT p.title, 'the standard ' || s.slug, w.reason, h.name, w.granted_at, (w.until + 1)::timestamp AT TIME ZONE 'Asia/Singapore'
           FROM standard_waiver w JOIN standard s ON s.id = w.standard_id JOIN product p ON p.id = w.product_id JOIN person h ON h.id = w.granted_by
           WHERE p.domain_id = ANY($1) AND w.ended_at IS NULL AND (w.until + 1)::timestamp AT TIME ZONE 'Asia/Singapore' > $2
           ORDER BY 6, 1, 2 LIMIT $3"#,
        domains,
        now,
        MOST
    );
    Ok(rows.fetch_all(conn).await?)
}

/// A role in force over some of the domains, or over their sector or a product of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRole {
    pub holder: String,
    pub role: Role,
    pub at: String,
    pub granted_at: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub disabled: bool,
}

/// Every role in force there, the oldest first. Which of them are due, the domain says.
pub async fn roles_held(conn: &mut PgConnection, domains: &[Uuid], now: DateTime<Utc>) -> Result<Vec<DueRole>> {
    let rows = sqlx::query!(
        r#"SELECT h.name, (h.disabled_at IS NOT NULL) AS "disabled!", g.role, coalesce(s.title, d.title, p.title) AS "at!", g.granted_at, g.until
           FROM role_grant g JOIN person h ON h.id = g.person_id
           LEFT JOIN sector s ON g.scope_kind = 'sector' AND s.id = g.scope_id AND EXISTS (SELECT FROM data_domain x WHERE x.sector_id = s.id AND x.id = ANY($1))
           LEFT JOIN data_domain d ON g.scope_kind = 'domain' AND d.id = g.scope_id AND d.id = ANY($1)
           LEFT JOIN product p ON g.scope_kind = 'product' AND p.id = g.scope_id AND p.domain_id = ANY($1)
           WHERE g.ended_at IS NULL AND (g.until IS NULL OR g.until > $2) AND coalesce(s.id, d.id, p.id) IS NOT NULL
           ORDER BY g.granted_at, g.id LIMIT $3"#,
        domains,
        now,
        MOST
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DueRole {
                holder: row.name,
                role: row.role.parse()?,
                at: row.at,
                granted_at: row.granted_at,
                until: row.until,
                disabled: row.disabled,
            })
        })
        .collect()
}
