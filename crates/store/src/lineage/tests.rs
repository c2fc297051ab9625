//! The graph is a function of what was told, in whichever order and however often; and of what its reader may know.

use super::*;
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::Origin;
use domain::id::PersonId;
use domain::lineage::{Assertions, ColumnSource, Described, Direction, Field, Home, Name, RunState, Statement};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sqlx::{Connection, PgConnection, PgPool, Row};
use uuid::Uuid;

const ORDERS: usize = 60;
const GRAPHS: usize = 40;
const PERSON: PersonId = PersonId(Uuid::from_u128(9));
/// As before anything was told: graphs are read on connections of their own, which do not see what a transaction has not confirmed.
const NOTHING_TOLD: &str = "TRUNCATE lineage_node, lineage_job, lineage_run, lineage_derivation CASCADE";
/// Products a and b are listed, h is hidden; each has one dataset. The person develops a, and nothing else.
const CATALOGUE: &str = "
    INSERT INTO sector VALUES ('00000000-0000-0000-0000-000000000001', 's', 'S', 'T');
    INSERT INTO agency VALUES ('00000000-0000-0000-0000-000000000002', 'g', 'G', NULL);
    INSERT INTO data_domain VALUES ('00000000-0000-0000-0000-000000000003', 'd', 'D', NULL, '00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001');
    INSERT INTO person (id, email, name, created_at) VALUES ('00000000-0000-0000-0000-000000000009', 'dev@example.invalid', 'Dev', now());
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
        SELECT ('00000000-0000-0000-0000-0000000001' || n)::uuid, '00000000-0000-0000-0000-000000000003', a, 'd.' || a, upper(a), 'source-aligned', '1', 'published', v, '', now(), now()
        FROM (VALUES ('01', 'a', 'listed'), ('02', 'b', 'listed'), ('03', 'h', 'hidden')) AS t(n, a, v);
    INSERT INTO dataset (id, product_id, name, title, position, table_schema, table_name)
        SELECT ('00000000-0000-0000-0000-0000000002' || right(p.id::text, 2))::uuid, p.id, 'rows', 'Rows', 0, 'shop', p.name FROM product p;
    INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
        SELECT id, 'approval', '{}', '{}', 'none', 90 FROM product;
    INSERT INTO role_grant (id, person_id, role, scope_kind, scope_id, granted_at)
        VALUES (gen_random_uuid(), '00000000-0000-0000-0000-000000000009', 'developer', 'product', '00000000-0000-0000-0000-000000000101', now());
    DELETE FROM outbox";

fn home() -> Home {
    Home { namespaces: vec!["postgres://here:5432".into()], database: "shop_db".into() }
}

fn now() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

fn hour(n: i64) -> DateTime<Utc> {
    "2026-11-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(n)
}

/// Six tables: that of a under the name of the source, that of b and h by their addresses, and three that nobody knows.
fn table(n: u8) -> Name {
    match n {
        0 => Name::new("postgres://here:5432", "shop_db.shop.a"),
        1 => Name::new("pasar", "d.b.rows"),
        2 => Name::new("pasar", "d.h.rows"),
        n => Name::new("elsewhere", format!("t{n}")),
    }
}

fn statement(job: u8, run: u8, state: RunState, at: i64, inputs: &[u8], outputs: &[u8]) -> Statement {
    Statement {
        job: Name::new("jobs", format!("j{job}")),
        run: Uuid::from_u128(u128::from(run) + 1_000 * u128::from(job)),
        state,
        at: hour(at),
        parent: None,
        inputs: inputs.iter().map(|n| Described::named(table(*n))).collect(),
        outputs: outputs.iter().map(|n| Described::named(table(*n))).collect(),
        whole: false,
    }
}

fn anything() -> impl Strategy<Value = Statement> {
    let sides = (proptest::collection::vec(0u8..6, 0..3), proptest::collection::vec(0u8..6, 0..3));
    let state = prop_oneof![3 => Just(RunState::Complete), 2 => Just(RunState::Start), 1 => Just(RunState::Fail), 1 => Just(RunState::Running)];
    let more = (proptest::option::of((0u8..6, 0u8..3, any::<bool>())), proptest::option::of(0u8..4), any::<bool>());
    (0u8..2, 0u8..3, state, 0i64..8, sides, more).prop_map(|(job, run, state, at, (inputs, outputs), (column, field, alias))| {
        let mut said = statement(job, run, state, at, &inputs, &outputs);
        if let Some(output) = said.outputs.first_mut() {
            output.columns.extend(column.map(|(from, n, direct)| ColumnSource {
                to: "x".into(),
                dataset: table(from),
                from: format!("c{n}"),
                direct,
                masked: false,
            }));
            output.fields = field.map(|n| vec![Field { name: format!("f{n}"), kind: None, description: None }]);
            output.assertions = field.map(|n| Assertions { met: u32::from(n), missed: 1 });
        }
        // Another name of what the person looks after.
        if let Some(input) = said.inputs.first_mut().filter(|input| alias && input.name.namespace == "elsewhere") {
            input.also.push(table(0));
        }
        said
    })
}

