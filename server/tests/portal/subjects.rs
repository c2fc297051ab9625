//! Requests of people about data of theirs, through the real router and a real source: found through indexes, tasks for domains, and
//! nothing anywhere that names the person.

use crate::common::{page, post};
use crate::granting::Granting;
use domain::organisation::{Role, Scope};
use server::jobs::events;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
/// Of nobody: the letter at the end does not check.
const PERSON: &str = "T9900001X";

/// The routes' drivers name people; so does a column of a table that is not indexed.
async fn people(place: &mut Granting, pool: &PgPool) {
    place
        .source
        .execute(AssertSqlSafe(format!(
            "UPDATE ssot_a.routes SET driver = '{PERSON}' WHERE route IN ('101', '102'); CREATE INDEX ON ssot_a.routes (driver);
             CREATE TABLE ssot_a.badges (badge text, holder text); INSERT INTO ssot_a.badges VALUES ('b1', '{PERSON}');
             SELECT pasar_source.share_table('ssot_a', 'badges')"
        )))
        .await
        .unwrap();
    pool.execute(
        "INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
             SELECT '00000000-0000-7000-8000-0000000000b2', id, 'badges', 'Badges', 'ssot_a', 'badges', 1 FROM product;
         INSERT INTO data_column VALUES
             (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b2', 0, 'holder', 'text', NULL, false, false, 'restricted', 'sensitive-high', 'direct');
         UPDATE data_column SET is_key = true WHERE dataset_id = '00000000-0000-7000-8000-0000000000b1'",
    )
    .await
    .unwrap();
}

fn asking(identifier: &str, wish: &str) -> String {
    format!("kind=nric&identifier={identifier}&wish={wish}&purpose=Section+21&reason=Wants+to+know")
}

/// Every text of every table of the record.
async fn everything(pool: &PgPool) -> String {
    let tables: Vec<String> = sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'").fetch_all(pool).await.unwrap();
    let mut all = String::new();
    for table in tables {
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!("SELECT t::text FROM {table} t"))).fetch_all(pool).await.unwrap();
        all.push_str(&rows.join("\n"));
    }
    all.to_lowercase()
}

