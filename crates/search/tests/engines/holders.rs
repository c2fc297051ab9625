//! Who holds an agreement on what is not listed finds it, alone or as one of a team; nothing else that is hidden opens by it, nor takes work. Nor
//! does a role take work for what is hidden where it says nothing.

use crate::work::{AS_IF_LARGE, rows_read};
use crate::world::{Engine, OFFICER, STEWARD, World, now, words_of};
use sqlx::{Executor, PgPool};

/// Products 24 and 12 are hidden, and 6 as well. The officer holds 24 alone and 12 with a team; nobody holds 6. Of what is listed they hold 7.
const HELD: &str = "UPDATE product SET visibility = 'hidden' WHERE name IN ('p24', 'p12', 'p6');
    UPDATE person SET agency = 'dos' WHERE id = '00000000-0000-0000-0000-000000000090';
    INSERT INTO purpose VALUES ('planning', 'Planning', 1);
    INSERT INTO team (id, agency_id, name, about, made_by, made_at)
    VALUES ('00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-000000000010', 'Team', '', '00000000-0000-0000-0000-000000000091', now());
    INSERT INTO team_member (id, team_id, person_id, lead, added_by, added_at)
    VALUES ('00000000-0000-0000-0000-0000000000e2', '00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-000000000090', false,
            '00000000-0000-0000-0000-000000000091', now());
    INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
    VALUES ('00000000-0000-0000-0000-0000000000e3', '00000000-0000-0000-0000-000000000090', 'planning', 'Why', 'Law', 'Team', '2026-12-31', now(),
            '2026-12-01', gen_random_uuid());
    INSERT INTO request_part (id, request_id, product_id, state, decided_at, due_on)
    SELECT p.id, '00000000-0000-0000-0000-0000000000e3', p.id, 'approved', now(), '2026-12-01' FROM product p WHERE p.name IN ('p24', 'p12', 'p7');
    INSERT INTO agreement (id, part_id, product_id, holder_id, team_id, state, grant_state, made_at, until)
    SELECT p.id, p.id, p.id, CASE p.name WHEN 'p12' THEN '00000000-0000-0000-0000-000000000091'::uuid ELSE '00000000-0000-0000-0000-000000000090' END,
           CASE p.name WHEN 'p12' THEN '00000000-0000-0000-0000-0000000000e1'::uuid END, 'active', 'granted', now(), '2030-01-01'
    FROM product p WHERE p.name IN ('p24', 'p12', 'p7')";

async fn what_is_held_is_found(pool: PgPool, engine: Engine) {
    let Some(world) = World::new(pool, engine).await else { return };
    world.pool.execute(HELD).await.unwrap();
    world.settle().await;
    let titles = async |words: &str| world.titles(words).await;
    assert_eq!(titles("zebra crossings").await, ["Zebra Crossings under Review"], "one's own");
    assert_eq!(titles("dengue clusters").await, ["Dengue Clusters"], "one's team's");
    assert!(!titles("bus stops").await.contains(&"Bus Stops".to_owned()), "nobody's");
    assert_eq!(world.ask(OFFICER, &words_of("")).await.total, 23);
    let made = world.ask(STEWARD, &words_of("dengue clusters")).await;
    assert!(made.hits.iter().all(|hit| hit.title != "Dengue Clusters"), "who made a team is not of it");

    world.pool.execute("UPDATE agreement SET state = 'revoked', ended_at = now(); UPDATE product SET changed_at = changed_at").await.unwrap();
    world.settle().await;
    assert_eq!(world.ask(OFFICER, &words_of("")).await.total, 21);
    assert!(!titles("zebra crossings").await.contains(&"Zebra Crossings under Review".to_owned()));
    world.end().await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_held_is_found_on_postgres(pool: PgPool) {
    what_is_held_is_found(pool, Engine::Postgres).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_held_is_found_on_meilisearch(pool: PgPool) {
    what_is_held_is_found(pool, Engine::Meilisearch).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn who_holds_something_or_looks_after_a_domain_reads_little_of_what_is_hidden_elsewhere(pool: PgPool) {
    let world = World::new(pool, Engine::Postgres).await.unwrap();
    world.pool.execute(HELD).await.unwrap();
    world.lamps(500).await;
    world.pool.execute("UPDATE product SET visibility = 'hidden' WHERE name LIKE 'lamp%'").await.unwrap();
    world.settle().await;
    world.pool.execute("ANALYZE").await.unwrap();
    // The steward's domain is not the lamps'.
    for reader in [OFFICER, STEWARD] {
        let mut tx = world.pool.begin().await.unwrap();
        sqlx::raw_sql(AS_IF_LARGE).execute(&mut *tx).await.unwrap();
        let before = rows_read(&mut tx).await;
        let found = world.searcher.search(&mut tx, reader, &words_of("zebra crossings"), now()).await.unwrap();
        assert_eq!(found.total, 1);
        let after = rows_read(&mut tx).await;
        let read = after.get("product").copied().unwrap_or_default() - before.get("product").copied().unwrap_or_default();
        assert!(read < 100, "{reader:?}: {read} products were read, where 503 are hidden");
    }
}
