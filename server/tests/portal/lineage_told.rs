//! Personal data that pipelines bring in, as they tell it: by columns, through tables of no product, and where they say nothing of columns.

use crate::common::{Visitor, token};
use crate::granting::Granting;
use crate::lineage::{DOMAIN, ROUTES, STAGING, event};
use axum::http::Method;
use domain::organisation::{Role, Scope};
use serde_json::{Value, json};
use server::jobs::standards;
use sqlx::Executor;
use store::{PgPool, standard};

/// A listed product of the domain with a column that is nothing personal yet.
const REGISTER: &str = "
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at) VALUES
        ('00000000-0000-7000-8000-0000000000d3', '00000000-0000-7000-8000-000000000003', 'register-dp', 'ssot-a.register-dp', 'Register of drivers', 'source-aligned',
         '1', 'published', 'listed', '', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z');
    INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
        VALUES ('00000000-0000-7000-8000-0000000000d3', 'approval', '{}', '{}', 'none', 365);
    INSERT INTO dataset (id, product_id, name, title, position) VALUES
        ('00000000-0000-7000-8000-0000000000b4', '00000000-0000-7000-8000-0000000000d3', 'drivers', 'Drivers', 0);
    INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal) VALUES
        (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b4', 0, 'name', 'text', false, false, 'restricted', 'non-sensitive', 'none')";
/// The register's steward decides what the column is.
const PERSONAL: &str = "UPDATE data_column SET personal = 'direct' WHERE dataset_id = '00000000-0000-7000-8000-0000000000b4'";
const IMPERSONAL: &str = "UPDATE data_column SET personal = 'none' WHERE dataset_id = '00000000-0000-7000-8000-0000000000b4'";
/// The terms of the routes say how personal data is protected, or say nothing.
const POLICY: &str = "UPDATE data_sharing_agreement SET safeguards = 'Names are masked' WHERE product_id = '00000000-0000-7000-8000-000000000005'";
const NO_POLICY: &str = "UPDATE data_sharing_agreement SET safeguards = ''";

type Table = (&'static str, &'static str);
/// A table's column.
type Column = (Table, &'static str);
const DRIVERS: Table = ("pasar", "ssot-a.register-dp.drivers");
const RAW: Table = ("postgres://lake:5432", "lake.raw.drivers");

/// The routes with their holder, the register, and the sample's standards on what tools tell.
struct Told {
    place: Granting,
    developer: Visitor,
    telling: String,
    /// Of the holder, for reading.
    token: String,
}

impl Told {
    async fn new(pool: &PgPool) -> Self {
        let place = Granting::new(pool.clone(), "{}", 2).await;
        let world = &place.world;
        pool.execute(REGISTER).await.unwrap();
        for slug in ["told-personal-data", "told-without-columns"] {
            let sample = rules::examples::all().into_iter().find(|sample| sample.id == slug).unwrap();
            assert!(standard::ensure_sample(&mut pool.acquire().await.unwrap(), &sample, &world.state.ids, world.now()).await.unwrap().is_some());
        }
        let developer = world.visitor("dev", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
        let telling = format!("Bearer {}", token(world, &developer, &["lineage"]).await);
        let token = place.credential(&place.holder().await).await;
        Self { place, developer, telling, token }
    }

    async fn tell(&self, run: u8, mut said: Value) {
        said["run"]["runId"] = json!(format!("0193560e-0000-7000-8000-0000000002{run:02}"));
        let headers = [("authorization", self.telling.as_str())];
        let answer = self.place.world.send(Method::POST, "/api/v1/lineage", None, Some(&said.to_string()), &headers).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    async fn after(&self, change: &'static str) {
        self.place.world.pool.execute(change).await.unwrap();
        self.follow().await;
    }

    /// Lets the jobs judge what waits.
    async fn follow(&self) {
        standards::follow(&self.place.world.state).await.unwrap();
        self.place.work().await;
    }

    async fn reads(&self) -> bool {
        let answer = self.place.read(&self.token).await;
        assert!(answer.status == 200 || answer.status == 403 && answer.body.contains("agreement_held"), "{}", answer.body);
        answer.status == 200
    }

    /// Standards that the routes do not meet.
    async fn violated(&self) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT s.slug FROM standard_evaluation e JOIN standard s ON s.id = e.standard_id
             WHERE e.product_id = '00000000-0000-7000-8000-000000000005' AND e.ended_at IS NULL AND e.agreement_id IS NULL AND e.verdict = 'violated' ORDER BY 1",
        )
        .fetch_all(&self.place.world.pool)
        .await
        .unwrap()
    }
}

/// One column becomes another.
fn becoming(at: &str, job: &str, from: Column, to: Column, masked: bool) -> Value {
    let mut said = event(at, job, &[from.0], &[to.0]);
    let how = json!([{"type": "DIRECT", "subtype": "IDENTITY", "masking": masked}]);
    let mut fields = json!({});
    fields[to.1] = json!({"inputFields": [{"namespace": from.0.0, "name": from.0.1, "field": from.1, "transformations": how}]});
    said["outputs"][0]["facets"] = json!({"columnLineage": {"fields": fields}});
    said
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn personal_data_that_a_pipeline_brings_in_stops_serving_until_a_policy_protects_it(pool: PgPool) {
    let told = Told::new(&pool).await;
    told.tell(1, becoming("2026-11-22T18:00:00Z", "roster", (DRIVERS, "name"), (ROUTES, "route"), false)).await;
    told.follow().await;
    assert!(told.reads().await, "nothing personal comes in");
    // Who takes from the register as pipelines tell is judged again.
    told.after(PERSONAL).await;
    let refused = told.place.read(&told.token).await;
    let title = "Personal data that pipelines bring in is protected, or not served";
    assert!(refused.status == 403 && refused.body.contains("agreement_held") && refused.body.contains(title), "{}", refused.body);
    let shown = told.place.world.get("/products/ssot-a.busroutes-dp", Some(&told.developer.cookie)).await.body;
    assert!(shown.contains("told_personal_data_unprotected"), "{shown}");
    assert_eq!(told.violated().await, ["told-personal-data"], "what is known to arrive is not also said to be possible");

    told.after(POLICY).await;
    assert!(told.reads().await, "a policy says how it is protected");
    told.after(NO_POLICY).await;
    assert!(!told.reads().await);
    told.tell(2, becoming("2026-11-22T19:00:00Z", "roster", (DRIVERS, "name"), (ROUTES, "route"), true)).await;
    told.follow().await;
    assert!(told.reads().await, "masked on the way");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn personal_data_that_comes_through_a_table_of_no_product_stops_serving_too(pool: PgPool) {
    let told = Told::new(&pool).await;
    let (drivers, raw, clean, routes) = ((DRIVERS, "name"), (RAW, "full_name"), (STAGING, "driver"), (ROUTES, "route"));
    // What comes last is told first: the way is whole only with the table in the middle.
    told.tell(1, becoming("2026-11-22T18:00:00Z", "roster", clean, routes, false)).await;
    told.tell(2, becoming("2026-11-22T18:00:00Z", "extract", drivers, raw, false)).await;
    told.after(PERSONAL).await;
    assert!(told.reads().await, "nothing says that it arrives");
    told.tell(3, becoming("2026-11-22T18:30:00Z", "cleaning", raw, clean, false)).await;
    told.follow().await;
    assert!(!told.reads().await);
    // The register's steward decides otherwise, and back: who takes from it through tables is judged again.
    told.after(IMPERSONAL).await;
    assert!(told.reads().await);
    told.after(PERSONAL).await;
    assert!(!told.reads().await);
    // Another column of the table in the middle is not that one; masked on any step is masked.
    told.tell(4, becoming("2026-11-22T19:00:00Z", "roster", (STAGING, "depot"), routes, false)).await;
    told.follow().await;
    assert!(told.reads().await, "another column");
    told.tell(5, becoming("2026-11-22T19:30:00Z", "roster", clean, routes, false)).await;
    told.follow().await;
    assert!(!told.reads().await);
    told.tell(6, becoming("2026-11-22T20:00:00Z", "extract", drivers, raw, true)).await;
    told.follow().await;
    assert!(told.reads().await, "masked at the first step");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_a_tool_tells_without_columns_may_be_personal_and_is_flagged(pool: PgPool) {
    let told = Told::new(&pool).await;
    told.tell(1, event("2026-11-22T18:00:00Z", "roster", &[DRIVERS], &[ROUTES])).await;
    told.follow().await;
    assert!(told.violated().await.is_empty(), "nothing personal is there");
    told.after(PERSONAL).await;
    assert_eq!(told.violated().await, ["told-without-columns"]);
    assert!(told.reads().await, "a flag stops nothing");
    let shown = told.place.world.get("/products/ssot-a.busroutes-dp/standards", Some(&told.developer.cookie)).await.body;
    assert!(shown.contains("personal_data_may_come_in"), "{shown}");
    told.after(POLICY).await;
    assert!(told.violated().await.is_empty(), "a policy says how it is protected");
    told.after(NO_POLICY).await;
    assert_eq!(told.violated().await, ["told-without-columns"]);
    // Another tool says which columns they are: then that is what is known.
    told.tell(2, becoming("2026-11-22T18:10:00Z", "columns", (DRIVERS, "depot"), (ROUTES, "route"), false)).await;
    told.follow().await;
    assert!(told.violated().await.is_empty(), "another column");
    // Through a table of no product, one of two steps says nothing of columns.
    told.tell(3, event("2026-11-22T18:20:00Z", "extract", &[DRIVERS], &[RAW])).await;
    told.tell(4, becoming("2026-11-22T18:30:00Z", "load", (RAW, "full_name"), (ROUTES, "route"), false)).await;
    told.follow().await;
    assert_eq!(told.violated().await, ["told-without-columns"]);
    told.tell(5, becoming("2026-11-22T19:00:00Z", "load", (RAW, "full_name"), (ROUTES, "route"), true)).await;
    told.follow().await;
    assert!(told.violated().await.is_empty(), "masked at the step that says so");
}
