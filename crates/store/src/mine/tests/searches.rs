//! Searches that are kept, what they find anew, and words searched for before.

use super::*;
use crate::StoreError;
use domain::id::SavedSearchId;
use domain::mine::{MOST_SEARCHES, MOST_WATCHED};

fn minutes(n: i64) -> DateTime<Utc> {
    start() + TimeDelta::minutes(n)
}

fn new(name: &str, query: &str) -> NewSearch {
    NewSearch::check(name, query).unwrap()
}

/// Counts for everybody, as if every search found these products; gives how many searches were counted.
async fn count(conn: &mut PgConnection, at: i64, found: &[u32]) -> usize {
    let found: Vec<ProductId> = found.iter().copied().map(product).collect();
    count_new_matches(conn, 100, minutes(at), |_| async { Matching::Products(found.clone()) }).await.unwrap()
}

/// How many new matches one person's only search has, and their addresses.
async fn fresh(conn: &mut PgConnection, owner: u32, at: i64) -> (i64, Vec<String>) {
    let search = saved_searches(conn, person(owner), minutes(at)).await.unwrap().pop().unwrap();
    let matches = new_matches(conn, person(owner), search.id, 100, minutes(at)).await.unwrap();
    let mut addresses: Vec<String> = matches.into_iter().map(|found| found.address).collect();
    addresses.sort();
    (search.new_matches, addresses)
}

