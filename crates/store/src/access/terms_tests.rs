//! Accepting terms: what is owed and until when, what is held for it, and what goes on again.

use super::*;
use crate::PgPool;
use chrono::{DateTime, NaiveDate, Utc};
use domain::Ids;
use domain::audit::Origin;
use domain::id::{AgreementId, PersonId, ProductId};
use sqlx::{Executor, PgConnection};
use std::sync::atomic::{AtomicU8, Ordering};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Noon in Singapore.
fn noon(text: &str) -> DateTime<Utc> {
    format!("{text}T04:00:00Z").parse().unwrap()
}

fn ids() -> Ids {
    let next = AtomicU8::new(0);
    Ids::new(move || [next.fetch_add(1, Ordering::Relaxed); 10])
}

fn holder() -> PersonId {
    PersonId("00000000-0000-7000-8000-000000000004".parse().unwrap())
}

fn agreement() -> AgreementId {
    AgreementId("00000000-0000-7000-8000-0000000000a2".parse().unwrap())
}

/// Another version, to be accepted by a day.
async fn another_version(conn: &mut PgConnection, longest_days: i32, accept_by: &str) {
    sqlx::query("UPDATE data_sharing_agreement SET longest_days = $1, accept_by = $2")
        .bind(longest_days)
        .bind(day(accept_by))
        .execute(conn)
        .await
        .unwrap();
}

async fn actions(conn: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar("SELECT action FROM audit_event ORDER BY id").fetch_all(conn).await.unwrap()
}

#[sqlx::test(migrations = "../../migrations", fixtures("../../../../server/tests/portal/common/rows.sql"))]
async fn whoever_does_not_accept_in_time_is_held_until_they_do(pool: PgPool) {
    let (mut conn, ids, here) = (pool.acquire().await.unwrap(), ids(), Origin::default());
    conn.execute("UPDATE request_part SET accepted_terms = 1; SET ROLE pasar_portal").await.unwrap();
    assert_eq!(owed_terms(&mut conn, holder()).await.unwrap(), [], "the first version was accepted with the request");
    another_version(&mut conn, 90, "2026-12-10").await;
    let owed = owed_terms(&mut conn, holder()).await.unwrap();
    assert_eq!((owed[0].version, owed[0].accepted, owed[0].accept_by, owed[0].held), (2, 1, day("2026-12-10"), false));
    assert_eq!(hold_overdue(&mut conn, &ids, noon("2026-12-10")).await.unwrap(), 0, "its last day is in time");
    assert_eq!(hold_overdue(&mut conn, &ids, noon("2026-12-11")).await.unwrap(), 1);
    assert_eq!(hold_overdue(&mut conn, &ids, noon("2026-12-12")).await.unwrap(), 0, "held once");
    assert!(owed_terms(&mut conn, holder()).await.unwrap()[0].held);
    let unseen = accept_terms(&mut conn, holder(), agreement(), 1, &here, noon("2026-12-12")).await.unwrap_err();
    assert!(unseen.to_string().contains("Version 2 came"), "{unseen}");
    for _ in 0..2 {
        accept_terms(&mut conn, holder(), agreement(), 2, &here, noon("2026-12-12")).await.unwrap();
    }
    assert_eq!(owed_terms(&mut conn, holder()).await.unwrap(), []);
    assert_eq!(actions(&mut conn).await, ["agreement.hold", "terms.accept", "agreement.lift"]);
    let standing: i64 = sqlx::query_scalar("SELECT count(*) FROM agreement_hold WHERE lifted_at IS NULL").fetch_one(&mut *conn).await.unwrap();
    assert_eq!(standing, 0);
}

#[sqlx::test(migrations = "../../migrations", fixtures("../../../../server/tests/portal/common/rows.sql"))]
async fn another_version_gives_nobody_more_time(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    conn.execute("UPDATE request_part SET accepted_terms = 1").await.unwrap();
    another_version(&mut conn, 90, "2026-12-10").await;
    another_version(&mut conn, 60, "2027-02-01").await;
    let owed = owed_terms(&mut conn, holder()).await.unwrap();
    assert_eq!((owed[0].version, owed[0].accept_by), (3, day("2026-12-10")));
    // Made late: as long as anyone has at least.
    conn.execute("UPDATE agreement SET made_at = '2026-12-08T04:00:00Z'").await.unwrap();
    assert_eq!(owed_terms(&mut conn, holder()).await.unwrap()[0].accept_by, day("2026-12-22"));
    conn.execute("UPDATE agreement SET state = 'given-up', ended_at = '2026-12-09T04:00:00Z'").await.unwrap();
    assert_eq!(overdue_terms(&mut conn, noon("2027-03-01")).await.unwrap(), [], "what has ended owes nothing");
    let ended = accept_terms(&mut conn, holder(), agreement(), 3, &Origin::default(), noon("2027-03-01")).await.unwrap_err();
    assert!(ended.to_string().contains("has ended"));
}

#[sqlx::test(migrations = "../../migrations", fixtures("../../../../server/tests/portal/common/rows.sql"))]
async fn an_agency_is_known_by_its_title_slug_or_abbreviation(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    conn.execute("UPDATE agency SET abbreviation = 'LT'; UPDATE data_sharing_agreement SET agencies_may = '{land-transport}'").await.unwrap();
    let product = ProductId("00000000-0000-7000-8000-000000000005".parse().unwrap());
    for (said, slug) in [
        (Some("Land Transport"), Some("land-transport")),
        (Some("land-transport"), Some("land-transport")),
        (Some("lt"), Some("land-transport")),
        (Some("Parks"), None),
        (None, None),
    ] {
        let (found, rules) = agency_rules(&mut conn, said, &[product]).await.unwrap();
        assert_eq!(found.as_deref(), slug, "{said:?}");
        assert_eq!(domain::access::check_agency(found.as_deref(), &rules).is_empty(), slug.is_some(), "{said:?}");
    }
    assert_eq!(terms_asked(&mut conn, &[product]).await.unwrap()[0].version, 2);
}
