//! Outlines from a file to a product's page, through the command and the real router.

use crate::common::World;
use chrono::TimeDelta;
use server::catalogue_commands::import_planning_areas;
use sqlx::Executor;
use std::path::PathBuf;
use store::PgPool;

/// Two invented squares that touch: Ang Mo Kio to the west, Bedok to the east; and a feature of no area.
pub const SQUARES: &str = r#"{"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"code": "AM", "name": "Ang Mo Kio"}, "geometry": {"type": "Polygon", "coordinates":
        [[[103.8, 1.3], [103.9, 1.3], [103.9, 1.4], [103.8, 1.4], [103.8, 1.3]]]}},
    {"type": "Feature", "properties": {"code": "BD", "name": "BEDOK"}, "geometry": {"type": "MultiPolygon", "coordinates":
        [[[[103.9, 1.3], [104, 1.3], [104, 1.4], [103.9, 1.4], [103.9, 1.3]]]]}},
    {"type": "Feature", "properties": {"code": "ZZ"}, "geometry": {"type": "Polygon", "coordinates":
        [[[103.9, 1.3], [104, 1.3], [104, 1.4], [103.9, 1.3]]]}}
]}"#;

const PAGE: &str = "/products/ssot-a.busroutes-dp";

pub fn url_of(pool: &PgPool) -> String {
    let mut url: url::Url = std::env::var("DATABASE_URL").expect("DATABASE_URL must name a real Postgres, as a superuser").parse().unwrap();
    url.set_path(pool.connect_options().get_database().unwrap());
    url.to_string()
}

