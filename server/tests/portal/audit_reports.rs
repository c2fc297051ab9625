//! The trail is searched by purpose, column and time, taken away in two forms, and read as a report of a sector.

use crate::auditing::{AGREEMENT, SECTOR, describe, read, read_directly};
use crate::common::{Visitor, World};
use axum::http::StatusCode;
use domain::audit::Outcome;
use domain::id::SectorId;
use domain::organisation::{Role, Scope};
use store::PgPool;

async fn world(pool: PgPool) -> World {
    let world = World::new(pool, "http://127.0.0.1:1");
    describe(&world).await;
    world
}

async fn auditor(world: &World) -> Visitor {
    world.visitor("auditor.chua", &[(Role::Auditor, Scope::Whole)]).await
}

async fn officer(world: &World, name: &str, sector: &str) -> Visitor {
    world.visitor(name, &[(Role::TcSecurityOfficer, Scope::Sector(SectorId(sector.parse().unwrap())))]).await
}

/// How many events a filter finds, by both downloads and the page.
async fn found(world: &World, who: &Visitor, query: &str) -> usize {
    let of = async |path: &str| {
        let answer = world.get(path, Some(&who.cookie)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    };
    let lines = of(&format!("/audit.jsonl?{query}")).await;
    let many = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).filter(|line| line["id"].is_i64()).count();
    assert_eq!(of(&format!("/audit.csv?{query}")).await.lines().count(), many + 1, "{query}");
    let page = of(&format!("/audit?{query}")).await;
    assert_eq!(page.matches("/proof\"").count(), many, "{query}: {page}");
    many
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn events_are_found_by_purpose_column_and_time(pool: PgPool) {
    let world = world(pool).await;
    read(&world, "2026-11-21T15:59:59Z", Outcome::Done).await;
    read(&world, "2026-11-22T16:00:00Z", Outcome::Done).await;
    read(&world, "2026-11-22T16:00:00Z", Outcome::Refused).await;
    read_directly(&world, "2026-11-22T03:00:00Z", "SELECT depot FROM agreement_x.staff").await;
    let auditor = auditor(&world).await;
    let of = async |query: &str| found(&world, &auditor, query).await;
    hidden_columns_are_found(&world).await;
    assert_eq!(of("column=nric").await, 2, "what was refused, and a read of another column, are not among them");
    assert_eq!((of("column=depot").await, of("column=staff.depot").await), (3, 3));
    assert_eq!((of("column=other.depot").await, of("column=salary").await), (0, 0), "salary never leaves its source");
    assert_eq!((of("purpose=planning").await, of("purpose=policy").await), (4, 0));
    assert!(of("").await > 4, "roles were granted too");
    // Days are those of Singapore, both included.
    assert_eq!(of("action=port.read&from=2026-11-22&until=2026-11-22").await, 1);
    assert_eq!(of("action=port.read&from=2026-11-23").await, 2);
    assert_eq!(of("action=port.read&until=2026-11-21").await, 1);
    assert_eq!((of("from=no").await, of("purpose=planning&column=depot&from=2026-11-22&person=jason.lim@example.invalid").await), (0, 2));
    let page = world.get("/audit?purpose=planning&column=staff.depot&from=2026-11-01&until=2026-11-30", Some(&auditor.cookie)).await.body;
    for kept in ["value=\"staff.depot\"", "value=\"2026-11-01\"", "value=\"2026-11-30\"", "/audit.jsonl?purpose=planning&amp;column=staff.depot"] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    let here = officer(&world, "security.kaur", SECTOR).await;
    let elsewhere = officer(&world, "security.ng", "00000000-0000-7000-8000-000000000099").await;
    assert_eq!((found(&world, &here, "purpose=planning").await, found(&world, &elsewhere, "purpose=planning").await), (4, 0));
    let nobody = world.visitor("siti.yusof", &[]).await;
    assert_eq!(world.get("/audit.jsonl", Some(&nobody.cookie)).await.status, StatusCode::FORBIDDEN);
}

/// Columns of the agreement's dataset that a statement at the source is taken to read.
async fn hidden_columns_are_found(world: &World) {
    for (statement, read) in [
        ("SELECT depot FROM a.staff", &["depot"][..]),
        ("select s.\"depot\" , S.NRIC\nfrom a.staff s;", &["depot", "nric"]),
        ("SELECT depot FROM a.staff WHERE Nric > '1' ORDER BY depot", &["depot", "nric"]),
        ("SELECT * FROM a.staff", &["depot", "nric"]),
        ("SELECT count(*) FROM a.staff", &["depot", "nric"]),
        ("SELECT s FROM a.staff s", &["depot", "nric"]),
        ("SELECT depot FROM a.staff AS s(x, depot)", &["depot", "nric"]),
        ("SELECT depot FROM a.staff UNION TABLE a.staff", &["depot", "nric"]),
        ("SELECT depot FROM a.staff; TABLE a.staff", &["depot", "nric"]),
        ("COPY a.staff TO STDOUT", &["depot", "nric"]),
        ("SELECT nric FROM a.U&\"st\\0061ff\"", &["nric"]),
        ("SELECT query_to_xml('SELECT * FROM st' || 'aff', true, true, '')", &["depot", "nric"]),
        ("SELECT 1", &[]),
    ] {
        let columns: Vec<Vec<String>> = sqlx::query_scalar("SELECT columns FROM columns_read($1, 'ssot-a.busroutes-dp', $2)")
            .bind(AGREEMENT.parse::<uuid::Uuid>().unwrap())
            .bind(statement)
            .fetch_all(&world.pool)
            .await
            .unwrap();
        assert_eq!(columns.concat(), read, "{statement}");
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows", "reviews")))]
async fn a_report_says_who_read_what_and_what_stands_out(pool: PgPool) {
    let world = world(pool).await;
    sqlx::raw_sql(
        "INSERT INTO technique_waiver (id, dataset_id, column_name, reason, granted_by, granted_at, until)
         VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000d1', 'nric', 'A count of shifts', '00000000-0000-7000-8000-000000000009', now(), '2026-12-24T00:00:00Z')",
    )
    .execute(&world.pool)
    .await
    .unwrap();
    read_directly(&world, "2026-11-02T03:00:00Z", "SELECT depot FROM agreement_x.staff").await;
    // Mondays and Tuesdays of before, four reads each; then many in a day, and one on a Sunday.
    for day in ["2026-09-07", "2026-09-08", "2026-09-14", "2026-09-15", "2026-09-21"] {
        for _ in 0..4 {
            read_directly(&world, &format!("{day}T03:00:00Z"), "SELECT depot FROM agreement_x.staff").await;
        }
    }
    for _ in 0..21 {
        let event = read(&world, "2026-11-16T02:00:00Z", Outcome::Done).await;
        store::audit::note_rows(&mut world.pool.acquire().await.unwrap(), event, 10, world.now()).await.unwrap();
    }
    read(&world, "2026-11-22T03:00:00Z", Outcome::Done).await;
    for _ in 0..3 {
        read(&world, "2026-11-17T03:00:00Z", Outcome::Refused).await;
    }
    let here = officer(&world, "security.kaur", SECTOR).await;
    let page = world.get("/audit/report", Some(&here.cookie)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for said in [
        "Who read what: Geospatial sector",
        "Jason Lim",
        "nric: Only the last 4 characters shown",
        "Planning",
        &format!("/agreements/{AGREEMENT}"),
        "210 in 21 reads",
        "21 reads in a day",
        "a median of 4 reads on 6 earlier days",
        "1 of 1 reads that day",
        "3 refused",
        "staff: nric",
        "A count of shifts",
        "<h1",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains("salary"), "what was never read is not said to be");
    let of = async |who: &Visitor, query: &str| world.get(&format!("/audit/report.csv?{query}"), Some(&who.cookie)).await;
    let reads = of(&here, "area=domain:ssot-a&month=2026-11&table=reads").await;
    assert_eq!((reads.status, reads.body.lines().count()), (StatusCode::OK, 2), "{}", reads.body);
    assert!(reads.body.contains("\"22\",\"210 in 21 reads\""), "{}", reads.body);
    let decisions = of(&here, "month=2026-11&table=decisions").await.body;
    assert!(decisions.contains("\"Bus routes\",\"Jason Lim\",\"Planning\",\"Approved\""), "{decisions}");
    // The portal's own review of the quarter, as it stands; of a period before it was opened there is none.
    let reviews = of(&here, "area=domain:ssot-a&month=2026-11&table=reviews").await.body;
    assert_eq!(reviews.lines().count(), 2, "{reviews}");
    for said in ["2026-11-20 08:00", "\"2026-12-20\",\"Not yet\",\"Stand In\"", "\"Q4 2026\",\"Open\"", "\"0\",\"0\",\"1\",\"0\""] {
        assert!(reviews.contains(said), "{said}: {reviews}");
    }
    assert_eq!(of(&here, "month=2026-10&table=reviews").await.body.lines().count(), 1);
    assert_eq!(of(&here, "month=2026-10&table=reads").await.body.lines().count(), 1);
    assert_eq!(of(&here, "table=anomalies&month=2026-11").await.body.lines().count(), 5);
    assert_eq!(of(&here, "table=nothing").await.status, StatusCode::NOT_FOUND);
    for path in ["/audit/report?area=domain:nowhere", "/audit/report?area=sector:elsewhere"] {
        assert_eq!(world.get(path, Some(&here.cookie)).await.status, StatusCode::NOT_FOUND);
    }
    let elsewhere = officer(&world, "security.ng", "00000000-0000-7000-8000-000000000099").await;
    assert_eq!(of(&elsewhere, "area=sector:geospatial&table=reads").await.status, StatusCode::NOT_FOUND);
    let auditor = auditor(&world).await;
    assert_eq!(of(&auditor, "area=sector:geospatial&table=waivers").await.body.lines().count(), 2);
    let curator = world.visitor("curator.lee", &[(Role::TcCurator, Scope::Sector(SectorId(SECTOR.parse().unwrap())))]).await;
    assert_eq!(world.get("/audit/report", Some(&curator.cookie)).await.status, StatusCode::FORBIDDEN);
}
