//! What search promises, on both engines.

use crate::world::{Engine, OFFICER, PRODUCTS, SECRET, World, filtered, product, words_of};
use search::{BEST, FacetKind, Instead, NOWHERE, SearchQuery, Sort};
use sqlx::{Executor, PgPool};
use std::collections::{BTreeMap, BTreeSet};

/// Each promise becomes a test on each engine.
macro_rules! promises {
    ($($promise:ident),* $(,)?) => {
        mod on_postgres {
            use super::*;
            $(#[sqlx::test(migrations = "../../migrations")]
            async fn $promise(pool: PgPool) {
                let world = World::new(pool, Engine::Postgres).await.unwrap();
                super::$promise(&world).await;
            })*
        }
        mod on_meilisearch {
            use super::*;
            $(#[sqlx::test(migrations = "../../migrations")]
            async fn $promise(pool: PgPool) {
                let Some(world) = World::new(pool, Engine::Meilisearch).await else { return };
                super::$promise(&world).await;
                world.end().await;
            })*
        }
    };
}

promises!(
    words_are_found_wherever_they_stand,
    what_columns_mean_is_found,
    mistakes_and_other_names_are_forgiven,
    a_known_word_always_finds_something,
    questions_are_read_past_their_small_words,
    what_is_exact_comes_first,
    every_place_is_explained,
    counts_hold_together,
    a_place_finds_what_covers_it,
    pages_follow_each_other,
    beyond_the_best_every_product_is_reached_once,
    nothing_found_helps_on,
    what_changes_is_found_again,
    the_same_event_twice_changes_nothing,
    a_reader_finds_what_is_theirs,
    what_is_typed_is_taken_further,
    a_promise_is_praised_once_it_is_kept_and_no_longer_when_it_breaks,
);

async fn first(world: &World, words: &str) -> String {
    world.titles(words).await.into_iter().next().unwrap_or_else(|| format!("nothing for {words}"))
}

async fn words_are_found_wherever_they_stand(world: &World) {
    for (words, wanted) in [
        ("dengue clusters", "Dengue Clusters"),
        ("clusters dengue", "Dengue Clusters"),
        ("girth", "Tree Inventory"),
        ("rar stops", "Bus Stops"),
        ("population 2020", "Resident Population by Planning Area, June 2020"),
        ("population single ye", "Resident Population by Single Year of Age"),
        ("bus stop code route", "Bus Routes"),
        ("counts vacancies", "Job Vacancies by Industry"),
        ("ＤＥＮＧＵＥ", "Dengue Clusters"),
    ] {
        assert_eq!(first(world, words).await, wanted, "{words}");
    }
    let inside = &world.find("girth").await.hits[0].inside;
    assert_eq!((inside[0].dataset.as_str(), inside[0].column.as_deref()), ("main", Some("girth")));
    assert_eq!(world.find("").await.total, 24);
    assert_eq!(world.find("the of").await.total, 24, "words that tell nothing ask for nothing");
}

async fn what_columns_mean_is_found(world: &World) {
    assert_eq!(world.find("waistline").await.total, 0);
    world
        .pool
        .execute(
            "INSERT INTO glossary_term (id, slug, name, definition, also_called, column_names, changed_at) VALUES
                 ('00000000-0000-0000-0000-0000000000c0', 'thickness', 'Trunk thickness', 'How thick a trunk is', ARRAY['waistline'], ARRAY['girth'], now())",
        )
        .await
        .unwrap();
    world.settle().await;
    for words in ["waistline", "trunk thickness", "tree waistline", "thikness"] {
        assert_eq!(first(world, words).await, "Tree Inventory", "{words}");
    }
    let hit = world.find("waistline").await.hits.remove(0);
    assert_eq!(hit.inside[0].column.as_deref(), Some("girth"), "the column that carries it is named");
    world.pool.execute("UPDATE glossary_term SET also_called = ARRAY['circumference'], changed_at = now()").await.unwrap();
    world.settle().await;
    assert_eq!(first(world, "circumference").await, "Tree Inventory");
    assert_eq!(world.find("waistline").await.total, 0, "what it is no longer called");
    world.pool.execute("DELETE FROM glossary_term").await.unwrap();
    world.settle().await;
    assert_eq!(world.find("circumference").await.total, 0);
}

