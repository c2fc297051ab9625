//! Searches that somebody keeps under a name. What they find anew is in `matches`.

use crate::{Result, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Ids;
use domain::id::{PersonId, SavedSearchId};
use domain::mine::{MOST_SEARCHES, NewSearch};
use sqlx::PgConnection;

/// How long a removed search can be brought back.
const WAY_BACK: TimeDelta = TimeDelta::days(1);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    pub id: SavedSearchId,
    pub name: String,
    /// Before it was last renamed.
    pub former_name: Option<String>,
    /// The search page's query string without its page.
    pub query: String,
    pub saved_at: DateTime<Utc>,
    /// New matches are those found since then.
    pub seen_at: DateTime<Utc>,
    /// Those that its owner may know of now.
    pub new_matches: i64,
    /// False until the first count: what it finds is not known yet.
    pub counted: bool,
    /// It finds too many products for the new ones to be told.
    pub broad: bool,
}

/// Keeps a search. The same query again takes the new name, and comes back when it was removed. `Conflict` when there are
/// too many.
pub async fn save_search(conn: &mut PgConnection, person: PersonId, new: &NewSearch, ids: &Ids, now: DateTime<Utc>) -> Result<SavedSearchId> {
    let id: SavedSearchId = ids.next(now);
    let saved = sqlx::query_scalar!(
        "INSERT INTO saved_search (id, person_id, name, query, saved_at, seen_at)
         SELECT $1, $2, $3, $4, $5, $5
         WHERE (SELECT count(*) FROM saved_search WHERE person_id = $2 AND query <> $4 AND removed_at IS NULL) < $6
         ON CONFLICT (person_id, query) DO UPDATE SET name = excluded.name, former_name = NULL, removed_at = NULL RETURNING id",
        id.0,
        person.0,
        new.name,
        new.query,
        now,
        MOST_SEARCHES
    )
    .fetch_optional(conn)
    .await?;
    saved.map(SavedSearchId).ok_or_else(too_many)
}

fn too_many() -> StoreError {
    StoreError::Conflict(format!("You keep {MOST_SEARCHES} searches already. Remove one that you no longer need."))
}

/// What somebody keeps: most new matches first, then by name.
pub async fn saved_searches(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> Result<Vec<SavedSearch>> {
    let rows = sqlx::query_as!(
        SavedSearch,
        r#"SELECT s.id, s.name, s.former_name, s.query, s.saved_at, s.seen_at, s.broad, (s.known IS NOT NULL) AS "counted!",
                  (SELECT count(*) FROM visible_product($1, $2) p WHERE p.id = ANY(s.fresh)) AS "new_matches!"
           FROM saved_search s WHERE s.person_id = $1 AND s.removed_at IS NULL ORDER BY 9 DESC, lower(s.name), s.id"#,
        person.0,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// One of this person's searches.
pub async fn saved_search(conn: &mut PgConnection, person: PersonId, id: SavedSearchId, now: DateTime<Utc>) -> Result<Option<SavedSearch>> {
    Ok(saved_searches(conn, person, now).await?.into_iter().find(|search| search.id == id))
}

/// The search that somebody keeps for a query string, as `domain::mine::search_query` makes it.
pub async fn saved_as(conn: &mut PgConnection, person: PersonId, query: &str) -> Result<Option<SavedSearchId>> {
    let id = sqlx::query_scalar!("SELECT id FROM saved_search WHERE person_id = $1 AND query = $2 AND removed_at IS NULL", person.0, query)
        .fetch_optional(conn)
        .await?;
    Ok(id.map(SavedSearchId))
}

/// False when it is not this person's.
pub async fn rename_search(conn: &mut PgConnection, person: PersonId, id: SavedSearchId, name: &str) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE saved_search SET name = $3, former_name = CASE WHEN name = $3 THEN former_name ELSE name END
         WHERE id = $2 AND person_id = $1 AND removed_at IS NULL",
        person.0,
        id.0,
        name
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Removes a search, which can be brought back for a day unless another is removed after it. False when it is not this
/// person's.
pub async fn remove_search(conn: &mut PgConnection, person: PersonId, id: SavedSearchId, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!("UPDATE saved_search SET removed_at = $3 WHERE id = $2 AND person_id = $1 AND removed_at IS NULL", person.0, id.0, now)
        .execute(&mut *conn)
        .await?
        .rows_affected()
        > 0;
    if done {
        sqlx::query!("DELETE FROM saved_search WHERE person_id = $1 AND removed_at IS NOT NULL AND id <> $2", person.0, id.0).execute(conn).await?;
    }
    Ok(done)
}

/// The name of the search that can be brought back.
pub async fn removed_search(conn: &mut PgConnection, person: PersonId, id: SavedSearchId) -> Result<Option<String>> {
    let name = sqlx::query_scalar!("SELECT name FROM saved_search WHERE person_id = $1 AND id = $2 AND removed_at IS NOT NULL", person.0, id.0)
        .fetch_optional(conn)
        .await?;
    Ok(name)
}

/// Brings a removed search back with everything it knew. False when there is none of this person's; `Conflict` when there
/// are too many.
pub async fn restore_search(conn: &mut PgConnection, person: PersonId, id: SavedSearchId) -> Result<bool> {
    let row = sqlx::query!(
        r#"WITH found AS (SELECT id FROM saved_search WHERE id = $2 AND person_id = $1),
                back AS (UPDATE saved_search SET removed_at = NULL WHERE id IN (SELECT id FROM found) AND (removed_at IS NULL
                             OR (SELECT count(*) FROM saved_search WHERE person_id = $1 AND removed_at IS NULL) < $3) RETURNING id)
           SELECT EXISTS (SELECT FROM found) AS "found!", EXISTS (SELECT FROM back) AS "back!""#,
        person.0,
        id.0,
        MOST_SEARCHES
    )
    .fetch_one(conn)
    .await?;
    if row.found && !row.back { Err(too_many()) } else { Ok(row.back) }
}

/// Forgets searches whose way back is over.
pub async fn forget_removed(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("DELETE FROM saved_search WHERE removed_at < $1", now - WAY_BACK).execute(conn).await?;
    Ok(())
}
