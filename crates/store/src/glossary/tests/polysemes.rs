//! Formats of terms, which columns carry them, and what is written down of their values.

use super::*;
use domain::glossary::{Carrying, FormatForm, FormatRule, check_format};
use domain::id::{PersonId, ProductId, TermId};

const PRODUCT: &str = "00000000-0000-7000-8000-000000000005";

fn form(pattern: &str, example: &str) -> FormatForm {
    FormatForm { pattern: pattern.into(), description: "As it is written.".into(), example: example.into(), ..FormatForm::default() }
}

fn format(pattern: &str, example: &str) -> FormatRule {
    check_format(&form(pattern, example)).unwrap()
}

/// One product with the columns `area_code` and `zone`, at a source; who looks after it; and a polyseme that the first carries by its name.
async fn world(pool: &PgPool, ids: &Ids) -> (sqlx::pool::PoolConnection<sqlx::Postgres>, PersonId, TermId) {
    pool.execute(include_str!("../../../../../server/tests/portal/common/rows.sql")).await.unwrap();
    pool.execute("DELETE FROM agreement").await.unwrap();
    described(pool, "area_code").await;
    let mut conn = pool.acquire().await.unwrap();
    let owner = ensure_person(&mut conn, "o@example.invalid", "O Tan", None, ids, start()).await.unwrap();
    sqlx::query("SET ROLE pasar_portal").execute(&mut *conn).await.unwrap();
    let document = TermDocument { format: Some(form("[A-Z]{2}", "AM")), ..planning_area() };
    assert_eq!(ensure_terms(&mut conn, std::slice::from_ref(&document), ids, start()).await.unwrap(), 1);
    assert_eq!(ensure_terms(&mut conn, &[document], ids, start()).await.unwrap(), 0);
    let id = term(&mut conn, "planning-area").await.unwrap().unwrap().id;
    (conn, owner, id)
}

/// The product's document, with one column's name; written again it is written anew.
async fn described(pool: &PgPool, column: &str) {
    let statement = format!(
        "DELETE FROM dataset;
         INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position) VALUES
             ('00000000-0000-7000-8000-0000000000b1', '{PRODUCT}', 'stops', 'Stops', 'ssot', 'stops', 0);
         INSERT INTO data_column SELECT gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', n, name, 'text', NULL, false, false, 'official-open',
             'non-sensitive', 'none' FROM unnest(ARRAY['{column}', 'zone']) WITH ORDINALITY AS u(name, n)"
    );
    pool.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
}

fn product() -> ProductId {
    PRODUCT.parse().unwrap()
}

fn place(column: &str) -> Place<'_> {
    Place { product: product(), address: "ssot-a.busroutes-dp", dataset: "stops", column }
}

async fn carried(conn: &mut PgConnection) -> Vec<(String, Carrying)> {
    concepts_of(conn, product()).await.unwrap().into_iter().map(|one| (one.column, one.state)).collect()
}

