//! Leaving: an agreement runs out, nothing is left of it at the source, whoever still reads is told why, and one press asks for
//! the same again.

use crate::granting::Granting;
use chrono::TimeDelta;
use server::jobs::reconcile;
use sqlx::{Connection, Executor};
use store::PgPool;

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_runs_out_is_gone_says_why_and_is_asked_for_again_in_one_press(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 3).await;
    pool.execute(
        "INSERT INTO request_part_dataset (part_id, output_port_id, dataset_id)
             VALUES ('00000000-0000-7000-8000-000000000007', '00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000b1')",
    )
    .await
    .unwrap();
    let jason = place.holder().await;
    let token = place.credential(&jason).await;
    assert_eq!(place.read(&token).await.body, "route\n101\n102\n103\n");
    let mut open = place.session(&token).await.unwrap();
    assert_eq!(sqlx::query_scalar::<_, i64>("SELECT count(*) FROM routes").fetch_one(&mut open).await.unwrap(), 3);

    let until: chrono::DateTime<chrono::Utc> = sqlx::query_scalar("SELECT until FROM agreement").fetch_one(&pool).await.unwrap();
    place.world.later(until - place.world.now() - TimeDelta::seconds(1));
    reconcile::expire(&place.world.state).await.unwrap();
    assert_eq!(place.read(&token).await.status, 200, "its last second");
    place.world.later(TimeDelta::seconds(1));
    let told = place.read(&token).await;
    assert!(told.status == 403 && told.body.contains("agreement_ended"), "at the second itself, before any job: {}", told.body);
    reconcile::expire(&place.world.state).await.unwrap();
    place.work().await;
    let roles: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_roles WHERE rolname = $1").bind(&place.reader).fetch_one(&mut place.source).await.unwrap();
    assert_eq!(roles, 0, "the role is gone");
    assert!(open.ping().await.is_err() && place.session(&token).await.is_err());
    let told = place.read(&token).await;
    assert!(told.body.contains("asks for it again in one press"), "what still runs says why, and what to do: {}", told.body);
    let reasons: Vec<String> = sqlx::query_scalar("SELECT DISTINCT reason FROM audit_event WHERE action = 'port.read' AND outcome = 'refused'")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(reasons, ["agreement_ended"]);

    // Weeks have passed: he signs in again.
    let jason = place.holder().await;
    let page = place.world.get(&place.page, Some(&jason.cookie)).await.body;
    assert!(page.contains("Expired") && page.contains("Ask to renew"), "{page}");
    let press = format!("csrf={}&key={}", jason.csrf, uuid::Uuid::from_u128(9));
    let asked = place.world.post(&format!("{}/renew", place.page), Some(&jason.cookie), &press).await;
    assert!(asked.status == 303 && asked.location().ends_with("/submitted"), "{} {}", asked.status, asked.body);
    let again: (String, String) = sqlx::query_as(
        "SELECT r.purpose, q.state FROM access_request r JOIN request_part q ON q.request_id = r.id WHERE r.submitted_at > '2026-12-01'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(again, ("planning".into(), "submitted".into()));
}
