//! A decision is undone until its grant is used: a credential is use, and so is a file, though nothing was read with the one and the
//! other is gone.

use crate::common::{Visitor, page, post};
use crate::granting::Granting;
use domain::organisation::{Role, Scope};
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const REQUEST: &str = "/requests/00000000-0000-7000-8000-0000000000a1";
const PART: &str = "part=00000000-0000-7000-8000-000000000007";
const DATASET: &str = "ssot-a.busroutes-dp.output-port1.routes";
const BUTTON: &str = "Undo my decision";

/// The steward who decided what is granted.
async fn decider(place: &Granting) -> Visitor {
    let steward = place.world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    sqlx::query("UPDATE part_step SET decided_by = $1").bind(steward.person.0).execute(&place.world.pool).await.unwrap();
    assert!(page(&place.world, &steward, REQUEST).await.contains(BUTTON), "nothing was used yet");
    steward
}

async fn is_too_late(place: &Granting, steward: &Visitor) {
    assert!(!page(&place.world, steward, REQUEST).await.contains(BUTTON));
    let answer = post(&place.world, steward, &format!("{REQUEST}/undo"), PART).await;
    assert!(answer.status == 409 && answer.body.contains("can no longer be undone"), "{}", answer.body);
    let states: (String, String) = sqlx::query_as("SELECT q.state, a.state FROM request_part q JOIN agreement a ON a.part_id = q.id")
        .fetch_one(&place.world.pool)
        .await
        .unwrap();
    assert_eq!(states, ("approved".to_owned(), "active".to_owned()));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn not_after_a_credential_was_made(pool: PgPool) {
    let place = Granting::new(pool, "{}", 1).await;
    let steward = decider(&place).await;
    let holder = place.holder().await;
    place.credential(&holder).await;
    is_too_late(&place, &steward).await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn not_after_a_download(pool: PgPool) {
    let place = Granting::new(pool, "{}", 1).await;
    let steward = decider(&place).await;
    let holder = place.holder().await;
    let file = post(&place.world, &holder, &format!("{}/download", place.page), &format!("dataset={DATASET}&format=csv")).await;
    assert_eq!((file.status.as_u16(), file.body.as_str()), (200, "route\n101\n"));
    is_too_late(&place, &steward).await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn until_then_it_takes_the_grant_back(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 1).await;
    let steward = decider(&place).await;
    assert_eq!(post(&place.world, &steward, &format!("{REQUEST}/undo"), PART).await.status, 303);
    place.work().await;
    let states: (String, String) = sqlx::query_as("SELECT state, grant_state FROM agreement").fetch_one(&pool).await.unwrap();
    assert_eq!(states, ("undone".to_owned(), "ended".to_owned()));
}
