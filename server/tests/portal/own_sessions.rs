//! Somebody sees where they are signed in, and signs out there from here; nobody does it for another.

use crate::common::{Visitor, World, page, post};
use chrono::TimeDelta;
use store::PgPool;

const PATH: &str = "/mine/sessions";

/// The session that a line's form names.
fn named(shown: &str) -> String {
    shown.split("name=\"session\" value=\"").nth(1).unwrap_or_else(|| panic!("{shown}")).split('"').next().unwrap().to_owned()
}

fn elsewhere(shown: &str) -> usize {
    shown.matches("Another browser").count()
}

async fn is_in(world: &World, who: &Visitor) -> bool {
    world.get("/mine", Some(&who.cookie)).await.status == 200
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn one_session_is_ended_and_then_all_others(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let (here, lost) = (world.visitor("jason.lim", &[]).await, world.visitor("jason.lim", &[]).await);
    assert!(page(&world, &here, "/mine").await.contains(PATH));
    let shown = page(&world, &here, PATH).await;
    assert_eq!((shown.matches("This browser").count(), elsewhere(&shown)), (1, 1), "{shown}");
    let of_lost = format!("session={}", named(&shown));
    world.later(TimeDelta::minutes(5));
    let third = world.visitor("jason.lim", &[]).await;

    let other = world.visitor("other", &[]).await;
    assert_eq!(elsewhere(&page(&world, &other, PATH).await), 0, "nothing of others");
    assert_eq!(post(&world, &other, "/mine/sessions/end", &of_lost).await.location(), "/mine/sessions?ended=0");
    assert!(is_in(&world, &lost).await, "nobody ends another's");

    assert_eq!(post(&world, &here, "/mine/sessions/end", &of_lost).await.location(), "/mine/sessions?ended=1");
    assert!(!is_in(&world, &lost).await && is_in(&world, &third).await && is_in(&world, &here).await);
    assert_eq!(post(&world, &here, "/mine/sessions/end", &of_lost).await.location(), "/mine/sessions?ended=0", "twice is as once");
    assert!(page(&world, &here, "/mine/sessions?ended=1").await.contains("One session was ended."));
    assert_eq!(post(&world, &here, "/mine/sessions/end", "session=no-such").await.status, 404);

    let fourth = world.visitor("jason.lim", &[]).await;
    assert_eq!(post(&world, &here, "/mine/sessions/end", "").await.location(), "/mine/sessions?ended=2");
    assert!(!is_in(&world, &third).await && !is_in(&world, &fourth).await && is_in(&world, &here).await && is_in(&world, &other).await);
    let shown = page(&world, &here, PATH).await;
    assert!(elsewhere(&shown) == 0 && !shown.contains("Sign out everywhere else"), "{shown}");
    let trail: Vec<String> =
        sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = 'session.sign-out' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(trail, ["elsewhere, 1 session", "elsewhere, 2 sessions"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_session_that_ran_out_is_not_shown(pool: PgPool) {
    let world = World::new(pool, "http://localhost:1");
    let (here, _left) = (world.visitor("jason.lim", &[]).await, world.visitor("jason.lim", &[]).await);
    world.later(TimeDelta::minutes(20));
    assert_eq!(elsewhere(&page(&world, &here, PATH).await), 1);
    world.later(TimeDelta::minutes(15));
    assert_eq!(elsewhere(&page(&world, &here, PATH).await), 0);
}
