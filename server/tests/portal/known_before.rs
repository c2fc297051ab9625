//! What is known from before: the form has the team of one's last request, and who decides sees how the like was decided.

use crate::common::asking::{PORT, world};
use crate::common::{Visitor, World, page, post};
use chrono::TimeDelta;
use sqlx::Executor;
use store::PgPool;
use uuid::Uuid;

async fn submitted(world: &World, officer: &Visitor, key: u128, purpose: &str, team: &str) -> String {
    let form = format!("key={}&ports={PORT}&purpose={purpose}&explanation=why&legal_basis=law&team={team}&until=2027-06-30", Uuid::from_u128(key));
    post(world, officer, "/requests", &form).await.location().trim_end_matches("/submitted").to_owned()
}

/// The id of the one step that somebody may decide.
async fn step(world: &World, who: &Visitor, request: &str) -> String {
    let shown = page(world, who, request).await;
    shown.split("/work?step=").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_form_has_the_team_of_the_last_request(pool: PgPool) {
    let (world, officer, _) = world(&pool).await;
    pool.execute("UPDATE person SET agency = 'Land Transport'").await.unwrap();
    let new = "/requests/new?product=ssot-a.busroutes-dp";
    let first = page(&world, &officer, new).await;
    assert!(!first.contains("value=\"Land Transport\""), "an agency is no team: {first}");
    submitted(&world, &officer, 1, "planning", "Depot+study").await;
    world.later(TimeDelta::minutes(1));
    submitted(&world, &officer, 2, "planning", "Mobility+study").await;
    let again = page(&world, &officer, new).await;
    assert!(again.contains("value=\"Mobility study\"") && !again.contains("Depot study"), "as they said it last: {again}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_same_purpose_comes_first_among_what_was_decided_before(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    pool.execute("INSERT INTO purpose VALUES ('policy', 'Policy', 2)").await.unwrap();
    let before = [("planning", "first"), ("policy", "second"), ("planning", "third"), ("policy", "fourth")];
    for (key, (purpose, reason)) in (1..).zip(before) {
        let request = submitted(&world, &officer, key, purpose, "team").await;
        let refuse = format!("/work/{}/refuse", step(&world, &steward, &request).await);
        assert_eq!(post(&world, &steward, &refuse, &format!("reason={reason}")).await.status, 303);
        world.later(TimeDelta::minutes(1));
    }
    let request = submitted(&world, &officer, 9, "planning", "team").await;
    let step = step(&world, &steward, &request).await;
    let told: serde_json::Value = serde_json::from_str(&page(&world, &steward, &format!("/api/v1/work/{step}")).await).unwrap();
    let said: Vec<(&str, &str)> =
        told["decided_before"].as_array().unwrap().iter().map(|one| (one["purpose"].as_str().unwrap(), one["reason"].as_str().unwrap())).collect();
    assert_eq!(said, [("Planning", "third"), ("Planning", "first"), ("Policy", "fourth"), ("Policy", "second")]);
    let open = page(&world, &steward, &format!("/work?step={step}")).await;
    let at = |word: &str| open.find(&format!(">{word}<")).unwrap_or_else(|| panic!("{word}: {open}"));
    assert!(at("third") < at("first") && at("first") < at("fourth"), "in the same order beside the request");
}
