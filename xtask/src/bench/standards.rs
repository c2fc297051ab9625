//! P8 through the portal: what each standard would do to every product, with the record read, its reasons told and the answer sent. And the night:
//! every product judged by every standard in force and looked at for its fitness, as the job does once for each day.

use super::client::Reader;
use super::search::settled;
use super::{Bench, print};
use anyhow::{Context as _, Result, ensure};
use std::time::{Duration, Instant};

/// How often each standard is asked; once before is not counted.
const ROUNDS: u32 = 10;
/// More products than this are not simulated over: the answer is for people who wait for it, and catalogues are smaller.
const SIMULATED: u32 = 20_000;
/// How long a night may take.
const NIGHT: Duration = Duration::from_hours(1);
/// How long to wait before it is looked again whether the night is over.
const LOOKED_AGAIN: Duration = Duration::from_millis(50);

pub fn run(bench: &Bench<'_>) -> Result<()> {
    let products = bench.options.products.context("say how many products, such as --products 2000")?;
    let record = bench.setting.databases.admin().on("pasar");
    let _server = bench.setting.serve()?;
    // The data office knows of every product.
    let reader = Reader::signed_in_as(bench.setting, "keeper@example.invalid", "A keeper")?;
    record.run(
        "INSERT INTO role_grant (id, person_id, role, scope_kind, granted_at)
         SELECT gen_random_uuid(), id, 'gdo-administrator', 'whole', now() FROM person WHERE email = 'keeper@example.invalid' ON CONFLICT DO NOTHING",
    )?;
    settled(bench)?;
    record.run("VACUUM ANALYZE;")?;
    if products <= SIMULATED {
        simulated(bench, &reader)?;
    } else {
        println!("simulate-portal not taken over more than {SIMULATED} products");
    }
    night(bench)
}

/// The whole answer for programs, which has every effect, and the page, which shows the first; each standard in turn.
fn simulated(bench: &Bench<'_>, reader: &Reader) -> Result<()> {
    let record = bench.setting.databases.admin().on("pasar");
    let slugs = record.run("SELECT slug FROM standard ORDER BY slug")?;
    let slugs: Vec<&str> = slugs.lines().map(str::trim).filter(|slug| !slug.is_empty()).collect();
    ensure!(!slugs.is_empty(), "the record has no standards");
    let base = &bench.setting.base_url;
    let answer: serde_json::Value =
        serde_json::from_slice(&reader.get(&format!("{base}/api/v1/standards/{}/simulate", slugs[0]), "identity")?).context("reading an answer")?;
    print("simulate-portal-products", answer["products"].as_f64().unwrap_or_default(), "");
    for (name, path) in [("simulate-portal", "/api/v1/standards"), ("simulate-portal-page", "/standards")] {
        let mut times = vec![];
        for round in 0..=ROUNDS {
            for slug in &slugs {
                crate::processes::go_on()?;
                let begun = Instant::now();
                reader.get(&format!("{base}{path}/{slug}/simulate"), "identity")?;
                if round > 0 {
                    times.push(begun.elapsed().as_secs_f64() * 1000.0);
                }
            }
        }
        times.sort_by(f64::total_cmp);
        for (part, percent) in [("p50", 50), ("p95", 95)] {
            print(&format!("{name}-{part}"), at(&times, percent), "ms");
        }
    }
    Ok(())
}

/// The value that so many percent of the sorted ones do not exceed.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or_default()
}

/// The job finds that today was not run yet, as it does after midnight, and is done when it notes the day; up to a second of
/// the figure is waiting for its turn. Scores of the day are written anew.
fn night(bench: &Bench<'_>) -> Result<()> {
    let record = bench.setting.databases.admin().on("pasar");
    record.run("UPDATE product_fitness SET day = day - 1; VACUUM ANALYZE;")?;
    let count = |sql: &str| -> Result<f64> { record.run(sql)?.trim().parse().with_context(|| format!("counting: {sql}")) };
    let begun = Instant::now();
    record.run("DELETE FROM standard_run")?;
    while count("SELECT count(*) FROM standard_run")? < 1.0 {
        crate::processes::go_on()?;
        ensure!(begun.elapsed() < NIGHT, "the night was not over after {} minutes", NIGHT.as_secs() / 60);
        std::thread::sleep(LOOKED_AGAIN);
    }
    let took = begun.elapsed().as_secs_f64();
    print("nightly-portal-products", count("SELECT count(*) FROM product")?, "");
    print("nightly-portal-verdicts", count("SELECT count(*) FROM standard_evaluation WHERE ended_at IS NULL")?, "");
    print("nightly-portal", took, "s");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::at;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        assert!((at(&values, 50) - 10.0).abs() < f64::EPSILON && (at(&values, 95) - 19.0).abs() < f64::EPSILON);
        assert!(at(&[], 95).abs() < f64::EPSILON && (at(&[3.0], 50) - 3.0).abs() < f64::EPSILON);
    }
}
