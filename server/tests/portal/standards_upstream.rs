//! What rules read of the products that a product reads from: when that changes, whoever takes from it is judged again at once.

use crate::common::World;
use crate::standards_gates::{day, in_force, rego};
use rules::Severity;
use server::jobs::standards;
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;

const UPSTREAM: &str = "00000000-0000-7000-8000-0000000000d2";

/// Depots, from which bus routes take by an input port, and crews, into which a pipeline writes what it reads of depots. Each has one dataset.
const AROUND: &str = "
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
        SELECT ('00000000-0000-7000-8000-0000000000d' || n)::uuid, '00000000-0000-7000-8000-000000000003', a, 'ssot-a.' || a, t, 'source-aligned', '1.0.0',
               'published', 'listed', '', '2026-11-20', '2026-11-20'
        FROM (VALUES ('2', 'depots-dp', 'Depots'), ('3', 'crews-dp', 'Crews')) AS x(n, a, t);
    INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
        SELECT id, 'approval', '{}', '{}', 'none', 365 FROM product WHERE name <> 'busroutes-dp';
    INSERT INTO dataset (id, product_id, name, title, position) SELECT gen_random_uuid(), id, 'all', 'All', 0 FROM product;
    INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
        SELECT gen_random_uuid(), id, 0, 'named', 'text', false, false, 'official-open', 'non-sensitive', 'none' FROM dataset;
    INSERT INTO input_port SELECT gen_random_uuid(), id, 'from-depots', NULL, 'ssot-a.depots-dp' FROM product WHERE name = 'busroutes-dp';
    INSERT INTO lineage_node (namespace, name, dataset_id, first_at)
        SELECT 'pasar', p.address || '.all', d.id, '2026-11-20' FROM dataset d JOIN product p ON p.id = d.product_id WHERE p.name <> 'busroutes-dp';
    INSERT INTO lineage_job (namespace, name, first_at, last_at) VALUES ('jobs', 'crews', '2026-11-20', '2026-11-20');
    INSERT INTO lineage_edge (job_id, output_id, from_id, to_id, since)
        SELECT j.id, t.id, f.id, t.id, '2026-11-20' FROM lineage_job j, lineage_node f, lineage_node t
        WHERE f.name = 'ssot-a.depots-dp.all' AND t.name = 'ssot-a.crews-dp.all';
    INSERT INTO lineage_column_edge (job_id, output_id, from_id, from_column, to_id, to_column, direct, masked, since)
        SELECT job_id, output_id, from_id, 'named', to_id, 'named', true, false, since FROM lineage_edge";

async fn world(pool: &PgPool) -> World {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute(AROUND).await.unwrap();
    let any = |condition: &str| format!("some upstream in input.lineage.upstream\n\t{condition}");
    for (slug, condition) in [
        ("personal", any("upstream.personal")),
        ("told", any("upstream.personal_told")),
        ("rank", any("upstream.classification_rank > 1")),
        ("unlisted", any("upstream.address == \"a product that is not listed\"")),
        ("taken", "input.lineage.downstream > 0".to_owned()),
    ] {
        in_force(&world, slug, Severity::BlockServing, &rego(slug, "", &condition), day("2026-06-01"), None).await;
    }
    world.settle().await;
    standards::follow(&world.state).await.unwrap();
    world
}

