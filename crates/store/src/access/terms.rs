//! Who has accepted which version of a product's terms: a requester by submitting, a holder when another version comes. An
//! agreement whose holder has not accepted in time is held until they do.

use super::holds::{NewHold, lift_hold, place_hold};
use crate::{Result, StoreError, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::AgencyRule;
use domain::access::HoldKind;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar;
use domain::id::{AgreementId, HoldId, PersonId, ProductId, RequestPartId};
use sqlx::PgConnection;
use uuid::Uuid;

/// A product's current terms, as whoever asks for it is told of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsAsked {
    pub product_address: String,
    pub product_title: String,
    pub version: i32,
}

/// The current terms of products that were found visible, by address.
pub async fn terms_asked(conn: &mut PgConnection, products: &[ProductId]) -> Result<Vec<TermsAsked>> {
    let asked = sqlx::query_as!(
        TermsAsked,
        "SELECT p.address AS product_address, p.title AS product_title, t.version
         FROM product p JOIN data_sharing_agreement t ON t.product_id = p.id WHERE p.id = ANY($1) ORDER BY p.address",
        &ids(products)
    )
    .fetch_all(conn)
    .await?;
    Ok(asked)
}

fn ids(products: &[ProductId]) -> Vec<Uuid> {
    products.iter().map(|product| product.0).collect()
}

/// What the current terms of products say of agencies, and the slug of the requester's own: an agency is known by its title, its
/// slug or its abbreviation, as the identity provider says it.
pub async fn agency_rules(conn: &mut PgConnection, agency: Option<&str>, products: &[ProductId]) -> Result<(Option<String>, Vec<AgencyRule>)> {
    let slug =
        sqlx::query_scalar!("SELECT g.slug FROM agency g WHERE means_agency($1, g) ORDER BY lower(g.title) = lower($1) DESC, g.slug LIMIT 1", agency)
            .fetch_optional(&mut *conn)
            .await?;
    let rules = sqlx::query_as!(
        AgencyRule,
        "SELECT p.title AS product_title, t.agencies_may AS allowed, t.agencies_may_not AS forbidden
         FROM product p JOIN data_sharing_agreement t ON t.product_id = p.id WHERE p.id = ANY($1) ORDER BY p.address",
        &ids(products)
    )
    .fetch_all(conn)
    .await?;
    Ok((slug, rules))
}

