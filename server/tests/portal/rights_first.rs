//! Ends of rights wait for no grant: whoever is revoked while a thousand grants wait is put out first.

use crate::granting::Granting;
use domain::organisation::{Role, Scope};
use server::jobs::outbox;
use sqlx::Connection;
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_revocation_passes_a_thousand_grants(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let steward = place.world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let mut open = place.session(&token).await.unwrap();
    place.work().await;
    // All of them older than what ends.
    sqlx::query(
        "INSERT INTO outbox (at, topic, object_id, next_attempt_at)
         SELECT '2026-11-20', 'agreement.grant', gen_random_uuid(), '2026-11-20' FROM generate_series(1, 1000)",
    )
    .execute(&pool)
    .await
    .unwrap();
    let answer = place.world.post(&format!("{}/revoke", place.page), Some(&steward.cookie), &format!("csrf={}&reason=why", steward.csrf)).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(outbox::step(&place.world.state).await.unwrap(), "one piece of work");
    let done: Vec<String> =
        sqlx::query_scalar("SELECT topic FROM outbox WHERE done_at IS NOT NULL AND topic = 'agreement.end'").fetch_all(&pool).await.unwrap();
    assert_eq!(done, ["agreement.end"]);
    let waiting: i64 =
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE done_at IS NULL AND topic = 'agreement.grant'").fetch_one(&pool).await.unwrap();
    assert_eq!(waiting, 1000, "no grant was done before it");
    assert!(place.session(&token).await.is_err(), "nobody signs in at the source");
    assert!(open.ping().await.is_err(), "who was there is put out");
    // What waited is done afterwards.
    place.work().await;
    let waiting: i64 =
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE done_at IS NULL AND topic LIKE 'agreement.%'").fetch_one(&pool).await.unwrap();
    assert_eq!(waiting, 0);
}
