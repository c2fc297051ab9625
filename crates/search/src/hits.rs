//! Looking at products that an engine found: authorised by the record, with what the ranking reads, and with what a page
//! shows of them.

use crate::document::title_key;
use crate::facet::FacetKind;
use crate::query::{Hit, Inside, Promises};
use crate::score::{Field, Score, Standing, Weights};
use crate::sight::Sight;
use crate::snapshot::Snapshot;
use crate::text::{fold, lexemes, marked};
use crate::understand::Group;
use chrono::{DateTime, Utc};
use domain::catalogue::{Classification, ProductType, Sharing};
use domain::id::{PersonId, ProductId};
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};
use store::Result;
use uuid::Uuid;

/// Datasets and columns that are named for one hit.
const MOST_INSIDE: usize = 4;

/// Who asks, when, and what that reader sees.
pub(crate) struct Asking<'a> {
    pub reader: PersonId,
    pub now: DateTime<Utc>,
    pub sight: Sight,
    pub snapshot: &'a Snapshot,
    pub weights: &'a Weights,
}

impl<'a> Asking<'a> {
    /// With the weights in force, or others.
    pub(crate) async fn of(
        conn: &mut PgConnection,
        reader: PersonId,
        snapshot: &'a Snapshot,
        weights: Option<&'a Weights>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        Ok(Self { reader, now, sight: Sight::of(conn, reader, now).await?, snapshot, weights: weights.unwrap_or(&snapshot.weights) })
    }
}

/// What the ranking reads of a product.
pub(crate) struct Looked {
    pub id: Uuid,
    pub fields: String,
    /// The folded title.
    pub title: String,
    pub facets: Vec<i32>,
    pub standing: Standing,
}

