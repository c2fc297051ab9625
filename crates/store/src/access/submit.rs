//! From addresses to what is asked for, and from a checked form to a request with one part for each product.

use super::agreements::make_agreement;
use crate::{Result, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{NewRequest, PartState};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar::{self, WORKING_DAYS_TO_SHARE};
use domain::catalogue::{Classification, Distribution, Sharing};
use domain::id::{DatasetId, OutputPortId, PersonId, ProductId, RequestId, RequestPartId};
use domain::{Ids, Urn};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One dataset at one port, as somebody may ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub address: String,
    pub product: ProductId,
    pub product_address: String,
    pub product_title: String,
    pub port: OutputPortId,
    pub dataset: DatasetId,
    pub dataset_name: String,
    pub dataset_title: String,
    pub classification: Option<Classification>,
    pub sharing: Sharing,
    pub purposes: Vec<String>,
    pub forbidden: Vec<String>,
    pub distribution: Distribution,
    pub longest_days: i32,
    /// Columns that a reader gets, and personal ones that stay absent.
    pub columns: Vec<String>,
    pub absent: Vec<String>,
    pub steward: Option<String>,
}

/// What the addresses name, among products that the reader may know of and datasets that can be read. An address without a
/// dataset names all of the product's. Unknown addresses are left out.
pub async fn asked(conn: &mut PgConnection, reader: PersonId, urns: &[Urn], now: DateTime<Utc>) -> Result<Vec<Asked>> {
    let products: Vec<String> = urns.iter().map(Urn::product_address).collect();
    let rows = sqlx::query!(
        r#"SELECT p.id AS "product!", p.address AS "product_address!", p.title AS "product_title!", o.id AS port, o.name AS port_name,
                  d.id AS dataset, d.name AS dataset_name, d.title AS dataset_title, t.sharing, t.purposes, t.forbidden, t.distribution, t.longest_days,
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND c.personal = 'none' ORDER BY c.position) AS "columns!",
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND c.personal <> 'none' ORDER BY c.position) AS "absent!",
                  ARRAY(SELECT DISTINCT c.classification FROM data_column c WHERE c.dataset_id = d.id) AS "classifications!", w.name AS "steward?"
           FROM visible_product($1, $2) p JOIN output_port o ON o.product_id = p.id JOIN output_port_dataset x ON x.output_port_id = o.id
           JOIN dataset d ON d.id = x.dataset_id JOIN data_sharing_agreement t ON t.product_id = p.id LEFT JOIN person w ON w.id = p.steward_id
           WHERE p.address = ANY($3) AND d.table_name IS NOT NULL ORDER BY p.address, o.name, d.position"#,
        reader.0,
        now,
        &products
    )
    .fetch_all(conn)
    .await?;
    let mut found = Vec::new();
    for row in rows {
        let wanted = urns.iter().any(|urn| {
            urn.product_address() == row.product_address
                && urn.port.as_ref().is_none_or(|port| *port == row.port_name)
                && urn.dataset.as_ref().is_none_or(|dataset| *dataset == row.dataset_name)
        });
        if !wanted || row.columns.is_empty() {
            continue;
        }
        let mut classification = None;
        for word in &row.classifications {
            classification = classification.max(Some(word.parse::<Classification>()?));
        }
        found.push(Asked {
            address: format!("{}.{}.{}", row.product_address, row.port_name, row.dataset_name),
            product: ProductId(row.product),
            product_address: row.product_address,
            product_title: row.product_title,
            port: OutputPortId(row.port),
            dataset: DatasetId(row.dataset),
            dataset_name: row.dataset_name,
            dataset_title: row.dataset_title,
            classification,
            sharing: row.sharing.parse()?,
            purposes: row.purposes,
            forbidden: row.forbidden,
            distribution: row.distribution.parse()?,
            longest_days: row.longest_days,
            columns: row.columns,
            absent: row.absent,
            steward: row.steward,
        });
    }
    Ok(found)
}

/// Public holidays, which no clock counts.
pub async fn holidays(conn: &mut PgConnection) -> Result<BTreeSet<NaiveDate>> {
    Ok(sqlx::query_scalar!("SELECT day FROM holiday").fetch_all(conn).await?.into_iter().collect())
}

