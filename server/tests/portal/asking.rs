//! What the form asks: no more than the terms and standards of the chosen ports do, the same on the page, when it is sent and for programs.
//! And what a request keeps of who asked.

use crate::common::asking::{PORT, world};
use crate::common::{Visitor, World, page, post};
use crate::many_products::{OTHER, OTHER_PORT};
use crate::standards_gates::{day, in_force, rego};
use axum::http::Method;
use chrono::TimeDelta;
use rules::template::Form;
use rules::{Severity, Template};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;
use uuid::Uuid;

const FIELDS: [&str; 5] = ["explanation", "legal_basis", "team", "seen_by", "until"];
const BUSES: &str = "ssot-a.busroutes-dp";
const PATIENTS: &str = "health.patients-dp";

/// What a product's terms ask for, in the words of the record; their next version.
async fn asks(pool: &PgPool, product: &str, words: &str) {
    let sql = format!("UPDATE data_sharing_agreement SET asks = {words} WHERE product_id = (SELECT id FROM product WHERE address = '{product}')");
    pool.execute(AssertSqlSafe(sql)).await.unwrap();
}

/// The two products, each with terms of their own: one asks for a legal basis, the other for who else sees it and until when.
async fn two(pool: &PgPool) -> (World, Visitor, Visitor) {
    let all = world(pool).await;
    pool.execute(OTHER).await.unwrap();
    asks(pool, BUSES, "'{legal-basis}'").await;
    asks(pool, PATIENTS, "'{others,until}'").await;
    all
}

/// The fields that a form shows.
fn shown(form: &str) -> Vec<&'static str> {
    FIELDS.into_iter().filter(|field| form.contains(&format!("for=\"{field}\""))).collect()
}

fn form(key: u128, ports: &[&str], more: &str) -> String {
    let ports: String = ports.iter().flat_map(|port| ["&ports=", port]).collect();
    format!("key={}{ports}&purpose=planning{more}", Uuid::from_u128(key))
}

/// The answers of the one request there is, in the order of the fields.
async fn answers(pool: &PgPool) -> (String, String, String, String, String) {
    sqlx::query_as("SELECT explanation, legal_basis, team, seen_by, until::text FROM access_request").fetch_one(pool).await.unwrap()
}

fn said(words: [&str; 5]) -> (String, String, String, String, String) {
    let [explanation, legal_basis, team, seen_by, until] = words.map(str::to_owned);
    (explanation, legal_basis, team, seen_by, until)
}

async fn token(world: &World, who: &Visitor) -> String {
    let made = post(world, who, "/mine/tokens", "name=Program&until=2026-12-31&scopes=read&scopes=request").await;
    made.body.split("<code id=\"token\">").nth(1).unwrap_or_else(|| panic!("{}", made.body)).split('<').next().unwrap().to_owned()
}

