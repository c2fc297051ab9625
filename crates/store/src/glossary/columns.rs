//! Which columns carry a concept: said by their names, by who looks after the product, and proposed by curators. What a term's page lists
//! is read through `visible_product`.

use super::polyseme::POLYSEME;
use super::read::Term;
use crate::{Result, audit, outbox};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::glossary::{Carrying, ENOUGH};
use domain::id::{PersonId, ProductId, TermId};
use sqlx::PgConnection;

/// Has a product judged by its standards anew.
const STANDARDS: &str = "standard.product";

/// What the source said of a column's values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    pub at: DateTime<Utc>,
    /// In %: all of them is said of all of them alone.
    pub share: f64,
    /// How many values were looked at.
    pub looked: i64,
}

impl Look {
    /// Whether so many values have the format that the column is taken to carry the concept.
    pub fn is_enough(&self) -> bool {
        self.share >= ENOUGH
    }

    fn of(at: Option<DateTime<Utc>>, share: Option<f64>, looked: Option<i64>) -> Option<Self> {
        Some(Self { at: at?, share: share?, looked: looked? })
    }
}

/// A column that carries a term, with what was counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Carrier {
    pub address: String,
    pub product_title: String,
    pub dataset: String,
    pub dataset_title: String,
    pub column: String,
    pub look: Option<Look>,
}

/// Columns that carry a polyseme, in products that the reader may know of, at most `limit`.
pub async fn carriers(conn: &mut PgConnection, reader: PersonId, term: TermId, limit: i64, now: DateTime<Utc>) -> Result<Vec<Carrier>> {
    let rows = sqlx::query!(
        r#"SELECT p.address AS "address!", p.title AS "product_title!", d.name AS dataset, d.title AS dataset_title, c.name AS "column",
                  m.checked_at, m.share, m.looked
           FROM visible_product($1, $2) p JOIN polyseme_column m ON m.product_id = p.id
           JOIN dataset d ON d.product_id = m.product_id AND d.name = m.dataset_name
           JOIN data_column c ON c.dataset_id = d.id AND c.name = m.column_name
           WHERE m.term_id = $3 AND m.state = 'carries' ORDER BY p.title, p.address, d.position, c.position LIMIT $4"#,
        reader.0,
        now,
        term.0,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Carrier {
            address: row.address,
            product_title: row.product_title,
            dataset: row.dataset,
            dataset_title: row.dataset_title,
            column: row.column,
            look: Look::of(row.checked_at, row.share, row.looked),
        })
        .collect())
}

/// What is said of one column of a product and one concept.
#[derive(Debug, Clone, PartialEq)]
pub struct Concept {
    pub dataset: String,
    pub column: String,
    pub slug: String,
    pub name: String,
    pub description: String,
    pub state: Carrying,
    /// Who said so; none where the column's name does.
    pub said_by: Option<String>,
    pub look: Option<Look>,
    /// What the source said instead of a number, the last time.
    pub error: Option<String>,
}

impl Concept {
    /// Whether its owner has something to do: to answer a proposal, or to mend values that do not have the format.
    pub fn is_to_do(&self) -> bool {
        match self.state {
            Carrying::Proposed => true,
            Carrying::Carries => self.look.is_some_and(|look| !look.is_enough()),
            Carrying::Refused => false,
        }
    }
}

