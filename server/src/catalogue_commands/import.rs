//! `pasar import data-gov-sg FILE`: one transaction, a savepoint for each record, and a summary of what became of them. What the file would
//! publish passes the gate of publishing, all of it together (`docs/decisions/0014-imports-at-the-gate.md`).

use super::connect;
use crate::clock::{SystemClock, system_ids};
use crate::standards::imported;
use anyhow::Context;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::SectorId;
use domain::{Clock, Ids};
use formats::data_gov_sg::{self, Collection};
use indicatif::{ProgressBar, ProgressStyle};
use sqlx::{Connection, PgConnection};
use std::collections::HashSet;
use std::fmt::Write;
use std::path::Path;
use store::catalogue::{Applied, Applier};
use store::{audit, organisation, standard};

/// Products named in the summary that do not meet a standard.
const NAMED: usize = 20;

#[derive(Default)]
struct Summary {
    created: usize,
    updated: usize,
    unchanged: usize,
    refused: Vec<String>,
}

/// `as_published`: what is published elsewhere is published here, too; standards are asked all the same, and it is said which are not met.
pub async fn import_data_gov_sg(url: &str, file: &Path, as_published: bool) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let catalogue = data_gov_sg::read(&text).with_context(|| format!("{} was not imported, nothing was changed", file.display()))?;
    let mut summary = Summary::default();
    for refused in &catalogue.refused {
        let id = refused.id.as_ref().map(|id| format!(", id {id}")).unwrap_or_default();
        summary.refused.push(format!("record {}{id}: {}", refused.number, refused.reason));
    }
    let (ids, now) = (system_ids(), SystemClock.now());
    let mut conn = connect(url, "the record's database (PASAR_DATABASE_URL)").await?;
    let mut tx = conn.begin().await?;
    organisations(&mut tx, &catalogue.records, &ids).await?;
    let mut applier = Applier::load(&mut tx, ids.clone()).await?;
    let bar = ProgressBar::new(catalogue.records.len() as u64);
    bar.set_style(ProgressStyle::with_template("importing {bar:30} {pos}/{len} {eta}").unwrap_or_else(|_| ProgressStyle::default_bar()));
    for record in &catalogue.records {
        let mut savepoint = tx.begin().await?;
        match applier.apply(&mut savepoint, &record.product, now).await {
            Ok(outcome) => {
                savepoint.commit().await?;
                match outcome {
                    Applied::Created(_) => summary.created += 1,
                    Applied::Updated(_) => summary.updated += 1,
                    Applied::Unchanged(_) => summary.unchanged += 1,
                }
            }
            Err(error) => {
                savepoint.rollback().await?;
                summary.refused.push(format!("id {}: {error}", record.product.source_id.as_deref().unwrap_or_default()));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let failing = Box::pin(imported::failing(&mut tx, applier.published(), now)).await.context("asking standards of what would be published")?;
    let (unmet, many) = (if as_published { "published without meeting a standard" } else { "held back" }, failing.len());
    if !as_published {
        standard::hold_back(&mut tx, &failing, &Origin::default(), &ids, now).await?;
    }
    let mut counts =
        format!("{} created, {} updated, {} unchanged, {} refused", summary.created, summary.updated, summary.unchanged, summary.refused.len());
    if many > 0 {
        let _ = write!(counts, ", {many} {unmet}");
    }
    let event = AuditEvent {
        detail: Some(format!("{}: {counts}", data_gov_sg::SOURCE)),
        ..AuditEvent::done(None, AuditAction::CatalogueImport, "catalogue", None, Origin::default())
    };
    audit::append(&mut tx, &event, now).await?;
    tx.commit().await?;
    // At once, so that a portal that starts next finds everything.
    crate::jobs::search::index_waiting(&mut conn, &SystemClock).await?;
    println!("{counts}");
    for line in &summary.refused {
        println!("  refused: {line}");
    }
    for (judged, said) in failing.iter().take(NAMED) {
        println!("  {unmet}: {}: {said}", judged.address);
    }
    if many > NAMED {
        println!("  {unmet}: {} more", many - NAMED);
    }
    Ok(())
}

/// The agencies of the file with a domain each, in a sector that no trusted centre curates yet.
async fn organisations(conn: &mut PgConnection, records: &[Collection], ids: &Ids) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let sector: SectorId = organisation::ensure_sector(conn, "open-data", "Open data", "Not yet curated by a trusted centre", ids, now).await?;
    let mut seen = HashSet::new();
    for record in records.iter().filter(|record| seen.insert(record.agency_slug.clone())) {
        let (slug, title) = (&record.agency_slug, &record.agency_title);
        let agency = organisation::ensure_agency(conn, slug, title, record.agency_abbreviation.as_deref(), ids, now).await?;
        organisation::ensure_domain(conn, slug, title, agency, sector, ids, now).await?;
    }
    Ok(())
}
