//! Reading one product, block by block: each page asks only for what it shows.

use super::place::PlaceColumns;
use crate::{Result, protection};
use chrono::{DateTime, NaiveDate, Utc};
use domain::catalogue::{
    AreaCode, Classification, ColumnType, DataSharingAgreement, Distribution, PersonalCategory, ProductStatus, ProductType, Sensitivity, Sharing,
    SpatialCoverage, TermsText, Visibility,
};
use domain::id::{DatasetId, DomainId, OutputPortId, PersonId, ProductId, SectorId};
use domain::organisation::Place;
use domain::protection::{DatasetPolicy, Technique};
use sqlx::PgConnection;
use std::collections::HashSet;
use uuid::Uuid;

/// Where a product stands, with the words that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainPlace {
    pub place: Place,
    pub domain_slug: String,
    pub domain_title: String,
    pub sector_slug: String,
    pub sector_title: String,
    pub agency_title: String,
}

/// What every page of a product shows at its head and in its access panel.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductView {
    pub id: ProductId,
    pub address: String,
    pub title: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub product_type: ProductType,
    pub version: String,
    pub status: ProductStatus,
    pub visibility: Visibility,
    pub classification: Option<Classification>,
    pub tags: Vec<String>,
    pub frequency: Option<String>,
    pub coverage: Option<String>,
    pub place: Option<SpatialCoverage>,
    /// The areas that it is found under.
    pub covered_areas: Vec<AreaCode>,
    pub coverage_start: Option<NaiveDate>,
    pub coverage_end: Option<NaiveDate>,
    pub updated_on: Option<NaiveDate>,
    pub source: Option<String>,
    pub source_id: Option<String>,
    pub owner: Option<String>,
    pub steward: Option<String>,
    pub changed_at: DateTime<Utc>,
    pub at: DomainPlace,
    pub terms: DataSharingAgreement,
    pub terms_version: i32,
    pub purposes_allowed: Vec<String>,
    pub purposes_forbidden: Vec<String>,
    pub trust: TrustSummary,
}

/// Counts for the row of trust figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrustSummary {
    pub service_levels: i64,
    /// Of them those that were measured, and those that are broken now.
    pub measured: i64,
    pub broken: i64,
    pub input_ports: i64,
    pub used_by: i64,
    /// Agreements in force that this reader holds.
    pub held: i64,
    /// Datasets that can be read at a port of Pasar.
    pub readable_datasets: i64,
}

