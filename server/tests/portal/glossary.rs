//! The glossary through the real router: what it tells whom, and who may change which words search takes as one.

use crate::common::{World, post};
use domain::glossary::{SynonymSet, TermDocument, synonym_set};
use domain::id::SynonymId;
use domain::organisation::{Role, Scope};
use server::clock::system_ids;
use sqlx::Executor;
use store::{PgPool, glossary};

const SECTOR: &str = "00000000-0000-7000-8000-000000000001";

/// A visible product with a column that carries the one term.
async fn world(pool: PgPool) -> World {
    pool.execute(
        "DELETE FROM agreement;
         INSERT INTO dataset (id, product_id, name, title, position)
             SELECT '00000000-0000-7000-8000-0000000000b1', id, 'stops', 'Stops', 0 FROM product;
         INSERT INTO data_column VALUES
             ('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000b1', 0, 'area_code', 'text', NULL, false, false,
              'official-open', 'non-sensitive', 'none')",
    )
    .await
    .unwrap();
    let world = World::new(pool, "http://localhost:1");
    let term = TermDocument {
        slug: "planning-area".into(),
        name: "Planning area".into(),
        definition: "A part of the country, <planned> as one.".into(),
        sector: Some("geospatial".into()),
        parent: None,
        also_called: vec!["District".into()],
        column_names: vec!["area_code".into()],
        format: None,
    };
    let mut conn = world.pool.acquire().await.unwrap();
    glossary::ensure_terms(&mut conn, &[term], &system_ids(), world.now()).await.unwrap();
    world
}

