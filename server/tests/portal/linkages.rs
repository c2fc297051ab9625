//! Linkages through the real router and a real source: both owners approve, the size is said to the one who asked, and nothing else
//! is said to anybody.

use crate::common::{owner_of, page, post};
use crate::granting::Granting;
use server::jobs::{events, linkages};
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;

const HERE: &str = "00000000-0000-7000-8000-000000000003";
const THERE: &str = "00000000-0000-7000-8000-0000000000d1";
const PATIENTS: &str = "00000000-0000-7000-8000-0000000000f2";

/// Jason Lim holds a second agreement, on patients; routes' drivers and patients have `both` in common.
async fn patients(place: &mut Granting, pool: &PgPool, both: i32) {
    place
        .source
        .execute(AssertSqlSafe(format!(
            "UPDATE ssot_a.routes SET driver = 'T-' || md5(route); CREATE SCHEMA health; CREATE TABLE health.patients (nric text);
             INSERT INTO health.patients SELECT 't' || md5((100 + n)::text) FROM generate_series(1, {both}) n; INSERT INTO health.patients VALUES ('nobody');
             SELECT pasar_source.share_table('health', 'patients')"
        )))
        .await
        .unwrap();
    pool.execute(
        "INSERT INTO data_domain VALUES ('00000000-0000-7000-8000-0000000000d1', 'health', 'Health', NULL, '00000000-0000-7000-8000-000000000002',
             '00000000-0000-7000-8000-000000000001');
         INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
             VALUES ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000d1', 'patients-dp', 'health.patients-dp', 'Patients',
             'source-aligned', '1.0.0', 'published', 'listed', '', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z');
         INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
             VALUES ('00000000-0000-7000-8000-0000000000f1', 'approval', '{}', '{}', 'none', 365);
         INSERT INTO request_part (id, request_id, product_id, state, decided_at, due_on)
             SELECT '00000000-0000-7000-8000-0000000000f4', request_id, '00000000-0000-7000-8000-0000000000f1', state, decided_at, due_on FROM request_part;
         INSERT INTO agreement (id, part_id, product_id, holder_id, state, grant_state, made_at, until)
             SELECT '00000000-0000-7000-8000-0000000000f2', '00000000-0000-7000-8000-0000000000f4', '00000000-0000-7000-8000-0000000000f1', holder_id,
             'active', 'granted', made_at, until FROM agreement;
         INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
             VALUES ('00000000-0000-7000-8000-0000000000f3', '00000000-0000-7000-8000-0000000000f1', 'people', 'People', 'health', 'patients', 0);
         INSERT INTO output_port VALUES ('00000000-0000-7000-8000-0000000000f5', '00000000-0000-7000-8000-0000000000f1', 'output-port1', 'postgres', NULL);
         INSERT INTO agreement_dataset (agreement_id, dataset_id, output_port_id, view_name, columns)
             VALUES ('00000000-0000-7000-8000-0000000000f2', '00000000-0000-7000-8000-0000000000f3', '00000000-0000-7000-8000-0000000000f5', 'people', '{area}');
         INSERT INTO data_column VALUES
             (gen_random_uuid(), '00000000-0000-7000-8000-0000000000f3', 0, 'nric', 'text', NULL, false, false, 'restricted', 'sensitive-high', 'direct')",
    )
    .await
    .unwrap();
}

