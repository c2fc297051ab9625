//! The Postgres engine: full text with a prefix for the last word, and nearest words by trigrams when nothing matches.

use crate::query::{Facet, FacetValue, Hit, PAGE_SIZE, Results, SearchQuery};
use chrono::{DateTime, Utc};
use domain::catalogue::{Classification, ProductType, Sharing};
use domain::id::PersonId;
use sqlx::PgConnection;
use store::Result;

/// How alike the nearest words must be, from 0 to 1, when the words as typed are nowhere.
const NEAREST: f32 = 0.45;

/// Searches as `reader` sees the catalogue at `now`.
pub async fn search(conn: &mut PgConnection, reader: PersonId, query: &SearchQuery, now: DateTime<Utc>) -> Result<Results> {
    let results = run(conn, reader, query, false, now).await?;
    if results.total > 0 || query.terms().is_empty() || any_without_filters(&results) {
        return Ok(results);
    }
    let nearest = run(conn, reader, query, true, now).await?;
    Ok(Results { nearest: nearest.total > 0, ..nearest })
}

/// The words match somewhere and only the filters leave nothing: then nearest words would mislead.
fn any_without_filters(results: &Results) -> bool {
    results.facets.iter().any(|facet| facet.values.iter().any(|value| value.count > 0))
}

fn words<T: Copy>(values: &[T], word: fn(T) -> &'static str) -> Vec<String> {
    values.iter().map(|value| word(*value).to_owned()).collect()
}

