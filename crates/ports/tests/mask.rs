//! What each technique makes of values at the source, compared with the words and previews that people are shown, on a real Postgres.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use chrono::TimeDelta;
use common::{Place, now, place, plan, view};
use ports::{ColumnPlan, Plan, ViewPlan};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor};
use uuid::Uuid;

fn column(name: &str, technique: Value) -> ColumnPlan {
    let Value::Object(technique) = technique else { panic!("a technique is an object") };
    ColumnPlan { column: name.into(), technique }
}

fn masked(columns: Vec<ColumnPlan>, policy: Value) -> Plan {
    let view = ViewPlan { table: "people".into(), columns, policy, ..view(&[]) };
    Plan { views: vec![view], purpose: Some("planning".into()), ..plan(&[], now() + TimeDelta::days(1)) }
}

/// People of every kind of column, with values at the edge of each.
async fn people(name: &str) -> Place {
    let mut place = place(name).await;
    place
        .admin
        .execute(
            "CREATE TABLE ssot.people (nric text, age integer, account bigint, pay numeric, height double precision, born date, seen timestamptz,
                 postal varchar(6), lat numeric, code integer, small smallint);
             INSERT INTO ssot.people VALUES
                 ('S1234567D', 26, 900000001234, 5432.10, 1.75, '1994-08-31', '2026-12-31 17:00+00', '238801', 1.35679, 18956, 7),
                 ('T1234567J', 29, -7, -0.5, -0.01, '1994-01-01', '2026-01-01 00:00+08', '01895', -0.0001, 238801, -7),
                 ('567D', -2147483648, -9223372036854775808, 'NaN', 'NaN', 'infinity', 'infinity', 'S1234D', 1.35, 1000000, -32768),
                 ('', 2147483647, 9223372036854775807, 'Infinity', 1e308, '-infinity', '-infinity', '', 103.8, -1, 32767),
                 ('\u{9ec4}\u{5c0f}\u{660e}\u{9ec4}\u{5c0f}\u{660e}\u{9ec4}\u{5c0f}\u{660e}', 0, 0, 0, 0, '1900-02-28', '1900-01-01', '999999', 0, 0, 0),
                 (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
             SELECT pasar_source.share_table('ssot', 'people')",
        )
        .await
        .unwrap();
    place
}

#[tokio::test]
async fn a_coordinate_becomes_the_area_that_it_is_in() {
    let mut place = people("mask_area").await;
    place
        .admin
        .execute("ALTER TABLE ssot.people ADD lng double precision; UPDATE ssot.people SET lng = 103.5, lat = 1.3 WHERE age = 26")
        .await
        .unwrap();
    place
        .admin
        .execute("UPDATE ssot.people SET lng = 103.5, lat = 1.7 WHERE age = 29; UPDATE ssot.people SET lng = 'NaN', lat = 'Infinity' WHERE age = 0")
        .await
        .unwrap();
    place
        .admin
        .execute("UPDATE ssot.people SET lng = 1e308, lat = 1e200 WHERE age = 2147483647; SELECT pasar_source.share_table('ssot', 'people')")
        .await
        .unwrap();
    let agreement = Uuid::from_u128(common::unique());
    let area = json!({"technique": "planning-area", "longitude": "lng"});
    assert!(cells(&mut place, agreement, "lat", area.clone()).await.iter().all(Option::is_none), "no outline is known");
    let square = |west: f64, south: f64| json!([[west, south], [west + 1.0, south], [west + 1.0, south + 0.5], [west, south + 0.5], [west, south]]);
    let areas = json!([{"code": "AM", "rings": [square(103.0, 1.0)]}, {"code": "BD", "rings": [square(110.0, 1.5), square(103.0, 1.5)]}]);
    place.source.set_planning_areas(&areas, "first").await.unwrap();
    assert_eq!(place.source.planning_areas_digest().await.unwrap().as_deref(), Some("first"));
    let found = cells(&mut place, agreement, "lat", area).await;
    let said: Vec<&str> = found.iter().flatten().map(String::as_str).collect();
    assert_eq!((said, found.len()), (vec!["AM", "BD"], 6));
    for wrong in [
        json!({"technique": "planning-area", "longitude": "nric"}),
        json!({"technique": "planning-area", "longitude": "x; --"}),
        json!({"technique": "planning-area"}),
    ] {
        assert!(place.source.settle(agreement, &masked(vec![column("lat", wrong)], json!({}))).await.is_err());
    }
}

