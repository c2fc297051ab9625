//! `cargo xtask up`: from a checkout to a portal one can sign in to, and back to nothing on Ctrl-C.

use crate::context::Context;
use crate::databases::Databases;
use crate::meilisearch::Meilisearch;
use crate::portal::{Search, Setting};
use crate::postgres::{Cluster, Durability};
use crate::processes::{self, tail};
use crate::psql::Psql;
use crate::secrets::Secrets;
use crate::site::{self, Profile};
use crate::{steps, system};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[derive(Args)]
pub struct Options {
    /// Build with optimisation (this is the default).
    #[arg(long, conflicts_with = "dev")]
    release: bool,
    /// Build faster, run slower.
    #[arg(long)]
    dev: bool,
    /// The portal's port; the next free one when it is taken.
    #[arg(long)]
    port: Option<u16>,
    /// Also import a data.gov.sg catalogue from this file.
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// Also start a Meilisearch and let the portal search in it. Without this, PASAR_MEILI_URL and PASAR_MEILI_KEY may name yours.
    #[arg(long)]
    meilisearch: bool,
    /// Forget the databases of an earlier start first.
    #[arg(long)]
    reset: bool,
    /// An administrator's URL of your own Postgres, instead of a private one.
    #[arg(long, env = "PASAR_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
}

pub fn run(context: &Context, options: &Options) -> Result<()> {
    let begun = Instant::now();
    let catalogue =
        options.catalogue.as_ref().map(|file| file.canonicalize().with_context(|| format!("no catalogue at {}", file.display()))).transpose()?;
    let profile = if options.dev { Profile::Development } else { Profile::Release };
    let site = site::build(context, profile)?;
    let state = context.state("up")?;

    if options.reset {
        Meilisearch::forget(&state)?;
    }
    let mut cluster = None;
    let admin = if let Some(text) = options.database_url.as_deref().filter(|text| !text.is_empty()) {
        let admin = Psql { program: system::psql(context)?, url: text.parse().context("PASAR_DATABASE_URL is no URL")? };
        steps::step("Reaching your Postgres", || admin.run("SELECT 1"))?;
        if options.reset {
            Databases::drop_all(&admin)?;
        }
        admin
    } else {
        if options.reset {
            Cluster::forget(context, "up")?;
        }
        cluster.insert(Cluster::start(context, "up", Durability::Kept)?).admin.clone()
    };
    // Made before anything uses them, so that every part reads the same ones.
    Secrets::kept_in(&state)?;

    let search = if options.meilisearch { Search::Started(Durability::Kept) } else { Search::AsCalled };
    let setting = Setting::prepare(context, &state, &admin, &site, options.port, search)?;
    if let Some(file) = catalogue {
        let log = state.join("import.log");
        steps::quiet("Importing the catalogue", setting.pasar().args(["import", "data-gov-sg", "--as-published"]).arg(file), &log)?;
        println!("{}", tail(&log, 12));
    }
    let mut server = setting.serve()?;
    welcome(&setting, begun.elapsed());
    while !processes::interrupted() {
        if let Some(status) = server.ended()? {
            let log = state.join("portal.log");
            bail!("the portal ended ({status}). The end of {}:\n{}", log.display(), tail(&log, 30));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    println!("\nStopping.");
    drop(server);
    drop(setting);
    drop(cluster);
    println!("Everything is stopped. The databases are kept: `cargo xtask up --reset` starts afresh.");
    Ok(())
}

const PERSONAS: [(&str, &str, &str); 10] = [
    ("jason.lim", "Jason Lim", "officer, Public Health Agency"),
    ("siti.yusof", "Siti Yusof", "officer, Urban Planning Agency"),
    ("grace.tan", "Grace Tan", "steward of the domain ssot-a"),
    ("omar.rahman", "Omar Rahman", "owner of the domain ssot-a"),
    ("priya.nair", "Priya Nair", "product owner of ssot-a.busroutes-dp"),
    ("curator.wong", "Mei Wong", "TC curator, geospatial"),
    ("security.kaur", "Simran Kaur", "TC security officer, geospatial"),
    ("admin.teo", "Daniel Teo", "GDO administrator"),
    ("admin.ng", "Adeline Ng", "second GDO administrator"),
    ("auditor.chua", "Evelyn Chua", "auditor"),
];

fn welcome(setting: &Setting, took: Duration) {
    println!("\nPasar is at {} (ready after {:.1} s)\n", setting.base_url, took.as_secs_f32());
    println!("Sign in as one of these invented people; there are no passwords, a name is enough:");
    for (name, person, role) in PERSONAS {
        println!("  {name:<14} {person:<13} {role}");
    }
    println!("\nIdentity provider  {}", setting.issuer());
    if let Some(url) = setting.meilisearch() {
        println!("Meilisearch        {url}");
    }
    println!("Logs               {}", setting.state().display());
    println!("Ctrl-C stops everything started here.");
}
