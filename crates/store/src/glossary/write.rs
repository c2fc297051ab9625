//! Changing the glossary: each change with its audit row. Searches see from the times of change that there is something new.

use super::polyseme::follow_document;
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::glossary::{SynonymSet, TermDocument};
use domain::id::{PersonId, SynonymId, TermId};
use sqlx::PgConnection;
use uuid::Uuid;

pub(super) const TERM: &str = "glossary-term";
const SYNONYM: &str = "search-synonym";

/// Writes terms as their documents say them, save those that somebody wrote on a page; how many were not so already.
///
/// A sector or a broader term that does not exist is a conflict, and so is a term broader than itself.
pub async fn ensure_terms(conn: &mut PgConnection, terms: &[TermDocument], ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    let mut written = vec![];
    for term in terms {
        written.push(ensure_term(&mut *conn, term, ids, now).await?);
    }
    let moved = follow_parents(&mut *conn, terms, now).await?;
    let mut changed = 0;
    for (term, id) in terms.iter().zip(written) {
        let id = id.or_else(|| moved.iter().find(|(slug, _)| *slug == term.slug).map(|(_, id)| *id));
        if id.is_some() {
            let event = AuditEvent::done(None, AuditAction::GlossaryChange, TERM, id, Origin::default());
            audit::append(&mut *conn, &AuditEvent { detail: Some(term.slug.clone()), ..event }, now).await?;
        }
        let format = follow_document(&mut *conn, term, id.is_some(), now).await?;
        changed += usize::from(id.is_some() || format);
    }
    Ok(changed)
}

/// Puts terms under the broader ones that their documents name, all at once: a broader term may stand below in the document. One that is out of
/// use is broader than none. Gives those that moved.
async fn follow_parents(conn: &mut PgConnection, terms: &[TermDocument], now: DateTime<Utc>) -> Result<Vec<(String, Uuid)>> {
    let slugs: Vec<String> = terms.iter().map(|term| term.slug.clone()).collect();
    // No slug is empty.
    let parents: Vec<String> = terms.iter().map(|term| term.parent.clone().unwrap_or_default()).collect();
    let unknown = sqlx::query_scalar!(
        r#"SELECT said.parent AS "parent!" FROM unnest($1::text[]) AS said(parent)
           WHERE said.parent <> '' AND NOT EXISTS (SELECT FROM glossary_term t WHERE t.slug = said.parent) LIMIT 1"#,
        &parents
    )
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(parent) = unknown {
        return Err(StoreError::Conflict(format!("a term names the broader term {parent}, which does not exist")));
    }
    let update = sqlx::query!(
        r#"UPDATE glossary_term t SET parent_id = p.id, changed_at = $3
         FROM unnest($1::text[], $2::text[]) AS said(slug, parent)
         LEFT JOIN glossary_term p ON p.slug = said.parent AND p.retired_at IS NULL
         WHERE t.slug = said.slug AND t.origin = 'document' AND t.parent_id IS DISTINCT FROM p.id RETURNING t.slug AS "slug!", t.id AS "id!""#,
        &slugs,
        &parents,
        now
    );
    match update.fetch_all(conn).await {
        Err(sqlx::Error::Database(error)) if error.constraint() == Some("glossary_term_no_circle") => {
            Err(StoreError::Conflict(error.message().to_owned()))
        }
        rows => Ok(rows?.into_iter().map(|row| (row.slug, row.id)).collect()),
    }
}

