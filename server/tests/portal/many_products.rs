//! One request of several products: each is decided by its own domain, and its requester sees all of it on one page. And what happens at
//! the same moment: of two decisions one wins, of two forms one request is made.

use crate::common::asking::{PORT, world};
use crate::common::{Visitor, World, page, post};
use domain::organisation::{Role, Scope};
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;
use uuid::Uuid;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const OTHER_DOMAIN: &str = "00000000-0000-7000-8000-0000000000d1";
pub const OTHER_PORT: &str = "health.patients-dp.output-port1.people";

/// Another domain's product with one readable dataset.
pub const OTHER: &str = concat!(
    include_str!("common/health.sql"),
    "UPDATE dataset SET table_schema = 'health', table_name = 'people' WHERE id = '00000000-0000-7000-8000-0000000000d3';
    INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal, is_scope)
    VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000d3', 0, 'clinic', 'text', false, false, 'restricted', 'non-sensitive', 'none', false);
    INSERT INTO output_port VALUES ('00000000-0000-7000-8000-0000000000d4', '00000000-0000-7000-8000-0000000000d2', 'output-port1', 'postgres', NULL);
    INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000d4', '00000000-0000-7000-8000-0000000000d3')"
);

fn form(key: u128, ports: &[&str]) -> String {
    let ports: String = ports.iter().flat_map(|port| ["&ports=", port]).collect();
    format!("key={}{ports}&purpose=planning&explanation=why&legal_basis=law&team=team&until=2027-06-30", Uuid::from_u128(key))
}

async fn steward_of(world: &World, subject: &str, domain: &str) -> Visitor {
    world.visitor(subject, &[(Role::Steward, Scope::Domain(domain.parse().unwrap()))]).await
}

/// The paths of all steps that somebody may decide on a request's page.
fn steps(page: &str) -> Vec<String> {
    page.split("/work?step=").skip(1).map(|rest| format!("/work/{}", rest.split('"').next().unwrap())).collect()
}

