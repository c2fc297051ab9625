//! For any table, any techniques and any agreement: no cell holds what it must not, no hidden row is there, equality and order are kept as
//! promised, and every group is large enough. Made from a fixed seed, on a real Postgres.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use chrono::TimeDelta;
use common::{now, place, plan, view};
use ports::{ColumnPlan, Plan, Source, ViewPlan};
use serde_json::{Map, Value, json};
use sqlx::{AssertSqlSafe, Executor};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const CASES: u32 = 60;
const ROWS: u64 = 40;
/// Name and type.
const COLUMNS: &[(&str, &str)] =
    &[("word", "text"), ("count", "integer"), ("amount", "numeric"), ("day", "date"), ("place", "double precision"), ("code", "text")];

/// Numbers that follow from a seed and from nothing else.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn word(&mut self) -> String {
        let length = 6 + self.below(9);
        (0..length).map(|_| char::from(b"abcdefghijkmnopqrstuvwyz"[usize::try_from(self.below(24)).unwrap()])).collect()
    }

    fn technique(&mut self, kind: &str) -> Value {
        let pick = self.below(4);
        match kind {
            "text" => match pick {
                0 => json!({"technique": "clear"}),
                1 => {
                    let (first, last) = (self.below(3), self.below(3));
                    json!({"technique": "mask", "first": first, "last": last, "shortest": (first + last) * 2 + 2})
                }
                2 => json!({"technique": "pseudonym", "per": "agreement"}),
                _ => json!({"technique": "postal-sector"}),
            },
            "date" => {
                let unit = ["month", "quarter", "year"][usize::try_from(pick % 3).unwrap()];
                json!({"technique": "date-to", "unit": unit})
            }
            "double precision" => json!({"technique": "grid", "thousandths": 1 + self.below(1000)}),
            _ => match pick {
                0 => json!({"technique": "clear"}),
                1 => json!({"technique": "noise", "most": 1 + self.below(50)}),
                2 => json!({"technique": "round", "digits": -1}),
                _ => json!({"technique": "band", "width": 2 + self.below(90)}),
            },
        }
    }
}

type Row = Map<String, Value>;

fn check(case: u32, technique: &Value, name: &str, pairs: &[(&Row, &Row)]) {
    let word = technique["technique"].as_str().unwrap();
    let number = |key: &str| usize::try_from(technique[key].as_u64().unwrap()).unwrap();
    for (raw, seen) in pairs {
        let (raw, seen) = (&raw[name], &seen[name]);
        match (word, raw, seen) {
            ("clear", ..) => assert_eq!(raw, seen, "{case} {name}"),
            ("mask", Value::String(raw), Value::String(seen)) => {
                let hidden = if raw.len() < number("shortest") { raw.as_str() } else { &raw[number("first")..raw.len() - number("last")] };
                assert!(!seen.contains(hidden) && seen.len() <= number("first") + number("last") + 5, "{case} {name}: {raw} as {seen}");
            }
            ("pseudonym", Value::String(raw), Value::String(seen)) => {
                assert!(
                    seen.len() == 20 && raw.as_bytes().windows(5).all(|part| !seen.contains(std::str::from_utf8(part).unwrap())),
                    "{case} {name}"
                );
            }
            ("postal-sector", Value::String(_), seen) => assert!(seen.is_null(), "{case} {name}: words are no postal codes"),
            (_, Value::Null, seen) => assert!(seen.is_null(), "{case} {name}"),
            _ => {}
        }
    }
    let number = |value: &Value| value.as_f64();
    for (one, two) in pairs.iter().zip(pairs.iter().skip(1)) {
        let raw = (&one.0[name], &two.0[name]);
        let seen = (&one.1[name], &two.1[name]);
        if raw.0 == raw.1 {
            assert_eq!(seen.0, seen.1, "{case} {name}: equal values stay equal under {technique}");
        }
        let ordered = match (word, raw.0, raw.1) {
            ("band" | "grid" | "round", a, b) => {
                number(a).zip(number(b)).map(|(a, b)| a <= b).zip(number(seen.0).zip(number(seen.1)).map(|(a, b)| (a <= b, a >= b)))
            }
            ("date-to", Value::String(a), Value::String(b)) => {
                Some((a <= b, (seen.0.as_str() <= seen.1.as_str(), seen.0.as_str() >= seen.1.as_str())))
            }
            _ => None,
        };
        if let Some((up, (rises, falls))) = ordered {
            assert!(if up { rises } else { falls }, "{case} {name}: order under {technique}: {raw:?} as {seen:?}");
        }
    }
    if word == "pseudonym" {
        let values: BTreeSet<String> = pairs.iter().map(|(raw, _)| raw[name].to_string()).collect();
        let told: BTreeSet<String> = pairs.iter().map(|(_, seen)| seen[name].to_string()).collect();
        assert_eq!(values.len(), told.len(), "{case} {name}: different values stay different");
    }
}

