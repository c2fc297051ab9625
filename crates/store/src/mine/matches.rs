//! What saved searches find anew. A match is new when it was not found before its owner last looked: the record keeps the
//! products that were found, since no moment of a product (made, published, changed) says when somebody came to find it.
//!
//! Searching is not this crate's business: whoever counts hands in how to search. Whatever that answers, a product is kept,
//! counted and shown only as far as the search's owner may know of it.

use crate::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{PersonId, ProductId, SavedSearchId};
use domain::mine::MOST_WATCHED;
use sqlx::PgConnection;

/// A search is counted again after this time.
const COUNTED_EVERY: TimeDelta = TimeDelta::minutes(15);

/// A search whose matches are to be counted now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueSearch {
    pub id: SavedSearchId,
    pub person: PersonId,
    /// The search page's query string without its page.
    pub query: String,
    seen_at: DateTime<Utc>,
}

/// What a search finds for its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matching {
    /// All of them.
    Products(Vec<ProductId>),
    /// More than `MOST_WATCHED`.
    TooMany,
    /// The search could not be made; it is tried again at its next turn.
    Unknown,
}

/// Counts the new matches of at most `limit` searches, the longest uncounted first, and gives how many it took.
///
/// `matching` makes a search as its owner. Searches are claimed before they are counted, so that several servers share the
/// work.
pub async fn count_new_matches<F, R>(conn: &mut PgConnection, limit: i64, now: DateTime<Utc>, matching: F) -> Result<usize>
where
    F: Fn(DueSearch) -> R,
    R: Future<Output = Matching>,
{
    let due = claim(conn, limit, now).await?;
    let taken = due.len();
    for search in due {
        match matching(search.clone()).await {
            Matching::Products(found) if found.len() <= MOST_WATCHED => note_matches(conn, &search, &found, now).await?,
            Matching::Products(_) | Matching::TooMany => note_too_many(conn, &search).await?,
            Matching::Unknown => {}
        }
    }
    Ok(taken)
}

async fn claim(conn: &mut PgConnection, limit: i64, now: DateTime<Utc>) -> Result<Vec<DueSearch>> {
    let rows = sqlx::query!(
        "WITH due AS (SELECT s.id FROM saved_search s JOIN person h ON h.id = s.person_id
                      WHERE s.removed_at IS NULL AND h.disabled_at IS NULL AND (s.counted_at IS NULL OR s.counted_at <= $1)
                      ORDER BY s.counted_at NULLS FIRST, s.id LIMIT $2 FOR UPDATE OF s SKIP LOCKED)
         UPDATE saved_search s SET counted_at = $3 FROM due WHERE s.id = due.id RETURNING s.id, s.person_id, s.query, s.seen_at",
        now - COUNTED_EVERY,
        limit,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DueSearch { id: SavedSearchId(row.id), person: PersonId(row.person_id), query: row.query, seen_at: row.seen_at })
        .collect())
}

async fn note_too_many(conn: &mut PgConnection, search: &DueSearch) -> Result<()> {
    sqlx::query!("UPDATE saved_search SET broad = true, fresh = '{}', untold = false WHERE id = $1 AND seen_at = $2", search.id.0, search.seen_at)
        .execute(conn)
        .await?;
    Ok(())
}

/// The first count makes what is known. When there is something new where there was nothing, its owner is to be told. Nothing is written when the search was looked at in between: the count is of before.
async fn note_matches(conn: &mut PgConnection, search: &DueSearch, found: &[ProductId], now: DateTime<Utc>) -> Result<()> {
    let ids: Vec<_> = found.iter().map(|id| id.0).collect();
    sqlx::query!(
        "UPDATE saved_search s SET broad = false, known = coalesce(s.known, m.ids),
                fresh = m.fresh, untold = cardinality(m.fresh) > 0 AND (s.untold OR cardinality(s.fresh) = 0)
         FROM (SELECT f.ids, CASE WHEN o.known IS NULL THEN '{}'::uuid[] ELSE ARRAY(SELECT unnest(f.ids) EXCEPT SELECT unnest(o.known)) END AS fresh
               FROM saved_search o, (SELECT ARRAY(SELECT p.id FROM visible_product($2, $4) p WHERE p.id = ANY($5)) AS ids) f WHERE o.id = $1) m
         WHERE s.id = $1 AND s.person_id = $2 AND s.seen_at = $3",
        search.id.0,
        search.person.0,
        search.seen_at,
        now,
        &ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Somebody has looked at what a search of theirs finds: it is no longer new. False when it is not this person's.
pub async fn search_seen(conn: &mut PgConnection, person: PersonId, id: SavedSearchId, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE saved_search SET seen_at = $3, fresh = '{}', untold = false,
                known = CASE WHEN cardinality(fresh) = 0 THEN known ELSE ARRAY(SELECT unnest(known) UNION SELECT unnest(fresh)) END
         WHERE person_id = $1 AND id = $2 AND removed_at IS NULL",
        person.0,
        id.0,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMatch {
    pub address: String,
    pub title: String,
    pub summary: Option<String>,
}

/// New matches of one of this person's searches, the last changed first.
pub async fn new_matches(conn: &mut PgConnection, person: PersonId, id: SavedSearchId, limit: i64, now: DateTime<Utc>) -> Result<Vec<NewMatch>> {
    let rows = sqlx::query_as!(
        NewMatch,
        r#"SELECT p.address AS "address!", p.title AS "title!", p.summary
           FROM saved_search s JOIN visible_product($1, $3) p ON p.id = ANY(s.fresh)
           WHERE s.person_id = $1 AND s.id = $2 AND s.removed_at IS NULL ORDER BY p.changed_at DESC, p.id LIMIT $4"#,
        person.0,
        id.0,
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
