//! Terms as whoever keeps them writes them: added, changed, taken out of use. From then on no document overwrites them. Each change with its audit row;
//! products that carry the term are found by its new names by a trigger.

use super::polyseme::{carry_by_name, end_format};
use super::read::Term;
use super::write::TERM;
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::glossary::TermText;
use domain::id::{PersonId, TermId};
use domain::standard::slug;
use sqlx::PgConnection;
use uuid::Uuid;

/// Where a term stands, in slugs: the sector whose trusted centre keeps it, and the broader term.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermPlace {
    pub sector: Option<String>,
    pub parent: Option<String>,
}

/// What became of a term that somebody wrote. Give the transaction up unless it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// With the slug under which it is read.
    Done(String),
    /// Another term has this name, in use or not.
    Known(String),
    /// The broader term is not there, or out of use.
    NoParent,
    /// The broader term is narrower than this one, or the same.
    Circle,
}

/// Adds a term of somebody's.
pub async fn add_term(
    conn: &mut PgConnection,
    actor: PersonId,
    text: &TermText,
    place: &TermPlace,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<Kept> {
    let Some((sector, parent)) = found(&mut *conn, place).await? else { return Ok(Kept::NoParent) };
    let slug = slug(&text.name);
    let id = sqlx::query_scalar!(
        "INSERT INTO glossary_term (id, slug, name, definition, sector_id, parent_id, also_called, column_names, origin, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'page', $9) ON CONFLICT (slug) DO NOTHING RETURNING id",
        ids.next::<TermId>(now).0,
        slug,
        text.name,
        text.definition,
        sector,
        parent,
        &text.also_called,
        &text.column_names,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(id) = id else { return Ok(Kept::Known(slug)) };
    written_down(conn, actor, id, origin, format!("{slug}: added"), None, now).await?;
    Ok(Kept::Done(slug))
}

/// Writes a term anew; one that was out of use is in use again. One that is so already is left alone, without a trace.
pub async fn change_term(
    conn: &mut PgConnection,
    actor: PersonId,
    term: &Term,
    text: &TermText,
    place: &TermPlace,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Kept> {
    let before = sqlx::query!(
        r#"SELECT t.name AS "name!", t.definition AS "definition!", t.also_called AS "also_called!", t.column_names AS "column_names!", t.retired_at,
                  t.sector_id, s.slug AS "sector?", p.slug AS "parent?"
           FROM glossary_term t LEFT JOIN sector s ON s.id = t.sector_id LEFT JOIN glossary_term p ON p.id = t.parent_id
           WHERE t.id = $1 FOR NO KEY UPDATE OF t"#,
        term.id.0
    )
    .fetch_one(&mut *conn)
    .await?;
    // Who may change it was asked of the sector that kept it then.
    if before.sector_id != term.sector.as_ref().map(|sector| sector.id.0) {
        return Err(StoreError::Conflict("Another trusted centre keeps this term since you opened it.".into()));
    }
    let Some((sector, parent)) = found(&mut *conn, place).await? else { return Ok(Kept::NoParent) };
    let mut said = vec![];
    let mut compare = |what: &str, was: String, is: String| {
        if was != is {
            said.push(format!("{what} was “{was}”, is “{is}”"));
        }
    };
    compare("name", before.name, text.name.clone());
    compare("definition", before.definition, text.definition.clone());
    compare("also called", before.also_called.join(", "), text.also_called.join(", "));
    let renamed = before.column_names != text.column_names;
    compare("names of columns", before.column_names.join(", "), text.column_names.join(", "));
    compare("broader term", before.parent.unwrap_or_default(), place.parent.clone().unwrap_or_default());
    compare("sector", before.sector.unwrap_or_default(), place.sector.clone().unwrap_or_default());
    if before.retired_at.is_some() {
        said.push("in use again".into());
    }
    if said.is_empty() {
        return Ok(Kept::Done(term.slug.clone()));
    }
    let update = sqlx::query!(
        "UPDATE glossary_term SET name = $2, definition = $3, sector_id = $4, parent_id = $5, also_called = $6, column_names = $7, origin = 'page',
             retired_at = NULL, changed_at = $8 WHERE id = $1",
        term.id.0,
        text.name,
        text.definition,
        sector,
        parent,
        &text.also_called,
        &text.column_names,
        now
    );
    match update.execute(&mut *conn).await {
        Err(sqlx::Error::Database(error)) if error.constraint() == Some("glossary_term_no_circle") => return Ok(Kept::Circle),
        done => done?,
    };
    if renamed {
        carry_by_name(&mut *conn, term.id.0).await?;
    }
    written_down(conn, actor, term.id.0, origin, format!("{}: {}", term.slug, said.join("; ")), None, now).await?;
    Ok(Kept::Done(term.slug.clone()))
}

/// The ids of a sector and a broader term. None when there is no such broader term in use; it stays so until the transaction ends.
async fn found(conn: &mut PgConnection, place: &TermPlace) -> Result<Option<(Option<Uuid>, Option<Uuid>)>> {
    let mut sector = None;
    if let Some(slug) = &place.sector {
        let id = sqlx::query_scalar!("SELECT id FROM sector WHERE slug = $1", slug).fetch_optional(&mut *conn).await?;
        sector = Some(id.ok_or_else(|| StoreError::Conflict(format!("there is no sector {slug}")))?);
    }
    let Some(parent) = &place.parent else { return Ok(Some((sector, None))) };
    let parent =
        sqlx::query_scalar!("SELECT id FROM glossary_term WHERE slug = $1 AND retired_at IS NULL FOR KEY SHARE", parent).fetch_optional(conn).await?;
    Ok(parent.map(|parent| (sector, Some(parent))))
}

/// What became of a term that was to be taken out of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retired {
    Done,
    /// It was out of use already.
    Already,
    /// Columns carry it.
    Carried,
    /// Narrower terms are in use.
    Broader,
}

/// Takes a term out of use that no column carries, with its format. Its row stays, so that no document brings it back.
pub async fn retire_term(
    conn: &mut PgConnection,
    actor: PersonId,
    term: &Term,
    reason: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Retired> {
    // Against whoever makes it the broader term of another meanwhile.
    let row = sqlx::query!("SELECT sector_id, retired_at FROM glossary_term WHERE id = $1 FOR UPDATE", term.id.0).fetch_one(&mut *conn).await?;
    if row.retired_at.is_some() {
        return Ok(Retired::Already);
    }
    if row.sector_id != term.sector.as_ref().map(|sector| sector.id.0) {
        return Err(StoreError::Conflict("Another trusted centre keeps this term since you opened it.".into()));
    }
    // A polyseme is carried by the columns of which it is said, another term by those with its names.
    let holds = sqlx::query!(
        r#"SELECT CASE WHEN EXISTS (SELECT FROM polyseme y WHERE y.term_id = t.id AND y.ended_at IS NULL)
                       THEN EXISTS (SELECT FROM polyseme_column m JOIN dataset d ON d.product_id = m.product_id AND d.name = m.dataset_name
                                    JOIN data_column c ON c.dataset_id = d.id AND c.name = m.column_name
                                    WHERE m.term_id = t.id AND m.state = 'carries')
                       ELSE EXISTS (SELECT FROM data_column c WHERE lower(c.name) = ANY (t.column_names)) END AS "carried!",
                  EXISTS (SELECT FROM glossary_term n WHERE n.parent_id = t.id AND n.retired_at IS NULL) AS "broader!"
           FROM glossary_term t WHERE t.id = $1"#,
        term.id.0
    )
    .fetch_one(&mut *conn)
    .await?;
    if holds.carried {
        return Ok(Retired::Carried);
    }
    if holds.broader {
        return Ok(Retired::Broader);
    }
    end_format(&mut *conn, actor, term, reason, origin, now).await?;
    sqlx::query!(
        "UPDATE glossary_term SET retired_at = $2, changed_at = $2, origin = 'page', column_names = '{}', parent_id = NULL WHERE id = $1",
        term.id.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    let detail = format!("{}: out of use; names of columns were “{}”", term.slug, term.column_names.join(", "));
    written_down(conn, actor, term.id.0, origin, detail, Some(reason), now).await?;
    Ok(Retired::Done)
}

async fn written_down(
    conn: &mut PgConnection,
    actor: PersonId,
    term: Uuid,
    origin: &Origin,
    detail: String,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let event = AuditEvent::done(Some(actor), AuditAction::GlossaryChange, TERM, Some(term), origin.clone());
    audit::append(conn, &AuditEvent { detail: Some(detail), reason: reason.map(str::to_owned), ..event }, now).await
}