/// Notes in a part that is being submitted which version its requester accepts by it: the current one, held fast until the
/// transaction ends.
pub async fn terms_accepted(conn: &mut PgConnection, part: RequestPartId) -> Result<()> {
    sqlx::query!(
        "WITH current AS (SELECT t.product_id, t.version FROM data_sharing_agreement t JOIN request_part q ON q.product_id = t.product_id
                          WHERE q.id = $1 FOR SHARE OF t)
         UPDATE request_part q SET accepted_terms = c.version FROM current c WHERE q.id = $1 AND c.product_id = q.product_id",
        part.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An agreement in force whose holder has yet to accept the current terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedTerms {
    pub agreement: AgreementId,
    pub product: ProductId,
    pub product_address: String,
    pub product_title: String,
    pub version: i32,
    /// The version that the holder has accepted; 0 when none is on record.
    pub accepted: i32,
    /// The last day on which accepting it is in time.
    pub accept_by: NaiveDate,
    /// Whether nothing is read under the agreement until then.
    pub held: bool,
}

/// What somebody has yet to accept, alone or for a team, most urgent first.
pub async fn owed_terms(conn: &mut PgConnection, holder: PersonId) -> Result<Vec<OwedTerms>> {
    owed(conn, Some(holder), None).await
}

/// What an agreement's holders have yet to accept.
pub async fn owed_by(conn: &mut PgConnection, agreement: AgreementId) -> Result<Option<OwedTerms>> {
    Ok(owed(conn, None, Some(agreement)).await?.pop())
}

async fn owed(conn: &mut PgConnection, holder: Option<PersonId>, agreement: Option<AgreementId>) -> Result<Vec<OwedTerms>> {
    let owed = sqlx::query_as!(
        OwedTerms,
        r#"SELECT o.agreement_id AS "agreement!", o.product_id AS "product!", p.address AS product_address, p.title AS product_title,
                  o.version AS "version!", o.accepted AS "accepted!", o.accept_by AS "accept_by!",
                  EXISTS (SELECT FROM agreement_hold h WHERE h.agreement_id = o.agreement_id AND h.kind = 'terms' AND h.lifted_at IS NULL) AS "held!"
           FROM terms_owed o JOIN product p ON p.id = o.product_id
           WHERE ($1::uuid IS NULL OR o.agreement_id IN (SELECT g.agreement_id FROM agreement_people g WHERE g.person_id = $1))
             AND ($2::uuid IS NULL OR o.agreement_id = $2) ORDER BY o.accept_by, p.title, o.agreement_id"#,
        holder.map(|id| id.0),
        agreement.map(|id| id.0)
    )
    .fetch_all(conn)
    .await?;
    Ok(owed)
}

/// Agreements whose holders have not accepted in time, and the version that they have not, at most 200 at once: those held for it
/// already are left out.
pub async fn overdue_terms(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<(AgreementId, i32)>> {
    let rows = sqlx::query!(
        r#"SELECT o.agreement_id AS "agreement!", o.version AS "version!" FROM terms_owed o
           WHERE o.accept_by < $1 AND NOT EXISTS (
               SELECT FROM agreement_hold h WHERE h.agreement_id = o.agreement_id AND h.kind = 'terms' AND h.lifted_at IS NULL)
           ORDER BY o.accept_by, o.agreement_id LIMIT 200"#,
        calendar::day(now)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (AgreementId(row.agreement), row.version)).collect())
}

/// Holds every agreement whose holder has not accepted in time; returns how many. Call within a transaction.
pub async fn hold_overdue(conn: &mut PgConnection, ids: &domain::Ids, now: DateTime<Utc>) -> Result<usize> {
    let overdue = overdue_terms(&mut *conn, now).await?;
    let mut held = 0;
    for (agreement, version) in overdue {
        held += usize::from(place_terms_hold(conn, agreement, version, ids, now).await?);
    }
    Ok(held)
}

/// Accepts a version by the agreement's holder. A conflict when it is not the current one, because nobody accepts what they were
/// not shown, or when the agreement has ended. What was held for it goes on.
pub async fn accept_terms(
    conn: &mut PgConnection,
    actor: PersonId,
    agreement: AgreementId,
    version: i32,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = sqlx::query!(
        "SELECT a.state, a.product_id, p.address, t.version FROM agreement a JOIN product p ON p.id = a.product_id
         JOIN data_sharing_agreement t ON t.product_id = a.product_id WHERE a.id = $1 FOR UPDATE OF a FOR SHARE OF t",
        agreement.0
    )
    .fetch_one(&mut *conn)
    .await?;
    if row.state != "active" {
        return Err(StoreError::Conflict("This agreement has ended: there is nothing left to accept.".into()));
    }
    if row.version != version {
        return Err(StoreError::Conflict(format!(
            "Version {} came while you were reading version {version}. Open the terms again and read what changed. Nothing was accepted.",
            row.version
        )));
    }
    let added = sqlx::query!(
        "INSERT INTO terms_acceptance (agreement_id, version, person_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        agreement.0,
        version,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    if added.rows_affected() > 0 {
        let event = AuditEvent {
            product: Some(ProductId(row.product_id)),
            address: Some(row.address),
            detail: Some(format!("version {version}")),
            ..AuditEvent::done(Some(actor), AuditAction::TermsAccept, "agreement", Some(agreement.0), origin.clone())
        };
        audit::append(conn, &event, now).await?;
    }
    lift_terms_hold(conn, actor, agreement, origin, now).await
}

/// Places the hold that stands until the terms are accepted. False when the agreement has ended or been held meanwhile.
async fn place_terms_hold(conn: &mut PgConnection, agreement: AgreementId, version: i32, ids: &domain::Ids, now: DateTime<Utc>) -> Result<bool> {
    let reason = format!("Version {version} of the terms was not accepted in time.");
    let hold = NewHold { agreement, kind: HoldKind::Terms, reason: &reason, by: None, suspension: None };
    Ok(place_hold(conn, &hold, &Origin::default(), ids, now).await?.is_some())
}

/// Lifts the hold that stood until the terms were accepted, if there is one.
async fn lift_terms_hold(conn: &mut PgConnection, actor: PersonId, agreement: AgreementId, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let hold = sqlx::query_scalar!("SELECT id FROM agreement_hold WHERE agreement_id = $1 AND kind = 'terms' AND lifted_at IS NULL", agreement.0)
        .fetch_optional(&mut *conn)
        .await?;
    if let Some(hold) = hold {
        lift_hold(conn, HoldId(hold), Some(actor), origin, now).await?;
    }
    Ok(())
}
