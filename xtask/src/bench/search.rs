//! P3 and P5: the search page end to end, and suggestions as one types. P4: how good the order is. Queries are titles of the
//! record, a third of them with one typing mistake.

use super::client::{Reader, at_rate};
use super::{Bench, median, print};
use anyhow::{Context as _, Result, ensure};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::process::Command;
use std::time::{Duration, Instant};

/// Questions a second: latency is measured, not what two cores can bear.
const MOST_A_SECOND: u32 = 5;
/// Titles that are asked for.
const TITLES: usize = 2_000;
/// Titles that are changed.
const CHANGES: u32 = 20;
/// How long to wait before a change is looked for again.
const ASKED_AGAIN: Duration = Duration::from_millis(20);
/// How long the other engine may take to be filled.
const FILLING: Duration = Duration::from_mins(15);

/// By Postgres, and with `--meilisearch` by that as well: over the same record, one after the other.
pub fn latency(bench: &Bench<'_>) -> Result<()> {
    if bench.options.meilisearch {
        let _server = bench.setting.serve_on_postgres()?;
        measured(bench, "postgres")?;
    }
    let _server = bench.setting.serve()?;
    measured(bench, if bench.options.meilisearch { "meilisearch" } else { "postgres" })
}

fn measured(bench: &Bench<'_>, engine: &'static str) -> Result<()> {
    let reader = Reader::signed_in(bench.setting)?;
    let base = &bench.setting.base_url;
    ready(bench, &reader, engine)?;
    settled(bench)?;
    sizes(bench)?;
    let (titles, words) = (titles(bench)?, broad_words(bench)?);
    ensure!(!titles.is_empty() && !words.is_empty(), "the record has no products to search for");
    let queries = queries(&titles);
    let page = |words: &str| format!("{base}/products?q={}", encoded(words));
    reader.warm(&page(&queries[0]))?;
    let pick = |all: &[String], turn: u64| all[usize::try_from(turn).unwrap_or_default() % all.len()].clone();
    measure(bench, &reader, &format!("search-{engine}"), &|turn| page(&pick(&queries, turn)))?;
    measure(bench, &reader, &format!("search-broad-{engine}"), &|turn| page(&pick(&words, turn)))?;
    let keys: Vec<String> = titles.iter().flat_map(|title| title.char_indices().skip(1).map(|(end, _)| title[..end].to_owned()).take(24)).collect();
    let suggest = |turn| format!("{base}/api/v1/search/suggest?q={}", encoded(&pick(&keys, turn)));
    measure(bench, &reader, &format!("suggest-{engine}"), &suggest)?;
    findable(bench, &reader, engine)
}

/// How long a change takes to be found: a title gets a word that nobody has, and is searched for until it is there.
fn findable(bench: &Bench<'_>, reader: &Reader, engine: &str) -> Result<()> {
    let admin = bench.setting.databases.admin();
    let record = admin.on("pasar");
    let mut seconds = vec![];
    for turn in 0..CHANGES {
        let word = format!("zq{turn:03}xv");
        let product = format!("(SELECT product_id FROM search_document WHERE listed ORDER BY md5(product_id::text) OFFSET {turn} LIMIT 1)");
        let id = record.run(&format!("SELECT {product}"))?.trim().to_owned();
        let url = format!("{}/api/v1/search?q={word}", bench.setting.base_url);
        // Before the change is sent: what is found has been committed in between.
        let begun = Instant::now();
        record.run(&format!("UPDATE product SET title = title || ' {word}' WHERE id = '{id}'"))?;
        while !finds(&reader.get(&url, "identity")?, &word)? {
            crate::processes::go_on()?;
            ensure!(begun.elapsed() < FILLING, "{engine} did not come to find a change");
            std::thread::sleep(ASKED_AGAIN);
        }
        seconds.push(begun.elapsed().as_secs_f64());
        record.run(&format!("UPDATE product SET title = replace(title, ' {word}', '') WHERE id = '{id}'"))?;
    }
    let worst = seconds.iter().copied().fold(0.0, f64::max);
    print(&format!("findable-{engine}"), median(seconds), "s");
    print(&format!("findable-{engine}-worst"), worst, "s");
    Ok(())
}

/// Whether an answer has a product with this word in its title.
fn finds(answer: &[u8], word: &str) -> Result<bool> {
    let answer: serde_json::Value = serde_json::from_slice(answer)?;
    let titled = |hit: &serde_json::Value| hit["title"].as_str().is_some_and(|title| title.contains(word));
    Ok(answer["hits"].as_array().is_some_and(|hits| hits.iter().any(titled)))
}

fn measure(bench: &Bench<'_>, reader: &Reader, name: &str, url: &(dyn Fn(u64) -> String + Sync)) -> Result<()> {
    let times = at_rate(reader, url, bench.options.rate.min(MOST_A_SECOND), Duration::from_secs(bench.options.seconds))?;
    for (part, quantile) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let micros = u32::try_from(times.value_at_quantile(quantile))?;
        print(&format!("{name}-{part}"), f64::from(micros) / 1000.0, "ms");
    }
    Ok(())
}

/// Waits until the engine that is to be measured answers; gives its name.
fn ready(bench: &Bench<'_>, reader: &Reader, wanted: &str) -> Result<()> {
    let probe = format!("{}/api/v1/search?q=population", bench.setting.base_url);
    let begun = Instant::now();
    while !String::from_utf8(reader.get(&probe, "identity")?)?.contains(&format!("\"engine\":\"{wanted}\"")) {
        crate::processes::go_on()?;
        ensure!(begun.elapsed() < FILLING, "{wanted} did not catch up");
        std::thread::sleep(Duration::from_millis(100));
    }
    print(&format!("catch-up-{wanted}"), begun.elapsed().as_secs_f64(), "s");
    Ok(())
}

