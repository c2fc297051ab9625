//! Every name that the search's JSON has is in `docs/search.md`: who writes a program reads it there.

use crate::common::World;
use crate::search_api::catalogue;
use serde_json::Value;
use sqlx::Executor;
use std::collections::BTreeSet;
use store::PgPool;

/// Names of objects, however deep; not those that are words of somebody's question.
fn names(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                into.insert(name.clone());
                if name != "corrected" {
                    names(inner, into);
                }
            }
        }
        Value::Array(all) => {
            for one in all {
                names(one, into);
            }
        }
        _ => {}
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn whatever_an_answer_has_is_documented(pool: PgPool) {
    catalogue(&pool, 2).await;
    pool.execute(
        "INSERT INTO glossary_term (id, slug, name, definition, also_called, column_names, changed_at)
         VALUES ('00000000-0000-7000-8000-0000000000c1', 'bus-stop', 'Bus stop', 'Where buses stop', '{}', '{}', '2026-11-20');
         UPDATE product SET place_areas = '{BD}', covered_areas = '{BD}', frequency = 'daily'",
    )
    .await
    .unwrap();
    let world = World::new(pool, "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let mut all = BTreeSet::new();
    for query in
        ["search?q=bus%20kerbside&explain=true", "search?q=bus%20stop", "search?q=buz%20", "search?q=ferry&format=csv", "search/suggest?q=bus"]
    {
        let answer = world.get(&format!("/api/v1/{query}"), Some(&officer.cookie)).await;
        assert_eq!(answer.status.as_u16(), 200, "{query}: {}", answer.body);
        names(&serde_json::from_str(&answer.body).unwrap(), &mut all);
    }
    for expected in ["promises", "inside", "found", "nearest", "without", "place", "suggestions", "path"] {
        assert!(all.contains(expected), "{expected} is among {all:?}");
    }
    let said = include_str!("../../../docs/search.md");
    let missing: Vec<_> = all.iter().filter(|name| !said.contains(&format!("`{name}`")) && !said.contains(&format!("\"{name}\""))).collect();
    assert!(missing.is_empty(), "docs/search.md does not know {missing:?}");
}
