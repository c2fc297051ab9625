//! What belongs to a product: datasets, columns, ports, terms, service levels and links. Datasets and output ports keep their
//! ids across versions, because requests and agreements point at them.

use super::place::PlaceColumns;
use super::{terms, tool_links};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::catalogue::{IndicatorDocument, ProductDocument, ServiceLevelDocument};
use domain::id::{ColumnId, DatasetId, InputPortId, OutputPortId, ProductId, ServiceLevelId};
use domain::service_level::Spoken;
use sqlx::PgConnection;
use uuid::Uuid;

/// Makes the stored parts equal to the document's.
pub async fn replace(conn: &mut PgConnection, product: ProductId, document: &ProductDocument, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    clear(conn, product, document).await?;
    write(conn, product, document, ids, now).await
}

/// Removes what the document no longer has, and what nothing outside points at.
async fn clear(conn: &mut PgConnection, product: ProductId, document: &ProductDocument) -> Result<()> {
    let datasets: Vec<String> = document.datasets.iter().map(|d| d.name.clone()).collect();
    let ports: Vec<String> = document.output_ports.iter().map(|p| p.name.clone()).collect();
    sqlx::query!(
        "DELETE FROM dataset d WHERE d.product_id = $1 AND NOT d.name = ANY($2)
           AND NOT EXISTS (SELECT FROM request_part_dataset r WHERE r.dataset_id = d.id)",
        product.0,
        &datasets
    )
    .execute(&mut *conn)
    .await?;
    // One that a request points at stays, but no longer says where its product applies.
    sqlx::query!(
        "UPDATE dataset SET place_whole = false, place_areas = '{}', place_box = NULL
         WHERE product_id = $1 AND NOT name = ANY($2) AND (place_whole OR place_areas <> '{}' OR place_box IS NOT NULL)",
        product.0,
        &datasets
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM data_column USING dataset d WHERE data_column.dataset_id = d.id AND d.product_id = $1", product.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("DELETE FROM output_port_dataset USING output_port o WHERE output_port_id = o.id AND o.product_id = $1", product.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "DELETE FROM output_port o WHERE o.product_id = $1 AND NOT o.name = ANY($2)
           AND NOT EXISTS (SELECT FROM request_part_dataset r WHERE r.output_port_id = o.id)",
        product.0,
        &ports
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM input_port WHERE product_id = $1", product.0).execute(&mut *conn).await?;
    // Promises keep their ids while they are said in the same words: what was measured points at them.
    let (dimensions, objectives): (Vec<String>, Vec<String>) =
        document.service_levels.iter().map(|level| (level.dimension.clone(), level.objective.clone())).unzip();
    sqlx::query!(
        "DELETE FROM service_level l WHERE l.product_id = $1 AND l.origin = 'document'
           AND NOT EXISTS (SELECT FROM unnest($2::text[], $3::text[]) AS u(dimension, objective) WHERE u.dimension = l.dimension AND u.objective = l.objective)",
        product.0,
        &dimensions,
        &objectives
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the parts over what is there. One statement a kind, whatever their number.
pub async fn write(conn: &mut PgConnection, product: ProductId, document: &ProductDocument, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    datasets(conn, product, document, ids, now).await?;
    columns(conn, product, document, ids, now).await?;
    ports(conn, product, document, ids, now).await?;
    terms::write(conn, product, &document.agreement, now).await?;
    service_levels(conn, product, document, ids, now).await?;
    tool_links::write(conn, product, &document.links).await
}

fn position(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

/// An array as text, for the arrays of many rows in one statement. Neither numbers nor codes of areas need quotes.
fn array<T: ToString>(values: &[T]) -> String {
    format!("{{{}}}", values.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

async fn datasets(conn: &mut PgConnection, product: ProductId, document: &ProductDocument, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    let all = &document.datasets;
    let names: Vec<String> = all.iter().map(|d| d.name.clone()).collect();
    if all.is_empty() {
        return Ok(());
    }
    let new_ids: Vec<Uuid> = all.iter().map(|_| ids.next::<DatasetId>(now).0).collect();
    let places: Vec<PlaceColumns> = all.iter().map(|d| PlaceColumns::from(d.place.as_ref())).collect();
    sqlx::query!(
        "INSERT INTO dataset (id, product_id, name, title, description, format, row_count, updated_on, source_id, table_schema, table_name, position,
             place_whole, place_areas, place_box)
         SELECT u.id, $1, u.name, u.title, u.description, u.format, u.row_count, u.updated_on, u.source_id, u.table_schema, u.table_name, u.position,
                u.place_whole, u.place_areas::text[], u.place_box::float8[]
         FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::date[], $9::text[], $10::text[], $11::text[], $12::int[],
                     $13::bool[], $14::text[], $15::text[])
              AS u(id, name, title, description, format, row_count, updated_on, source_id, table_schema, table_name, position, place_whole, place_areas, place_box)
         ON CONFLICT (product_id, name) DO UPDATE SET title = excluded.title, description = excluded.description, format = excluded.format,
             row_count = excluded.row_count, updated_on = excluded.updated_on, source_id = excluded.source_id,
             table_schema = excluded.table_schema, table_name = excluded.table_name, position = excluded.position,
             place_whole = excluded.place_whole, place_areas = excluded.place_areas, place_box = excluded.place_box",
        product.0,
        &new_ids,
        &names,
        &all.iter().map(|d| d.title.clone()).collect::<Vec<_>>(),
        &all.iter().map(|d| d.description.clone()).collect::<Vec<_>>() as &[Option<String>],
        &all.iter().map(|d| d.format.clone()).collect::<Vec<_>>() as &[Option<String>],
        &all.iter().map(|d| d.rows).collect::<Vec<_>>() as &[Option<i64>],
        &all.iter().map(|d| d.updated_on).collect::<Vec<_>>() as &[Option<chrono::NaiveDate>],
        &all.iter().map(|d| d.source_id.clone()).collect::<Vec<_>>() as &[Option<String>],
        &all.iter().map(|d| d.table.as_ref().map(|t| t.0.clone())).collect::<Vec<_>>() as &[Option<String>],
        &all.iter().map(|d| d.table.as_ref().map(|t| t.1.clone())).collect::<Vec<_>>() as &[Option<String>],
        &(0..all.len()).map(position).collect::<Vec<_>>(),
        &places.iter().map(|place| place.whole).collect::<Vec<_>>(),
        &places.iter().map(|place| array(&place.areas)).collect::<Vec<_>>(),
        &places.iter().map(|place| place.bounds.as_deref().map(array)).collect::<Vec<_>>() as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn columns(conn: &mut PgConnection, product: ProductId, document: &ProductDocument, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    let all: Vec<_> =
        document.datasets.iter().flat_map(|d| d.columns.iter().enumerate().map(move |(index, column)| (&d.name, index, column))).collect();
    if all.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO data_column (id, dataset_id, position, name, column_type, description, nullable, is_key, classification, sensitivity, personal, is_scope,
             classified)
         SELECT u.id, d.id, u.position, u.name, u.column_type, u.description, u.nullable, u.is_key, u.classification, u.sensitivity, u.personal, u.is_scope, u.classified
         FROM unnest($2::uuid[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::bool[], $9::bool[], $10::text[], $11::text[], $12::text[], $13::bool[], $14::bool[])
              AS u(id, dataset, position, name, column_type, description, nullable, is_key, classification, sensitivity, personal, is_scope, classified)
         JOIN dataset d ON d.product_id = $1 AND d.name = u.dataset",
        product.0,
        &all.iter().map(|_| ids.next::<ColumnId>(now).0).collect::<Vec<_>>(),
        &all.iter().map(|(dataset, ..)| (*dataset).clone()).collect::<Vec<_>>(),
        &all.iter().map(|(_, index, _)| position(*index)).collect::<Vec<_>>(),
        &all.iter().map(|(.., c)| c.name.clone()).collect::<Vec<_>>(),
        &all.iter().map(|(.., c)| c.column_type.as_str().to_owned()).collect::<Vec<_>>(),
        &all.iter().map(|(.., c)| c.description.clone()).collect::<Vec<_>>() as &[Option<String>],
        &all.iter().map(|(.., c)| c.nullable).collect::<Vec<_>>(),
        &all.iter().map(|(.., c)| c.key).collect::<Vec<_>>(),
        &all.iter().map(|(.., c)| c.classification.as_str().to_owned()).collect::<Vec<_>>(),
        &all.iter().map(|(.., c)| c.sensitivity.as_str().to_owned()).collect::<Vec<_>>(),
        &all.iter().map(|(.., c)| c.personal.as_str().to_owned()).collect::<Vec<_>>(),
        &all.iter().map(|(.., c)| c.scope).collect::<Vec<_>>(),
        &all.iter().map(|(.., c)| !c.unclassified).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn ports(conn: &mut PgConnection, product: ProductId, document: &ProductDocument, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    let inputs = &document.input_ports;
    if !inputs.is_empty() {
        sqlx::query!(
            "INSERT INTO input_port (id, product_id, name, description, comes_from)
             SELECT u.id, $1, u.name, u.description, u.comes_from
             FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS u(id, name, description, comes_from)",
            product.0,
            &inputs.iter().map(|_| ids.next::<InputPortId>(now).0).collect::<Vec<_>>(),
            &inputs.iter().map(|p| p.name.clone()).collect::<Vec<_>>(),
            &inputs.iter().map(|p| p.description.clone()).collect::<Vec<_>>() as &[Option<String>],
            &inputs.iter().map(|p| p.from.clone()).collect::<Vec<_>>(),
        )
        .execute(&mut *conn)
        .await?;
    }
    flows(conn, product, document).await?;
    let outputs = &document.output_ports;
    if outputs.is_empty() {
        return Ok(());
    }
    let served: Vec<(&String, &String)> = outputs.iter().flat_map(|p| p.datasets.iter().map(move |d| (&p.name, d))).collect();
    sqlx::query!(
        "WITH port AS (
             INSERT INTO output_port (id, product_id, name, kind, description)
             SELECT u.id, $1, u.name, u.kind, u.description FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS u(id, name, kind, description)
             ON CONFLICT (product_id, name) DO UPDATE SET kind = excluded.kind, description = excluded.description RETURNING id, name)
         INSERT INTO output_port_dataset (output_port_id, dataset_id)
         SELECT port.id, d.id FROM unnest($6::text[], $7::text[]) AS s(port, dataset)
         JOIN port ON port.name = s.port JOIN dataset d ON d.product_id = $1 AND d.name = s.dataset ON CONFLICT DO NOTHING",
        product.0,
        &outputs.iter().map(|_| ids.next::<OutputPortId>(now).0).collect::<Vec<_>>(),
        &outputs.iter().map(|p| p.name.clone()).collect::<Vec<_>>(),
        &outputs.iter().map(|p| p.kind.clone()).collect::<Vec<_>>(),
        &outputs.iter().map(|p| p.description.clone()).collect::<Vec<_>>() as &[Option<String>],
        &served.iter().map(|(port, _)| (*port).clone()).collect::<Vec<_>>(),
        &served.iter().map(|(_, dataset)| (*dataset).clone()).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What input ports take of other products. A document that says the same column twice says it once.
async fn flows(conn: &mut PgConnection, product: ProductId, document: &ProductDocument) -> Result<()> {
    let all: Vec<_> = document.input_ports.iter().flat_map(|port| port.columns.iter().map(move |flow| (&port.name, flow))).collect();
    if all.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO column_flow (input_port_id, from_column, to_column, handling, statement)
         SELECT i.id, u.from_column, u.to_column, u.handling, u.statement
         FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS u(port, from_column, to_column, handling, statement)
         JOIN input_port i ON i.product_id = $1 AND i.name = u.port ON CONFLICT DO NOTHING",
        product.0,
        &all.iter().map(|(port, _)| (*port).clone()).collect::<Vec<_>>(),
        &all.iter().map(|(_, flow)| flow.from.clone()).collect::<Vec<_>>(),
        &all.iter().map(|(_, flow)| flow.to.clone()).collect::<Vec<_>>() as &[Option<String>],
        &all.iter().map(|(_, flow)| flow.handling.as_str().to_owned()).collect::<Vec<_>>(),
        &all.iter().map(|(_, flow)| flow.statement.clone()).collect::<Vec<_>>() as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn service_levels(conn: &mut PgConnection, product: ProductId, document: &ProductDocument, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    let all = &document.service_levels;
    if all.is_empty() {
        return Ok(());
    }
    let said: Vec<Spoken> = all.iter().map(ServiceLevelDocument::spoken).collect();
    let probe = |of: fn(&IndicatorDocument) -> Option<String>| all.iter().map(|l| l.indicator.as_ref().and_then(of)).collect::<Vec<Option<String>>>();
    sqlx::query!(
        "INSERT INTO service_level (id, product_id, dimension, objective, target, unit, time_window, measured_how, position, share, window_days,
             every_minutes, comparison, bound, measure, dataset_name, column_name, low, high, probe_minute)
         SELECT DISTINCT ON (u.dimension, u.objective) u.id, $1, u.dimension, u.objective, u.target, u.unit, u.time_window, u.measured_how, u.position,
             u.share, u.window_days, u.every_minutes, u.comparison, u.bound, coalesce(u.measure, 'reported'), u.dataset_name, u.column_name, u.low, u.high,
             u.probe_minute
         FROM unnest($2::uuid[], $3::text[], $4::text[], $5::float8[], $6::text[], $7::text[], $8::text[], $9::int[], $10::float8[], $11::int[], $12::int[],
                     $13::text[], $14::float8[], $15::text[], $16::text[], $17::text[], $18::float8[], $19::float8[],
                     $20::int[])
              AS u(id, dimension, objective, target, unit, time_window, measured_how, position, share, window_days, every_minutes, comparison, bound,
                   measure, dataset_name, column_name, low, high, probe_minute)
         ORDER BY u.dimension, u.objective, u.position
         ON CONFLICT (product_id, dimension, objective) DO UPDATE SET target = excluded.target, unit = excluded.unit, time_window = excluded.time_window,
             measured_how = excluded.measured_how, position = excluded.position, share = excluded.share, window_days = excluded.window_days,
             every_minutes = excluded.every_minutes, comparison = excluded.comparison, bound = excluded.bound, measure = excluded.measure,
             dataset_name = excluded.dataset_name, column_name = excluded.column_name, low = excluded.low, high = excluded.high,
             probe_minute = excluded.probe_minute, probe_at = CASE WHEN service_level.probe_minute IS DISTINCT FROM excluded.probe_minute
                 THEN 'epoch' ELSE service_level.probe_at END
         WHERE service_level.origin = 'document'",
        product.0,
        &all.iter().map(|_| ids.next::<ServiceLevelId>(now).0).collect::<Vec<_>>(),
        &all.iter().map(|l| l.dimension.clone()).collect::<Vec<_>>(),
        &all.iter().map(|l| l.objective.clone()).collect::<Vec<_>>(),
        &all.iter().map(|l| l.target).collect::<Vec<_>>(),
        &all.iter().map(|l| l.unit.clone()).collect::<Vec<_>>(),
        &all.iter().map(|l| l.window.clone()).collect::<Vec<_>>(),
        &all.iter().map(|l| l.measured_how.clone()).collect::<Vec<_>>(),
        &(0..all.len()).map(position).collect::<Vec<_>>(),
        &said.iter().map(|said| said.target).collect::<Vec<_>>(),
        &said.iter().map(|said| said.window_days).collect::<Vec<_>>(),
        &said.iter().map(|said| said.every_minutes).collect::<Vec<_>>(),
        &said.iter().map(|said| said.bound.map(|(comparison, _)| comparison.as_str().to_owned())).collect::<Vec<_>>() as &[Option<String>],
        &said.iter().map(|said| said.bound.map(|(_, bound)| bound)).collect::<Vec<_>>() as &[Option<f64>],
        &probe(|one| Some(one.measure.as_str().to_owned())) as &[Option<String>],
        &probe(|one| Some(one.dataset.clone())) as &[Option<String>],
        &probe(|one| one.column.clone()) as &[Option<String>],
        &all.iter().map(|l| l.indicator.as_ref().and_then(|one| one.low)).collect::<Vec<_>>() as &[Option<f64>],
        &all.iter().map(|l| l.indicator.as_ref().and_then(|one| one.high)).collect::<Vec<_>>() as &[Option<f64>],
        &all.iter().map(ServiceLevelDocument::probe_minute).collect::<Vec<_>>() as &[Option<i32>],
    )
    .execute(conn)
    .await?;
    Ok(())
}
