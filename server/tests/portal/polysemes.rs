//! Shared concepts through the real router and a real source: who says how values are written and what columns carry, how many values keep
//! to it, who is told, and what is joined by it; nothing of hidden products.

use crate::common::{Visitor, World, owner, page, post};
use crate::granting::Granting;
use chrono::TimeDelta;
use domain::glossary::TermDocument;
use domain::organisation::{Role, Scope};
use serde_json::Value;
use server::clock::system_ids;
use server::jobs::{events, polysemes};
use sqlx::Executor;
use store::{PgPool, glossary};

const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";
const PRODUCT: &str = "/products/ssot-a.busroutes-dp";
const TERM: &str = "/glossary/route-number";
const DIGITS: &str = "pattern=%5B0-9%5D%7B3%7D&description=Three+digits.&example=963";

async fn json(world: &World, who: &Visitor, path: &str) -> Value {
    serde_json::from_str(&page(world, who, path).await).unwrap()
}

async fn curator(world: &World) -> Visitor {
    world.visitor("mei", &[(Role::TcCurator, Scope::Sector(SECTOR.parse().unwrap()))]).await
}

async fn look(world: &World) {
    polysemes::follow(&world.state).await.unwrap();
    events::follow(&world.state).await.unwrap();
}

async fn told(world: &World, who: &Visitor) -> Vec<String> {
    let query =
        "SELECT e.topic FROM notice n JOIN event e ON e.id = n.event_id WHERE n.person_id = $1 AND e.topic LIKE 'polyseme.%' ORDER BY e.at, e.id";
    sqlx::query_scalar(query).bind(who.person.0).fetch_all(&world.pool).await.unwrap()
}

