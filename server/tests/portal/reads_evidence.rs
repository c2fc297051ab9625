//! What left with a read, what of it was personal and under which masks is said when it is read, inside the seal, and stays so whatever is decided later.

use crate::auditing::{AGREEMENT, describe, read, read_directly};
use crate::common::World;
use chrono::TimeDelta;
use domain::audit::Outcome;
use domain::organisation::{Role, Scope};
use seal::SigningKey;
use serde_json::Value;
use server::jobs::audit_seal::follow;
use sqlx::Executor;
use store::PgPool;

const MASKED: &str = "took staff: depot, nric (personal, mask first 0 last 4 shortest 8)";

async fn details(pool: &PgPool) -> Vec<Option<String>> {
    sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = 'port.read' ORDER BY id").fetch_all(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_sealed_event_says_what_left(pool: PgPool) {
    let key = SigningKey::new("pasar.example", [1; 32]).unwrap();
    let world = World::with(pool.clone(), "http://127.0.0.1:1", &[("PASAR_AUDIT_KEY", &key.secret_text())]);
    describe(&world).await;
    let event = read(&world, "2026-11-22T03:00:00Z", Outcome::Done).await;
    read(&world, "2026-11-22T03:01:00Z", Outcome::Refused).await;
    read_directly(&world, "2026-11-22T03:02:00Z", "SELECT depot FROM a.staff").await;
    read_directly(&world, "2026-11-22T03:03:00Z", "SELECT 1").await;
    let said = [
        Some(MASKED.to_owned()),
        None,
        Some("took staff: depot; directly at the source: SELECT depot FROM a.staff".to_owned()),
        Some("directly at the source: SELECT 1".to_owned()),
    ];
    assert_eq!(details(&pool).await, said, "what was refused took nothing, and neither did what names no dataset");
    for _ in 0..2 {
        follow(&world.state).await.unwrap();
        world.later(TimeDelta::minutes(1));
    }
    let auditor = world.visitor("auditor.chua", &[(Role::Auditor, Scope::Whole)]).await;
    let proof = world.get(&format!("/audit/{event}/proof"), Some(&auditor.cookie)).await;
    let proof: Value = serde_json::from_str(&proof.body).unwrap_or_else(|_| panic!("{}", proof.body));
    assert!(proof["event"]["detail"].to_string().contains(MASKED), "{proof}");
    // By column it is found as before.
    let found = world.get("/audit.jsonl?column=staff.nric", Some(&auditor.cookie)).await.body;
    assert!(found.lines().count() == 1 && found.contains(MASKED), "{found}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_report_says_the_masks_that_held_at_the_reads(pool: PgPool) {
    let world = World::new(pool.clone(), "http://127.0.0.1:1");
    describe(&world).await;
    read(&world, "2026-11-22T02:00:00Z", Outcome::Done).await;
    pool.execute(r#"UPDATE data_column SET technique = '{"technique": "pseudonym", "per": "purpose"}' WHERE name = 'nric'"#).await.unwrap();
    let auditor = world.visitor("auditor.chua", &[(Role::Auditor, Scope::Whole)]).await;
    let reads = async || {
        let answer = world.get("/audit/report.csv?area=domain:ssot-a&month=2026-11&table=reads", Some(&auditor.cookie)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    };
    let said = reads().await;
    assert!(said.contains("nric: Only the last 4 characters shown") && !said.contains("pseudonym"), "{said}");
    read(&world, "2026-11-22T03:00:00Z", Outcome::Done).await;
    let said = reads().await;
    assert!(
        said.contains("Only the last 4 characters shown") && said.contains("A pseudonym instead of the value") && said.contains(" or "),
        "{said}"
    );
    // What an approval asks for on top counts with what the column gives.
    let stricter = r#"UPDATE agreement_dataset SET techniques = '{"nric": {"technique": "pseudonym", "per": "agreement"}}'"#;
    pool.execute(stricter).await.unwrap();
    read(&world, "2026-11-22T04:00:00Z", Outcome::Done).await;
    assert_eq!(
        details(&pool).await.pop().flatten().as_deref(),
        Some("took staff: depot, nric (personal, pseudonym per purpose and pseudonym per agreement)")
    );
    assert!(reads().await.contains("the same within"), "of two pseudonyms the stricter");
    // A column that a waiting decision is about to hide leaves nothing already.
    pool.execute(
        "INSERT INTO column_tightening (dataset_id, column_name, classification, sensitivity, personal, begun_by, begun_at)
         VALUES ('00000000-0000-7000-8000-0000000000d1', 'depot', 'secret', 'sensitive-high', 'none', '00000000-0000-7000-8000-000000000009', now())",
    )
    .await
    .unwrap();
    read(&world, "2026-11-22T05:00:00Z", Outcome::Done).await;
    assert!(details(&pool).await.pop().flatten().unwrap().starts_with("took staff: depot (suppress), nric"));
    // Of a read from before nobody wrote its masks down, and none is made up.
    pool.execute("ALTER TABLE port_read DISABLE TRIGGER USER; UPDATE port_read SET masks = NULL; ALTER TABLE port_read ENABLE TRIGGER USER")
        .await
        .unwrap();
    let said = reads().await;
    assert!(said.contains("nric: not written down") && said.contains(AGREEMENT), "{said}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn how_many_rows_left_is_an_event_of_its_own(pool: PgPool) {
    let key = SigningKey::new("pasar.example", [1; 32]).unwrap();
    let world = World::with(pool.clone(), "http://127.0.0.1:1", &[("PASAR_AUDIT_KEY", &key.secret_text())]);
    describe(&world).await;
    let first = read(&world, "2026-11-22T03:00:00Z", Outcome::Done).await;
    let second = read(&world, "2026-11-22T03:01:00Z", Outcome::Done).await;
    let mut conn = pool.acquire().await.unwrap();
    for (event, rows) in [(first, 12), (first, 5), (second, 1)] {
        store::audit::note_rows(&mut conn, event, rows, world.now()).await.unwrap();
    }
    let said: Vec<(i64, String, Option<String>)> = sqlx::query_as(
        "SELECT e.id, e.detail, e.address FROM audit_event e JOIN audit_event r ON r.actor_id = e.actor_id AND r.object_id = e.object_id AND r.id = $1
         WHERE e.action = 'port.count' ORDER BY e.id",
    )
    .bind(first)
    .fetch_all(&pool)
    .await
    .unwrap();
    let address = Some("ssot-a.busroutes-dp.tables.staff".to_owned());
    let details: Vec<_> = said.iter().map(|(_, detail, at)| (detail.clone(), at.clone())).collect();
    assert_eq!(
        details,
        [(format!("12 rows left with read {first}"), address.clone()), (format!("1 row left with read {second}"), address)],
        "once each"
    );
    for _ in 0..2 {
        follow(&world.state).await.unwrap();
        world.later(TimeDelta::minutes(1));
    }
    let auditor = world.visitor("auditor.chua", &[(Role::Auditor, Scope::Whole)]).await;
    let proof = world.get(&format!("/audit/{}/proof", said[0].0), Some(&auditor.cookie)).await.body;
    assert!(proof.contains(&format!("12 rows left with read {first}")), "{proof}");
    // Whoever takes the triggers off and writes another number finds the sealed one in the report.
    let reads = async || world.get("/audit/report.csv?area=domain:ssot-a&month=2026-11&table=reads", Some(&auditor.cookie)).await.body;
    let before = reads().await;
    assert!(before.contains("\"2\",\"13\""), "{before}");
    pool.execute("ALTER TABLE port_read DISABLE TRIGGER USER; UPDATE port_read SET rows = 1000; ALTER TABLE port_read ENABLE TRIGGER USER")
        .await
        .unwrap();
    assert_eq!(reads().await, before);
    pool.execute("ALTER TABLE port_read DISABLE TRIGGER USER; UPDATE port_read SET counted_by = NULL; ALTER TABLE port_read ENABLE TRIGGER USER")
        .await
        .unwrap();
    let beside = reads().await;
    assert!(beside.contains("2000, 2 of the numbers not under the seal"), "{beside}");
}
