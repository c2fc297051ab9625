//! Keeping the documents true: reads products from the record by the hundred and writes what search needs of them. One
//! writer at a time, so that versions are in the order of commits; the same product again changes nothing but its version.

use crate::document::{Document, Source};
use crate::facet::{FacetKind, STEP, WHOLE};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::Result;
use uuid::Uuid;

/// Products written in one transaction.
pub const BATCH: i64 = 500;

/// Held while documents are written, until the transaction ends.
const LOCK: i64 = 0x7061_7361_7201;

/// Writes the documents of these products as the record has them now. Call within a transaction.
pub async fn write(conn: &mut PgConnection, products: &[Uuid], now: DateTime<Utc>) -> Result<()> {
    let products: Vec<Uuid> = products.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    if products.is_empty() {
        return Ok(());
    }
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", LOCK).execute(&mut *conn).await?;
    let today = domain::calendar::day(now);
    let documents: Vec<(Uuid, bool, Document)> =
        read(conn, &products).await?.into_iter().map(|(id, listed, source)| (id, listed, Document::new(&source, today))).collect();
    let codes = codes(conn, &documents).await?;
    count_words(conn, &products, &documents).await?;
    gone(conn, &products, &documents).await?;
    let facets = |document: &Document| -> String {
        let mut codes: Vec<i32> = document.values.iter().filter_map(|(kind, value, _)| codes.get(&(kind.number(), value.clone())).copied()).collect();
        codes.sort_unstable();
        format!("{{{}}}", codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
    };
    let all = &documents;
    sqlx::query!(
        "INSERT INTO search_document (product_id, listed, title_key, title_words, words, fields, vocabulary, facets, trust, freshness, rank, stale_on, version)
         SELECT u.id, u.listed, u.title_key, array_to_tsvector(string_to_array(u.title, ' ', '')), array_to_tsvector(string_to_array(u.words, ' ', '')),
                u.fields, u.vocabulary, u.facets::int[], u.trust, u.freshness, u.rank, u.stale_on, nextval('search_version')
         FROM unnest($1::uuid[], $2::bool[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::real[], $10::real[],
                     $11::real[], $12::date[])
              AS u(id, listed, title_key, title, words, fields, vocabulary, facets, trust, freshness, rank, stale_on)
         ON CONFLICT (product_id) DO UPDATE SET listed = excluded.listed, title_key = excluded.title_key, title_words = excluded.title_words,
             words = excluded.words, fields = excluded.fields, vocabulary = excluded.vocabulary, facets = excluded.facets, trust = excluded.trust,
             freshness = excluded.freshness, rank = excluded.rank, stale_on = excluded.stale_on, version = excluded.version",
        &all.iter().map(|(id, ..)| *id).collect::<Vec<_>>(),
        &all.iter().map(|(_, listed, _)| *listed).collect::<Vec<_>>(),
        &all.iter().map(|(.., d)| d.title_key.clone()).collect::<Vec<_>>(),
        &all.iter().map(|(.., d)| joined(&d.title)).collect::<Vec<_>>(),
        &all.iter().map(|(.., d)| joined(&d.words)).collect::<Vec<_>>(),
        &all.iter().map(|(.., d)| d.fields.clone()).collect::<Vec<_>>(),
        &all.iter().map(|(.., d)| joined(&d.vocabulary)).collect::<Vec<_>>(),
        &all.iter().map(|(.., d)| facets(d)).collect::<Vec<_>>(),
        &all.iter().map(|(.., d)| d.trust).collect::<Vec<_>>(),
        &all.iter().map(|(.., d)| d.freshness).collect::<Vec<_>>(),
        &all.iter().map(|(.., d)| d.rank()).collect::<Vec<_>>(),
        &all.iter().map(|(.., d)| d.stale_on).collect::<Vec<_>>() as &[Option<NaiveDate>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn joined(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

async fn read(conn: &mut PgConnection, products: &[Uuid]) -> Result<Vec<(Uuid, bool, Source)>> {
    let rows = sqlx::query!(
        r#"SELECT p.id, (p.visibility = 'listed' AND p.status IN ('published', 'deprecated')) AS "listed!", p.title, p.address, p.summary, p.description,
                  p.tags, p.product_type, p.classification, p.frequency, p.updated_on, p.coverage_start, p.coverage_end, s.slug AS sector,
                  s.title AS sector_title, a.slug AS agency, a.title AS agency_title, a.abbreviation, d.title AS domain_title, t.sharing,
                  ARRAY(SELECT x.title || ' ' || x.name FROM dataset x WHERE x.product_id = p.id ORDER BY x.position) AS "datasets!",
                  ARRAY(SELECT p.source_id WHERE p.source_id IS NOT NULL
                        UNION ALL SELECT x.source_id FROM dataset x WHERE x.product_id = p.id AND x.source_id IS NOT NULL) AS "source_ids!",
                  ARRAY(SELECT DISTINCT x.format FROM dataset x WHERE x.product_id = p.id AND x.format IS NOT NULL) AS "formats!",
                  ARRAY(SELECT c.name FROM dataset x JOIN data_column c ON c.dataset_id = x.id WHERE x.product_id = p.id) AS "columns!",
                  coalesce((SELECT bool_and(c.classified) FROM dataset x JOIN data_column c ON c.dataset_id = x.id WHERE x.product_id = p.id), false)
                      AS "classified!",
                  ARRAY(SELECT concat_ws(' ', g.name, array_to_string(g.also_called, ' ')) FROM glossary_term g
                        WHERE EXISTS (SELECT FROM dataset x JOIN data_column c ON c.dataset_id = x.id
                                      WHERE x.product_id = p.id AND g.column_names @> ARRAY[lower(c.name)])
                        ORDER BY g.slug) AS "terms!",
                  ARRAY(SELECT x.description FROM dataset x WHERE x.product_id = p.id AND x.description IS NOT NULL
                        UNION ALL SELECT c.description FROM dataset x JOIN data_column c ON c.dataset_id = x.id
                        WHERE x.product_id = p.id AND c.description IS NOT NULL) AS "notes!",
                  (p.place_whole OR EXISTS (SELECT FROM dataset x WHERE x.product_id = p.id AND x.place_whole)) AS "place_whole!",
                  ARRAY(SELECT x.code FROM planning_area x WHERE x.code = ANY(p.covered_areas) ORDER BY x.code) AS "places!",
                  ARRAY(SELECT x.name FROM planning_area x WHERE x.code = ANY(p.covered_areas) ORDER BY x.code) AS "place_names!",
                  -- A promise that nobody measured is no reason for trust, and one at risk no longer.
                  coalesce((SELECT bool_and(l.state = 'met') FROM service_level l WHERE l.product_id = p.id AND l.state <> 'not-measured'), false)
                      AS "promises_kept!",
                  EXISTS (SELECT FROM service_level l WHERE l.product_id = p.id AND l.state = 'breached') AS "promises_broken!",
                  (SELECT count(*) FROM input_port i WHERE i.product_id = p.id) AS "input_ports!",
                  (SELECT count(*) FROM agreement g WHERE g.product_id = p.id AND g.state = 'active') AS "used_by!"
           FROM product p JOIN data_domain d ON d.id = p.domain_id JOIN sector s ON s.id = d.sector_id JOIN agency a ON a.id = d.agency_id
           JOIN data_sharing_agreement t ON t.product_id = p.id
           WHERE p.id = ANY($1)"#,
        products
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let source = Source {
                title: row.title,
                address: row.address,
                summary: row.summary,
                description: row.description,
                tags: row.tags,
                product_type: row.product_type,
                classification: row.classification,
                frequency: row.frequency,
                updated_on: row.updated_on,
                coverage: row.coverage_start.zip(row.coverage_end),
                sector: (row.sector, row.sector_title),
                agency: (row.agency, row.agency_title),
                agency_abbreviation: row.abbreviation,
                domain_title: row.domain_title,
                sharing: row.sharing,
                datasets: row.datasets,
                ids_elsewhere: row.source_ids,
                formats: row.formats,
                columns: row.columns,
                classified: row.classified,
                terms: row.terms,
                notes: row.notes,
                // Counted once for all areas, so that documents stay small.
                places: if row.place_whole {
                    vec![(WHOLE.to_owned(), "Whole country".to_owned())]
                } else {
                    row.places.into_iter().zip(row.place_names).collect()
                },
                promises_kept: row.promises_kept,
                promises_broken: row.promises_broken,
                input_ports: row.input_ports,
                used_by: row.used_by,
            };
            (row.id, row.listed, source)
        })
        .collect())
}

type Codes = HashMap<(i16, String), i32>;

/// The codes of all values in these documents; new ones are given, and a label that has changed is written.
async fn codes(conn: &mut PgConnection, documents: &[(Uuid, bool, Document)]) -> Result<Codes> {
    let wanted: BTreeMap<(FacetKind, &str), &str> =
        documents.iter().flat_map(|(.., d)| &d.values).map(|(kind, value, label)| ((*kind, value.as_str()), label.as_str())).collect();
    let facets: Vec<i16> = wanted.keys().map(|(kind, _)| kind.number()).collect();
    let values: Vec<String> = wanted.keys().map(|(_, value)| (*value).to_owned()).collect();
    let labels: Vec<String> = wanted.values().map(|label| (*label).to_owned()).collect();
    sqlx::query!(
        "INSERT INTO search_facet_value (code, facet, value, label)
         SELECT u.facet * $4::int + nextval('search_facet_number')::int, u.facet, u.value, u.label
         FROM unnest($1::int2[], $2::text[], $3::text[]) AS u(facet, value, label)
         WHERE NOT EXISTS (SELECT FROM search_facet_value v WHERE v.facet = u.facet AND v.value = u.value AND v.label = u.label)
         ON CONFLICT (facet, value) DO UPDATE SET label = excluded.label",
        &facets,
        &values,
        &labels,
        STEP
    )
    .execute(&mut *conn)
    .await?;
    let rows = sqlx::query!(
        "SELECT v.code, v.facet, v.value FROM search_facet_value v JOIN unnest($1::int2[], $2::text[]) AS u(facet, value)
         ON v.facet = u.facet AND v.value = u.value",
        &facets,
        &values
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.facet, row.value), row.code)).collect())
}

/// Takes the former words of these products out of the vocabulary and puts the new ones in; only listed products count.
async fn count_words(conn: &mut PgConnection, products: &[Uuid], documents: &[(Uuid, bool, Document)]) -> Result<()> {
    let former =
        sqlx::query_scalar!("SELECT vocabulary FROM search_document WHERE listed AND product_id = ANY($1)", products).fetch_all(&mut *conn).await?;
    let mut change: BTreeMap<String, i32> = BTreeMap::new();
    for word in former.iter().flat_map(|words| words.split(' ')).filter(|word| !word.is_empty()) {
        *change.entry(word.to_owned()).or_default() -= 1;
    }
    for word in documents.iter().filter(|(_, listed, _)| *listed).flat_map(|(.., d)| &d.vocabulary) {
        *change.entry(word.clone()).or_default() += 1;
    }
    change.retain(|_, by| *by != 0);
    let (words, by): (Vec<String>, Vec<i32>) = change.into_iter().unzip();
    sqlx::query!(
        "INSERT INTO search_word (word, products) SELECT u.word, u.by FROM unnest($1::text[], $2::int[]) AS u(word, by)
         ON CONFLICT (word) DO UPDATE SET products = search_word.products + excluded.products",
        &words,
        &by
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM search_word WHERE word = ANY($1) AND products <= 0", &words).execute(conn).await?;
    Ok(())
}

/// A product that is no more leaves an empty document, so that another engine learns of it.
async fn gone(conn: &mut PgConnection, products: &[Uuid], documents: &[(Uuid, bool, Document)]) -> Result<()> {
    let there: BTreeSet<Uuid> = documents.iter().map(|(id, ..)| *id).collect();
    let gone: Vec<Uuid> = products.iter().filter(|id| !there.contains(id)).copied().collect();
    sqlx::query!(
        "UPDATE search_document SET listed = false, title_key = '', title_words = '', words = '', fields = '', vocabulary = '', facets = '{}',
             stale_on = NULL, version = nextval('search_version')
         WHERE product_id = ANY($1)",
        &gone
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Products whose freshness time alone has changed.
pub async fn stale(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let today = domain::calendar::day(now);
    Ok(sqlx::query_scalar!("SELECT product_id FROM search_document WHERE stale_on <= $1 ORDER BY stale_on LIMIT $2", today, BATCH)
        .fetch_all(conn)
        .await?)
}

/// Has every product's document written anew, in turn.
pub async fn mark_all(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO outbox (at, topic, object_id, next_attempt_at)
         SELECT $1::timestamptz, 'search.product', id, $1::timestamptz FROM product
         UNION SELECT $1, 'search.product', product_id, $1 FROM search_document",
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