async fn run(conn: &mut PgConnection, reader: PersonId, query: &SearchQuery, nearest: bool, now: DateTime<Utc>) -> Result<Results> {
    let tsquery = query.tsquery();
    let plain = query.terms().join(" ");
    let types = words(&query.types, ProductType::as_str);
    let sharing = words(&query.sharing, Sharing::as_str);
    let classifications = words(&query.classifications, Classification::as_str);
    let offset = (query.page.clamp(1, 5000) - 1) * PAGE_SIZE;
    let rows = sqlx::query!(
        r#"WITH asked AS (SELECT CASE WHEN $3 = '' THEN NULL ELSE to_tsquery('english', unaccent($3)) || to_tsquery('simple', unaccent($3)) END AS q),
           matched AS MATERIALIZED (
             SELECT p.id, p.product_type, p.classification, s.slug AS sector, s.title AS sector_title, a.slug AS agency, a.title AS agency_title,
                    t.sharing, CASE WHEN $5 THEN word_similarity($4, p.search_text)::float8
                                    WHEN $3 = '' THEN 0 ELSE ts_rank_cd(p.search_words, asked.q, 1)::float8 END AS rank,
                    (p.summary IS NOT NULL) AS described, p.updated_on, p.title
             FROM asked, visible_product($1, $2) p
             JOIN data_domain d ON d.id = p.domain_id JOIN sector s ON s.id = d.sector_id JOIN agency a ON a.id = d.agency_id
             JOIN data_sharing_agreement t ON t.product_id = p.id
             WHERE $3 = '' OR ($5 AND word_similarity($4, p.search_text) >= $11) OR (NOT $5 AND p.search_words @@ asked.q)),
           judged AS MATERIALIZED (
             SELECT *, (cardinality($6::text[]) = 0 OR product_type = ANY($6)) AS by_type, (cardinality($7::text[]) = 0 OR sector = ANY($7)) AS by_sector,
                    (cardinality($8::text[]) = 0 OR agency = ANY($8)) AS by_agency, (cardinality($9::text[]) = 0 OR sharing = ANY($9)) AS by_sharing,
                    (cardinality($10::text[]) = 0 OR classification = ANY($10)) AS by_class
             FROM matched),
           chosen AS (SELECT * FROM judged WHERE by_type AND by_sector AND by_agency AND by_sharing AND by_class),
           page AS (SELECT id, rank, described, updated_on, title, row_number() OVER () AS place FROM (
             SELECT * FROM chosen ORDER BY rank DESC, described DESC, updated_on DESC NULLS LAST, title, id LIMIT $12 OFFSET $13) x)
           SELECT 'hit' AS "kind!", p.address AS "value!", p.title AS "label!", page.place AS "count!", p.summary, p.classification,
                  p.product_type AS "product_type?", t.sharing AS "sharing?", a.title AS "agency?", p.frequency, p.updated_on, p.source_id,
                  (SELECT count(*) FROM service_level l WHERE l.product_id = p.id) AS "service_levels?"
           FROM page JOIN product p ON p.id = page.id JOIN data_domain d ON d.id = p.domain_id JOIN agency a ON a.id = d.agency_id
           JOIN data_sharing_agreement t ON t.product_id = p.id
           UNION ALL SELECT 'total', '', '', count(*), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM chosen
           UNION ALL SELECT 'type', product_type, product_type, count(*), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
             FROM judged WHERE by_sector AND by_agency AND by_sharing AND by_class GROUP BY product_type
           UNION ALL SELECT 'sector', sector, sector_title, count(*), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
             FROM judged WHERE by_type AND by_agency AND by_sharing AND by_class GROUP BY sector, sector_title
           UNION ALL SELECT 'agency', agency, agency_title, count(*), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
             FROM judged WHERE by_type AND by_sector AND by_sharing AND by_class GROUP BY agency, agency_title
           UNION ALL SELECT 'access', sharing, sharing, count(*), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
             FROM judged WHERE by_type AND by_sector AND by_agency AND by_class GROUP BY sharing
           UNION ALL SELECT 'classification', classification, classification, count(*), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
             FROM judged WHERE classification IS NOT NULL AND by_type AND by_sector AND by_agency AND by_sharing GROUP BY classification"#,
        reader.0,
        now,
        tsquery,
        plain,
        nearest,
        &types,
        &query.sectors,
        &query.agencies,
        &sharing,
        &classifications,
        NEAREST,
        PAGE_SIZE,
        offset
    )
    .fetch_all(conn)
    .await?;

    let mut results = Results { total: 0, hits: vec![], facets: facets(), nearest };
    let mut placed: Vec<(i64, Hit)> = Vec::new();
    for row in rows {
        match row.kind.as_str() {
            "hit" => placed.push((
                row.count,
                Hit {
                    address: row.value,
                    title: row.label,
                    summary: row.summary,
                    classification: row.classification.map(|word| word.parse::<Classification>()).transpose()?,
                    product_type: row.product_type.unwrap_or_default().parse::<ProductType>()?,
                    sharing: row.sharing.unwrap_or_default().parse::<Sharing>()?,
                    agency: row.agency.unwrap_or_default(),
                    frequency: row.frequency,
                    updated_on: row.updated_on,
                    service_levels: row.service_levels.unwrap_or_default(),
                    source_id: row.source_id,
                },
            )),
            "total" => results.total = row.count,
            name => {
                if let Some(facet) = results.facets.iter_mut().find(|facet| facet.name == name) {
                    facet.values.push(value(name, row.value, row.label, row.count, query)?);
                }
            }
        }
    }
    placed.sort_by_key(|(place, _)| *place);
    results.hits = placed.into_iter().map(|(_, hit)| hit).collect();
    for facet in &mut results.facets {
        facet.values.sort_by(|a, b| (b.chosen, b.count, &a.label).cmp(&(a.chosen, a.count, &b.label)));
    }
    Ok(results)
}

fn facets() -> Vec<Facet> {
    [("access", "Access"), ("type", "Type"), ("classification", "Classification"), ("sector", "Sector"), ("agency", "Agency")]
        .into_iter()
        .map(|(name, title)| Facet { name, title, values: vec![] })
        .collect()
}

fn value(name: &str, value: String, label: String, count: i64, query: &SearchQuery) -> Result<FacetValue> {
    let (label, chosen) = match name {
        "type" => value.parse::<ProductType>().map(|v| (v.label().to_owned(), query.types.contains(&v)))?,
        "access" => value.parse::<Sharing>().map(|v| (v.label().to_owned(), query.sharing.contains(&v)))?,
        "classification" => value.parse::<Classification>().map(|v| (v.label().to_owned(), query.classifications.contains(&v)))?,
        "sector" => (label, query.sectors.contains(&value)),
        _ => (label, query.agencies.contains(&value)),
    };
    Ok(FacetValue { value, label, count, chosen })
}