async fn mistakes_and_other_names_are_forgiven(world: &World) {
    for (words, wanted) in [
        ("dengeu clusters", "Dengue Clusters"),
        ("unemplyoment rate", "Unemployment Rate, Quarterly"),
        ("unemplyomnt rate", "Unemployment Rate, Quarterly"),
        ("rainfal station", "Rainfall by Station, Daily"),
        ("hawker center", "Hawker Centres"),
        ("color taxis", "Colour of Taxis"),
        ("organization schools", "Organisation of Schools"),
        ("babies ethnic", "Live Births by Ethnic Group, Annual"),
        ("mrt ridership", "Rapid Transit Ridership by Month"),
        ("car park availability", "Carpark Availability"),
        ("vacancy industries", "Job Vacancies by Industry"),
        ("dengue clusters xyzzyx", "Dengue Clusters"),
    ] {
        assert_eq!(first(world, words).await, wanted, "{words}");
    }
    let found = world.find("dengeu ").await;
    assert_eq!(found.leniency.corrected, [("dengeu".to_owned(), vec!["dengue".to_owned()])]);
    assert!(world.find("dengue clusters xyzzyx").await.leniency.some_words_missing);
    let nothing = world.find("qqqqqqqqqq").await;
    assert!(nothing.hits.is_empty() && nothing.total == 0);
}

async fn a_known_word_always_finds_something(world: &World) {
    // A phrase with another name, neither of which any product has.
    world
        .pool
        .execute(
            "INSERT INTO search_synonym (id, words, changed_at)
             VALUES ('00000000-0000-0000-0000-0000000000b3', ARRAY['bus interchange', 'coach terminal'], now())",
        )
        .await
        .unwrap();
    world.settle().await;
    for (words, wanted) in [
        ("bus interchange", "Bus "),
        ("xyzzyx bus interchange qqqqqqq", "Bus "),
        ("xyzzyx qqqqqqq dengue wwwwwww kkkkkkk", "Dengue Clusters"),
        ("xyzzyx qqqqqqq tree wwwwwww inventory kkkkkkk jjjjjjj", "Tree Inventory"),
        ("xyzzyx qqqqqqq wwwwwww kkkkkkk jjjjjjj vvvvvvv zzzzzzz fffffff hawker ", "Hawker Centres"),
    ] {
        let found = world.find(words).await;
        let first = found.hits.first().map(|hit| hit.title.as_str());
        assert!(first.is_some_and(|title| title.starts_with(wanted)), "{words}: {first:?}");
        assert!(found.leniency.some_words_missing, "{words}: it is said");
    }
    // Two of the words before one of them.
    let found = world.titles("xyzzyx population qqqqqqq subzones wwwwwww single kkkkkkk").await;
    assert_eq!(found.first().map(String::as_str), Some("Resident Population by Single Year of Age"), "{found:?}");
    assert!(world.titles("xyzzyx qqqqqqq wwwwwww").await.is_empty());
}

async fn questions_are_read_past_their_small_words(world: &World) {
    for (words, wanted) in [
        ("how many babies do people get each year?", "Live Births by Ethnic Group, Annual"),
        ("which ways do buses take", "Bus "),
        ("where can I find hawker centres nearby", "Hawker Centres"),
        ("list of job vacancies", "Job Vacancies by Industry"),
        ("what is the number of tourist arrivals now", "Tourist Arrivals by Region"),
    ] {
        let found = world.find(words).await;
        let first = found.hits.first().map(|hit| hit.title.as_str());
        assert!(first.is_some_and(|title| title.starts_with(wanted)), "{words}: {first:?}");
        assert!(found.leniency.some_words_missing, "{words}: it is said");
    }
    // A small word that a title has still tells it from others.
    assert_eq!(first(world, "population year").await, "Resident Population by Single Year of Age");
}