/// Products whose whole title, address or id was typed.
pub(crate) async fn exact(conn: &mut PgConnection, asking: &Asking<'_>, words: &str) -> Result<Vec<Uuid>> {
    let typed = words.trim();
    Ok(sqlx::query_scalar!(
        r#"SELECT v.id AS "id!" FROM visible_product($1, $2) v WHERE v.id IN (
               SELECT product_id FROM search_document WHERE title_key = $3 AND $3 <> ''
               UNION SELECT id FROM product WHERE address = $4
               UNION SELECT id FROM product WHERE source_id = $5
               UNION SELECT product_id FROM dataset WHERE source_id = $5)
           ORDER BY v.id LIMIT 20"#,
        asking.reader.0,
        asking.now,
        title_key(typed),
        fold(typed),
        typed
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn look(conn: &mut PgConnection, asking: &Asking<'_>, ids: &[Uuid]) -> Result<Vec<Looked>> {
    let rows = sqlx::query!(
        r#"SELECT d.product_id, d.fields, d.title_key, d.facets, d.trust, d.freshness
           FROM visible_product($1, $2) v JOIN search_document d ON d.product_id = v.id WHERE v.id = ANY($3)"#,
        asking.reader.0,
        asking.now,
        ids
    )
    .fetch_all(conn)
    .await?;
    let open = asking.snapshot.values.code(FacetKind::Access, Sharing::Open.as_str());
    let held: HashSet<Uuid> = asking.sight.held.iter().copied().collect();
    let access = |id: &Uuid, facets: &[i32]| match open {
        _ if held.contains(id) => 1.0,
        Some(open) if facets.contains(&open) => 0.8,
        _ => 0.4,
    };
    Ok(rows
        .into_iter()
        .map(|row| Looked {
            standing: Standing { trust: row.trust, freshness: row.freshness, access: access(&row.product_id, &row.facets) },
            id: row.product_id,
            fields: row.fields,
            title: row.title_key,
            facets: row.facets,
        })
        .collect())
}

/// A page of hits in the order of `page`: each with its score and whether it was named exactly.
pub(crate) async fn details(
    conn: &mut PgConnection,
    asking: &Asking<'_>,
    page: Vec<(Uuid, Option<Score>, bool)>,
    groups: &[Group],
) -> Result<Vec<Hit>> {
    let ids: Vec<Uuid> = page.iter().map(|(id, ..)| *id).collect();
    let rows = sqlx::query!(
        r#"SELECT v.id AS "id!", v.address AS "address!", v.title AS "title!", v.summary, v.classification, v.product_type AS "product_type!", t.sharing,
                  a.title AS agency, a.abbreviation, v.frequency, v.updated_on, v.source_id,
                  (SELECT count(*) FROM service_level l WHERE l.product_id = v.id) AS "promised!",
                  (SELECT count(*) FROM service_level l WHERE l.product_id = v.id AND l.state <> 'not-measured') AS "measured!",
                  (SELECT count(*) FROM service_level l WHERE l.product_id = v.id AND l.state = 'breached') AS "broken!",
                  (SELECT count(*) FROM agreement g WHERE g.product_id = v.id AND g.state = 'active') AS "used_by!"
           FROM visible_product($1, $2) v JOIN data_domain d ON d.id = v.domain_id JOIN agency a ON a.id = d.agency_id
           JOIN data_sharing_agreement t ON t.product_id = v.id
           WHERE v.id = ANY($3)"#,
        asking.reader.0,
        asking.now,
        &ids
    )
    .fetch_all(&mut *conn)
    .await?;
    // Only where the score says that something inside has a word.
    let within = |score: &Score| score.found.iter().any(|found| matches!(found.field, Some(Field::Names | Field::Columns)));
    let opened: Vec<Uuid> = page.iter().filter(|(_, score, _)| score.as_ref().is_some_and(within)).map(|(id, ..)| *id).collect();
    let mut inside = inside(conn, &opened, groups, asking.snapshot).await?;
    let mut by_id: HashMap<Uuid, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    let stems: HashSet<&str> = groups.iter().flat_map(|group| &group.alternatives).flat_map(|way| &way.lexemes).map(String::as_str).collect();
    let mut hits = Vec::with_capacity(page.len());
    for (id, score, exact) in page {
        let Some(row) = by_id.remove(&id) else { continue };
        hits.push(Hit {
            id: ProductId(id),
            address: row.address,
            marked: marked(&row.title, &stems),
            title: row.title,
            summary: row.summary,
            classification: row.classification.map(|word| word.parse::<Classification>()).transpose()?,
            product_type: row.product_type.parse::<ProductType>()?,
            sharing: row.sharing.parse::<Sharing>()?,
            mine: asking.sight.held.contains(&id),
            agency: row.agency,
            agency_abbreviation: row.abbreviation,
            frequency: row.frequency,
            updated_on: row.updated_on,
            promises: Promises { made: row.promised, measured: row.measured, broken: row.broken },
            used_by: row.used_by,
            source_id: row.source_id,
            inside: inside.remove(&id).unwrap_or_default(),
            score,
            exact,
        });
    }
    Ok(hits)
}

/// Datasets and columns of these products that have words of the query, in their names or terms; those with more words first.
async fn inside(conn: &mut PgConnection, products: &[Uuid], groups: &[Group], snapshot: &Snapshot) -> Result<HashMap<Uuid, Vec<Inside>>> {
    if products.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        r#"SELECT x.product_id, x.name, x.title, ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = x.id ORDER BY c.position) AS "columns!"
           FROM dataset x WHERE x.product_id = ANY($1) ORDER BY x.product_id, x.position"#,
        products
    )
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<Uuid, Vec<(usize, Inside)>> = HashMap::new();
    for row in rows {
        let of_product = found.entry(row.product_id).or_default();
        let mut note = |text: &str, column: Option<String>| {
            let has: HashSet<String> = lexemes(text).into_iter().collect();
            let words =
                groups.iter().filter(|group| group.alternatives.iter().any(|way| way.lexemes.iter().all(|lexeme| has.contains(lexeme)))).count();
            if words > 0 {
                of_product.push((words, Inside { dataset: row.name.clone(), dataset_title: row.title.clone(), column }));
            }
        };
        note(&format!("{} {}", row.title, row.name), None);
        for column in row.columns {
            // By its own name, or by that of a term that it carries.
            let names = snapshot.named.of_column(&column).map(|terms| format!("{column}{terms}"));
            note(names.as_deref().unwrap_or(&column), Some(column.clone()));
        }
    }
    Ok(found
        .into_iter()
        .map(|(product, mut all)| {
            all.sort_by_key(|(words, _)| std::cmp::Reverse(*words));
            (product, all.into_iter().take(MOST_INSIDE).map(|(_, inside)| inside).collect())
        })
        .collect())
}
