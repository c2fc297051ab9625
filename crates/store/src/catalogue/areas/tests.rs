//! Places in the record: what is imported, what is looked up, and the areas that products are found under.

use super::*;
use crate::PgPool;
use crate::catalogue::{Applied, Applier};
use crate::testing::{ids, start};
use domain::Ids;
use domain::catalogue::{DataSharingAgreement, DatasetDocument, Distribution, ProductDocument, Sharing};
use sqlx::Executor;

fn code(code: &str) -> AreaCode {
    code.parse().unwrap()
}

/// An invented square, a tenth of a degree wide and high, its lower half cut off along the diagonal.
fn triangle(area: &str, west: f64) -> (AreaCode, Outline) {
    // To the last digit as it is written, so that it comes back as it was.
    let east = ((west + 0.1) * 100.0).round() / 100.0;
    let ring = vec![[west, 1.3], [east, 1.4], [west, 1.4], [west, 1.3]];
    (code(area), Outline::new(vec![vec![ring]]).unwrap())
}

fn document(name: &str, place: Option<SpatialCoverage>) -> ProductDocument {
    let agreement = DataSharingAgreement::plain(Sharing::Open, Distribution::None, 365);
    ProductDocument { name: name.into(), place, agreement, ..crate::testing::document(name) }
}

fn dataset(name: &str, place: Option<SpatialCoverage>) -> DatasetDocument {
    DatasetDocument {
        name: name.into(),
        title: name.into(),
        description: None,
        format: None,
        rows: None,
        updated_on: None,
        source_id: None,
        table: None,
        place,
        columns: vec![],
    }
}

fn boxed(west: f64, south: f64, east: f64, north: f64) -> SpatialCoverage {
    SpatialCoverage::Box(BoundingBox::new(west, south, east, north).unwrap())
}

async fn apply(conn: &mut PgConnection, ids: &Ids, document: &ProductDocument) -> Applied {
    Applier::load(conn, ids.clone()).await.unwrap().apply(conn, document, start()).await.unwrap()
}