/// A checked form on its way into the record.
#[derive(Debug, Clone)]
pub struct Submission<'a> {
    pub requester: PersonId,
    pub request: &'a NewRequest,
    pub asked: &'a [Asked],
    /// The form's own key: the same form sent twice is one request.
    pub key: Uuid,
    pub origin: Origin,
}

/// Writes a request, or finds the one that this very form made before. Parts of products that are open to every officer are
/// approved at once, by the product's own terms.
pub async fn submit(conn: &mut PgConnection, submission: &Submission<'_>, ids: &Ids, now: DateTime<Utc>) -> Result<RequestId> {
    let decide_by = calendar::add_working_days(calendar::day(now), WORKING_DAYS_TO_SHARE, &holidays(&mut *conn).await?);
    let id: RequestId = ids.next(now);
    let request = submission.request;
    let inserted = sqlx::query_scalar!(
        "INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (requester_id, submission_key) DO NOTHING RETURNING id",
        id.0,
        submission.requester.0,
        request.purpose,
        request.explanation,
        request.legal_basis,
        request.team,
        request.until,
        now,
        decide_by,
        submission.key
    )
    .fetch_optional(&mut *conn)
    .await?;
    if inserted.is_none() {
        let known = sqlx::query_scalar!(
            "SELECT id FROM access_request WHERE requester_id = $1 AND submission_key = $2",
            submission.requester.0,
            submission.key
        )
        .fetch_one(conn)
        .await?;
        return Ok(RequestId(known));
    }
    let mut products: BTreeMap<ProductId, Vec<&Asked>> = BTreeMap::new();
    for asked in submission.asked {
        products.entry(asked.product).or_default().push(asked);
    }
    for (product, datasets) in products {
        let part: RequestPartId = ids.next(now);
        insert_part(conn, id, part, product, &datasets).await?;
        super::terms::terms_accepted(conn, part).await?;
        let event = AuditEvent {
            product: Some(product),
            address: datasets.first().map(|asked| asked.product_address.clone()),
            reason: Some(request.purpose.clone()),
            ..AuditEvent::done(Some(submission.requester), AuditAction::RequestSubmit, "request", Some(id.0), submission.origin.clone())
        };
        audit::append(conn, &event, now).await?;
        // A product is opened by its owner, in its agreement; personal columns are absent there as everywhere.
        if datasets.iter().all(|asked| asked.sharing == Sharing::Open) {
            let reason = "Open to every officer under the product's agreement.";
            sqlx::query!(
                "UPDATE request_part SET state = $2, decided_at = $3, reason = $4, until = $5 WHERE id = $1",
                part.0,
                PartState::Submitted.to(PartState::Approved)?.as_str(),
                now,
                reason,
                request.until
            )
            .execute(&mut *conn)
            .await?;
            let approved = AuditEvent { actor: None, action: AuditAction::RequestApprove, reason: Some(reason.to_owned()), ..event };
            audit::append(conn, &approved, now).await?;
            make_agreement(conn, part, None, request.until, &submission.origin, ids, now).await?;
        }
    }
    sqlx::query!(
        "DELETE FROM basket_item WHERE person_id = $1 AND dataset_id = ANY($2)",
        submission.requester.0,
        &submission.asked.iter().map(|a| a.dataset.0).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(id)
}

async fn insert_part(conn: &mut PgConnection, request: RequestId, part: RequestPartId, product: ProductId, datasets: &[&Asked]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO request_part (id, request_id, product_id, state) VALUES ($1, $2, $3, $4)",
        part.0,
        request.0,
        product.0,
        PartState::Submitted.as_str()
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO request_part_dataset (part_id, output_port_id, dataset_id) SELECT $1, u.port, u.dataset FROM unnest($2::uuid[], $3::uuid[]) AS u(port, dataset)
         ON CONFLICT DO NOTHING",
        part.0,
        &datasets.iter().map(|asked| asked.port.0).collect::<Vec<_>>(),
        &datasets.iter().map(|asked| asked.dataset.0).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}