async fn tell(conn: &mut PgConnection, all: &[Statement], by: Option<PersonId>) -> Said {
    record(conn, all, &Reporter { person: by, origin: Origin::default() }, &home(), now()).await.unwrap()
}

/// What rules are told of where the data of a comes from.
async fn asked_by_rules(conn: &mut PgConnection) -> rules::input::Lineage {
    let mut all = crate::standard::inputs(conn, &[Uuid::from_u128(0x101)], now().date_naive()).await.unwrap();
    all.remove(0).1.lineage
}

fn upstream(lineage: &rules::input::Lineage) -> Vec<&str> {
    lineage.upstream.iter().map(|one| one.address.as_str()).collect()
}

/// Everything that the graph says, by names.
async fn snapshot(conn: &mut PgConnection) -> Vec<String> {
    let query = "
        SELECT format('%s > %s by %s since %s until %s', f.name, t.name, j.name, e.since, e.until) AS line
        FROM lineage_edge e JOIN lineage_node f ON f.id = e.from_id JOIN lineage_node t ON t.id = e.to_id JOIN lineage_job j ON j.id = e.job_id
        UNION ALL SELECT format('%s.%s > %s.%s %s by %s since %s until %s', f.name, from_column, t.name, to_column, direct, j.name, e.since, e.until)
        FROM lineage_column_edge e JOIN lineage_node f ON f.id = e.from_id JOIN lineage_node t ON t.id = e.to_id JOIN lineage_job j ON j.id = e.job_id
        UNION ALL SELECT format('%s is %s, %s at %s, %s at %s', n.name, coalesce(d.id::text, 'none'), s.described, s.described_at, s.checked, s.checked_at)
        FROM lineage_node n JOIN lineage_node s ON s.id = coalesce(n.same_as, n.id) LEFT JOIN dataset d ON d.id = s.dataset_id ORDER BY 1";
    sqlx::query(query).fetch_all(conn).await.unwrap().into_iter().map(|row| row.get::<String, _>("line")).collect()
}