#[sqlx::test(migrations = "../../migrations")]
async fn columns_carry_what_their_names_say_until_somebody_says_otherwise(pool: PgPool) {
    let ids = ids();
    let (mut conn, owner, _) = world(&pool, &ids).await;
    let here = Origin::default();
    let area = term(&mut conn, "planning-area").await.unwrap().unwrap();
    assert_eq!(carried(&mut conn).await, [("area_code".into(), Carrying::Carries)]);
    // Described anew, under another name and back: the record follows.
    described(&pool, "area").await;
    assert_eq!(carried(&mut conn).await, []);
    described(&pool, "AREA_CODE").await;
    assert_eq!(carried(&mut conn).await, [("AREA_CODE".into(), Carrying::Carries)]);

    say(&mut conn, owner, place("AREA_CODE"), &area, false, &here, start()).await.unwrap();
    assert!(propose(&mut conn, owner, place("zone"), &area, &here, start()).await.unwrap());
    assert!(!propose(&mut conn, owner, place("zone"), &area, &here, start()).await.unwrap());
    assert!(!propose(&mut conn, owner, place("AREA_CODE"), &area, &here, start()).await.unwrap(), "who looks after it has the last word");
    described(&pool, "AREA_CODE").await;
    assert_eq!(carried(&mut conn).await, [("AREA_CODE".into(), Carrying::Refused), ("zone".into(), Carrying::Proposed)], "no document overwrites it");
    say(&mut conn, owner, place("zone"), &area, true, &here, start()).await.unwrap();

    // A column carries one concept.
    let other = TermDocument { slug: "subzone".into(), column_names: vec![], format: Some(form("[A-Z]{4}", "AMSZ")), ..planning_area() };
    ensure_terms(&mut conn, &[other], &ids, start()).await.unwrap();
    let subzone = term(&mut conn, "subzone").await.unwrap().unwrap();
    say(&mut conn, owner, place("zone"), &subzone, true, &here, start()).await.unwrap();
    let all = concepts_of(&mut conn, product()).await.unwrap();
    let carrying: Vec<_> = all.iter().filter(|one| one.state == Carrying::Carries).map(|one| (one.column.as_str(), one.slug.as_str())).collect();
    assert_eq!(carrying, [("zone", "subzone")]);
    assert_eq!(all.iter().find(|one| one.column == "zone").and_then(|one| one.said_by.as_deref()), Some("O Tan"));

    let said: Vec<String> =
        left_behind(&mut conn).await.into_iter().filter(|(action, _)| action != "glossary.change").map(|(_, said)| said).collect();
    assert_eq!(
        said,
        [
            "planning-area version 1: pattern [A-Z]{2}; example AM; As it is written.",
            "stops.AREA_CODE: planning-area, refused",
            "stops.zone: planning-area, proposed",
            "stops.zone: planning-area, carries",
            "subzone version 1: pattern [A-Z]{4}; example AMSZ; As it is written.",
            "stops.zone: subzone, carries",
        ]
    );
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_format_that_somebody_changed_is_theirs_and_not_the_documents(pool: PgPool) {
    let ids = ids();
    let (mut conn, keeper, id) = world(&pool, &ids).await;
    let here = Origin::default();
    let area = term(&mut conn, "planning-area").await.unwrap().unwrap();
    let document = |pattern: &str| TermDocument { format: Some(form(pattern, "AM")), ..planning_area() };
    assert_eq!(ensure_terms(&mut conn, &[document("[A-Z]{2,3}")], &ids, start()).await.unwrap(), 1);
    assert_eq!(polyseme(&mut conn, id).await.unwrap().unwrap().version, 2);
    let narrow = format("[A-Z][A-Z]", "BD");
    assert!(set_format(&mut conn, keeper, &area, &narrow, &here, start()).await.unwrap());
    assert!(!set_format(&mut conn, keeper, &area, &narrow, &here, start()).await.unwrap());
    assert_eq!(ensure_terms(&mut conn, &[document("[A-Z]{2}")], &ids, start()).await.unwrap(), 0);
    let now = polyseme(&mut conn, id).await.unwrap().unwrap();
    assert_eq!((now.version, now.format, now.changed_by.as_deref()), (3, narrow, Some("O Tan")));
    assert!(terms(&mut conn).await.unwrap()[0].polyseme);

    assert!(end_format(&mut conn, keeper, &area, "Nobody shares it", &here, start()).await.unwrap());
    assert!(!end_format(&mut conn, keeper, &area, "Nobody shares it", &here, start()).await.unwrap());
    assert_eq!(ensure_terms(&mut conn, &[document("[A-Z]{2}")], &ids, start()).await.unwrap(), 0, "no document brings it back");
    assert_eq!(polyseme(&mut conn, id).await.unwrap(), None);
    assert!(carried(&mut conn).await.is_empty() && !terms(&mut conn).await.unwrap()[0].polyseme);
    let wrong = ensure_terms(&mut conn, &[document("[A-Z]*")], &ids, start()).await;
    assert!(wrong.unwrap_err().to_string().contains("planning-area"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_due_is_taken_once_and_a_miss_is_told_once(pool: PgPool) {
    let ids = ids();
    let (mut conn, keeper, id) = world(&pool, &ids).await;
    let area = term(&mut conn, "planning-area").await.unwrap().unwrap();
    let [due] = checks_due(&mut conn, 9, start()).await.unwrap().try_into().unwrap();
    assert_eq!((due.column.as_str(), due.table.clone(), due.personal, due.version), ("area_code", Some(("ssot".into(), "stops".into())), false, 1));
    assert_eq!(checks_due(&mut conn, 9, start()).await.unwrap(), []);
    assert_eq!(checks_due(&mut conn, 9, start() + chrono::TimeDelta::days(7)).await.unwrap().len(), 1, "again after a week");

    for share in [98.7, 60.0, 40.5] {
        looked_at(&mut conn, &due, share, 10_000, start()).await.unwrap();
    }
    let concept = concepts_of(&mut conn, product()).await.unwrap().remove(0);
    assert_eq!(concept.look, Some(Look { at: start(), share: 40.5, looked: 10_000 }));
    assert!(concept.is_to_do());
    let missed =
        |all: Vec<(String, String)>| all.into_iter().filter(|(action, _)| action == "polyseme.miss").map(|(_, said)| said).collect::<Vec<_>>();
    assert_eq!(missed(left_behind(&mut conn).await), ["stops.area_code: planning-area, 60 % of 10000"]);
    not_looked_at(&mut conn, &due, "The source could not be reached.").await.unwrap();
    let concept = concepts_of(&mut conn, product()).await.unwrap().remove(0);
    assert!(concept.look.is_some() && concept.error.as_deref() == Some("The source could not be reached."), "what was counted stays");

    // Another rule: what was counted says nothing any more, nor does an answer that comes late.
    set_format(&mut conn, keeper, &area, &format("[A-Z]{3}", "AMK"), &Origin::default(), start()).await.unwrap();
    looked_at(&mut conn, &due, 100.0, 10_000, start()).await.unwrap();
    assert_eq!(concepts_of(&mut conn, product()).await.unwrap()[0].look, None);
    assert_eq!(checks_due(&mut conn, 9, start()).await.unwrap()[0].version, 2, "and is looked at at once");

    // Nobody asks a source of drafts, of tables that are nowhere, or for what somebody refused.
    for statement in [
        "UPDATE product SET status = 'draft'",
        "UPDATE product SET status = 'published'; UPDATE polyseme_column SET state = 'refused', origin = 'person', said_by = (SELECT id FROM person LIMIT 1)",
    ] {
        pool.execute("UPDATE polyseme_column SET check_at = 'epoch'").await.unwrap();
        pool.execute(statement).await.unwrap();
        assert_eq!(checks_due(&mut conn, 9, start()).await.unwrap(), [], "{statement}");
    }
    pool.execute(
        "UPDATE polyseme_column SET state = 'carries'; UPDATE data_column SET personal = 'direct'; DELETE FROM data_column WHERE name = 'zone'",
    )
    .await
    .unwrap();
    assert!(checks_due(&mut conn, 9, start()).await.unwrap()[0].personal);
    assert_eq!(polyseme(&mut conn, id).await.unwrap().unwrap().version, 2);
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_columns_of_a_concept_tell_nothing_of_hidden_products(pool: PgPool) {
    let ids = ids();
    let (mut conn, reader, id) = world(&pool, &ids).await;
    let found = carriers(&mut conn, reader, id, 10, start()).await.unwrap();
    assert_eq!(found.iter().map(|one| (one.address.as_str(), one.column.as_str())).collect::<Vec<_>>(), [("ssot-a.busroutes-dp", "area_code")]);
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    assert_eq!(carriers(&mut conn, reader, id, 10, start()).await.unwrap(), []);
}
