//! `pasar generate --products N`: made-up products from a seed, some hundreds in a transaction. What was committed before an
//! interruption stays; the same command goes on from there, because what is there already is left as it is.

use super::connect;
use crate::clock::{SystemClock, system_ids};
use anyhow::{Context, bail};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::{Clock, Ids};
use futures::future::try_join_all;
use indicatif::{ProgressBar, ProgressStyle};
use sample::generated::Generator;
use sqlx::{Connection, PgConnection};
use std::collections::HashMap;
use std::path::Path;
use store::catalogue::{Applied, Applier};
use store::{audit, organisation};

/// Products in one transaction: enough that a commit costs nothing, few enough that an interruption loses little.
const BATCH: u64 = 500;
/// Connections that write at once, because one keeps the database's process busier than this program's.
const WRITERS: u64 = 2;

#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub products: u64,
    pub seed: u64,
    /// Also into a record that holds other products.
    pub force: bool,
}

#[derive(Default)]
struct Counts {
    created: u64,
    updated: u64,
    unchanged: u64,
}

pub async fn generate(url: &str, folder: &Path, wanted: Wanted) -> anyhow::Result<()> {
    let generator = Generator::read(folder, wanted.seed)?;
    if wanted.products > generator.largest() {
        bail!("{} products are more than there are titles for: {} at most", wanted.products, generator.largest());
    }
    let mut conn = connect(url, "the record's database (PASAR_DATABASE_URL)").await?;
    let ids = system_ids();
    let others = Applier::load(&mut conn, ids.clone()).await?.from_elsewhere(&generator.source());
    if others > 0 && !wanted.force {
        bail!(
            "the record holds {others} products that `generate` with seed {} did not make; nothing was changed. Use a record of its own, or --force to \
             add made-up products to these",
            wanted.seed
        );
    }
    let mut tx = conn.begin().await?;
    organisations(&mut tx, folder, &generator, &ids).await?;
    tx.commit().await?;
    let bar = ProgressBar::new(wanted.products);
    bar.set_style(ProgressStyle::with_template("generating {bar:30} {pos}/{len} {eta}").unwrap_or_else(|_| ProgressStyle::default_bar()));
    let counts = try_join_all((0..WRITERS).map(|writer| write(url, &generator, wanted.products, writer, &bar))).await?;
    bar.finish_and_clear();
    println!("Writing search documents.");
    // At once, so that a portal that starts next finds everything.
    crate::jobs::search::index_waiting(&mut conn, &SystemClock).await?;
    let sum = |count: fn(&Counts) -> u64| counts.iter().map(count).sum::<u64>();
    println!("{} created, {} updated, {} unchanged", sum(|c| c.created), sum(|c| c.updated), sum(|c| c.unchanged));
    Ok(())
}

/// Writes every batch whose turn it is for this writer. Batches share no product, so that writers never wait for each other.
async fn write(url: &str, generator: &Generator, products: u64, writer: u64, bar: &ProgressBar) -> anyhow::Result<Counts> {
    let mut conn = connect(url, "the record's database (PASAR_DATABASE_URL)").await?;
    let mut applier = Applier::load(&mut conn, system_ids()).await?;
    let mut counts = Counts::default();
    for batch in (writer..products.div_ceil(BATCH)).step_by(usize::try_from(WRITERS)?) {
        let indexes = batch * BATCH..products.min((batch + 1) * BATCH);
        let (now, many) = (SystemClock.now(), indexes.end - indexes.start);
        let mut tx = conn.begin().await?;
        for product in indexes.filter_map(|index| generator.product(index)) {
            match applier.apply(&mut tx, &product, now).await.with_context(|| format!("{}.{}", product.domain, product.name))? {
                Applied::Created(_) => counts.created += 1,
                Applied::Updated(_) => counts.updated += 1,
                Applied::Unchanged(_) => counts.unchanged += 1,
            }
        }
        let event = AuditEvent {
            detail: Some(format!("{}: {many} products", generator.source())),
            ..AuditEvent::done(None, AuditAction::CatalogueImport, "catalogue", None, Origin::default())
        };
        audit::append(&mut tx, &event, now).await?;
        tx.commit().await?;
        bar.inc(many);
    }
    Ok(counts)
}

async fn organisations(conn: &mut PgConnection, folder: &Path, generator: &Generator, ids: &Ids) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let mut sectors = HashMap::new();
    for sector in generator.sectors() {
        let id = organisation::ensure_sector(conn, &sector.slug, &sector.title, &sector.trusted_centre, ids, now).await?;
        sectors.insert(sector.slug.as_str(), id);
    }
    for agency in generator.agencies() {
        let Some(sector) = sectors.get(agency.sector.as_str()) else { bail!("agency {} names a sector that does not exist", agency.slug) };
        let id = organisation::ensure_agency(conn, &agency.slug, &agency.title, Some(&agency.abbreviation), ids, now).await?;
        organisation::ensure_domain(conn, &agency.slug, &agency.domain, id, *sector, ids, now).await?;
    }
    for (position, purpose) in sample::read_organisations(folder)?.purposes.iter().enumerate() {
        organisation::ensure_purpose(conn, &purpose.at(position)).await?;
    }
    Ok(())
}
