//! Titles of what everyone may know of: for making queries whose answers are known, and for whom to ask what is not found.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{DomainId, PersonId};
use sqlx::PgConnection;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedTitle {
    pub address: String,
    pub title: String,
    pub source_id: Option<String>,
    /// Of its agency.
    pub abbreviation: Option<String>,
}

/// In the order of addresses.
pub async fn listed_titles(conn: &mut PgConnection) -> Result<Vec<ListedTitle>> {
    let titles = sqlx::query_as!(
        ListedTitle,
        "SELECT p.address, p.title, p.source_id, a.abbreviation FROM product p
         JOIN data_domain d ON d.id = p.domain_id JOIN agency a ON a.id = d.agency_id
         WHERE p.visibility = 'listed' AND p.status IN ('published', 'deprecated') ORDER BY p.address"
    )
    .fetch_all(conn)
    .await?;
    Ok(titles)
}

/// How many products have one of `words` in their title, domain by domain. Words are letters and digits. Only what everyone
/// may know of is counted, also for a reader who may know of more: the counts become a suggestion that is passed on.
/// Asks in the words of the index `product_title_words`.
pub async fn titles_by_domain(conn: &mut PgConnection, reader: PersonId, words: &[String], now: DateTime<Utc>) -> Result<Vec<(DomainId, i64)>> {
    let rows = sqlx::query!(
        r#"SELECT p.domain_id AS "domain_id!", count(*) AS "products!" FROM visible_product($1, $2) p
           WHERE p.visibility = 'listed' AND p.status IN ('published', 'deprecated')
             AND to_tsvector('english', p.title) @@ websearch_to_tsquery('english', array_to_string($3::text[], ' or '))
           GROUP BY p.domain_id"#,
        reader.0,
        now,
        words
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (DomainId(row.domain_id), row.products)).collect())
}
