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
            // Who has neither a role nor an agreement knows of nothing else: that is most people, and costs nothing. For others what is not listed is
            // looked at only where theirs could open it, however much is hidden elsewhere; whether it does, `visible_product` says. An engine that
            // has not caught up for a day answers nobody: it is down, or a former one, and what it may still take for listed would be carried in
            // every search. Domains and engines are read first (that is what OFFSET is for): begun from the other end, all that is hidden would be read.
            r#"SELECT CASE WHEN EXISTS (SELECT FROM role_grant r WHERE r.person_id = $1 AND r.ended_at IS NULL AND r.scope_kind = 'whole')
                        THEN ARRAY(SELECT v.id FROM visible_product($1, $2) v WHERE v.visibility <> 'listed' OR v.status NOT IN ('published', 'deprecated'))
                        WHEN EXISTS (SELECT FROM role_grant r WHERE r.person_id = $1 AND r.ended_at IS NULL)
                             OR EXISTS (SELECT FROM agreement_people a WHERE a.person_id = $1 AND a.state = 'active')
                        THEN ARRAY(SELECT v.id FROM visible_product($1, $2) v
                                   WHERE (v.visibility <> 'listed' OR v.status NOT IN ('published', 'deprecated')) AND v.id = ANY(ARRAY(
                                       SELECT a.product_id FROM agreement a WHERE a.holder_id = $1 AND a.state = 'active'
                                       UNION SELECT a.product_id FROM team_people m JOIN agreement a ON a.team_id = m.team_id
                                       WHERE m.person_id = $1 AND a.state = 'active'
                                       UNION SELECT r.scope_id FROM role_grant r WHERE r.person_id = $1 AND r.ended_at IS NULL AND r.scope_kind = 'product'
                                       UNION SELECT u.id FROM (
                                           SELECT r.scope_id AS id FROM role_grant r WHERE r.person_id = $1 AND r.ended_at IS NULL AND r.scope_kind = 'domain'
                                           UNION SELECT d.id FROM role_grant r JOIN data_domain d ON d.sector_id = r.scope_id
                                           WHERE r.person_id = $1 AND r.ended_at IS NULL AND r.scope_kind = 'sector') here
                                       CROSS JOIN LATERAL (SELECT p.id FROM unlisted_product p WHERE p.domain_id = here.id OFFSET 0) u)))
                        ELSE '{}' END AS "unlisted!: Vec<Uuid>",
                      ARRAY(SELECT DISTINCT a.product_id FROM agreement_people a WHERE a.person_id = $1 AND a.state = 'active' AND a.until > $2)
                          AS "held!: Vec<Uuid>",
                      ARRAY(SELECT o.object_id FROM outbox o LEFT JOIN product p ON p.id = o.object_id
                            WHERE o.topic = 'search.product' AND o.done_at IS NULL
                              AND (p.id IS NULL OR p.visibility <> 'listed' OR p.status NOT IN ('published', 'deprecated'))
                            UNION SELECT d.product_id FROM search_engine e CROSS JOIN LATERAL (
                                SELECT u.product_id FROM search_document u WHERE NOT u.listed AND u.version > e.version OFFSET 0) d
                            WHERE e.caught_up_at > now() - interval '1 day') AS "retracted!: Vec<Uuid>""#,
            reader.0,
            now
        )
        .fetch_one(conn)
        .await?;
        Ok(Self { unlisted: row.unlisted, held: row.held, retracted: row.retracted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::{Executor, PgPool};

    #[sqlx::test(migrations = "../../migrations")]
    async fn only_an_engine_that_may_answer_is_minded(pool: PgPool) {
        pool.execute(
            "INSERT INTO search_document (product_id, listed, title_key, title_words, words, fields, vocabulary, facets, trust, freshness, rank, version)
             VALUES ('00000000-0000-0000-0000-000000000001', false, '', '', '', '', '', '{}', 0, 0, 0, 7)",
        )
        .await
        .unwrap();
        let mut conn = pool.acquire().await.unwrap();
        let now = "2026-11-23T02:00:00Z".parse().unwrap();
        for (version, since, minded) in [(6, "1 minute", 1), (7, "1 minute", 0), (6, "2 days", 0)] {
            let engine = "INSERT INTO search_engine (name, version, caught_up_at) VALUES ('one', $1, now() - $2::text::interval)
                          ON CONFLICT (name) DO UPDATE SET version = excluded.version, caught_up_at = excluded.caught_up_at";
            sqlx::query(engine).bind(i64::from(version)).bind(since).execute(&mut *conn).await.unwrap();
            let sight = Sight::of(&mut conn, PersonId(Uuid::nil()), now).await.unwrap();
            assert_eq!(sight.retracted.len(), minded, "at version {version}, {since} ago");
        }
    }
}
