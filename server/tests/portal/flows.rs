//! Personal data downstream through the real router and a real source: an upstream product gains a personal column, whoever takes
//! from it without a policy is flagged and stops serving, and serves again once it is mended.

use crate::common::{Visitor, World, owner_of, page, post};
use crate::granting::Granting;
use domain::organisation::{Role, Scope};
use server::jobs::{events, flows};
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const ELSEWHERE: &str = "00000000-0000-7000-8000-0000000000d1";
const PRODUCT: &str = "/products/ssot-a.busroutes-dp";

/// Bus routes take everything of patients, who are nobody in particular so far.
const UPSTREAM: &str = concat!(
    include_str!("common/health.sql"),
    "INSERT INTO data_column VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000d3', 0, 'area', 'text', NULL, false, false, 'official-open',
        'non-sensitive', 'none');
    INSERT INTO input_port SELECT '00000000-0000-7000-8000-0000000000d4', id, 'from-clinics', NULL, 'health.patients-dp' FROM product
        WHERE address = 'ssot-a.busroutes-dp'"
);

/// Patients gain a column that says who they are.
const GAINS: &str =
    "INSERT INTO data_column VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000d3', 1, 'patient_nric', 'text', NULL, false,
    false, 'restricted', 'sensitive-high', 'direct')";

const MENDS: &str =
    "INSERT INTO column_flow VALUES ('00000000-0000-7000-8000-0000000000d4', 'people.patient_nric', NULL, 'dropped', 'Only areas are kept.')";

async fn told(world: &World, who: &Visitor) -> Vec<String> {
    events::follow(&world.state).await.unwrap();
    let query = "SELECT e.topic FROM notice n JOIN event e ON e.id = n.event_id WHERE n.person_id = $1 AND e.topic LIKE 'flow.%' ORDER BY e.at, e.id";
    sqlx::query_scalar(query).bind(who.person.0).fetch_all(&world.pool).await.unwrap()
}

