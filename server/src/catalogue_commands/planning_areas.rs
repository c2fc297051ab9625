//! `pasar import planning-areas FILE`: outlines of planning areas and the areas that products' boxes touch by them, all in one
//! transaction, and a summary of what became of them.

use super::connect;
use crate::clock::SystemClock;
use anyhow::Context;
use chrono::{DateTime, Utc};
use domain::Clock;
use domain::audit::{AuditAction, AuditEvent, Origin};
use formats::planning_areas::{self, LARGEST, PlanningAreas};
use sqlx::{Connection, PgConnection};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use store::{audit, catalogue};

pub async fn import_planning_areas(url: &str, file: &Path) -> anyhow::Result<()> {
    let bytes = start_of(file).with_context(|| format!("cannot read {}", file.display()))?;
    let read = planning_areas::read(&bytes).map_err(|broken| {
        let refused = format!("{} was not imported, nothing was changed ({})", file.display(), broken.code());
        anyhow::Error::new(broken).context(refused)
    })?;
    let mut conn = connect(url, "the record's database (PASAR_DATABASE_URL)").await?;
    let mut tx = conn.begin().await?;
    let counts = write(&mut tx, &read, SystemClock.now()).await?;
    let missing = catalogue::outlines(&mut tx).await?.missing();
    tx.commit().await?;
    println!("{counts}");
    for refused in &read.refused {
        println!("  refused: feature {}: {}", refused.number, refused.reason);
    }
    if missing > 0 {
        println!("{missing} planning areas have no outline yet.");
    }
    Ok(())
}

/// The file, or enough of it to see that it is too large.
fn start_of(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![];
    File::open(file)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes what was read with its audit row; the counts in words.
async fn write(conn: &mut PgConnection, read: &PlanningAreas, now: DateTime<Utc>) -> anyhow::Result<String> {
    let updated = catalogue::set_outlines(conn, &read.outlines).await?;
    let unchanged = read.outlines.len().saturating_sub(updated);
    let products = catalogue::cover_boxes(conn).await?;
    let refused = read.refused.len();
    let counts = format!("{updated} updated, {unchanged} unchanged, {refused} refused; products found under other areas: {products}");
    let event = AuditEvent {
        detail: Some(counts.clone()),
        ..AuditEvent::done(None, AuditAction::PlanningAreaImport, "planning area", None, Origin::default())
    };
    audit::append(conn, &event, now).await?;
    Ok(counts)
}
