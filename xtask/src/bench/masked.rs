//! What masks cost: the same rows read whole, through five masks, and through six of which one is a keyed pseudonym, side by side; and how
//! long it takes to make the views of a thousand agreements anew.

use super::{median, print};
use crate::context::Context;
use crate::postgres::{Cluster, Durability};
use crate::psql::Psql;
use crate::steps;
use anyhow::{Context as _, Result};
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;
const AGREEMENTS: u32 = 1_000;
const DATABASE: &str = "masked";

/// Columns of the table, as `--rows-from` must have them.
const TABLE: &str = "id integer, nric text, name text, born date, postal text, phone text, age integer, pay numeric(10, 2), area text, account text, seen timestamptz";

/// Of each view its word, and what is done to columns; the rest is shown as it is.
const VIEWS: &[(&str, &[(&str, &str)])] = &[("whole", &[]), ("five", FIVE), ("six", SIX)];
const FIVE: &[(&str, &str)] = &[
    ("nric", r#"{"technique": "mask", "first": 0, "last": 4, "shortest": 8}"#),
    ("phone", r#"{"technique": "mask", "first": 0, "last": 4, "shortest": 8}"#),
    ("name", "suppress"),
    ("born", r#"{"technique": "date-to", "unit": "year"}"#),
    ("postal", r#"{"technique": "postal-sector"}"#),
];
const SIX: &[(&str, &str)] = &[FIVE[0], FIVE[1], FIVE[2], FIVE[3], FIVE[4], ("account", r#"{"technique": "pseudonym", "per": "agreement"}"#)];

pub fn run(context: &Context, rows: u32, from: Option<&Path>) -> Result<()> {
    Cluster::forget(context, "bench")?;
    let cluster = Cluster::start(context, "bench", Durability::Kept)?;
    let admin = &cluster.admin;
    admin.run(&format!("CREATE DATABASE {DATABASE}"))?;
    let source = admin.on(DATABASE);
    for file in ["postgres.sql", "postgres_mask.sql", "postgres_drift.sql"] {
        source.run(&std::fs::read_to_string(context.root.join("crates/ports/setup").join(file))?)?;
    }
    steps::step("Filling the table", || fill(&source, rows, from))?;
    let mut readers = vec![];
    for (number, (word, masks)) in (1u32..).zip(VIEWS) {
        let id = format!("00000000-0000-0000-0000-{number:012}");
        source.run(&format!("{}ALTER ROLE {} LOGIN PASSWORD 'bench';", granted(&id, masks), role(&id)))?;
        let url = source.url_for(&role(&id), "bench", DATABASE)?;
        readers.push((*word, Psql { program: source.program.clone(), url }, vec![]));
    }
    // One round warms; then each in turn, so that whatever else the machine does falls on all of them.
    for round in 0..=ROUNDS {
        for (_, reader, times) in &mut readers {
            let took = reader.discard("COPY (SELECT * FROM people) TO STDOUT (FORMAT csv)")?;
            if round > 0 {
                times.push(took.as_secs_f64());
            }
        }
    }
    let medians: Vec<f64> = readers.iter().map(|(.., times)| median(times.clone())).collect();
    for ((word, ..), seconds) in readers.iter().zip(&medians) {
        print(&format!("read-{word}"), *seconds, "s");
        print(&format!("read-{word}-ratio"), seconds / medians[0], "of the whole");
    }
    print("rebuild", rebuild(&source)?.as_secs_f64(), "s for the views of 1,000 agreements");
    Ok(())
}

fn fill(source: &Psql, rows: u32, from: Option<&Path>) -> Result<()> {
    source.run(&format!("CREATE SCHEMA base; CREATE TABLE base.people ({TABLE});"))?;
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

fn role(id: &str) -> String {
    format!("pasar_a_{}", id.replace('-', ""))
}

/// Statements that give an agreement its view.
fn granted(id: &str, masks: &[(&str, &str)]) -> String {
    let columns: Vec<String> = TABLE
        .split(", ")
        .filter_map(|column| column.split_once(' '))
        // The second half of "numeric(10, 2)" is no column.
        .filter(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase()))
        .filter_map(|(name, _)| match masks.iter().find(|(masked, _)| *masked == name) {
            Some((_, "suppress")) => None,
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
fn rebuild(source: &Psql) -> Result<Duration> {
    let all: String = (1..=AGREEMENTS).map(|n| granted(&format!("00000000-0000-0000-0001-{n:012}"), SIX)).collect();
    source.run(&all)?;
    let begun = Instant::now();
    source.run(&all)?;
    Ok(begun.elapsed())
}