/// The cells of one column as its reader gets them, in the order of the rows.
async fn cells(place: &mut Place, agreement: Uuid, name: &str, technique: Value) -> Vec<Option<String>> {
    place.source.settle(agreement, &masked(vec![column(name, technique)], json!({}))).await.unwrap();
    let statement = format!("SELECT {name}::text FROM {}.staff", ports::Source::role(agreement));
    sqlx::query_scalar(AssertSqlSafe(statement)).fetch_all(&mut place.admin).await.unwrap()
}

#[tokio::test]
async fn each_technique_shows_what_it_says() {
    let mut place = people("mask").await;
    let agreement = Uuid::from_u128(common::unique());
    for (name, technique, expected) in [
        (
            "nric",
            json!({"technique": "mask", "first": 0, "last": 4, "shortest": 8}),
            ["xxxxx567D", "xxxxx567J", "xxxxx", "xxxxx", "xxxxx\u{660e}\u{9ec4}\u{5c0f}\u{660e}", ""],
        ),
        ("nric", json!({"technique": "mask", "first": 0, "last": 0, "shortest": 1}), ["xxxxx", "xxxxx", "xxxxx", "xxxxx", "xxxxx", ""]),
        (
            "account",
            json!({"technique": "mask", "first": 2, "last": 2, "shortest": 8}),
            ["90xxxxx34", "xxxxx", "-9xxxxx08", "92xxxxx07", "xxxxx", ""],
        ),
        ("age", json!({"technique": "band", "width": 5}), ["25", "25", "-2147483648", "2147483645", "0", ""]),
        ("account", json!({"technique": "band", "width": 1000}), ["900000001000", "-1000", "", "9223372036854775000", "0", ""]),
        ("small", json!({"technique": "band", "width": 10}), ["0", "-10", "-32770", "32760", "0", ""]),
        ("pay", json!({"technique": "band", "width": 1000}), ["5000", "-1000", "NaN", "NaN", "0", ""]),
        ("height", json!({"technique": "band", "width": 2}), ["0", "-2", "", "", "0", ""]),
        ("born", json!({"technique": "date-to", "unit": "quarter"}), ["1994-07-01", "1994-01-01", "infinity", "-infinity", "1900-01-01", ""]),
        ("seen", json!({"technique": "date-to", "unit": "year"}), ["2027-01-01", "2026-01-01", "infinity", "-infinity", "1900-01-01", ""]),
        ("postal", json!({"technique": "postal-sector"}), ["23", "", "", "", "99", ""]),
        ("code", json!({"technique": "postal-sector"}), ["01", "23", "", "", "00", ""]),
        ("lat", json!({"technique": "grid", "thousandths": 10}), ["1.350", "-0.010", "1.350", "103.800", "0.000", ""]),
        ("height", json!({"technique": "grid", "thousandths": 500}), ["1.5", "-0.5", "", "", "0", ""]),
        ("age", json!({"technique": "round", "digits": -1}), ["30", "30", "-2147483648", "2147483647", "0", ""]),
        ("pay", json!({"technique": "round", "digits": -2}), ["5400", "0", "NaN", "Infinity", "0", ""]),
        ("height", json!({"technique": "round", "digits": 1}), ["1.8", "0", "NaN", "1e+308", "0", ""]),
    ] {
        let seen: Vec<String> = cells(&mut place, agreement, name, technique.clone()).await.into_iter().map(Option::unwrap_or_default).collect();
        // A float has its sign also where it is nothing.
        let seen: Vec<&str> = seen.iter().map(|cell| if cell == "-0" { "0" } else { cell }).collect();
        assert_eq!(seen, expected, "{name}: {technique}");
    }
    place.source.end(agreement).await.unwrap();
}

#[tokio::test]
async fn a_pseudonym_is_stable_for_one_and_cannot_be_joined_with_another() {
    let mut place = people("pseudonym").await;
    let [first, second] = [1, 2].map(|n| Uuid::from_u128(common::unique() + n));
    let own = json!({"technique": "pseudonym", "per": "agreement"});
    let shared = json!({"technique": "pseudonym", "per": "purpose"});
    let of_first = cells(&mut place, first, "nric", own.clone()).await;
    assert_eq!(cells(&mut place, first, "nric", own.clone()).await, of_first, "the same when the view is made again");
    let of_second = cells(&mut place, second, "nric", own.clone()).await;
    let told: Vec<&String> = of_first.iter().flatten().collect();
    assert!(told.len() == 5 && told.iter().all(|one| one.len() == 20 && !of_second.contains(&Some((*one).clone()))));
    assert_eq!(of_first[5], None, "nothing stays nothing");
    let of_purpose = cells(&mut place, first, "nric", shared.clone()).await;
    assert_eq!(cells(&mut place, second, "nric", shared).await, of_purpose, "one purpose, one pseudonym");
    assert_ne!(of_purpose, of_first);
    // Rotated: for nobody else, and for good.
    assert!(place.source.rotate_key(first, None).await.unwrap());
    let rotated = cells(&mut place, first, "nric", own.clone()).await;
    assert!(rotated.iter().flatten().all(|one| !told.contains(&one)));
    assert_eq!(cells(&mut place, second, "nric", own.clone()).await, of_second);
    // What has ended begins anew.
    place.source.end(first).await.unwrap();
    assert!(!place.source.rotate_key(first, None).await.unwrap(), "the key is gone");
    assert_ne!(cells(&mut place, first, "nric", own).await, rotated);
    place.source.end(first).await.unwrap();
    place.source.end(second).await.unwrap();
}

