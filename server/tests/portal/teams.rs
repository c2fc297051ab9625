//! Teams and machine clients through the real router and a real source: who may be in a team, who decides for it, who reads
//! under what it holds, and that whoever leaves reads no more.

use crate::common::{Answer, Visitor, World, post};
use crate::granting::Granting;
use domain::organisation::{Role, Scope};
use server::jobs::reconcile;
use sqlx::{AssertSqlSafe, Connection, Executor};
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";

async fn page(world: &World, who: &Visitor, path: &str) -> Answer {
    world.get(path, Some(&who.cookie)).await
}

async fn one<T>(pool: &PgPool, sql: &str) -> T
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(pool).await.unwrap()
}

/// Somebody of Land transport, with these roles.
async fn officer(world: &World, name: &str, roles: &[(Role, Scope)]) -> Visitor {
    let visitor = world.visitor(name, roles).await;
    sqlx::query("UPDATE person SET agency = 'land-transport' WHERE id = $1").bind(visitor.person.0).execute(&world.pool).await.unwrap();
    visitor
}

/// Makes a team and gives its path.
async fn team(world: &World, lead: &Visitor, others: &[&str]) -> String {
    let made = post(world, lead, "/teams", "name=Mobility+study&about=Buses").await;
    assert_eq!(made.status, 303, "{}", made.body);
    for other in others {
        let added = post(world, lead, &format!("{}/add", made.location()), &format!("email={other}%40example.invalid")).await;
        assert_eq!(added.status, 303, "{}", added.body);
    }
    made.location()
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_team_is_kept_by_its_leads_and_holds_people_of_one_agency(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let (ann, ben) = (officer(&world, "ann", &[]).await, officer(&world, "ben", &[]).await);
    let stranger = world.visitor("carl", &[]).await;
    assert!(page(&world, &ann, "/teams").await.body.contains("You are in no team."));
    let refused = post(&world, &stranger, "/teams", "name=Other").await;
    assert!(refused.status == 422 && refused.body.contains("Your agency is not in the record"), "{}", refused.body);
    assert_eq!(post(&world, &ann, "/teams", "name=").await.status, 422);
    let team = team(&world, &ann, &["ben"]).await;
    assert!(post(&world, &ben, "/teams", "name=mobility+STUDY").await.body.contains("has a team of this name already"));
    let add = |email: &'static str| post(&world, &ann, Box::leak(format!("{team}/add").into_boxed_str()), email);
    for (email, why) in [
        ("email=carl%40example.invalid", "of the team’s own agency"),
        ("email=ben%40example.invalid", "in the team already"),
        ("email=nobody%40example.invalid", "has signed in to Pasar before"),
    ] {
        let answer = add(email).await;
        assert!(answer.status == 422 && answer.body.contains(why), "{email}: {}", answer.body);
    }
    assert_eq!(page(&world, &stranger, &team).await.status, 404);
    let seen = page(&world, &ben, &team).await;
    assert!(seen.status == 200 && seen.body.contains("Leave the team") && !seen.body.contains("Add a colleague"), "{}", seen.body);
    let other = format!("person={}", ann.person);
    assert_eq!(post(&world, &ben, &format!("{team}/remove"), &other).await.status, 403);
    assert_eq!(post(&world, &ann, &format!("{team}/remove"), &other).await.status, 409, "somebody must lead");
    assert_eq!(post(&world, &ann, &format!("{team}/lead"), &format!("person={}&lead=1", ben.person)).await.status, 303);
    assert_eq!(post(&world, &ann, &format!("{team}/remove"), &other).await.status, 303);
    assert_eq!(page(&world, &ann, &team).await.status, 404);
    pool.execute("UPDATE person SET agency = 'Housing' WHERE email LIKE 'ben%'").await.unwrap();
    assert_eq!(page(&world, &ben, &team).await.status, 404, "at once");
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    assert!(page(&world, &administrator, "/teams").await.body.contains("Mobility study"));
    assert_eq!(post(&world, &administrator, &format!("{team}/end"), "").await.status, 303);
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE object_kind = 'team' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(actions, ["team.make", "team.join", "team.lead", "team.leave", "team.end"]);
}

/// One readable dataset; nothing asked for yet.
async fn readable(pool: &PgPool) -> World {
    pool.execute(
        "DELETE FROM agreement; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request;
         INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
             SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
             VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 0, 'route', 'text', false, false, 'restricted', 'non-sensitive', 'none');
         INSERT INTO output_port SELECT '00000000-0000-7000-8000-0000000000b3', id, 'output-port1', 'postgres', NULL FROM product;
         INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000b1')",
    )
    .await
    .unwrap();
    World::new(pool.clone(), "http://localhost:1")
}