async fn what_is_exact_comes_first(world: &World) {
    for (words, wanted) in [
        ("roads.p7", "Bus Routes"),
        ("src-12", "Dengue Clusters"),
        ("ds-13", "Hawker Centres"),
        ("bus stops", "Bus Stops"),
        ("  Tree inventory ", "Tree Inventory"),
    ] {
        let found = world.find(words).await;
        assert_eq!(found.hits[0].title, wanted, "{words}");
        assert!(found.hits[0].exact, "{words}");
        assert!(found.total >= 1);
    }
}

async fn every_place_is_explained(world: &World) {
    let found = world.find("resident population").await;
    let totals: Vec<f32> = found.hits.iter().map(|hit| hit.score.as_ref().unwrap().total).collect();
    assert!(totals.len() >= 3 && totals.is_sorted_by(|a, b| a >= b), "{totals:?}");
    for hit in &found.hits {
        let score = hit.score.as_ref().unwrap();
        let beside = score.counted.trust * score.standing.trust
            + score.counted.freshness * score.standing.freshness
            + score.counted.access * score.standing.access;
        assert!((score.total - score.words - beside).abs() < 1e-5);
        assert_eq!(score.found.len(), 2);
    }
}

async fn counts_hold_together(world: &World) {
    for query in [
        words_of(""),
        words_of("population"),
        filtered("", &[(FacetKind::Agency, "lta")]),
        filtered("bus", &[(FacetKind::Type, "aggregated"), (FacetKind::Type, "source-aligned")]),
    ] {
        let found = world.ask(OFFICER, &query).await;
        for facet in &found.facets {
            for value in &facet.values {
                // This value alone, with the other filters as they are.
                let mut narrowed = query.clone();
                narrowed.filters.insert(facet.kind, vec![value.value.clone()]);
                assert_eq!(world.ask(OFFICER, &narrowed).await.total, value.count, "{:?} {} in {query:?}", facet.kind, value.value);
            }
        }
    }
    let none = world.ask(OFFICER, &filtered("dengue", &[(FacetKind::Agency, "lta")])).await;
    assert_eq!(none.total, 0);
    assert!(
        none.facets.iter().any(|facet| facet.kind == FacetKind::Agency && facet.values.iter().any(|value| value.value == "dos" && value.count == 1))
    );
}

/// One about Bedok, one about Bedok and Woodlands, one about the whole country, and one whose dataset alone is.
const PLACES: &str = "UPDATE product SET covered_areas = '{BD}' WHERE title LIKE 'Live Births%';
    UPDATE product SET covered_areas = '{BD,WD}' WHERE title LIKE 'Resident Population%June 2019';
    UPDATE product SET place_whole = true WHERE title LIKE 'Resident Population%June 2020';
    UPDATE dataset SET place_whole = true WHERE title LIKE 'Resident Population by Single Year%';
    UPDATE product SET changed_at = changed_at WHERE title LIKE 'Resident Population by Single Year%'";

