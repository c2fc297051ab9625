//! Terms that somebody writes on their pages, and broader ones.

use super::*;
use domain::glossary::{TermText, check_term};
use domain::id::PersonId;

fn text(name: &str, columns: &str) -> TermText {
    let form = domain::glossary::TermForm {
        name: name.into(),
        definition: format!("What {name} means to everyone."),
        also_called: String::new(),
        column_names: columns.into(),
    };
    check_term(&form).unwrap()
}

fn under(parent: &str) -> TermPlace {
    TermPlace { sector: None, parent: Some(parent.to_owned()).filter(|slug| !slug.is_empty()) }
}

fn document(slug: &str, parent: &str) -> TermDocument {
    let parent = Some(parent.to_owned()).filter(|slug| !slug.is_empty());
    TermDocument { slug: slug.into(), sector: None, parent, column_names: vec![], ..planning_area() }
}

async fn begun(pool: &PgPool, ids: &Ids) -> (sqlx::pool::PoolConnection<sqlx::Postgres>, PersonId) {
    let mut conn = pool.acquire().await.unwrap();
    let keeper = ensure_person(&mut conn, "o@example.invalid", "O Tan", None, ids, start()).await.unwrap();
    (conn, keeper)
}

async fn names(conn: &mut PgConnection, slug: &str) -> (Vec<String>, Vec<String>) {
    let id = term(conn, slug).await.unwrap().unwrap().id;
    let slugs = |all: Vec<Related>| all.into_iter().map(|one| one.slug).collect();
    (slugs(broader(conn, id).await.unwrap()), slugs(narrower(conn, id).await.unwrap()))
}

