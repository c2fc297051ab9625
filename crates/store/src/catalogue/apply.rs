//! Applying a product document: created, updated or left as it was, by the digest of the document.

use super::place::PlaceColumns;
use super::{areas, kept, parts, rules};
use crate::{Result, StoreError};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::catalogue::{Classification, ProductDocument, ProductStatus, links_fault};
use domain::classification::JoinRule;
use domain::id::{DomainId, ProductId};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// What applying a document did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    Created(ProductId),
    Updated(ProductId),
    Unchanged(ProductId),
}

struct Known {
    id: Uuid,
    address: String,
    digest: String,
    /// Everybody who may know of it can: it is published or deprecated.
    public: bool,
}

/// Applies many documents in one transaction, knowing what is there already.
pub struct Applier {
    ids: Ids,
    joining: JoinRule,
    domains: HashMap<String, DomainId>,
    by_address: HashMap<String, usize>,
    by_source: HashMap<(String, String), usize>,
    known: Vec<Known>,
    published: Vec<ProductId>,
}

impl Applier {
    /// Reads the domains and every product's address and digest: two queries, however many documents follow.
    pub async fn load(conn: &mut PgConnection, ids: Ids) -> Result<Self> {
        let domains = sqlx::query!("SELECT id, slug FROM data_domain").fetch_all(&mut *conn).await?;
        let rows = sqlx::query!(r#"SELECT id, address, digest, source, source_id, status IN ('published', 'deprecated') AS "public!" FROM product"#)
            .fetch_all(&mut *conn)
            .await?;
        let joining = kept::join_rule(conn).await?;
        let mut applier = Self {
            ids,
            joining,
            domains: domains.into_iter().map(|row| (row.slug, DomainId(row.id))).collect(),
            by_address: HashMap::new(),
            by_source: HashMap::new(),
            known: Vec::with_capacity(rows.len()),
            published: vec![],
        };
        for row in rows {
            let index = applier.known.len();
            applier.by_address.insert(row.address.clone(), index);
            if let (Some(source), Some(source_id)) = (row.source, row.source_id) {
                applier.by_source.insert((source, source_id), index);
            }
            applier.known.push(Known { id: row.id, address: row.address, digest: row.digest, public: row.public });
        }
        Ok(applier)
    }

    /// How many products are known that came from elsewhere than this source.
    pub fn from_elsewhere(&self, source: &str) -> usize {
        self.known.len() - self.by_source.keys().filter(|(from, _)| from == source).count()
    }

    /// Products that documents published which were drafts, or not there, before.
    pub fn published(&self) -> &[ProductId] {
        &self.published
    }

    /// Applies one document. An imported record keeps its address when its title changes.
    pub async fn apply(&mut self, conn: &mut PgConnection, document: &ProductDocument, now: DateTime<Utc>) -> Result<Applied> {
        let domain = *self.domains.get(&document.domain).ok_or_else(|| StoreError::Conflict(format!("there is no domain {}", document.domain)))?;
        let address = format!("{}.{}", document.domain, document.name);
        if let Some(fault) = links_fault(&document.links) {
            return Err(StoreError::Conflict(format!("{address}: {fault}")));
        }
        let rules = document.checked_rules().map_err(|fault| StoreError::Conflict(format!("{address}: {fault}")))?;
        let source = document.source.clone().zip(document.source_id.clone());
        let found = source
            .as_ref()
            .and_then(|key| self.by_source.get(key))
            .or_else(|| self.by_address.get(&address))
            .and_then(|index| self.known.get(*index));
        let digest = digest(document)?;
        if let Some(known) = found {
            let id = ProductId(known.id);
            let newly = !known.public && is_public(document);
            if known.digest == digest {
                return Ok(Applied::Unchanged(id));
            }
            let kept_address = if source.is_some() { known.address.clone() } else { address };
            write(conn, id, domain, &kept_address, (document, self.joining), &digest, now).await?;
            if kept_address != known.address {
                remember_address(conn, &known.address, id).await?;
            }
            parts::replace(conn, id, document, &self.ids, now).await?;
            rules::write(conn, id, &rules, &self.ids, now).await?;
            kept::keep_decisions(conn, id, document, self.joining, &self.ids, now).await?;
            kept::refuse_unclassified(conn, id, document).await?;
            self.published.extend(newly.then_some(id));
            return Ok(Applied::Updated(id));
        }
        let id: ProductId = self.ids.next(now);
        write(conn, id, domain, &address, (document, self.joining), &digest, now).await?;
        parts::write(conn, id, document, &self.ids, now).await?;
        if !rules.is_empty() {
            rules::write(conn, id, &rules, &self.ids, now).await?;
        }
        kept::refuse_unclassified(conn, id, document).await?;
        let index = self.known.len();
        self.by_address.insert(address.clone(), index);
        if let Some(key) = source {
            self.by_source.insert(key, index);
        }
        self.known.push(Known { id: id.0, address, digest, public: is_public(document) });
        self.published.extend(is_public(document).then_some(id));
        Ok(Applied::Created(id))
    }
}

const fn is_public(document: &ProductDocument) -> bool {
    matches!(document.status, ProductStatus::Published | ProductStatus::Deprecated)
}

fn digest(document: &ProductDocument) -> Result<String> {
    let bytes = serde_json::to_vec(document).map_err(|error| StoreError::Conflict(error.to_string()))?;
    Ok(hex::encode(Sha256::digest(&bytes)))
}

async fn write(
    conn: &mut PgConnection,
    id: ProductId,
    domain: DomainId,
    address: &str,
    (document, joining): (&ProductDocument, JoinRule),
    digest: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let name = address.split_once('.').map_or(address, |(_, name)| name);
    let place = PlaceColumns::from(document.place.as_ref());
    let covered = areas::covered(&mut *conn, document).await?;
    sqlx::query!(
        "INSERT INTO product (id, domain_id, name, address, title, summary, description, product_type, version, status, visibility,
             classification, tags, frequency, coverage, coverage_start, coverage_end, updated_on, owner_id, steward_id, source, source_id,
             digest, created_at, changed_at, place_whole, place_areas, place_box, covered_areas)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             (SELECT id FROM person WHERE lower(email) = lower($19)), (SELECT id FROM person WHERE lower(email) = lower($20)),
             $21, $22, $23, $24, $24, $25, $26, $27, $28)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, address = excluded.address, title = excluded.title,
             summary = excluded.summary, description = excluded.description, product_type = excluded.product_type,
             version = excluded.version, status = excluded.status, visibility = excluded.visibility,
             classification = excluded.classification, tags = excluded.tags, frequency = excluded.frequency,
             coverage = excluded.coverage, coverage_start = excluded.coverage_start, coverage_end = excluded.coverage_end,
             updated_on = excluded.updated_on, owner_id = excluded.owner_id, steward_id = excluded.steward_id,
             digest = excluded.digest, changed_at = excluded.changed_at, place_whole = excluded.place_whole,
             place_areas = excluded.place_areas, place_box = excluded.place_box, covered_areas = excluded.covered_areas",
        id.0,
        domain.0,
        name,
        address,
        document.title,
        document.summary,
        document.description,
        document.product_type.as_str(),
        document.version,
        document.status.as_str(),
        document.visibility.as_str(),
        kept::class_of(document, joining).map(Classification::as_str),
        &document.tags,
        document.frequency,
        document.coverage,
        document.coverage_start,
        document.coverage_end,
        document.updated_on,
        document.owner,
        document.steward,
        document.source,
        document.source_id,
        digest,
        now,
        place.whole,
        &place.areas,
        place.bounds.as_deref(),
        &covered,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn remember_address(conn: &mut PgConnection, address: &str, product: ProductId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO former_address (address, product_id) VALUES ($1, $2) ON CONFLICT (address) DO UPDATE SET product_id = $2",
        address,
        product.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