async fn count(pool: &PgPool, of: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {of}"))).fetch_one(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn each_product_of_a_request_is_decided_apart(pool: PgPool) {
    let (world, officer, buses) = world(&pool).await;
    pool.execute(OTHER).await.unwrap();
    let health = steward_of(&world, "health", OTHER_DOMAIN).await;
    for port in [PORT, OTHER_PORT] {
        assert_eq!(post(&world, &officer, "/basket/add", &format!("port={port}")).await.status, 303);
    }
    for path in ["/basket", "/requests/new"] {
        let shown = page(&world, &officer, path).await;
        assert!(shown.contains(PORT) && shown.contains(OTHER_PORT), "{path}: {shown}");
    }
    let both = form(1, &[PORT, OTHER_PORT]);
    let checked = post(&world, &officer, "/requests/check", &both).await.body;
    assert!(checked.contains("Check your answers") && checked.contains("Bus routes") && checked.contains("Patients by area"), "{checked}");
    let request = post(&world, &officer, "/requests", &both).await.location().trim_end_matches("/submitted").to_owned();
    assert_eq!((count(&pool, "access_request").await, count(&pool, "request_part").await), (1, 2), "one request, a part for each product");
    assert!(page(&world, &officer, "/basket").await.contains("Your basket is empty."));

    let (of_buses, of_health) = (page(&world, &buses, &request).await, page(&world, &health, &request).await);
    assert!(of_buses.contains("/products/ssot-a.busroutes-dp") && !of_buses.contains("Patients by area"), "{of_buses}");
    assert!(of_health.contains("/products/health.patients-dp") && !of_health.contains("Bus routes"), "{of_health}");
    let (theirs, hers) = (steps(&of_buses), steps(&of_health));
    assert_eq!((theirs.len(), hers.len()), (1, 1));
    for (who, step) in [(&buses, &hers[0]), (&health, &theirs[0])] {
        assert_eq!(post(&world, who, &format!("{step}/approve"), "until=2026-12-20").await.status, 404, "another domain's");
    }
    assert_eq!(post(&world, &buses, &format!("{}/approve", theirs[0]), "until=2026-12-20").await.status, 303);
    let half = page(&world, &officer, &request).await;
    assert!(half.contains("Waiting for a decision") && half.contains("Withdraw request"), "{half}");
    assert_eq!(post(&world, &health, &format!("{}/refuse", hers[0]), "reason=Ask+for+fewer+clinics").await.status, 303);

    let states: Vec<(String, String)> =
        sqlx::query_as("SELECT p.address, q.state FROM request_part q JOIN product p ON p.id = q.product_id ORDER BY p.address")
            .fetch_all(&pool)
            .await
            .unwrap();
    let decided = |address: &str, state: &str| (address.to_owned(), state.to_owned());
    assert_eq!(states, [decided("health.patients-dp", "refused"), decided("ssot-a.busroutes-dp", "approved")]);
    let whole = page(&world, &officer, &request).await;
    for said in ["/products/ssot-a.busroutes-dp", "/products/health.patients-dp", "Approved", "Refused", "Ask for fewer clinics"] {
        assert!(whole.contains(said), "{said}: {whole}");
    }
    let agreed: Vec<String> =
        sqlx::query_scalar("SELECT p.address FROM agreement a JOIN product p ON p.id = a.product_id").fetch_all(&pool).await.unwrap();
    assert_eq!(agreed, ["ssot-a.busroutes-dp"], "what was refused grants nothing");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn of_two_decisions_at_the_same_moment_one_wins(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let colleague = steward_of(&world, "colleague", DOMAIN).await;
    for key in 1..=10 {
        let request = post(&world, &officer, "/requests", &form(key, &[PORT])).await.location().trim_end_matches("/submitted").to_owned();
        let step = steps(&page(&world, &steward, &request).await).remove(0);
        let before = count(&pool, "agreement").await;
        let (approval, refusal) = (format!("{step}/approve"), format!("{step}/refuse"));
        let (approved, refused) =
            tokio::join!(post(&world, &steward, &approval, "until=2026-12-20"), post(&world, &colleague, &refusal, "reason=No"));
        let won = match (approved.status.as_u16(), refused.status.as_u16()) {
            (303, 409) => "approved",
            (409, 303) => "refused",
            both => panic!("{both:?}: {} {}", approved.body, refused.body),
        };
        let told = if won == "approved" { &refused } else { &approved };
        assert!(told.body.contains("Nothing was changed."), "{}", told.body);
        let id: Uuid = request.rsplit('/').next().unwrap().parse().unwrap();
        let state: String = sqlx::query_scalar("SELECT state FROM request_part WHERE request_id = $1").bind(id).fetch_one(&pool).await.unwrap();
        assert_eq!(state, won);
        assert_eq!(count(&pool, "agreement").await - before, i64::from(won == "approved"));
        let decisions: i64 =
            sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE object_id = $1 AND action IN ('request.approve', 'request.refuse')")
                .bind(id)
                .fetch_one(&pool)
                .await
                .unwrap();
        assert_eq!(decisions, 1, "one decision is in the trail");
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_form_that_is_sent_twice_at_the_same_moment_is_one_request(pool: PgPool) {
    let (world, officer, _) = world(&pool).await;
    for key in 1..=10 {
        let form = form(key, &[PORT]);
        let (one, other) = tokio::join!(post(&world, &officer, "/requests", &form), post(&world, &officer, "/requests", &form));
        assert_eq!((one.status.as_u16(), other.status.as_u16()), (303, 303), "{} {}", one.body, other.body);
        assert_eq!(one.location(), other.location());
        for of in ["access_request", "request_part", "audit_event WHERE action = 'request.submit'"] {
            assert_eq!(count(&pool, of).await, i64::try_from(key).unwrap(), "{of}");
        }
    }
}
