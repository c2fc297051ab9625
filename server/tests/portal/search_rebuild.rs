//! `pasar search rebuild`, as an operator runs it beside a portal that people use.

use crate::common::{Visitor, World};
use crate::places::url_of;
use crate::search_api::catalogue;
use server::search_commands::rebuild;
use sqlx::Executor;
use std::sync::atomic::{AtomicBool, Ordering};
use store::PgPool;

async fn ferries(world: &World, who: &Visitor) -> bool {
    let answer = world.get("/api/v1/search?q=ferry", Some(&who.cookie)).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    answer.body.contains("\"total\":300,")
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_rebuild_brings_back_what_was_lost_and_hides_nothing_meanwhile(pool: PgPool) {
    catalogue(&pool, 300).await;
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let done = AtomicBool::new(false);
    let anew = async {
        rebuild(&url_of(&pool), None).await.unwrap();
        done.store(true, Ordering::Relaxed);
    };
    let read = async {
        let mut answers = 0;
        while !done.load(Ordering::Relaxed) {
            assert!(ferries(&world, &officer).await, "all of them, while documents are written anew");
            answers += 1;
        }
        answers
    };
    let ((), answers) = tokio::join!(anew, read);
    assert!(answers > 0, "somebody asked meanwhile");

    pool.execute("DELETE FROM search_document").await.unwrap();
    world.settle().await;
    assert!(!ferries(&world, &officer).await, "they are lost");
    rebuild(&url_of(&pool), None).await.unwrap();
    world.settle().await;
    assert!(ferries(&world, &officer).await);
}
