//! What is kept, how much of it, for whom; and that what stands beside a product tells nothing of other people.

mod recommended;
mod searches;

use super::*;
use crate::{PgConnection, PgPool};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Ids;
use domain::id::{PersonId, ProductId};
use domain::mine::NewSearch;
use sqlx::Executor;
use std::sync::atomic::{AtomicU16, Ordering};
use uuid::Uuid;

fn start() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

fn ids() -> Ids {
    let next = AtomicU16::new(0);
    Ids::new(move || {
        let mut bytes = [0; 10];
        bytes[8..].copy_from_slice(&next.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    })
}

/// Product `n` has the address `d.pN`; person `n` is anybody without a role.
fn product(n: u32) -> ProductId {
    ProductId(Uuid::from_u128(0x1000 + u128::from(n)))
}

fn person(n: u32) -> PersonId {
    PersonId(Uuid::from_u128(0x2000 + u128::from(n)))
}

/// Two sectors with a domain each: products 1 to 60 in the first, 61 in the second. Five people.
async fn record(pool: &PgPool) -> sqlx::pool::PoolConnection<sqlx::Postgres> {
    pool.execute(
        "INSERT INTO sector VALUES ('00000000-0000-0000-0000-000000000001', 's', 'Geospatial', 'Centre'), ('00000000-0000-0000-0000-000000000002', 't', 'Health', 'Centre');
         INSERT INTO agency VALUES ('00000000-0000-0000-0000-000000000003', 'a', 'Agency', NULL);
         INSERT INTO data_domain SELECT ('00000000-0000-0000-0000-00000000000' || n + 3)::uuid, 'd' || n, 'Domain', NULL, '00000000-0000-0000-0000-000000000003',
             ('00000000-0000-0000-0000-00000000000' || n)::uuid FROM generate_series(1, 2) n;
         INSERT INTO person (id, email, name, created_at) SELECT ('00000000-0000-0000-0000-00000000200' || n)::uuid, n || '@example.invalid', 'Person', now() FROM generate_series(1, 5) n;
         INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
             SELECT ('00000000-0000-0000-0000-00000000' || to_hex(4096 + n))::uuid, ('00000000-0000-0000-0000-00000000000' || 4 + (n > 60)::int)::uuid, 'p' || n, 'd.p' || n,
                    'Product ' || n, 'source-aligned', '1.0.0', 'published', 'listed', '', '2026-01-01', '2026-01-01' FROM generate_series(1, 61) n;
         INSERT INTO purpose VALUES ('planning', 'Planning', 1)",
    )
    .await
    .unwrap();
    pool.acquire().await.unwrap()
}

/// An agreement of one person on one product.
async fn hold(conn: &mut PgConnection, holder: u32, on: u32, state: &str) {
    let (request, part, agreement) = (Uuid::from_u128(0x3000), Uuid::from_u128(0x4000), Uuid::from_u128(0x5000));
    let own = |base: Uuid| Uuid::from_u128(base.as_u128() + u128::from(holder * 100 + on));
    let ended = (state != "active").then(start);
    sqlx::query("INSERT INTO access_request VALUES ($1, $2, 'planning', 'Why', 'Law', 'Team', '2026-12-31', $3, '2026-12-01', $1)")
        .bind(own(request))
        .bind(person(holder).0)
        .bind(start())
        .execute(&mut *conn)
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO request_part (id, request_id, product_id, state, decided_at, due_on) VALUES ($1, $2, $3, 'approved', $4, $4::timestamptz::date)",
    )
    .bind(own(part))
    .bind(own(request))
    .bind(product(on).0)
    .bind(start())
    .execute(&mut *conn)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO agreement (id, part_id, product_id, holder_id, state, grant_state, made_at, until, ended_at) VALUES ($1, $2, $3, $4, $5, 'granted', $6, '2027-01-01', $7)",
    )
    .bind(own(agreement)).bind(own(part)).bind(product(on).0).bind(person(holder).0).bind(state).bind(start()).bind(ended).execute(conn).await.unwrap();
}

