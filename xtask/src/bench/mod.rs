//! `cargo xtask bench NAME`: one figure each, printed as `name value unit`, taken from the release build on a cluster of its own.
//! Nothing here passes or fails: it measures, and `docs/benchmarks.md` says what was found.

mod agreed;
mod audit;
mod bare;
mod client;
mod cold_start;
mod deciding;
mod import;
mod lineage;
mod masked;
mod memory;
mod page_weight;
mod pii;
mod product_page;
mod rules;
mod search;
mod standards;
mod throughput;

use crate::context::Context;
use crate::portal::{Search, Setting};
use crate::postgres::{Cluster, Durability};
use crate::site::{self, Profile, Site};
use crate::steps;
use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    name: Name,
    /// A data.gov.sg catalogue to fill the portal with; `import` needs one.
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// How long each load lasts.
    #[arg(long, default_value_t = 20, value_name = "SECONDS")]
    seconds: u64,
    /// Requests a second, where a rate is kept.
    #[arg(long, default_value_t = 100)]
    rate: u32,
    /// The product whose page is asked for.
    #[arg(long, default_value = "ssot-a.busroutes-dp")]
    product: String,
    /// Generate so many products first, of the fixed seed.
    #[arg(long, value_name = "NUMBER")]
    products: Option<u32>,
    /// Labelled columns for `pii`, one JSON object a line; without it, those that the sample generates.
    #[arg(long, value_name = "FILE")]
    columns: Option<PathBuf>,
    /// Where `pii` writes what it proposes, one JSON object a line.
    #[arg(long, value_name = "FILE")]
    predict: Option<PathBuf>,
    /// Rows that `masked` reads.
    #[arg(long, default_value_t = 496_626, value_name = "NUMBER")]
    rows: u32,
    /// Edges of the graph that `lineage` reads.
    #[arg(long, default_value_t = 1_000_000, value_name = "NUMBER")]
    edges: u32,
    /// A CSV file with a header that `masked` reads instead of rows that it makes.
    #[arg(long, value_name = "FILE")]
    rows_from: Option<PathBuf>,
    /// Also start a Meilisearch, empty, and let the portal search in it. Without this, PASAR_MEILI_URL and PASAR_MEILI_KEY may name yours.
    #[arg(long)]
    meilisearch: bool,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
enum Name {
    /// Latency of the product page at a fixed rate.
    ProductPage,
    /// Product pages a second, beside a bare program that runs the same queries.
    Throughput,
    /// Bytes of a first visit to the product page.
    PageWeight,
    /// Resident memory of the server after the load of product-page.
    Memory,
    /// Time to import a catalogue.
    Import,
    /// Time from starting the server to its first answered page.
    ColdStart,
    /// Latency of the search page, of a broad word, and of suggestions, key by key.
    Search,
    /// How often a wanted product is among the first three: queries made from titles, and everyday words; with `--meilisearch` by both engines.
    SearchQuality,
    /// Latency of a short and a long queue of requests, and a thousand decided together.
    Deciding,
    /// Events of the audit trail a second, appended and sealed; a million exported and verified.
    Audit,
    /// How well personal data is found in columns: precision, recall and F2.
    Pii,
    /// Reads through masks beside the same rows whole, at the source and through the API, and the views of a thousand agreements made anew.
    Masked,
    /// One rule over one product, a standard simulated, and all standards over `--products` made-up ones.
    Rules,
    /// A standard simulated through the portal over `--products` made-up ones, the record read too; and the night: all standards over all of them.
    Standards,
    /// Latency of lineage five hops out among `--edges` edges; events taken in a second.
    Lineage,
}

/// What a measurement works on.
pub struct Bench<'a> {
    context: &'a Context,
    options: &'a Options,
    setting: &'a Setting,
    site: &'a Site,
}

pub fn run(context: &Context, options: &Options) -> Result<()> {
    // Needs neither portal nor database.
    if options.name == Name::Pii {
        return pii::run(options.columns.as_deref(), options.predict.as_deref());
    }
    if options.name == Name::Rules {
        return rules::run(context, options.products);
    }
    let site = site::build(context, Profile::Release)?;
    Cluster::forget(context, "bench")?;
    // As durable as in use: a faster disk would flatter the import.
    let cluster = Cluster::start(context, "bench", Durability::Kept)?;
    let search = if options.meilisearch { Search::Started(Durability::Throwaway) } else { Search::AsCalled };
    let setting = Setting::prepare(context, &context.state("bench")?, &cluster.admin, &site, None, search)?;
    let bench = Bench { context, options, setting: &setting, site: &site };
    if options.name == Name::Import {
        let file = options.catalogue.as_ref().context("import needs --catalogue FILE")?;
        return import::run(&bench, &file.canonicalize()?);
    }
    if let Some(file) = &options.catalogue {
        import::fill(&bench, &file.canonicalize()?)?;
    }
    if let Some(products) = options.products {
        steps::quiet(
            "Generating products",
            setting.pasar().args(["generate", "--force", "--products", &products.to_string()]),
            &setting.state().join("generate.log"),
        )?;
    }
    // What autovacuum would have done by itself an hour later.
    setting.databases.admin().on("pasar").run("VACUUM ANALYZE;")?;
    match options.name {
        Name::ProductPage => product_page::run(&bench),
        Name::Throughput => throughput::run(&bench),
        Name::PageWeight => page_weight::run(&bench),
        Name::Memory => memory::run(&bench),
        Name::ColdStart => cold_start::run(&bench),
        Name::Search => search::latency(&bench),
        Name::SearchQuality => search::quality(&bench),
        Name::Audit => audit::run(&bench),
        Name::Lineage => lineage::run(&bench),
        Name::Standards => standards::run(&bench),
        Name::Deciding => deciding::run(&bench),
        Name::Masked => masked::run(&bench),
        Name::Import | Name::Pii | Name::Rules => Ok(()),
    }
}

/// A crate's example that measures in process, so that it is built as the server is: its program.
fn example(context: &Context, package: &str, name: &str) -> Result<PathBuf> {
    let mut build = context.cargo();
    build.args(["build", "--release", "--locked", "--package", package, "--example", name]);
    let log = context.state("bench")?.join(format!("{package}-build.log"));
    steps::quiet(&format!("Building {name} of {package}"), &mut build, &log)?;
    Ok(context.target.join("release/examples").join(name))
}

fn print(name: &str, value: f64, unit: &str) {
    println!("{name} {value:.2} {unit}");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_one() {
        assert!((median(vec![9.0, 1.0, 5.0]) - 5.0).abs() < f64::EPSILON);
    }
}