#[sqlx::test(migrations = "../../migrations")]
async fn documents_name_broader_terms_in_any_order_and_turn_them_around(pool: PgPool) {
    let ids = ids();
    let (mut conn, _) = begun(&pool, &ids).await;
    let tree = [document("zone", "area"), document("area", "region"), document("region", "")];
    assert_eq!(ensure_terms(&mut conn, &tree, &ids, start()).await.unwrap(), 3);
    assert_eq!(ensure_terms(&mut conn, &tree, &ids, start()).await.unwrap(), 0);
    assert_eq!(names(&mut conn, "zone").await.0, ["region", "area"]);
    assert_eq!(names(&mut conn, "region").await.1, ["area"]);
    let turned = [document("zone", ""), document("area", "zone"), document("region", "area")];
    assert_eq!(ensure_terms(&mut conn, &turned, &ids, start()).await.unwrap(), 3);
    assert_eq!(names(&mut conn, "region").await.0, ["zone", "area"]);
    let unknown = ensure_terms(&mut conn, &[document("zone", "nowhere")], &ids, start()).await;
    assert!(unknown.unwrap_err().to_string().contains("nowhere"));
    let circle = ensure_terms(&mut conn, &[document("zone", "region")], &ids, start()).await;
    assert!(circle.unwrap_err().to_string().contains("broader than itself"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn no_document_overwrites_what_a_person_wrote(pool: PgPool) {
    let (ids, here) = (ids(), Origin::default());
    let (mut conn, keeper) = begun(&pool, &ids).await;
    ensure_terms(&mut conn, &[document("area", ""), document("zone", "area")], &ids, start()).await.unwrap();
    let zone = term(&mut conn, "zone").await.unwrap().unwrap();
    for expected in ["zone", "zone"] {
        let done = change_term(&mut conn, keeper, &zone, &text("Zone", "zone"), &under(""), &here, start()).await.unwrap();
        assert_eq!(done, Kept::Done(expected.into()));
    }
    assert_eq!(ensure_terms(&mut conn, &[document("zone", "area")], &ids, start()).await.unwrap(), 0);
    let now = term(&mut conn, "zone").await.unwrap().unwrap();
    assert_eq!((now.name.as_str(), now.column_names.clone()), ("Zone", vec!["zone".to_owned()]));
    assert!(names(&mut conn, "zone").await.0.is_empty());
    let changes = term_changes(&mut conn, zone.id, 9).await.unwrap();
    let said: Vec<_> = changes.iter().map(|change| (change.by.as_deref(), change.what.clone().unwrap())).collect();
    assert_eq!(said.len(), 2, "one that is so already leaves no trace: {said:?}");
    assert!(said[0].0 == Some("O Tan") && said[0].1.contains("name was “Planning area”, is “Zone”") && said[0].1.contains("broader term was “area”"));
    assert_eq!(said[1], (None, "zone".to_owned()));
}

#[sqlx::test(migrations = "../../migrations")]
async fn no_term_is_broader_than_itself_and_none_is_there_twice(pool: PgPool) {
    let (ids, here) = (ids(), Origin::default());
    let (mut conn, keeper) = begun(&pool, &ids).await;
    for (name, parent, expected) in [
        ("Region", "", Kept::Done("region".into())),
        ("Area", "region", Kept::Done("area".into())),
        ("Zone", "area", Kept::Done("zone".into())),
        ("ZONE", "", Kept::Known("zone".into())),
        ("Street", "nowhere", Kept::NoParent),
    ] {
        assert_eq!(add_term(&mut conn, keeper, &text(name, ""), &under(parent), &here, &ids, start()).await.unwrap(), expected, "{name}");
    }
    let region = term(&mut conn, "region").await.unwrap().unwrap();
    for parent in ["zone", "region"] {
        let kept = change_term(&mut conn, keeper, &region, &text("Region", ""), &under(parent), &here, start()).await.unwrap();
        assert_eq!(kept, Kept::Circle, "{parent}");
    }
    assert_eq!(terms(&mut conn).await.unwrap().iter().map(|line| line.parent.as_deref()).collect::<Vec<_>>(), [Some("region"), None, Some("area")]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_term_goes_out_of_use_when_nothing_needs_it(pool: PgPool) {
    pool.execute(include_str!("../../../../../server/tests/portal/common/rows.sql")).await.unwrap();
    pool.execute(
        "DELETE FROM agreement;
         INSERT INTO dataset (id, product_id, name, title, position)
             SELECT '00000000-0000-7000-8000-0000000000b1', id, 'stops', 'Stops', 0 FROM product;
         INSERT INTO data_column VALUES
             ('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000b1', 0, 'ZONE', 'text', NULL, false, false,
              'official-open', 'non-sensitive', 'none')",
    )
    .await
    .unwrap();
    let (ids, here) = (ids(), Origin::default());
    let (mut conn, keeper) = begun(&pool, &ids).await;
    add_term(&mut conn, keeper, &text("Area", ""), &under(""), &here, &ids, start()).await.unwrap();
    add_term(&mut conn, keeper, &text("Zone", "zone"), &under("area"), &here, &ids, start()).await.unwrap();
    let [area, zone] = [term(&mut conn, "area").await.unwrap().unwrap(), term(&mut conn, "zone").await.unwrap().unwrap()];
    assert_eq!(retire_term(&mut conn, keeper, &area, "Nobody says it", &here, start()).await.unwrap(), Retired::Broader);
    assert_eq!(retire_term(&mut conn, keeper, &zone, "Nobody says it", &here, start()).await.unwrap(), Retired::Carried);

    pool.execute("DELETE FROM outbox").await.unwrap();
    change_term(&mut conn, keeper, &zone, &text("Zone", ""), &under("area"), &here, start()).await.unwrap();
    let waiting = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM outbox WHERE topic = 'search.product'").fetch_one(&pool).await.unwrap();
    assert_eq!(waiting, 1, "the product is not found by it any more");
    for expected in [Retired::Done, Retired::Already] {
        assert_eq!(retire_term(&mut conn, keeper, &zone, "Nobody says it", &here, start()).await.unwrap(), expected);
    }
    assert_eq!(terms(&mut conn).await.unwrap().len(), 1);
    assert_eq!(term(&mut conn, "zone").await.unwrap().unwrap().retired_at, Some(start()));
    assert_eq!(ensure_terms(&mut conn, &[document("zone", "")], &ids, start()).await.unwrap(), 0, "no document brings it back");
    let kept = add_term(&mut conn, keeper, &text("Street", ""), &under("zone"), &here, &ids, start()).await.unwrap();
    assert_eq!(kept, Kept::NoParent, "it is broader than nothing");
    assert_eq!(term_changes(&mut conn, zone.id, 9).await.unwrap()[0].reason.as_deref(), Some("Nobody says it"));
    change_term(&mut conn, keeper, &zone, &text("Zone", "zone"), &under("area"), &here, start()).await.unwrap();
    assert_eq!(terms(&mut conn).await.unwrap().len(), 2, "who keeps it does");
}
