//! What stands beside a product is the same whether another is hidden or was never there: in place, in order, and in what has no room.

use super::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sqlx::Connection;

/// Products that are held and have keys, of the sixty of their sector.
const PRODUCTS: u32 = 6;
const WORLDS: usize = 6;

/// Who holds which product, and the key that each product has.
type Lot = (Vec<(u32, u32)>, Vec<Option<&'static str>>);

fn lots() -> Vec<Lot> {
    let held = prop::collection::btree_set((1u32..=4, 1..=PRODUCTS), 8..22);
    let keys = prop::collection::vec(prop::option::of(prop::sample::select(vec!["stop_no", "postal", "uen"])), usize::try_from(PRODUCTS).unwrap());
    let lot = (held, keys).prop_map(|(held, keys)| (held.into_iter().collect::<Vec<_>>(), keys));
    let mut runner = TestRunner::deterministic();
    (0..WORLDS).map(|_| lot.new_tree(&mut runner).unwrap().current()).collect()
}

/// What one holder and one outsider are recommended beside every product but one.
async fn all_beside(conn: &mut PgConnection, but: u32) -> Vec<(u32, u32, Vec<Beside>)> {
    let mut all = vec![];
    for (reader, on) in [1, 5].into_iter().flat_map(|reader| (1..=PRODUCTS).map(move |on| (reader, on))).filter(|(_, on)| *on != but) {
        all.push((reader, on, now_beside(conn, reader, on).await));
    }
    all
}

async fn never_was(conn: &mut PgConnection, on: u32) {
    for forget in
        ["DELETE FROM agreement WHERE product_id = $1", "DELETE FROM request_part WHERE product_id = $1", "DELETE FROM product WHERE id = $1"]
    {
        sqlx::query(forget).bind(product(on).0).execute(&mut *conn).await.unwrap();
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_hidden_product_recommends_as_if_it_never_was(pool: PgPool) {
    let mut conn = record(&pool).await;
    let mut told = false;
    for (held, keys) in lots() {
        let mut tx = conn.begin().await.unwrap();
        for (holder, on) in &held {
            hold(&mut tx, *holder, *on, "active").await;
        }
        for (on, name) in (1u32..).zip(&keys) {
            if let Some(name) = name {
                key(&mut tx, on, name, "none").await;
            }
        }
        for on in 1..=PRODUCTS {
            let open = all_beside(&mut tx, on).await;
            sqlx::raw_sql("SAVEPOINT open").execute(&mut *tx).await.unwrap();
            hide(&mut tx, on).await;
            let hidden = all_beside(&mut tx, on).await;
            sqlx::raw_sql("ROLLBACK TO SAVEPOINT open").execute(&mut *tx).await.unwrap();
            never_was(&mut tx, on).await;
            let gone = all_beside(&mut tx, on).await;
            sqlx::raw_sql("ROLLBACK TO SAVEPOINT open").execute(&mut *tx).await.unwrap();
            assert_eq!(hidden, gone, "product {on} of {held:?} and {keys:?}");
            told |= open != hidden;
        }
        tx.rollback().await.unwrap();
    }
    assert!(told, "while they are listed, they are recommended");
}

async fn names_the_first(conn: &mut PgConnection) -> bool {
    reasons(conn, 5, 1).await.into_iter().any(|(address, _)| address == "d.p2")
}

/// Of somebody who holds more than are looked at, the last count. A hidden one among them takes nobody's room.
#[sqlx::test(migrations = "../../migrations")]
async fn a_hidden_product_takes_no_room(pool: PgPool) {
    let mut conn = record(&pool).await;
    let mut tx = conn.begin().await.unwrap();
    for (holder, on) in (1..=3).flat_map(|holder| (1..=52).map(move |on| (holder, on))) {
        hold(&mut tx, holder, on, "active").await;
    }
    // The one that was agreed on first, and would be named first.
    for change in
        ["UPDATE product SET title = 'A first one' WHERE id = $1", "UPDATE agreement SET made_at = made_at - interval '1 day' WHERE product_id = $1"]
    {
        sqlx::query(change).bind(product(2).0).execute(&mut *tx).await.unwrap();
    }
    assert!(!names_the_first(&mut tx).await, "fifty later ones are looked at");
    hide(&mut tx, 52).await;
    assert!(names_the_first(&mut tx).await, "of the fifty one is nobody's business");
}
