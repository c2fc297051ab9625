//! P7: the graph five hops out with its stamps, at a million edges with a heavy tail, from random starts and from hubs of ten thousand
//! neighbours; and how many events a second are taken in, one by one and together.

use super::client::{READER, Reader, at_rate};
use super::search::settled;
use super::{Bench, example, print};
use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use sha2::{Digest, Sha256};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Of a million edges, a fifth are those of hubs: ten with ten thousand each way out, ten in.
const NODES: u32 = 250_000;
const HUB: u32 = 10_000;
/// Starts that are asked for, in turn.
const STARTS: u32 = 2_000;
/// Questions a second: latency is measured, not what two cores can bear.
const ASKED: u32 = 20;
/// Questions before: each of the portal's twenty connections plans a statement anew the first five times.
const WARM: u64 = 1_000;
/// Programs that tell at once.
const TELLERS: usize = 16;
const TOGETHER: u64 = 100;

pub fn run(bench: &Bench<'_>) -> Result<()> {
    let _server = bench.setting.serve()?;
    settled(bench)?;
    fill(bench, bench.options.edges)?;
    let reader = Reader::signed_in(bench.setting)?;
    let base = &bench.setting.base_url;
    let starts: Vec<String> = starts(bench)?;
    ensure!(!starts.is_empty(), "no dataset has lineage: generate products first, with --products");
    let pick = |turn: u64| starts[usize::try_from(turn).unwrap_or_default() % starts.len()].clone();
    let url =
        |turn: u64| format!("{base}/api/v1/lineage?node={}&direction={}&hops=5", pick(turn), if turn.is_multiple_of(2) { "down" } else { "up" });
    read(bench, &starts)?;
    for turn in 0..WARM {
        reader.get(&url(turn), "identity")?;
    }
    measure(bench, &reader, "lineage-five-hops", &url)?;
    measure(bench, &reader, "lineage-five-hops-then", &|turn| format!("{}&as_of=2026-06-01", url(turn)))?;
    measure(bench, &reader, "lineage-page", &|turn| {
        let start = pick(turn);
        let product = start.rsplit_once('.').map_or(start.as_str(), |(product, _)| product);
        format!("{base}/products/{product}/lineage?hops=5")
    })?;
    tell(bench)
}

/// In process.
fn read(bench: &Bench<'_>, starts: &[String]) -> Result<()> {
    let mut figures = Command::new(example(bench.context, "store", "lineage_figures")?)
        .arg(READER)
        .env("DATABASE_URL", bench.setting.databases.server.as_str())
        .stdin(Stdio::piped())
        .spawn()?;
    let mut input = figures.stdin.take().context("a program without its input")?;
    input.write_all(starts.join("\n").as_bytes())?;
    drop(input);
    let status = figures.wait()?;
    ensure!(status.success(), "the figures of lineage: {status}");
    Ok(())
}

fn measure(bench: &Bench<'_>, reader: &Reader, name: &str, url: &(dyn Fn(u64) -> String + Sync)) -> Result<()> {
    let times = at_rate(reader, url, bench.options.rate.min(ASKED), Duration::from_secs(bench.options.seconds))?;
    for (part, quantile) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        print(&format!("{name}-{part}"), f64::from(u32::try_from(times.value_at_quantile(quantile))?) / 1000.0, "ms");
    }
    Ok(())
}

