//! Versions in the record: who makes one, who makes none, and that none ever changes.

use super::*;
use crate::PgPool;
use crate::testing::{PERSON, applied, prepared, start};
use domain::catalogue::{Distribution, ProductDocument, Sharing};
use sqlx::Executor;

fn document(title: &str, agreement: DataSharingAgreement) -> ProductDocument {
    ProductDocument { agreement, ..crate::testing::document(title) }
}

fn lasting(days: i32) -> DataSharingAgreement {
    DataSharingAgreement::plain(Sharing::Approval, Distribution::None, days)
}

fn by_page(days: i32) -> NewTerms {
    NewTerms { terms: lasting(days), change_note: "Shorter".into(), accept_by: "2026-12-31".parse().unwrap() }
}

/// Version, longest days, and who made it.
async fn versions(conn: &mut PgConnection, product: ProductId) -> Vec<(i32, i32, Option<String>)> {
    let mut found = vec![];
    for line in terms_history(conn, product).await.unwrap() {
        let whole = terms(conn, product, Some(line.version)).await.unwrap().unwrap();
        found.push((line.version, whole.terms.longest_days, line.made_by));
    }
    found
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_document_makes_a_version_only_when_it_says_other_terms(pool: PgPool) {
    let mut conn = prepared(&pool).await;
    let product = applied(&mut conn, &document("Buses", lasting(365)), start()).await;
    applied(&mut conn, &document("Bus routes", lasting(365)), start()).await;
    assert_eq!(versions(&mut conn, product).await, [(1, 365, None)], "another title is no other agreement");
    applied(&mut conn, &document("Bus routes", lasting(90)), start()).await;
    assert_eq!(versions(&mut conn, product).await, [(2, 90, None), (1, 365, None)]);
    let history = terms_history(&mut conn, product).await.unwrap();
    assert_eq!(history.iter().map(|line| line.accept_by).collect::<Vec<_>>(), ["2026-12-23".parse().ok(), None]);
    let trail: Vec<String> = sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = 'terms.publish'").fetch_all(&mut *conn).await.unwrap();
    assert_eq!(trail, ["version 2"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_the_owner_publishes_outlasts_a_document_that_says_the_same_again(pool: PgPool) {
    let mut conn = prepared(&pool).await;
    let product = applied(&mut conn, &document("Buses", lasting(365)), start()).await;
    let here = Origin::default();
    assert_eq!(publish_terms(&mut conn, PERSON, product, 1, &by_page(30), &here, start()).await.unwrap(), 2);
    applied(&mut conn, &document("Bus routes", lasting(365)), start()).await;
    assert_eq!(versions(&mut conn, product).await, [(2, 30, Some("A Teo".into())), (1, 365, None)]);
    applied(&mut conn, &document("Bus routes", lasting(180)), start()).await;
    assert_eq!(versions(&mut conn, product).await[0], (3, 180, None), "a document that says something new does count");
    let late = publish_terms(&mut conn, PERSON, product, 2, &by_page(60), &here, start()).await.unwrap_err();
    assert!(matches!(&late, StoreError::Conflict(message) if message.contains("Version 3")), "{late}");
    let current: i32 = sqlx::query_scalar("SELECT longest_days FROM data_sharing_agreement").fetch_one(&mut *conn).await.unwrap();
    assert_eq!(current, 180, "the current terms are where they always were");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_version_never_changes(pool: PgPool) {
    let mut conn = prepared(&pool).await;
    let product = applied(&mut conn, &document("Buses", lasting(365)), start()).await;
    for role in ["SET ROLE pasar_portal", "RESET ROLE"] {
        conn.execute(role).await.unwrap();
        for sql in ["UPDATE agreement_terms SET longest_days = 1", "DELETE FROM agreement_terms"] {
            assert!(conn.execute(sql).await.is_err(), "{role}: {sql}");
        }
    }
    // By whatever hand: a change of the current terms is a version, and its number is the record's.
    conn.execute("UPDATE data_sharing_agreement SET longest_days = 7, version = 40; UPDATE data_sharing_agreement SET version = 50").await.unwrap();
    assert_eq!(versions(&mut conn, product).await, [(2, 7, None), (1, 365, None)]);
    conn.execute("DELETE FROM product").await.unwrap();
    assert_eq!(versions(&mut conn, product).await, []);
}