/// The product at an address, when this reader may know of it.
pub async fn product(conn: &mut PgConnection, reader: PersonId, address: &str, now: DateTime<Utc>) -> Result<Option<ProductView>> {
    let row = sqlx::query!(
        r#"SELECT p.id AS "id!", p.address AS "address!", p.title AS "title!", p.summary, p.description, p.product_type AS "product_type!",
                  p.version AS "version!", p.status AS "status!", p.visibility AS "visibility!", p.classification, p.tags AS "tags!",
                  p.frequency, p.coverage, p.coverage_start, p.coverage_end, p.updated_on, p.source, p.source_id, p.changed_at AS "changed_at!",
                  p.place_whole AS "place_whole!", p.place_areas AS "place_areas!", p.place_box, p.covered_areas AS "covered_areas!",
                  d.id AS domain_id, d.slug AS domain_slug, d.title AS domain_title, s.id AS sector_id, s.slug AS sector_slug,
                  s.title AS sector_title, a.title AS agency_title, o.name AS "owner?", w.name AS "steward?",
                  t.sharing, t.purposes, t.forbidden, t.who_may, t.who_may_not, t.distribution, t.retention, t.longest_days, t.agencies_may,
                  t.agencies_may_not, t.onward, t.retention_days, t.introduction, t.obligations, t.safeguards, t.breach, t.asks, t.version AS terms_version,
                  ARRAY(SELECT u.title FROM purpose u WHERE u.code = ANY(t.purposes) ORDER BY u.position) AS "purposes_allowed!",
                  ARRAY(SELECT u.title FROM purpose u WHERE u.code = ANY(t.forbidden) ORDER BY u.position) AS "purposes_forbidden!",
                  (SELECT count(*) FROM service_level l WHERE l.product_id = p.id) AS "service_levels!",
                  (SELECT count(*) FROM service_level l WHERE l.product_id = p.id AND l.state <> 'not-measured') AS "measured!",
                  (SELECT count(*) FROM service_level l WHERE l.product_id = p.id AND l.state = 'breached') AS "broken!",
                  (SELECT count(*) FROM input_port i WHERE i.product_id = p.id) AS "input_ports!",
                  (SELECT count(DISTINCT g.holder_id) FROM agreement g WHERE g.product_id = p.id AND g.state = 'active') AS "used_by!",
                  (SELECT count(*) FROM agreement_people g WHERE g.product_id = p.id AND g.state = 'active' AND g.person_id = $2) AS "held!",
                  (SELECT count(*) FROM dataset x WHERE x.product_id = p.id AND x.table_name IS NOT NULL) AS "readable_datasets!"
           FROM visible_product($2, $3) p
           JOIN data_domain d ON d.id = p.domain_id JOIN sector s ON s.id = d.sector_id JOIN agency a ON a.id = d.agency_id
           JOIN data_sharing_agreement t ON t.product_id = p.id
           LEFT JOIN person o ON o.id = p.owner_id LEFT JOIN person w ON w.id = p.steward_id
           WHERE p.address = $1"#,
        address,
        reader.0,
        now
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let id = ProductId(row.id);
    let place = Place { product: id, domain: DomainId(row.domain_id), sector: SectorId(row.sector_id) };
    Ok(Some(ProductView {
        id,
        address: row.address,
        title: row.title,
        summary: row.summary,
        description: row.description,
        product_type: row.product_type.parse::<ProductType>()?,
        version: row.version,
        status: row.status.parse::<ProductStatus>()?,
        visibility: row.visibility.parse::<Visibility>()?,
        classification: row.classification.map(|word| word.parse::<Classification>()).transpose()?,
        tags: row.tags,
        frequency: row.frequency,
        coverage: row.coverage,
        place: PlaceColumns { whole: row.place_whole, areas: row.place_areas, bounds: row.place_box }.coverage()?,
        covered_areas: row.covered_areas.iter().map(|code| code.parse()).collect::<std::result::Result<_, _>>()?,
        coverage_start: row.coverage_start,
        coverage_end: row.coverage_end,
        updated_on: row.updated_on,
        source: row.source,
        source_id: row.source_id,
        owner: row.owner,
        steward: row.steward,
        changed_at: row.changed_at,
        at: DomainPlace {
            place,
            domain_slug: row.domain_slug,
            domain_title: row.domain_title,
            sector_slug: row.sector_slug,
            sector_title: row.sector_title,
            agency_title: row.agency_title,
        },
        terms: DataSharingAgreement {
            sharing: row.sharing.parse::<Sharing>()?,
            purposes: row.purposes,
            forbidden: row.forbidden,
            who_may: row.who_may,
            who_may_not: row.who_may_not,
            distribution: row.distribution.parse::<Distribution>()?,
            retention: row.retention,
            longest_days: row.longest_days,
            agencies_may: row.agencies_may,
            agencies_may_not: row.agencies_may_not,
            onward: row.onward.map(|word| word.parse()).transpose()?,
            retention_days: row.retention_days,
            text: TermsText { introduction: row.introduction, obligations: row.obligations, safeguards: row.safeguards, breach: row.breach },
            asks: super::answers(row.asks)?,
        },
        terms_version: row.terms_version,
        purposes_allowed: row.purposes_allowed,
        purposes_forbidden: row.purposes_forbidden,
        trust: TrustSummary {
            service_levels: row.service_levels,
            measured: row.measured,
            broken: row.broken,
            input_ports: row.input_ports,
            used_by: row.used_by,
            held: row.held,
            readable_datasets: row.readable_datasets,
        },
    }))
}

/// Where a former address leads now, when this reader may know of the product.
pub async fn redirect(conn: &mut PgConnection, reader: PersonId, address: &str, now: DateTime<Utc>) -> Result<Option<String>> {
    let row = sqlx::query_scalar!(
        r#"SELECT p.address AS "address!" FROM former_address f JOIN visible_product($2, $3) p ON p.id = f.product_id WHERE f.address = $1"#,
        address,
        reader.0,
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

#[derive(Debug, Clone, PartialEq)]
pub struct DatasetView {
    pub id: DatasetId,
    pub name: String,
    pub title: String,
    pub description: Option<String>,
    pub format: Option<String>,
    pub rows: Option<i64>,
    pub updated_on: Option<NaiveDate>,
    pub source_id: Option<String>,
    pub table: Option<(String, String)>,
    /// Its own place, when it says one.
    pub place: Option<SpatialCoverage>,
    /// The highest of its columns.
    pub classification: Option<Classification>,
    pub columns: i64,
    /// Of these, how many are personal, and so absent at a port.
    pub personal_columns: i64,
}

/// The datasets of a product that was found visible, in their order.
pub async fn datasets(conn: &mut PgConnection, product: ProductId) -> Result<Vec<DatasetView>> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.name, d.title, d.description, d.format, d.row_count, d.updated_on, d.source_id, d.table_schema, d.table_name,
                  d.place_whole, d.place_areas, d.place_box, count(c.id) AS "columns!", count(c.id) FILTER (WHERE c.personal <> 'none') AS "personal_columns!",
                  coalesce(array_agg(DISTINCT c.classification) FILTER (WHERE c.classified), '{}') AS "classifications!: Vec<String>"
           FROM dataset d LEFT JOIN data_column c ON c.dataset_id = d.id
           WHERE d.product_id = $1 GROUP BY d.id ORDER BY d.position"#,
        product.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let mut highest = None;
            for word in &row.classifications {
                highest = highest.max(Some(word.parse::<Classification>()?));
            }
            Ok(DatasetView {
                id: DatasetId(row.id),
                name: row.name,
                title: row.title,
                description: row.description,
                format: row.format,
                rows: row.row_count,
                updated_on: row.updated_on,
                source_id: row.source_id,
                table: row.table_schema.zip(row.table_name),
                place: PlaceColumns { whole: row.place_whole, areas: row.place_areas, bounds: row.place_box }.coverage()?,
                classification: highest,
                columns: row.columns,
                personal_columns: row.personal_columns,
            })
        })
        .collect()
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnView {
    pub dataset: DatasetId,
    pub name: String,
    pub column_type: ColumnType,
    pub description: Option<String>,
    pub nullable: bool,
    pub key: bool,
    pub classification: Classification,
    pub sensitivity: Sensitivity,
    pub personal: PersonalCategory,
    /// False while nobody has said what it is; the three words above then hide it.
    pub classified: bool,
    /// What is done to it for everybody who reads it.
    pub technique: Technique,
}

/// All columns of a product, dataset by dataset.
pub async fn columns(conn: &mut PgConnection, product: ProductId) -> Result<Vec<ColumnView>> {
    let rows = sqlx::query!(
        "SELECT c.dataset_id, c.name, c.column_type, c.description, c.nullable, c.is_key, c.classification, c.sensitivity, c.personal, c.classified
         FROM data_column c JOIN dataset d ON d.id = c.dataset_id WHERE d.product_id = $1 ORDER BY d.position, c.position",
        product.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let datasets: HashSet<Uuid> = rows.iter().map(|row| row.dataset_id).collect();
    let protected = protection::columns(conn, &datasets.into_iter().collect::<Vec<_>>()).await?;
    rows.into_iter()
        .map(|row| {
            let technique = protected.get(&row.dataset_id).and_then(|columns| columns.get(&row.name)).map(|column| column.effective(None));
            Ok(ColumnView {
                technique: technique.unwrap_or(Technique::Suppress {}),
                dataset: DatasetId(row.dataset_id),
                name: row.name,
                column_type: row.column_type.parse()?,
                description: row.description,
                nullable: row.nullable,
                key: row.is_key,
                classification: row.classification.parse()?,
                sensitivity: row.sensitivity.parse()?,
                personal: row.personal.parse()?,
                classified: row.classified,
            })
        })
        .collect()
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputPortView {
    pub name: String,
    pub description: Option<String>,
    pub from: String,
    /// Set when it names a product that this reader may know of.
    pub product_title: Option<String>,
    /// It names a product that exists, but not for this reader.
    pub concealed: bool,
}

/// Input ports; one that names a product which this reader may not know of is marked, so that its address is not shown.
pub async fn input_ports(conn: &mut PgConnection, product: ProductId, reader: PersonId, now: DateTime<Utc>) -> Result<Vec<InputPortView>> {
    let rows = sqlx::query!(
        r#"SELECT i.name, i.description, i.comes_from, v.title AS "product_title?",
                  (v.id IS NULL AND EXISTS (SELECT FROM product p WHERE p.address = i.comes_from)) AS "concealed!"
           FROM input_port i LEFT JOIN visible_product($2, $3) v ON v.address = i.comes_from
           WHERE i.product_id = $1 ORDER BY i.name"#,
        product.0,
        reader.0,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| InputPortView {
            name: row.name,
            description: row.description,
            from: row.comes_from,
            product_title: row.product_title,
            concealed: row.concealed,
        })
        .collect())
}

/// A dataset as a port serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortDataset {
    pub id: DatasetId,
    pub name: String,
    pub title: String,
    /// Whether rows can be read at it through Pasar.
    pub readable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputPortView {
    pub id: OutputPortId,
    pub name: String,
    pub kind: String,
    pub description: Option<String>,
    pub datasets: Vec<PortDataset>,
}

pub async fn output_ports(conn: &mut PgConnection, product: ProductId) -> Result<Vec<OutputPortView>> {
    let rows = sqlx::query!(
        r#"SELECT o.id, o.name, o.kind, o.description, d.id AS "dataset_id?", d.name AS "dataset_name?", d.title AS "dataset_title?",
                  (d.table_name IS NOT NULL) AS "readable!"
           FROM output_port o LEFT JOIN output_port_dataset x ON x.output_port_id = o.id LEFT JOIN dataset d ON d.id = x.dataset_id
           WHERE o.product_id = $1 ORDER BY o.name, d.position"#,
        product.0
    )
    .fetch_all(conn)
    .await?;
    let mut ports: Vec<OutputPortView> = Vec::new();
    for row in rows {
        let id = OutputPortId(row.id);
        if ports.last().is_none_or(|port| port.id != id) {
            ports.push(OutputPortView { id, name: row.name, kind: row.kind, description: row.description, datasets: vec![] });
        }
        if let (Some(port), Some(dataset), Some(name), Some(title)) = (ports.last_mut(), row.dataset_id, row.dataset_name, row.dataset_title) {
            port.datasets.push(PortDataset { id: DatasetId(dataset), name, title, readable: row.readable });
        }
    }
    Ok(ports)
}

/// What happened to a product, for anyone who may see it: no names, no reasons, newest first.
pub async fn activity(conn: &mut PgConnection, product: ProductId, limit: i64) -> Result<Vec<(DateTime<Utc>, domain::audit::AuditAction)>> {
    let rows = sqlx::query!(
        "SELECT at, action FROM audit_event WHERE product_id = $1 AND outcome = 'done'
           AND action IN ('product.publish', 'catalogue.import', 'agreement.grant', 'agreement.end') ORDER BY id DESC LIMIT $2",
        product.0,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok((row.at, row.action.parse()?))).collect()
}

/// A dataset whose sample every officer may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewTable {
    pub dataset: DatasetId,
    pub schema: String,
    pub table: String,
    /// What leaves the source, each with what is done to it.
    pub columns: Vec<(String, Technique)>,
    pub policy: DatasetPolicy,
}

/// Open data whose product is open to every officer.
pub async fn preview_tables(conn: &mut PgConnection) -> Result<Vec<PreviewTable>> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.product_id, d.name, d.table_schema AS "table_schema!", d.table_name AS "table_name!", array_agg(c.name ORDER BY c.position) AS "columns!",
                  d.policy AS "policy: sqlx::types::Json<DatasetPolicy>"
           FROM dataset d JOIN data_column c ON c.dataset_id = d.id
           WHERE d.table_name IS NOT NULL AND column_leaves(c) AND c.classification IN ('official-open', 'official-closed')
             AND NOT EXISTS (SELECT FROM data_column x WHERE x.dataset_id = d.id AND x.classification IN ('restricted', 'confidential', 'secret'))
           GROUP BY d.id"#
    )
    .fetch_all(&mut *conn)
    .await?;
    let protected = protection::columns(conn, &rows.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    let masked = protection::masked(conn, &rows.iter().map(|row| row.product_id).collect::<Vec<_>>()).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let technique = |name: &String| Some(protected.get(&row.id)?.get(name)?.effective(None));
            let withheld = |name: &str| masked.get(&row.product_id).is_some_and(|fields| protection::withheld(fields, &row.name, name));
            let shown = row.columns.iter().filter_map(|name| Some((name.clone(), technique(name)?)));
            let columns = shown.filter(|(name, one)| !one.is_suppressed() && !withheld(name)).collect();
            PreviewTable { dataset: DatasetId(row.id), schema: row.table_schema, table: row.table_name, columns, policy: row.policy.0 }
        })
        .collect())
}