async fn program(world: &World, token: &str, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let headers = [("authorization", format!("Bearer {token}")), ("idempotency-key", "once".to_owned())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = world.send(method, path, None, body.as_ref().map(ToString::to_string).as_deref(), &headers).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}: {}", answer.status, answer.body)))
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_form_asks_what_its_ports_ask_for_together(pool: PgPool) {
    let (world, officer, _) = two(&pool).await;
    let one = page(&world, &officer, &format!("/requests/new?port={PORT}")).await;
    assert_eq!(shown(&one), ["legal_basis"], "{one}");
    assert!(one.contains("Asked for by the terms of Bus routes.") && !one.contains("(optional)"), "{one}");
    let both = page(&world, &officer, &format!("/requests/new?port={PORT}&port={OTHER_PORT}")).await;
    assert_eq!(shown(&both), ["legal_basis", "seen_by", "until"], "{both}");
    assert!(both.contains("Asked for by the terms of Bus routes.") && both.contains("Asked for by the terms of Patients by area."), "{both}");

    let bare = post(&world, &officer, "/requests/check", &form(1, &[PORT, OTHER_PORT], "")).await;
    assert_eq!(bare.status, 422);
    for fault in ["Say which law or direction allows this sharing.", "Say who else will see the data", "Enter the last day"] {
        assert!(bare.body.contains(fault), "{fault}: {}", bare.body);
    }
    assert!(!bare.body.contains("Say which team") && !bare.body.contains("Say what you will do"), "{}", bare.body);

    // What was typed for something that is no longer chosen stays in the form, and is in no request.
    let more = "&explanation=Typed+before&team=us&legal_basis=law";
    let without = post(&world, &officer, "/requests/check", &form(1, &[PORT], &format!("{more}&change=1"))).await.body;
    assert_eq!(shown(&without), ["legal_basis"]);
    assert!(without.contains("name=\"explanation\" value=\"Typed before\""), "{without}");
    let checked = post(&world, &officer, "/requests/check", &form(1, &[PORT], more)).await;
    assert!(checked.status == 200 && checked.body.contains("Check your answers") && checked.body.contains("Legal basis"), "{}", checked.body);
    assert!(!checked.body.contains("What for") && !checked.body.contains("Who else will see it"), "{}", checked.body);
    assert_eq!(post(&world, &officer, "/requests", &form(1, &[PORT], more)).await.status, 303);
    assert_eq!(answers(&pool).await, said(["", "law", "", "", "2027-11-23"]), "as long as the terms allow, since nobody asks for a day");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn terms_that_do_not_say_it_ask_as_usual_beside_those_that_do(pool: PgPool) {
    let (world, officer, _) = two(&pool).await;
    asks(&pool, PATIENTS, "NULL").await;
    let both = page(&world, &officer, &format!("/requests/new?port={PORT}&port={OTHER_PORT}")).await;
    assert_eq!(shown(&both), FIELDS);
    assert!(both.contains("Asked for by the terms of Bus routes and the terms of Patients by area."), "{both}");
    assert!(both.contains("Who else will see it (optional)") && both.matches("(optional)").count() == 1, "{both}");
    asks(&pool, BUSES, "'{}'").await;
    let alone = page(&world, &officer, &format!("/requests/new?port={PORT}")).await;
    assert!(shown(&alone).is_empty() && !alone.contains("Asked for by"), "its purpose alone: {alone}");
    assert_eq!(post(&world, &officer, "/requests", &form(1, &[PORT], "")).await.status, 303);
    assert_eq!(answers(&pool).await, said(["", "", "", "", "2027-11-23"]));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_is_asked_the_same_and_told_by_whom(pool: PgPool) {
    let (world, officer, _) = two(&pool).await;
    let his = token(&world, &officer).await;
    let asking = json!({ "ports": [PORT, OTHER_PORT], "purpose": "planning", "team": "us", "terms": { BUSES: 2, PATIENTS: 2 } });
    let (status, problem) = program(&world, &his, Method::POST, "/api/v1/requests", Some(asking.clone())).await;
    let faults: Vec<(&str, &str)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["code"].as_str().unwrap(), fault["message"].as_str().unwrap().rsplit(". ").next().unwrap()))
        .collect();
    let (buses, patients) = ("Asked for by the terms of Bus routes.", "Asked for by the terms of Patients by area.");
    assert_eq!((status, faults), (422, vec![("legal_basis_missing", buses), ("seen_by_missing", patients), ("until_missing", patients)]));

    let mut whole = asking;
    for (field, value) in [("legal_basis", "law"), ("seen_by", "Nobody"), ("until", "2027-06-30")] {
        whole[field] = json!(value);
    }
    let (status, checked) = program(&world, &his, Method::POST, "/api/v1/requests/check", Some(whole.clone())).await;
    let by = |answer: &str, field: &str, title: &str| json!({ "answer": answer, "field": field, "required": true, "asked_by": [format!("the terms of {title}")] });
    let asked = json!([
        by("legal-basis", "legal_basis", "Bus routes"),
        by("others", "seen_by", "Patients by area"),
        by("until", "until", "Patients by area")
    ]);
    assert_eq!((status, &checked["answers"]), (200, &asked), "{checked}");
    let (status, made) = program(&world, &his, Method::POST, "/api/v1/requests", Some(whole)).await;
    assert_eq!((status, &made["team"], &made["seen_by"]), (201, &json!(""), &json!("Nobody")), "what nobody asks for is not kept: {made}");
    assert_eq!(answers(&pool).await, said(["", "law", "", "Nobody", "2027-06-30"]));

    let terms = format!("/api/v1/products/{BUSES}/agreement");
    assert_eq!(program(&world, &his, Method::GET, &terms, None).await.1["terms"]["asks"], json!(["legal-basis"]));
    assert!(program(&world, &his, Method::GET, &format!("{terms}?version=1"), None).await.1["terms"].get("asks").is_none(), "as usual is left out");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_a_standard_would_miss_is_asked_before(pool: PgPool) {
    let (world, officer, _) = world(&pool).await;
    let from = day("2026-06-01");
    let parameters = [("from", "official-open"), ("answers", "others")].map(|(name, value)| (name.to_owned(), vec![value.to_owned()]));
    let others = Template::read("request-answers", &Form::from(parameters)).unwrap().unwrap();
    in_force(&world, "others-named", Severity::BlockServing, &others.to_rego(), from, None).await;
    in_force(&world, "team-named", Severity::RequireStep, &rego("team_missing", "request.team", "input.request.team_words == 0"), from, None).await;
    in_force(&world, "told", Severity::Flag, &rego("words_missing", "explanation", "input.request.explanation_words == 0"), from, None).await;
    let new = format!("/requests/new?port={PORT}");
    let usual = page(&world, &officer, &new).await;
    assert!(usual.contains("Asked for by the standard “Standard others-named”.") && !usual.contains("(optional)"), "{usual}");
    assert!(usual.contains("Asked for by the standard “Standard team-named” and the terms of Bus routes."), "{usual}");

    asks(&pool, BUSES, "'{}'").await;
    assert_eq!(shown(&page(&world, &officer, &new).await), ["team", "seen_by"], "what only flags asks for nothing");
    let refused = post(&world, &officer, "/requests", &form(1, &[PORT], "&team=us")).await;
    assert!(refused.status == 422 && refused.body.contains("Say who else will see the data"), "{}", refused.body);
    let told = program(
        &world,
        &token(&world, &officer).await,
        Method::POST,
        "/api/v1/requests/check",
        Some(json!({ "ports": [PORT], "purpose": "planning", "team": "us", "terms": { BUSES: 2 } })),
    )
    .await;
    let message = told.1["errors"][0]["message"].as_str().unwrap_or_default();
    assert!(told.0 == 422 && message.ends_with("Asked for by the standard “Standard others-named”."), "{}", told.1);
    let sent = post(&world, &officer, "/requests", &form(1, &[PORT], "&team=us&seen_by=Nobody")).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(answers(&pool).await, said(["", "", "us", "Nobody", "2027-11-23"]));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn who_writes_terms_says_which_answers_they_ask_for(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let at = format!("/products/{BUSES}/agreement");
    let terms = |over: i32, asks: &str| {
        format!("over={over}&sharing=approval&distribution=none&longest_days=365{asks}&change_note=Asking+for+less&accept_by=2026-12-31")
    };
    assert!(page(&world, &officer, &at).await.contains("As usual: Its purpose; What will be done with the data; The legal basis; The team;"));
    let (chosen, alone) = ("&asks=until&asks=legal-basis", "&asks=purpose-alone");
    let preview = post(&world, &steward, &format!("{at}/edit"), &terms(1, chosen)).await;
    assert!(
        preview.status == 200 && preview.body.contains("<ins>Its purpose; The legal basis; The last day on which it is needed</ins>"),
        "{}",
        preview.body
    );
    assert!(preview.body.contains("name=\"asks\" value=\"legal-basis\""), "kept for the press that publishes: {}", preview.body);
    for (asks, fault) in [("&asks=shoe-size", "Choose each answer from the list."), ("&asks=team&asks=purpose-alone", "Untick one of the two.")] {
        let wrong = post(&world, &steward, &format!("{at}/edit"), &terms(1, asks)).await;
        assert!(wrong.status == 422 && wrong.body.contains(fault), "{fault}: {}", wrong.body);
    }
    for (over, asks, recorded, said) in [
        (1, chosen, "{legal-basis,until}", "Its purpose; The legal basis; The last day on which it is needed"),
        (2, alone, "{}", "Nothing but its purpose"),
        (3, "", "", "As usual: Its purpose"),
    ] {
        let done = post(&world, &steward, &format!("{at}/publish"), &terms(over, asks)).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let kept: String =
            sqlx::query_scalar("SELECT coalesce(asks::text, '') FROM agreement_terms ORDER BY version DESC LIMIT 1").fetch_one(&pool).await.unwrap();
        assert_eq!(kept, recorded);
        assert!(page(&world, &officer, &at).await.contains(said), "{said}");
        let again = page(&world, &steward, &format!("{at}/edit")).await;
        for word in ["legal-basis", "until", "purpose-alone"] {
            assert_eq!(again.contains(&format!("value=\"{word}\" checked")), asks.contains(word), "{word} in {asks}");
        }
    }
    let compared = page(&world, &officer, &format!("{at}/compare?from=2&to=3")).await;
    assert!(compared.contains("A request must say") && compared.contains("<ins>Nothing but its purpose</ins>"), "{compared}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_request_keeps_the_agency_that_it_was_made_for(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let usual = "&explanation=why&legal_basis=law&team=team&until=2027-06-30";
    pool.execute("UPDATE person SET agency = 'Land Transport' WHERE name = 'officer'").await.unwrap();
    let first = post(&world, &officer, "/requests", &form(1, &[PORT], usual)).await.location().trim_end_matches("/submitted").to_owned();
    let before = page(&world, &steward, &first).await;
    assert!(before.contains("officer, Land Transport") && !before.contains("(now"), "{before}");

    pool.execute("UPDATE person SET agency = 'Parks' WHERE name = 'officer'").await.unwrap();
    world.later(TimeDelta::minutes(1));
    let second = post(&world, &officer, "/requests", &form(2, &[PORT], usual)).await.location().trim_end_matches("/submitted").to_owned();
    let after = page(&world, &steward, &first).await;
    assert!(after.contains("officer, Land Transport (now Parks)"), "{after}");
    let step = after.split("/work?step=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let open = page(&world, &steward, &format!("/work?step={step}")).await;
    for said in ["officer, Land Transport (now Parks)", "Land Transport, team", "Parks, team"] {
        assert!(open.contains(said), "{said}: {open}");
    }
    assert!(page(&world, &officer, &second).await.contains("officer, Parks"));
    assert!(page(&world, &steward, "/work?q=land+transport").await.contains(&step), "it is found by the agency that it names");

    let told = async |request: &str| -> Value { serde_json::from_str(&page(&world, &steward, &format!("/api/v1{request}")).await).unwrap() };
    let (old, new) = (told(&first).await, told(&second).await);
    assert_eq!((&old["requester"]["agency"], &old["requester"]["agency_now"]), (&json!("Land Transport"), &json!("Parks")), "{old}");
    assert_eq!((&new["requester"]["agency"], &new["requester"]["agency_now"]), (&json!("Parks"), &Value::Null), "{new}");
    let work = told("/work").await;
    let agencies: Vec<&str> = work["work"].as_array().unwrap().iter().map(|line| line["agency"].as_str().unwrap()).collect();
    assert_eq!(agencies, ["Land Transport", "Parks"]);
    for sql in ["UPDATE access_request SET agency = 'Parks'", "UPDATE access_request SET agency = NULL"] {
        assert!(pool.execute(sql).await.is_err(), "{sql}");
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_most_alike_comes_first_among_what_was_decided_before(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    pool.execute("INSERT INTO purpose VALUES ('policy', 'Policy', 2)").await.unwrap();
    let other = world.visitor("other", &[]).await;
    let of = async |name: &str, agency: &str| {
        sqlx::query("UPDATE person SET agency = $2 WHERE name = $1").bind(name).bind(agency).execute(&pool).await.unwrap();
    };
    of("officer", "Land Transport").await;
    of("other", "Parks").await;
    let ask = async |who: &Visitor, key: u128, purpose: &str| {
        let more = "&explanation=why&legal_basis=law&team=team&until=2027-06-30";
        let fields = form(key, &[PORT], more).replace("purpose=planning", &format!("purpose={purpose}"));
        let request = post(&world, who, "/requests", &fields).await.location().trim_end_matches("/submitted").to_owned();
        let shown = page(&world, &steward, &request).await;
        shown.split("/work?step=").nth(1).unwrap_or_else(|| panic!("{shown}")).split('"').next().unwrap().to_owned()
    };
    let before = [
        (&officer, "planning", "own-planning-older"),
        (&officer, "policy", "own-policy"),
        (&officer, "planning", "own-planning"),
        (&other, "planning", "other-planning"),
        (&other, "policy", "other-policy"),
    ];
    for (key, (who, purpose, reason)) in (1..).zip(before) {
        let step = ask(who, key, purpose).await;
        assert_eq!(post(&world, &steward, &format!("/work/{step}/refuse"), &format!("reason={reason}")).await.status, 303);
        world.later(TimeDelta::minutes(1));
    }
    // Who moves takes no decision of before along.
    of("other", "Land Transport").await;
    let step = ask(&officer, 9, "planning").await;
    let told: Value = serde_json::from_str(&page(&world, &steward, &format!("/api/v1/work/{step}")).await).unwrap();
    let reasons: Vec<&str> = told["decided_before"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["own-planning", "own-planning-older", "other-planning", "own-policy", "other-policy"]);
    assert_eq!(told["decided_before"][2]["agency"], "Parks", "as it was then");
    let open = page(&world, &steward, &format!("/work?step={step}")).await;
    let places: Vec<usize> = reasons.iter().map(|reason| open.find(&format!(">{reason}<")).unwrap_or_else(|| panic!("{reason}: {open}"))).collect();
    assert!(places.is_sorted(), "in the same order beside the request: {places:?}");
}
