//! A rule that worked and then cannot tell: at the port its last verdict is kept, as far as it speaks of the version that acts and of the
//! columns that are there. `docs/decisions/0015-last-verdicts.md` says why.

use crate::common::World;
use crate::standards_gates::{day, in_force, rego};
use rules::Severity;
use server::jobs::standards;
use sqlx::Executor;
use store::PgPool;

/// Violated by a summary that is bad, met by a good one; without one a function gets the wrong kind of value, and nothing can be told.
const SUMMARY: &str = "startswith(input.product.summary, \"bad\")";

async fn world(pool: &PgPool) -> World {
    let world = World::new(pool.clone(), "http://localhost:1");
    world.settle().await;
    world
}

async fn summary(world: &World, summary: Option<&str>) {
    sqlx::query("UPDATE product SET summary = $1").bind(summary).execute(&world.pool).await.unwrap();
    standards::follow(&world.state).await.unwrap();
}

/// Another version of a standard acts from today on.
async fn again(world: &World, slug: &str, severity: Severity, grace: i32) {
    sqlx::query(
        "INSERT INTO standard_version SELECT (jsonb_populate_record(v, jsonb_build_object(
             'version', v.version + 1, 'share_key', gen_random_uuid(), 'severity', $2::text, 'grace_days', $3::int, 'effective_from', '2026-11-23'))).*
         FROM standard_version v JOIN standard s ON s.id = v.standard_id WHERE s.slug = $1",
    )
    .bind(slug)
    .bind(severity.as_str())
    .bind(grace)
    .execute(&world.pool)
    .await
    .unwrap();
    sqlx::query(
        "UPDATE standard_version v SET status = 'superseded', effective_until = '2026-11-23' FROM standard s WHERE s.id = v.standard_id AND s.slug = $1 AND v.version = 1",
    )
    .bind(slug)
    .execute(&world.pool)
    .await
    .unwrap();
}

/// What stands of the product by one standard, and the fields that it names.
async fn stands(world: &World, slug: &str) -> (String, String, Vec<String>) {
    sqlx::query_as(
        "SELECT e.verdict, e.serving, ARRAY(SELECT f ->> 'field' FROM jsonb_array_elements(e.findings) AS f ORDER BY 1)
         FROM standard_evaluation e JOIN standard s ON s.id = e.standard_id WHERE s.slug = $1 AND e.ended_at IS NULL AND e.agreement_id IS NULL",
    )
    .bind(slug)
    .fetch_one(&world.pool)
    .await
    .unwrap()
}

async fn verdict(world: &World, slug: &str) -> (String, String) {
    let (verdict, serving, _) = stands(world, slug).await;
    (verdict, serving)
}

async fn count(world: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&world.pool).await.unwrap()
}

const HELD: &str = "SELECT count(*) FROM agreement_hold WHERE kind = 'standard' AND lifted_at IS NULL";
const TOLD: &str = "SELECT count(*) FROM audit_event WHERE action = 'standard.unclear'";
const ROWS: &str = "SELECT count(*) FROM standard_evaluation";