#[tokio::test]
async fn whatever_is_agreed_nothing_else_is_read() {
    let mut place = place("properties").await;
    let list: Vec<String> = COLUMNS.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
    let table =
        format!("CREATE TABLE ssot.anything (id integer, area text, {}); SELECT pasar_source.share_table('ssot', 'anything')", list.join(", "));
    place.admin.execute(AssertSqlSafe(table)).await.unwrap();
    let mut dice = Dice(7);
    let agreement = Uuid::from_u128(common::unique());
    let reader = Source::role(agreement);
    for case in 0..CASES {
        let mut values = vec![];
        for id in 0..ROWS {
            let area = ["AM", "BD", "CC"][usize::try_from(dice.below(3)).unwrap()];
            let maybe = |dice: &mut Dice, text: String| if dice.below(8) == 0 { "NULL".to_owned() } else { text };
            let (word, code) = (dice.word(), dice.word());
            let count = format!("{}", i64::try_from(dice.below(400)).unwrap() - 200);
            let amount = format!("{}.{}", i64::try_from(dice.below(4000)).unwrap() - 2000, dice.below(100));
            let day = format!("date '1990-01-01' + {}", dice.below(9000));
            let at = format!("{}.{}", i64::try_from(dice.below(200)).unwrap() - 100, dice.below(10_000));
            let cells = [format!("'{word}'"), count, amount, day, at, format!("'{code}'")].map(|text| maybe(&mut dice, text));
            values.push(format!("({id}, '{area}', {})", cells.join(", ")));
        }
        let fill = format!("TRUNCATE ssot.anything; INSERT INTO ssot.anything VALUES {}", values.join(", "));
        place.admin.execute(AssertSqlSafe(fill)).await.unwrap();
        let chosen: Vec<(&str, Value)> = COLUMNS
            .iter()
            .filter(|_| dice.below(3) > 0)
            .map(|(name, kind)| (*name, *kind))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|(name, kind)| (name, dice.technique(kind)))
            .collect();
        let technique = |value: &Value| value.as_object().unwrap().clone();
        let mut columns = vec![ColumnPlan::clear("id")];
        columns.extend(chosen.iter().map(|(name, value)| ColumnPlan { column: (*name).into(), technique: technique(value) }));
        let areas: BTreeSet<String> = ["AM", "BD", "CC"].into_iter().filter(|_| dice.below(2) > 0).map(str::to_owned).collect();
        let narrowed = dice.below(2) > 0;
        let without = (dice.below(3) == 0).then_some("BD");
        let policy = without.map_or_else(|| json!({}), |area| json!({"without": {"area": [area]}}));
        let rows = if narrowed { BTreeMap::from([("area".to_owned(), areas.clone())]) } else { BTreeMap::new() };
        let one = ViewPlan { table: "anything".into(), columns, rows, policy, ..view(&[]) };
        place.source.settle(agreement, &Plan { views: vec![one], ..plan(&[], now() + TimeDelta::days(1)) }).await.unwrap();
        let read = async |admin: &mut sqlx::PgConnection, from: &str| -> BTreeMap<i64, Row> {
            let statement = format!("SELECT row_to_json(t)::text FROM {from} t");
            let lines: Vec<String> = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_all(admin).await.unwrap();
            lines.iter().map(|line| serde_json::from_str::<Row>(line).unwrap()).map(|row| (row["id"].as_i64().unwrap(), row)).collect()
        };
        let raw = read(&mut place.admin, "ssot.anything").await;
        let seen = read(&mut place.admin, &format!("{reader}.staff")).await;
        let may = |row: &Row| {
            let area = row["area"].as_str().unwrap();
            (!narrowed || areas.contains(area)) && without != Some(area)
        };
        let expected: BTreeSet<i64> = raw.iter().filter(|(_, row)| may(row)).map(|(id, _)| *id).collect();
        assert_eq!(seen.keys().copied().collect::<BTreeSet<_>>(), expected, "{case}: exactly the rows that were agreed");
        let names: BTreeSet<&str> = chosen.iter().map(|(name, _)| *name).chain(["id"]).collect();
        let pairs: Vec<(&Row, &Row)> = seen.iter().map(|(id, row)| (&raw[id], row)).collect();
        assert!(pairs.iter().all(|(_, row)| row.keys().map(String::as_str).collect::<BTreeSet<_>>() == names), "{case}: exactly the columns");
        for (name, technique) in &chosen {
            check(case, technique, name, &pairs);
        }
    }
    place.source.end(agreement).await.unwrap();
}

/// What groups are made of.
const GROUPED: [&str; 3] = ["area", "age", "day"];

impl Dice {
    /// A technique under which values fall together, or not.
    fn grouping(&mut self, name: &str) -> Value {
        match (name, self.below(3)) {
            ("area", 0) => json!({"technique": "mask", "first": 1, "last": 0, "shortest": 2}),
            ("age", 0) => json!({"technique": "band", "width": 2 + self.below(20)}),
            ("age", 1) => json!({"technique": "round", "digits": -1}),
            ("day", pick) => {
                let unit = ["month", "quarter", "year"][usize::try_from(pick).unwrap()];
                json!({"technique": "date-to", "unit": unit})
            }
            _ => json!({"technique": "clear"}),
        }
    }

