//! P14: how many events a second the trail takes from many writers at once, each in a transaction of its own that is on the disk when
//! it ends; how fast they are sealed; and how long a million take to export and verify.

use super::{Bench, print};
use crate::steps;
use anyhow::{Context as _, Result, ensure};
use std::process::Command;
use std::time::Instant;

/// Connections that write, as many as a busy portal has.
const WRITERS: &str = "32";
const MILLION: u64 = 1_000_000;
/// As the portal appends them, but for the words.
const APPEND: &str = "INSERT INTO audit_event (at, actor_id, action, object_kind, object_id, product_id, address, client_address, request_id, reason, outcome, detail) \
    VALUES (clock_timestamp(), (SELECT id FROM person LIMIT 1), 'port.read', 'agreement', gen_random_uuid(), (SELECT id FROM product LIMIT 1), \
    'ssot-a.busroutes-dp.output-port1.staff_dataset', '127.0.0.1', 'bench', NULL, 'done', NULL);";

pub fn run(bench: &Bench<'_>) -> Result<()> {
    let record = bench.setting.databases.admin().on("pasar");
    let count = |table: &str| -> Result<u64> { Ok(record.run(&format!("SELECT count(*) FROM {table}"))?.trim().parse()?) };
    let script = bench.setting.state().join("append.sql");
    std::fs::write(&script, APPEND)?;
    let (before, begun) = (count("audit_event")?, Instant::now());
    let output = Command::new(record.program.with_file_name("pgbench"))
        .args(["--no-vacuum", "--client", WRITERS, "--jobs", "2", "--protocol", "prepared", "--time", &bench.options.seconds.to_string(), "--file"])
        .arg(&script)
        .arg(bench.setting.databases.server.as_str())
        .output()
        .context("pgbench comes with the server's programs")?;
    let took = begun.elapsed().as_secs_f64();
    ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
    let appended = count("audit_event")? - before;
    print("audit-appended", rate(appended, took), "events a second");

    let more = MILLION.saturating_sub(count("audit_event")?);
    record.run(&format!(
        "INSERT INTO audit_event (at, action, object_kind, object_id, client_address, request_id, outcome) \
         SELECT clock_timestamp(), 'port.read', 'agreement', gen_random_uuid(), '127.0.0.1', 'bench', 'done' FROM generate_series(1, {more}); VACUUM ANALYZE;"
    ))?;
    let (waiting, begun) = (count("audit_unsealed")?, Instant::now());
    steps::quiet("Sealing", bench.setting.pasar().args(["audit", "seal"]), &bench.setting.state().join("seal.log"))?;
    print("audit-sealed", rate(waiting, begun.elapsed().as_secs_f64()), "events a second");

    let file = bench.setting.state().join("trail.jsonl");
    let begun = Instant::now();
    steps::quiet("Exporting", bench.setting.pasar().args(["audit", "export"]).arg(&file), &bench.setting.state().join("export.log"))?;
    print("audit-exported", begun.elapsed().as_secs_f64(), "s");
    let begun = Instant::now();
    let verified = bench.setting.pasar().args(["audit", "verify"]).arg(&file).output()?;
    let took = begun.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    std::fs::remove_file(&file)?;
    ensure!(verified.status.success(), "verifying: {said}{}", String::from_utf8_lossy(&verified.stderr));
    print("audit-verified", took, &format!("s for {} events", count("audit_seal")?));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "events that were counted in seconds")]
fn rate(events: u64, seconds: f64) -> f64 {
    events as f64 / seconds
}
