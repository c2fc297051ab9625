//! Reading the glossary. Where a term is used is read through `visible_product`.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{PersonId, SectorId, SynonymId, TermId};
use sqlx::PgConnection;

/// A term in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermLine {
    pub slug: String,
    pub name: String,
    pub definition: String,
    pub also_called: Vec<String>,
    /// The one whose trusted centre keeps it.
    pub sector: Option<SectorId>,
    /// Columns of many products carry it, and it says how their values are written.
    pub polyseme: bool,
    /// The slug of the broader term.
    pub parent: Option<String>,
}

/// Every term in use by name; what search derives from.
pub async fn terms(conn: &mut PgConnection) -> Result<Vec<TermLine>> {
    terms_with(conn, "").await
}

/// Terms by name that have each of the words somewhere in name, definition or other names; all of them without words.
pub async fn terms_with(conn: &mut PgConnection, words: &str) -> Result<Vec<TermLine>> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let rows = sqlx::query!(
        r#"SELECT t.slug AS "slug!", t.name AS "name!", t.definition AS "definition!", t.also_called AS "also_called!", t.sector_id, p.slug AS "parent?",
                  EXISTS (SELECT FROM polyseme y WHERE y.term_id = t.id AND y.ended_at IS NULL) AS "polyseme!"
           FROM glossary_term t LEFT JOIN glossary_term p ON p.id = t.parent_id
           WHERE t.retired_at IS NULL AND NOT EXISTS (SELECT FROM unnest($1::text[]) AS word
                             WHERE position(word IN lower(concat_ws(' ', t.name, t.definition, array_to_string(t.also_called, ' ')))) = 0)
           ORDER BY lower(t.name), t.slug"#,
        &words
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| TermLine {
            slug: row.slug,
            name: row.name,
            definition: row.definition,
            also_called: row.also_called,
            sector: row.sector_id.map(SectorId),
            polyseme: row.polyseme,
            parent: row.parent,
        })
        .collect())
}

/// The sector that keeps a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermSector {
    pub id: SectorId,
    pub slug: String,
    pub title: String,
    pub trusted_centre: String,
}

/// A term with all that is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub id: TermId,
    pub slug: String,
    pub name: String,
    pub definition: String,
    pub sector: Option<TermSector>,
    pub also_called: Vec<String>,
    pub column_names: Vec<String>,
    pub changed_at: DateTime<Utc>,
    /// Since when it is out of use.
    pub retired_at: Option<DateTime<Utc>>,
}

/// A term, also one out of use.
pub async fn term(conn: &mut PgConnection, slug: &str) -> Result<Option<Term>> {
    let row = sqlx::query!(
        r#"SELECT t.id, t.slug, t.name, t.definition, t.also_called, t.column_names, t.changed_at, t.retired_at,
                  t.sector_id, s.slug AS "sector_slug?", s.title AS "sector_title?", s.trusted_centre AS "trusted_centre?"
           FROM glossary_term t LEFT JOIN sector s ON s.id = t.sector_id WHERE t.slug = $1"#,
        slug
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Term {
        id: TermId(row.id),
        slug: row.slug,
        name: row.name,
        definition: row.definition,
        sector: match (row.sector_id, row.sector_slug, row.sector_title, row.trusted_centre) {
            (Some(id), Some(slug), Some(title), Some(trusted_centre)) => Some(TermSector { id: SectorId(id), slug, title, trusted_centre }),
            _ => None,
        },
        also_called: row.also_called,
        column_names: row.column_names,
        changed_at: row.changed_at,
        retired_at: row.retired_at,
    }))
}

/// A column that carries a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermUse {
    pub address: String,
    pub product_title: String,
    pub dataset: String,
    pub dataset_title: String,
    pub column: String,
}

/// Columns with one of these names (in lower case) in products that the reader may know of, at most `limit`.
pub async fn uses(conn: &mut PgConnection, reader: PersonId, column_names: &[String], limit: i64, now: DateTime<Utc>) -> Result<Vec<TermUse>> {
    let rows = sqlx::query_as!(
        TermUse,
        r#"SELECT p.address AS "address!", p.title AS "product_title!", d.name AS dataset, d.title AS dataset_title, c.name AS "column"
           FROM visible_product($1, $2) p JOIN dataset d ON d.product_id = p.id JOIN data_column c ON c.dataset_id = d.id
           WHERE lower(c.name) = ANY($3) ORDER BY p.title, p.address, d.position, c.position LIMIT $4"#,
        reader.0,
        now,
        column_names,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Phrases that mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    pub id: SynonymId,
    /// In lower case and in order.
    pub words: Vec<String>,
    pub note: Option<String>,
    pub changed_at: DateTime<Utc>,
    /// Who wrote it last; none for a document.
    pub changed_by: Option<String>,
}

/// Every set, in order of its first phrase.
pub async fn synonyms(conn: &mut PgConnection) -> Result<Vec<Synonym>> {
    some_synonyms(conn, None).await
}

pub async fn synonym(conn: &mut PgConnection, id: SynonymId) -> Result<Option<Synonym>> {
    Ok(some_synonyms(conn, Some(id)).await?.pop())
}

async fn some_synonyms(conn: &mut PgConnection, only: Option<SynonymId>) -> Result<Vec<Synonym>> {
    let rows = sqlx::query!(
        r#"SELECT s.id, s.words, s.note, s.changed_at, p.name AS "changed_by?"
           FROM search_synonym s LEFT JOIN person p ON p.id = s.changed_by
           WHERE $1::uuid IS NULL OR s.id = $1 ORDER BY s.words"#,
        only.map(|id| id.0)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Synonym { id: SynonymId(row.id), words: row.words, note: row.note, changed_at: row.changed_at, changed_by: row.changed_by })
        .collect())
}
