//! `GET /api/v1/search` and its suggestions as software reads them: whoever judges the order from outside relies on these names.

use crate::common::{Visitor, World};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;

/// What every answer has, in the order of the alphabet.
const KEYS: [&str; 12] =
    ["also", "by_title", "corrected", "engine", "facets", "hits", "nearest", "next", "some_words_missing", "took_ms", "total", "without"];

async fn get(world: &World, who: &Visitor, path: &str) -> (u16, Value) {
    let answer = world.get(path, Some(&who.cookie)).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{path}: {}: {}", answer.status, answer.body)))
}

async fn found(world: &World, who: &Visitor, query: &str) -> Value {
    let (status, answer) = get(world, who, &format!("/api/v1/search?{query}")).await;
    assert_eq!(status, 200, "{query}: {answer}");
    answer
}

/// The product of the fixture as if it had been imported, and so many ferries of the same domain.
pub async fn catalogue(pool: &PgPool, ferries: usize) {
    pool.execute(AssertSqlSafe(format!(
        "UPDATE product SET source = 'data.gov.sg', source_id = '1714', summary = 'Where buses run', classification = 'official-open',
             updated_on = '2026-11-01', tags = ARRAY['buses'];
         INSERT INTO dataset (id, product_id, name, title, format, position)
         VALUES ('00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-000000000005', 'routes', 'Route table', 'CSV', 0);
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
         VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000d1', 0, 'kerbside', 'text', false, true, 'official-open', 'non-sensitive', 'none');
         INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
         SELECT ('00000000-0000-7000-8001-' || lpad(n::text, 12, '0'))::uuid, '00000000-0000-7000-8000-000000000003', 'ferry-' || n,
             'ssot-a.ferry-' || n, 'Ferry line ' || n, 'aggregated', '1.0.0', 'published', 'listed', '', '2026-11-20', '2026-11-20'
         FROM generate_series(1, {ferries}) n;
         INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
         SELECT id, 'open', '{{}}', '{{}}', 'none', 365 FROM product WHERE name LIKE 'ferry-%'"
    )))
    .await
    .unwrap();
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_hit_says_what_it_is_and_why(pool: PgPool) {
    catalogue(&pool, 2).await;
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let answer = found(&world, &officer, "q=bus%20kerbside&explain=true&agency=land-transport").await;
    let mut keys: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, KEYS);
    assert_eq!((&answer["total"], &answer["next"], &answer["engine"]), (&json!(1), &Value::Null, &json!("postgres")), "{answer}");
    assert!(answer["took_ms"].as_f64().is_some_and(|took| took > 0.0), "{answer}");

    let hit = &answer["hits"][0];
    for (key, wanted) in [
        ("kind", json!("product")),
        ("urn", json!("ssot-a.busroutes-dp")),
        ("title", json!("Bus routes")),
        ("summary", json!("Where buses run")),
        ("type", json!("source-aligned")),
        ("classification", json!("official-open")),
        ("access", json!("approval")),
        ("agency", json!("Land transport")),
        ("updated_on", json!("2026-11-01")),
        ("source_id", json!("1714")),
        ("exact", json!(false)),
        ("promises", json!({"made": 0, "measured": 0, "broken": 0})),
        ("inside", json!([{"kind": "column", "urn": "ssot-a.busroutes-dp.routes.kerbside", "title": "kerbside"}])),
    ] {
        assert_eq!(hit[key], wanted, "{key} of {hit}");
    }
    assert!(hit["score"].as_f64().is_some_and(|score| score > 0.0), "{hit}");
    let explanation = &hit["explanation"];
    for part in ["words", "trust", "freshness", "access"] {
        assert!(explanation[part].is_number(), "{part} of {explanation}");
    }
    for weight in ["trust", "freshness", "access"] {
        assert!(explanation["weights"][weight].is_number(), "{weight} of {explanation}");
    }
    let words: Vec<_> = explanation["found"].as_array().unwrap().iter().map(|word| word["typed"].as_str().unwrap()).collect();
    assert_eq!(words, ["bus", "kerbside"]);
    assert!(explanation["found"].as_array().unwrap().iter().all(|word| word["field"].is_string() && word["because"].is_string()), "{explanation}");
    let plain = found(&world, &officer, "q=bus").await;
    assert!(plain["hits"][0].get("explanation").is_none(), "only when it is asked for: {plain}");
    assert_eq!(found(&world, &officer, "q=1714").await["hits"][0]["exact"], json!(true), "an id of elsewhere names a product");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn counts_and_pages_hold_together(pool: PgPool) {
    catalogue(&pool, 45).await;
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let answer = found(&world, &officer, "q=ferry&type=aggregated").await;
    assert_eq!(
        answer["facets"]["type"],
        json!([{"value": "aggregated", "label": "Aggregated", "count": 45, "chosen": true}]),
        "{}",
        answer["facets"]
    );
    assert_eq!(answer["facets"]["agency"], json!([{"value": "land-transport", "label": "Land transport", "count": 45, "chosen": false}]));

    let (mut path, mut seen) = ("/api/v1/search?q=ferry&type=aggregated".to_owned(), vec![]);
    loop {
        let (status, page) = get(&world, &officer, &path).await;
        assert_eq!((status, &page["total"]), (200, &json!(45)), "{path}");
        seen.extend(page["hits"].as_array().unwrap().iter().map(|hit| hit["urn"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = next.to_owned();
        assert!(seen.len() < 45, "it comes to an end");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 45, "each once");

    let nothing = found(&world, &officer, "q=ferry&type=source-aligned").await;
    assert_eq!((&nothing["total"], &nothing["without"]["type"]), (&json!(0), &json!(45)), "{nothing}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_place_that_cannot_be_read_is_refused_with_its_code(pool: PgPool) {
    let world = World::new(pool, "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    for (query, code) in [
        ("box=1,2", "box_unreadable"),
        ("box=104,1.2,103,1.3", "box_impossible"),
        ("near=somewhere", "near_unreadable"),
        ("near=103.85,1.3", "near_impossible"),
    ] {
        let answer = world.get(&format!("/api/v1/search?q=bus&{query}"), Some(&officer.cookie)).await;
        assert_eq!(answer.status.as_u16(), 422, "{query}");
        assert!(answer.body.contains(code), "{query}: {}", answer.body);
    }
    assert_eq!(world.get("/api/v1/search?q=bus", None).await.status.as_u16(), 401);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn suggestions_are_of_four_kinds(pool: PgPool) {
    pool.execute(
        "INSERT INTO glossary_term (id, slug, name, definition, also_called, column_names, changed_at)
         VALUES ('00000000-0000-7000-8000-0000000000c1', 'bus-stop', 'Bus stop', 'Where buses stop', '{}', '{}', '2026-11-20');
         UPDATE agency SET title = 'Bus authority'",
    )
    .await
    .unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let other = world.visitor("other", &[]).await;
    store::mine::note_query(&mut pool.acquire().await.unwrap(), officer.person, "bus lanes", world.now()).await.unwrap();
    let kinds = async |who: &Visitor| -> Vec<(String, String)> {
        let (status, answer) = get(&world, who, "/api/v1/search/suggest?q=bus").await;
        assert_eq!(status, 200, "{answer}");
        let lines = answer["suggestions"].as_array().unwrap().iter();
        lines
            .map(|line| {
                assert!(line["note"].is_string() && line["path"].as_str().unwrap().starts_with('/'), "{line}");
                (line["kind"].as_str().unwrap().to_owned(), line["title"].as_str().unwrap().to_owned())
            })
            .collect()
    };
    let mine = kinds(&officer).await;
    for (kind, title) in [("product", "Bus routes"), ("term", "Bus stop"), ("organisation", "Bus authority"), ("past", "bus lanes")] {
        assert!(mine.contains(&(kind.to_owned(), title.to_owned())), "{kind} {title} in {mine:?}");
    }
    let theirs = kinds(&other).await;
    assert!(theirs.iter().all(|(kind, _)| kind != "past"), "what others looked for is nobody's business: {theirs:?}");
}
