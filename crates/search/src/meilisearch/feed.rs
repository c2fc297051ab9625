//! Keeping the index of a Meilisearch server true: it follows the versions of the search documents, and is made anew beside
//! the old one, and swapped in when ready, if it was lost.

use super::{Meilisearch, MeilisearchError};
use meilisearch_sdk::client::SwapIndexes;
use meilisearch_sdk::errors::{Error, ErrorCode};
use meilisearch_sdk::indexes::Index;
use meilisearch_sdk::settings::{
    FacetingSettings, FilterFeatureModes, FilterFeatures, FilterableAttribute, FilterableAttributesSettings, PaginationSetting, Settings,
};
use meilisearch_sdk::task_info::TaskInfo;
use serde::Serialize;
use sqlx::PgConnection;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::PgPool;
use uuid::Uuid;

/// Documents sent at once.
const BATCH: i64 = 5000;
/// How long one task of the server may take.
const TASK: Duration = Duration::from_mins(5);
/// How often it is asked whether one has ended.
const POLL: Duration = Duration::from_millis(20);
/// How long a question about the index may take.
const ANSWER: Duration = Duration::from_secs(5);
/// How long the server may take to accept documents or settings, and to say how a task stands: it may be busy with many.
const SENDING: Duration = Duration::from_secs(30);
/// A server of ours that holds the row but has not written it for this long is late.
const LATE_SECONDS: f64 = 5.0;

/// What the index holds of a product.
#[derive(Serialize)]
struct Document {
    id: Uuid,
    words: Vec<String>,
    title_words: Vec<String>,
    facets: Vec<i32>,
    rank: f32,
}

/// A batch of changes in the order of their versions.
#[derive(Default)]
struct Changes {
    listed: Vec<Document>,
    /// Products that the index must not hold, or no longer.
    others: Vec<Uuid>,
    last: i64,
}

impl Meilisearch {
    /// Brings the index to where the record is, and says how many documents that took. One of many portals does it; the
    /// others rely on what it writes down.
    pub async fn catch_up(&self, pool: &PgPool) -> Result<usize, MeilisearchError> {
        let done = self.follow(pool).await;
        if done.is_err() {
            self.distrust();
        }
        done
    }

    async fn follow(&self, pool: &PgPool) -> Result<usize, MeilisearchError> {
        let mut tx = pool.begin().await?;
        self.known_to(&mut tx).await?;
        let Some(known) = sqlx::query_scalar!("SELECT version FROM search_engine WHERE name = $1 FOR UPDATE SKIP LOCKED", self.index)
            .fetch_optional(&mut *tx)
            .await?
        else {
            self.usable.store(self.is_fresh(&mut tx).await?, Ordering::Relaxed);
            return Ok(0);
        };
        let (mut version, mut count) = (known, 0);
        if version < 0 || self.is_lost(&mut tx, version).await? {
            // It may answer, and without what it has lost.
            self.distrust();
            (version, count) = self.rebuild(&mut tx).await?;
        }
        loop {
            let changes = changes(&mut tx, version, false).await?;
            if changes.last == version {
                break;
            }
            count += changes.listed.len() + changes.others.len();
            self.send(&self.index(), &changes).await?;
            version = changes.last;
        }
        self.caught_up(&mut tx, version).await?;
        tx.commit().await?;
        self.usable.store(true, Ordering::Relaxed);
        Ok(count)
    }

    /// Makes the index anew, whatever there is; readers are answered from the old one until then.
    pub async fn rebuild_now(&self, pool: &PgPool) -> Result<usize, MeilisearchError> {
        let mut tx = pool.begin().await?;
        self.known_to(&mut tx).await?;
        sqlx::query!("SELECT version FROM search_engine WHERE name = $1 FOR UPDATE", self.index).fetch_one(&mut *tx).await?;
        let (version, count) = self.rebuild(&mut tx).await?;
        self.caught_up(&mut tx, version).await?;
        tx.commit().await?;
        Ok(count)
    }

    /// The record has a row for this index, which says how far it has come.
    async fn known_to(&self, conn: &mut PgConnection) -> Result<(), MeilisearchError> {
        sqlx::query!("INSERT INTO search_engine (name, version, caught_up_at) VALUES ($1, -1, now()) ON CONFLICT (name) DO NOTHING", self.index)
            .execute(conn)
            .await?;
        Ok(())
    }

    async fn caught_up(&self, conn: &mut PgConnection, version: i64) -> Result<(), MeilisearchError> {
        sqlx::query!("UPDATE search_engine SET version = $2, caught_up_at = clock_timestamp() WHERE name = $1", self.index, version)
            .execute(conn)
            .await?;
        Ok(())
    }

    async fn is_fresh(&self, conn: &mut PgConnection) -> Result<bool, MeilisearchError> {
        let fresh = sqlx::query_scalar!(
            r#"SELECT version >= 0 AND caught_up_at > clock_timestamp() - make_interval(secs => $2) AS "fresh!" FROM search_engine WHERE name = $1"#,
            self.index,
            LATE_SECONDS
        )
        .fetch_optional(conn)
        .await?;
        Ok(fresh.unwrap_or(false))
    }

    /// The server is another one, or has lost what it had.
    async fn is_lost(&self, conn: &mut PgConnection, version: i64) -> Result<bool, MeilisearchError> {
        let index = self.index();
        let Some(stats) = if_there(within(ANSWER, index.get_stats()).await)? else { return Ok(true) };
        let held = i64::try_from(stats.number_of_documents).unwrap_or(i64::MAX);
        // What has changed since may have been listed before, or not: only a change-free moment can be compared.
        Ok(sqlx::query_scalar!(
            r#"SELECT NOT EXISTS (SELECT FROM search_document WHERE version > $1)
                      AND (SELECT count(*) FROM search_document WHERE listed) <> $2 AS "lost!""#,
            version,
            held
        )
        .fetch_one(conn)
        .await?)
    }