/// Forty rows at a source, and a term of the sector that the column `route` carries by its name.
async fn place(pool: &PgPool) -> Granting {
    let place = Granting::new(pool.clone(), "{}", 40).await;
    let term = TermDocument {
        slug: "route-number".into(),
        name: "Route number".into(),
        definition: "The number on the front of a bus.".into(),
        sector: Some("geospatial".into()),
        parent: None,
        also_called: vec![],
        column_names: vec!["route".into(), "line_no".into()],
        format: None,
    };
    let mut conn = pool.acquire().await.unwrap();
    glossary::ensure_terms(&mut conn, &[term], &system_ids(), place.world.now()).await.unwrap();
    place
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_term_says_how_its_values_are_written_and_how_many_are(pool: PgPool) {
    let mut place = place(&pool).await;
    let world = &place.world;
    let (keeper, here, stranger) = (curator(world).await, owner(world).await, world.visitor("stranger", &[]).await);
    let elsewhere = world.visitor("elsewhere", &[(Role::TcCurator, Scope::Sector(NOBODY.parse().unwrap()))]).await;
    let office = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let format = format!("{TERM}/format");
    for other in [&here, &stranger, &elsewhere, &office] {
        assert_eq!(world.get(&format, Some(&other.cookie)).await.status, 403);
        assert_eq!(post(world, other, &format, DIGITS).await.status, 403);
        assert_eq!(post(world, other, &format!("{format}/end"), "reason=Because").await.status, 403);
    }
    assert!(!page(world, &stranger, TERM).await.contains(&format) && page(world, &keeper, TERM).await.contains(&format));
    for (fields, field, kept) in [
        (DIGITS.replace("963", "96B"), "example", "value=\"96B\""),
        (DIGITS.replace("%7B3%7D", "*"), "pattern", "value=\"[0-9]*\""),
        (format!("{DIGITS}&codes=1%2C2%3Cb%3E"), "codes", "1,2&lt;b&gt;</textarea>"),
        ("pattern=&example=".to_owned(), "pattern", "Save format"),
    ] {
        let wrong = post(world, &keeper, &format, &fields).await;
        assert!(wrong.status == 422 && wrong.body.contains(&format!("href=\"#{field}\"")) && wrong.body.contains(kept), "{fields}: {}", wrong.body);
    }
    assert_eq!(post(world, &keeper, &format, DIGITS).await.location(), TERM);
    let shown = page(world, &stranger, TERM).await;
    assert!(shown.contains("Three digits.") && shown.contains("[0-9]{3}") && shown.contains("Its values have not been looked at."), "{shown}");
    assert!(page(world, &stranger, "/glossary").await.contains("Shared concept"));

    look(world).await;
    let said = "100 % of 40 values have this format, looked at on ";
    for path in [TERM.to_owned(), format!("{PRODUCT}/schema")] {
        assert!(page(world, &stranger, &path).await.contains(said), "{path}");
    }
    assert!(told(world, &here).await.is_empty() && !page(world, &here, PRODUCT).await.contains("Something to do about shared concepts."));

    // Ten of the forty are written otherwise: whoever looks after the product is told, once, and nobody else has something to do.
    place.source.execute("UPDATE ssot_a.routes SET route = 'night ' || route WHERE route > '130'").await.unwrap();
    let world = &place.world;
    for _ in 0..2 {
        world.later(TimeDelta::days(7));
        look(world).await;
    }
    let (keeper, here, stranger) = (curator(world).await, owner(world).await, world.visitor("stranger", &[]).await);
    assert_eq!(told(world, &here).await, ["polyseme.missed"]);
    assert!(told(world, &stranger).await.is_empty());
    assert!(page(world, &here, "/notices").await.contains("Values of a column of Bus routes do not have the format of its concept."));
    for path in [PRODUCT.to_owned(), format!("{PRODUCT}/schema")] {
        assert!(page(world, &here, &path).await.contains("Only 75.0 % of the values of routes.route are written as “Route number”."), "{path}");
        assert!(!page(world, &stranger, &path).await.contains("Something to do about shared concepts."), "{path}");
    }
    assert!(page(world, &stranger, TERM).await.contains("75 % of 40 values have this format"));
    let listed = json(world, &stranger, "/api/v1/glossary/route-number").await;
    assert_eq!((listed["format"]["pattern"].as_str(), listed["format"]["version"].as_i64()), (Some("[0-9]{3}"), Some(1)));
    let values = &listed["columns"][0]["values"];
    assert_eq!((values["percent"].as_f64(), values["of"].as_i64(), values["enough"].as_bool()), (Some(75.0), Some(40), Some(false)), "{listed}");
    assert_eq!(json(world, &stranger, "/api/v1/products/ssot-a.busroutes-dp/concepts").await["concepts"][0]["term"], "route-number");
    assert_eq!(json(world, &stranger, "/api/v1/glossary").await["terms"][0]["polyseme"], true);

    // No value is in the record, and nobody learns of the product when it is hidden.
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM polyseme_column m WHERE m::text LIKE '%night%'").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0);
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    for path in [TERM, "/api/v1/glossary/route-number"] {
        let shown = page(world, &stranger, path).await;
        assert!(!shown.contains("busroutes") && !shown.contains("75 %") && !shown.contains("75.0"), "{path}: {shown}");
    }
    for path in [format!("{PRODUCT}/concepts"), "/api/v1/products/ssot-a.busroutes-dp/concepts".to_owned()] {
        assert_eq!(world.get(&path, Some(&stranger.cookie)).await.status, 404, "{path}");
    }
    pool.execute("UPDATE product SET visibility = 'listed'").await.unwrap();

    assert_eq!(post(world, &keeper, &format!("{format}/end"), "reason=no").await.status, 422);
    assert_eq!(post(world, &keeper, &format!("{format}/end"), "reason=Nobody+shares+it").await.location(), TERM);
    let ended = page(world, &stranger, TERM).await;
    assert!(!ended.contains("How its values are written") && ended.contains("route-number version 2: ended"), "its history alone says what it was");
    assert_eq!(post(world, &keeper, &format!("{format}/end"), "reason=Nobody+shares+it").await.status, 404);
    let changes: Vec<String> =
        sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = 'polyseme.change' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(changes, ["route-number version 1: pattern [0-9]{3}; example 963; Three digits.", "route-number version 2: ended"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_curator_proposes_and_who_looks_after_the_product_decides(pool: PgPool) {
    let place = place(&pool).await;
    let world = &place.world;
    let (keeper, here, stranger) = (curator(world).await, owner(world).await, world.visitor("stranger", &[]).await);
    let elsewhere = world.visitor("elsewhere", &[(Role::TcCurator, Scope::Sector(NOBODY.parse().unwrap()))]).await;
    assert_eq!(post(world, &keeper, &format!("{TERM}/format"), &DIGITS.replace("%5B0-9%5D%7B3%7D", "9%5B0-9%5D%5B0-9%5D")).await.status, 303);
    let at = format!("{PRODUCT}/concepts");
    assert_eq!(world.get(&at, Some(&stranger.cookie)).await.status, 403);
    let driver = "column=routes.driver&term=route-number";
    for (other, says) in [(&stranger, "carries"), (&stranger, "proposed"), (&keeper, "carries"), (&keeper, "refused"), (&elsewhere, "proposed")] {
        assert_eq!(post(world, other, &at, &format!("{driver}&says={says}")).await.status, 403, "{says}");
    }
    let wrong = post(world, &keeper, &at, "column=routes.gone&term=nothing&says=proposed").await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#column\"") && wrong.body.contains("href=\"#term\""), "{}", wrong.body);
    assert_eq!(post(world, &keeper, &at, &format!("{driver}&says=proposed")).await.location(), at);
    let again = post(world, &keeper, &at, &format!("{driver}&says=proposed")).await;
    assert!(again.status == 422 && again.body.contains("Something was said of this column and concept already."));
    look(world).await;
    assert_eq!(told(world, &here).await, ["polyseme.proposed", "polyseme.missed"], "no route begins with 9");
    assert!(page(world, &here, PRODUCT).await.contains("It is proposed that routes.driver carries “Route number”."));
    assert!(!page(world, &stranger, &format!("{PRODUCT}/schema")).await.contains("<code>routes.driver</code>"), "what is proposed is not so yet");

    assert_eq!(post(world, &here, &at, &format!("{driver}&says=carries")).await.location(), at);
    look(world).await;
    let shown = page(world, &here, &at).await;
    assert!(shown.contains("The column holds personal data, and this format is so narrow"), "{shown}");
    assert_eq!(post(world, &keeper, &format!("{TERM}/format"), "codes=somebody%2C+nobody&description=One+of+two.&example=nobody").await.status, 303);
    look(world).await;
    let looked: Vec<(String, bool)> =
        sqlx::query_as("SELECT column_name, share IS NOT NULL FROM polyseme_column ORDER BY column_name").fetch_all(&pool).await.unwrap();
    assert_eq!(looked, [("driver".to_owned(), false), ("route".to_owned(), true)], "nobody finds out by a list who is in a column");
    assert_eq!(post(world, &here, &at, &format!("{driver}&says=refused")).await.status, 303);
    assert_eq!(post(world, &here, &at, &format!("{driver}&says=perhaps")).await.status, 422);
    assert!(page(world, &here, &at).await.contains("Does not carry it: omar"));
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE product_id IS NOT NULL AND action LIKE 'polyseme.%' ORDER BY id")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(actions, ["polyseme.propose", "polyseme.miss", "polyseme.map", "polyseme.miss", "polyseme.map"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn products_that_carry_one_concept_say_so_and_hidden_ones_do_not_exist(pool: PgPool) {
    let place = place(&pool).await;
    let world = &place.world;
    pool.execute(
        "INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
             SELECT '00000000-0000-7000-8000-0000000000d1', domain_id, 'lines-dp', 'ssot-a.lines-dp', 'Night lines', product_type, version, status, visibility,
                 digest, created_at, changed_at FROM product;
         INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
             VALUES ('00000000-0000-7000-8000-0000000000d1', 'approval', '{}', '{}', 'none', 365);
         INSERT INTO dataset (id, product_id, name, title, position)
             VALUES ('00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-0000000000d1', 'lines', 'Lines', 0);
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
             VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000d2', 0, 'LINE_NO', 'text', false, false, 'official-open', 'non-sensitive', 'none')",
    )
    .await
    .unwrap();
    let (keeper, stranger) = (curator(world).await, world.visitor("stranger", &[]).await);
    assert!(!page(world, &stranger, PRODUCT).await.contains("Joins with"));
    assert_eq!(post(world, &keeper, &format!("{TERM}/format"), DIGITS).await.status, 303);
    world.later(TimeDelta::seconds(10));
    let shown = page(world, &stranger, PRODUCT).await;
    let joins = shown.split("Joins with").nth(1).unwrap_or_else(|| panic!("{shown}"));
    assert!(
        joins.contains("href=\"/products/ssot-a.lines-dp\"") && joins.contains("href=\"/glossary/route-number\"") && joins.contains("LINE_NO"),
        "{joins}"
    );
    assert_eq!(json(world, &stranger, "/api/v1/glossary/route-number").await["columns"].as_array().unwrap().len(), 2);

    pool.execute("UPDATE product SET visibility = 'hidden' WHERE name = 'lines-dp'").await.unwrap();
    for path in [PRODUCT, TERM, "/api/v1/glossary/route-number"] {
        let shown = page(world, &stranger, path).await;
        assert!(!shown.contains("lines-dp") && !shown.contains("Night lines") && !shown.contains("LINE_NO"), "{path}: {shown}");
    }
}
