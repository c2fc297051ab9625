//! What the data office keeps by hand, through the real router: organisations, roles with their ends, how long things are kept.

use crate::common::{Visitor, World, post};
use axum::http::Method;
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;
use store::organisation::ensure_agency;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const LIST: &str = "/admin/organisations";

async fn world(pool: &PgPool) -> (World, Visitor) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    (world, administrator)
}

/// What the trail says of an action.
async fn trail(pool: &PgPool, action: &str) -> Vec<String> {
    sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = $1 ORDER BY id").bind(action).fetch_all(pool).await.unwrap()
}

/// The role of somebody who holds one.
async fn grant_of(pool: &PgPool, email: &str) -> uuid::Uuid {
    let query = "SELECT r.id FROM role_grant r JOIN person p ON p.id = r.person_id WHERE p.email = $1 AND r.ended_at IS NULL";
    sqlx::query_scalar(query).bind(email).fetch_one(pool).await.unwrap()
}

async fn number(pool: &PgPool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_organisation_is_added_once_and_renamed_where_it_was_not_changed_meanwhile(pool: PgPool) {
    let (world, administrator) = world(&pool).await;
    let form = "kind=agency&slug=rail-board&title=Rail+%3Cb%3EBoard&note=RB";
    for _ in 0..2 {
        let added = post(&world, &administrator, "/admin/organisations/new", form).await;
        assert_eq!((added.status.as_u16(), added.location()), (303, "/admin/organisations?done=added".to_owned()));
    }
    let page = world.get("/admin/organisations?done=added", Some(&administrator.cookie)).await.body;
    assert!(page.contains("Rail &lt;b&gt;Board") && page.contains("It was added.") && page.contains("Geospatial trusted centre"), "{page}");
    for (form, field) in [
        ("kind=agency&slug=rail-board&title=Another&note=", "slug"),
        ("kind=agency&slug=other&title=LAND+transport&note=", "title"),
        ("kind=agency&slug=rb&title=Kept&note=", "title"),
        ("kind=sector&slug=Water&title=Kept&note=", "slug"),
        ("kind=domain&slug=water&title=Kept&agency=nowhere&sector=geospatial", "agency"),
    ] {
        let wrong = post(&world, &administrator, "/admin/organisations/new", form).await;
        assert!(wrong.status == 422 && wrong.body.contains(&format!("href=\"#{field}\"")), "{form}: {}", wrong.status);
    }
    let at = "/admin/organisations/agency/land-transport";
    assert!(world.get(at, Some(&administrator.cookie)).await.body.contains("value=\"Land transport\""));
    pool.execute("DELETE FROM outbox").await.unwrap();
    let changed = post(&world, &administrator, at, "version=0&title=Transport+Authority&note=TA").await;
    assert_eq!(changed.location(), "/admin/organisations?done=changed", "{}", changed.body);
    assert_eq!(number(&pool, "SELECT count(*) FROM outbox WHERE topic = 'search.product' AND done_at IS NULL").await, 1, "search follows");
    assert_eq!(post(&world, &administrator, at, "version=0&title=Transport+Authority&note=TA").await.status, 303, "sent twice");
    let stale = post(&world, &administrator, at, "version=0&title=Roads&note=").await;
    assert!(stale.status == 422 && stale.body.contains("Somebody changed this") && stale.body.contains("value=\"Roads\""), "{}", stale.body);
    let mut conn = pool.acquire().await.unwrap();
    ensure_agency(&mut conn, "land-transport", "As a document says", None, &world.state.ids, world.now()).await.unwrap();
    assert!(world.get(LIST, Some(&administrator.cookie)).await.body.contains("Transport Authority"), "no document changes it back");
    let reused = post(&world, &administrator, "/admin/organisations/new", "kind=agency&slug=lt&title=Land+transport&note=").await;
    assert_eq!(reused.status, 422, "a former name is nobody else’s");
    assert_eq!(
        trail(&pool, "unit.change").await,
        ["added rail-board: Rail <b>Board | RB", "changed land-transport: Land transport to: Transport Authority | TA"]
    );
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn people_and_suspensions_stay_with_an_agency_that_is_renamed(pool: PgPool) {
    let (world, administrator) = world(&pool).await;
    pool.execute(
        "UPDATE person SET agency = 'Land Transport' WHERE email = 'jason.lim@example.invalid';
         INSERT INTO team_member (id, team_id, person_id, lead, added_by, added_at) SELECT gen_random_uuid(), '00000000-0000-7000-8000-0000000000aa', id,
             true, id, '2026-11-20T00:00:00Z' FROM person WHERE email = 'jason.lim@example.invalid'",
    )
    .await
    .unwrap();
    let in_team = "SELECT count(*) FROM team_people";
    let suspended = "SELECT count(*) FROM suspended_agreements(ROW(NULL, NULL, 'Transport Authority', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::suspension)";
    assert_eq!((number(&pool, in_team).await, number(&pool, suspended).await), (1, 0));
    let at = "/admin/organisations/agency/land-transport";
    assert_eq!(post(&world, &administrator, at, "version=0&title=Transport+Authority&note=").await.status, 303);
    assert_eq!((number(&pool, in_team).await, number(&pool, suspended).await), (1, 1), "under its new name and under the one before");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nothing_in_use_is_left_without_a_place(pool: PgPool) {
    let (world, administrator) = world(&pool).await;
    post(&world, &administrator, "/admin/organisations/new", "kind=agency&slug=rail-board&title=Rail+Board&note=").await;
    let agency = "/admin/organisations/agency/land-transport/retire";
    let question = world.get(agency, Some(&administrator.cookie)).await.body;
    assert!(question.contains("1 domain, 1 product") && question.contains("Rail Board"), "{question}");
    let refused = post(&world, &administrator, agency, "version=0").await;
    assert!(refused.status == 422 && refused.body.contains("It still holds 1 domain and 1 product."), "{}", refused.body);
    assert_eq!(post(&world, &administrator, agency, "version=0&to=land-transport").await.status, 422, "not to itself");
    assert_eq!(post(&world, &administrator, agency, "version=9&to=rail-board").await.status, 422, "an old page");
    for _ in 0..2 {
        assert_eq!(post(&world, &administrator, agency, "version=0&to=rail-board").await.location(), "/admin/organisations?done=retired");
    }
    let domain = "/admin/organisations/domain/ssot-a";
    let stuck = post(&world, &administrator, &format!("{domain}/retire"), "version=1").await;
    assert!(stuck.status == 422 && stuck.body.contains("Still in use in this domain: 1 product."), "{}", stuck.body);
    pool.execute("UPDATE product SET status = 'retired'").await.unwrap();
    assert_eq!(post(&world, &administrator, &format!("{domain}/retire"), "version=1").await.status, 303);
    let grant = "email=jason.lim%40example.invalid&role=steward&scope=domain%3Assot-a";
    assert_eq!(post(&world, &administrator, "/admin/roles", grant).await.status, 422, "no roles where it is retired");
    assert!(!world.get("/organisations", Some(&administrator.cookie)).await.body.contains("Land transport"));
    assert_eq!(post(&world, &administrator, "/admin/organisations/agency/rail-board/retire", "version=1").await.status, 303);
    let alone = post(&world, &administrator, &format!("{domain}/restore"), "").await;
    assert!(alone.status == 422 && alone.body.contains("Choose an agency that is in use."), "{}", alone.body);
    assert_eq!(post(&world, &administrator, "/admin/organisations/agency/rail-board/restore", "").await.status, 303);
    assert_eq!(post(&world, &administrator, &format!("{domain}/restore"), "").await.status, 303);
    assert_eq!(post(&world, &administrator, "/admin/roles", grant).await.status, 303);
    assert_eq!(
        trail(&pool, "unit.change").await[1..],
        [
            "handed ssot-a over from agency land-transport to rail-board",
            "retired land-transport",
            "retired ssot-a",
            "retired rail-board",
            "took rail-board into use again",
            "took ssot-a into use again"
        ]
    );
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_role_ends_with_its_last_day_everywhere_at_once(pool: PgPool) {
    let (world, administrator) = world(&pool).await;
    let steward = world.visitor("steward", &[]).await;
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    let grant = "email=steward%40example.invalid&role=steward&scope=domain%3Assot-a&until=";
    for until in ["2026-11-22", "soon"] {
        let wrong = post(&world, &administrator, "/admin/roles", &format!("{grant}{until}")).await;
        assert!(wrong.status == 422 && wrong.body.contains("href=\"#until\""), "{until}");
    }
    assert_eq!(post(&world, &administrator, "/admin/roles", &format!("{grant}2026-12-20")).await.status, 303);
    assert_eq!(post(&world, &administrator, "/admin/roles", &format!("{grant}2026-12-20")).await.status, 303, "sent twice");
    assert_eq!(post(&world, &administrator, "/admin/roles", &format!("{grant}2026-12-21")).await.status, 422, "its end is changed elsewhere");
    let listed = world.get("/admin/people?q=steward", Some(&administrator.cookie)).await.body;
    assert!(listed.contains("Data domain steward, Buses") && listed.contains(", until 20 Dec 2026"), "{listed}");
    sqlx::query(
        "INSERT INTO access_token (id, person_id, name, scopes, token_hash, made_at, expires_at)
         VALUES (gen_random_uuid(), $1, 'all', '{read}', $2, '2026-11-23T02:00:00Z', '2027-11-23T02:00:00Z')",
    )
    .bind(steward.person.0)
    .bind(server::clock::hash("pasar_t_steward"))
    .execute(&pool)
    .await
    .unwrap();
    world.settle().await;
    let found = async || world.send(Method::GET, "/api/v1/search?q=bus", None, None, &[("authorization", "Bearer pasar_t_steward")]).await.body;
    assert!(found().await.contains("\"total\":1"), "{}", found().await);
    // Told a fortnight before, once: its holder and who looks after roles.
    server::jobs::roles::watch(&world.state).await.unwrap();
    assert_eq!(trail(&pool, "role.remind").await, Vec::<String>::new());
    world.later(TimeDelta::days(14));
    for _ in 0..2 {
        server::jobs::roles::watch(&world.state).await.unwrap();
        server::jobs::events::follow(&world.state).await.unwrap();
    }
    assert_eq!(trail(&pool, "role.remind").await, ["steward at domain"]);
    let told = "SELECT count(*) FROM notice n JOIN event e ON e.id = n.event_id WHERE e.topic = 'role.ending'";
    assert_eq!(number(&pool, told).await, 2);
    // The last moment of the 20th in Singapore, and the first of the 21st.
    world.later(TimeDelta::days(13) + TimeDelta::hours(14) - TimeDelta::seconds(1));
    assert!(found().await.contains("\"total\":1"), "{}", found().await);
    world.later(TimeDelta::seconds(1));
    assert!(found().await.contains("\"total\":0"), "before any job has run: {}", found().await);
    let again = world.visitor("steward", &[]).await;
    assert_eq!(world.get("/products/ssot-a.busroutes-dp", Some(&again.cookie)).await.status, 404);
    server::jobs::roles::watch(&world.state).await.unwrap();
    server::jobs::events::follow(&world.state).await.unwrap();
    assert_eq!(trail(&pool, "role.expire").await, ["steward at domain"]);
    let page = world.get("/roles", Some(&again.cookie)).await.body;
    assert!(page.contains("Ended") && page.contains("Buses"), "{page}");
    assert!(world.get("/notices", Some(&again.cookie)).await.body.contains("A role as Data domain steward has ended"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_helps_themselves_and_somebody_is_always_left(pool: PgPool) {
    let (world, administrator) = world(&pool).await;
    let own = post(&world, &administrator, "/admin/roles", "email=admin.teo%40example.invalid&role=auditor&scope=whole").await;
    assert!(own.status == 422 && own.body.contains("Nobody grants a role to themselves"), "{}", own.body);
    let mine = grant_of(&pool, "admin.teo@example.invalid").await;
    let last = post(&world, &administrator, &format!("/admin/roles/{mine}/end"), "").await;
    assert!(last.status == 409 && last.body.contains("last GDO administrator"), "{}", last.body);
    let form = "email=jason.lim%40example.invalid&role=gdo-administrator&scope=whole&until=2026-12-20";
    assert_eq!(post(&world, &administrator, "/admin/roles", form).await.status, 303);
    assert_eq!(post(&world, &administrator, &format!("/admin/roles/{mine}/end"), "").await.status, 409, "the other one ends by itself");
    let other = grant_of(&pool, "jason.lim@example.invalid").await;
    let at = format!("/admin/roles/{other}/until");
    let page = world.get(&at, Some(&administrator.cookie)).await.body;
    assert!(page.contains("Jason Lim") && page.contains("value=\"2026-12-20\""), "{page}");
    assert_eq!(post(&world, &administrator, &at, "until=yesterday").await.status, 422);
    for _ in 0..2 {
        assert_eq!(post(&world, &administrator, &at, "until=").await.status, 303);
    }
    assert_eq!(post(&world, &administrator, &format!("/admin/roles/{mine}/until"), "until=2026-12-20").await.status, 409, "nobody their own");
    let second = world.visitor("second", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    assert_eq!(post(&world, &second, &format!("/admin/roles/{mine}/until"), "until=2026-12-24").await.status, 303);
    assert_eq!(trail(&pool, "role.change").await, ["gdo-administrator at whole without an end", "gdo-administrator at whole until 2026-12-24"]);
    let person = world.get(&format!("/admin/people/{}", administrator.person), Some(&second.cookie)).await.body;
    assert!(person.contains("24 Dec 2026") && person.contains("Changed until when a role is held"), "{person}");
    assert_eq!(post(&world, &second, &format!("/admin/roles/{mine}/end"), "").await.status, 303);
    assert_eq!(world.get("/admin/people", Some(&administrator.cookie)).await.status, 403, "from the next request on");
}

/// Two of each kind, one old enough to go and one that is younger, and what waits.
const KEPT: &str = "
    INSERT INTO event (id, topic, at, object_kind, object_id) SELECT ('00000000-0000-7000-8000-0000000001e' || n)::uuid, 'role.ended', '2024-01-01T00:00:00Z', 'person',
        '00000000-0000-7000-8000-000000000004' FROM generate_series(0, 9) n;
    INSERT INTO mail_message (id, person_id, made_at, state, ended_at) VALUES
        ('00000000-0000-7000-8000-0000000001a1', '00000000-0000-7000-8000-000000000004', '2026-01-01T00:00:00Z', 'sent', '2026-01-01T00:00:00Z'),
        ('00000000-0000-7000-8000-0000000001a2', '00000000-0000-7000-8000-000000000004', '2026-11-20T00:00:00Z', 'sent', '2026-11-20T00:00:00Z'),
        ('00000000-0000-7000-8000-0000000001a3', '00000000-0000-7000-8000-000000000004', '2025-01-01T00:00:00Z', 'waiting', NULL);
    INSERT INTO notice (id, person_id, event_id, kind, made_at, mail, message_id) VALUES
        (gen_random_uuid(), '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-0000000001e0', 'roles', '2024-01-01T00:00:00Z', 'none', NULL),
        (gen_random_uuid(), '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-0000000001e1', 'roles', '2024-01-01T00:00:00Z', 'at-once', NULL),
        (gen_random_uuid(), '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-0000000001e2', 'roles', '2026-01-01T00:00:00Z', 'at-once',
         '00000000-0000-7000-8000-0000000001a1');
    INSERT INTO past_query VALUES ('00000000-0000-7000-8000-000000000004', 'old', '2026-08-01T00:00:00Z', 1), ('00000000-0000-7000-8000-000000000004', 'young', '2026-11-01T00:00:00Z', 1);
    INSERT INTO viewed_product VALUES ('00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000005', '2026-08-01T00:00:00Z'),
        ('00000000-0000-7000-8000-000000000009', '00000000-0000-7000-8000-000000000005', '2026-11-01T00:00:00Z');
    INSERT INTO request_draft VALUES ('00000000-0000-7000-8000-000000000004', 'a=b', '2026-10-01T00:00:00Z'), ('00000000-0000-7000-8000-000000000009', 'a=b', '2026-11-20T00:00:00Z');
    INSERT INTO webhook_delivery (id, webhook_id, event_id, body, state, made_at, tried_at)
        SELECT gen_random_uuid(), '00000000-0000-7000-8000-0000000000a6', ('00000000-0000-7000-8000-0000000001e' || n)::uuid, '{}', state, made, tried
        FROM (VALUES (0, 'delivered', '2026-01-01T00:00:00Z'::timestamptz, '2026-01-01T00:00:00Z'::timestamptz), (1, 'delivered', '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z'),
                     (2, 'waiting', '2026-01-01T00:00:00Z', NULL)) AS v(n, state, made, tried);
    DELETE FROM outbox;
    INSERT INTO outbox (at, topic, object_id, next_attempt_at, done_at) VALUES ('2026-01-01T00:00:00Z', 'event.x', gen_random_uuid(), '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
        ('2026-11-20T00:00:00Z', 'event.x', gen_random_uuid(), '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z'), ('2026-01-01T00:00:00Z', 'nothing.x', gen_random_uuid(), '2099-01-01T00:00:00Z', NULL);
    INSERT INTO subject_request (id, opened_by, opened_at, identifier_kind, identifier_hash, identifier_mask, wish, purpose, reason, due_on, state, closed_at)
        SELECT ('00000000-0000-7000-8000-0000000001b' || n)::uuid, '00000000-0000-7000-8000-000000000004', '2020-01-01T00:00:00Z', 'nric', decode(repeat('ab', 32), 'hex'), '567D', 'report',
               'why', 'asked by letter', '2020-02-01', state, closed
        FROM (VALUES (1, 'closed', '2020-02-01T00:00:00Z'::timestamptz), (2, 'closed', '2026-02-01T00:00:00Z'), (3, 'open', NULL)) AS v(n, state, closed);
";

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_older_than_its_period_goes_and_what_is_younger_stays(pool: PgPool) {
    let (world, _) = world(&pool).await;
    pool.execute(KEPT).await.unwrap();
    let counts = [
        ("SELECT count(*) FROM notice", 3),
        ("SELECT count(*) FROM notice WHERE message_id IS NULL AND mail = 'none' AND made_at = '2026-01-01T00:00:00Z'", 1),
        ("SELECT count(*) FROM mail_message", 2),
        ("SELECT count(*) FROM past_query WHERE words = 'young'", 1),
        ("SELECT count(*) FROM past_query", 1),
        ("SELECT count(*) FROM viewed_product", 1),
        ("SELECT count(*) FROM request_draft", 1),
        ("SELECT count(*) FROM webhook_delivery", 2),
        ("SELECT count(*) FROM outbox WHERE topic IN ('event.x', 'nothing.x')", 2),
        ("SELECT count(*) FROM subject_request WHERE identifier_mask = '567D' AND reason <> ''", 2),
        ("SELECT count(*) FROM subject_request", 3),
    ];
    for _ in 0..2 {
        server::jobs::retention::sweep(&world.state).await.unwrap();
        for (query, left) in counts {
            assert_eq!(number(&pool, query).await, left, "{query}");
        }
    }
    let said = trail(&pool, "retention.sweep").await;
    assert_eq!(said.len(), 8, "one row for each kind, once a day: {said:?}");
    assert!(said.contains(&"past-searches: 1 older than 90 days".to_owned()), "{said:?}");
    // On the next day it is looked again, also at more than goes into one transaction.
    pool.execute("INSERT INTO past_query SELECT '00000000-0000-7000-8000-000000000004', 'old ' || n, '2026-01-01T00:00:00Z', 1 FROM generate_series(1, 2500) n")
        .await
        .unwrap();
    server::jobs::retention::sweep(&world.state).await.unwrap();
    assert_eq!(number(&pool, "SELECT count(*) FROM past_query").await, 2501, "today is done");
    world.later(TimeDelta::days(1));
    server::jobs::retention::sweep(&world.state).await.unwrap();
    assert_eq!(number(&pool, "SELECT count(*) FROM past_query").await, 1);
    assert!(trail(&pool, "retention.sweep").await.contains(&"past-searches: 2500 older than 90 days".to_owned()));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_period_is_changed_by_the_data_office(pool: PgPool) {
    let (world, administrator) = world(&pool).await;
    let cookie = Some(administrator.cookie.as_str());
    let page = world.get("/admin/retention?what=past-searches", cookie).await.body;
    assert!(page.contains("Words that somebody searched for") && page.contains("90 days") && page.contains("value=\"90\""), "{page}");
    let at = "/admin/retention";
    for days in ["0", "ten", "99999"] {
        let wrong = post(&world, &administrator, at, &format!("what=past-searches&version=0&days={days}")).await;
        assert!(wrong.status == 422 && wrong.body.contains("href=\"#days\"") && wrong.body.contains(&format!("value=\"{days}\"")), "{days}");
    }
    for _ in 0..2 {
        assert_eq!(post(&world, &administrator, at, "what=past-searches&version=0&days=30").await.status, 303);
    }
    let stale = post(&world, &administrator, at, "what=past-searches&version=0&days=60").await;
    assert!(stale.status == 422 && stale.body.contains("Somebody changed this"), "{}", stale.body);
    assert_eq!(post(&world, &administrator, at, "what=everything&version=0&days=60").await.status, 404);
    assert_eq!(trail(&pool, "retention.change").await, ["past-searches: 30 days, before: 90"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_else_administers(pool: PgPool) {
    let (world, administrator) = world(&pool).await;
    let owner = world.visitor("owner", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let auditor = world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await;
    let person = format!("/admin/people/{}", administrator.person);
    for other in [&owner, &auditor] {
        for path in [LIST, "/admin/organisations/new", "/admin/organisations/agency/land-transport", "/admin/retention", &person] {
            assert_eq!(world.get(path, Some(&other.cookie)).await.status, 403, "{path}");
        }
        let form = "kind=agency&slug=x&title=x&version=0&what=mail&days=1";
        for path in ["/admin/organisations/new", "/admin/organisations/agency/land-transport/retire", "/admin/retention"] {
            assert_eq!(post(&world, other, path, form).await.status, 403, "{path}");
        }
    }
    assert_eq!(trail(&pool, "unit.change").await, Vec::<String>::new());
}
