//! Words that somebody has searched for before, the last few only.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use sqlx::PgConnection;

/// Past queries that are kept for each person.
pub const MOST_PAST_QUERIES: i64 = 50;
/// Longest words that are kept as a past query, in characters.
const LONGEST_WORDS: usize = 200;

/// Remembers words that somebody searched for, in lower case; too long or empty ones are not worth remembering.
pub async fn note_query(conn: &mut PgConnection, person: PersonId, words: &str, now: DateTime<Utc>) -> Result<()> {
    let words = tidied(words);
    if words.is_empty() || words.chars().count() > LONGEST_WORDS {
        return Ok(());
    }
    let new = sqlx::query_scalar!(
        r#"INSERT INTO past_query (person_id, words, asked_at, times) VALUES ($1, $2, $3, 1)
           ON CONFLICT (person_id, words) DO UPDATE SET asked_at = excluded.asked_at, times = past_query.times + 1
           RETURNING (times = 1) AS "new!""#,
        person.0,
        words,
        now
    )
    .fetch_one(&mut *conn)
    .await?;
    if new {
        sqlx::query!(
            "DELETE FROM past_query WHERE person_id = $1 AND words IN (
                 SELECT words FROM past_query WHERE person_id = $1 ORDER BY asked_at DESC, words OFFSET $2)",
            person.0,
            MOST_PAST_QUERIES
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// What somebody has searched for that begins with `prefix` (all of it, when empty): newest first.
pub async fn past_queries(conn: &mut PgConnection, person: PersonId, prefix: &str, limit: i64) -> Result<Vec<String>> {
    let words = sqlx::query_scalar!(
        "SELECT words FROM past_query WHERE person_id = $1 AND starts_with(words, $2) ORDER BY asked_at DESC, words LIMIT $3",
        person.0,
        tidied(prefix),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(words)
}

fn tidied(words: &str) -> String {
    // A null byte cannot be stored as text.
    words.replace('\0', " ").split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Forgets all words that somebody has searched for.
pub async fn forget_queries(conn: &mut PgConnection, person: PersonId) -> Result<()> {
    sqlx::query!("DELETE FROM past_query WHERE person_id = $1", person.0).execute(conn).await?;
    Ok(())
}
