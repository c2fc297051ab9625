//! The glossary in the record: what a change leaves behind, and what a reader may learn from it.

mod keep;
mod polysemes;

use super::*;
use crate::PgPool;
use crate::organisation::{NewRole, ensure_person, ensure_sector, grant_role};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::Origin;
use domain::glossary::{SynonymSet, TermDocument, synonym_set};
use domain::organisation::{Role, Scope};
use sqlx::{Executor, PgConnection};
use std::sync::atomic::{AtomicU8, Ordering};

fn start() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

fn ids() -> Ids {
    let next = AtomicU8::new(0);
    Ids::new(move || [next.fetch_add(1, Ordering::Relaxed); 10])
}

fn planning_area() -> TermDocument {
    TermDocument {
        slug: "planning-area".into(),
        name: "Planning area".into(),
        definition: "One of the parts into which the country is planned.".into(),
        sector: Some("geospatial".into()),
        parent: None,
        also_called: vec!["District".into()],
        column_names: vec!["area_code".into()],
        format: None,
    }
}

/// What the trail holds, as (action, detail).
async fn left_behind(conn: &mut PgConnection) -> Vec<(String, String)> {
    let events =
        sqlx::query!(r#"SELECT action, detail AS "detail!" FROM audit_event WHERE detail IS NOT NULL AND object_kind <> 'person' ORDER BY id"#)
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    events.into_iter().map(|row| (row.action, row.detail)).collect()
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_term_is_written_once_and_again_when_it_differs(pool: PgPool) {
    let (mut conn, ids) = (pool.acquire().await.unwrap(), ids());
    sqlx::query!("SET ROLE pasar_portal").execute(&mut *conn).await.unwrap();
    let document = planning_area();
    assert!(ensure_terms(&mut conn, std::slice::from_ref(&document), &ids, start()).await.is_err(), "its sector does not exist");
    ensure_sector(&mut conn, "geospatial", "Geospatial", "Trusted centre", &ids, start()).await.unwrap();
    let rain = TermDocument { slug: "rainfall".into(), ..document.clone() };
    assert_eq!(ensure_terms(&mut conn, &[document.clone(), rain.clone()], &ids, start()).await.unwrap(), 2);
    assert_eq!(ensure_terms(&mut conn, &[document.clone(), rain.clone()], &ids, start()).await.unwrap(), 0);
    let first = term(&mut conn, "planning-area").await.unwrap().unwrap();
    assert_eq!(first.sector.as_ref().map(|sector| sector.title.as_str()), Some("Geospatial"));
    let everyones = TermDocument { sector: None, ..document };
    assert_eq!(ensure_terms(&mut conn, &[rain, everyones], &ids, start()).await.unwrap(), 1);
    let second = term(&mut conn, "planning-area").await.unwrap().unwrap();
    assert_eq!((second.id, second.sector), (first.id, None));
    assert_eq!(term(&mut conn, "nowhere").await.unwrap(), None);
    let events = left_behind(&mut conn).await;
    let changed = ["planning-area", "rainfall", "planning-area"].map(|slug| ("glossary.change".to_owned(), slug.to_owned()));
    assert_eq!(events, changed);
}

#[sqlx::test(migrations = "../../migrations")]
async fn words_narrow_the_list(pool: PgPool) {
    let (mut conn, ids) = (pool.acquire().await.unwrap(), ids());
    let area = TermDocument { sector: None, ..planning_area() };
    let rain =
        TermDocument { slug: "rainfall".into(), name: "Rainfall".into(), definition: "100% water.".into(), also_called: vec![], ..area.clone() };
    ensure_terms(&mut conn, &[rain, area], &ids, start()).await.unwrap();
    assert_eq!(terms(&mut conn).await.unwrap().len(), 2);
    for (words, expected) in [
        ("", vec!["planning-area", "rainfall"]),
        ("DISTRICT", vec!["planning-area"]),
        ("country planning", vec!["planning-area"]),
        ("country rain", vec![]),
        ("%", vec!["rainfall"]),
    ] {
        let found: Vec<String> = terms_with(&mut conn, words).await.unwrap().into_iter().map(|line| line.slug).collect();
        assert_eq!(found, expected, "{words}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn where_a_term_is_used_tells_nothing_of_hidden_products(pool: PgPool) {
    pool.execute(include_str!("../../../../server/tests/portal/common/rows.sql")).await.unwrap();
    pool.execute(
        "DELETE FROM agreement;
         INSERT INTO dataset (id, product_id, name, title, position)
             SELECT '00000000-0000-7000-8000-0000000000b1', id, 'stops', 'Stops', 0 FROM product;
         INSERT INTO data_column VALUES
             ('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000b1', 0, 'AREA_CODE', 'text', NULL, false, false,
              'official-open', 'non-sensitive', 'none')",
    )
    .await
    .unwrap();
    let (mut conn, ids) = (pool.acquire().await.unwrap(), ids());
    let reader = ensure_person(&mut conn, "a@example.invalid", "A", None, &ids, start()).await.unwrap();
    let names = ["area_code".to_owned()];
    let found = uses(&mut conn, reader, &names, 10, start()).await.unwrap();
    assert_eq!(found.iter().map(|one| (one.address.as_str(), one.column.as_str())).collect::<Vec<_>>(), [("ssot-a.busroutes-dp", "AREA_CODE")]);
    assert!(uses(&mut conn, reader, &["area".to_owned()], 10, start()).await.unwrap().is_empty());
    assert!(uses(&mut conn, reader, &[], 10, start()).await.unwrap().is_empty());
    sqlx::query!("UPDATE product SET visibility = 'hidden'").execute(&mut *conn).await.unwrap();
    assert!(uses(&mut conn, reader, &names, 10, start()).await.unwrap().is_empty());
    let auditor = NewRole { person: reader, role: Role::Auditor, scope: Scope::Whole, by: None, until: None, origin: Origin::default() };
    grant_role(&mut conn, &auditor, &ids, start()).await.unwrap();
    assert_eq!(uses(&mut conn, reader, &names, 10, start()).await.unwrap().len(), 1);
}

fn set(phrases: &str, note: Option<&str>) -> SynonymSet {
    SynonymSet { words: synonym_set([phrases]).unwrap(), note: note.map(str::to_owned) }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_set_is_there_once_and_goes_when_it_is_removed(pool: PgPool) {
    let (mut conn, ids, here) = (pool.acquire().await.unwrap(), ids(), Origin::default());
    sqlx::query!("SET ROLE pasar_portal").execute(&mut *conn).await.unwrap();
    let actor = ensure_person(&mut conn, "a@example.invalid", "A Teo", None, &ids, start()).await.unwrap();
    let rail = add_synonym(&mut conn, actor, &set("MRT, train", Some("Rail")), &here, &ids, start()).await.unwrap().unwrap();
    assert_eq!(add_synonym(&mut conn, actor, &set("train, mrt", None), &here, &ids, start()).await.unwrap(), None);
    let bus = add_synonym(&mut conn, actor, &set("bus, coach", None), &here, &ids, start()).await.unwrap().unwrap();
    let listed = synonyms(&mut conn).await.unwrap();
    let shown: Vec<_> = listed.iter().map(|one| (one.words.join(" = "), one.note.clone(), one.changed_by.clone())).collect();
    assert_eq!(shown, [("bus = coach".into(), None, Some("A Teo".into())), ("mrt = train".into(), Some("Rail".into()), Some("A Teo".into()))]);
    assert!(remove_synonym(&mut conn, actor, bus, &here, start()).await.unwrap());
    assert!(!remove_synonym(&mut conn, actor, bus, &here, start()).await.unwrap());
    assert_eq!(synonym(&mut conn, bus).await.unwrap(), None);
    assert_eq!(synonym(&mut conn, rail).await.unwrap().unwrap().words, ["mrt", "train"]);
    let events = left_behind(&mut conn).await;
    let details: Vec<_> = events.iter().map(|(action, detail)| format!("{action} {detail}")).collect();
    assert_eq!(details, ["synonym.change added: mrt, train", "synonym.change added: bus, coach", "synonym.change removed: bus, coach"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_set_changes_unless_another_has_the_phrases(pool: PgPool) {
    let (mut conn, ids, here) = (pool.acquire().await.unwrap(), ids(), Origin::default());
    sqlx::query!("SET ROLE pasar_portal").execute(&mut *conn).await.unwrap();
    let actor = ensure_person(&mut conn, "a@example.invalid", "A Teo", None, &ids, start()).await.unwrap();
    assert_eq!(begin_with_synonyms(&mut conn, &[set("mrt, train", None), set("bus, coach", None)], &ids, start()).await.unwrap(), 2);
    let [bus, rail] = synonyms(&mut conn).await.unwrap().try_into().unwrap();
    assert_eq!(rail.changed_by, None);
    let wider = set("mrt, train, metro", Some("Rail"));
    for (id, wanted, expected) in [
        (rail.id, &wider, Changed::Done),
        (rail.id, &wider, Changed::Done),
        (rail.id, &set("mrt, train, metro", None), Changed::Done),
        (bus.id, &wider, Changed::Known),
    ] {
        assert_eq!(change_synonym(&mut conn, actor, id, wanted, &here, start()).await.unwrap(), expected);
    }
    let now = synonym(&mut conn, rail.id).await.unwrap().unwrap();
    assert_eq!((now.words, now.note, now.changed_by), (wider.words.clone(), None, Some("A Teo".into())));
    assert!(remove_synonym(&mut conn, actor, rail.id, &here, start()).await.unwrap());
    assert_eq!(change_synonym(&mut conn, actor, rail.id, &wider, &here, start()).await.unwrap(), Changed::Gone);
    assert_eq!(begin_with_synonyms(&mut conn, &[set("mrt, train", None)], &ids, start()).await.unwrap(), 0, "what was removed stays removed");
    let events = left_behind(&mut conn).await;
    let details: Vec<_> = events.iter().skip(2).map(|(_, detail)| detail.as_str()).collect();
    assert_eq!(details, ["changed: mrt, train to: metro, mrt, train", "changed the note: metro, mrt, train", "removed: metro, mrt, train"]);
}