async fn found_under(conn: &mut PgConnection, name: &str) -> Vec<String> {
    sqlx::query_scalar("SELECT covered_areas FROM product WHERE name = $1").bind(name).fetch_one(conn).await.unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_record_knows_the_areas_of_the_program(pool: PgPool) {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT code, name, region FROM planning_area ORDER BY code").fetch_all(&pool).await.unwrap();
    let expected: Vec<_> = AreaCode::all().map(|area| (area.to_string(), area.name().to_owned(), area.region().to_string())).collect();
    assert_eq!(rows, expected);
}

#[sqlx::test(migrations = "../../migrations")]
async fn outlines_are_written_by_the_portal_and_once(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    conn.execute("SET ROLE pasar_portal").await.unwrap();
    assert!(outlines(&mut conn).await.unwrap().is_empty());
    let both = [triangle("AM", 103.8), triangle("BD", 103.9)];
    assert_eq!(set_outlines(&mut conn, &both).await.unwrap(), 2);
    assert_eq!(set_outlines(&mut conn, &both).await.unwrap(), 0);
    assert_eq!(set_outlines(&mut conn, &[triangle("AM", 103.8), triangle("BD", 103.91)]).await.unwrap(), 1);
    assert_eq!(set_outlines(&mut conn, &[]).await.unwrap(), 0);
    let known = outlines(&mut conn).await.unwrap();
    assert_eq!((known.get(code("AM")), known.missing()), (Some(&both[0].1), 53));
}

#[sqlx::test(migrations = "../../migrations")]
async fn boxes_and_points_are_looked_up_exactly(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    let inside = BoundingBox::new(103.82, 1.38, 103.83, 1.39).unwrap();
    assert!(areas_in_box(&mut conn, &inside).await.unwrap().is_empty(), "nothing is loaded");
    set_outlines(&mut conn, &[triangle("AM", 103.8), triangle("BD", 103.9)]).await.unwrap();
    assert_eq!(areas_in_box(&mut conn, &inside).await.unwrap(), [code("AM")].into());
    let cut_off = BoundingBox::new(103.88, 1.31, 103.89, 1.32).unwrap();
    assert!(areas_in_box(&mut conn, &cut_off).await.unwrap().is_empty(), "in its box and not in its outline");
    assert_eq!(area_at(&mut conn, 103.92, 1.39).await.unwrap(), Some(code("BD")));
    for (longitude, latitude) in [(103.99, 1.31), (0.0, 0.0), (1.39, 103.92), (f64::NAN, 1.0)] {
        assert_eq!(area_at(&mut conn, longitude, latitude).await.unwrap(), None, "{longitude}, {latitude}");
    }
}

#[sqlx::test(migrations = "../../migrations", fixtures(path = "../../../../../server/tests/portal/common", scripts("rows")))]
async fn a_product_is_found_under_the_areas_of_its_place(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    conn.execute("SET ROLE pasar_portal").await.unwrap();
    let ids = ids();
    let across = boxed(103.85, 1.39, 103.95, 1.395);
    for (name, place) in [
        ("whole", Some(SpatialCoverage::Whole)),
        ("named", Some(SpatialCoverage::Areas(vec![code("BD"), code("WD")]))),
        ("box-across", Some(across.clone())),
        ("box-elsewhere", Some(boxed(0.0, 0.0, 1.0, 1.0))),
        ("not-said", None),
    ] {
        assert!(matches!(apply(&mut conn, &ids, &document(name, place)).await, Applied::Created(_)), "{name}");
    }
    assert_eq!(found_under(&mut conn, "whole").await.len(), 55);
    assert_eq!(found_under(&mut conn, "named").await, ["BD", "WD"]);
    assert!(found_under(&mut conn, "box-across").await.is_empty(), "no outlines are known");
    set_outlines(&mut conn, &[triangle("AM", 103.8), triangle("BD", 103.9)]).await.unwrap();
    assert_eq!(cover_boxes(&mut conn).await.unwrap(), 1);
    assert_eq!(cover_boxes(&mut conn).await.unwrap(), 0);
    assert_eq!(found_under(&mut conn, "box-across").await, ["AM", "BD"]);
    assert!(found_under(&mut conn, "box-elsewhere").await.is_empty());
    assert!(found_under(&mut conn, "not-said").await.is_empty());
    // Once outlines are known, a product is found as soon as it is written.
    apply(&mut conn, &ids, &document("box-later", Some(across))).await;
    assert_eq!(found_under(&mut conn, "box-later").await, ["AM", "BD"]);
    // An outline that moves away takes its products with it.
    set_outlines(&mut conn, &[triangle("AM", 100.0)]).await.unwrap();
    assert_eq!(cover_boxes(&mut conn).await.unwrap(), 2);
    assert_eq!(found_under(&mut conn, "box-later").await, ["BD"]);
}

#[sqlx::test(migrations = "../../migrations", fixtures(path = "../../../../../server/tests/portal/common", scripts("rows")))]
async fn a_product_is_found_under_the_places_of_its_datasets_too(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    conn.execute("SET ROLE pasar_portal").await.unwrap();
    let ids = ids();
    let named = |codes: &[&str]| Some(SpatialCoverage::Areas(codes.iter().map(|area| code(area)).collect()));
    let across = boxed(103.85, 1.39, 103.95, 1.395);
    let one = |name: &str, place, datasets| ProductDocument { datasets, ..document(name, place) };
    let alone = one("alone", None, vec![dataset("a", named(&["BD"])), dataset("b", None)]);
    let beyond = one("beyond", named(&["BD"]), vec![dataset("a", named(&["WD"])), dataset("b", Some(across.clone()))]);
    let whole = one("whole", named(&["BD"]), vec![dataset("a", Some(SpatialCoverage::Whole)), dataset("b", Some(across))]);
    for each in [&alone, &beyond, &whole] {
        assert!(matches!(apply(&mut conn, &ids, each).await, Applied::Created(_)), "{}", each.name);
        assert!(matches!(apply(&mut conn, &ids, each).await, Applied::Unchanged(_)), "{}", each.name);
    }
    assert_eq!(found_under(&mut conn, "alone").await, ["BD"]);
    assert_eq!(found_under(&mut conn, "beyond").await, ["BD", "WD"], "no outlines are known");
    assert_eq!(found_under(&mut conn, "whole").await.len(), 55);
    // Outlines change what boxes touch, and nothing of what is named beside.
    set_outlines(&mut conn, &[triangle("AM", 103.8), triangle("BD", 103.9)]).await.unwrap();
    assert_eq!(cover_boxes(&mut conn).await.unwrap(), 1);
    assert_eq!(cover_boxes(&mut conn).await.unwrap(), 0);
    assert_eq!(found_under(&mut conn, "beyond").await, ["AM", "BD", "WD"]);
    assert_eq!(found_under(&mut conn, "alone").await, ["BD"]);
    assert_eq!(found_under(&mut conn, "whole").await.len(), 55);
    // What is stored of a dataset is what its document says.
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM product WHERE name = 'beyond'").fetch_one(&mut *conn).await.unwrap();
    let stored: Vec<_> =
        crate::catalogue::datasets(&mut conn, domain::id::ProductId(id)).await.unwrap().into_iter().map(|dataset| dataset.place).collect();
    assert_eq!(stored, beyond.datasets.iter().map(|dataset| dataset.place.clone()).collect::<Vec<_>>());
    // A dataset that no longer says a place, or is gone, takes its areas with it.
    let less = one("beyond", named(&["BD"]), vec![dataset("b", None)]);
    assert!(matches!(apply(&mut conn, &ids, &less).await, Applied::Updated(_)));
    assert_eq!(found_under(&mut conn, "beyond").await, ["BD"]);
}
