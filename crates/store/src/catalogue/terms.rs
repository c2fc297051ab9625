//! Versions of a product's terms. The record numbers them itself (`migrations/0014_terms.sql`): whoever writes the current
//! terms leaves a version behind, and what is the same again leaves none.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::access::Answer;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar;
use domain::catalogue::{ACCEPT_DAYS_OF_DOCUMENTS, DataSharingAgreement, NewTerms, TermsText};
use domain::id::{PersonId, ProductId};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// A version without its terms, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsLine {
    pub version: i32,
    pub made_at: DateTime<Utc>,
    /// None when the product's document said it.
    pub made_by: Option<String>,
    pub change_note: Option<String>,
    /// None for the first.
    pub accept_by: Option<NaiveDate>,
}

/// A version whole.
#[derive(Debug, Clone, PartialEq)]
pub struct TermsVersion {
    pub about: TermsLine,
    pub terms: DataSharingAgreement,
}

/// What the codes in terms are called, in the order of their lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermsNames {
    /// (code, title, whether it is offered still).
    pub purposes: Vec<(String, String, bool)>,
    /// (slug, title).
    pub agencies: Vec<(String, String)>,
}

pub async fn terms_names(conn: &mut PgConnection) -> Result<TermsNames> {
    let purposes =
        sqlx::query!(r#"SELECT code, title, retired_at IS NULL AS "offered!" FROM purpose ORDER BY position, code"#).fetch_all(&mut *conn).await?;
    let agencies = sqlx::query!("SELECT slug, title FROM agency ORDER BY title").fetch_all(conn).await?;
    Ok(TermsNames {
        purposes: purposes.into_iter().map(|row| (row.code, row.title, row.offered)).collect(),
        agencies: agencies.into_iter().map(|row| (row.slug, row.title)).collect(),
    })
}

/// Every version of a product that was found visible, newest first.
pub async fn terms_history(conn: &mut PgConnection, product: ProductId) -> Result<Vec<TermsLine>> {
    let rows = sqlx::query_as!(
        TermsLine,
        r#"SELECT t.version, t.made_at, w.name AS "made_by?", t.change_note, t.accept_by
           FROM agreement_terms t LEFT JOIN person w ON w.id = t.made_by WHERE t.product_id = $1 ORDER BY t.version DESC"#,
        product.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// One version of a product that was found visible; the current one when none is named.
pub async fn terms(conn: &mut PgConnection, product: ProductId, version: Option<i32>) -> Result<Option<TermsVersion>> {
    let row = sqlx::query!(
        r#"SELECT t.version, t.made_at, w.name AS "made_by?", t.change_note, t.accept_by, t.sharing, t.purposes, t.forbidden, t.who_may, t.who_may_not,
                  t.distribution, t.retention, t.longest_days, t.agencies_may, t.agencies_may_not, t.onward, t.retention_days, t.introduction,
                  t.obligations, t.safeguards, t.breach, t.asks
           FROM agreement_terms t LEFT JOIN person w ON w.id = t.made_by
           WHERE t.product_id = $1 AND ($2::int IS NULL OR t.version = $2) ORDER BY t.version DESC LIMIT 1"#,
        product.0,
        version
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(TermsVersion {
        about: TermsLine { version: row.version, made_at: row.made_at, made_by: row.made_by, change_note: row.change_note, accept_by: row.accept_by },
        terms: DataSharingAgreement {
            sharing: row.sharing.parse()?,
            purposes: row.purposes,
            forbidden: row.forbidden,
            who_may: row.who_may,
            who_may_not: row.who_may_not,
            distribution: row.distribution.parse()?,
            retention: row.retention,
            longest_days: row.longest_days,
            agencies_may: row.agencies_may,
            agencies_may_not: row.agencies_may_not,
            onward: row.onward.map(|word| word.parse()).transpose()?,
            retention_days: row.retention_days,
            text: TermsText { introduction: row.introduction, obligations: row.obligations, safeguards: row.safeguards, breach: row.breach },
            asks: answers(row.asks)?,
        },
    }))
}

/// The answers that terms ask for, from their words; none for what is usual.
pub(crate) fn answers(words: Option<Vec<String>>) -> Result<Option<BTreeSet<Answer>>> {
    let parsed = words.map(|words| words.iter().map(|word| word.parse::<Answer>()).collect::<std::result::Result<_, domain::UnknownWord>>());
    Ok(parsed.transpose()?)
}

fn words(asks: Option<&BTreeSet<Answer>>) -> Option<Vec<String>> {
    asks.map(|asks| asks.iter().map(ToString::to_string).collect())
}

/// Publishes another version by `actor`, who was found to be allowed to, over the version that the page was made from. A
/// conflict when another came meanwhile.
pub async fn publish_terms(
    conn: &mut PgConnection,
    actor: PersonId,
    product: ProductId,
    over: i32,
    new: &NewTerms,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<i32> {
    let current =
        sqlx::query_scalar!("SELECT version FROM data_sharing_agreement WHERE product_id = $1 FOR UPDATE", product.0).fetch_one(&mut *conn).await?;
    if current != over {
        return Err(StoreError::Conflict(format!("Version {current} was published while you were writing. Nothing of yours was published.")));
    }
    let terms = &new.terms;
    let version = sqlx::query_scalar!(
        "UPDATE data_sharing_agreement SET sharing = $2, purposes = $3, forbidden = $4, who_may = $5, who_may_not = $6, distribution = $7,
             retention = $8, longest_days = $9, agencies_may = $10, agencies_may_not = $11, onward = $12, retention_days = $13, introduction = $14,
             obligations = $15, safeguards = $16, breach = $17, made_at = $18, made_by = $19, change_note = $20, accept_by = $21, asks = $22
         WHERE product_id = $1 RETURNING version",
        product.0,
        terms.sharing.as_str(),
        &terms.purposes,
        &terms.forbidden,
        terms.who_may,
        terms.who_may_not,
        terms.distribution.as_str(),
        terms.retention,
        terms.longest_days,
        &terms.agencies_may,
        &terms.agencies_may_not,
        terms.onward.map(domain::catalogue::Onward::as_str),
        terms.retention_days,
        terms.text.introduction,
        terms.text.obligations,
        terms.text.safeguards,
        terms.text.breach,
        now,
        actor.0,
        new.change_note,
        new.accept_by,
        words(terms.asks.as_ref()) as _
    )
    .fetch_one(&mut *conn)
    .await?;
    // A change of the product: search and whoever follows it take it up.
    let address =
        sqlx::query_scalar!("UPDATE product SET changed_at = $2 WHERE id = $1 RETURNING address", product.0, now).fetch_one(&mut *conn).await?;
    let event = AuditEvent {
        product: Some(product),
        address: Some(address),
        reason: Some(new.change_note.clone()),
        detail: Some(format!("version {version}, to be accepted by {}", new.accept_by)),
        ..AuditEvent::done(Some(actor), AuditAction::TermsPublish, "product", Some(product.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(version)
}

/// Writes the terms of a product document over what is there, unless the document before said the same: what the owner has
/// written on a page since then stays.
pub(super) async fn write(conn: &mut PgConnection, product: ProductId, terms: &DataSharingAgreement, now: DateTime<Utc>) -> Result<()> {
    let bytes = serde_json::to_vec(terms).map_err(|error| StoreError::Conflict(error.to_string()))?;
    let digest = hex::encode(Sha256::digest(&bytes));
    let accept_by = calendar::day(now).checked_add_days(Days::new(ACCEPT_DAYS_OF_DOCUMENTS));
    let written = sqlx::query!(
        r#"INSERT INTO data_sharing_agreement AS t (product_id, sharing, purposes, forbidden, who_may, who_may_not, distribution, retention, longest_days,
               agencies_may, agencies_may_not, onward, retention_days, introduction, obligations, safeguards, breach, made_at, document_digest, asks)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $21)
           ON CONFLICT (product_id) DO UPDATE SET sharing = excluded.sharing, purposes = excluded.purposes, forbidden = excluded.forbidden,
               who_may = excluded.who_may, who_may_not = excluded.who_may_not, distribution = excluded.distribution, retention = excluded.retention,
               longest_days = excluded.longest_days, agencies_may = excluded.agencies_may, agencies_may_not = excluded.agencies_may_not,
               onward = excluded.onward, retention_days = excluded.retention_days, introduction = excluded.introduction,
               obligations = excluded.obligations, safeguards = excluded.safeguards, breach = excluded.breach, made_at = excluded.made_at,
               asks = excluded.asks, document_digest = excluded.document_digest, made_by = NULL, change_note = NULL, accept_by = $20
           WHERE t.document_digest IS DISTINCT FROM excluded.document_digest
           RETURNING version, made_at = $18 AS "new!", (SELECT address FROM product WHERE id = $1) AS address"#,
        product.0,
        terms.sharing.as_str(),
        &terms.purposes,
        &terms.forbidden,
        terms.who_may,
        terms.who_may_not,
        terms.distribution.as_str(),
        terms.retention,
        terms.longest_days,
        &terms.agencies_may,
        &terms.agencies_may_not,
        terms.onward.map(domain::catalogue::Onward::as_str),
        terms.retention_days,
        terms.text.introduction,
        terms.text.obligations,
        terms.text.safeguards,
        terms.text.breach,
        now,
        digest,
        accept_by,
        words(terms.asks.as_ref()) as _
    )
    .fetch_optional(&mut *conn)
    .await?;
    // The first version comes with the product, whose import is in the trail.
    let Some(row) = written.filter(|row| row.new && row.version > 1) else { return Ok(()) };
    let event = AuditEvent {
        product: Some(product),
        address: row.address,
        reason: Some("The product's document says other terms.".into()),
        detail: Some(format!("version {}", row.version)),
        ..AuditEvent::done(None, AuditAction::TermsPublish, "product", Some(product.0), Origin::default())
    };
    audit::append(conn, &event, now).await
}

#[cfg(test)]
mod tests;