/// Nothing waits to be done, and today's standards were asked of every product.
const SETTLED: &str =
    "SELECT (SELECT count(*) FROM outbox WHERE done_at IS NULL AND next_attempt_at <= now()) = 0 AND EXISTS (SELECT FROM standard_run)";

/// Waits until the portal has done what so many new products give it to do: it is not what is measured.
pub fn settled(bench: &Bench<'_>) -> Result<()> {
    let admin = bench.setting.databases.admin();
    let record = admin.on("pasar");
    let begun = Instant::now();
    while record.run(SETTLED)?.trim() != "t" {
        crate::processes::go_on()?;
        ensure!(begun.elapsed() < FILLING, "the portal has not done its work");
        std::thread::sleep(Duration::from_millis(500));
    }
    print("settled", begun.elapsed().as_secs_f64(), "s");
    Ok(())
}

/// What search takes on disk.
fn sizes(bench: &Bench<'_>) -> Result<()> {
    let admin = bench.setting.databases.admin();
    let record = admin.on("pasar");
    for (name, sql) in [
        ("search-products", "SELECT count(*) FROM search_document WHERE listed"),
        ("search-documents-mb", "SELECT pg_table_size('search_document') / 1000000"),
        ("search-indexes-mb", "SELECT pg_indexes_size('search_document') / 1000000"),
    ] {
        let value: f64 = record.run(sql)?.trim().parse().with_context(|| format!("reading {name}"))?;
        print(name, value, "");
    }
    if let Some(bytes) = bench.setting.index_size()? {
        print("search-meilisearch-mb", f64::from(u32::try_from(bytes / 1_000_000)?), "");
    }
    Ok(())
}

fn titles(bench: &Bench<'_>) -> Result<Vec<String>> {
    let found = bench.setting.databases.admin().on("pasar").run(&format!(
        "SELECT p.title FROM search_document d JOIN product p ON p.id = d.product_id WHERE d.listed ORDER BY md5(p.address) LIMIT {TITLES}"
    ))?;
    Ok(found.lines().map(str::to_owned).collect())
}

/// Words that about a tenth of the products have, by their stems: many words may share one.
fn broad_words(bench: &Bench<'_>) -> Result<Vec<String>> {
    let found = bench.setting.databases.admin().on("pasar").run(
        "SELECT word FROM ts_stat('SELECT words FROM search_document WHERE listed') WHERE length(word) > 3 AND word !~ '[0-9]'
         ORDER BY abs(ndoc - (SELECT count(*) FROM search_document WHERE listed) / 10) LIMIT 8",
    )?;
    Ok(found.lines().map(str::to_owned).collect())
}

/// Every third title with two letters of its longest word exchanged.
fn queries(titles: &[String]) -> Vec<String> {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut all: Vec<String> =
        titles.iter().enumerate().map(|(n, title)| if n % 3 == 0 { mistyped(title, &mut rng) } else { title.clone() }).collect();
    all.shuffle(&mut rng);
    all
}

fn mistyped(title: &str, rng: &mut ChaCha8Rng) -> String {
    let Some(word) = title.split(' ').filter(|word| word.chars().all(char::is_alphabetic)).max_by_key(|word| word.len()) else {
        return title.to_owned();
    };
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 5 {
        return title.to_owned();
    }
    let at = rng.random_range(1..letters.len() - 1);
    letters.swap(at, at + 1);
    title.replacen(word, &letters.into_iter().collect::<String>(), 1)
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Everyday queries over the collections of data.gov.sg's catalogue.
const OPEN_DATA: &str = "sample/judged-open-data.yaml";

/// Runs `pasar search evaluate` on this record and shows its figures: by Postgres, and with `--meilisearch` by that as well.
pub fn quality(bench: &Bench<'_>) -> Result<()> {
    if bench.options.meilisearch {
        evaluated(bench, &|| bench.setting.pasar_on_postgres())?;
    }
    evaluated(bench, &|| bench.setting.pasar())
}

/// Queries made from titles, those judged over the sample, and with a catalogue those judged over it.
fn evaluated(bench: &Bench<'_>, pasar: &dyn Fn() -> Command) -> Result<()> {
    let mut runs = vec![vec!["--from-titles"], vec![]];
    if bench.options.catalogue.is_some() {
        runs.push(vec!["--judged", OPEN_DATA]);
    }
    for asked in runs {
        let out = pasar().args(["search", "evaluate"]).args(&asked).output()?;
        ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        println!("pasar search evaluate {}\n{}", asked.join(" "), String::from_utf8_lossy(&out.stdout));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_has_one_mistake() {
        let titles: Vec<String> = (0..9).map(|n| format!("Population {n}")).collect();
        let changed = queries(&titles).iter().filter(|query| !titles.contains(query)).count();
        assert!((2..=3).contains(&changed), "{changed}");
        assert_eq!(encoded("a b"), "a%20b");
    }

    #[test]
    fn what_is_asked_is_not_what_is_found() {
        let nothing = br#"{"hits": [{"title": "Bus stops"}], "next": "/api/v1/search?q=zq001xv"}"#;
        assert!(!finds(nothing, "zq001xv").unwrap() && !finds(b"{}", "zq001xv").unwrap());
        assert!(finds(br#"{"hits": [{"title": "Bus stops zq001xv"}]}"#, "zq001xv").unwrap());
    }
}