/// Imports this text as a file; what the command said when it refused.
pub async fn import(pool: &PgPool, text: &[u8]) -> Result<(), String> {
    let file: PathBuf = std::env::temp_dir().join(format!("pasar-{}.geojson", pool.connect_options().get_database().unwrap()));
    std::fs::write(&file, text).unwrap();
    let outcome = import_planning_areas(&url_of(pool), &file).await;
    std::fs::remove_file(&file).unwrap();
    outcome.map_err(|error| format!("{error:#}"))
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_import_draws_the_place_of_a_product(pool: PgPool) {
    pool.execute("UPDATE product SET place_box = '{103.85,1.32,103.87,1.34}', coverage = 'The depot'").await.unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let cookie = Some(officer.cookie.as_str());
    let before = world.get(PAGE, cookie).await.body;
    assert!(before.contains("The depot. A box from 1.32° N to 1.34° N") && before.contains("outlines are not loaded"), "{before}");
    import(&pool, SQUARES.as_bytes()).await.unwrap();
    world.later(TimeDelta::seconds(10));
    let after = world.get(PAGE, cookie).await.body;
    assert!(after.contains("It touches one planning area:") && after.contains("<li>Ang Mo Kio</li>"), "{after}");
    assert!(after.contains("class=\"place-map\"") && !after.contains("<li>Bedok</li>"));
    import(&pool, SQUARES.as_bytes()).await.unwrap();
    let details: Vec<String> =
        sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = 'planning-area.import' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(
        details,
        [
            "2 updated, 0 unchanged, 1 refused; products found under other areas: 1",
            "0 updated, 2 unchanged, 1 refused; products found under other areas: 0"
        ]
    );
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn named_areas_are_listed_with_and_without_a_map(pool: PgPool) {
    pool.execute("UPDATE product SET place_areas = '{BD,WD}', covered_areas = '{BD,WD}'").await.unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    for imported in [false, true] {
        let page = world.get(PAGE, Some(&officer.cookie)).await.body;
        assert!(page.contains("2 planning areas:") && page.contains("<li>Bedok</li>") && page.contains("<li>Woodlands</li>"), "{page}");
        assert_eq!(page.contains("class=\"place-map\""), imported);
        assert_eq!(page.contains("the one that is named beside it is marked"), imported, "Woodlands has no outline");
        import(&pool, SQUARES.as_bytes()).await.unwrap();
        world.later(TimeDelta::seconds(10));
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_dataset_says_a_place_of_its_own(pool: PgPool) {
    pool.execute(
        "INSERT INTO dataset (id, product_id, name, title, position)
         VALUES ('00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-000000000005', 'routes', 'Routes', 0);
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
         VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000d1', 0, 'route', 'text', false, true, 'official-open', 'non-sensitive', 'none')",
    )
    .await
    .unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let cookie = Some(officer.cookie.as_str());
    for (set, line) in [
        ("place_areas = '{BD,WD}'", "Place: Bedok, Woodlands"),
        ("place_areas = '{}', place_whole = true", "Place: the whole country"),
        ("place_whole = false, place_box = '{103.85,1.32,103.87,1.34}'", "Place: a box from 1.32° N to 1.34° N"),
    ] {
        pool.execute(sqlx::AssertSqlSafe(format!("UPDATE dataset SET {set}"))).await.unwrap();
        for page in [PAGE.to_owned(), format!("{PAGE}/schema")] {
            let body = world.get(&page, cookie).await.body;
            assert!(body.contains(line), "{line}: {body}");
        }
    }
    // The product says none: what its datasets say is said of it.
    pool.execute("UPDATE product SET covered_areas = '{BD,WD}'").await.unwrap();
    let page = world.get(PAGE, cookie).await.body;
    assert!(page.contains("Its datasets say where they apply, together in 2 planning areas:") && page.contains("<li>Woodlands</li>"), "{page}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_list_keeps_to_a_place(pool: PgPool) {
    pool.execute("UPDATE product SET place_areas = '{BD}', covered_areas = '{BD}'").await.unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let finds = async |query: &str| {
        let page = world.get(&format!("/products?{query}"), Some(&officer.cookie)).await;
        assert_eq!(page.status, 200, "{query}");
        (page.body.contains(&format!("href=\"{PAGE}\"")), page.body)
    };
    // In order: with a name, a postal code, a point and a box; what is found without outlines, and with them.
    let lists = [
        ("place=BD", true, true),
        ("place=WD", false, false),
        ("place=WD&place=BD", true, true),
        ("place=nowhere", true, true),
        ("near=460123", true, true),
        ("near=730123", false, false),
        ("near=1.35,103.95", true, true),
        ("near=1.35,103.85", true, false),
        ("box=103.95,1.32,103.96,1.33", true, true),
        ("box=103.82,1.32,103.83,1.33", true, false),
        ("box=0,0,1,1", true, false),
        ("box=1,2", true, true),
        ("place=WD&q=bus", false, false),
    ];
    for (query, before, _) in lists {
        assert_eq!(finds(query).await.0, before, "{query} without outlines");
    }
    assert!(finds("near=1.35,103.95").await.1.contains("Outlines of planning areas are not loaded"));
    import(&pool, SQUARES.as_bytes()).await.unwrap();
    world.later(TimeDelta::seconds(10));
    for (query, _, after) in lists {
        assert_eq!(finds(query).await.0, after, "{query} with outlines");
    }
    assert!(finds("box=1,2").await.1.contains("Enter four numbers"), "what cannot be read is said beside its field");
    // A product of the whole country is found everywhere, but not where no area is.
    pool.execute("UPDATE product SET place_areas = '{}', place_whole = true").await.unwrap();
    world.settle().await;
    for (query, wanted) in [("place=WD", true), ("near=1.35,103.85", true), ("box=0,0,1,1", false)] {
        assert_eq!(finds(query).await.0, wanted, "{query}, the whole country");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_hostile_file_is_refused_with_a_code_and_changes_nothing(pool: PgPool) {
    let open = SQUARES.replace("[103.8, 1.4], [103.8, 1.3]", "[103.8, 1.4]");
    for (text, code, reason) in [
        (open.as_bytes(), "outline_broken", "feature 1 (AM): polygon 1, ring 1 is not closed"),
        (b"\xff\x00", "file_not_json", "line 1"),
        (b"[]", "file_not_a_collection", "FeatureCollection"),
        (&vec![b' '; 9_000_000], "file_too_large", "simplify"),
    ] {
        let refused = import(&pool, text).await.unwrap_err();
        assert!(refused.contains("nothing was changed") && refused.contains(code) && refused.contains(reason), "{refused}");
    }
    let written: i64 =
        sqlx::query_scalar("SELECT (SELECT count(*) FROM planning_area WHERE outline IS NOT NULL) + (SELECT count(*) FROM audit_event)")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(written, 0);
}