async fn a_place_finds_what_covers_it(world: &World) {
    assert_eq!(world.ask(OFFICER, &filtered("", &[(FacetKind::Place, "BD")])).await.total, 0, "nothing says where it is");
    world.pool.execute(PLACES).await.unwrap();
    world.settle().await;
    let counts = async |query: &SearchQuery| -> BTreeMap<String, i64> {
        let facets = world.ask(OFFICER, query).await.facets;
        let places = facets.into_iter().filter(|facet| facet.kind == FacetKind::Place);
        places.flat_map(|facet| facet.values).map(|value| (value.value, value.count)).collect()
    };
    for (words, areas, total) in [
        ("", &["BD"][..], 4),
        ("", &["WD"][..], 3),
        ("", &["AM"][..], 2),
        ("", &["BD", "WD"][..], 4),
        ("", &[NOWHERE][..], 0),
        ("population", &["BD"][..], 3),
        ("dengue", &["BD"][..], 0),
    ] {
        let filters: Vec<_> = areas.iter().map(|area| (FacetKind::Place, *area)).collect();
        let query = filtered(words, &filters);
        assert_eq!(world.ask(OFFICER, &query).await.total, total, "{words} {areas:?}");
        // Each count is what choosing that area alone would leave.
        let counted = counts(&query).await;
        for area in ["BD", "WD", "AM"].iter().filter(|_| words != "dengue") {
            let alone = world.ask(OFFICER, &filtered(words, &[(FacetKind::Place, *area)])).await.total;
            assert_eq!(counted.get(*area), Some(&alone), "{area} of {words} {areas:?}: {counted:?}");
        }
    }
    assert_eq!(counts(&words_of("")).await.len(), 55, "the whole country is every area");
    // Without it, only areas that something listed names are offered.
    world.pool.execute("UPDATE dataset SET place_whole = false; UPDATE product SET place_whole = false").await.unwrap();
    world.settle().await;
    assert_eq!(counts(&words_of("")).await, BTreeMap::from([("BD".to_owned(), 2), ("WD".to_owned(), 1)]));
    world.pool.execute("UPDATE product SET visibility = 'hidden' WHERE title LIKE 'Resident Population%June 2019'").await.unwrap();
    world.settle().await;
    assert_eq!(counts(&words_of("")).await, BTreeMap::from([("BD".to_owned(), 1)]));
    world.pool.execute("UPDATE product SET place_whole = true WHERE title LIKE 'Resident Population%June 2020'").await.unwrap();
    world.settle().await;
    assert_eq!(counts(&words_of("")).await.get("WD"), counts(&words_of("")).await.get("AM"), "nobody is told who names Woodlands");
}

async fn pages_follow_each_other(world: &World) {
    for words in ["", "table"] {
        for sort in Sort::ALL {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = world.ask(OFFICER, &SearchQuery { words: words.into(), sort, after, ..SearchQuery::default() }).await;
                assert_eq!(page.total, 24);
                seen.extend(page.hits.iter().map(|hit| hit.id));
                after = page.hits.last().map(|hit| hit.id);
                if !page.more {
                    break;
                }
            }
            assert_eq!(seen.len(), 24, "{words} {sort:?}");
            assert_eq!(seen.iter().map(|id| id.0).collect::<BTreeSet<_>>().len(), 24, "{words} {sort:?}");
        }
    }
    let titles: Vec<String> =
        world.ask(OFFICER, &SearchQuery { sort: Sort::Title, ..SearchQuery::default() }).await.hits.into_iter().map(|hit| hit.title).collect();
    assert_eq!(titles[0], "Bus Routes");
}

async fn beyond_the_best_every_product_is_reached_once(world: &World) {
    let many = BEST + 57;
    world.lamps(many).await;
    world.settle().await;
    let (mut seen, mut by_title, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let page = world.ask(OFFICER, &SearchQuery { after, ..words_of("lamp posts ") }).await;
        assert_eq!(usize::try_from(page.total).unwrap(), many);
        by_title.extend(page.hits.iter().skip(page.hits.len() - page.by_title).map(|hit| hit.title.clone()));
        assert!(by_title.is_empty() || seen.len() + page.hits.len() - page.by_title >= BEST, "the best come first");
        seen.extend(page.hits.iter().map(|hit| hit.id));
        after = page.hits.last().map(|hit| hit.id);
        assert_eq!(page.next_by_title, page.more && seen.len() >= BEST);
        if !page.more {
            break;
        }
    }
    assert_eq!((seen.len(), by_title.len()), (many, many - BEST));
    assert_eq!(seen.iter().map(|id| id.0).collect::<BTreeSet<_>>().len(), many, "each of them once");
    assert!(by_title.is_sorted(), "{by_title:?}");
}

