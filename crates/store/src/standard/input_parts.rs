//! What belongs to products: datasets with columns and their techniques, ports, what they take from others, and what they promise.

use super::input::iso;
use crate::Result;
use crate::protection::{self, ProtectedColumn};
use chrono::NaiveDate;
use domain::calendar;
use domain::catalogue::Classification;
use domain::lineage::{DECLARED, OWN};
use domain::service_level::LevelState;
use rules::input::{Column, Dataset, InputPort, Measurement, OutputPort, Ports, ServiceLevel, Upstream, age_in_days, rank};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Of one product.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub datasets: Vec<Dataset>,
    pub ports: Ports,
    pub upstream: Vec<Upstream>,
    /// Names of datasets of which it is known where they come from: a port says it of their columns, or a tool has run.
    pub traced: BTreeSet<String>,
    pub service_levels: Vec<ServiceLevel>,
}

pub(super) async fn parts(conn: &mut PgConnection, products: &[Uuid], today: NaiveDate) -> Result<HashMap<Uuid, Parts>> {
    let mut found: HashMap<Uuid, Parts> = HashMap::new();
    datasets(&mut *conn, products, today, &mut found).await?;
    ports(&mut *conn, products, &mut found).await?;
    upstream(&mut *conn, products, &mut found).await?;
    traced(&mut *conn, products, &mut found).await?;
    service_levels(conn, products, today, &mut found).await?;
    Ok(found)
}

async fn service_levels(conn: &mut PgConnection, products: &[Uuid], today: NaiveDate, found: &mut HashMap<Uuid, Parts>) -> Result<()> {
    let rows = sqlx::query!(
        "SELECT product_id, dimension, objective, target, unit, time_window, state, measured_at, latest_value, latest_good, budget_left
         FROM service_level WHERE product_id = ANY($1) ORDER BY product_id, position",
        products
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let measured = match (row.measured_at, row.latest_good) {
            (Some(at), Some(good)) => Some(Measurement {
                // What was only called good or bad is all or nothing.
                value: row.latest_value.unwrap_or(if good { 100.0 } else { 0.0 }),
                met: row.state.parse::<LevelState>()? != LevelState::Breached,
                budget_left: row.budget_left.unwrap_or(1.0).clamp(0.0, 1.0),
                days_ago: (today - calendar::day(at)).num_days().max(0),
            }),
            _ => None,
        };
        // Rules compare dimensions as small words.
        let level = ServiceLevel {
            dimension: row.dimension.to_lowercase(),
            objective: row.objective,
            target: row.target,
            unit: row.unit,
            window: row.time_window,
            measured,
        };
        found.entry(row.product_id).or_default().service_levels.push(level);
    }
    Ok(())
}

async fn datasets(conn: &mut PgConnection, products: &[Uuid], today: NaiveDate, found: &mut HashMap<Uuid, Parts>) -> Result<()> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.product_id, d.name, d.title, d.description, d.format, d.row_count, d.updated_on,
                  ARRAY(SELECT o.name FROM output_port_dataset x JOIN output_port o ON o.id = x.output_port_id WHERE x.dataset_id = d.id ORDER BY o.name) AS "served_at!"
           FROM dataset d WHERE d.product_id = ANY($1) ORDER BY d.product_id, d.position"#,
        products
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut columns = columns(conn, &ids).await?;
    for row in rows {
        let dataset = Dataset {
            name: row.name,
            title: row.title,
            description: row.description,
            format: row.format,
            rows: row.row_count,
            updated_on: row.updated_on.map(iso),
            days_since_update: age_in_days(row.updated_on, today),
            served_at: row.served_at,
            columns: columns.remove(&row.id).unwrap_or_default(),
        };
        found.entry(row.product_id).or_default().datasets.push(dataset);
    }
    Ok(())
}