/// Standards that stop each product, after what waits was judged; no other day has come.
async fn stopped(world: &World) -> Vec<(String, String)> {
    standards::follow(&world.state).await.unwrap();
    sqlx::query_as(
        "SELECT p.name, s.slug FROM standard_evaluation e JOIN product p ON p.id = e.product_id JOIN standard s ON s.id = e.standard_id
         WHERE e.ended_at IS NULL AND e.serving = 'refuse' AND e.agreement_id IS NULL AND s.slug <> 'taken' ORDER BY 1, 2",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap()
}

/// Products that wait to be judged.
async fn waiting(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT DISTINCT p.name FROM outbox o JOIN product p ON p.id = o.object_id WHERE o.topic = 'standard.product' AND o.done_at IS NULL ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

fn of(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(product, standard)| ((*product).to_owned(), (*standard).to_owned())).collect()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn whoever_takes_from_a_product_is_judged_when_what_is_read_of_it_changes(pool: PgPool) {
    let world = world(&pool).await;
    assert!(stopped(&world).await.is_empty());
    for (what, change, back, found) in [
        (
            "a column becomes personal",
            "UPDATE data_column c SET personal = 'direct' FROM dataset d WHERE d.id = c.dataset_id AND d.product_id = '{}'",
            "UPDATE data_column SET personal = 'none'",
            of(&[("busroutes-dp", "personal"), ("crews-dp", "personal"), ("crews-dp", "told")]),
        ),
        (
            "its class rises",
            "UPDATE product SET classification = 'restricted' WHERE id = '{}'",
            "UPDATE product SET classification = NULL",
            of(&[("busroutes-dp", "rank"), ("crews-dp", "rank")]),
        ),
        (
            "it is hidden",
            "UPDATE product SET visibility = 'hidden' WHERE id = '{}'",
            "UPDATE product SET visibility = 'listed'",
            of(&[("busroutes-dp", "unlisted"), ("crews-dp", "unlisted")]),
        ),
        (
            "it is no longer published",
            "UPDATE product SET status = 'draft' WHERE id = '{}'",
            "UPDATE product SET status = 'published'",
            of(&[("busroutes-dp", "unlisted"), ("crews-dp", "unlisted")]),
        ),
    ] {
        pool.execute(AssertSqlSafe(change.replace("{}", UPSTREAM))).await.unwrap();
        assert_eq!(waiting(&pool).await, ["busroutes-dp", "crews-dp", "depots-dp"], "{what}");
        assert_eq!(stopped(&world).await, found, "{what}");
        let held: i64 =
            sqlx::query_scalar("SELECT count(*) FROM agreement_hold WHERE kind = 'standard' AND lifted_at IS NULL").fetch_one(&pool).await.unwrap();
        assert_eq!(held, 1, "{what}: the agreement on bus routes");
        pool.execute(back).await.unwrap();
        assert!(stopped(&world).await.is_empty(), "and back: {what}");
    }
    // What nobody reads of it concerns nobody else.
    pool.execute(AssertSqlSafe(format!("UPDATE product SET title = 'Depots of buses' WHERE id = '{UPSTREAM}'"))).await.unwrap();
    pool.execute(AssertSqlSafe(format!(
        "UPDATE data_column c SET description = 'In words' FROM dataset d WHERE d.id = c.dataset_id AND d.product_id = '{UPSTREAM}'"
    )))
    .await
    .unwrap();
    assert_eq!(waiting(&pool).await, ["depots-dp"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_moves_or_goes_is_looked_at_from_below_and_takers_are_counted_above(pool: PgPool) {
    let world = world(&pool).await;
    pool.execute(AssertSqlSafe(format!(
        "UPDATE data_column c SET personal = 'direct' FROM dataset d WHERE d.id = c.dataset_id AND d.product_id = '{UPSTREAM}'"
    )))
    .await
    .unwrap();
    assert_eq!(stopped(&world).await, of(&[("busroutes-dp", "personal"), ("crews-dp", "personal"), ("crews-dp", "told")]));
    // It goes by another name, and stays what is read from.
    pool.execute(AssertSqlSafe(format!(
        "UPDATE product SET name = 'sheds-dp', address = 'ssot-a.sheds-dp' WHERE id = '{UPSTREAM}';
         INSERT INTO former_address VALUES ('ssot-a.depots-dp', '{UPSTREAM}')"
    )))
    .await
    .unwrap();
    assert_eq!(waiting(&pool).await, ["busroutes-dp", "crews-dp", "sheds-dp"]);
    assert_eq!(stopped(&world).await.len(), 3);
    // Whoever no longer takes from it is counted no more.
    let taken = async || -> Vec<String> {
        standards::follow(&world.state).await.unwrap();
        sqlx::query_scalar(
            "SELECT p.name FROM standard_evaluation e JOIN product p ON p.id = e.product_id JOIN standard s ON s.id = e.standard_id
             WHERE e.ended_at IS NULL AND e.verdict = 'violated' AND s.slug = 'taken' AND e.agreement_id IS NULL ORDER BY 1",
        )
        .fetch_all(&pool)
        .await
        .unwrap()
    };
    assert_eq!(taken().await, ["sheds-dp"]);
    pool.execute("DELETE FROM input_port").await.unwrap();
    assert!(taken().await.is_empty());
    assert_eq!(stopped(&world).await, of(&[("crews-dp", "personal"), ("crews-dp", "told")]));
    // A dataset that goes takes with it what tools told of it.
    pool.execute(AssertSqlSafe(format!("DELETE FROM dataset WHERE product_id = '{UPSTREAM}'"))).await.unwrap();
    assert_eq!(waiting(&pool).await, ["crews-dp", "sheds-dp"]);
    assert!(stopped(&world).await.is_empty());
}
