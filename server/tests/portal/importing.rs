//! A catalogue file at the gate of publishing, through the command: what would become public is held back where a standard says so, and
//! what is public already is not.

use crate::common::World;
use crate::places::url_of;
use crate::standards_gates::{day, in_force, rego};
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use rules::Severity;
use server::catalogue_commands::import_data_gov_sg;
use server::jobs::events;
use store::PgPool;
use uuid::Uuid;

fn record(id: u8, frequency: &str) -> String {
    format!(
        r#"{{"id":"{id}","title":"Invented stops {id}","agency":"Land Transport Authority","frequency":"{frequency}","updated":"2024-02-19",
            "datasets":[{{"id":"d_{id}f9","title":"Invented stops","format":"CSV","updated":"2024-02-19"}}]}}"#
    )
}

async fn import(pool: &PgPool, records: &[String], as_published: bool) {
    let file = std::env::temp_dir().join(format!("pasar-{}.json", pool.connect_options().get_database().unwrap()));
    std::fs::write(&file, format!("[{}]", records.join(","))).unwrap();
    let outcome = import_data_gov_sg(&url_of(pool), &file, as_published).await;
    std::fs::remove_file(&file).unwrap();
    outcome.unwrap();
}

/// The status of each imported product, and how often one was held back.
async fn stand(pool: &PgPool) -> (Vec<String>, i64) {
    let all = sqlx::query_scalar("SELECT status FROM product WHERE source = 'data.gov.sg' ORDER BY source_id").fetch_all(pool).await.unwrap();
    let held = sqlx::query_scalar(
        "SELECT count(*) FROM audit_event e JOIN gate_judgement g ON g.product_id = e.product_id AND g.at = e.at AND g.actor_id IS NULL
         WHERE e.action = 'product.hold-back' AND e.actor_id IS NULL AND e.reason = 'stops version 1: no_stops'",
    );
    (all, held.fetch_one(pool).await.unwrap())
}

#[sqlx::test(migrations = "../migrations")]
async fn what_fails_a_standard_is_taken_and_stays_a_draft(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    import(&pool, &[record(1, "monthly")], false).await;
    assert_eq!(stand(&pool).await, (vec!["published".to_owned()], 0), "before any standard everything is published");

    let rule = rego("no_stops", "title", "input.product.title != \"\"");
    in_force(&world, "stops", Severity::BlockPublishing, &rule, day("2020-01-01"), None).await;
    let both = [record(1, "yearly"), record(2, "monthly")];
    import(&pool, &both, false).await;
    let expected = (vec!["published".to_owned(), "draft".to_owned()], 1);
    assert_eq!(stand(&pool).await, expected, "what is public stays so");
    import(&pool, &both, false).await;
    assert_eq!(stand(&pool).await, expected, "the same file changes nothing");
    let again = [record(1, "yearly"), record(2, "daily")];
    import(&pool, &again, false).await;
    assert_eq!(stand(&pool).await, (expected.0, 2), "another version is judged anew");

    // Its owners are told. The command has the real clock, and the portal here one of its own.
    let domain: Uuid =
        sqlx::query_scalar("SELECT d.id FROM data_domain d JOIN product p ON p.domain_id = d.id LIMIT 1").fetch_one(&pool).await.unwrap();
    world.later(TimeDelta::days(20_000));
    let owner = world.visitor("owner", &[(Role::Owner, Scope::Domain(domain.to_string().parse().unwrap()))]).await;
    events::follow(&world.state).await.unwrap();
    let notices = world.get("/notices", Some(&owner.cookie)).await.body;
    assert!(notices.contains("was imported and stays a draft: it does not meet a standard."), "{notices}");

    import(&pool, &[record(2, "ad-hoc")], true).await;
    assert_eq!(stand(&pool).await, (vec!["published".to_owned(), "published".to_owned()], 2), "whoever imports may decide otherwise");
    let said: String = sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = 'catalogue.import' ORDER BY id DESC LIMIT 1")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(said.ends_with("1 published without meeting a standard"), "{said}");
}