/// The numbers of a hash stand for chance: the same graph on every machine. Datasets of the catalogue are the first nodes, so that they
/// are the ones with many neighbours.
fn fill(bench: &Bench<'_>, edges: u32) -> Result<()> {
    let nodes = NODES.min(edges / 4).max(100);
    let (hub, tail) = (HUB.min(nodes / 2), edges - (edges / 5).min(20 * HUB.min(nodes / 2)));
    let begun = Instant::now();
    bench.setting.databases.admin().on("pasar").run(&format!(
        "CREATE TEMP TABLE linked AS SELECT d.id, p.address || '.' || d.name AS name FROM dataset d JOIN product p ON p.id = d.product_id;
         INSERT INTO lineage_node (namespace, name, dataset_id, first_at) SELECT 'pasar', name, id, '2026-01-01' FROM linked ON CONFLICT DO NOTHING;
         INSERT INTO lineage_node (namespace, name, first_at)
             SELECT 'bench', 't' || n, '2026-01-01' FROM generate_series(1, greatest({nodes} - (SELECT count(*) FROM lineage_node), 0)) n;
         CREATE TEMP TABLE place AS SELECT id, row_number() OVER (ORDER BY (dataset_id IS NULL), md5(name)) - 1 AS n FROM lineage_node;
         CREATE UNIQUE INDEX ON place (n);
         CREATE FUNCTION pg_temp.chance(text) RETURNS double precision LANGUAGE sql IMMUTABLE AS
             $$ SELECT ('x' || substr(md5($1), 1, 8))::bit(32)::bigint / 4294967296.0 $$;
         INSERT INTO lineage_edge (job_id, output_id, from_id, to_id, since)
             SELECT e.k, t.id, f.id, t.id, '2026-02-01' FROM (
                 SELECT k, floor(power(pg_temp.chance('f' || k), 2.5) * {nodes})::bigint AS f, floor(power(pg_temp.chance('t' || k), 1.5) * {nodes})::bigint AS t
                 FROM generate_series(1, {tail}) k
                 UNION ALL SELECT k, CASE WHEN k / {hub} % 2 = 0 THEN 7 * (k / {hub}) ELSE floor(pg_temp.chance('h' || k) * {nodes})::bigint END,
                     CASE WHEN k / {hub} % 2 = 0 THEN floor(pg_temp.chance('h' || k) * {nodes})::bigint ELSE 7 * (k / {hub}) END
                 FROM generate_series(0, 20 * {hub} - 1) k) e
             JOIN place f ON f.n = e.f JOIN place t ON t.n = e.t WHERE f.id <> t.id;"
    ))?;
    // What autovacuum would have done by itself an hour later, also to what settling wrote.
    bench.setting.databases.admin().on("pasar").run("VACUUM ANALYZE;")?;
    print("lineage-filled", begun.elapsed().as_secs_f64(), "s");
    let record = bench.setting.databases.admin().on("pasar");
    for (name, sql) in [
        ("lineage-edges", "SELECT count(*) FROM lineage_edge"),
        ("lineage-largest-hub", "SELECT max(n) FROM (SELECT count(*) AS n FROM lineage_edge GROUP BY from_id) x"),
        ("lineage-indexes-mb", "SELECT pg_indexes_size('lineage_edge') / 1000000"),
    ] {
        print(name, record.run(sql)?.trim().parse().with_context(|| format!("reading {name}"))?, "");
    }
    Ok(())
}

/// Datasets that everybody may know of: the hubs among them, and others by chance.
fn starts(bench: &Bench<'_>) -> Result<Vec<String>> {
    let found = bench.setting.databases.admin().on("pasar").run(&format!(
        "SELECT name FROM (
             SELECT n.name, row_number() OVER (ORDER BY count(*) DESC) AS busiest, md5('1' || n.name) AS chance
             FROM lineage_node n JOIN dataset d ON d.id = n.dataset_id JOIN product p ON p.id = d.product_id
             JOIN lineage_edge e ON e.from_id = n.id OR e.to_id = n.id
             WHERE n.namespace = 'pasar' AND p.visibility = 'listed' AND p.status = 'published' GROUP BY n.id) x
         ORDER BY busiest > 100, chance LIMIT {STARTS}"
    ))?;
    // Hubs come in between the others, as often as one in twenty.
    let mut names: Vec<String> = found.lines().map(str::to_owned).collect();
    names.sort_by_cached_key(|name| hex::encode(Sha256::digest(name.as_bytes())));
    Ok(names)
}

