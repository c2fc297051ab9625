//! Nodes and sources of a manifest, and the statements they become.

use super::SCHEMAS;
use crate::open_lineage::run_of;
use crate::place::{Place, Refused, prose, shown};
use chrono::{DateTime, Utc};
use domain::lineage::{Described, Field, LONGEST_COLUMN, LONGEST_NAME, LONGEST_NAMESPACE, Name, RunState, Statement};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const MOST_NODES: usize = 100_000;
const MOST_COLUMNS: usize = 5_000;
const MOST_PARENTS: usize = 2_000;

/// A node that is a dataset, or that passes on what it is made of.
struct Node {
    /// None for what makes no relation of its own, as an ephemeral model.
    dataset: Option<Described>,
    parents: Vec<String>,
}

pub fn statements(root: &Place<'_>, namespace: &str, now: DateTime<Utc>) -> Result<Vec<Statement>, Refused> {
    let metadata = root.needed("metadata")?;
    version(&metadata.needed("dbt_schema_version")?)?;
    let made = metadata.needed("generated_at")?;
    let at = made.text()?.parse::<DateTime<Utc>>().ok().and_then(|at| DateTime::from_timestamp_micros(at.timestamp_micros()));
    let at = at.filter(|at| *at <= now + chrono::TimeDelta::hours(1) && *at >= DateTime::UNIX_EPOCH);
    let at = at.ok_or_else(|| made.refused("moment_unreadable", "A moment with a time zone, not ahead of Pasar’s clock, is expected here."))?;
    let project = metadata.get("project_name").map(|place| place.name(LONGEST_NAMESPACE - 10)).transpose()?.unwrap_or_else(|| "project".into());

    let mut nodes = BTreeMap::new();
    for part in ["nodes", "sources"] {
        root.needed(part)?.members(MOST_NODES, |id, place| {
            if !domain::lineage::name_fits(id, LONGEST_NAME) {
                return Err(place.refused("name_unusable", format!("An id has 1 to {LONGEST_NAME} bytes and no control characters.")));
            }
            if let Some(node) = node(place, namespace)? {
                nodes.insert(id.to_owned(), node);
            }
            Ok(())
        })?;
    }
    let mut found = vec![];
    for (id, node) in &nodes {
        let Some(output) = &node.dataset else { continue };
        let inputs = sources(&nodes, &node.parents).into_iter().cloned().map(Described::named).collect();
        let job = Name::new(format!("dbt://{project}"), id);
        let run = run_of(&job, at);
        found.push(Statement { job, run, state: RunState::Complete, at, parent: None, inputs, outputs: vec![output.clone()], whole: true });
    }
    Ok(found)
}

fn version(place: &Place<'_>) -> Result<u32, Refused> {
    let text = place.text()?;
    let number = text.rsplit_once("/manifest/v").and_then(|(_, rest)| rest.strip_suffix(".json")?.parse().ok());
    number.filter(|number| SCHEMAS.contains(number)).ok_or_else(|| {
        let message = format!("“{}” is no schema of a manifest from {} to {}.", shown(text), SCHEMAS.start(), SCHEMAS.end());
        place.refused("schema_unknown", message)
    })
}

/// None for what is no data: tests, analyses, operations.
fn node(place: &Place<'_>, namespace: &str) -> Result<Option<Node>, Refused> {
    let kind = place.needed("resource_type")?.text()?;
    if !matches!(kind, "model" | "snapshot" | "seed" | "source") {
        return Ok(None);
    }
    let parents = match place.get("depends_on") {
        Some(on) => on.list("nodes", MOST_PARENTS, |one| one.text().map(str::to_owned))?,
        None => vec![],
    };
    let passes = place.get("config").as_ref().and_then(|config| config.get("materialized")).is_some_and(|word| word.value == "ephemeral");
    if passes {
        return Ok(Some(Node { dataset: None, parents }));
    }
    let part = |key: &str| place.get(key).map(|value| value.name(LONGEST_NAME)).transpose();
    // Relations are called by alias, sources by identifier; older manifests leave either out.
    let own = match part("alias")?.or(part("identifier")?) {
        Some(name) => name,
        None => place.needed("name")?.name(LONGEST_NAME)?,
    };
    let full: Vec<String> = [part("database")?, part("schema")?, Some(own)].into_iter().flatten().collect();
    let full = full.join(".");
    if !domain::lineage::name_fits(&full, LONGEST_NAME) {
        return Err(place.refused("name_unusable", format!("Database, schema and name have more than {LONGEST_NAME} bytes together.")));
    }
    let mut described = Described::named(Name::new(namespace, full));
    described.fields = columns(place)?;
    Ok(Some(Node { dataset: Some(described), parents }))
}

/// By name, or as a list.
fn columns(place: &Place<'_>) -> Result<Option<Vec<Field>>, Refused> {
    let Some(columns) = place.get("columns") else { return Ok(None) };
    let read = |name: Option<&str>, column: &Place<'_>| {
        column.object()?;
        let own = match (column.get("name"), name) {
            (Some(own), _) => own.name(LONGEST_COLUMN)?,
            (None, Some(key)) if domain::lineage::name_fits(key, LONGEST_COLUMN) => key.to_owned(),
            _ => column.needed("name")?.name(LONGEST_COLUMN)?,
        };
        let text = |key: &str| column.get(key).map(|value| value.text().map(prose)).transpose().map(Option::flatten);
        Ok(Field { name: own, kind: text("data_type")?, description: text("description")? })
    };
    let found = match columns.value {
        Value::Array(_) => columns.each(MOST_COLUMNS, |column| read(None, column))?,
        _ => columns.members(MOST_COLUMNS, |name, column| read(Some(name), column))?,
    };
    Ok(Some(found).filter(|found| !found.is_empty()))
}

/// The datasets that these nodes are, or are made of.
fn sources<'a>(nodes: &'a BTreeMap<String, Node>, parents: &'a [String]) -> BTreeSet<&'a Name> {
    let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut waiting: Vec<&String> = parents.iter().collect();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        match nodes.get(id) {
            Some(Node { dataset: Some(dataset), .. }) => {
                found.insert(&dataset.name);
            }
            Some(Node { dataset: None, parents }) => waiting.extend(parents),
            // A macro's, or a node that makes no data.
            None => {}
        }
    }
    found
}