fn said(verdict: &str, serving: &str) -> (String, String) {
    (verdict.to_owned(), serving.to_owned())
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_was_stopped_stays_so_and_what_served_goes_on(pool: PgPool) {
    let world = world(&pool).await;
    in_force(&world, "kept", Severity::BlockServing, &rego("bad", "summary", SUMMARY), day("2026-06-01"), None).await;
    summary(&world, Some("bad")).await;
    assert_eq!((verdict(&world, "kept").await, count(&world, HELD).await), (said("violated", "refuse"), 1));
    for _ in 0..2 {
        summary(&world, None).await;
        assert_eq!((verdict(&world, "kept").await, count(&world, HELD).await), (said("cannot-tell", "refuse"), 1), "nor freed by failing again");
    }
    assert_eq!(count(&world, TOLD).await, 1, "told once, of the product, not of each agreement on it");
    summary(&world, Some("good")).await;
    assert_eq!((verdict(&world, "kept").await, count(&world, HELD).await), (said("met", "nothing"), 0));
    summary(&world, None).await;
    assert_eq!((verdict(&world, "kept").await, count(&world, HELD).await), (said("cannot-tell", "flag"), 0), "what serves is not taken away");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_refusal_goes_on_only_where_the_version_that_acts_would_refuse(pool: PgPool) {
    let world = world(&pool).await;
    let cases =
        [("as-hard", Severity::BlockServing, 0, "refuse"), ("in-grace", Severity::BlockServing, 30, "flag"), ("milder", Severity::Flag, 0, "flag")];
    for (slug, ..) in cases {
        in_force(&world, slug, Severity::BlockServing, &rego("bad", "summary", SUMMARY), day("2026-06-01"), None).await;
    }
    summary(&world, Some("bad")).await;
    for (slug, severity, grace, _) in cases {
        assert_eq!(verdict(&world, slug).await, said("violated", "refuse"));
        again(&world, slug, severity, grace).await;
    }
    summary(&world, None).await;
    for (slug, _, _, serving) in cases {
        assert_eq!(verdict(&world, slug).await, said("cannot-tell", serving), "{slug}");
    }
    let reasons: Vec<String> =
        sqlx::query_scalar("SELECT reason FROM agreement_hold WHERE kind = 'standard' AND lifted_at IS NULL").fetch_all(&pool).await.unwrap();
    assert!(reasons.len() == 1 && reasons[0].contains("Standard as-hard") && !reasons[0].contains("milder"), "{reasons:?}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn masks_stay_and_columns_go_on_being_read_unless_they_changed(pool: PgPool) {
    let world = world(&pool).await;
    pool.execute(
        "INSERT INTO dataset (id, product_id, name, title, position) SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 0 FROM product;
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
             SELECT gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', n, name, 'text', false, false, 'restricted', 'non-sensitive', personal
             FROM (VALUES (0, 'route', 'none'), (1, 'driver', 'direct'), (2, 'depot', 'indirect')) AS t(n, name, personal)",
    )
    .await
    .unwrap();
    let rule = rego("route_clear", "datasets.routes.columns.route", SUMMARY);
    in_force(&world, "masks", Severity::RequireMask, &rule, day("2026-06-01"), None).await;
    let fields = |columns: &[&str]| columns.iter().map(|column| format!("datasets.routes.columns.{column}")).collect::<Vec<_>>();
    let masked = |columns: &[&str]| ("cannot-tell".to_owned(), "mask".to_owned(), fields(columns));

    summary(&world, Some("good")).await;
    assert_eq!(verdict(&world, "masks").await, said("met", "nothing"));
    summary(&world, None).await;
    assert_eq!(stands(&world, "masks").await, ("cannot-tell".to_owned(), "flag".to_owned(), vec![]), "what was read goes on being read");

    // What came, or became personal in another way, was never judged.
    pool.execute(
        "INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
             VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 3, 'nric', 'text', false, false, 'restricted', 'non-sensitive', 'direct');
         UPDATE data_column SET personal = 'sensitive' WHERE name = 'driver'",
    )
    .await
    .unwrap();
    standards::follow(&world.state).await.unwrap();
    assert_eq!(stands(&world, "masks").await, masked(&["driver", "nric"]));
    let rows = count(&world, ROWS).await;
    pool.execute("UPDATE data_column SET description = 'In words'").await.unwrap();
    standards::follow(&world.state).await.unwrap();
    assert_eq!((stands(&world, "masks").await, count(&world, ROWS).await), (masked(&["driver", "nric"]), rows), "words are no other column");

    // A verdict says which fields, and these stay.
    summary(&world, Some("bad")).await;
    assert_eq!(stands(&world, "masks").await, ("violated".to_owned(), "mask".to_owned(), fields(&["route"])));
    summary(&world, None).await;
    assert_eq!(stands(&world, "masks").await, masked(&["route"]));

    // Of another version nothing was ever said.
    again(&world, "masks", Severity::RequireMask, 0).await;
    pool.execute("UPDATE product SET title = title").await.unwrap();
    standards::follow(&world.state).await.unwrap();
    assert_eq!(stands(&world, "masks").await, masked(&["depot", "driver", "nric", "route"]));
    summary(&world, Some("good")).await;
    assert_eq!(verdict(&world, "masks").await, said("met", "nothing"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_stopped_one_agreement_alone_is_kept_for_it(pool: PgPool) {
    let world = world(&pool).await;
    let alone = rego("bad", "agreement", &format!("input.agreement.days > 1\n\t{SUMMARY}"));
    in_force(&world, "alone", Severity::BlockServing, &alone, day("2026-06-01"), None).await;
    let of_agreement = async || -> Vec<(String, String)> {
        sqlx::query_as("SELECT verdict, serving FROM standard_evaluation WHERE ended_at IS NULL AND agreement_id IS NOT NULL")
            .fetch_all(&pool)
            .await
            .unwrap()
    };
    summary(&world, Some("bad")).await;
    assert_eq!((of_agreement().await, count(&world, HELD).await), (vec![said("violated", "refuse")], 1));
    summary(&world, None).await;
    assert_eq!((of_agreement().await, count(&world, HELD).await), (vec![said("cannot-tell", "refuse")], 1));
    assert_eq!(count(&world, TOLD).await, 1);
    let rows = count(&world, ROWS).await;
    pool.execute("UPDATE product SET title = title").await.unwrap();
    standards::follow(&world.state).await.unwrap();
    assert_eq!((count(&world, ROWS).await, count(&world, TOLD).await), (rows, 1), "nothing new is nothing to say");
    summary(&world, Some("good")).await;
    assert_eq!((of_agreement().await, count(&world, HELD).await), (vec![], 0));
}