/// As pipelines do: each event another run of one of a thousand jobs, which reads two tables and writes one.
fn tell(bench: &Bench<'_>) -> Result<()> {
    let token = format!("pasar_t_{}", hex::encode(rand::rng().random::<[u8; 16]>()));
    bench.setting.databases.admin().on("pasar").run(&format!(
        "INSERT INTO person (id, email, name, created_at) VALUES (gen_random_uuid(), 'pipeline@example.invalid', 'A pipeline', now()) ON CONFLICT DO NOTHING;
         INSERT INTO role_grant (id, person_id, role, scope_kind, scope_id, granted_at)
             SELECT gen_random_uuid(), p.id, 'owner', 'domain', d.id, now() FROM person p, (SELECT id FROM data_domain LIMIT 1) d WHERE p.email = 'pipeline@example.invalid';
         INSERT INTO access_token (id, person_id, name, scopes, token_hash, made_at, expires_at)
             SELECT gen_random_uuid(), id, 'bench', '{{lineage}}', decode('{}', 'hex'), now(), now() + interval '1 day' FROM person WHERE email = 'pipeline@example.invalid'",
        hex::encode(Sha256::digest(token.as_bytes()))
    ))?;
    let from: DateTime<Utc> = bench
        .setting
        .databases
        .admin()
        .on("pasar")
        .run("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")?
        .trim()
        .parse()
        .context("reading the clock of the record")?;
    for (name, together) in [("lineage-told", 1), ("lineage-told-together", TOGETHER)] {
        let (begun, next) = (Instant::now(), AtomicU64::new(0));
        let lasting = Duration::from_secs(bench.options.seconds);
        thread::scope(|scope| {
            let tellers: Vec<_> =
                (0..TELLERS).map(|_| scope.spawn(|| teller(bench, &Telling { token: &token, together, from }, &next, begun, lasting))).collect();
            tellers.into_iter().map(|teller| teller.join().ok().context("a teller stopped")?).collect::<Result<Vec<()>>>()
        })?;
        #[expect(clippy::cast_precision_loss, reason = "events that were counted in seconds")]
        print(name, next.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64(), "events a second");
    }
    Ok(())
}

struct Telling<'a> {
    token: &'a str,
    together: u64,
    /// When the first event happened; the others follow by microseconds.
    from: DateTime<Utc>,
}

fn teller(bench: &Bench<'_>, telling: &Telling<'_>, next: &AtomicU64, begun: Instant, lasting: Duration) -> Result<()> {
    let Telling { token, together, .. } = *telling;
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(30))).http_status_as_error(false).build().into();
    let url = format!("{}/api/v1/lineage{}", bench.setting.base_url, if together > 1 { "/batch" } else { "" });
    while begun.elapsed() < lasting {
        crate::processes::go_on()?;
        let first = next.fetch_add(together, Ordering::Relaxed);
        let events: Vec<String> = (first..first + together).map(|number| event(number, telling)).collect();
        let body = if together > 1 { format!("[{}]", events.join(",")) } else { events.concat() };
        let status =
            agent.post(&url).header("authorization", format!("Bearer {token}")).header("content-type", "application/json").send(&body)?.status();
        ensure!(status.as_u16() == 201, "telling answered {status}");
    }
    Ok(())
}

fn event(number: u64, telling: &Telling<'_>) -> String {
    let Telling { together, from, .. } = *telling;
    let job = number % 1_000;
    let run = hex::encode(&Sha256::digest(format!("{number} {from} {together}"))[..16]);
    let moment = (from + TimeDelta::microseconds(i64::try_from(number).unwrap_or_default())).to_rfc3339();
    format!(
        r#"{{"eventTime": "{moment}", "eventType": "COMPLETE", "producer": "https://bench.example", "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {{"runId": "{run}"}}, "job": {{"namespace": "bench", "name": "j{job}"}},
            "inputs": [{{"namespace": "told", "name": "i{job}"}}, {{"namespace": "told", "name": "k{job}"}}],
            "outputs": [{{"namespace": "told", "name": "o{job}", "facets": {{"schema": {{"fields": [{{"name": "a", "type": "text"}}, {{"name": "b", "type": "text"}}]}}}}}}]}}"#
    )
}