async fn nothing_found_helps_on(world: &World) {
    for (query, wanted) in [
        (filtered("dengue", &[(FacetKind::Agency, "lta")]), vec![(FacetKind::Agency, 1)]),
        (filtered("dengue", &[(FacetKind::Agency, "lta"), (FacetKind::Type, "aggregated")]), vec![(FacetKind::Agency, 1)]),
        (filtered("dengue", &[(FacetKind::Agency, "lta"), (FacetKind::Type, "source-aligned")]), vec![]),
        (filtered("", &[(FacetKind::Agency, "lta"), (FacetKind::Format, "pdf")]), vec![(FacetKind::Format, 11)]),
        (filtered("dengeu", &[(FacetKind::Agency, "lta")]), vec![(FacetKind::Agency, 1)]),
        (words_of("dengue"), vec![]),
    ] {
        let found = world.ask(OFFICER, &query).await;
        assert_eq!(found.instead.without, wanted, "{query:?}");
        for (kind, left) in found.instead.without {
            let mut fewer = query.clone();
            fewer.filters.remove(&kind);
            assert_eq!(world.ask(OFFICER, &fewer).await.total, left, "{kind:?} of {query:?}");
        }
    }
    let near = world.find("buz ").await.instead.nearest;
    assert_eq!(near.iter().map(|near| near.word.as_str()).collect::<Vec<_>>(), ["bus"]);
    assert_eq!((near[0].typed.as_str(), near[0].words.as_str()), ("buz", "bus"));
    let near = world.find("zzebrass qqqq ").await.instead.nearest;
    assert_eq!(near[0].words, "zebra qqqq", "the other words stay");
    assert!(world.find(&near[0].words).await.total > 0);
    assert_eq!(world.find("bus").await.instead, Instead::default());
    world.pool.execute("UPDATE product SET visibility = 'hidden' WHERE title LIKE 'Zebra%'").await.unwrap();
    for moment in ["before search has caught up", "after"] {
        let near = world.find("zzebrass qqqq ").await.instead.nearest;
        assert!(near.iter().all(|near| near.word != "zebra"), "{moment}: {near:?}");
        world.settle().await;
    }
}

async fn what_changes_is_found_again(world: &World) {
    world.pool.execute("UPDATE product SET title = 'Otter Sightings' WHERE title = 'Tree Inventory'").await.unwrap();
    world.settle().await;
    assert_eq!(first(world, "otter").await, "Otter Sightings");
    assert_eq!(first(world, "oter sightings").await, "Otter Sightings", "new words are in the vocabulary");
    world.pool.execute("DELETE FROM product WHERE title = 'Otter Sightings'").await.unwrap();
    assert_eq!(world.find("otter").await.hits, [], "gone at once");
    world.settle().await;
    let after = world.find("otter sightings").await;
    assert_eq!((after.total, after.hits.len()), (0, 0));
    world.pool.execute("UPDATE agency SET title = 'Office of Numbers' WHERE slug = 'dos'").await.unwrap();
    world.settle().await;
    assert_eq!(world.find("office numbers").await.total, 13);
}

async fn the_same_event_twice_changes_nothing(world: &World) {
    let words =
        || async { sqlx::query_as::<_, (String, i32)>("SELECT word, products FROM search_word ORDER BY word").fetch_all(&world.pool).await.unwrap() };
    let (before, found) = (words().await, world.find("bus").await);
    world
        .pool
        .execute("UPDATE product SET changed_at = changed_at; UPDATE product SET changed_at = changed_at WHERE title LIKE 'Bus%'")
        .await
        .unwrap();
    world.settle().await;
    assert_eq!(words().await, before);
    assert_eq!(world.find("bus").await, found);
}

async fn what_is_typed_is_taken_further(world: &World) {
    for (typed, wanted) in [
        ("b", "Bus Stops"),
        ("bus r", "Bus Routes"),
        ("rainf", "Rainfall by Station, Daily"),
        ("denuge", "Dengue Clusters"),
        ("mrt", "Rapid Transit Ridership by Month"),
    ] {
        let found = world.suggest(OFFICER, typed).await;
        assert!(found.iter().any(|title| title == wanted), "{typed}: {found:?}");
    }
    assert!(world.suggest(OFFICER, "RAR").await.contains(&"Roads and Rails".to_owned()), "an agency by its abbreviation");
    assert_eq!(world.suggest(OFFICER, "  ").await, Vec::<String>::new());
    world.pool.execute("UPDATE product SET visibility = 'hidden' WHERE title LIKE 'Zebra%'").await.unwrap();
    world.settle().await;
    assert_eq!(world.suggest(OFFICER, "zebr").await, Vec::<String>::new());
    assert_eq!(world.suggest(crate::world::STEWARD, "zebra").await, ["Zebra Crossings under Review"]);
}

