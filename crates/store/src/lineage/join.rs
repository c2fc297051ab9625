//! Other names of a dataset, as an event has them: they become the dataset's only where they are no others' to say. Whatever stays apart is said in the
//! answer, and the rest of the event is kept.

use super::nodes::Known;
use super::{edges, keepers};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use domain::lineage::{Described, Name, Statement};
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// Makes placeholders that are said to be another name of a dataset which whoever tells looks after that dataset. True when any was.
pub async fn join(
    conn: &mut PgConnection,
    all: &[Statement],
    known: &BTreeMap<Name, Known>,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut wanted = wanted(all, known);
    if let Some(person) = by {
        // All are looked at before any is joined: what one brings along makes no other theirs.
        let nodes: Vec<i64> = wanted.keys().copied().collect();
        let theirs = theirs_to_join(conn, &nodes, person, now).await?;
        wanted.retain(|node, _| theirs.contains(node));
    }
    for (node, is) in &wanted {
        edges::merge(conn, *node, *is).await?;
    }
    Ok(!wanted.is_empty())
}

/// Placeholders, and the dataset that each is said to be.
fn wanted(all: &[Statement], known: &BTreeMap<Name, Known>) -> BTreeMap<i64, i64> {
    let mut found = BTreeMap::new();
    for one in all.iter().flat_map(|said| said.inputs.iter().chain(&said.outputs)) {
        let Some(dataset) = own(one, known) else { continue };
        for node in group(one, known).filter(|node| !node.linked && node.id == node.is) {
            found.entry(node.id).or_insert(dataset.is);
        }
    }
    found
}

/// Everything of a statement whose other names are not all the dataset that whoever tells looks after; asked when names were joined. Why a name is another's
/// is not said: it may be that of a product which they may not know of.
pub fn apart(all: &[Statement], known: &BTreeMap<Name, Known>) -> Vec<(usize, bool, usize)> {
    let mut found = vec![];
    for (number, said) in all.iter().enumerate() {
        for (output, side) in [(false, &said.inputs), (true, &said.outputs)] {
            for (place, one) in side.iter().enumerate().filter(|(_, one)| !one.also.is_empty()) {
                if own(one, known).is_some_and(|dataset| group(one, known).any(|node| node.is != dataset.is)) {
                    found.push((number, output, place));
                }
            }
        }
    }
    found
}

/// The nodes of all its names.
fn group<'a>(one: &'a Described, known: &'a BTreeMap<Name, Known>) -> impl Iterator<Item = &'a Known> {
    std::iter::once(&one.name).chain(&one.also).filter_map(move |name| known.get(name))
}

/// The dataset among its names that whoever tells looks after.
fn own<'a>(one: &'a Described, known: &'a BTreeMap<Name, Known>) -> Option<&'a Known> {
    group(one, known).find(|node| node.linked && node.theirs)
}

/// Of these placeholders those that an event of this person may make a dataset of theirs: their programs named them first; or nobody else's data is next to
/// them, and theirs is, as somebody else told, or nobody but Pasar has named them. Otherwise one event could put a foreign table next to one's own
/// data, and the next one take it. What is left is said on the page of names, or by the data office.
async fn theirs_to_join(conn: &mut PgConnection, nodes: &[i64], person: PersonId, now: DateTime<Utc>) -> Result<Vec<i64>> {
    let may = sqlx::query_scalar!(
        r#"WITH held AS (SELECT role, scope_kind, scope_id FROM role_grant WHERE person_id = $2 AND ended_at IS NULL AND (until IS NULL OR until > $3)),
                near AS (SELECT e.to_id AS node, e.from_id AS id, e.job_id, e.output_id FROM lineage_edge e WHERE e.to_id = ANY($1) AND e.until IS NULL
                         UNION SELECT e.from_id, e.to_id, e.job_id, e.output_id FROM lineage_edge e WHERE e.from_id = ANY($1) AND e.until IS NULL),
                beside AS (SELECT r.node,
                                  EXISTS (SELECT FROM held h WHERE h.role = ANY($4) AND covers(h.scope_kind, h.scope_id, p.id, p.domain_id, g.sector_id)) AS kept,
                                  EXISTS (SELECT FROM lineage_write w JOIN lineage_run t ON t.job_id = w.job_id AND t.id = w.run_id
                                          WHERE w.job_id = r.job_id AND w.output_id = r.output_id AND t.reported_by IS DISTINCT FROM $2) AS by_others
                           FROM near r JOIN lineage_node n ON n.id = r.id JOIN dataset d ON d.id = n.dataset_id
                           JOIN product p ON p.id = d.product_id JOIN data_domain g ON g.id = p.domain_id)
           SELECT n.id FROM lineage_node n
           WHERE n.id = ANY($1) AND (n.first_by IS NOT DISTINCT FROM $2 OR EXISTS (SELECT FROM held WHERE role = 'gdo-administrator')
               OR (NOT EXISTS (SELECT FROM beside b WHERE b.node = n.id AND NOT b.kept)
                   AND (n.first_by IS NULL OR EXISTS (SELECT FROM beside b WHERE b.node = n.id AND b.kept AND b.by_others))))"#,
        nodes,
        person.0,
        now,
        &keepers()
    )
    .fetch_all(conn)
    .await?;
    Ok(may)
}
