//! Outlines of planning areas at the source, which makes areas of coordinates there: those of the record, once they were imported.

use crate::state::AppState;
use serde_json::{Value, json};
use store::catalogue;

/// Gives the source the outlines of now, when it has others.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let mut conn = state.pool.acquire().await?;
    let digest = catalogue::outlines_digest(&mut conn).await?;
    if state.source.planning_areas_digest().await?.unwrap_or_default() == digest {
        return Ok(());
    }
    let outlines = catalogue::outlines(&mut conn).await?;
    drop(conn);
    let areas: Vec<Value> = outlines
        .iter()
        .map(|(code, outline)| {
            // Holes are left out: of several areas around a point the source takes the smallest.
            let rings: Vec<_> = outline.polygons().iter().filter_map(|polygon| polygon.first()).collect();
            json!({"code": code.to_string(), "rings": rings})
        })
        .collect();
    state.source.set_planning_areas(&Value::Array(areas), &digest).await?;
    Ok(())
}