/// The sets that a document begins with: one.
async fn trains(world: &World) -> SynonymId {
    let mut conn = world.pool.acquire().await.unwrap();
    let set = SynonymSet { words: synonym_set(["train, mrt"]).unwrap(), note: None };
    glossary::begin_with_synonyms(&mut conn, &[set], &system_ids(), world.now()).await.unwrap();
    glossary::synonyms(&mut conn).await.unwrap().remove(0).id
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_term_says_where_it_is_used_and_nothing_of_hidden_products(pool: PgPool) {
    let world = world(pool.clone()).await;
    let officer = world.visitor("officer", &[]).await;
    let cookie = Some(officer.cookie.as_str());
    let list = world.get("/glossary", cookie).await;
    assert_eq!(list.status, 200);
    assert!(list.body.contains("href=\"/glossary/planning-area\"") && list.body.contains("&lt;planned&gt;") && list.body.contains("id=\"letter-p\""));
    let found = world.get("/glossary?q=district", cookie).await.body;
    assert!(found.contains("/glossary/planning-area") && found.contains("value=\"district\""));
    let nothing = world.get("/glossary?q=%00zzz", cookie).await;
    assert_eq!(nothing.status, 200);
    assert!(nothing.body.contains("No term has these words.") && !nothing.body.contains("/glossary/planning-area"));
    let page = world.get("/glossary/planning-area", cookie).await.body;
    assert!(page.contains("/products/ssot-a.busroutes-dp/schema#stops") && page.contains("area_code"));
    assert!(page.contains("Geospatial trusted centre") && page.contains("href=\"/organisations/geospatial\""));
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    let page = world.get("/glossary/planning-area", cookie).await.body;
    assert!(!page.contains("busroutes") && !page.contains("area_code") && page.contains("Not used yet."));
    assert_eq!(world.get("/glossary/nowhere", cookie).await.status, 404);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_centre_keeps_its_terms_and_says_what_is_broader(pool: PgPool) {
    let world = world(pool.clone()).await;
    let keeper = world.visitor("mei", &[(Role::TcCurator, Scope::Sector(SECTOR.parse().unwrap()))]).await;
    let cookie = Some(keeper.cookie.as_str());
    assert!(world.get("/glossary", cookie).await.body.contains("href=\"/glossary/new\""));
    let blank = world.get("/glossary/new", cookie).await;
    assert!(blank.status == 200 && blank.body.contains("Geospatial") && !blank.body.contains("The whole service"));

    let region = "name=Region&definition=A+%3Clarge%3E+part+of+the+country.&also_called=Quarter%2C+quarter&sector=geospatial";
    let added = post(&world, &keeper, "/glossary/new", region).await;
    assert_eq!((added.status.as_u16(), added.location()), (303, "/glossary/region".to_owned()));
    let area =
        "name=Planning+area&definition=A+part+that+is+planned+as+one.&also_called=District&sector=geospatial&column_names=area_code&parent=region";
    let changed = post(&world, &keeper, "/glossary/planning-area/edit", area).await;
    assert_eq!((changed.status.as_u16(), changed.location()), (303, "/glossary/planning-area".to_owned()));
    let page = world.get("/glossary/planning-area", cookie).await.body;
    assert!(page.contains("Broader term") && page.contains("href=\"/glossary/region\"") && page.contains("href=\"/glossary/planning-area/edit\""));
    assert!(page.contains("History") && page.contains("mei") && page.contains("A document") && page.contains("broader term was"));
    assert!(world.get("/glossary/region", cookie).await.body.contains("Narrower terms"));
    let tree = world.get("/glossary?view=tree", cookie).await.body;
    assert!(tree.find("/glossary/region\"").unwrap() < tree.find("/glossary/planning-area\"").unwrap() && tree.contains("term-tree"));

    for (path, fields, field) in [
        ("/glossary/new", region, "name"),
        ("/glossary/new", "name=Street&definition=short&sector=geospatial", "definition"),
        ("/glossary/new", "name=Street&definition=A+way+with+a+name.", "sector"),
        ("/glossary/new", "name=Street&definition=A+way+with+a+name.&sector=-", "sector"),
        ("/glossary/new", "name=Street&definition=A+way+with+a+name.&sector=geospatial&parent=nowhere", "parent"),
        ("/glossary/region/edit", "name=Region&definition=A+part+of+the+country.&sector=geospatial&parent=planning-area", "parent"),
    ] {
        let answer = post(&world, &keeper, path, fields).await;
        assert!(answer.status == 422 && answer.body.contains(&format!("href=\"#{field}\"")), "{path} {fields}: {}", answer.status);
    }
    let kept = post(&world, &keeper, "/glossary/new", "name=Street&definition=%3Cb%3E&sector=geospatial").await.body;
    assert!(kept.contains("value=\"Street\"") && kept.contains("&lt;b&gt;</textarea>"));

    let one = world.get("/api/v1/glossary/region", cookie).await.body;
    let one: serde_json::Value = serde_json::from_str(&one).unwrap();
    assert!(one["narrower"] == serde_json::json!(["planning-area"]) && one["parent"].is_null() && one["retired_at"].is_null());
    let list = world.get("/api/v1/glossary", cookie).await.body;
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!((&list["terms"][0]["slug"], &list["terms"][0]["parent"]), (&"planning-area".into(), &"region".into()));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_term_goes_out_of_use_when_no_column_carries_it(pool: PgPool) {
    let world = world(pool.clone()).await;
    let keeper = world.visitor("mei", &[(Role::TcCurator, Scope::Sector(SECTOR.parse().unwrap()))]).await;
    let cookie = Some(keeper.cookie.as_str());
    let (edit, retire) = ("/glossary/planning-area/edit", "/glossary/planning-area/retire");
    assert!(post(&world, &keeper, retire, "reason=no").await.body.contains("Say why"));
    let carried = post(&world, &keeper, retire, "reason=Nobody+says+it").await;
    assert!(carried.status == 422 && carried.body.contains("ssot-a.busroutes-dp.stops.area_code"));

    // A centre that keeps a term need not know of every product that carries it.
    pool.execute(
        "INSERT INTO sector VALUES ('00000000-0000-7000-8000-0000000000e1', 'business', 'Business', 'Business trusted centre');
         UPDATE glossary_term SET sector_id = '00000000-0000-7000-8000-0000000000e1'; UPDATE product SET visibility = 'hidden'",
    )
    .await
    .unwrap();
    let elsewhere = world.visitor("elsewhere", &[(Role::TcCurator, Scope::Sector("00000000-0000-7000-8000-0000000000e1".parse().unwrap()))]).await;
    let carried = post(&world, &elsewhere, retire, "reason=Nobody+says+it").await;
    assert!(carried.status == 422 && !carried.body.contains("busroutes") && carried.body.contains("not shown to you"));
    pool.execute("UPDATE glossary_term SET sector_id = '00000000-0000-7000-8000-000000000001'").await.unwrap();

    let uncarried = "name=Planning+area&definition=A+part+that+is+planned+as+one.&sector=geospatial";
    assert_eq!(post(&world, &keeper, edit, uncarried).await.status, 303);
    for _ in 0..2 {
        assert_eq!(post(&world, &keeper, retire, "reason=Nobody+says+it").await.status, 303);
    }
    assert!(!world.get("/glossary", cookie).await.body.contains("/glossary/planning-area"));
    let page = world.get("/glossary/planning-area", cookie).await.body;
    assert!(page.contains("Out of use since") && page.contains("Why: Nobody says it") && page.contains("Bring the term back"));
    assert_eq!(world.get("/glossary/planning-area/format", cookie).await.status, 404);
    assert!(world.get(edit, cookie).await.body.contains("Save and bring back"));
    assert_eq!(post(&world, &keeper, edit, uncarried).await.status, 303);
    assert!(world.get("/glossary", cookie).await.body.contains("/glossary/planning-area"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_else_keeps_a_centres_terms(pool: PgPool) {
    let world = world(pool.clone()).await;
    let others = [
        world.visitor("officer", &[]).await,
        world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await,
        world.visitor("elsewhere", &[(Role::TcCurator, Scope::Sector("00000000-0000-7000-8000-000000000000".parse().unwrap()))]).await,
        world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await,
    ];
    let fields = "name=Area&definition=A+part+of+the+country.&sector=geospatial&reason=Nobody+says+it";
    for other in &others {
        let (edit, retire) = ("/glossary/planning-area/edit", "/glossary/planning-area/retire");
        assert_eq!(world.get(edit, Some(&other.cookie)).await.status, 403);
        assert!(!world.get("/glossary/planning-area", Some(&other.cookie)).await.body.contains(edit));
        for path in [edit, retire] {
            assert_eq!(post(&world, other, path, fields).await.status, 403, "{path}");
        }
        let added = post(&world, other, "/glossary/new", fields).await.status.as_u16();
        assert!([403, 422].contains(&added), "{added}");
    }
    let office = &others[3];
    assert_eq!(post(&world, office, "/glossary/new", "name=Area&definition=A+part+of+the+country.&sector=-").await.status, 303);
    let mut conn = pool.acquire().await.unwrap();
    let terms = glossary::terms(&mut conn).await.unwrap();
    assert_eq!(terms.iter().map(|term| (term.name.as_str(), term.sector.is_some())).collect::<Vec<_>>(), [("Area", false), ("Planning area", true)]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_administrator_adds_a_set_of_phrases(pool: PgPool) {
    let world = world(pool.clone()).await;
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let cookie = Some(administrator.cookie.as_str());
    assert!(world.get("/admin/synonyms", cookie).await.body.contains("No sets yet."));
    let added = post(&world, &administrator, "/admin/synonyms", "words=Car++Park%2C+carpark%0D%0Aparking+lot&note=Field+words").await;
    assert_eq!((added.status.as_u16(), added.location()), (303, "/admin/synonyms?done=added".to_owned()));
    let page = world.get(&added.location(), cookie).await.body;
    assert!(page.contains("car park, carpark, parking lot") && page.contains("Field words") && page.contains("by admin.teo"));
    assert!(page.contains("The set was added."));
    let long = format!("words=bus%2C+coach&note={}", "x".repeat(501));
    for (fields, field, message) in [
        ("words=carpark%2C+parking+lot%2C+CAR+PARK&note=again", "words", "There is a set of exactly these phrases."),
        ("words=%3Cb%3Ebus&note=kept", "words", "Enter at least two different phrases"),
        ("note=", "words", "Enter at least two different phrases"),
        (long.as_str(), "note", "Shorten the note"),
    ] {
        let answer = post(&world, &administrator, "/admin/synonyms", fields).await;
        assert_eq!(answer.status, 422, "{fields}");
        assert!(answer.body.contains(message) && answer.body.contains(&format!("href=\"#{field}\"")), "{fields}");
    }
    let kept = post(&world, &administrator, "/admin/synonyms", "words=%3Cb%3Ebus&note=kept").await.body;
    assert!(kept.contains("&lt;b&gt;bus</textarea>") && kept.contains("value=\"kept\""));
    let mut conn = pool.acquire().await.unwrap();
    assert_eq!(glossary::synonyms(&mut conn).await.unwrap().len(), 1);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_administrator_changes_a_set_and_removes_it_after_a_question(pool: PgPool) {
    let world = world(pool.clone()).await;
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let cookie = Some(administrator.cookie.as_str());
    let id = trains(&world).await;
    let (at, removal) = (format!("/admin/synonyms/{id}"), format!("/admin/synonyms/{id}/remove"));
    let list = world.get("/admin/synonyms", cookie).await.body;
    assert!(list.contains(&format!("href=\"{at}\"")) && list.contains(&format!("href=\"{removal}\"")));
    assert!(world.get("/admin/synonyms?q=TRAI", cookie).await.body.contains(&removal));
    let none = world.get("/admin/synonyms?q=%3Cbus", cookie).await.body;
    assert!(none.contains("No set has these words.") && !none.contains(&removal) && none.contains("value=\"&lt;bus\""));
    assert!(world.get(&at, cookie).await.body.contains("mrt, train</textarea>"));

    let wrong = post(&world, &administrator, &at, "words=metro&note=kept").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("metro</textarea>") && wrong.body.contains("mrt, train") && wrong.body.contains("href=\"#words\""));
    let changed = post(&world, &administrator, &at, "words=mrt%2C+train%2C+Metro&note=Rail").await;
    assert_eq!((changed.status.as_u16(), changed.location()), (303, "/admin/synonyms?done=changed".to_owned()));
    post(&world, &administrator, "/admin/synonyms", "words=bus%2C+coach").await;
    let taken = post(&world, &administrator, &at, "words=coach%2C+bus").await;
    assert!(taken.status == 422 && taken.body.contains("There is a set of exactly these phrases."));

    let question = world.get(&removal, cookie).await.body;
    assert!(question.contains("metro, mrt, train") && question.contains("Keep it"));
    let mut conn = pool.acquire().await.unwrap();
    assert_eq!(glossary::synonyms(&mut conn).await.unwrap().len(), 2, "asking removes nothing");
    let removed = post(&world, &administrator, &removal, "").await;
    assert_eq!((removed.status.as_u16(), removed.location()), (303, "/admin/synonyms?done=removed".to_owned()));
    for path in [&at, &removal] {
        assert_eq!(world.get(path, cookie).await.status, 404);
        assert_eq!(post(&world, &administrator, path, "words=a%2C+b").await.status, 404);
    }
    assert_eq!(world.get("/admin/synonyms/nonsense", cookie).await.status, 404);

    let details: Vec<String> = sqlx::query_scalar("SELECT detail FROM audit_event WHERE object_id = $1 AND actor_id = $2 ORDER BY id")
        .bind(id.0)
        .bind(administrator.person.0)
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(details, ["changed: mrt, train to: metro, mrt, train", "removed: metro, mrt, train"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_else_changes_or_sees_the_sets(pool: PgPool) {
    let world = world(pool.clone()).await;
    let at = format!("/admin/synonyms/{}", trains(&world).await);
    let others = [world.visitor("officer", &[]).await, world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await];
    for other in &others {
        for path in ["/admin/synonyms".to_owned(), at.clone(), format!("{at}/remove")] {
            let page = world.get(&path, Some(&other.cookie)).await;
            assert!(page.status == 403 && !page.body.contains("mrt"), "{path}");
            assert_eq!(post(&world, other, &path, "words=bus%2C+coach").await.status, 403, "{path}");
        }
    }
    let mut conn = pool.acquire().await.unwrap();
    let sets = glossary::synonyms(&mut conn).await.unwrap();
    assert!(sets.len() == 1 && sets[0].words == ["mrt", "train"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn of_many_sets_those_changed_last_are_shown(pool: PgPool) {
    let world = world(pool.clone()).await;
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let cookie = Some(administrator.cookie.as_str());
    pool.execute(
        "INSERT INTO search_synonym (id, words, changed_at)
         SELECT gen_random_uuid(), ARRAY['early ' || n, 'soon ' || n], '2026-01-01' FROM generate_series(1, 150) n",
    )
    .await
    .unwrap();
    post(&world, &administrator, "/admin/synonyms", "words=zulu%2C+zebra").await;
    let page = world.get("/admin/synonyms", cookie).await.body;
    assert!(page.contains("Sets (151)") && page.contains("The 100 changed last are shown."));
    assert!(page.contains("zebra, zulu") && !page.contains("early 99, soon 99"));
    let found = world.get("/admin/synonyms?q=early+99", cookie).await.body;
    assert!(found.contains("early 99, soon 99") && !found.contains("changed last"));
}