/// A dataset of one product with one key column.
async fn key(conn: &mut PgConnection, on: u32, name: &str, personal: &str) {
    let id = Uuid::from_u128(0x6000 + u128::from(on));
    sqlx::query("INSERT INTO dataset (id, product_id, name, title, position) VALUES ($1, $2, 'x', 'X', 0)")
        .bind(id)
        .bind(product(on).0)
        .execute(&mut *conn)
        .await
        .unwrap();
    sqlx::query("INSERT INTO data_column VALUES ($1, $1, 0, $2, 'text', NULL, false, true, 'official-open', 'non-sensitive', $3)")
        .bind(id)
        .bind(name)
        .bind(personal)
        .execute(conn)
        .await
        .unwrap();
}

async fn hide(conn: &mut PgConnection, on: u32) {
    sqlx::query("UPDATE product SET visibility = 'hidden' WHERE id = $1").bind(product(on).0).execute(conn).await.unwrap();
}

fn joins_on(term: Option<(&str, &str)>, own: &str, theirs: &str) -> Reason {
    Reason::JoinsOn(Join { term: term.map(|(slug, name)| (slug.into(), name.into())), own: own.into(), theirs: theirs.into() })
}

/// What stands beside a product as it is now, with nothing kept from before.
async fn now_beside(conn: &mut PgConnection, reader: u32, on: u32) -> Vec<Beside> {
    let all = candidates(conn, product(on)).await.unwrap();
    beside(conn, person(reader), product(on), &all, start()).await.unwrap()
}