async fn a_reader_finds_what_is_theirs(world: &World) {
    world.pool.execute("UPDATE product SET visibility = 'hidden' WHERE title LIKE 'Zebra%'").await.unwrap();
    world.settle().await;
    let steward = world.ask(crate::world::STEWARD, &words_of("zebra crossings")).await;
    assert_eq!((steward.total, steward.hits[0].id.0), (1, product(SECRET)));
    assert_eq!(world.ask(crate::world::STEWARD, &words_of("")).await.total, 24);
    assert_eq!(world.ask(OFFICER, &words_of("")).await.total, 23);
}

async fn a_promise_is_praised_once_it_is_kept_and_no_longer_when_it_breaks(world: &World) {
    // Two of one kind, so that the words tell them apart by nothing.
    let (one, other) = (product(2), product(3));
    world
        .pool
        .execute(
            "UPDATE product SET title = 'Otter Sightings', updated_on = '2026-01-01' WHERE title LIKE 'Resident Population by Planning%';
             UPDATE data_sharing_agreement SET sharing = 'open'; UPDATE product SET product_type = 'source-aligned';
             INSERT INTO service_level (id, product_id, dimension, objective, target, unit, time_window, measured_how, position)
             SELECT gen_random_uuid(), id, 'Freshness', 'By nine', 99, '% of days', '30 days', 'By its team', 0 FROM product WHERE title = 'Otter Sightings'",
        )
        .await
        .unwrap();
    world.settle().await;
    let filter = async |value: &str| -> Vec<uuid::Uuid> {
        world.ask(OFFICER, &filtered("otter", &[(FacetKind::Trust, value)])).await.hits.into_iter().map(|hit| hit.id.0).collect()
    };
    let state = async |of: uuid::Uuid, state: &str| {
        sqlx::query("UPDATE service_level SET state = $2 WHERE product_id = $1").bind(of).bind(state).execute(&world.pool).await.unwrap();
        world.settle().await;
    };
    assert!(filter("promises-kept").await.is_empty(), "nobody measured");
    for (better, worse) in [(one, other), (other, one)] {
        state(better, "met").await;
        state(worse, "breached").await;
        let found = world.find("otter").await;
        let order: Vec<_> = found.hits.iter().map(|hit| (hit.id.0, hit.promises.measured, hit.promises.broken)).collect();
        assert_eq!(order, [(better, 1, 0), (worse, 1, 1)], "what is broken stands further down");
        assert!(found.hits[0].score.as_ref().unwrap().standing.trust > found.hits[1].score.as_ref().unwrap().standing.trust);
        assert_eq!((filter("promises-kept").await, filter("promises-broken").await), (vec![better], vec![worse]));
    }
    state(one, "at-risk").await;
    assert_eq!((filter("promises-kept").await, filter("promises-broken").await), (vec![other], vec![]));
}

#[sqlx::test(migrations = "../../migrations")]
async fn both_engines_find_the_same_in_the_same_order(pool: PgPool) {
    let Some(world) = World::new(pool, Engine::Meilisearch).await else { return };
    let alone = search::Searcher::new(None);
    let mut conn = world.pool.acquire().await.unwrap();
    let mut queries: Vec<SearchQuery> = PRODUCTS.iter().map(|(title, ..)| words_of(title)).collect();
    queries.extend(["bus", "population 2020", "babies", "parking rate", "annual count", "xyzzy table", ""].map(words_of));
    queries.extend(
        PRODUCTS
            .iter()
            .map(|(title, ..)| filtered(&title.to_lowercase().replace('e', ""), &[(FacetKind::Access, "open"), (FacetKind::Agency, "lta")])),
    );
    for query in queries {
        let here = alone.search(&mut conn, OFFICER, &query, crate::world::now()).await.unwrap();
        assert_eq!(world.ask(OFFICER, &query).await, here, "{query:?}");
    }
    world.end().await;
}