#[sqlx::test(migrations = "../../migrations")]
async fn in_whichever_order_and_however_often_it_is_told_the_graph_is_the_same(pool: PgPool) {
    sqlx::raw_sql(CATALOGUE).execute(&pool).await.unwrap();
    let mut runner = TestRunner::deterministic();
    let strategy = (proptest::collection::vec(anything(), 1..9), any::<u64>());
    for _ in 0..ORDERS {
        let (told, seed) = strategy.new_tree(&mut runner).unwrap().current();
        let mut first = pool.begin().await.unwrap();
        for one in &told {
            tell(&mut first, std::slice::from_ref(one), Some(PERSON)).await;
        }
        let expected = snapshot(&mut first).await;
        first.rollback().await.unwrap();

        // Another order, some of it twice, and some of it together.
        let mut other: Vec<Statement> = told.iter().chain(told.iter().take(2)).cloned().collect();
        for place in (1..other.len()).rev() {
            let with = usize::try_from(seed.rotate_left(u32::try_from(place).unwrap()) % (place as u64 + 1)).unwrap();
            other.swap(place, with);
        }
        let mut second = pool.begin().await.unwrap();
        for some in other.chunks(1 + usize::try_from(seed % 3).unwrap()) {
            tell(&mut second, some, Some(PERSON)).await;
        }
        let again = snapshot(&mut second).await;
        for one in &told {
            assert!(!tell(&mut second, std::slice::from_ref(one), Some(PERSON)).await.changed, "told again, nothing changes: {one:?}");
        }
        second.rollback().await.unwrap();
        assert_eq!(expected, again, "{told:#?}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_node_keeps_the_product_of_its_dataset_whatever_is_written(pool: PgPool) {
    sqlx::raw_sql(CATALOGUE).execute(&pool).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    tell(&mut conn, &[statement(1, 0, RunState::Complete, 1, &[0, 1, 2], &[3])], None).await;
    let kept = "SELECT count(*) FILTER (WHERE n.product_id = d.product_id) AS kept, count(*) FILTER (WHERE n.product_id IS DISTINCT FROM d.product_id) AS lost
                FROM lineage_node n LEFT JOIN dataset d ON d.id = n.dataset_id";
    let counts = async || sqlx::query_as::<_, (i64, i64)>(kept).fetch_one(&pool).await.unwrap();
    let (linked, lost) = counts().await;
    assert!(linked > 0 && lost == 0);
    let other = "UPDATE lineage_node SET product_id = '00000000-0000-0000-0000-000000000103'";
    sqlx::raw_sql(other).execute(&pool).await.unwrap();
    assert_eq!(counts().await, (linked, 0), "said otherwise");
    sqlx::raw_sql("DELETE FROM dataset WHERE product_id = '00000000-0000-0000-0000-000000000101'").execute(&pool).await.unwrap();
    assert_eq!(counts().await, (linked - 1, 0), "its dataset is gone");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_reader_is_answered_as_if_what_they_may_not_know_of_were_not_there(pool: PgPool) {
    sqlx::raw_sql(CATALOGUE).execute(&pool).await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO person (id, email, name, created_at) VALUES ('00000000-0000-0000-0000-00000000000a', 'o@example.invalid', 'O', now())",
    )
    .execute(&pool)
    .await
    .unwrap();
    let reader = PersonId(Uuid::from_u128(10));
    let mut runner = TestRunner::deterministic();
    let strategy = (proptest::collection::vec((0u8..6, 0u8..6), 1..14), 1i64..4, 2usize..8);
    for _ in 0..GRAPHS {
        let (edges, fan, nodes) = strategy.new_tree(&mut runner).unwrap().current();
        let mut conn = pool.acquire().await.unwrap();
        for (job, (from, to)) in (0u8..).zip(&edges) {
            tell(&mut conn, &[statement(job, 0, RunState::Complete, 1, &[*from], &[*to])], None).await;
        }
        let start = of_address(&mut conn, &"d.b".parse().unwrap(), reader, now()).await.unwrap().unwrap();
        assert!(of_address(&mut conn, &"d.h".parse().unwrap(), reader, now()).await.unwrap().is_none());
        assert!(
            of_name(&mut conn, &table(2), reader, now()).await.unwrap().is_none()
                && of_name(&mut conn, &table(3), reader, now()).await.unwrap().is_none()
        );
        let asked = Asked { reader, direction: Direction::Both, hops: 4, as_of: None, limits: Limits { nodes, fan }, now: now() };
        let seen = graph(&pool, &start.nodes, &asked).await.unwrap();
        let then = graph(&pool, &start.nodes, &Asked { as_of: Some(hour(2)), ..asked.clone() }).await.unwrap();
        assert_eq!(seen, then, "what holds now held then");
        assert!(graph(&pool, &start.nodes, &Asked { as_of: Some(hour(0)), ..asked.clone() }).await.unwrap().edges.is_empty());
        assert!(seen.nodes.iter().all(|node| !matches!(&node.what, What::Named { .. }) && !format!("{:?}", node.what).contains("d.h")), "{seen:?}");
        sqlx::query("DELETE FROM lineage_edge e USING lineage_node n, dataset d, product p WHERE n.id IN (e.from_id, e.to_id) AND d.id = n.dataset_id AND p.id = d.product_id AND p.visibility = 'hidden'")
            .execute(&pool)
            .await
            .unwrap();
        assert_eq!(graph(&pool, &start.nodes, &asked).await.unwrap(), seen, "{edges:?}");
        sqlx::raw_sql(NOTHING_TOLD).execute(&pool).await.unwrap();
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_column_is_followed_as_if_what_its_reader_may_not_know_of_were_not_there(pool: PgPool) {
    sqlx::raw_sql(CATALOGUE).execute(&pool).await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO person (id, email, name, created_at) VALUES ('00000000-0000-0000-0000-00000000000a', 'o@example.invalid', 'O', now())",
    )
    .execute(&pool)
    .await
    .unwrap();
    let reader = PersonId(Uuid::from_u128(10));
    let name = |n: u8| if n == 0 { "*".to_owned() } else { format!("c{n}") };
    let mut runner = TestRunner::deterministic();
    let strategy = (proptest::collection::vec((0u8..6, 0u8..3, 0u8..6, 0u8..3), 1..14), 1i64..4, 2usize..8);
    for _ in 0..GRAPHS {
        let (edges, fan, nodes) = strategy.new_tree(&mut runner).unwrap().current();
        let mut conn = pool.acquire().await.unwrap();
        for (job, (from, column, to, becomes)) in (0u8..).zip(&edges) {
            let mut said = statement(job, 0, RunState::Complete, 1, &[*from], &[*to]);
            let source = ColumnSource { to: name(*becomes), dataset: table(*from), from: name(*column), direct: *becomes > 0, masked: false };
            said.outputs[0].columns.push(source);
            tell(&mut conn, &[said], None).await;
        }
        let start = of_address(&mut conn, &"d.b.rows".parse().unwrap(), reader, now()).await.unwrap().unwrap();
        let asked = Asked { reader, direction: Direction::Both, hops: 4, as_of: None, limits: Limits { nodes, fan }, now: now() };
        let seen = column_graph(&pool, &start, "c1", &asked).await.unwrap();
        let all = columns_graph(&pool, &start, 3, &asked).await.unwrap();
        let then = column_graph(&pool, &start, "c1", &Asked { as_of: Some(hour(2)), ..asked.clone() }).await.unwrap();
        assert_eq!(seen, then, "what holds now held then");
        assert!(column_graph(&pool, &start, "c1", &Asked { as_of: Some(hour(0)), ..asked.clone() }).await.unwrap().is_none());
        for node in seen.iter().flat_map(|graph| &graph.nodes) {
            assert!(!matches!(&node.what, What::Named { .. }) && !format!("{:?}", node.what).contains("d.h"), "{seen:?}");
            assert_eq!(node.column.is_none(), node.what == What::Outside);
        }
        assert!(seen.as_ref().is_none_or(|graph| graph.nodes.len() <= nodes) && all.nodes.len() <= nodes.max(3), "{seen:?}");
        sqlx::query("DELETE FROM lineage_column_edge e USING lineage_node n, dataset d, product p WHERE n.id IN (e.from_id, e.to_id) AND d.id = n.dataset_id AND p.id = d.product_id AND p.visibility = 'hidden'")
            .execute(&pool)
            .await
            .unwrap();
        assert_eq!(column_graph(&pool, &start, "c1", &asked).await.unwrap(), seen, "{edges:?}");
        assert_eq!(columns_graph(&pool, &start, 3, &asked).await.unwrap(), all, "{edges:?}");
        sqlx::raw_sql(NOTHING_TOLD).execute(&pool).await.unwrap();
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn late_events_take_their_place_and_failed_runs_say_nothing(pool: PgPool) {
    sqlx::raw_sql(CATALOGUE).execute(&pool).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    let complete = |run, at, inputs: &[u8]| statement(0, run, RunState::Complete, at, inputs, &[0]);
    assert!(tell(&mut conn, &[complete(1, 1, &[3])], Some(PERSON)).await.changed);
    assert!(!tell(&mut conn, &[complete(2, 9, &[3])], Some(PERSON)).await.changed, "the same again another night");
    assert!(tell(&mut conn, &[complete(3, 5, &[4])], Some(PERSON)).await.changed, "one that comes late");
    let lines = |all: Vec<String>| all.into_iter().filter(|line| line.contains(" by ")).collect::<Vec<_>>();
    let edges = lines(snapshot(&mut conn).await);
    assert_eq!(edges.len(), 3, "{edges:#?}");
    assert!(!tell(&mut conn, &[statement(0, 4, RunState::Fail, 12, &[5], &[0])], Some(PERSON)).await.changed);
    // Its outputs are another's: nothing of it counts, and only what the person may know of is named.
    let others = tell(&mut conn, &[statement(0, 5, RunState::Complete, 13, &[0], &[1, 2])], Some(PERSON)).await;
    assert_eq!((others.changed, others.left_out), (false, vec![(0, 0)]));
    assert_eq!(lines(snapshot(&mut conn).await), edges);
    assert_eq!(asked_by_rules(&mut conn).await.datasets, ["rows"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_claimed_name_is_the_dataset_from_the_first_event_on(pool: PgPool) {
    sqlx::raw_sql(CATALOGUE).execute(&pool).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    // b goes into an unknown table, which goes into a.
    tell(&mut conn, &[statement(0, 1, RunState::Complete, 1, &[1], &[4]), statement(1, 1, RunState::Complete, 2, &[4], &[0])], Some(PERSON)).await;
    let before = snapshot(&mut conn).await;
    let waiting = claimable(&mut conn, PERSON, 10, now()).await.unwrap();
    assert_eq!(waiting.iter().map(|one| (&one.name, one.beside.clone())).collect::<Vec<_>>(), [(&table(4), vec!["A".to_owned()])]);
    let (name, origin) = (table(4), Origin::default());
    let claimed = Claim { person: PERSON, product: Uuid::from_u128(0x101).into(), dataset: Uuid::from_u128(0x201), name: &name, origin: &origin };
    claim(&mut conn, &claimed, &home(), now()).await.unwrap();
    claim(&mut conn, &claimed, &home(), now()).await.unwrap();
    assert_eq!(upstream(&asked_by_rules(&mut conn).await), ["d.b"]);
    let taken = Claim { dataset: Uuid::from_u128(0x202), ..claimed };
    assert!(matches!(claim(&mut conn, &taken, &home(), now()).await, Err(crate::StoreError::Conflict(_))));
    assert!(!release(&mut conn, &taken, now()).await.unwrap());
    let back = Claim { dataset: Uuid::from_u128(0x201), ..taken };
    // Another who looks after b tells of a table that a has nothing to do with: it is not a's to claim, until it goes into a.
    let theirs = table(5);
    sqlx::raw_sql(
        "INSERT INTO person (id, email, name, created_at) VALUES ('00000000-0000-0000-0000-00000000000b', 'b@example.invalid', 'B', now());
         INSERT INTO role_grant (id, person_id, role, scope_kind, scope_id, granted_at)
             VALUES (gen_random_uuid(), '00000000-0000-0000-0000-00000000000b', 'owner', 'product', '00000000-0000-0000-0000-000000000102', now())",
    )
    .execute(&mut *conn)
    .await
    .unwrap();
    let other = Some(PersonId(Uuid::from_u128(11)));
    let mut tx = conn.begin().await.unwrap();
    tell(&mut tx, &[statement(2, 1, RunState::Complete, 3, &[5], &[1])], other).await;
    let taking = Claim { name: &theirs, ..back };
    assert!(matches!(claim(&mut tx, &taking, &home(), now()).await, Err(crate::StoreError::Conflict(_))));
    tell(&mut tx, &[statement(3, 1, RunState::Complete, 3, &[5], &[0])], Some(PERSON)).await;
    claim(&mut tx, &taking, &home(), now()).await.unwrap();
    tx.rollback().await.unwrap();
    assert!(release(&mut conn, &back, now()).await.unwrap() && !release(&mut conn, &back, now()).await.unwrap());
    assert_eq!(snapshot(&mut conn).await, before);
    let actions: Vec<String> = sqlx::query_scalar("SELECT action FROM audit_event ORDER BY id").fetch_all(&mut *conn).await.unwrap();
    assert_eq!(actions, ["lineage.record", "lineage.claim", "lineage.release"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn declared_ports_are_edges_as_long_as_they_are_declared(pool: PgPool) {
    sqlx::raw_sql(CATALOGUE).execute(&pool).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO input_port VALUES ('00000000-0000-0000-0000-000000000301', '00000000-0000-0000-0000-000000000101', 'from-b', NULL, 'd.b'),
            ('00000000-0000-0000-0000-000000000302', '00000000-0000-0000-0000-000000000101', 'paper', NULL, 'Forms on paper');
         INSERT INTO column_flow VALUES ('00000000-0000-0000-0000-000000000301', 'rows.x', 'rows.y', 'kept', NULL),
            ('00000000-0000-0000-0000-000000000301', 'rows.z', NULL, 'dropped', 'Not needed')",
    )
    .execute(&mut *conn)
    .await
    .unwrap();
    let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE topic = 'lineage.product'").fetch_one(&mut *conn).await.unwrap();
    assert!(waiting > 0);
    let ids = domain::Ids::new(|| [7; 10]);
    let product = Uuid::from_u128(0x101);
    assert!(follow(&mut conn, &[product], &home(), &ids, now()).await.unwrap().changed);
    assert!(!follow(&mut conn, &[product], &home(), &ids, now() + TimeDelta::hours(1)).await.unwrap().changed);
    let asked = Asked { reader: PERSON, direction: Direction::Up, hops: 2, as_of: None, limits: Limits { nodes: 20, fan: 20 }, now: now() };
    let start = of_address(&mut conn, &"d.a".parse().unwrap(), PERSON, now()).await.unwrap().unwrap();
    let seen = graph(&pool, &start.nodes, &asked).await.unwrap();
    assert!(seen.nodes.iter().any(|node| node.what == What::Source("Forms on paper".into())), "{seen:?}");
    let columns = column_edges(&mut conn, product.into(), PERSON, None, 10, now()).await.unwrap();
    assert_eq!(columns.iter().map(|edge| edge.from.clone().unwrap().1).collect::<Vec<_>>(), ["x"]);
    sqlx::query("DELETE FROM input_port").execute(&mut *conn).await.unwrap();
    assert!(follow(&mut conn, &[product], &home(), &ids, now() + TimeDelta::hours(2)).await.unwrap().changed);
    assert!(graph(&pool, &start.nodes, &asked).await.unwrap().edges.is_empty());
    let then = graph(&pool, &start.nodes, &Asked { as_of: Some(now() + TimeDelta::hours(1)), ..asked }).await.unwrap();
    assert_eq!(then, seen, "as of then it is still there");
}

#[sqlx::test(migrations = "../../migrations")]
async fn standards_know_what_tools_told_and_look_again(pool: PgPool) {
    sqlx::raw_sql(CATALOGUE).execute(&pool).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO standard (id, slug, scope_kind, made_at) VALUES ('00000000-0000-0000-0000-000000000401', 'traced', 'whole', now());
         INSERT INTO standard_version (standard_id, version, status, title, kind, severity, owner, contact, refs, text, source, rego, cases, effective_from,
                                       grace_days, share_key, changed_at, published_at)
             VALUES ('00000000-0000-0000-0000-000000000401', 1, 'effective', 'T', 'lineage', 'flag', 'O', 'C', '{}', 'T', '{}', '', '[]', '2026-01-01',
                     0, gen_random_uuid(), now(), now());
         DELETE FROM outbox",
    )
    .execute(&mut *conn)
    .await
    .unwrap();
    let before = asked_by_rules(&mut conn).await;
    assert!(!before.known && before.upstream.is_empty());
    let waiting = "SELECT object_id FROM outbox WHERE topic = 'standard.product' AND done_at IS NULL";
    tell(&mut conn, &[statement(1, 1, RunState::Complete, 1, &[1, 2, 4], &[0])], None).await;
    let after = asked_by_rules(&mut conn).await;
    assert_eq!(after.datasets, ["rows"]);
    assert_eq!(upstream(&after), ["a product that is not listed", "d.b"]);
    assert_eq!(sqlx::query_scalar::<_, Uuid>(waiting).fetch_all(&mut *conn).await.unwrap(), [Uuid::from_u128(0x101)]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_a_change_would_touch_is_followed_to_its_end_or_says_that_there_is_more(pool: PgPool) {
    sqlx::raw_sql(CATALOGUE).execute(&pool).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    // b goes through two unknown tables into a, and at once into what is hidden.
    for (job, (from, to)) in (0u8..).zip([(1, 3), (3, 4), (4, 0), (1, 2)]) {
        tell(&mut conn, &[statement(job, 0, RunState::Complete, 1, &[from], &[to])], None).await;
    }
    let start = of_address(&mut conn, &"d.b".parse().unwrap(), PERSON, now()).await.unwrap().unwrap();
    let addresses = |touch: &Touch| touch.products.iter().map(|one| one.address.clone()).collect::<Vec<_>>();
    let all = touched(&mut conn, &start, PERSON, 100, now()).await.unwrap();
    assert_eq!((addresses(&all), all.at_least), (vec!["d.a".to_owned(), "d.b".to_owned()], false));
    let few = touched(&mut conn, &start, PERSON, 2, now()).await.unwrap();
    assert_eq!((addresses(&few), few.at_least), (vec!["d.b".to_owned()], true));
    // A graph that ends where the steps do says nothing; one that goes on says so.
    let asked = |hops| Asked { reader: PERSON, direction: Direction::Down, hops, as_of: None, limits: Limits { nodes: 20, fan: 20 }, now: now() };
    for (hops, nodes, more) in [(1, 2, true), (2, 3, true), (3, 4, false)] {
        let seen = graph(&pool, &start.nodes, &asked(hops)).await.unwrap();
        assert_eq!((seen.nodes.len(), seen.cut(), seen.truncated), (nodes, more, false), "{hops} hops");
    }
}