/// Everything that is said of a product's columns, in their order. Whoever calls has made sure that the reader may know of the product.
pub async fn concepts_of(conn: &mut PgConnection, product: ProductId) -> Result<Vec<Concept>> {
    let rows = sqlx::query!(
        r#"SELECT m.dataset_name AS "dataset_name!", m.column_name AS "column_name!", t.slug AS "slug!", t.name AS "name!", y.description AS "description!",
                  m.state AS "state!", w.name AS "said_by?", m.checked_at, m.share, m.looked, m.check_error
           FROM polyseme_column m JOIN polyseme y ON y.term_id = m.term_id AND y.ended_at IS NULL JOIN glossary_term t ON t.id = m.term_id
           JOIN dataset d ON d.product_id = m.product_id AND d.name = m.dataset_name
           JOIN data_column c ON c.dataset_id = d.id AND c.name = m.column_name LEFT JOIN person w ON w.id = m.said_by
           WHERE m.product_id = $1 ORDER BY d.position, c.position, lower(t.name), t.slug"#,
        product.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Concept {
                dataset: row.dataset_name,
                column: row.column_name,
                slug: row.slug,
                name: row.name,
                description: row.description,
                state: row.state.parse()?,
                said_by: row.said_by,
                look: Look::of(row.checked_at, row.share, row.looked),
                error: row.check_error,
            })
        })
        .collect()
}

/// A column of a product, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    pub product: ProductId,
    pub address: &'a str,
    pub dataset: &'a str,
    pub column: &'a str,
}

/// Says whether a column carries a polyseme; one that carried another carries that no more. The values are looked at anew.
pub async fn say(
    conn: &mut PgConnection,
    actor: PersonId,
    at: Place<'_>,
    term: &Term,
    carries: bool,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    if carries {
        sqlx::query!(
            "UPDATE polyseme_column SET state = 'refused', origin = 'person', said_by = $5, said_at = $6
             WHERE product_id = $1 AND dataset_name = $2 AND column_name = $3 AND term_id <> $4 AND state = 'carries'",
            at.product.0,
            at.dataset,
            at.column,
            term.id.0,
            actor.0,
            now
        )
        .execute(&mut *conn)
        .await?;
    }
    let state = if carries { Carrying::Carries } else { Carrying::Refused };
    sqlx::query!(
        "INSERT INTO polyseme_column AS m (product_id, dataset_name, column_name, term_id, state, origin, said_by, said_at, check_at)
         VALUES ($1, $2, $3, $4, $5, 'person', $6, $7,
             CASE WHEN EXISTS (SELECT FROM dataset d WHERE d.product_id = $1 AND d.name = $2 AND d.table_name IS NOT NULL) THEN 'epoch' ELSE 'infinity' END::timestamptz)
         ON CONFLICT (product_id, dataset_name, column_name, term_id) DO UPDATE SET state = excluded.state, origin = excluded.origin,
             said_by = excluded.said_by, said_at = excluded.said_at, check_at = excluded.check_at",
        at.product.0,
        at.dataset,
        at.column,
        term.id.0,
        state.as_str(),
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    // Standards ask which terms columns carry.
    outbox::push(&mut *conn, STANDARDS, at.product.0, now).await?;
    written_down(conn, actor, AuditAction::PolysemeMap, at, term, state, origin, now).await
}

/// Proposes that a column carries a polyseme. False when something was said of the two already: who looks after the product has the last word.
pub async fn propose(conn: &mut PgConnection, actor: PersonId, at: Place<'_>, term: &Term, origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO polyseme_column (product_id, dataset_name, column_name, term_id, state, origin, said_by, said_at, check_at)
         VALUES ($1, $2, $3, $4, 'proposed', 'person', $5, $6, 'infinity') ON CONFLICT DO NOTHING",
        at.product.0,
        at.dataset,
        at.column,
        term.id.0,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    written_down(conn, actor, AuditAction::PolysemePropose, at, term, Carrying::Proposed, origin, now).await?;
    Ok(true)
}

#[expect(clippy::too_many_arguments, reason = "one row of the trail")]
async fn written_down(
    conn: &mut PgConnection,
    actor: PersonId,
    action: AuditAction,
    at: Place<'_>,
    term: &Term,
    state: Carrying,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let event = AuditEvent {
        product: Some(at.product),
        address: Some(at.address.to_owned()),
        detail: Some(format!("{}.{}: {}, {state}", at.dataset, at.column, term.slug)),
        ..AuditEvent::done(Some(actor), action, POLYSEME, Some(term.id.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}
