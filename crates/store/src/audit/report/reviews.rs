//! Reviews of access as they were really held: of each domain and quarter, who looked, and what became of what was looked at.

use super::{MOST, Surveyed};
use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access_review::Quarter;
use domain::id::AccessReviewId;
use sqlx::PgConnection;

/// One review; its numbers are those of now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldReview {
    pub id: AccessReviewId,
    pub domain: String,
    pub quarter: Quarter,
    pub opened_at: DateTime<Utc>,
    pub due_on: NaiveDate,
    pub done_at: Option<DateTime<Utc>>,
    /// Everybody who decided something in it, by name.
    pub reviewers: Option<String>,
    pub kept: i64,
    /// Ended by this review.
    pub ended: i64,
    /// Nobody has decided, though whoever holds it may have been asked.
    pub undecided: i64,
    /// Ended otherwise before anybody decided.
    pub gone: i64,
}

/// Reviews that were open on some day of the period, the earliest first.
pub async fn held_reviews(conn: &mut PgConnection, surveyed: &Surveyed, now: DateTime<Utc>) -> Result<Vec<HeldReview>> {
    let rows = sqlx::query!(
        r#"SELECT v.id, d.title AS domain, v.quarter, v.opened_at, v.due_on, v.done_at, string_agg(DISTINCT i.name, ', ' ORDER BY i.name) AS "reviewers?",
                  count(*) FILTER (WHERE i.decision = 'keep') AS "kept!", count(*) FILTER (WHERE i.decision = 'end') AS "ended!",
                  count(*) FILTER (WHERE NOT i.gone AND coalesce(i.decision, 'ask') = 'ask') AS "undecided!",
                  count(*) FILTER (WHERE i.gone AND coalesce(i.decision, 'ask') = 'ask') AS "gone!"
           FROM access_review v JOIN data_domain d ON d.id = v.domain_id
           LEFT JOIN LATERAL (SELECT x.decision, h.name, CASE WHEN x.role_grant_id IS NULL THEN a.state <> 'active'
                                  ELSE r.ended_at IS NOT NULL OR coalesce(r.until <= $4, false) END AS gone
                              FROM access_review_item x LEFT JOIN role_grant r ON r.id = x.role_grant_id LEFT JOIN agreement a ON a.id = x.agreement_id
                              LEFT JOIN person h ON h.id = x.decided_by WHERE x.review_id = v.id) i ON true
           WHERE v.domain_id = ANY($1) AND v.opened_at < $3 AND (v.done_at IS NULL OR v.done_at >= $2)
           GROUP BY v.id, d.id ORDER BY v.quarter, d.title, v.id LIMIT $5"#,
        &surveyed.domains,
        surveyed.from,
        surveyed.until,
        now,
        MOST
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| HeldReview {
            id: AccessReviewId(row.id),
            domain: row.domain,
            quarter: Quarter::of(row.quarter),
            opened_at: row.opened_at,
            due_on: row.due_on,
            done_at: row.done_at,
            reviewers: row.reviewers,
            kept: row.kept,
            ended: row.ended,
            undecided: row.undecided,
            gone: row.gone,
        })
        .collect())
}
