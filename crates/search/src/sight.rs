//! What one reader sees beyond, or less than, what the documents say: asked of the record at every search.

use chrono::{DateTime, Utc};
use domain::id::PersonId;
use sqlx::PgConnection;
use store::Result;
use uuid::Uuid;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    /// Products that are not listed, but not for this reader.
    pub unlisted: Vec<Uuid>,
    /// What this reader may read already.
    pub held: Vec<Uuid>,
    /// Listed according to their documents, but no longer.
    pub retracted: Vec<Uuid>,
}

impl Sight {
    pub(crate) async fn of(conn: &mut PgConnection, reader: PersonId, now: DateTime<Utc>) -> Result<Self> {
        let row = sqlx::query!(
            // Who has neither a role nor an agreement knows of nothing else: that is most people, and costs nothing.
            r#"SELECT CASE WHEN EXISTS (SELECT FROM role_grant r WHERE r.person_id = $1 AND r.ended_at IS NULL)
                             OR EXISTS (SELECT FROM agreement_people a WHERE a.person_id = $1 AND a.state = 'active')
                        THEN ARRAY(SELECT v.id FROM visible_product($1, $2) v WHERE v.visibility <> 'listed' OR v.status NOT IN ('published', 'deprecated'))
                        ELSE '{}' END AS "unlisted!: Vec<Uuid>",
                      ARRAY(SELECT DISTINCT a.product_id FROM agreement_people a WHERE a.person_id = $1 AND a.state = 'active' AND a.until > $2)
                          AS "held!: Vec<Uuid>",
                      ARRAY(SELECT o.object_id FROM outbox o LEFT JOIN product p ON p.id = o.object_id
                            WHERE o.topic = 'search.product' AND o.done_at IS NULL
                              AND (p.id IS NULL OR p.visibility <> 'listed' OR p.status NOT IN ('published', 'deprecated'))
                            UNION SELECT d.product_id FROM search_engine e JOIN search_document d ON d.version > e.version
                            WHERE NOT d.listed) AS "retracted!: Vec<Uuid>""#,
            reader.0,
            now
        )
        .fetch_one(conn)
        .await?;
        Ok(Self { unlisted: row.unlisted, held: row.held, retracted: row.retracted })
    }
}
