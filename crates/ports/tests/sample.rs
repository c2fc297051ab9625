//! Values for detectors come from shared tables alone, and only to who may look; sample rows follow what is decided.

#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use common::{place, plan, reader};
use ports::ColumnPlan;
use serde_json::json;
use sqlx::{AssertSqlSafe, Executor};
use std::time::Duration;

#[tokio::test]
async fn values_are_sampled_by_who_may_from_what_is_shared() {
    let mut place = place("sample").await;
    let columns = ["nric".to_owned(), "gone".to_owned(), "staff_no".to_owned()];
    let sampled = place.source.sample_values("ssot", "staff", &columns, 50).await.unwrap().unwrap();
    assert_eq!(sampled.keys().collect::<Vec<_>>(), ["nric", "staff_no"], "a column that is not there is left out");
    assert_eq!(sampled["nric"].len(), 2);
    assert!(sampled["nric"].contains(&Some("T9900001X".to_owned())));
    assert_eq!(place.source.sample_values("ssot", "staff", &columns, 1).await.unwrap().unwrap()["nric"].len(), 1);
    assert!(place.source.sample_values("ssot", "staff", &["gone".to_owned()], 5).await.unwrap().is_none());
    assert!(place.source.sample_values("pg_catalog", "pg_authid", &["rolpassword".to_owned()], 5).await.unwrap().is_none());
    assert!(place.source.other_grants().await.unwrap().is_empty(), "what was installed is no drift");
    let portal = place.portal.clone();
    place.admin.execute(AssertSqlSafe(format!("REVOKE pasar_sampler FROM {portal}"))).await.unwrap();
    assert!(place.source.sample_values("ssot", "staff", &columns, 50).await.unwrap().is_none(), "the source decides who may look");
}

#[tokio::test]
async fn sample_rows_come_and_go() {
    let place = place("preview").await;
    let dataset = uuid::Uuid::from_u128(common::unique());
    place.source.settle_preview(dataset, "ssot", "staff", &[ColumnPlan::clear("hours")], &json!({})).await.unwrap();
    assert_eq!(place.source.preview(dataset, 5).await.unwrap().unwrap().0, ["hours"]);
    place.source.settle_preview(dataset, "ssot", "staff", &[], &json!({})).await.unwrap();
    assert_eq!(place.source.preview(dataset, 5).await.unwrap(), None);
    place.source.settle_preview(dataset, "ssot", "nothing", &[ColumnPlan::clear("hours")], &json!({})).await.unwrap();
    assert_eq!(place.source.preview(dataset, 5).await.unwrap(), None);
}

#[tokio::test]
async fn a_reader_who_is_at_it_keeps_nothing_from_being_hidden() {
    let place = place("tighten").await;
    let until = common::now() + Duration::from_mins(10);
    let (agreement, credential) = common::granted(&place, until).await;
    let mut reading = reader(&place, &credential).await.unwrap();
    reading.execute("BEGIN; SELECT staff_no FROM staff").await.unwrap();
    let made = place.source.tighten(agreement, &plan(&["hours"], until)).await.unwrap();
    assert_eq!(made.len(), 1);
    assert!(reading.execute("SELECT staff_no FROM staff").await.is_err(), "thrown out, not waited for");
    let mut again = reader(&place, &credential).await.unwrap();
    assert!(again.execute("SELECT staff_no FROM staff").await.is_err());
    again.execute("SELECT hours FROM staff").await.unwrap();
}
