//! Before many are approved, whoever decides sees of each what they see of one: which columns, how they are protected, which rows.

use crate::common::World;
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;

const DATASET: &str = "
    DELETE FROM agreement; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request;
    INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
        SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
    INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal, technique)
        VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 0, 'route', 'text', false, false, 'restricted', 'non-sensitive', 'none', NULL),
               (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 1, 'depot', 'text', false, false, 'restricted', 'non-sensitive', 'none',
                '{\"technique\": \"mask\", \"first\": 0, \"last\": 2, \"shortest\": 6}'),
               (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 2, 'nric', 'text', false, false, 'restricted', 'sensitive-normal', 'direct', NULL);
    INSERT INTO output_port SELECT '00000000-0000-7000-8000-0000000000b3', id, 'output-port1', 'postgres', NULL FROM product;
    INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000b1');
    UPDATE dataset SET policy = '{\"without\": {\"route\": [\"101\"]}}'";

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn masks_are_shown_before_many_are_approved_as_before_one_is(pool: PgPool) {
    pool.execute(DATASET).await.unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let domain = Scope::Domain("00000000-0000-7000-8000-000000000003".parse().unwrap());
    let steward = world.visitor("steward", &[(Role::Steward, domain)]).await;
    for key in 1..=2 {
        let form = format!(
            "csrf={}&key={}&ports=ssot-a.busroutes-dp.output-port1.routes&purpose=planning&explanation=why&legal_basis=law&team=us&until=2027-06-30",
            officer.csrf,
            uuid::Uuid::from_u128(key)
        );
        let sent = world.post("/requests", Some(&officer.cookie), &form).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
    }
    let steps: Vec<String> = sqlx::query_scalar("SELECT id::text FROM part_step ORDER BY id").fetch_all(&pool).await.unwrap();
    let form = format!("csrf={}&steps={}&steps={}", steward.csrf, steps[0], steps[1]);
    let many = world.post("/work/preview", Some(&steward.cookie), &form).await.body;
    let one = world.get(&format!("/work?step={}", steps[0]), Some(&steward.cookie)).await.body;
    assert_eq!(many.matches("Routes: route, depot; every row").count(), 2, "{many}");
    for said in ["the last 2 characters", "Records with route 101 are left out"] {
        assert_eq!(many.matches(said).count(), 2, "{said}: {many}");
    }
    assert!(one.contains("the last 2 characters") && one.contains("Records with route 101 are left out"), "{one}");
    let told = world.get(&format!("/api/v1/work/{}", steps[0]), Some(&steward.cookie)).await.body;
    let told: serde_json::Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told}"));
    let dataset = &told["request"]["parts"][0]["datasets"][0];
    assert!(dataset["columns"][0]["protected"].is_null() && dataset["rows_protected"][0] == "Records with route 101 are left out", "{told}");
    assert!(dataset["columns"][1]["protected"].as_str().is_some_and(|said| said.contains("the last 2 characters")), "{told}");
    assert_eq!((&told["holds_already"], &told["decided_before"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert!(!many.contains("nric"), "what leaves nobody's source is not promised");
}
