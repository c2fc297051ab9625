//! Deciding through the real router: steps in order, conditions that only narrow, questions, undoing, deputies, many at once,
//! and what the clock does by itself.

use crate::common::asking::{KEY, PORT, world};
use crate::common::{Visitor, World, page, post};
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const SECTOR: &str = "00000000-0000-7000-8000-000000000001";

fn form(key: u128, more: &str) -> String {
    let key = uuid::Uuid::from_u128(key);
    format!("key={key}&ports={PORT}&purpose=planning&explanation=why&legal_basis=law&team=team&until=2027-06-30{more}")
}

/// Submits and gives the request's path.
async fn submitted(world: &World, officer: &Visitor, key: u128, more: &str) -> String {
    post(world, officer, "/requests", &form(key, more)).await.location().trim_end_matches("/submitted").to_owned()
}

/// The path of the step that this person may decide now.
async fn step(world: &World, who: &Visitor, request: &str) -> Option<String> {
    let body = page(world, who, request).await;
    Some(format!("/work/{}", body.split("/work?step=").nth(1)?.split('"').next()?))
}

async fn one<T>(pool: &PgPool, sql: &str) -> T
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn conditions_narrow_what_was_asked_for_and_nothing_widens_it(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let less = format!("&columns_shown={PORT}&columns={PORT}/route&columns={PORT}/area&row_names={PORT}/area&row_values=AM,+BD");
    let checked = post(&world, &officer, "/requests/check", &form(1, &less)).await.body;
    assert!(checked.contains("area: AM, BD") && checked.contains("Who decides") && checked.contains("The product’s domain decides"), "{checked}");
    let request = submitted(&world, &officer, 1, &less).await;
    let step = step(&world, &steward, &request).await.unwrap();
    let nothing = post(&world, &steward, &format!("{step}/approve"), &format!("until=2026-12-01&columns_shown={KEY}")).await;
    assert!(nothing.status == 422 && nothing.body.contains("Leave at least one column"), "{}", nothing.body);
    let elsewhere = post(
        &world,
        &steward,
        &format!("{step}/approve"),
        &format!("until=2026-12-01&columns_shown={KEY}&columns={KEY}/route&row_names={KEY}/area&row_values=CC"),
    )
    .await;
    assert!(elsewhere.status == 422, "no row is left: {}", elsewhere.body);
    let wider = format!(
        "until=2026-12-01&columns_shown={KEY}&columns={KEY}/route&columns={KEY}/secret&row_names={KEY}/area&row_values=BD,CC&note=Only+Bedok"
    );
    assert_eq!(post(&world, &steward, &format!("{step}/approve"), &wider).await.status, 303);
    let granted: String = one(&pool, "SELECT columns::text || row_scope::text FROM agreement_dataset").await;
    assert_eq!(granted, r#"{route}{"area": ["BD"]}"#);
    let told = page(&world, &officer, &request).await;
    assert!(told.contains("route; area: BD") && told.contains("Only Bedok"), "{told}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn each_step_must_agree_in_its_order(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let owner = world.visitor("owner", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let security = world.visitor("security", &[(Role::TcSecurityOfficer, Scope::Sector(SECTOR.parse().unwrap()))]).await;
    pool.execute("UPDATE data_column SET classification = 'confidential' WHERE name = 'area'").await.unwrap();
    let request = submitted(&world, &officer, 1, "").await;
    assert!(step(&world, &security, &request).await.is_none(), "not open yet");
    let first = step(&world, &steward, &request).await.unwrap();
    assert_eq!(post(&world, &steward, &format!("{first}/approve"), "until=2026-12-20").await.status, 303);
    assert_eq!(post(&world, &steward, &format!("{first}/approve"), "until=2026-12-20").await.status, 409, "the same again is told");
    assert!(step(&world, &steward, &request).await.is_none());
    let (theirs, hers) = (step(&world, &owner, &request).await.unwrap(), step(&world, &security, &request).await.unwrap());
    assert_ne!(theirs, hers);
    assert_eq!(post(&world, &steward, &format!("{hers}/approve"), "until=2026-12-20").await.status, 403);
    assert_eq!(post(&world, &owner, &format!("{theirs}/approve"), "until=2026-12-10").await.status, 303);
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM agreement").await, 0, "one is still missing");
    assert!(page(&world, &security, "/work").await.contains("officer asks for Bus routes"));
    assert_eq!(post(&world, &security, &format!("{hers}/approve"), "until=2026-12-31").await.status, 303);
    assert_eq!(one::<String>(&pool, "SELECT until::text FROM request_part").await, "2026-12-10", "the shortest time that anybody left");
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM agreement").await, 1);
    // Fewer columns need fewer steps.
    let less = submitted(&world, &officer, 2, &format!("&columns_shown={PORT}&columns={PORT}/route")).await;
    let only = step(&world, &steward, &less).await.unwrap();
    assert_eq!(post(&world, &steward, &format!("{only}/approve"), "until=2026-12-20").await.status, 303);
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM agreement").await, 2);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_question_stops_the_clock_and_its_answer_gives_the_days_back(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let request = submitted(&world, &officer, 1, "").await;
    let before: chrono::NaiveDate = one(&pool, "SELECT due_on FROM request_part").await;
    let step = step(&world, &steward, &request).await.unwrap();
    assert_eq!(post(&world, &steward, &format!("{step}/ask"), "question=").await.status, 422);
    assert_eq!(post(&world, &steward, &format!("{step}/ask"), "question=Which+years%3F").await.status, 303);
    assert!(page(&world, &steward, "/work").await.contains("waits for the requester"));
    let asked = page(&world, &officer, &request).await;
    assert!(asked.contains("Which years?") && asked.contains("the clock stands") && asked.contains("Your answer"), "{asked}");
    world.later(TimeDelta::days(7));
    let officer = world.visitor("officer", &[]).await;
    let steward = world.visitor("steward", &[]).await;
    let part: uuid::Uuid = one(&pool, "SELECT id FROM request_part").await;
    assert_eq!(post(&world, &officer, &format!("{request}/answer"), &format!("part={part}&text=")).await.status, 422);
    assert_eq!(post(&world, &steward, &format!("{request}/answer"), &format!("part={part}&text=I")).await.status, 403, "only the requester answers");
    assert_eq!(post(&world, &officer, &format!("{request}/answer"), &format!("part={part}&text=The+last+two")).await.status, 303);
    assert_eq!(post(&world, &officer, &format!("{request}/answer"), &format!("part={part}&text=Again")).await.status, 409);
    let after: chrono::NaiveDate = one(&pool, "SELECT due_on FROM request_part").await;
    assert_eq!((after - before).num_days(), 7, "five working days and a weekend");
    assert!(page(&world, &steward, "/work").await.contains("The last two"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_decision_is_undone_until_its_grant_is_used(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let request = submitted(&world, &officer, 1, "").await;
    let part: uuid::Uuid = one(&pool, "SELECT id FROM request_part").await;
    let undo = format!("part={part}");
    for decision in ["approve", "refuse"] {
        let step = step(&world, &steward, &request).await.unwrap();
        assert_eq!(post(&world, &steward, &format!("{step}/{decision}"), "until=2026-12-20&reason=no").await.status, 303);
        assert!(page(&world, &steward, &request).await.contains("Undo my decision"));
        assert!(!page(&world, &officer, &request).await.contains("Undo my decision"));
        assert_eq!(post(&world, &officer, &format!("{request}/undo"), &undo).await.status, 409, "it is not theirs");
        assert_eq!(post(&world, &steward, &format!("{request}/undo"), &undo).await.status, 303);
        assert_eq!(one::<String>(&pool, "SELECT state FROM request_part").await, "submitted");
    }
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM agreement WHERE state = 'undone' AND grant_state = 'ending'").await, 1);
    let again = step(&world, &steward, &request).await.unwrap();
    assert_eq!(post(&world, &steward, &format!("{again}/approve"), "until=2026-12-20").await.status, 303);
    pool.execute("UPDATE agreement SET first_read_at = now() WHERE state = 'active'").await.unwrap();
    assert!(!page(&world, &steward, &request).await.contains("Undo my decision"));
    assert_eq!(post(&world, &steward, &format!("{request}/undo"), &undo).await.status, 409);
    assert_eq!(one::<String>(&pool, "SELECT state FROM request_part").await, "approved");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_deputy_decides_for_who_is_away_and_it_says_so(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let deputy = world.visitor("colleague", &[]).await;
    let request = submitted(&world, &officer, 1, "").await;
    assert_eq!(world.get(&request, Some(&deputy.cookie)).await.status, 404);
    let unknown = post(&world, &steward, "/delegations", "email=nobody%40example.invalid&since=2026-11-01&until=x").await;
    assert!(
        unknown.status == 422 && unknown.body.contains("has signed in to Pasar before") && unknown.body.contains("Enter a date"),
        "{}",
        unknown.body
    );
    let (first, last) = (world.now().date_naive(), world.now().date_naive() + TimeDelta::days(3));
    let named = format!("email=colleague%40example.invalid&since={first}&until={last}");
    assert_eq!(post(&world, &steward, "/delegations", &named).await.status, 303);
    assert!(post(&world, &steward, "/delegations", &named).await.body.contains("already"));
    assert!(page(&world, &deputy, "/work").await.contains("You decide for steward"));
    assert_eq!(post(&world, &officer, "/delegations", "email=colleague%40example.invalid&since=2030-01-01&until=2030-01-02").await.status, 303);
    let step = step(&world, &deputy, &request).await.unwrap();
    assert_eq!(post(&world, &deputy, &format!("{step}/approve"), "until=2026-12-20").await.status, 303);
    assert!(page(&world, &officer, &request).await.contains("Approved by colleague for steward"));
    let own = submitted(&world, &steward, 2, "").await;
    assert_eq!(world.get(&own, Some(&deputy.cookie)).await.status, 404, "not the requests of the one they stand for");
    world.later(TimeDelta::days(5));
    let deputy = world.visitor("colleague", &[]).await;
    assert!(page(&world, &deputy, "/work").await.contains("No request waits for you."), "the days are over");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_step_is_handed_over_to_who_may_decide_it(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let owner = world.visitor("owner", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    world.visitor("colleague", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let request = submitted(&world, &officer, 1, "").await;
    let step = step(&world, &steward, &request).await.unwrap();
    assert_eq!(post(&world, &steward, &format!("{step}/hand-over"), &format!("to={}", officer.person)).await.status, 422);
    assert_eq!(post(&world, &steward, &format!("{step}/hand-over"), &format!("to={}", owner.person)).await.status, 303);
    server::jobs::events::follow(&world.state).await.unwrap();
    let told: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT n.person_id FROM notice n JOIN event e ON e.id = n.event_id WHERE e.topic = 'request.handed-over'")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(told, [owner.person.0], "whoever has it now, and nobody who no longer can");
    assert!(page(&world, &steward, "/work").await.contains("No request waits for you."));
    assert!(page(&world, &owner, "/work").await.contains("handed to you"));
    assert!(page(&world, &officer, &request).await.contains("Handed to owner"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn many_are_approved_at_once_and_what_was_decided_meanwhile_stays(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let mut steps = vec![];
    for key in 1..=3 {
        let request = submitted(&world, &officer, key, "").await;
        steps.push(step(&world, &steward, &request).await.unwrap().trim_start_matches("/work/").to_owned());
    }
    let own = submitted(&world, &steward, 9, "").await;
    let hers: uuid::Uuid = one(
        &pool,
        &format!(
            "SELECT s.id FROM part_step s JOIN request_part q ON q.id = s.part_id WHERE q.request_id = '{}'",
            own.trim_start_matches("/requests/")
        ),
    )
    .await;
    let chosen = format!("steps={}&steps={}&steps={}&steps={hers}&steps=x", steps[0], steps[1], steps[1]);
    let preview = post(&world, &steward, "/work/preview", &chosen).await.body;
    assert!(
        preview.contains("Approve these 2 requests")
            && preview.contains("Routes: route, area; every row")
            && preview.contains("2 of those you selected are left out"),
        "{preview}"
    );
    assert_eq!(post(&world, &steward, &format!("/work/{}/refuse", steps[0]), "reason=no").await.status, 303);
    let done = post(&world, &steward, "/work/approve", &format!("steps={}&steps={}&note=Fine", steps[0], steps[1])).await.location();
    assert_eq!(done, "/work?done=many-1-2");
    assert!(page(&world, &steward, &done).await.contains("1 of 2 approved."));
    let states: String = one(&pool, "SELECT string_agg(state, ',' ORDER BY state) FROM request_part").await;
    assert_eq!(states, "approved,refused,submitted,submitted");
    let empty = post(&world, &officer, "/work/preview", &format!("steps={}", steps[2])).await;
    assert!(empty.status == 200 && empty.body.contains("Nothing was selected"), "{}", empty.body);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_long_queue_goes_on_where_its_page_ended(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    sqlx::raw_sql(AssertSqlSafe(format!(
        "INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
             SELECT md5('request' || n)::uuid, '{}', 'planning', 'Why', 'Law', 'Team', '2027-06-30', '2026-11-20', '2026-12-01', md5('key' || n)::uuid
             FROM generate_series(1, 60) n;
         INSERT INTO request_part (id, request_id, product_id, state, due_on)
             SELECT md5('part' || n)::uuid, md5('request' || n)::uuid, p.id, 'submitted', '2026-12-01' FROM generate_series(1, 60) n, product p;
         INSERT INTO part_step (id, part_id, stage, roles, why, state)
             SELECT md5('step' || n)::uuid, md5('part' || n)::uuid, 1, '{{steward,owner}}', 'The domain decides', 'waiting' FROM generate_series(1, 60) n",
        officer.person
    )))
    .execute(&pool)
    .await
    .unwrap();
    let listed = |body: &str| -> Vec<String> { body.split("id=\"s-").skip(1).map(|rest| rest[..36].to_owned()).collect() };
    let first = page(&world, &steward, "/work").await;
    assert!(first.contains("60 requests wait for you."), "{first}");
    let later = first.split("href=\"/work?q=").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let second = page(&world, &steward, &format!("/work?q={}", later.replace("&amp;", "&"))).await;
    let mut all = [listed(&first), listed(&second)].concat();
    assert_eq!((listed(&first).len(), all.len()), (50, 60));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 60, "nothing twice, though all have the same day");
    assert!(first.contains("Later ones") && !second.contains("Later ones"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_late_is_passed_up_and_what_has_nobody_never_hangs(pool: PgPool) {
    let (world, officer, _) = world(&pool).await;
    let request = submitted(&world, &officer, 1, "").await;
    let roles = || async { one::<String>(&pool, "SELECT roles::text FROM part_step ORDER BY id LIMIT 1").await };
    assert_eq!(roles().await, "{owner,steward}");
    let overdue = || async { server::jobs::overdue::watch(&world.state).await.unwrap() };
    overdue().await;
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM audit_event WHERE action IN ('request.remind', 'request.escalate')").await, 0);
    world.later(TimeDelta::days(8));
    overdue().await;
    overdue().await;
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM audit_event WHERE action = 'request.remind'").await, 1, "once");
    world.later(TimeDelta::days(4));
    overdue().await;
    overdue().await;
    assert_eq!(roles().await, "{owner,steward,tc-security-officer}");
    world.later(TimeDelta::days(6));
    overdue().await;
    assert_eq!(roles().await, "{owner,steward,tc-security-officer,gdo-administrator}");
    world.later(TimeDelta::days(30));
    overdue().await;
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM audit_event WHERE action = 'request.escalate'").await, 2, "nobody is above the data office");
    let administrator = world.visitor("admin", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    assert!(step(&world, &administrator, &request).await.is_some());
    // Of the steward's own request nobody else in the domain can decide: it goes up at once.
    let steward = world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let own = submitted(&world, &steward, 2, "").await;
    assert!(step(&world, &administrator, &own).await.is_some() && page(&world, &steward, &own).await.contains("Passed up on"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_begun_form_waits(pool: PgPool) {
    let (world, officer, _) = world(&pool).await;
    assert_eq!(world.get("/requests/new?draft=1", Some(&officer.cookie)).await.status, 404);
    let begun = format!(
        "key=00000000-0000-4000-8000-00000000000f&offered={PORT}&ports={PORT}&explanation=Half+a+%22thought%22&columns_shown={PORT}&columns={PORT}/route"
    );
    assert_eq!(post(&world, &officer, "/requests/draft", &begun).await.location(), "/requests");
    assert!(page(&world, &officer, "/requests").await.contains("You began a request"));
    let again = page(&world, &officer, "/requests/new?draft=1").await;
    assert!(again.contains("Half a &quot;thought&quot;") || again.contains("Half a \"thought\""), "{again}");
    assert!(again.contains("Routes: 1 of 2 columns"), "{again}");
    let request = submitted(&world, &officer, 15, "").await;
    assert!(request.starts_with("/requests/") && !page(&world, &officer, "/requests").await.contains("You began a request"));
    post(&world, &officer, "/requests/draft", &begun).await;
    assert_eq!(post(&world, &officer, "/requests/draft/throw-away", "").await.status, 303);
    assert!(!page(&world, &officer, "/requests").await.contains("You began a request"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_domain_adds_steps_and_takes_none_away(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let owner = world.visitor("owner", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let rule = format!("title=Ours+twice&scope=domain:{DOMAIN}&classification=restricted&first=owner");
    assert_eq!(post(&world, &steward, "/rules", &rule).await.status, 403);
    assert_eq!(post(&world, &owner, "/rules", "title=&scope=whole&first=king").await.status, 422, "neither the whole nor nobody");
    assert_eq!(post(&world, &owner, "/rules", &rule).await.location(), "/rules?done=added");
    let list = page(&world, &officer, "/rules").await;
    assert!(list.contains("Ours twice") && list.contains("Open data is granted at once") && !list.contains("Add a rule"), "{list}");
    let checked = post(&world, &officer, "/requests/check", &form(1, "")).await.body;
    assert!(checked.contains("Step 2") && checked.contains("Ours twice"), "{checked}");
    let request = submitted(&world, &officer, 1, "").await;
    let first = step(&world, &steward, &request).await.unwrap();
    assert_eq!(post(&world, &steward, &format!("{first}/approve"), "until=2026-12-20").await.status, 303);
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM agreement").await, 0);
    let code: String = one(&pool, "SELECT code FROM approval_rule WHERE title = 'Ours twice'").await;
    assert_eq!(post(&world, &owner, "/rules/open-at-once/retire", "").await.status, 403, "not those of the whole");
    assert_eq!(post(&world, &owner, &format!("/rules/{code}/retire"), "").await.status, 303);
    assert!(!post(&world, &officer, "/requests/check", &form(2, "")).await.body.contains("Ours twice"));
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM audit_event WHERE action = 'rule.change'").await, 2);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_agreement_is_asked_for_again_in_one_press(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let less = format!("&columns_shown={PORT}&columns={PORT}/route&columns={PORT}/area&row_names={PORT}/area&row_values=AM,+BD");
    let request = submitted(&world, &officer, 1, &less).await;
    let first = step(&world, &steward, &request).await.unwrap();
    assert_eq!(post(&world, &steward, &format!("{first}/approve"), "until=2026-12-20").await.status, 303);
    let agreement: uuid::Uuid = one(&pool, "SELECT id FROM agreement").await;
    let shown = page(&world, &officer, &format!("/agreements/{agreement}")).await;
    let key = shown.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let renew = format!("/agreements/{agreement}/renew");
    assert_eq!(post(&world, &steward, &renew, &format!("key={key}")).await.status, 403, "only its holder");
    let again = post(&world, &officer, &renew, &format!("key={key}")).await.location();
    assert_eq!(post(&world, &officer, &renew, &format!("key={key}")).await.location(), again, "pressed twice is one request");
    let asked = page(&world, &officer, again.trim_end_matches("/submitted")).await;
    assert!(asked.contains("area: AM, BD") && asked.contains("Waiting for a decision"), "{asked}");
    pool.execute("UPDATE data_sharing_agreement SET forbidden = '{planning}'").await.unwrap();
    pool.execute("INSERT INTO terms_acceptance (agreement_id, version, person_id, at) SELECT a.id, t.version, a.holder_id, now() FROM agreement a, data_sharing_agreement t").await.unwrap();
    let refused = post(&world, &officer, &renew, &format!("key={}", uuid::Uuid::from_u128(77))).await;
    assert!(
        refused.status == 422 && refused.body.contains("does not allow this purpose") && refused.body.contains("value=\"law\""),
        "{}",
        refused.body
    );
}
