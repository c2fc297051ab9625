//! Outlines of planning areas, which an operator imports, and what they mean for products whose place is a box.

use crate::{Result, StoreError};
use domain::catalogue::{AreaCode, AreaOutlines, BoundingBox, Outline, ProductDocument, SpatialCoverage};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// All outlines that are known: none before an import.
pub async fn outlines(conn: &mut PgConnection) -> Result<AreaOutlines> {
    let rows =
        sqlx::query!(r#"SELECT code, outline AS "outline!: Json<Outline>" FROM planning_area WHERE outline IS NOT NULL"#).fetch_all(conn).await?;
    rows.into_iter().map(|row| Ok((row.code.parse()?, row.outline.0))).collect()
}

/// What outlines are known now, in short: another text when one is another.
pub async fn outlines_digest(conn: &mut PgConnection) -> Result<String> {
    let digest = sqlx::query_scalar!(
        r#"SELECT coalesce(md5(string_agg(code || outline::text, '' ORDER BY code)), '') AS "digest!" FROM planning_area WHERE outline IS NOT NULL"#
    );
    Ok(digest.fetch_one(conn).await?)
}

/// Outlines whose own box shares a place with this one: few, so that the exact question need not be put to all.
async fn outlines_around(conn: &mut PgConnection, bounds: &BoundingBox) -> Result<AreaOutlines> {
    let rows = sqlx::query!(
        r#"SELECT code, outline AS "outline!: Json<Outline>" FROM planning_area WHERE west <= $3 AND east >= $1 AND south <= $4 AND north >= $2"#,
        bounds.west(),
        bounds.south(),
        bounds.east(),
        bounds.north()
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok((row.code.parse()?, row.outline.0))).collect()
}

/// Areas whose outline shares a place with a box. Areas without an outline are not among them: before an import there are none.
pub async fn areas_in_box(conn: &mut PgConnection, bounds: &BoundingBox) -> Result<BTreeSet<AreaCode>> {
    Ok(outlines_around(conn, bounds).await?.touched_by(bounds))
}

/// The area at a point of the globe, as far as outlines are known; none elsewhere.
pub async fn area_at(conn: &mut PgConnection, longitude: f64, latitude: f64) -> Result<Option<AreaCode>> {
    let Ok(point) = BoundingBox::new(longitude, latitude, longitude, latitude) else { return Ok(None) };
    Ok(outlines_around(conn, &point).await?.at(longitude, latitude).unwrap_or_default())
}

/// The areas that a product is found under, as the outlines are now: those of its own place and of its datasets'.
pub(super) async fn covered(conn: &mut PgConnection, document: &ProductDocument) -> Result<Vec<String>> {
    let mut areas = BTreeSet::new();
    for place in document.places() {
        let outlines = match place {
            SpatialCoverage::Box(bounds) => outlines_around(&mut *conn, bounds).await?,
            _ => AreaOutlines::default(),
        };
        areas.extend(place.areas_touched(&outlines));
    }
    Ok(areas.iter().map(ToString::to_string).collect())
}

/// Gives areas these outlines with their boxes; how many were not like that before. One statement, whatever their number.
pub async fn set_outlines(conn: &mut PgConnection, outlines: &[(AreaCode, Outline)]) -> Result<usize> {
    let geometries = outlines.iter().map(|(_, outline)| serde_json::to_value(outline)).collect::<std::result::Result<Vec<_>, _>>();
    let geometries = geometries.map_err(|error| StoreError::Conflict(error.to_string()))?;
    let edge = |edge: fn(&BoundingBox) -> f64| outlines.iter().map(|(_, outline)| edge(&outline.bounds())).collect::<Vec<_>>();
    let changed = sqlx::query!(
        "UPDATE planning_area a SET outline = u.outline, west = u.west, south = u.south, east = u.east, north = u.north
         FROM unnest($1::text[], $2::jsonb[], $3::float8[], $4::float8[], $5::float8[], $6::float8[]) AS u(code, outline, west, south, east, north)
         WHERE a.code = u.code AND (a.outline, a.west, a.south, a.east, a.north) IS DISTINCT FROM (u.outline, u.west, u.south, u.east, u.north)",
        &outlines.iter().map(|(code, _)| code.to_string()).collect::<Vec<_>>(),
        &geometries,
        &edge(BoundingBox::west),
        &edge(BoundingBox::south),
        &edge(BoundingBox::east),
        &edge(BoundingBox::north),
    )
    .execute(conn)
    .await?;
    Ok(count(changed.rows_affected()))
}

/// Finds anew which areas the products touch whose place, or a dataset's, is a box; how many changed. What they name beside is kept. To be done after outlines have changed, and
/// harmless at any time: a product that was written meanwhile, by the outlines of before, is put right by doing it again.
pub async fn cover_boxes(conn: &mut PgConnection) -> Result<usize> {
    let outlines = outlines(&mut *conn).await?;
    let rows = sqlx::query!(
        r#"SELECT id AS "id!", place_box AS "place_box!" FROM product WHERE place_box IS NOT NULL
           UNION ALL SELECT product_id, place_box FROM dataset WHERE place_box IS NOT NULL"#
    )
    .fetch_all(&mut *conn)
    .await?;
    let (mut products, mut codes): (Vec<Uuid>, Vec<String>) = (vec![], vec![]);
    for row in rows {
        for area in outlines.touched_by(&super::place::stored_box(row.place_box)?) {
            products.push(row.id);
            codes.push(area.to_string());
        }
    }
    let changed = sqlx::query!(
        "WITH boxed AS (SELECT id FROM product WHERE place_box IS NOT NULL UNION SELECT product_id FROM dataset WHERE place_box IS NOT NULL),
              said AS (SELECT id, place_whole, place_areas FROM product WHERE id IN (SELECT id FROM boxed)
                       UNION ALL SELECT product_id, place_whole, place_areas FROM dataset WHERE product_id IN (SELECT id FROM boxed)),
              touched AS (SELECT u.id, u.code FROM unnest($1::uuid[], $2::text[]) AS u(id, code)
                          UNION SELECT s.id, a.code FROM said s JOIN planning_area a ON s.place_whole OR a.code = ANY(s.place_areas))
         UPDATE product p SET covered_areas = n.areas
         FROM (SELECT b.id, coalesce(array_agg(t.code ORDER BY t.code) FILTER (WHERE t.code IS NOT NULL), '{}') AS areas
               FROM boxed b LEFT JOIN touched t ON t.id = b.id GROUP BY b.id) n
         WHERE p.id = n.id AND p.covered_areas <> n.areas",
        &products,
        &codes
    )
    .execute(conn)
    .await?;
    Ok(count(changed.rows_affected()))
}

fn count(rows: u64) -> usize {
    usize::try_from(rows).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