async fn set(conn: &mut PgConnection, on: u32, column: &str, word: &str) {
    let change = format!("UPDATE product SET {column} = $2 WHERE id = $1");
    sqlx::query(sqlx::AssertSqlSafe(change)).bind(product(on).0).bind(word).execute(conn).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn searches_are_kept_once_and_belong_to_one_person(pool: PgPool) {
    let mut conn = record(&pool).await;
    let (me, other, ids, at) = (person(1), person(2), ids(), start());
    let id = save_search(&mut conn, me, &new("Buses", "q=bus"), &ids, at).await.unwrap();
    assert_eq!(save_search(&mut conn, me, &new("All buses", "q=bus"), &ids, at).await.unwrap(), id);
    save_search(&mut conn, other, &new("Buses", "q=bus"), &ids, at).await.unwrap();
    assert!(!rename_search(&mut conn, other, id, "Mine now").await.unwrap() && !remove_search(&mut conn, other, id, at).await.unwrap());
    assert!(!search_seen(&mut conn, other, id, at).await.unwrap() && !restore_search(&mut conn, other, id).await.unwrap());
    assert_eq!(saved_search(&mut conn, other, id, at).await.unwrap(), None);
    assert!(rename_search(&mut conn, me, id, "Bus data").await.unwrap() && rename_search(&mut conn, me, id, "Bus data").await.unwrap());
    let kept = saved_search(&mut conn, me, id, at).await.unwrap().unwrap();
    assert_eq!((kept.name.as_str(), kept.former_name.as_deref(), kept.new_matches), ("Bus data", Some("All buses"), 0));
    assert_eq!(saved_as(&mut conn, me, "q=bus").await.unwrap(), Some(id));
    for n in 1..MOST_SEARCHES {
        save_search(&mut conn, me, &new("More", &format!("q={n}")), &ids, at).await.unwrap();
    }
    let more = save_search(&mut conn, me, &new("Too many", "q=last"), &ids, at).await;
    assert!(matches!(more, Err(StoreError::Conflict(_))), "{more:?}");
    assert_eq!(save_search(&mut conn, me, &new("Again", "q=bus"), &ids, at).await.unwrap(), id, "one that is kept can still be named anew");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_removed_search_can_come_back_for_a_day(pool: PgPool) {
    let mut conn = record(&pool).await;
    let (me, ids) = (person(1), ids());
    let save = async |conn: &mut PgConnection, n: i64| save_search(conn, me, &new("Kept", &format!("q={n}")), &ids, start()).await;
    let first = save(&mut conn, 1).await.unwrap();
    count(&mut conn, 0, &[1]).await;
    count(&mut conn, 20, &[1, 2]).await;
    assert!(remove_search(&mut conn, me, first, start()).await.unwrap() && !remove_search(&mut conn, me, first, start()).await.unwrap());
    assert!(saved_searches(&mut conn, me, start()).await.unwrap().is_empty() && saved_as(&mut conn, me, "q=1").await.unwrap().is_none());
    assert!(!rename_search(&mut conn, me, first, "Gone").await.unwrap() && new_matches(&mut conn, me, first, 9, start()).await.unwrap().is_empty());
    assert_eq!(removed_search(&mut conn, me, first).await.unwrap().as_deref(), Some("Kept"));
    assert_eq!(removed_search(&mut conn, person(2), first).await.unwrap(), None);
    assert!(restore_search(&mut conn, me, first).await.unwrap() && restore_search(&mut conn, me, first).await.unwrap());
    assert_eq!(fresh(&mut conn, 1, 20).await, (1, vec!["d.p2".into()]), "with everything it knew");

    // Room is kept for nobody: who has saved as many again in the meantime is told.
    remove_search(&mut conn, me, first, start()).await.unwrap();
    for n in 2..=MOST_SEARCHES + 1 {
        save(&mut conn, n).await.unwrap();
    }
    assert!(matches!(restore_search(&mut conn, me, first).await, Err(StoreError::Conflict(_))));
    // The same search saved again is the one that was removed.
    let last = saved_searches(&mut conn, me, start()).await.unwrap().pop().unwrap().id;
    remove_search(&mut conn, me, last, start()).await.unwrap();
    assert_eq!(removed_search(&mut conn, me, first).await.unwrap(), None, "only the last one removed comes back");
    assert_ne!(save(&mut conn, 1).await.unwrap(), first);
    forget_removed(&mut conn, start() + TimeDelta::hours(23)).await.unwrap();
    assert!(removed_search(&mut conn, me, last).await.unwrap().is_some());
    forget_removed(&mut conn, start() + TimeDelta::hours(25)).await.unwrap();
    assert_eq!(removed_search(&mut conn, me, last).await.unwrap(), None);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_match_is_new_until_it_was_looked_at(pool: PgPool) {
    let mut conn = record(&pool).await;
    let id = save_search(&mut conn, person(1), &new("Buses", "q=bus"), &ids(), start()).await.unwrap();
    assert!(!saved_searches(&mut conn, person(1), start()).await.unwrap()[0].counted);
    assert_eq!(count(&mut conn, 0, &[1, 2]).await, 1);
    assert!(saved_searches(&mut conn, person(1), start()).await.unwrap()[0].counted);
    assert_eq!(fresh(&mut conn, 1, 0).await, (0, vec![]), "what is found when saving is known");
    assert_eq!(count(&mut conn, 14, &[1, 2, 3]).await, 0, "not before its time");
    assert_eq!(count(&mut conn, 15, &[2, 3]).await, 1);
    assert_eq!(fresh(&mut conn, 1, 15).await, (1, vec!["d.p3".into()]));
    count(&mut conn, 30, &[1, 2, 3, 4]).await;
    assert_eq!(fresh(&mut conn, 1, 30).await, (2, vec!["d.p3".into(), "d.p4".into()]), "one that was lost and is found again is not new");
    count(&mut conn, 45, &[4]).await;
    assert_eq!(fresh(&mut conn, 1, 45).await.0, 1, "what no longer matches is no new match");
    assert!(search_seen(&mut conn, person(1), id, minutes(46)).await.unwrap());
    assert_eq!(fresh(&mut conn, 1, 46).await, (0, vec![]));
    count(&mut conn, 60, &[1, 2, 4, 5]).await;
    assert_eq!(fresh(&mut conn, 1, 60).await, (1, vec!["d.p5".into()]));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_count_of_before_is_not_written_after_somebody_looked(pool: PgPool) {
    let mut conn = record(&pool).await;
    let id = save_search(&mut conn, person(1), &new("Buses", "q=bus"), &ids(), start()).await.unwrap();
    count(&mut conn, 0, &[1]).await;
    let (pool, found) = (&pool, vec![product(1), product(2)]);
    let looked = async |search: DueSearch| {
        let mut other = pool.acquire().await.unwrap();
        assert!(search_seen(&mut other, search.person, search.id, minutes(16)).await.unwrap());
        Matching::Products(found.clone())
    };
    assert_eq!(count_new_matches(&mut conn, 9, minutes(15), looked).await.unwrap(), 1);
    assert_eq!(saved_search(&mut conn, person(1), id, minutes(17)).await.unwrap().unwrap().new_matches, 0);
    // Nothing changes when the search could not be made, and it is made at its next turn.
    assert_eq!(count_new_matches(&mut conn, 9, minutes(30), async |_| Matching::Unknown).await.unwrap(), 1);
    assert_eq!(count(&mut conn, 31, &[1, 2]).await, 0);
    assert_eq!(count(&mut conn, 45, &[1, 2]).await, 1);
    assert_eq!(fresh(&mut conn, 1, 45).await.0, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_new_is_new_to_one_person_and_never_hidden(pool: PgPool) {
    let mut conn = record(&pool).await;
    // Written long ago, and nobody may know of them yet: a draft, and one that only its domain knows.
    set(&mut conn, 3, "status", "draft").await;
    hide(&mut conn, 4).await;
    let ids = ids();
    for owner in [1, 2] {
        save_search(&mut conn, person(owner), &new("Buses", "q=bus"), &ids, start()).await.unwrap();
    }
    // Somebody answers more than they should: nothing is learnt from it.
    count(&mut conn, 0, &[1, 3]).await;
    count(&mut conn, 15, &[1, 3, 4]).await;
    assert_eq!(fresh(&mut conn, 1, 15).await, (0, vec![]));
    set(&mut conn, 3, "status", "published").await;
    hold(&mut conn, 2, 4, "active").await;
    count(&mut conn, 30, &[1, 3, 4]).await;
    assert_eq!(fresh(&mut conn, 1, 30).await, (1, vec!["d.p3".into()]), "published, though it was made long before");
    assert_eq!(fresh(&mut conn, 2, 30).await, (2, vec!["d.p3".into(), "d.p4".into()]), "an agreement lets its holder know of it");
    // Hidden after it was counted: gone at once, from the number too.
    hide(&mut conn, 3).await;
    assert_eq!(fresh(&mut conn, 1, 30).await, (0, vec![]));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_search_that_finds_too_much_is_not_watched(pool: PgPool) {
    let mut conn = record(&pool).await;
    let id = save_search(&mut conn, person(1), &new("All", "type=aggregated"), &ids(), start()).await.unwrap();
    let many: Vec<u32> = (1..=u32::try_from(MOST_WATCHED).unwrap() + 1).collect();
    count(&mut conn, 0, &many).await;
    let broad = saved_search(&mut conn, person(1), id, start()).await.unwrap().unwrap();
    assert!(broad.broad && !broad.counted && broad.new_matches == 0);
    assert_eq!(count_new_matches(&mut conn, 9, minutes(15), async |_| Matching::TooMany).await.unwrap(), 1);
    assert!(saved_search(&mut conn, person(1), id, start()).await.unwrap().unwrap().broad);
    count(&mut conn, 30, &[1]).await;
    let watched = saved_search(&mut conn, person(1), id, start()).await.unwrap().unwrap();
    assert!(!watched.broad && watched.counted && watched.new_matches == 0);
}

#[sqlx::test(migrations = "../../migrations")]
async fn searches_are_counted_the_longest_waiting_first(pool: PgPool) {
    let mut conn = record(&pool).await;
    let ids = ids();
    let mut saved: Vec<SavedSearchId> = vec![];
    for n in 1..=3 {
        saved.push(save_search(&mut conn, person(n), &new("Buses", "q=bus"), &ids, start()).await.unwrap());
    }
    sqlx::query("UPDATE person SET disabled_at = now() WHERE id = $1").bind(person(3).0).execute(&mut *conn).await.unwrap();
    let first = std::sync::Mutex::new(vec![]);
    let seen = async |search: DueSearch| {
        first.lock().unwrap().push(search.id);
        Matching::Products(vec![])
    };
    assert_eq!(count_new_matches(&mut conn, 1, minutes(0), seen).await.unwrap(), 1);
    assert_eq!(count_new_matches(&mut conn, 1, minutes(20), seen).await.unwrap(), 1);
    assert_eq!(count_new_matches(&mut conn, 9, minutes(20), seen).await.unwrap(), 1);
    assert_eq!(count_new_matches(&mut conn, 9, minutes(20), seen).await.unwrap(), 0, "nobody counts for who cannot sign in");
    assert_eq!(*first.lock().unwrap(), [saved[0], saved[1], saved[0]]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn words_come_back_by_their_beginning(pool: PgPool) {
    let mut conn = record(&pool).await;

    for (n, words) in [(0, "Bus  Routes"), (1, "bus%"), (2, "trains"), (3, " bus routes "), (4, ""), (5, "\0")] {
        note_query(&mut conn, person(1), words, minutes(n)).await.unwrap();
    }
    note_query(&mut conn, person(1), &"w".repeat(201), minutes(6)).await.unwrap();
    assert_eq!(past_queries(&mut conn, person(1), "BUS", 9).await.unwrap(), ["bus routes", "bus%"]);
    assert_eq!(past_queries(&mut conn, person(1), "bus%", 9).await.unwrap(), ["bus%"], "the beginning is no pattern");
    assert_eq!(past_queries(&mut conn, person(1), "", 2).await.unwrap(), ["bus routes", "trains"]);
    assert!(past_queries(&mut conn, person(2), "", 9).await.unwrap().is_empty());
    let times: i32 = sqlx::query_scalar("SELECT times FROM past_query WHERE words = 'bus routes'").fetch_one(&mut *conn).await.unwrap();
    assert_eq!(times, 2);
    for n in 0..60 {
        note_query(&mut conn, person(1), &format!("words {n}"), minutes(10 + n)).await.unwrap();
    }
    let all = past_queries(&mut conn, person(1), "", 100).await.unwrap();
    assert!(all.len() == 50 && all[0] == "words 59" && all[49] == "words 10", "{all:?}");
}