    async fn rebuild(&self, conn: &mut PgConnection) -> Result<(i64, usize), MeilisearchError> {
        let uid = format!("{}_next", self.index);
        self.remove(&uid).await?;
        self.done(within(SENDING, self.client.create_index(&uid, Some("id"))).await?).await?;
        let fresh = self.client.index(&uid);
        self.done(within(SENDING, fresh.set_settings(&settings())).await?).await?;
        let (mut version, mut count) = (0, 0);
        loop {
            let changes = changes(conn, version, true).await?;
            if changes.last == version {
                break;
            }
            count += changes.listed.len();
            self.send(&fresh, &changes).await?;
            version = changes.last;
        }
        if if_there(within(ANSWER, self.client.get_index(&self.index)).await)?.is_none() {
            self.done(within(SENDING, self.client.create_index(&self.index, Some("id"))).await?).await?;
        }
        let swap = SwapIndexes { indexes: (self.index.clone(), uid.clone()), rename: None };
        self.done(within(SENDING, self.client.swap_indexes([&swap])).await?).await?;
        self.remove(&uid).await?;
        Ok((version, count))
    }

    /// Removes an index that may not be there: one is left behind when a portal ends while it is made.
    async fn remove(&self, uid: &str) -> Result<(), MeilisearchError> {
        if if_there(within(ANSWER, self.client.get_index(uid)).await)?.is_none() {
            return Ok(());
        }
        self.done(within(SENDING, self.client.delete_index(uid)).await?).await
    }

    async fn send(&self, index: &Index, changes: &Changes) -> Result<(), MeilisearchError> {
        if !changes.others.is_empty() {
            self.done(within(SENDING, index.delete_documents(&changes.others)).await?).await?;
        }
        if !changes.listed.is_empty() {
            self.done(within(SENDING, index.add_or_replace(&changes.listed, Some("id"))).await?).await?;
        }
        Ok(())
    }

    async fn done(&self, task: TaskInfo) -> Result<(), MeilisearchError> {
        let waiting = async {
            loop {
                let seen = within(SENDING, self.client.get_task(&task)).await?;
                if !seen.is_pending() {
                    return Ok::<_, MeilisearchError>(seen);
                }
                tokio::time::sleep(POLL).await;
            }
        };
        let ended = tokio::time::timeout(TASK, waiting).await.map_err(|_| MeilisearchError::TooSlow)??;
        if ended.is_success() { Ok(()) } else { Err(MeilisearchError::Task(ended.unwrap_failure().error_message)) }
    }

    /// Removes the index and what is known of it; for tests that made one of their own.
    pub async fn drop_index(&self) -> Result<(), MeilisearchError> {
        self.distrust();
        self.remove(&self.index).await
    }
}

/// What the server answers, if it does in time: one that hangs must hold neither the job nor its transaction.
async fn within<T>(limit: Duration, call: impl Future<Output = Result<T, Error>>) -> Result<T, MeilisearchError> {
    Ok(tokio::time::timeout(limit, call).await.map_err(|_| MeilisearchError::TooSlow)??)
}

/// None where the server says that there is no such index.
fn if_there<T>(answer: Result<T, MeilisearchError>) -> Result<Option<T>, MeilisearchError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(MeilisearchError::Server(Error::Meilisearch(error))) if error.error_code == ErrorCode::IndexNotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The next changes after a version. With `listed_only` nothing is said of products that the index need not hold.
async fn changes(conn: &mut PgConnection, version: i64, listed_only: bool) -> Result<Changes, MeilisearchError> {
    let rows = sqlx::query!(
        r#"SELECT product_id, listed, tsvector_to_array(words) AS "words!", tsvector_to_array(title_words) AS "title_words!", facets, rank, version
           FROM search_document WHERE version > $1 AND (listed OR NOT $2) ORDER BY version LIMIT $3"#,
        version,
        listed_only,
        BATCH
    )
    .fetch_all(conn)
    .await?;
    let mut changes = Changes { last: rows.last().map_or(version, |row| row.version), ..Changes::default() };
    for row in rows {
        if row.listed {
            let document = Document { id: row.product_id, words: row.words, title_words: row.title_words, facets: row.facets, rank: row.rank };
            changes.listed.push(document);
        } else {
            changes.others.push(row.product_id);
        }
    }
    Ok(changes)
}

/// Only filters are used: words are analysed by the portal and compared whole.
fn settings() -> Settings {
    let equality = FilterFeatures { facet_search: false, filter: FilterFeatureModes { equality: true, comparison: false } };
    let attributes = ["id", "words", "title_words", "facets"].map(str::to_owned).to_vec();
    Settings::new()
        .with_searchable_attributes(["id"])
        .with_displayed_attributes(["id"])
        .with_filterable_attributes_advanced([FilterableAttribute::Settings(FilterableAttributesSettings {
            attribute_patterns: attributes,
            features: equality,
        })])
        .with_sortable_attributes(["rank"])
        .with_ranking_rules(["sort"])
        .with_pagination(PaginationSetting { max_total_hits: 1_000_000 })
        .with_faceting(FacetingSettings { max_values_per_facet: 10_000, sort_facet_values_by: None })
}