fn asking(team: &str, key: u128) -> String {
    let key = uuid::Uuid::from_u128(key);
    format!(
        "key={key}&ports=ssot-a.busroutes-dp.output-port1.routes&purpose=planning&explanation=why&legal_basis=law&team=us&until=2027-06-30&for_team={team}"
    )
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_of_a_team_decides_its_request(pool: PgPool) {
    let world = readable(&pool).await;
    let domain = Scope::Domain(DOMAIN.parse().unwrap());
    let ann = officer(&world, "ann", &[]).await;
    let ben = officer(&world, "ben", &[]).await;
    let steward = officer(&world, "steward", &[(Role::Steward, domain)]).await;
    let owner = officer(&world, "owner", &[(Role::Owner, domain)]).await;
    let team = team(&world, &ann, &["ben", "steward"]).await;
    let form = page(&world, &ann, "/requests/new?product=ssot-a.busroutes-dp").await.body;
    assert!(form.contains("For the team Mobility study"), "{form}");
    assert!(!page(&world, &owner, "/requests/new?product=ssot-a.busroutes-dp").await.body.contains("For the team"));
    let foreign = post(&world, &owner, "/requests/check", &asking(id(&team), 1)).await;
    assert!(foreign.status == 422 && foreign.body.contains("Choose a team that you are in"), "{}", foreign.body);
    assert!(post(&world, &ann, "/requests/check", &asking(id(&team), 1)).await.body.contains("The team Mobility study"));
    let request = post(&world, &ann, "/requests", &asking(id(&team), 1)).await.location().trim_end_matches("/submitted").to_owned();
    for who in [&ann, &ben, &steward, &owner] {
        let seen = page(&world, who, &request).await;
        assert!(seen.status == 200 && seen.body.contains("for the team Mobility study"), "{}", seen.body);
        assert_eq!(seen.body.contains("/work?step="), who.person == owner.person);
    }
    assert!(page(&world, &ben, "/requests").await.body.contains("for Mobility study"));
    assert!(!page(&world, &steward, "/work").await.body.contains("asks for Bus routes"));
    let step: String = one(&pool, "SELECT id::text FROM part_step").await;
    let approve = format!("/work/{step}/approve");
    assert_eq!(post(&world, &steward, &approve, "until=2026-12-20").await.status, 403);
    // Leaving does not help: it was her team's request when it was submitted.
    world.later(chrono::TimeDelta::minutes(1));
    assert_eq!(post(&world, &steward, &format!("{team}/remove"), &format!("person={}", steward.person)).await.status, 303);
    assert_eq!(post(&world, &steward, &approve, "until=2026-12-20").await.status, 403);
    assert_eq!(post(&world, &ben, &format!("{request}/withdraw"), "").await.status, 403, "only who asked, or leads");
    assert_eq!(post(&world, &owner, &approve, "until=2026-12-20").await.status, 303);
    let agreement: String = one(&pool, "SELECT '/agreements/' || id FROM agreement WHERE team_id IS NOT NULL").await;
    for who in [&ann, &ben] {
        assert!(page(&world, who, "/agreements").await.body.contains(&agreement));
    }
    // Who decided it and comes into the team afterwards holds nothing by that.
    let add = format!("{team}/add");
    for (who, sees) in [("owner", false), ("steward", true)] {
        assert_eq!(post(&world, &ann, &add, &format!("email={who}%40example.invalid")).await.status, 303);
        let visitor = if who == "owner" { &owner } else { &steward };
        assert_eq!(page(&world, visitor, "/agreements").await.body.contains(&agreement), sees, "{who}");
    }
    assert_eq!(post(&world, &owner, &format!("{agreement}/credential"), "").await.status, 403);
    assert_eq!(post(&world, &ben, &format!("{agreement}/give-up"), "").await.status, 403);
    assert_eq!(post(&world, &ann, &format!("{team}/end"), "").await.status, 409, "it holds an agreement");
    assert_eq!(post(&world, &ann, &format!("{agreement}/give-up"), "").await.status, 303);
    assert_eq!(post(&world, &ann, &format!("{team}/end"), "").await.status, 303);
}

/// The agreement of jason.lim made one of a team of two; a visitor each.
async fn team_agreement(place: &Granting) -> (Visitor, Visitor, String) {
    let (jason, ben) = (officer(&place.world, "jason.lim", &[]).await, officer(&place.world, "ben", &[]).await);
    let team = team(&place.world, &jason, &["ben"]).await;
    // Somebody else decided it: who decides for a team holds nothing with it.
    let theirs = format!(
        "UPDATE agreement SET team_id = '{}'; UPDATE part_step SET decided_by = (SELECT id FROM person WHERE email LIKE 'stand.in%')",
        id(&team)
    );
    sqlx::raw_sql(AssertSqlSafe(theirs)).execute(&place.world.pool).await.unwrap();
    (jason, ben, team)
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn each_of_a_team_reads_with_a_credential_of_their_own(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 3).await;
    let (jason, ben, team) = team_agreement(&place).await;
    let auditor = place.world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await;
    let (first, second) = (place.credential(&jason).await, place.credential(&ben).await);
    for token in [&first, &second] {
        assert_eq!(place.read(token).await.body, "route\n101\n102\n103\n");
        let mut open = place.session(token).await.unwrap();
        assert_eq!(sqlx::query_scalar::<_, i64>("SELECT count(*) FROM routes").fetch_one(&mut open).await.unwrap(), 3);
        assert!(open.execute("SELECT * FROM ssot_a.routes").await.is_err(), "nothing else");
    }
    let readers: Vec<String> =
        sqlx::query_scalar("SELECT p.email FROM audit_event e JOIN person p ON p.id = e.actor_id WHERE e.action = 'port.read' ORDER BY e.id")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(readers, ["jason.lim@example.invalid", "ben@example.invalid"]);
    reconcile::tidy(&place.world.state).await.unwrap();
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM drift_finding").await, 0, "their roles are rightful");

    // A new credential ends one's former one, and nobody else's.
    let again = place.credential(&ben).await;
    assert_eq!(
        (place.read(&second).await.status, place.read(&again).await.status, place.read(&first).await.status),
        (401.try_into().unwrap(), 200.try_into().unwrap(), 200.try_into().unwrap())
    );
    let mut open = place.session(&again).await.unwrap();
    let left = post(&place.world, &jason, &format!("{team}/remove"), &format!("person={}", ben.person)).await;
    assert_eq!(left.status, 303, "{}", left.body);
    let refused = place.read(&again).await;
    assert!(refused.status == 403 && refused.body.contains("credential_ended"), "at once: {}", refused.body);
    place.work().await;
    assert!(open.ping().await.is_err() && place.session(&again).await.is_err(), "and at the source");
    assert_eq!(place.read(&first).await.status, 200);
    assert_eq!(page(&place.world, &ben, &place.page).await.status, 404);
    assert!(page(&place.world, &auditor, "/audit?action=credential.end").await.body.contains("of ben@example.invalid"));

    // Back in the team, and then disabled.
    assert_eq!(post(&place.world, &jason, &format!("{team}/add"), "email=ben%40example.invalid").await.status, 303);
    let again = place.credential(&ben).await;
    pool.execute("UPDATE person SET disabled_at = now() WHERE email LIKE 'ben%'").await.unwrap();
    assert_eq!(place.read(&again).await.status, 403, "disabled: at once");
    reconcile::tidy(&place.world.state).await.unwrap();
    place.work().await;
    assert!(place.session(&again).await.is_err());
    assert_eq!(one::<String>(&pool, "SELECT end_reason FROM team_member WHERE end_reason <> 'removed'").await, "disabled");
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM drift_finding WHERE state = 'open'").await, 0);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_suspension_of_one_person_stops_their_credential_until_it_is_lifted(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 3).await;
    let (jason, ben, _) = team_agreement(&place).await;
    let office = place.world.visitor("office", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let (first, second) = (place.credential(&jason).await, place.credential(&ben).await);
    let suspend = "kind=person&subject=ben%40example.invalid&sector=everywhere&reason=Left+it+on+a+train";
    assert_eq!(post(&place.world, &office, "/suspensions", suspend).await.status, 303);
    let refused = place.read(&second).await;
    assert!(refused.status == 403 && refused.body.contains("agreement_held") && refused.body.contains("Left it on a train"), "{}", refused.body);
    for _ in 0..2 {
        place.work().await;
        assert!(place.session(&second).await.is_err(), "nor at the source");
        assert_eq!(place.read(&first).await.status, 200);
        place.session(&first).await.unwrap();
        // Nor does the comparison take it for lost, or for something that somebody changed.
        reconcile::tidy(&place.world.state).await.unwrap();
    }
    let id: String = one(&pool, "SELECT id::text FROM suspension").await;
    assert_eq!(post(&place.world, &office, &format!("/suspensions/{id}/lift"), "reason=Found").await.status, 303);
    place.work().await;
    assert_eq!(place.read(&second).await.status, 200, "with the credential that there was");
    place.session(&second).await.unwrap();
    reconcile::tidy(&place.world.state).await.unwrap();
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM drift_finding").await, 0);
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM audit_event WHERE action = 'credential.end'").await, 0);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_machine_client_reads_by_itself_and_is_apart_in_the_trail(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 2).await;
    let jason = place.holder().await;
    let auditor = place.world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await;
    let own = place.credential(&jason).await;
    let machines = format!("{}/machines", place.page);
    assert_eq!(post(&place.world, &jason, &machines, "machine=").await.status, 422);
    assert_eq!(post(&place.world, &jason, &machines, "machine=Nightly+load").await.status, 303);
    assert!(post(&place.world, &jason, &machines, "machine=nightly+LOAD").await.body.contains("of this name already"));
    let machine: String = one(&pool, "SELECT id::text FROM agreement_credential").await;
    let press = async |action: &str| post(&place.world, &jason, &format!("{machines}/{action}"), &format!("machine_id={machine}")).await;
    let made = press("credential").await;
    assert_eq!(made.status, 200, "{}", made.body);
    let token = made.body.split("<code id=\"token\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(token.starts_with("pasar_c_") && !page(&place.world, &jason, &place.page).await.body.contains(&token), "shown once");
    assert_eq!((place.read(&token).await.status.as_u16(), place.read(&own).await.status.as_u16()), (200, 200));
    let kinds: Vec<(String, Option<uuid::Uuid>, Option<uuid::Uuid>)> = sqlx::query_as(
        "SELECT actor_kind(actor_id, client_address), actor_id, machine_of(client_address) FROM audit_event WHERE action = 'port.read' ORDER BY id",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(kinds, [("machine".into(), None, Some(machine.parse().unwrap())), ("person".into(), Some(jason.person.0), None)]);
    let by = async |kind: &str| page(&place.world, &auditor, &format!("/audit?action=port.read&by={kind}")).await.body;
    assert!(by("machine").await.contains("Nightly load") && !by("machine").await.contains("jason.lim"));
    assert!(by("person").await.contains("jason.lim") && !by("person").await.contains("Nightly load"));
    let seen = page(&place.world, &jason, &place.page).await.body;
    assert!(seen.contains("Who has read") && seen.contains("Machine client"), "{seen}");

    // Somebody changes its role at the source: found, and made as agreed with the credential that there was.
    let role = format!("pasar_c_{}", machine.replace('-', ""));
    place.source.execute(AssertSqlSafe(format!("GRANT SELECT ON ssot_a.routes TO {role}; GRANT USAGE ON SCHEMA ssot_a TO {role}"))).await.unwrap();
    reconcile::tidy(&place.world.state).await.unwrap();
    assert_eq!(one::<i64>(&pool, "SELECT count(*) FROM drift_finding WHERE state = 'repaired'").await, 2);
    assert_eq!(place.read(&token).await.status, 200);
    let stray = "pasar_c_00000000000000000000000000000abc";
    let database: String = sqlx::query_scalar("SELECT current_database()::text").fetch_one(&mut place.source).await.unwrap();
    place
        .source
        .execute(AssertSqlSafe(format!("DROP ROLE IF EXISTS {stray}; CREATE ROLE {stray} LOGIN; GRANT CONNECT ON DATABASE {database} TO {stray}")))
        .await
        .unwrap();
    reconcile::tidy(&place.world.state).await.unwrap();
    let left: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM pg_roles WHERE rolname = '{stray}'")))
        .fetch_one(&mut place.source)
        .await
        .unwrap();
    assert_eq!((left, one::<i64>(&pool, "SELECT count(*) FROM drift_finding WHERE state = 'open'").await), (0, 0));

    let replaced = press("credential").await.body.split("<code id=\"token\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!((place.read(&token).await.status.as_u16(), place.read(&replaced).await.status.as_u16()), (401, 200));
    let ended = post(&place.world, &jason, &format!("{machines}/end"), &format!("machine_id={machine}")).await;
    assert_eq!(ended.status, 303);
    assert!(place.read(&replaced).await.body.contains("credential_ended"));
    place.work().await;
    assert!(place.session(&replaced).await.is_err());
    assert_eq!(place.read(&own).await.status, 200, "the holder's own goes on");
    assert_eq!(post(&place.world, &jason, &format!("{}/give-up", place.page), "").await.status, 303);
    place.work().await;
    assert_eq!(place.read(&own).await.status, 403);
}