#[tokio::test]
async fn noise_is_bounded_and_never_varies() {
    let mut place = people("noise").await;
    let [first, second] = [1, 2].map(|n| Uuid::from_u128(common::unique() + n));
    place
        .admin
        .execute("TRUNCATE ssot.people; INSERT INTO ssot.people (age, pay) SELECT n % 90, n + 0.25 FROM generate_series(1, 400) n")
        .await
        .unwrap();
    let noise = json!({"technique": "noise", "most": 10});
    for name in ["age", "pay"] {
        let number = |cell: &Option<String>| cell.as_ref().unwrap().parse::<f64>().unwrap();
        let clear: Vec<f64> = cells(&mut place, first, name, json!({"technique": "clear"})).await.iter().map(number).collect();
        let seen: Vec<f64> = cells(&mut place, first, name, noise.clone()).await.iter().map(number).collect();
        assert_eq!(cells(&mut place, first, name, noise.clone()).await.iter().map(number).collect::<Vec<_>>(), seen, "reading again tells nothing");
        let added: Vec<f64> = clear.iter().zip(&seen).map(|(clear, seen)| seen - clear.round()).collect();
        assert!(added.iter().all(|n| n.abs() <= 10.0) && added.iter().any(|n| *n > 3.0) && added.iter().any(|n| *n < -3.0));
        assert!(seen.iter().all(|n| n.fract() == 0.0), "decimals would tell");
        let other: Vec<f64> = cells(&mut place, second, name, noise.clone()).await.iter().map(number).collect();
        assert_ne!(other, seen, "another agreement has other noise");
    }
    place.source.end(first).await.unwrap();
    place.source.end(second).await.unwrap();
}

#[tokio::test]
async fn what_is_not_understood_makes_no_view() {
    let place = people("refused").await;
    let agreement = Uuid::from_u128(common::unique());
    for (name, technique) in [
        ("nric", json!({"technique": "plain"})),
        ("nric", json!({})),
        ("nric", json!({"technique": "suppress"})),
        ("nric", json!({"technique": "mask", "first": 4, "last": 4, "shortest": 8})),
        ("nric", json!({"technique": "mask", "first": "0) || nric || left(b.nric, 9", "last": 0, "shortest": 8})),
        ("nric", json!({"technique": "mask", "first": 0.5, "last": 0, "shortest": 8})),
        ("nric", json!({"technique": "band", "width": 5})),
        ("age", json!({"technique": "band", "width": 1})),
        ("age", json!({"technique": "band", "width": "5"})),
        ("age", json!({"technique": "band"})),
        ("age", json!({"technique": "grid", "thousandths": 5})),
        ("age", json!({"technique": "noise", "most": 0})),
        ("born", json!({"technique": "date-to", "unit": "year', b.born) || date_trunc('day"})),
        ("born", json!({"technique": "date-to"})),
        ("nric", json!({"technique": "pseudonym"})),
        ("nric", json!({"technique": "pseudonym", "per": "anybody"})),
        ("ctid", json!({"technique": "clear"})),
        ("people", json!({"technique": "clear"})),
    ] {
        let refused = place.source.settle(agreement, &masked(vec![column(name, technique.clone())], json!({}))).await;
        assert!(refused.is_err(), "{name}: {technique}");
    }
    let nric = || vec![column("nric", json!({"technique": "clear"}))];
    for policy in [
        json!([]),
        json!({"hide": 1}),
        json!({"k": {"k": 1, "identifiers": ["age"]}}),
        json!({"k": {"k": 5, "identifiers": "age"}}),
        json!({"k": {"k": "5; DROP TABLE ssot.people", "identifiers": ["age"]}}),
        json!({"aggregate": {"by": ["age"]}}),
        json!({"without": {"ctid": ["1"]}}),
        json!({"without": {"age": 5}}),
    ] {
        assert!(place.source.settle(agreement, &masked(nric(), policy.clone())).await.is_err(), "{policy}");
    }
    let unkeyed = Plan { purpose: None, ..masked(vec![column("nric", json!({"technique": "pseudonym", "per": "purpose"}))], json!({})) };
    assert!(place.source.settle(agreement, &unkeyed).await.is_err(), "without a purpose there is no key for one");
    place.source.end(agreement).await.unwrap();
}