/// Lets the jobs catch up: what flows, then the source.
async fn follow(place: &Granting) {
    flows::follow(&place.world.state).await.unwrap();
    place.work().await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_has_no_policy_is_flagged_and_stops_until_it_is_mended(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let world = &place.world;
    pool.execute(UPSTREAM).await.unwrap();
    let (here, there) = (owner_of(world, "omar", DOMAIN).await, owner_of(world, "nurul", ELSEWHERE).await);
    sqlx::query("UPDATE product SET owner_id = $1 WHERE address = 'ssot-a.busroutes-dp'").bind(here.person.0).execute(&pool).await.unwrap();
    let (officer, holder) = (world.visitor("officer", &[]).await, place.holder().await);
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let token = place.credential(&holder).await;
    follow(&place).await;
    assert!(page(world, &here, "/flows").await.contains("Nothing is flagged."));

    pool.execute(GAINS).await.unwrap();
    follow(&place).await;
    for who in [&here, &there] {
        let list = page(world, who, "/flows").await;
        assert!(list.contains("people.patient_nric") && list.contains("Patients by area") && list.contains("Personal, direct"), "{list}");
    }
    assert!(page(world, &here, "/flows").await.contains("what becomes of each"), "its owner is told what to do");
    assert!(page(world, &there, "/flows").await.contains("Ask omar, who owns Bus routes"), "the other is told whom to ask");
    assert!(page(world, &officer, "/flows").await.contains("Nothing is flagged."), "a list for those whose products these are");
    assert!(page(world, &officer, PRODUCT).await.contains("Personal data comes in without a policy."));
    assert_eq!((told(world, &here).await, told(world, &there).await), (vec!["flow.flagged".to_owned()], vec!["flow.warned".to_owned()]));
    assert!(page(world, &here, "/notices").await.contains("Personal data comes into Bus routes without a policy for it."));
    assert_eq!(place.read(&token).await.status, 200, "a flag alone stops nothing");

    let changed = post(world, &administrator, "/admin/flows", "standard=stop&reason=Decided+in+November").await;
    assert_eq!(changed.status, 303, "{}", changed.body);
    follow(&place).await;
    let refused = place.read(&token).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("agreement_held") && refused.body.contains("Personal data comes into Bus routes"), "{}", refused.body);
    assert!(refused.body.contains("its owner, omar,") && !refused.body.contains("atient"), "why and whom to ask, not from where: {}", refused.body);
    assert!(place.session(&token).await.is_err(), "and the source's door is shut");
    assert!(page(world, &holder, &place.page).await.contains("nothing says how it is protected"));
    assert!(page(world, &here, "/flows").await.contains("1 agreement is held"));

    pool.execute(MENDS).await.unwrap();
    follow(&place).await;
    assert_eq!(place.read(&token).await.body, "route\n101\n102\n", "with the same credential");
    assert!(place.session(&token).await.is_ok());
    assert!(!page(world, &officer, PRODUCT).await.contains("without a policy"));
    assert_eq!(told(world, &here).await, ["flow.flagged", "flow.mended"]);
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE action LIKE 'flow.%' OR action IN ('agreement.hold', 'agreement.lift') ORDER BY id")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(actions, ["flow.flag", "flow.warn", "flow.standard", "agreement.hold", "flow.mend", "agreement.lift"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn whoever_may_not_see_where_it_comes_from_learns_nothing_of_it(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 1).await;
    let world = &place.world;
    pool.execute(UPSTREAM).await.unwrap();
    pool.execute("UPDATE product SET visibility = 'hidden' WHERE address = 'health.patients-dp'; UPDATE flow_standard SET standard = 'stop'")
        .await
        .unwrap();
    pool.execute("UPDATE webhook SET topics = '{}'").await.unwrap();
    let (here, there) = (owner_of(world, "omar", DOMAIN).await, owner_of(world, "nurul", ELSEWHERE).await);
    let (officer, holder) = (world.visitor("officer", &[]).await, place.holder().await);
    let token = place.credential(&holder).await;
    pool.execute(GAINS).await.unwrap();
    follow(&place).await;
    assert_eq!(told(world, &here).await, ["flow.flagged"]);

    let mut seen = vec![place.read(&token).await.body];
    for (who, path) in [
        (&officer, PRODUCT.to_owned()),
        (&officer, format!("{PRODUCT}/lineage")),
        (&officer, "/flows".to_owned()),
        (&here, PRODUCT.to_owned()),
        (&here, "/flows".to_owned()),
        (&here, "/api/v1/flows".to_owned()),
        (&here, "/notices".to_owned()),
        (&holder, place.page.clone()),
        (&holder, "/notices".to_owned()),
    ] {
        seen.push(page(world, who, &path).await);
    }
    seen.extend(sqlx::query_scalar::<_, String>("SELECT body FROM webhook_delivery").fetch_all(&pool).await.unwrap());
    for text in &seen {
        assert!(!text.contains("atient") && !text.contains("health."), "{text}");
    }
    assert!(!page(world, &officer, PRODUCT).await.contains("without a policy"), "shown to those who may see both");
    let list = page(world, &here, "/flows").await;
    assert!(list.contains("from-clinics") && list.contains("A source that is not listed") && list.contains("1 agreement is held"), "{list}");
    assert!(page(world, &there, "/flows").await.contains("people.patient_nric"), "those who may see both do");

    // The other way round: whose data goes into what they may not know of is not told of it.
    pool.execute(
        "UPDATE product SET visibility = CASE address WHEN 'health.patients-dp' THEN 'listed' ELSE 'hidden' END;
         UPDATE flow_flag SET mended_at = now(); UPDATE data_column SET description = 'who' WHERE name = 'patient_nric'",
    )
    .await
    .unwrap();
    follow(&place).await;
    assert_eq!(told(world, &there).await, ["flow.warned"], "of the time when everybody might know of it");
    let list = page(world, &there, "/flows").await;
    assert!(list.contains("Nothing is flagged.") && !list.contains("Bus routes"), "{list}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_category_is_carried_over_products_addresses_and_circles(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute(UPSTREAM).await.unwrap();
    // Patients take from bus routes too: a circle. A third takes one named column of bus routes; patients have moved since.
    pool.execute(
        "INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
             SELECT '00000000-0000-7000-8000-0000000000d6', domain_id, 'crowds-dp', 'ssot-a.crowds-dp', 'Crowds', 'consumer-aligned', version, status,
             visibility, '', created_at, changed_at FROM product WHERE address = 'ssot-a.busroutes-dp';
         INSERT INTO dataset (id, product_id, name, title, position) SELECT gen_random_uuid(), id, 'routes', 'Routes', 0 FROM product
             WHERE address <> 'health.patients-dp';
         INSERT INTO data_column SELECT gen_random_uuid(), id, 0, 'patient_nric', 'text', NULL, false, false, 'official-open', 'non-sensitive', 'none'
             FROM dataset WHERE name = 'routes';
         INSERT INTO input_port SELECT gen_random_uuid(), '00000000-0000-7000-8000-0000000000d2', 'back', NULL, 'ssot-a.busroutes-dp';
         INSERT INTO input_port VALUES ('00000000-0000-7000-8000-0000000000d7', '00000000-0000-7000-8000-0000000000d6', 'routes', NULL, 'ssot-a.busroutes-dp');
         INSERT INTO column_flow VALUES ('00000000-0000-7000-8000-0000000000d7', 'routes.patient_nric', 'routes.patient_nric', 'kept');
         UPDATE product SET address = 'health.people-dp', name = 'people-dp' WHERE address = 'health.patients-dp';
         INSERT INTO former_address VALUES ('health.patients-dp', '00000000-0000-7000-8000-0000000000d2')",
    )
    .await
    .unwrap();
    flows::follow(&world.state).await.unwrap();
    let flagged = || async {
        let query = "SELECT p.address || ' ' || coalesce(f.to_column, '?') || ' ' || f.carried FROM flow_flag f JOIN product p ON p.id = f.product_id
                     WHERE f.mended_at IS NULL ORDER BY 1";
        sqlx::query_scalar::<_, String>(query).fetch_all(&pool).await.unwrap()
    };
    assert!(flagged().await.is_empty());
    pool.execute(GAINS).await.unwrap();
    flows::follow(&world.state).await.unwrap();
    assert_eq!(flagged().await, ["ssot-a.busroutes-dp routes.patient_nric direct", "ssot-a.crowds-dp routes.patient_nric direct"]);
    let classified =
        "UPDATE data_column c SET personal = 'direct', classification = 'restricted' FROM dataset d JOIN product p ON p.id = d.product_id
                      WHERE d.id = c.dataset_id AND p.address = 'ssot-a.busroutes-dp'";
    pool.execute(classified).await.unwrap();
    flows::follow(&world.state).await.unwrap();
    assert_eq!(flagged().await, ["ssot-a.crowds-dp routes.patient_nric direct"], "each has a policy of its own to say");
    pool.execute("UPDATE column_flow SET handling = 'protected', statement = 'Keyed pseudonyms'").await.unwrap();
    flows::follow(&world.state).await.unwrap();
    assert!(flagged().await.is_empty());
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_data_office_says_what_is_done(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute(AssertSqlSafe(format!("{UPSTREAM}; {GAINS}"))).await.unwrap();
    flows::follow(&world.state).await.unwrap();
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let auditor = world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await;
    assert_eq!(world.get("/admin/flows", Some(&auditor.cookie)).await.status, 403);
    assert_eq!(post(&world, &auditor, "/admin/flows", "standard=off&reason=Because").await.status, 403);
    let shown = page(&world, &administrator, "/admin/flows").await;
    assert!(shown.contains("Flag it to both owners") && shown.contains("As Pasar begins"), "{shown}");
    let wrong = post(&world, &administrator, "/admin/flows", "standard=stop&reason=no").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("href=\"#reason\"") && wrong.body.contains("value=\"stop\" selected"), "{}", wrong.body);

    assert_eq!(post(&world, &administrator, "/admin/flows", "standard=off&reason=Not+yet+decided").await.status, 303);
    flows::follow(&world.state).await.unwrap();
    let open = "SELECT count(*) FROM flow_flag WHERE mended_at IS NULL";
    assert_eq!(sqlx::query_scalar::<_, i64>(open).fetch_one(&pool).await.unwrap(), 0, "off is off");
    assert_eq!(post(&world, &administrator, "/admin/flows", "standard=stop&reason=Decided+now").await.status, 303);
    flows::follow(&world.state).await.unwrap();
    assert_eq!(sqlx::query_scalar::<_, i64>(open).fetch_one(&pool).await.unwrap(), 1);
    let (actor, reason, detail): (uuid::Uuid, String, String) =
        sqlx::query_as("SELECT actor_id, reason, detail FROM audit_event WHERE action = 'flow.standard' ORDER BY id DESC LIMIT 1")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((actor, reason.as_str(), detail.as_str()), (administrator.person.0, "Decided now", "off to stop"));
}
