//! What masks cost: the same rows read whole, through five masks, and through six of which one is a keyed pseudonym, side by side, by `COPY` at the
//! source and through the portal's API; and how long it takes to make the views of a thousand agreements anew.

use super::agreed::{self, Agreed};
use super::client::Reader;
use super::{Bench, median, print};
use crate::psql::Psql;
use crate::steps;
use anyhow::{Context as _, Result};
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;
const AGREEMENTS: u32 = 1_000;
/// Where views are made by the thousand: the portal's own source would compare each with its record.
const REBUILT: &str = "masked";

/// Columns of the table and their types in the record, as `--rows-from` must have them.
pub const COLUMNS: &[(&str, &str)] = &[
    ("id", "integer"),
    ("nric", "text"),
    ("name", "text"),
    ("born", "date"),
    ("postal", "text"),
    ("phone", "text"),
    ("age", "integer"),
    ("pay", "numeric"),
    ("area", "text"),
    ("account", "text"),
    ("seen", "timestamptz"),
];

/// A column and what is done to it.
pub type Mask = (&'static str, &'static str);
/// Of each view its word, and its masks; the rest is shown as it is.
pub const VIEWS: &[(&str, &[Mask])] = &[("whole", &[]), ("five", FIVE), ("six", SIX)];
pub const SUPPRESS: &str = r#"{"technique": "suppress"}"#;
const FIVE: &[Mask] = &[
    ("nric", r#"{"technique": "mask", "first": 0, "last": 4, "shortest": 8}"#),
    ("phone", r#"{"technique": "mask", "first": 0, "last": 4, "shortest": 8}"#),
    ("name", SUPPRESS),
    ("born", r#"{"technique": "date-to", "unit": "year"}"#),
    ("postal", r#"{"technique": "postal-sector"}"#),
];
const SIX: &[Mask] = &[FIVE[0], FIVE[1], FIVE[2], FIVE[3], FIVE[4], ("account", r#"{"technique": "pseudonym", "per": "agreement"}"#)];

/// How rows are read: the word of the figure, and the API's format; none for `COPY`.
const WAYS: [(&str, Option<&str>); 3] = [("read", None), ("api-csv", Some("csv")), ("api-jsonl", Some("jsonl"))];

pub fn run(bench: &Bench<'_>) -> Result<()> {
    let databases = &bench.setting.databases;
    let source = Psql { program: databases.admin().program.clone(), url: databases.source_owner.clone() };
    steps::step("Filling the table", || fill(&source, bench.options.rows, bench.options.rows_from.as_deref()))?;
    let mut server = bench.setting.serve()?;
    let holder = Reader::signed_in(bench.setting)?;
    let views = agreed::make(bench, &mut server, &holder)?;
    let mut times = vec![vec![vec![]; VIEWS.len()]; WAYS.len()];
    // One round warms; then each in turn, so that whatever else the machine does falls on all of them.
    for round in 0..=ROUNDS {
        for ((_, format), times) in WAYS.iter().zip(&mut times) {
            for (view, times) in views.iter().zip(times) {
                let took = read(bench, &holder, view, *format)?.as_secs_f64();
                if round > 0 {
                    times.push(took);
                }
            }
        }
    }
    for ((way, _), times) in WAYS.iter().zip(times) {
        let medians: Vec<f64> = times.into_iter().map(median).collect();
        for (view, seconds) in views.iter().zip(&medians) {
            print(&format!("{way}-{}", view.word), *seconds, "s");
            print(&format!("{way}-{}-ratio", view.word), seconds / medians[0], "of the whole");
        }
    }
    drop(server);
    print("rebuild", rebuild(bench)?.as_secs_f64(), "s for the views of 1,000 agreements");
    Ok(())
}

fn read(bench: &Bench<'_>, holder: &Reader, view: &Agreed, format: Option<&str>) -> Result<Duration> {
    match format {
        None => view.source.discard("COPY (SELECT * FROM people) TO STDOUT (FORMAT csv)"),
        Some(format) => holder.discard(&agreed::rows(bench, format), &view.token),
    }
}

fn fill(source: &Psql, rows: u32, from: Option<&Path>) -> Result<()> {
    // In the record a number is a number; at the source it has a size.
    let columns: Vec<String> = COLUMNS.iter().map(|(name, kind)| format!("{name} {}", kind.replace("numeric", "numeric(10, 2)"))).collect();
    source.run(&format!("CREATE SCHEMA base; CREATE TABLE base.people ({});", columns.join(", ")))?;
    match from {
        Some(file) => {
            let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
            source.run(&format!("COPY base.people FROM STDIN (FORMAT csv, HEADER);\n{text}\n\\.\n"))?;
        }
        // The seed is the row's own number: the same rows on every machine.
        None => {
            source.run(&format!(
                "INSERT INTO base.people SELECT n, 'S' || lpad((n::bigint * 7919 % 10000000)::text, 7, '0') || chr(65 + n % 26), 'Person ' || n % 50000, date '1940-01-01' + n % 30000,
                     lpad((n::bigint * 31 % 1000000)::text, 6, '0'), '9' || lpad((n % 9999999)::text, 7, '0'), 18 + n % 70, (3000 + n % 900000 / 100.0)::numeric(10, 2),
                     'Area ' || n % 55, 'A' || lpad(n::text, 9, '0'), timestamptz '2026-01-01 00:00+08' + n % 400000 * interval '1 minute' FROM generate_series(1, {rows}) n"
            ))?;
        }
    }
    source.run("SELECT pasar_source.share_table('base', 'people');\nVACUUM (ANALYZE, FREEZE) base.people;")?;
    Ok(())
}

/// The id of an agreement of ours.
pub fn agreement(number: u32) -> String {
    format!("00000000-0000-0000-0000-{number:012}")
}

/// Its role at the source.
pub fn role(id: &str) -> String {
    format!("pasar_a_{}", id.replace('-', ""))
}

/// Statements that give an agreement its view.
fn granted(id: &str, masks: &[Mask]) -> String {
    let columns: Vec<String> = COLUMNS
        .iter()
        .filter_map(|&(name, _)| match masks.iter().find(|(masked, _)| *masked == name) {
            Some((_, technique)) if *technique == SUPPRESS => None,
            Some((_, technique)) => Some(format!(r#"{{"column": "{name}", {}"#, &technique[1..])),
            None => Some(format!(r#"{{"column": "{name}", "technique": "clear"}}"#)),
        })
        .collect();
    format!(
        "BEGIN; SELECT pasar_source.grant_agreement('{id}', 'infinity'); SELECT pasar_source.set_view('{id}', 'people', 'base', 'people', '[{}]', '{{}}', '{{}}', NULL, 'infinity'); COMMIT;\n",
        columns.join(", ")
    )
}

/// Each agreement in a transaction of its own, as the portal does it; the second time, when all of them stand already.
fn rebuild(bench: &Bench<'_>) -> Result<Duration> {
    let admin = bench.setting.databases.admin();
    admin.run(&format!("CREATE DATABASE {REBUILT}"))?;
    let source = admin.on(REBUILT);
    for file in ["postgres.sql", "postgres_mask.sql", "postgres_drift.sql"] {
        source.run(&std::fs::read_to_string(bench.context.root.join("crates/ports/setup").join(file))?)?;
    }
    fill(&source, 0, None)?;
    let all: String = (1..=AGREEMENTS).map(|n| granted(&format!("00000000-0000-0000-0001-{n:012}"), SIX)).collect();
    source.run(&all)?;
    let begun = Instant::now();
    source.run(&all)?;
    Ok(begun.elapsed())
}
