//! What a product holds and where it applies, as a program reads it.

use crate::common::{Visitor, World, owner};
use crate::places::{SQUARES, import};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::Executor;
use store::PgPool;

const API: &str = "/api/v1/products/ssot-a.busroutes-dp/datasets";

/// A product about Ang Mo Kio with three datasets: one that can be read here, one about a box, one that says nothing of itself.
const DATASETS: &str = "UPDATE product SET place_areas = '{AM}', covered_areas = '{AM}';
    INSERT INTO dataset (id, product_id, name, title, format, row_count, updated_on, table_schema, table_name, place_areas, position)
    VALUES ('00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-000000000005', 'routes', 'Routes', 'CSV', 1200, '2026-11-01',
            'buses', 'routes', '{AM,WD}', 0);
    INSERT INTO dataset (id, product_id, name, title, place_box, position)
    VALUES ('00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-000000000005', 'depots', 'Depots', '{103.92,1.32,103.93,1.33}', 1);
    INSERT INTO dataset (id, product_id, name, title, position)
    VALUES ('00000000-0000-7000-8000-0000000000d3', '00000000-0000-7000-8000-000000000005', 'fares', 'Fares', 2);
    INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
    VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000d1', 0, 'route', 'text', false, true, 'official-open', 'non-sensitive', 'none');
    INSERT INTO output_port (id, product_id, name, kind)
    VALUES ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-000000000005', 'output-port1', 'postgres');
    INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000d1'),
        ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000d3')";

async fn said(world: &World, who: &Visitor) -> Value {
    let answer = world.get(API, Some(&who.cookie)).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn datasets_say_where_they_apply_and_how_they_are_asked_for(pool: PgPool) {
    pool.execute(DATASETS).await.unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let answer = said(&world, &officer).await;
    assert_eq!((&answer["product"], &answer["place"]), (&json!("ssot-a.busroutes-dp"), &json!({"areas": ["AM"]})), "{answer}");
    let [routes, depots, fares] = answer["datasets"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    for (key, wanted) in [
        ("urn", json!("ssot-a.busroutes-dp.routes")),
        ("title", json!("Routes")),
        ("format", json!("CSV")),
        ("rows", json!(1200)),
        ("columns", json!(1)),
        ("classification", json!("official-open")),
        ("updated_on", json!("2026-11-01")),
        ("place", json!({"areas": ["AM", "WD"]})),
        ("ports", json!(["ssot-a.busroutes-dp.output-port1.routes"])),
    ] {
        assert_eq!(routes[key], wanted, "{key} of {routes}");
    }
    assert_eq!((&depots["place"], &depots["ports"]), (&json!({"box": [103.92, 1.32, 103.93, 1.33]}), &json!([])), "{depots}");
    assert_eq!((&fares["place"], &fares["ports"]), (&Value::Null, &json!([])), "a port that has no table of it serves nobody: {fares}");

    // Boxes are under areas once outlines are there, beside what is named.
    assert_eq!(answer["covered_areas"], json!(["AM"]));
    import(&pool, SQUARES.as_bytes()).await.unwrap();
    world.later(TimeDelta::seconds(10));
    assert_eq!(said(&world, &officer).await["covered_areas"], json!(["AM", "BD", "WD"]));
    pool.execute("UPDATE product SET place_areas = '{}', place_whole = true").await.unwrap();
    assert_eq!(said(&world, &officer).await["place"], json!("whole"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn of_a_hidden_product_nothing_is_said(pool: PgPool) {
    pool.execute(DATASETS).await.unwrap();
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    let world = World::new(pool, "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    assert_eq!(world.get(API, Some(&officer.cookie)).await.status.as_u16(), 404);
    let owner = owner(&world).await;
    assert_eq!(said(&world, &owner).await["datasets"].as_array().unwrap().len(), 3);
    assert_eq!(world.get(API, None).await.status.as_u16(), 401);
}