    /// Some of them, one at least.
    fn some(&mut self) -> Vec<&'static str> {
        let picked: Vec<&str> = GROUPED.into_iter().filter(|_| self.below(2) > 0).collect();
        if picked.is_empty() { vec![GROUPED[usize::try_from(self.below(3)).unwrap()]] } else { picked }
    }
}

/// What a row has in these columns.
fn group(row: &Row, names: &[&str]) -> String {
    names.iter().map(|name| row[*name].to_string()).collect::<Vec<_>>().join(" ")
}

/// How many rows each group has.
fn sizes(rows: &[Row], names: &[&str]) -> BTreeMap<String, u64> {
    let mut sizes = BTreeMap::new();
    for row in rows {
        *sizes.entry(group(row, names)).or_default() += 1;
    }
    sizes
}

#[tokio::test]
async fn every_group_is_large_enough_and_no_larger_one_is_kept_back() {
    let mut place = place("groups_any").await;
    let table = "CREATE TABLE ssot.grouped (id integer, area text, age integer, day date); SELECT pasar_source.share_table('ssot', 'grouped')";
    place.admin.execute(table).await.unwrap();
    let mut dice = Dice(11);
    let first = common::unique();
    let (whole, grouped) = (Uuid::from_u128(first), Uuid::from_u128(first + 1));
    for case in 0..CASES {
        let mut values = vec![];
        for id in 0..3 * ROWS {
            let area = ["AMK", "BEDOK", "CLEMENTI", "ARC"][usize::try_from(dice.below(4)).unwrap()];
            let cells = [format!("'{area}'"), (20 + dice.below(30)).to_string(), format!("date '2000-01-01' + {}", dice.below(500))];
            let cells = cells.map(|cell| if dice.below(10) == 0 { "NULL".to_owned() } else { cell });
            values.push(format!("({id}, {})", cells.join(", ")));
        }
        let fill = format!("TRUNCATE ssot.grouped; INSERT INTO ssot.grouped VALUES {}", values.join(", "));
        place.admin.execute(AssertSqlSafe(fill)).await.unwrap();
        let shown: Vec<&str> = GROUPED.into_iter().filter(|_| dice.below(4) > 0).collect();
        let mut columns = vec![ColumnPlan::clear("id")];
        for name in &shown {
            columns.push(ColumnPlan { column: (*name).to_owned(), technique: dice.grouping(name).as_object().unwrap().clone() });
        }
        let under = |policy: Value| {
            let one = ViewPlan { table: "grouped".into(), columns: columns.clone(), policy, ..view(&[]) };
            Plan { views: vec![one], ..plan(&[], now() + TimeDelta::days(1)) }
        };
        let read = async |admin: &mut sqlx::PgConnection, agreement: Uuid| -> Vec<Row> {
            let statement = format!("SELECT row_to_json(t)::text FROM {}.staff t", Source::role(agreement));
            let lines: Vec<String> = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_all(admin).await.unwrap();
            lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        let ids = |rows: &[Row]| rows.iter().map(|row| row["id"].as_i64().unwrap()).collect::<BTreeSet<_>>();
        place.source.settle(whole, &under(json!({}))).await.unwrap();
        let all = read(&mut place.admin, whole).await;

        let (identifiers, k) = (dice.some(), 2 + dice.below(7));
        let anonymous = json!({"k": k, "identifiers": &identifiers});
        place.source.settle(grouped, &under(json!({"k": &anonymous}))).await.unwrap();
        let seen = read(&mut place.admin, grouped).await;
        let names: Vec<&str> = identifiers.iter().copied().filter(|name| shown.contains(name)).collect();
        assert!(sizes(&seen, &names).values().all(|size| *size >= k), "{case}: {k} of {names:?}");
        let of = sizes(&all, &names);
        let large: Vec<Row> = all.iter().filter(|row| of[&group(row, &names)] >= k).cloned().collect();
        assert_eq!(ids(&seen), ids(&large), "{case}: exactly the large ones");

        let (by, minimum) = (dice.some(), 2 + dice.below(7));
        let policy = json!({"k": &anonymous, "aggregate": {"by": &by, "minimum": minimum}});
        place.source.settle(grouped, &under(policy)).await.unwrap();
        let answer = read(&mut place.admin, grouped).await;
        let names: Vec<&str> = by.iter().copied().filter(|name| shown.contains(name)).collect();
        let told: BTreeMap<String, u64> = answer.iter().map(|row| (group(row, &names), row["group_size"].as_u64().unwrap())).collect();
        let mut expected = sizes(&all, &names);
        expected.retain(|_, size| *size >= minimum.max(k));
        assert_eq!(told, expected, "{case}: groups of {names:?}, {minimum} or {k} at least");
        assert_eq!(told.len(), answer.len(), "{case}: each group once");
    }
    for agreement in [whole, grouped] {
        place.source.end(agreement).await.unwrap();
    }
}
