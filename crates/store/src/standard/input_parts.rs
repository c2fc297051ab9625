//! What belongs to products: datasets with columns and their techniques, ports, what they promise, and who looks after them.

use super::input::iso;
use super::input_lineage::{downstream, traced, upstream};
use crate::Result;
use crate::protection::{self, ProtectedColumn};
use chrono::NaiveDate;
use domain::calendar;
use domain::catalogue::Classification;
use domain::organisation::Role;
use domain::service_level::LevelState;
use rules::Reads;
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
    /// How many products read from it.
    pub downstream: u32,
    pub service_levels: Vec<ServiceLevel>,
    /// Roles that somebody holds over it, each once.
    pub filled: Vec<Role>,
}

pub(super) async fn parts(conn: &mut PgConnection, products: &[Uuid], today: NaiveDate, reads: Reads) -> Result<HashMap<Uuid, Parts>> {
    let mut found: HashMap<Uuid, Parts> = HashMap::new();
    if reads.columns {
        datasets(&mut *conn, products, today, &mut found).await?;
    }
    // What ports declare says where data comes from, too.
    if reads.ports || reads.lineage {
        ports(&mut *conn, products, &mut found).await?;
    }
    if reads.lineage {
        upstream(&mut *conn, products, &mut found).await?;
        downstream(&mut *conn, products, &mut found).await?;
        traced(&mut *conn, products, &mut found).await?;
    }
    if reads.service_levels {
        service_levels(&mut *conn, products, today, &mut found).await?;
    }
    if reads.people {
        filled(conn, products, today, &mut found).await?;
    }
    Ok(found)
}

/// Roles that are filled: by those whom the product names, and by grants over it or above it. A grant over the whole fills none.
async fn filled(conn: &mut PgConnection, products: &[Uuid], today: NaiveDate, found: &mut HashMap<Uuid, Parts>) -> Result<()> {
    let rows = sqlx::query!(
        r#"SELECT p.id, (p.owner_id IS NOT NULL) AS "owner!", (p.steward_id IS NOT NULL) AS "steward!",
                  ARRAY(SELECT DISTINCT r.role FROM role_grant r
                        WHERE r.scope_id IN (p.id, d.id, d.sector_id) AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $2)
                          AND (SELECT h.disabled_at FROM person h WHERE h.id = r.person_id) IS NULL
                          AND r.scope_kind <> 'whole' AND covers(r.scope_kind, r.scope_id, p.id, d.id, d.sector_id)) AS "roles!"
           FROM product p JOIN data_domain d ON d.id = p.domain_id WHERE p.id = ANY($1)"#,
        products,
        calendar::end_of(today)
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let mut filled: Vec<Role> = row.roles.iter().filter_map(|word| word.parse().ok()).collect();
        filled.extend([(row.owner, Role::Owner), (row.steward, Role::Steward)].into_iter().filter(|(named, _)| *named).map(|(_, role)| role));
        filled.sort_unstable();
        filled.dedup();
        found.entry(row.id).or_default().filled = filled;
    }
    Ok(())
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
        // Asked of each port, the planner makes a list of all that is taken anywhere first, for every two hundred products.
        r#"WITH unlisted AS MATERIALIZED (
               SELECT t.input_port_id FROM product_taking t JOIN unlisted_product u ON u.id = t.upstream_id WHERE t.consumer_id = ANY($1))
           SELECT i.product_id, i.name,
                  CASE WHEN i.id IN (SELECT input_port_id FROM unlisted) THEN 'a product that is not listed' ELSE i.comes_from END AS "comes_from!",
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
