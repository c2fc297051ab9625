//! What a standard asks where only an agreement does not meet it: the product's owner finds it in their list before and after the first day.

use crate::common::{World, page};
use crate::granting::Granting;
use crate::standards::{DOMAIN, SLUG, follow, published};
use chrono::{DateTime, Utc};
use domain::organisation::{Role, Scope};
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
    for part in ["Your products that do not meet it yet", "Bus routes", "The agreement lasts", "Shorten it to 100 days or less"] {
        assert!(asks.contains(part), "{part}: {asks}");
    }
    assert!(!asks.contains("The terms allow agreements of"), "the terms are short enough: {asks}");

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
    pool.execute("UPDATE agreement SET until = '2027-02-01T16:00:00Z'").await.unwrap();
    follow(&place).await;
    assert!(page(world, &omar, SLUG).await.contains("No product is found not to meet it."));
}
