//! The reader's notices. Titles are read as this person may know of them at that moment: a notice never names a product that
//! has been hidden since.

use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::event::{Data, Object, Payload, Topic};
use domain::id::{MailId, NoticeId, PersonId};
use domain::notice::{Facts, NoticeKind, Said, said};
use sqlx::PgConnection;
use sqlx::types::Json;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeView {
    pub id: NoticeId,
    pub kind: NoticeKind,
    pub topic: Topic,
    /// When it happened.
    pub at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
    pub object: Object,
    /// Title and address, as far as the reader may know of it.
    pub product: Option<(String, String)>,
    pub role: Option<String>,
    pub until: Option<NaiveDate>,
    pub days: Option<i32>,
}

impl NoticeView {
    /// The notice in words, with its next step.
    pub fn said(&self) -> Said {
        said(&Facts {
            topic: self.topic,
            object: &self.object,
            product: self.product.as_ref().map(|(title, address)| (title.as_str(), address.as_str())),
            role: self.role.as_deref().and_then(|word| word.parse().ok()),
            until: self.until,
            days: self.days,
        })
    }
}

/// Somebody's notices, unread ones first and newest first among each; those of one e-mail when it is given. At most `limit`.
pub async fn notices(conn: &mut PgConnection, person: PersonId, of: Option<MailId>, limit: i64, now: DateTime<Utc>) -> Result<Vec<NoticeView>> {
    let rows = sqlx::query!(
        r#"SELECT n.id, n.kind, n.read_at, e.topic, e.at, e.payload AS "payload: Json<Payload>", e.object_kind, e.object_id, v.title AS "title?", v.address AS "address?"
           FROM (SELECT * FROM notice WHERE person_id = $1 AND ($2::uuid IS NULL OR message_id = $2)
                 ORDER BY (read_at IS NOT NULL), made_at DESC, id DESC LIMIT $4) n
           JOIN event e ON e.id = n.event_id
           LEFT JOIN LATERAL (SELECT p.title, p.address FROM visible_product($1, $3) p WHERE p.id = e.product_id) v ON true
           ORDER BY (n.read_at IS NOT NULL), e.at DESC, n.id DESC"#,
        person.0,
        of.map(|id| id.0),
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let (role, until, days) = match row.payload {
                Some(Json(Payload { data: Data { role, until, days, .. }, .. })) => (role, until, days),
                None => (None, None, None),
            };
            Ok(NoticeView {
                id: NoticeId(row.id),
                kind: row.kind.parse()?,
                topic: row.topic.parse()?,
                at: row.at,
                read_at: row.read_at,
                object: Object { kind: row.object_kind, id: row.object_id },
                product: row.title.zip(row.address),
                role,
                until,
                days,
            })
        })
        .collect()
}

/// How many are unread.
pub async fn unread(conn: &mut PgConnection, person: PersonId) -> Result<i64> {
    let count = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM notice WHERE person_id = $1 AND read_at IS NULL"#, person.0);
    Ok(count.fetch_one(conn).await?)
}

/// Marks one as read; false when it is not this person's.
pub async fn mark_read(conn: &mut PgConnection, person: PersonId, id: NoticeId, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!("UPDATE notice SET read_at = coalesce(read_at, $3) WHERE id = $1 AND person_id = $2", id.0, person.0, now);
    Ok(done.execute(conn).await?.rows_affected() == 1)
}

/// Marks all as read that were made until `shown`, so that one which comes in between stays unread.
pub async fn mark_all_read(conn: &mut PgConnection, person: PersonId, shown: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE notice SET read_at = $3 WHERE person_id = $1 AND read_at IS NULL AND made_at <= $2", person.0, shown, now)
        .execute(conn)
        .await?;
    Ok(())
}