/// What one person is recommended for a reason that the sector does not give.
async fn reasons(conn: &mut PgConnection, reader: u32, on: u32) -> Vec<(String, Reason)> {
    let all = now_beside(conn, reader, on).await;
    all.into_iter().filter(|one| !matches!(one.reason, Reason::SameSector(_))).map(|one| (one.address, one.reason)).collect()
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_used_together_needs_three_other_people(pool: PgPool) {
    let mut conn = record(&pool).await;
    for holder in 1..=3 {
        hold(&mut conn, holder, 1, "active").await;
        hold(&mut conn, holder, 2, "active").await;
    }
    // The first of the three sees two others: too few. An outsider sees three.
    assert_eq!(reasons(&mut conn, 1, 1).await, []);
    assert_eq!(reasons(&mut conn, 4, 1).await, [("d.p2".into(), Reason::UsedTogether)]);
    // Holding one's own changes nothing, and ended agreements do not count.
    hold(&mut conn, 4, 1, "active").await;
    hold(&mut conn, 4, 2, "revoked").await;
    assert_eq!(reasons(&mut conn, 1, 1).await, []);
    hold(&mut conn, 5, 1, "active").await;
    hold(&mut conn, 5, 2, "active").await;
    assert_eq!(reasons(&mut conn, 1, 1).await, [("d.p2".into(), Reason::UsedTogether)]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_product_stands_beside_another_once_with_its_best_reason(pool: PgPool) {
    let mut conn = record(&pool).await;
    for on in [1, 2, 61] {
        key(&mut conn, on, if on == 61 { "Stop_No" } else { "stop_no" }, "none").await;
    }
    key(&mut conn, 3, "id", "none").await;
    for holder in 1..=3 {
        hold(&mut conn, holder, 1, "active").await;
        hold(&mut conn, holder, 2, "active").await;
    }
    let all = now_beside(&mut conn, 5, 1).await;
    assert_eq!(all.len(), 5);
    assert_eq!((all[0].address.as_str(), &all[0].reason), ("d.p2", &Reason::UsedTogether));
    assert_eq!((all[1].address.as_str(), &all[1].reason), ("d.p61", &joins_on(None, "stop_no", "Stop_No")));
    let mut others: Vec<&str> = all[2..].iter().map(|one| one.address.as_str()).collect();
    assert!(all[2..].iter().all(|one| one.reason == Reason::SameSector("Geospatial".into())));
    others.dedup();
    assert!(others.len() == 3 && !others.contains(&"d.p1") && !others.contains(&"d.p2"), "{others:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn keys_that_say_nothing_or_that_nobody_may_read_join_nothing(pool: PgPool) {
    let mut conn = record(&pool).await;
    for (on, name, personal) in [(1, "ID", "none"), (2, "id", "none"), (3, "nric", "direct"), (4, "nric", "direct")] {
        key(&mut conn, on, name, personal).await;
    }
    assert_eq!(reasons(&mut conn, 5, 1).await, []);
    assert_eq!(reasons(&mut conn, 5, 3).await, []);
}

/// A concept that columns of these names carry.
async fn concept(conn: &mut PgConnection, slug: &str, name: &str, columns: &[&str]) {
    let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let query = "WITH t AS (INSERT INTO glossary_term (id, slug, name, definition, column_names, changed_at) VALUES (gen_random_uuid(), $1, $2, '', $3, $4) RETURNING id)
                 INSERT INTO polyseme (term_id, version, pattern, description, example, origin, changed_at) SELECT id, 1, '[0-9]{5}', '', '', 'document', $4 FROM t";
    sqlx::query(query).bind(slug).bind(name).bind(&columns).bind(start()).execute(conn).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn columns_that_carry_one_concept_join_whatever_they_are_called(pool: PgPool) {
    let mut conn = record(&pool).await;
    concept(&mut conn, "stop", "Stop", &["stop_no", "halt"]).await;
    for (on, name, personal) in [(1, "stop_no", "none"), (2, "HALT", "none"), (3, "halt", "direct"), (61, "stop_no", "none")] {
        key(&mut conn, on, name, personal).await;
    }
    // The concept is the one reason, also where the names are the same; personal columns join nothing.
    let stop = Some(("stop", "Stop"));
    let both = [("d.p2".to_owned(), joins_on(stop, "stop_no", "HALT")), ("d.p61".to_owned(), joins_on(stop, "stop_no", "stop_no"))];
    assert_eq!(reasons(&mut conn, 5, 1).await, both);
    sqlx::query("UPDATE data_column SET is_key = false").execute(&mut *conn).await.unwrap();
    assert_eq!(reasons(&mut conn, 5, 1).await, both, "a concept joins columns that are no keys");
    assert_eq!(reasons(&mut conn, 5, 3).await, []);

    // Where most values have another format, or who looks after the product says no, nothing is joined.
    let looked = "UPDATE polyseme_column SET checked_at = now(), share = $2, looked = 1000 WHERE product_id = $1";
    for (share, expected) in [(94.9, &both[1..]), (95.0, &both[..])] {
        sqlx::query(looked).bind(product(2).0).bind(share).execute(&mut *conn).await.unwrap();
        assert_eq!(reasons(&mut conn, 5, 1).await, expected, "{share}");
    }
    sqlx::query(looked).bind(product(1).0).bind(10.0).execute(&mut *conn).await.unwrap();
    assert_eq!(reasons(&mut conn, 5, 1).await, []);
    sqlx::query(looked).bind(product(1).0).bind(100.0).execute(&mut *conn).await.unwrap();
    sqlx::query("UPDATE polyseme_column SET state = 'refused' WHERE product_id = $1").bind(product(2).0).execute(&mut *conn).await.unwrap();
    assert_eq!(reasons(&mut conn, 5, 1).await, both[1..]);

    // Nobody learns of a hidden product, not even who holds it, nor what stands beside it.
    hide(&mut conn, 61).await;
    hold(&mut conn, 1, 61, "active").await;
    for reader in [1, 5] {
        assert_eq!(reasons(&mut conn, reader, 1).await, []);
    }
    assert_eq!(reasons(&mut conn, 5, 61).await, []);
    sqlx::query("UPDATE product SET visibility = 'listed'").execute(&mut *conn).await.unwrap();
    sqlx::query("UPDATE polyseme SET ended_at = now()").execute(&mut *conn).await.unwrap();
    assert_eq!(reasons(&mut conn, 5, 1).await, [], "a concept that has ended joins nothing, and these are no keys");
}

#[sqlx::test(migrations = "../../migrations")]
async fn hidden_products_stand_beside_nothing_and_in_no_list(pool: PgPool) {
    let mut conn = record(&pool).await;
    for holder in 1..=4 {
        hold(&mut conn, holder, 1, "active").await;
        hold(&mut conn, holder, 2, "active").await;
    }
    for on in [1, 2] {
        key(&mut conn, on, "stop_no", "none").await;
        assert!(follow(&mut conn, person(5), &format!("d.p{on}"), start()).await.unwrap());
        note_viewed(&mut conn, person(5), product(on), start()).await.unwrap();
    }
    sqlx::query("UPDATE product SET status = 'draft' WHERE id = $1").bind(product(3).0).execute(&mut *conn).await.unwrap();
    hide(&mut conn, 2).await;
    // Not even for the one who holds it: person 1.
    for reader in [1, 5] {
        let all = now_beside(&mut conn, reader, 1).await;
        assert!(all.len() == 3 && all.iter().all(|one| one.address != "d.p2" && one.address != "d.p3"), "{all:?}");
    }
    assert_eq!(now_beside(&mut conn, 5, 2).await, [], "nothing stands beside what one may not know of");
    assert_eq!(followed(&mut conn, person(5), start()).await.unwrap().len(), 1);
    assert_eq!(recent(&mut conn, person(5), 9, start()).await.unwrap().len(), 1);
    assert!(!follow(&mut conn, person(5), "d.p2", start()).await.unwrap(), "as if it did not exist");
    assert!(!unfollow(&mut conn, person(5), "d.p2", start()).await.unwrap());
    note_viewed(&mut conn, person(4), product(3), start()).await.unwrap();
    assert_eq!(recent(&mut conn, person(4), 9, start()).await.unwrap(), []);
}

/// Candidates are kept for a while: whatever was decided since then counts nevertheless.
#[sqlx::test(migrations = "../../migrations")]
async fn what_was_kept_before_shows_nothing_that_is_hidden_since(pool: PgPool) {
    let mut conn = record(&pool).await;
    for holder in 1..=3 {
        hold(&mut conn, holder, 1, "active").await;
        hold(&mut conn, holder, 2, "active").await;
    }
    for on in [1, 61] {
        key(&mut conn, on, "stop_no", "none").await;
    }
    let kept = candidates(&mut conn, product(1)).await.unwrap();
    let shown = async |conn: &mut PgConnection| beside(conn, person(4), product(1), &kept, start()).await.unwrap();
    let before = shown(&mut conn).await;
    assert_eq!((before[0].address.as_str(), before[1].address.as_str()), ("d.p2", "d.p61"));
    hide(&mut conn, 2).await;
    let after = shown(&mut conn).await;
    assert!(after[0].address == "d.p61" && after.iter().all(|one| one.address != "d.p2"), "{after:?}");
    hide(&mut conn, 1).await;
    assert_eq!(shown(&mut conn).await, []);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_followed_says_what_has_changed(pool: PgPool) {
    let mut conn = record(&pool).await;
    let (me, at) = (person(1), start());
    assert!(follow(&mut conn, me, "d.p1", at).await.unwrap() && follow(&mut conn, me, "d.p2", at).await.unwrap());
    let later = at + TimeDelta::days(1);
    sqlx::query("UPDATE product SET version = '2.0.0', changed_at = $2 WHERE id = $1")
        .bind(product(2).0)
        .bind(later)
        .execute(&mut *conn)
        .await
        .unwrap();
    assert!(follow(&mut conn, me, "d.p2", later).await.unwrap(), "following again keeps what was seen");
    let list = followed(&mut conn, me, later).await.unwrap();
    assert_eq!(list.iter().map(|one| one.address.as_str()).collect::<Vec<_>>(), ["d.p2", "d.p1"]);
    assert_eq!((list[0].changed_at, list[0].former_version.as_deref(), list[0].version.as_str()), (Some(later), Some("1.0.0"), "2.0.0"));
    assert_eq!((list[1].changed_at, list[1].former_version.as_deref()), (None, None));
    note_viewed(&mut conn, me, product(2), later + TimeDelta::seconds(1)).await.unwrap();
    assert!(followed(&mut conn, me, later).await.unwrap().iter().all(|one| one.changed_at.is_none() && one.former_version.is_none()));
    assert!(follows(&mut conn, me, product(1)).await.unwrap() && !follows(&mut conn, person(2), product(1)).await.unwrap());
    assert!(unfollow(&mut conn, me, "d.p1", later).await.unwrap() && unfollow(&mut conn, me, "d.p1", later).await.unwrap());
    assert!(!follows(&mut conn, me, product(1)).await.unwrap());
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_last_fifty_looks_are_kept(pool: PgPool) {
    let mut conn = record(&pool).await;
    let minutes = |n: u32| start() + TimeDelta::minutes(i64::from(n));
    note_viewed(&mut conn, person(2), product(1), start()).await.unwrap();
    for n in 1..=55 {
        note_viewed(&mut conn, person(1), product(n), minutes(n)).await.unwrap();
    }
    // Within a minute it is the same look; afterwards the product comes to the front, and nothing is lost for it.
    note_viewed(&mut conn, person(1), product(55), minutes(55) + TimeDelta::seconds(30)).await.unwrap();
    note_viewed(&mut conn, person(1), product(6), minutes(60)).await.unwrap();
    let all = recent(&mut conn, person(1), 100, minutes(60)).await.unwrap();
    assert_eq!(all.len(), 50);
    assert_eq!((all[0].address.as_str(), all[1].address.as_str(), all[49].address.as_str()), ("d.p6", "d.p55", "d.p7"));
    assert_eq!(all[1].viewed_at, minutes(55));
    assert_eq!(recent(&mut conn, person(1), 5, minutes(60)).await.unwrap().len(), 5);
    assert_eq!(recent(&mut conn, person(2), 100, minutes(60)).await.unwrap().len(), 1, "others keep their own");
}

/// The portal's own role may do what these lists need.
#[sqlx::test(migrations = "../../migrations")]
async fn the_portals_role_suffices(pool: PgPool) {
    let mut conn = record(&pool).await;
    sqlx::query("SET ROLE pasar_portal").execute(&mut *conn).await.unwrap();
    assert!(follow(&mut conn, person(1), "d.p1", start()).await.unwrap());
    note_viewed(&mut conn, person(1), product(1), start() + TimeDelta::minutes(2)).await.unwrap();
    note_query(&mut conn, person(1), "bus", start()).await.unwrap();
    let id = save_search(&mut conn, person(1), &NewSearch::check("Buses", "q=bus").unwrap(), &ids(), start()).await.unwrap();
    assert!(remove_search(&mut conn, person(1), id, start()).await.unwrap() && unfollow(&mut conn, person(1), "d.p1", start()).await.unwrap());
    assert_eq!(now_beside(&mut conn, 1, 1).await.len(), 3);
    let id = save_search(&mut conn, person(1), &NewSearch::check("Buses", "q=bus").unwrap(), &ids(), start()).await.unwrap();
    assert_eq!(count_new_matches(&mut conn, 9, start(), async |_| Matching::Products(vec![product(1)])).await.unwrap(), 1);
    assert!(search_seen(&mut conn, person(1), id, start()).await.unwrap());
    forget_removed(&mut conn, start()).await.unwrap();
    forget_queries(&mut conn, person(1)).await.unwrap();
    forget_viewed(&mut conn, person(1)).await.unwrap();
    assert!(recent(&mut conn, person(1), 9, start()).await.unwrap().is_empty());
    sqlx::query("RESET ROLE").execute(&mut *conn).await.unwrap();
}
