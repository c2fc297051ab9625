//! Datasets of an event with the facets that the graph is made of: schema, column lineage, other names, version, checks.

use super::event::name;
use crate::place::{Place, Refused, prose};
use domain::lineage::{Assertions, ColumnSource, Described, Field, LONGEST_COLUMN, LONGEST_NAME};

const MOST_FIELDS: usize = 5_000;
const MOST_SOURCES: usize = 20_000;
const MOST_NAMES: usize = 20;
const MOST_ASSERTIONS: usize = 10_000;
const DEEPEST: usize = 12;
/// What stands for every column of a dataset.
const EVERY: &str = "*";

pub fn described(place: &Place<'_>) -> Result<Described, Refused> {
    let mut found = Described::named(name(place)?);
    if let Some(facets) = place.get("facets") {
        facets.object()?;
        if let Some(schema) = facets.get("schema") {
            let mut all = vec![];
            fields(&schema, "", 0, &mut all)?;
            found.fields = Some(all);
        }
        if let Some(lineage) = facets.get("columnLineage") {
            found.columns = columns(&lineage)?;
        }
        if let Some(symlinks) = facets.get("symlinks") {
            found.also = symlinks.list("identifiers", MOST_NAMES, name)?;
        }
        if let Some(version) = facets.get("version") {
            found.version = Some(version.needed("datasetVersion")?.name(LONGEST_NAME)?);
        }
        found.assertions = assertions(&facets)?;
    }
    if let Some(facets) = place.get("inputFacets") {
        facets.object()?;
        found.assertions = assertions(&facets)?.or(found.assertions);
    }
    Ok(found)
}

/// Fields of a structure stand after it, with its name before theirs.
fn fields(place: &Place<'_>, before: &str, depth: usize, all: &mut Vec<Field>) -> Result<(), Refused> {
    if depth > DEEPEST {
        return Err(place.refused("too_deep", format!("Fields are read to a depth of {DEEPEST}.")));
    }
    place.list("fields", MOST_FIELDS, |field| {
        let own = field.needed("name")?.name(LONGEST_COLUMN)?;
        let full = if before.is_empty() { own } else { format!("{before}.{own}") };
        if full.len() > LONGEST_COLUMN || all.len() >= MOST_FIELDS {
            return Err(field.refused("too_many", format!("At most {MOST_FIELDS} fields of {LONGEST_COLUMN} bytes are read.")));
        }
        let text = |key: &str| field.get(key).map(|place| place.text().map(prose)).transpose().map(Option::flatten);
        all.push(Field { name: full.clone(), kind: text("type")?, description: text("description")? });
        fields(field, &full, depth + 1, all)
    })?;
    Ok(())
}

fn columns(facet: &Place<'_>) -> Result<Vec<ColumnSource>, Refused> {
    let mut found = vec![];
    facet.needed("fields")?.members(MOST_FIELDS, |to, column| {
        if !domain::lineage::name_fits(to, LONGEST_COLUMN) {
            return Err(column.refused("name_unusable", format!("A column’s name has 1 to {LONGEST_COLUMN} bytes and no control characters.")));
        }
        // Before there were transformations, one word stood for all of a column's sources.
        let masked = column.get("transformationType").map(|place| place.text()).transpose()?.is_some_and(|word| word.eq_ignore_ascii_case("masked"));
        let sources = column.needed("inputFields")?.each(MOST_SOURCES, |source| self::source(source, to, masked))?;
        found.extend(sources);
        bounded(column, found.len())
    })?;
    // What decides which rows arrive, and in which order.
    found.extend(facet.list("dataset", MOST_SOURCES, |source| Ok(ColumnSource { direct: false, ..self::source(source, EVERY, false)? }))?);
    bounded(facet, found.len())?;
    found.sort();
    found.dedup();
    Ok(found)
}

fn bounded(place: &Place<'_>, count: usize) -> Result<(), Refused> {
    if count > MOST_SOURCES {
        return Err(place.refused("too_many", format!("At most {MOST_SOURCES} sources of columns are read.")));
    }
    Ok(())
}

fn source(place: &Place<'_>, to: &str, masked: bool) -> Result<ColumnSource, Refused> {
    let dataset = name(place)?;
    let from = place.needed("field")?.name(LONGEST_COLUMN)?;
    let ways = place.list("transformations", MOST_NAMES, |way| {
        let direct = way.needed("type")?.text()?.eq_ignore_ascii_case("direct");
        let masks = way.get("masking").map(|place| place.flag()).transpose()?.unwrap_or_default();
        Ok((direct, masks))
    })?;
    let direct = ways.is_empty() || ways.iter().any(|(direct, _)| *direct);
    // Masked on one way and clear on another is clear.
    let masked = if ways.is_empty() { masked } else { ways.iter().filter(|(way, _)| *way || !direct).all(|(_, masks)| *masks) };
    Ok(ColumnSource { to: to.to_owned(), dataset, from, direct, masked })
}

fn assertions(facets: &Place<'_>) -> Result<Option<Assertions>, Refused> {
    let Some(facet) = facets.get("dataQualityAssertions") else { return Ok(None) };
    let all = facet.needed("assertions")?.each(MOST_ASSERTIONS, |one| {
        one.needed("assertion")?.text()?;
        if let Some(column) = one.get("column") {
            column.text()?;
        }
        one.needed("success")?.flag()
    })?;
    let met = all.iter().filter(|met| **met).count();
    let counted = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Some(Assertions { met: counted(met), missed: counted(all.len() - met) }))
}