/// Its id when it was not so already.
async fn ensure_term(conn: &mut PgConnection, term: &TermDocument, ids: &Ids, now: DateTime<Utc>) -> Result<Option<Uuid>> {
    let sector = match &term.sector {
        Some(slug) => {
            let found = sqlx::query_scalar!("SELECT id FROM sector WHERE slug = $1", slug).fetch_optional(&mut *conn).await?;
            Some(found.ok_or_else(|| StoreError::Conflict(format!("the term {} names the sector {slug}, which does not exist", term.slug)))?)
        }
        None => None,
    };
    let id = sqlx::query_scalar!(
        "INSERT INTO glossary_term AS t (id, slug, name, definition, sector_id, also_called, column_names, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (slug) DO UPDATE SET name = excluded.name, definition = excluded.definition, sector_id = excluded.sector_id,
             also_called = excluded.also_called, column_names = excluded.column_names, changed_at = excluded.changed_at
         WHERE t.origin = 'document' AND (t.name, t.definition, t.sector_id, t.also_called, t.column_names)
             IS DISTINCT FROM (excluded.name, excluded.definition, excluded.sector_id, excluded.also_called, excluded.column_names)
         RETURNING id",
        ids.next::<TermId>(now).0,
        term.slug,
        term.name,
        term.definition,
        sector,
        &term.also_called,
        &term.column_names,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(id)
}

/// Puts the sets of a document into a record that has none yet; how many. Later the record's own sets count: one that an
/// administrator has changed or removed does not come back.
pub async fn begin_with_synonyms(conn: &mut PgConnection, sets: &[SynonymSet], ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    if sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM search_synonym) AS "any!""#).fetch_one(&mut *conn).await? {
        return Ok(0);
    }
    let mut added = 0;
    for set in sets {
        added += usize::from(insert(conn, None, set, &Origin::default(), ids, now).await?.is_some());
    }
    Ok(added)
}

/// Adds a set. None when the same phrases are a set already.
pub async fn add_synonym(
    conn: &mut PgConnection,
    actor: PersonId,
    set: &SynonymSet,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<Option<SynonymId>> {
    let added = insert(conn, Some(actor), set, origin, ids, now).await?;
    Ok(added)
}

async fn insert(
    conn: &mut PgConnection,
    actor: Option<PersonId>,
    set: &SynonymSet,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<Option<SynonymId>> {
    let id = sqlx::query_scalar!(
        "INSERT INTO search_synonym (id, words, note, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (words) DO NOTHING RETURNING id",
        ids.next::<SynonymId>(now).0,
        &set.words,
        set.note,
        now,
        actor.map(|person| person.0)
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(id) = id.map(SynonymId) else { return Ok(None) };
    written_down(conn, actor, id, origin, format!("added: {}", set.words.join(", ")), now).await?;
    Ok(Some(id))
}

async fn written_down(
    conn: &mut PgConnection,
    actor: Option<PersonId>,
    id: SynonymId,
    origin: &Origin,
    detail: String,
    now: DateTime<Utc>,
) -> Result<()> {
    let event = AuditEvent::done(actor, AuditAction::SynonymChange, SYNONYM, Some(id.0), origin.clone());
    audit::append(conn, &AuditEvent { detail: Some(detail), ..event }, now).await
}

/// What became of a change to a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    Done,
    /// There is no such set.
    Gone,
    /// Another set has these phrases; give the transaction up.
    Known,
}

/// Gives a set other phrases or another note. One that is so already is left alone, without a trace.
pub async fn change_synonym(
    conn: &mut PgConnection,
    actor: PersonId,
    id: SynonymId,
    set: &SynonymSet,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Changed> {
    let before = sqlx::query!("SELECT words, note FROM search_synonym WHERE id = $1 FOR UPDATE", id.0).fetch_optional(&mut *conn).await?;
    let Some(before) = before else { return Ok(Changed::Gone) };
    if before.words == set.words && before.note == set.note {
        return Ok(Changed::Done);
    }
    let update = sqlx::query!(
        "UPDATE search_synonym SET words = $2, note = $3, changed_at = $4, changed_by = $5 WHERE id = $1",
        id.0,
        &set.words,
        set.note,
        now,
        actor.0
    );
    match update.execute(&mut *conn).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Ok(Changed::Known),
        done => done?,
    };
    let detail = if before.words == set.words {
        format!("changed the note: {}", set.words.join(", "))
    } else {
        format!("changed: {} to: {}", before.words.join(", "), set.words.join(", "))
    };
    written_down(conn, Some(actor), id, origin, detail, now).await?;
    Ok(Changed::Done)
}

/// Removes a set. False when there is none of this id.
pub async fn remove_synonym(conn: &mut PgConnection, actor: PersonId, id: SynonymId, origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let words = sqlx::query_scalar!("DELETE FROM search_synonym WHERE id = $1 RETURNING words", id.0).fetch_optional(&mut *conn).await?;
    let Some(words) = words else { return Ok(false) };
    written_down(conn, Some(actor), id, origin, format!("removed: {}", words.join(", ")), now).await?;
    Ok(true)
}
