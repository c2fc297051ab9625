//! Other names that an event gives a dataset: joined where they are nobody else's, otherwise left alone, with a word in the answer.

use crate::common::token;
use crate::lineage::{DOMAIN, Place, ROUTES, STAGING, TIMES, event, names};
use axum::http::Method;
use domain::organisation::{Role, Scope};
use serde_json::{Value, json};
use store::PgPool;

const SYMLINK: &str = "$.inputs[0].facets.symlinks";
const RAW: (&str, &str) = ("postgres://lake:5432", "lake.raw.routes");

/// The routes go into the timetables, and are said to be another name too.
fn also(at: &str, job: &str, name: (&str, &str)) -> Value {
    let mut said = event(at, job, &[ROUTES], &[TIMES]);
    said["inputs"][0]["facets"] = json!({"symlinks": {"identifiers": [{"namespace": name.0, "name": name.1, "type": "TABLE"}]}});
    said
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn another_name_is_joined_only_where_it_is_nobody_elses_to_say(pool: PgPool) {
    let place = Place::new(pool).await;
    let tell = async |said: Value, token: &str| -> Value {
        let answer = place.api(Method::POST, "/api/v1/lineage", &said, token).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    };
    let around = async || names(&place.graph("node=ssot-a.busroutes-dp&hops=3", &place.developer.cookie).await);
    let elsewhere = place.world.visitor("elsewhere", &[(Role::Owner, Scope::Domain("00000000-0000-7000-8000-0000000000ee".parse().unwrap()))]).await;
    let theirs = token(&place.world, &elsewhere, &["lineage"]).await;
    tell(event("2026-11-22T18:00:00Z", "extract", &[RAW], &[STAGING]), &theirs).await;

    // The event is kept, and the link is not.
    let said = tell(also("2026-11-22T18:10:00Z", "first", STAGING), &place.token).await;
    assert_eq!((&said["changed"], &said["not_joined"], &said["not_yours"]), (&json!(true), &json!([SYMLINK]), &json!([])), "{said}");
    assert_eq!(around().await, [ROUTES.1, TIMES.1]);
    // Nor does it help to read from it first: that is one's own word.
    tell(event("2026-11-22T18:20:00Z", "second", &[STAGING], &[ROUTES]), &place.token).await;
    let said = tell(also("2026-11-22T18:30:00Z", "third", STAGING), &place.token).await;
    assert_eq!(said["not_joined"], json!([SYMLINK]), "{said}");
    assert!(around().await.contains(&STAGING.1.to_owned()));
    // In a batch, and of an output, the place is said as well.
    let mut of_output = event("2026-11-22T18:35:00Z", "fourth", &[TIMES], &[ROUTES]);
    of_output["outputs"][0]["facets"] = also("", "", STAGING)["inputs"][0]["facets"].clone();
    let batch = place.api(Method::POST, "/api/v1/lineage/batch", &json!([of_output]), &place.token).await;
    assert!(batch.status == 201 && batch.body.contains("\"not_joined\":[\"$[0].outputs[0].facets.symlinks\"]"), "{}", batch.body);

    // A name that is new is one's own to give, and so it stays.
    for at in ["2026-11-22T18:40:00Z", "2026-11-22T18:45:00Z"] {
        let said = tell(also(at, "fifth", ("s3://lake", "routes.parquet")), &place.token).await;
        assert_eq!(said["not_joined"], json!([]), "{said}");
    }
    assert!(!around().await.iter().any(|name| name.contains("parquet")));
    // Nobody takes it from there.
    let mut taking = also("2026-11-22T18:50:00Z", "sixth", ("s3://lake", "routes.parquet"));
    taking["inputs"][0]["name"] = json!(TIMES.1);
    assert_eq!(tell(taking, &place.token).await["not_joined"], json!([SYMLINK]));
    // A colleague tells as well that the table goes into their data, and into nobody else's: then it is theirs to say.
    let colleague = place.world.visitor("colleague", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let hers = token(&place.world, &colleague, &["lineage"]).await;
    tell(event("2026-11-22T18:55:00Z", "second", &[STAGING], &[ROUTES]), &hers).await;
    let said = tell(also("2026-11-22T19:00:00Z", "seventh", STAGING), &place.token).await;
    assert_eq!(said["not_joined"], json!([]), "{said}");
    let joined = around().await;
    assert!(!joined.contains(&STAGING.1.to_owned()) && joined.contains(&RAW.1.to_owned()), "{joined:?}");
}