async fn columns(conn: &mut PgConnection, datasets: &[Uuid]) -> Result<HashMap<Uuid, Vec<Column>>> {
    let terms = sqlx::query!(r#"SELECT slug, unnest(column_names) AS "name!" FROM glossary_term ORDER BY slug"#).fetch_all(&mut *conn).await?;
    let terms: BTreeMap<String, String> = terms.into_iter().map(|row| (row.name, row.slug)).collect();
    // What people said of single columns goes before what names say.
    let said = sqlx::query!(
        "SELECT d.id, m.column_name, t.slug, m.state FROM dataset d JOIN polyseme_column m ON m.product_id = d.product_id AND m.dataset_name = d.name
         JOIN glossary_term t ON t.id = m.term_id WHERE d.id = ANY($1) AND m.origin = 'person' AND m.state <> 'proposed'",
        datasets
    )
    .fetch_all(&mut *conn)
    .await?;
    let (carried, refused): (Vec<_>, Vec<_>) =
        said.into_iter().map(|row| ((row.id, row.column_name), row.slug, row.state)).partition(|(.., state)| state == "carries");
    let carried: HashMap<(Uuid, String), String> = carried.into_iter().map(|(column, slug, _)| (column, slug)).collect();
    let refused: BTreeSet<((Uuid, String), String)> = refused.into_iter().map(|(column, slug, _)| (column, slug)).collect();
    let rows = sqlx::query!(
        "SELECT dataset_id, name, column_type, description, nullable, is_key, classification, sensitivity, personal, classified
         FROM data_column WHERE dataset_id = ANY($1) ORDER BY dataset_id, position",
        datasets
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut chosen = protection::chosen_columns(conn, datasets).await?;
    let mut found: HashMap<Uuid, Vec<Column>> = HashMap::new();
    for row in rows {
        let classification: Classification = row.classification.parse()?;
        let (column_type, sensitivity, personal) = (row.column_type.parse()?, row.sensitivity.parse()?, row.personal.parse()?);
        let usual = || ProtectedColumn { column_type, classification, sensitivity, personal, chosen: None, waived: false, pending: None };
        let technique = chosen.get_mut(&row.dataset_id).and_then(|columns| columns.remove(&row.name)).unwrap_or_else(usual).effective(None);
        let place = (row.dataset_id, row.name.clone());
        let by_name = terms.get(&row.name.to_lowercase()).filter(|slug| !refused.contains(&(place.clone(), (*slug).clone())));
        let column = Column {
            term: carried.get(&place).or(by_name).cloned(),
            technique: Some(technique.kind().as_str().to_owned()),
            name: row.name,
            column_type,
            description: row.description,
            nullable: row.nullable,
            key: row.is_key,
            classification,
            classification_rank: rank(classification),
            sensitivity,
            personal,
            classified: row.classified,
        };
        found.entry(row.dataset_id).or_default().push(column);
    }
    Ok(found)
}

async fn ports(conn: &mut PgConnection, products: &[Uuid], found: &mut HashMap<Uuid, Parts>) -> Result<()> {
    let rows = sqlx::query!(
        // What is found is read by whoever may know of the product: of what it takes from, only what everybody may know.
        r#"SELECT i.product_id, i.name,
                  CASE WHEN EXISTS (SELECT FROM product_taking t JOIN product u ON u.id = t.upstream_id
                                    WHERE t.input_port_id = i.id AND NOT (u.visibility = 'listed' AND u.status IN ('published', 'deprecated')))
                       THEN 'a product that is not listed' ELSE i.comes_from END AS "comes_from!",
                  ARRAY(SELECT DISTINCT split_part(c.to_column, '.', 1) FROM column_flow c WHERE c.input_port_id = i.id AND c.to_column IS NOT NULL) AS "traced!"
           FROM input_port i WHERE i.product_id = ANY($1) ORDER BY i.product_id, i.name"#,
        products
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in rows {
        let parts = found.entry(row.product_id).or_default();
        parts.ports.input.push(InputPort { name: row.name, from: row.comes_from });
        parts.traced.extend(row.traced);
    }
    let rows = sqlx::query!(
        r#"SELECT o.product_id, o.name, o.kind, o.description,
                  ARRAY(SELECT d.name FROM output_port_dataset x JOIN dataset d ON d.id = x.dataset_id WHERE x.output_port_id = o.id ORDER BY d.position) AS "datasets!"
           FROM output_port o WHERE o.product_id = ANY($1) ORDER BY o.product_id, o.name"#,
        products
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let port = OutputPort { name: row.name, kind: row.kind, description: row.description, datasets: row.datasets };
        found.entry(row.product_id).or_default().ports.output.push(port);
    }
    Ok(())
}

/// Datasets that tools have told the sources of. A declared port alone says nothing of how.
async fn traced(conn: &mut PgConnection, products: &[Uuid], found: &mut HashMap<Uuid, Parts>) -> Result<()> {
    let rows = sqlx::query!(
        "SELECT d.product_id, d.name FROM dataset d CROSS JOIN LATERAL (
             SELECT FROM lineage_node n JOIN lineage_edge e ON e.to_id = n.id JOIN lineage_job j ON j.id = e.job_id
             WHERE n.dataset_id = d.id AND e.until IS NULL AND j.namespace <> $2 LIMIT 1) x
         WHERE d.product_id = ANY($1)",
        products,
        OWN
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        found.entry(row.product_id).or_default().traced.insert(row.name);
    }
    Ok(())
}

/// Products that these read from, as their ports declare or tools have told, with the highest class and whether anything personal is there.
async fn upstream(conn: &mut PgConnection, products: &[Uuid], found: &mut HashMap<Uuid, Parts>) -> Result<()> {
    let rows = sqlx::query!(
        // Through tables that are in no product, up to the next one that is: only where something leads in, and each product that is taken from
        // looked up by itself. Joined, all products and all personal columns of the catalogue would be gone through for a few.
        r#"WITH fed AS MATERIALIZED (
               SELECT DISTINCT d.product_id AS id FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id
               WHERE d.product_id = ANY($1) AND EXISTS (SELECT FROM lineage_edge e WHERE e.to_id = n.id AND e.until IS NULL)),
           taking AS MATERIALIZED (
               SELECT consumer_id, upstream_id FROM product_taking WHERE consumer_id = ANY($1)
               UNION
               SELECT p.id, b.id FROM fed p CROSS JOIN LATERAL lineage_products_before(p.id) AS b(id)),
           -- What input ports declare is followed on its own, and stopped as the data office says.
           told AS MATERIALIZED (
               SELECT p.id AS consumer_id, b.id AS upstream_id FROM (
                   SELECT DISTINCT d.product_id AS id FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id
                   WHERE d.product_id = ANY($1) AND EXISTS (SELECT FROM lineage_column_edge e JOIN lineage_job j ON j.id = e.job_id
                       WHERE e.to_id = n.id AND e.until IS NULL AND e.direct AND NOT e.masked AND j.namespace <> $2)) p
               CROSS JOIN LATERAL lineage_personal_before(p.id, $2) AS b(id)),
           taken AS MATERIALIZED (
               SELECT t.consumer_id, t.upstream_id, u.address, u.classification, u.personal FROM taking t CROSS JOIN LATERAL (
                   SELECT CASE WHEN u.visibility = 'listed' AND u.status IN ('published', 'deprecated') THEN u.address ELSE 'a product that is not listed' END AS address,
                          coalesce(u.classification, 'official-open') AS classification,
                          (SELECT true FROM dataset d CROSS JOIN LATERAL (
                               SELECT FROM data_column c WHERE c.dataset_id = d.id AND c.classified AND c.personal <> 'none' LIMIT 1) x
                           WHERE d.product_id = u.id LIMIT 1) IS NOT NULL AS personal
                   FROM product u WHERE u.id = t.upstream_id OFFSET 0) u),
           -- Asked only where something personal is upstream.
           may_come AS MATERIALIZED (
               SELECT k.consumer_id, b.id AS upstream_id FROM (SELECT DISTINCT t.consumer_id FROM taken t JOIN fed f ON f.id = t.consumer_id WHERE t.personal) AS k
               CROSS JOIN LATERAL lineage_personal_may_come_before(k.consumer_id, $2) AS b(id))
           SELECT x.consumer_id AS "consumer!", x.address AS "address!", x.classification AS "classification!", x.personal AS "personal!",
                  x.told AS "personal_told!", (NOT x.told AND x.may_come) AS "personal_may_come!"
           FROM (SELECT DISTINCT t.consumer_id, t.address, t.classification, t.personal,
                        EXISTS (SELECT FROM told b WHERE b.consumer_id = t.consumer_id AND b.upstream_id = t.upstream_id) AS told,
                        EXISTS (SELECT FROM may_come b WHERE b.consumer_id = t.consumer_id AND b.upstream_id = t.upstream_id) AS may_come
                 FROM taken t) x
           ORDER BY 1, 2"#,
        products,
        DECLARED
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let classification: Classification = row.classification.parse()?;
        let one = Upstream {
            address: row.address,
            classification,
            classification_rank: rank(classification),
            personal: row.personal,
            personal_told: row.personal_told,
            personal_may_come: row.personal_may_come,
        };
        found.entry(row.consumer).or_default().upstream.push(one);
    }
    Ok(())
}
