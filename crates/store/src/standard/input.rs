//! The input that rules look at, for any number of products in a fixed number of queries. Nothing in it says who a person is.

use super::input_parts::{Parts, parts};
use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::catalogue::{Classification, Sensitivity};
use domain::id::{PersonId, ProductId};
use domain::organisation::Role;
use rules::input::{Lineage, People, Product, Terms, Time, age_in_days, rank};
use rules::{Input, Reads, SCHEMA_VERSION};
use sqlx::PgConnection;
use uuid::Uuid;

/// The inputs of those products that there are, judged on a day, in the order of their ids.
pub async fn inputs(conn: &mut PgConnection, products: &[Uuid], today: NaiveDate) -> Result<Vec<(ProductId, Input)>> {
    inputs_of(conn, products, today, Reads::ALL).await
}

/// The same, of which only some parts are looked at: the others are empty, and not read.
pub async fn inputs_of(conn: &mut PgConnection, products: &[Uuid], today: NaiveDate, reads: Reads) -> Result<Vec<(ProductId, Input)>> {
    let rows = sqlx::query!(
        r#"SELECT p.id, p.address, p.name, p.title, p.summary, p.description, p.product_type, p.version, p.status, p.visibility, p.tags, p.frequency, p.coverage,
                  p.coverage_start, p.coverage_end, p.updated_on, d.slug AS domain, s.slug AS sector, g.slug AS agency, t.sharing, t.purposes, t.forbidden,
                  t.distribution, t.onward, t.retention_days, t.longest_days, t.safeguards,
                  EXISTS (SELECT FROM flow_flag f WHERE f.product_id = p.id AND f.mended_at IS NULL) AS "flagged!"
           FROM product p JOIN data_domain d ON d.id = p.domain_id JOIN sector s ON s.id = d.sector_id JOIN agency g ON g.id = d.agency_id
           JOIN data_sharing_agreement t ON t.product_id = p.id WHERE p.id = ANY($1) ORDER BY p.id"#,
        products
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut parts = parts(conn, products, today, reads).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let own = parts.remove(&row.id).unwrap_or_default();
        let columns = || own.datasets.iter().flat_map(|dataset| &dataset.columns);
        // What nobody has classified is hidden, and says nothing of the product.
        let classification = columns().filter(|column| column.classified).map(|column| column.classification).max();
        let classification = classification.unwrap_or(Classification::OfficialOpen);
        let product = Product {
            address: row.address,
            domain: row.domain,
            name: row.name,
            sector: row.sector,
            agency: row.agency,
            title: row.title,
            summary: row.summary,
            description: row.description,
            product_type: row.product_type.parse()?,
            version: row.version,
            status: row.status.parse()?,
            visibility: row.visibility.parse()?,
            tags: row.tags,
            frequency: row.frequency,
            coverage: row.coverage,
            coverage_start: row.coverage_start.map(iso),
            coverage_end: row.coverage_end.map(iso),
            updated_on: row.updated_on.map(iso),
            days_since_update: age_in_days(row.updated_on, today),
            classification,
            classification_rank: rank(classification),
            sensitivity: columns().filter(|column| column.classified).map(|column| column.sensitivity).max().unwrap_or(Sensitivity::NonSensitive),
            personal: columns().any(|column| column.classified && column.personal.is_personal()),
            // The terms say how copies are kept safe, and nothing personal comes in of which nobody has said what becomes of it.
            privacy_policy: !row.safeguards.trim().is_empty() && !row.flagged,
            terms: Terms {
                sharing: row.sharing.parse()?,
                purposes: row.purposes,
                forbidden: row.forbidden,
                distribution: row.distribution.parse()?,
                onward: row.onward.map(|word| word.parse()).transpose()?,
                retention_days: row.retention_days.map(i64::from),
                longest_days: i64::from(row.longest_days),
            },
        };
        let Parts { datasets, ports, upstream, traced, downstream, service_levels, filled } = own;
        let lineage = Lineage { known: !traced.is_empty(), datasets: traced.into_iter().collect(), upstream, downstream };
        let input = Input {
            schema_version: SCHEMA_VERSION,
            product,
            datasets,
            ports,
            lineage,
            service_levels,
            people: People { filled, actor: vec![] },
            agreement: None,
            request: None,
            time: Time { today: iso(today) },
        };
        found.push((ProductId(row.id), input));
    }
    Ok(found)
}

/// Roles that somebody holds over each of these products, or above it: of whoever acts at a gate.
pub async fn roles_over(conn: &mut PgConnection, person: PersonId, products: &[Uuid], now: DateTime<Utc>) -> Result<Vec<(ProductId, Vec<Role>)>> {
    let rows = sqlx::query!(
        r#"SELECT p.id, array_agg(DISTINCT g.role) AS "roles!" FROM product p JOIN data_domain d ON d.id = p.domain_id
           JOIN role_grant g ON g.person_id = $1 AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $3)
             AND covers(g.scope_kind, g.scope_id, p.id, d.id, d.sector_id)
           WHERE p.id = ANY($2) GROUP BY p.id"#,
        person.0,
        products,
        now
    );
    let roles = |words: Vec<String>| {
        let mut roles: Vec<Role> = words.iter().filter_map(|word| word.parse().ok()).collect();
        roles.sort_unstable();
        roles
    };
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (ProductId(row.id), roles(row.roles))).collect())
}

pub(super) fn iso(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}