async fn grown(pool: PgPool) -> Granting {
    let secret = [("PASAR_SECRET", "a secret of this test, long enough for it")];
    let mut place = Granting::with(pool.clone(), "{}", 3, &secret).await;
    people(&mut place, &pool).await;
    place
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_person_is_found_and_each_domain_ends_its_task_with_evidence(pool: PgPool) {
    let place = grown(pool.clone()).await;
    let world = &place.world;
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let steward = world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let auditor = world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await;
    let opened = post(world, &administrator, "/subjects", &asking("t9900001x", "erasure")).await;
    assert_eq!(opened.status, 303, "{}", opened.body);
    let report = opened.location();
    assert!(report.starts_with("/subjects/") && !report.contains("9900001"), "{report}");

    let shown = page(world, &administrator, &report).await;
    for part in ["•••••••1X", "routes.driver", ">2<", "badges.holder", "the column has no index", "Domains are at work", "Section 21"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(page(world, &auditor, &report).await.contains("routes.driver"));
    events::follow(&world.state).await.unwrap();
    assert!(page(world, &steward, "/notices").await.contains("A person asks about data of theirs that your domain holds."));
    assert!(page(world, &steward, "/subjects/tasks").await.contains("Have it erased"));
    assert!(page(world, &steward, "/api/v1/subject-tasks").await.contains("\"wish\":\"erasure\""));

    let id: uuid::Uuid = sqlx::query_scalar("SELECT t.id FROM subject_task t JOIN subject_request r ON r.id = t.request_id WHERE r.looked > 0")
        .fetch_one(&pool)
        .await
        .unwrap();
    let task = format!("/subjects/tasks/{id}");
    let shown = page(world, &steward, &task).await;
    assert!(shown.contains("route = 101") && shown.contains("route = 102") && shown.contains("2 rows"), "{shown}");
    for other in [&administrator, &auditor] {
        assert_eq!(world.get(&task, Some(&other.cookie)).await.status, 403, "rows are the domain's to see");
    }
    let wrong = post(world, &steward, &format!("{task}/end"), "outcome=done&evidence=ok").await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#evidence\"") && wrong.body.contains("ok</textarea>"), "{}", wrong.body);
    let ended = post(world, &steward, &format!("{task}/end"), "outcome=done&evidence=Deleted+two+rows%2C+ticket+4711").await;
    assert_eq!(ended.status, 303, "{}", ended.body);
    assert_eq!(post(world, &steward, &format!("{task}/end"), "outcome=refused&evidence=Changed+our+minds").await.status, 409, "once");
    let shown = page(world, &administrator, &report).await;
    assert!(shown.contains("Answered") && shown.contains("Deleted two rows, ticket 4711") && shown.contains("steward"), "{shown}");
    assert!(!page(world, &steward, &task).await.contains("route = 101"), "keys go with the task");
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM subject_finding WHERE row_keys IS NOT NULL").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0);
    events::follow(&world.state).await.unwrap();
    assert!(page(world, &administrator, "/notices").await.contains("A domain has ended its task"));
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE action LIKE 'subject%' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(actions, ["subject.open", "subject.find", "subject-task.open", "subject-task.done", "subject.close"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_names_the_person_is_kept_nowhere(pool: PgPool) {
    let mut place = grown(pool.clone()).await;
    let administrator = place.world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let first = post(&place.world, &administrator, "/subjects", &asking(PERSON, "report")).await.location();
    let second = post(&place.world, &administrator, "/subjects", &asking("T+9900001-x", "correction")).await.location();
    assert!(page(&place.world, &administrator, &second).await.contains(&first), "the same person asked before, known by the hash alone");
    let nobody = post(&place.world, &administrator, "/subjects", &asking("S0000000A", "report")).await.location();
    let shown = page(&place.world, &administrator, &nobody).await;
    assert!(shown.contains("Not found.") && !shown.contains("Asked before"), "{shown}");

    // Wrong in every way: nothing of it comes back.
    for (identifier, reason) in [("T99+not+a+number", "Wants+to+know"), (PERSON, "Is+T9900001X+known%3F")] {
        let fields = format!("kind=nric&identifier={identifier}&wish=report&purpose=Section+21&reason={reason}");
        let wrong = post(&place.world, &administrator, "/subjects", &fields).await;
        assert_eq!(wrong.status, 422);
        let fields_again = wrong.body.split("<form method=\"post\" action=\"/subjects\"").nth(1).unwrap();
        let field = fields_again.split("id=\"identifier\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(field.contains("value=\"\""), "{field}");
    }
    let all = everything(&pool).await;
    assert!(all.contains("•••••••1x"), "the mask is there");
    for part in ["t9900001x", "9900001", "s0000000a", "not a number"] {
        assert!(!all.contains(part), "{part}");
    }
    // A plain hash would be found by trying all numbers.
    let plain = hex::encode(Sha256::digest(format!("nric\n{PERSON}")));
    assert!(!all.contains(&plain));

    // A source that would log it is not asked, and the request is not even opened.
    let portal: String =
        sqlx::query_scalar("SELECT rolname::text FROM pg_roles WHERE rolname = current_database()").fetch_one(&mut place.source).await.unwrap();
    place.source.execute(AssertSqlSafe(format!("ALTER ROLE {portal} SET log_min_duration_statement = 0"))).await.unwrap();
    place.forget_connections().await;
    let refused = post(&place.world, &administrator, "/subjects", &asking(PERSON, "report")).await;
    assert!(refused.status == 422 && refused.body.contains("into its log"), "{} {}", refused.status, refused.body);
    let requests: i64 = sqlx::query_scalar("SELECT count(*) FROM subject_request WHERE purpose = 'Section 21'").fetch_one(&pool).await.unwrap();
    assert_eq!(requests, 3);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_officer_of_a_sector_looks_in_that_sector(pool: PgPool) {
    let place = grown(pool.clone()).await;
    let world = &place.world;
    let scope = |id: &str| [(Role::TcSecurityOfficer, Scope::Sector(id.parse().unwrap()))];
    let (own, other) =
        (world.visitor("kaur", &scope(SECTOR)).await, world.visitor("elsewhere", &scope("00000000-0000-7000-8000-0000000000ff")).await);
    pool.execute("INSERT INTO sector VALUES ('00000000-0000-7000-8000-0000000000ff', 'people', 'People', 'Trusted centre for people')")
        .await
        .unwrap();
    let here = post(world, &own, "/subjects", &asking(PERSON, "report")).await.location();
    let there = post(world, &other, "/subjects", &asking(PERSON, "report")).await.location();
    assert!(page(world, &own, &here).await.contains("routes.driver"));
    let shown = page(world, &other, &there).await;
    assert!(shown.contains("Not found.") && !shown.contains("routes.driver"), "{shown}");
    assert_eq!(world.get(&here, Some(&other.cookie)).await.status, 403);
    assert_eq!(world.get(&there, Some(&own.cookie)).await.status, 403);
    assert!(!page(world, &other, "/subjects").await.contains(&here));
    let officer = world.visitor("officer", &[]).await;
    for path in ["/subjects", "/subjects/new"] {
        assert_eq!(world.get(path, Some(&officer.cookie)).await.status, 403);
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_source_that_is_down_leaves_a_request_that_says_so(pool: PgPool) {
    let place = grown(pool.clone()).await;
    let administrator = place.world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    // A column that the table does not have any more: the source refuses.
    pool.execute("UPDATE data_column SET name = 'gone' WHERE name = 'driver'").await.unwrap();
    let report = post(&place.world, &administrator, "/subjects", &asking(PERSON, "erasure")).await.location();
    assert!(page(&place.world, &administrator, &report).await.contains("nothing is known"));
    let outcome: String = sqlx::query_scalar("SELECT outcome FROM audit_event WHERE action = 'subject.find'").fetch_one(&pool).await.unwrap();
    assert_eq!(outcome, "failed");
}