fn asking(place: &Granting, way: &str, least: u32) -> String {
    let own = place.page.trim_start_matches("/agreements/");
    format!(
        "left={own}:00000000-0000-7000-8000-0000000000b1:driver&right={PATIENTS}:00000000-0000-7000-8000-0000000000f3:nric&way={way}\
         &reason=How+many+drivers+are+patients&least={least}&gives=size"
    )
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_size_is_said_once_both_owners_approve(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 40).await;
    patients(&mut place, &pool, 25).await;
    let world = &place.world;
    let (holder, here, there) = (place.holder().await, owner_of(world, "omar", HERE).await, owner_of(world, "nurul", THERE).await);
    let stranger = world.visitor("stranger", &[]).await;
    let form = page(world, &holder, "/linkages/new").await;
    assert!(form.contains("Bus routes: routes.driver") && form.contains("Patients: people.nric"), "{form}");
    assert!(page(world, &stranger, "/linkages/new").await.contains("There are no two agreements to link."));
    let wrong = post(world, &holder, "/linkages", &asking(&place, "exact", 5)).await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#least\""), "{}", wrong.body);
    assert_eq!(post(world, &stranger, "/linkages", &asking(&place, "exact", 20)).await.status, 409, "of one's own agreements alone");

    let linkage = post(world, &holder, "/linkages", &asking(&place, "exact", 20)).await.location();
    events::follow(&world.state).await.unwrap();
    assert!(page(world, &here, "/notices").await.contains("Somebody asks how many people of Bus routes are in another product too."));
    assert!(page(world, &there, "/linkages").await.contains("How many drivers are patients"));
    assert_eq!(world.get(&linkage, Some(&stranger.cookie)).await.status, 403);
    assert_eq!(post(world, &here, &format!("{linkage}/approve"), "side=right").await.status, 403, "for one's own product alone");
    assert_eq!(post(world, &holder, &format!("{linkage}/approve"), "side=left").await.status, 403);
    assert_eq!(post(world, &here, &format!("{linkage}/approve"), "side=left").await.status, 303);
    assert_eq!(post(world, &here, &format!("{linkage}/approve"), "side=left").await.status, 409, "once");
    linkages::follow(&world.state).await.unwrap();
    assert!(page(world, &holder, &linkage).await.contains("None yet"), "one owner is not both");
    assert_eq!(post(world, &there, &format!("{linkage}/approve"), "side=right").await.status, 303);
    linkages::follow(&world.state).await.unwrap();
    assert!(page(world, &holder, &linkage).await.contains("25 are in both"));
    assert!(page(world, &holder, &format!("/api/v1{linkage}")).await.contains("\"size\":25"));
    for other in [&here, &there] {
        let shown = page(world, other, &linkage).await;
        assert!(shown.contains("Given to the one who asked") && !shown.contains("25 are"), "{shown}");
        assert!(page(world, other, &format!("/api/v1{linkage}")).await.contains("\"size\":null"));
    }
    events::follow(&world.state).await.unwrap();
    assert!(page(world, &holder, "/notices").await.contains("A linkage that you asked for was counted."));
    assert_eq!(post(world, &there, &format!("{linkage}/end"), "reason=The+study+is+over").await.status, 303);
    linkages::follow(&world.state).await.unwrap();
    assert!(page(world, &holder, &linkage).await.contains("Why it is over: The study is over"));
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE action LIKE 'linkage%' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(actions, ["linkage.ask", "linkage.ask", "linkage.approve", "linkage.approve", "linkage.measure", "linkage.end"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_small_refused_or_held_is_not_said(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 40).await;
    patients(&mut place, &pool, 14).await;
    let world = &place.world;
    let (holder, here, there) = (place.holder().await, owner_of(world, "omar", HERE).await, owner_of(world, "nurul", THERE).await);
    let both = async |linkage: &str| {
        for (who, side) in [(&here, "left"), (&there, "right")] {
            assert_eq!(post(world, who, &format!("{linkage}/approve"), &format!("side={side}")).await.status, 303);
        }
    };
    let small = post(world, &holder, "/linkages", &asking(&place, "alike", 15)).await.location();
    both(&small).await;
    linkages::follow(&world.state).await.unwrap();
    assert!(page(world, &holder, &small).await.contains("Fewer than agreed, or nobody"));

    let refused = post(world, &holder, "/linkages", &asking(&place, "exact", 10)).await.location();
    assert_eq!(post(world, &there, &format!("{refused}/refuse"), "reason=Not+for+this").await.status, 303);
    assert!(page(world, &holder, &refused).await.contains("Not for this"));
    assert_eq!(post(world, &here, &format!("{refused}/approve"), "side=left").await.status, 409);

    // Held between the approval and the count.
    let held = post(world, &holder, "/linkages", &asking(&place, "exact", 10)).await.location();
    both(&held).await;
    pool.execute(AssertSqlSafe(format!(
        "INSERT INTO agreement_hold (id, agreement_id, kind, reason, placed_at) VALUES (gen_random_uuid(), '{PATIENTS}', 'suspended', 'Why', now())"
    )))
    .await
    .unwrap();
    linkages::follow(&world.state).await.unwrap();
    let shown = page(world, &holder, &held).await;
    assert!(!shown.contains("are in both</dd>") && shown.contains("not shared any more"), "{shown}");
    assert!(!page(world, &holder, "/linkages/new").await.contains("Patients: people.nric"));
    let said: i64 = sqlx::query_scalar("SELECT count(*) FROM linkage WHERE size IS NOT NULL").fetch_one(&pool).await.unwrap();
    assert_eq!(said, 0);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn rows_of_both_stand_side_by_side_without_what_is_linked(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 40).await;
    patients(&mut place, &pool, 25).await;
    place
        .source
        .execute("ALTER TABLE health.patients ADD area text DEFAULT 'BEDOK'; SELECT pasar_source.share_table('health', 'patients')")
        .await
        .unwrap();
    pool.execute(
        "INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal) VALUES
             (gen_random_uuid(), '00000000-0000-7000-8000-0000000000f3', 1, 'area', 'text', false, false, 'official-closed', 'non-sensitive', 'none')",
    )
    .await
    .unwrap();
    let (holder, here, there) = (place.holder().await, owner_of(&place.world, "omar", HERE).await, owner_of(&place.world, "nurul", THERE).await);
    let token = place.credential(&holder).await;
    let rows = |way: &str| asking(&place, way, 20).replace("gives=size", "gives=rows");
    let alike = post(&place.world, &holder, "/linkages", &rows("alike")).await;
    assert!(alike.status == 422 && alike.body.contains("href=\"#gives\""), "{}", alike.body);
    let linkage = post(&place.world, &holder, "/linkages", &rows("exact")).await.location();
    assert!(page(&place.world, &here, &linkage).await.contains("rows of both side by side"), "owners know what they approve");
    for (who, side) in [(&here, "left"), (&there, "right")] {
        assert_eq!(post(&place.world, who, &format!("{linkage}/approve"), &format!("side={side}")).await.status, 303);
    }
    linkages::follow(&place.world.state).await.unwrap();
    place.work().await;
    let shown = page(&place.world, &holder, &linkage).await;
    let name = format!("linked_{}", linkage.rsplit('-').next().unwrap());
    assert!(shown.contains(&name), "{shown}");
    assert!(!page(&place.world, &there, &linkage).await.contains(&name));

    let mut session = place.session(&token).await.unwrap();
    let ask = format!("SELECT row_to_json(v)::text FROM {name} v");
    let read = async |session: &mut sqlx::PgConnection| sqlx::query_scalar::<_, String>(AssertSqlSafe(ask.clone())).fetch_all(session).await;
    let rows: Vec<String> = read(&mut session).await.unwrap();
    assert_eq!(rows.len(), 25);
    for row in &rows {
        let row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(row).unwrap();
        let names: Vec<&str> = row.keys().map(String::as_str).collect();
        assert_eq!(names.iter().copied().collect::<std::collections::BTreeSet<_>>(), ["first_route", "link", "second_area"].into(), "{row:?}");
        assert!(row["link"].as_str().unwrap().len() == 20 && row["second_area"] == "BEDOK", "{row:?}");
    }
    server::jobs::drift::repair(&place.world.state).await.unwrap();
    let drift: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE action = 'drift.find'").fetch_one(&pool).await.unwrap();
    assert_eq!(drift, 0, "what a linkage gives is agreed");

    // Held on the other side: nothing is left of it, and it comes back with the agreement.
    let hold =
        "INSERT INTO agreement_hold (id, agreement_id, kind, reason, placed_at) VALUES (gen_random_uuid(), $1::uuid, 'suspended', 'Why', now())";
    sqlx::query(hold).bind(PATIENTS).execute(&pool).await.unwrap();
    let follow = async || {
        let mut conn = pool.acquire().await.unwrap();
        store::access::follow_linked(&mut conn, PATIENTS.parse().unwrap(), place.world.now()).await.unwrap();
        place.work().await;
    };
    follow().await;
    assert!(read(&mut session).await.is_err());
    sqlx::query("UPDATE agreement_hold SET lifted_at = now()").execute(&pool).await.unwrap();
    follow().await;
    assert_eq!(read(&mut session).await.unwrap().len(), 25);
    assert_eq!(post(&place.world, &there, &format!("{linkage}/end"), "reason=The+study+is+over").await.status, 303);
    place.work().await;
    linkages::follow(&place.world.state).await.unwrap();
    assert!(read(&mut session).await.is_err());
    let keys: i64 = sqlx::query_scalar("SELECT count(*) FROM pasar_source.pseudonym_key").fetch_one(&mut place.source).await.unwrap();
    assert_eq!(keys, 0);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn several_fields_are_compared_as_both_owners_approved(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 40).await;
    patients(&mut place, &pool, 25).await;
    // One letter of each name is another, and dates are texts on one side.
    place
        .source
        .execute(
            "ALTER TABLE ssot_a.routes ADD born date; UPDATE ssot_a.routes SET born = date '1960-01-01' + 97 * route::integer;
             ALTER TABLE health.patients ADD born text;
             UPDATE health.patients p SET born = r.born::text, nric = overlay(p.nric PLACING 'q' FROM 5 FOR 1)
                 FROM ssot_a.routes r WHERE r.driver = 'T-' || substr(p.nric, 2);
             SELECT pasar_source.share_table('ssot_a', 'routes'), pasar_source.share_table('health', 'patients')",
        )
        .await
        .unwrap();
    pool.execute(
        "INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal) VALUES
             (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 2, 'born', 'date', true, false, 'restricted', 'sensitive-normal', 'indirect'),
             (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 3, 'ill', 'text', true, false, 'restricted', 'sensitive-high', 'sensitive'),
             (gen_random_uuid(), '00000000-0000-7000-8000-0000000000f3', 1, 'born', 'text', true, false, 'restricted', 'sensitive-normal', 'indirect')",
    )
    .await
    .unwrap();
    let world = &place.world;
    let (holder, here, there) = (place.holder().await, owner_of(world, "omar", HERE).await, owner_of(world, "nurul", THERE).await);
    let form = page(world, &holder, "/linkages/new").await;
    assert!(form.contains("Bus routes: routes.born") && form.contains("Patients: people.born"), "{form}");
    assert!(!form.contains("routes.ill"), "what could be held against people is not compared");
    let own = place.page.trim_start_matches("/agreements/");
    let asked = |column: &str, likeness: &str| {
        format!(
            "{}&weight=much&left_2={own}:00000000-0000-7000-8000-0000000000b1:{column}&right_2={PATIENTS}:00000000-0000-7000-8000-0000000000f3:born\
             &weight_2=ordinary&likeness={likeness}",
            asking(&place, "fields", 20)
        )
    };
    let alone = post(world, &holder, "/linkages", &asking(&place, "fields", 20)).await;
    assert!(alone.status == 422 && alone.body.contains("href=\"#left_2\"") && alone.body.contains("href=\"#likeness\""), "{}", alone.body);
    let low = post(world, &holder, "/linkages", &asked("born", "30")).await;
    assert!(low.status == 422 && low.body.contains("href=\"#likeness\""), "{}", low.body);
    assert_eq!(post(world, &holder, "/linkages", &asked("ill", "85")).await.status, 409, "only what the form offers");
    assert_eq!(post(world, &holder, "/linkages", &asked("nothing", "85")).await.status, 409);

    let linkage = post(world, &holder, "/linkages", &asked("born", "85")).await.location();
    for other in [&here, &there] {
        let shown = page(world, other, &linkage).await;
        assert!(shown.contains("From 85 hundredths on") && shown.contains("Fields that are compared") && shown.contains("Counts much"), "{shown}");
    }
    for (who, side) in [(&here, "left"), (&there, "right")] {
        linkages::follow(&world.state).await.unwrap();
        assert!(page(world, &holder, &linkage).await.contains("None yet"), "not before both");
        assert_eq!(post(world, who, &format!("{linkage}/approve"), &format!("side={side}")).await.status, 303);
    }
    linkages::follow(&world.state).await.unwrap();
    assert!(page(world, &holder, &linkage).await.contains("25 are in both"));
    let told = page(world, &holder, &format!("/api/v1{linkage}")).await;
    assert!(told.contains(r#""fields":[{"columns":["driver","nric"],"weight":"much"},{"columns":["born","born"],"weight":"ordinary"}]"#), "{told}");
    assert!(told.contains(r#""likeness":85"#), "{told}");
    pool.execute("UPDATE product SET visibility = 'hidden' WHERE address = 'ssot-a.busroutes-dp'").await.unwrap();
    let told = page(world, &there, &format!("/api/v1{linkage}")).await;
    assert!(told.contains(r#"{"columns":[null,"nric"],"weight":"much"}"#), "one's own side, beside what is hidden: {told}");
    let trail: Vec<Option<String>> =
        sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = 'linkage.ask' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(trail, [Some("driver, born, at least 20".to_owned()), Some("nric, born, at least 20".to_owned())]);
}
