//! What a standard asks where only an agreement does not meet it: the product's owner finds it in their list before and after the first day,
//! and its holder is told before that day.

use crate::common::{World, page};
use crate::granting::Granting;
use crate::standards::{DOMAIN, SLUG, follow, published};
use chrono::{DateTime, Utc};
use domain::organisation::{Role, Scope};
use server::jobs::events;
use sqlx::Executor;
use store::PgPool;

/// An agreement of a year, made before the terms were shortened to what the standard of a hundred days asks.
async fn long_agreement(pool: &PgPool) -> Granting {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    pool.execute("UPDATE agreement SET until = '2027-11-21T16:00:00Z'; UPDATE data_sharing_agreement SET longest_days = 100").await.unwrap();
    place
}

fn first_day(world: &World) {
    world.later("2026-12-23T16:01:00Z".parse::<DateTime<Utc>>().unwrap() - world.now());
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_owner_finds_a_product_of_which_an_agreement_alone_does_not_meet_it(pool: PgPool) {
    let place = long_agreement(&pool).await;
    let world = &place.world;
    let roles = [(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))];
    let omar = world.visitor("omar", &roles).await;
    published(world, "2026-12-24", "").await;
    let asks = page(world, &omar, SLUG).await;
    assert!(!asks.contains("what you look after meets it already"), "{asks}");
    for part in ["Your products that do not meet it yet", "Bus routes", "The agreement lasts 365 days", "Shorten it to 100 days or less"] {
        assert!(asks.contains(part), "{part}: {asks}");
    }
    assert!(!asks.contains("The terms allow agreements of 365 days"), "the terms are short enough: {asks}");

    first_day(world);
    follow(&place).await;
    let omar = world.visitor("omar", &[]).await;
    let stands = page(world, &omar, SLUG).await;
    for part in ["Products that do not meet it", "Bus routes", "agreements are stopped", "1, of which 1 does not meet it"] {
        assert!(stands.contains(part), "{part}: {stands}");
    }
    let listed = page(world, &omar, "/standards").await;
    assert!(listed.contains("1 product"), "{listed}");

    // A shorter agreement meets it.
    pool.execute("UPDATE agreement SET until = '2027-02-01T16:00:00Z'; UPDATE data_sharing_agreement SET longest_days = 90").await.unwrap();
    follow(&place).await;
    assert!(page(world, &omar, SLUG).await.contains("No product is found not to meet it."));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_holder_is_told_before_an_agreement_is_stopped(pool: PgPool) {
    let place = long_agreement(&pool).await;
    let world = &place.world;
    published(world, "2026-12-24", "").await;
    events::follow(&world.state).await.unwrap();
    let holder = place.holder().await;
    let told = page(world, &holder, "/notices").await;
    assert!(told.contains("Nothing can be read under your agreement on Bus routes from 24 Dec 2026 on"), "{told}");
    let shown = page(world, &holder, &place.page).await;
    for part in ["From ", "Thu 24 Dec 2026", "expiry within a hundred days", "is let off"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let payload: serde_json::Value =
        sqlx::query_scalar("SELECT payload FROM event WHERE topic = 'agreement.stopping'").fetch_one(&pool).await.unwrap();
    assert!(payload["data"]["until"] == "2026-12-24" && payload["data"]["object"]["kind"] == "agreement", "{payload}");

    // On that day it is held, and what was said before is said no more.
    first_day(world);
    follow(&place).await;
    let holder = place.holder().await;
    let shown = page(world, &holder, &place.page).await;
    assert!(shown.contains("This agreement is on hold") && !shown.contains("is let off"), "{shown}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn who_holds_an_agreement_that_ends_before_is_not_told(pool: PgPool) {
    let place = long_agreement(&pool).await;
    pool.execute("UPDATE agreement SET made_at = '2026-01-01T00:00:00Z', until = '2026-12-20T16:00:00Z'").await.unwrap();
    published(&place.world, "2026-12-24", "").await;
    let warned: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE action = 'agreement.forewarn'").fetch_one(&pool).await.unwrap();
    assert_eq!(warned, 0);
}