#[tokio::test]
async fn small_groups_never_leave() {
    let mut place = people("groups").await;
    let agreement = Uuid::from_u128(common::unique());
    place
        .admin
        .execute("TRUNCATE ssot.people; INSERT INTO ssot.people (nric, age, postal, pay) SELECT 'T' || n, 20 + n * n % 37, (n % 5) || '00000', n FROM generate_series(1, 300) n")
        .await
        .unwrap();
    let columns = || {
        vec![
            column("age", json!({"technique": "band", "width": 10})),
            column("postal", json!({"technique": "postal-sector"})),
            column("pay", json!({"technique": "clear"})),
        ]
    };
    let reader = ports::Source::role(agreement);
    for k in [2, 5, 15, 60] {
        let policy = json!({"k": {"k": k, "identifiers": ["age", "postal", "nric"]}, "without": {"postal": ["400000"]}});
        place.source.settle(agreement, &masked(columns(), policy)).await.unwrap();
        let smallest = place.source.smallest_group(agreement, "staff", &["age".into(), "postal".into(), "nric".into()]).await.unwrap();
        assert!(smallest.is_none_or(|n| n >= k), "{smallest:?} of {k}");
        let statement = format!("SELECT count(*) FILTER (WHERE postal = '40') FROM {reader}.staff");
        let suppressed: i64 = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(&mut place.admin).await.unwrap();
        assert_eq!(suppressed, 0);
        if k == 2 {
            let rows: i64 =
                sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {reader}.staff"))).fetch_one(&mut place.admin).await.unwrap();
            assert!(rows > 200, "what is no small group stays");
        }
        let policy = json!({"aggregate": {"by": ["age", "postal"], "minimum": k}});
        place.source.settle(agreement, &masked(columns(), policy)).await.unwrap();
        let statement = format!("SELECT min(group_size), sum(group_size)::bigint FROM {reader}.staff");
        let (least, all): (Option<i64>, Option<i64>) = sqlx::query_as(AssertSqlSafe(statement)).fetch_one(&mut place.admin).await.unwrap();
        assert!(least.is_none_or(|n| n >= k) && all.is_none_or(|n| n <= 300), "{least:?} {all:?}");
    }
    let (names, rows) = place.source.sample(agreement, "staff", 5).await.unwrap().unwrap_or_default();
    assert!(rows.is_empty() || names == ["age", "postal", "pay", "group_size"], "{names:?}");
    place.source.end(agreement).await.unwrap();
}

#[tokio::test]
async fn a_sample_is_what_the_reader_gets() {
    let mut place = people("sample").await;
    let agreement = Uuid::from_u128(common::unique());
    let columns = vec![
        column("nric", json!({"technique": "mask", "first": 0, "last": 4, "shortest": 8})),
        column("account", json!({"technique": "pseudonym", "per": "purpose"})),
        column("born", json!({"technique": "date-to", "unit": "year"})),
    ];
    let plan = masked(columns, json!({}));
    place.source.settle(agreement, &plan).await.unwrap();
    let (names, rows) = place.source.sample(agreement, "staff", 3).await.unwrap().unwrap();
    assert_eq!(names, ["nric", "account", "born"]);
    let statement = format!("SELECT ARRAY[nric, account, born::text] FROM {}.staff LIMIT 3", ports::Source::role(agreement));
    let read: Vec<Vec<Option<String>>> = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_all(&mut place.admin).await.unwrap();
    assert_eq!(rows, read);
    assert_eq!(place.source.sample(agreement, "people", 3).await.unwrap(), None);
    let (_, before) = place.source.sample_of(Uuid::from_u128(7), &plan.views[0], 3).await.unwrap().unwrap();
    assert_eq!((&before[0][0], &before[0][2]), (&rows[0][0], &rows[0][2]));
    assert_ne!(before[0][1], rows[0][1], "a preview has a key of its own");
    let keys: i64 = sqlx::query_scalar("SELECT count(*) FROM pasar_source.pseudonym_key").fetch_one(&mut place.admin).await.unwrap();
    assert_eq!(keys, 1, "and leaves none behind");
    place.source.end(agreement).await.unwrap();
}
