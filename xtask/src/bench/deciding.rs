//! How long many decisions take, and whether a long queue opens as fast as a short one.

use super::client::{Reader, at_rate};
use super::{Bench, print};
use anyhow::{Context as _, Result, ensure};
use std::time::{Duration, Instant};

/// Requests that wait, for the queue: less than a page of them, more than a page, and very many.
const WAITING: [(&str, u32); 3] = [("few", 10), ("page", 100), ("many", 10_000)];
/// Requests that are approved together.
const TOGETHER: usize = 1_000;
/// Looks at the queue a second.
const LOOKS: u32 = 5;

pub fn run(bench: &Bench<'_>) -> Result<()> {
    let _server = bench.setting.serve()?;
    let steward = Reader::signed_in_as(bench.setting, "grace.tan@example.invalid", "Grace Tan")?;
    let url = format!("{}/work", bench.setting.base_url);
    let mut already = 0;
    for (name, waiting) in WAITING {
        wait(bench, waiting - already)?;
        already = waiting;
        steward.warm(&url)?;
        let times = at_rate(&steward, &|_| url.clone(), LOOKS, Duration::from_secs(bench.options.seconds))?;
        for (part, quantile) in [("p50", 0.5), ("p95", 0.95)] {
            print(&format!("queue-{name}-{part}"), f64::from(u32::try_from(times.value_at_quantile(quantile))?) / 1000.0, "ms");
        }
    }
    together(bench, &steward)
}

/// So many more requests for the sample's bus product wait for its steward.
fn wait(bench: &Bench<'_>, requests: u32) -> Result<()> {
    bench.setting.databases.admin().on("pasar").run(&format!(
        "WITH who AS (INSERT INTO person (id, email, name, created_at) VALUES (gen_random_uuid(), 'asker@example.invalid', 'An asker', now())
                      ON CONFLICT ((lower(email))) DO UPDATE SET name = excluded.name RETURNING id),
              request AS (INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
                          SELECT gen_random_uuid(), who.id, 'planning', 'why', 'law', 'team', current_date + 90, now() - n * interval '1 second', current_date + 9,
                                 gen_random_uuid() FROM who, generate_series(1, {requests}) n RETURNING id),
              part AS (INSERT INTO request_part (id, request_id, product_id, state, due_on)
                       SELECT gen_random_uuid(), r.id, p.id, 'submitted', current_date + 9 FROM request r, product p
                       WHERE p.address = 'ssot-a.busroutes-dp' RETURNING id, product_id),
              asked AS (INSERT INTO request_part_dataset (part_id, output_port_id, dataset_id)
                        SELECT q.id, x.output_port_id, x.dataset_id FROM part q JOIN output_port o ON o.product_id = q.product_id
                        JOIN output_port_dataset x ON x.output_port_id = o.id)
         INSERT INTO part_step (id, part_id, stage, roles, why, state)
             SELECT gen_random_uuid(), id, 1, '{{steward,owner}}', 'The domain decides', 'waiting' FROM part;
         VACUUM ANALYZE;"
    ))?;
    Ok(())
}

/// Approves a thousand, and waits until the last is recorded; the grants follow by themselves.
fn together(bench: &Bench<'_>, steward: &Reader) -> Result<()> {
    let record = bench.setting.databases.admin().on("pasar");
    let steps = record.run(&format!("SELECT id FROM part_step WHERE state = 'waiting' ORDER BY id LIMIT {TOGETHER}"))?;
    let chosen = steps.lines().collect::<Vec<_>>().join("&steps=");
    let begun = Instant::now();
    steward.post(&format!("{}/work/approve", bench.setting.base_url), &format!("csrf=bench&steps={chosen}"))?;
    print("decided-together", begun.elapsed().as_secs_f64(), "s for 1,000");
    let approved: usize = record.run("SELECT count(*) FROM request_part WHERE state = 'approved'")?.trim().parse().context("counting")?;
    ensure!(approved >= TOGETHER, "{approved} of {TOGETHER} were approved");
    Ok(())
}
