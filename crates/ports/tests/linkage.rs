//! How many two tables have in common, at a real source: one number, within the rows of both agreements, and never a small one.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use common::place;
use domain::linkage::{Clk, Field};
use ports::{LinkedColumn, MatchSize};
use sqlx::{Executor, Row};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

fn side(table: &str, column: &str, area: Option<&str>) -> LinkedColumn {
    let rows = area.map(|area| ("area".to_owned(), BTreeSet::from([area.to_owned()]))).into_iter().collect::<BTreeMap<_, _>>();
    LinkedColumn { schema: "ssot".into(), table: table.into(), column: column.into(), rows }
}

const TABLES: &str = "
    CREATE TABLE ssot.patients (nric text, name text, area text);
    CREATE TABLE ssot.drivers (id text, called text);
    INSERT INTO ssot.patients SELECT 'T' || 9900000 + n || 'X', 'Person ' || md5(n::text), CASE WHEN n <= 12 THEN 'BD' ELSE 'TM' END FROM generate_series(1, 40) n;
    INSERT INTO ssot.patients VALUES ('', '', 'BD'), (NULL, NULL, 'BD');
    INSERT INTO ssot.drivers SELECT 't-' || 9900000 + n || ' x', 'PERSON ' || overlay(md5(n::text) PLACING 'q' FROM 5 FOR 1) FROM generate_series(5, 60) n;
    INSERT INTO ssot.drivers SELECT 't-' || 9900000 + n || ' x', 'twice' FROM generate_series(5, 10) n;
    INSERT INTO ssot.drivers VALUES ('', ''), (NULL, NULL);
    SELECT pasar_source.share_table('ssot', 'patients'), pasar_source.share_table('ssot', 'drivers')";

#[tokio::test]
async fn a_match_is_counted_within_both_agreements_and_a_small_one_is_not_said() {
    let mut place = place("linkage").await;
    place.admin.execute(TABLES).await.unwrap();
    let linkage = Uuid::from_u128(common::unique());
    let sides = |area| [side("patients", "nric", area), side("drivers", "id", None)];
    assert_eq!(place.source.match_size(linkage, &sides(None), 1.0, 10).await.unwrap(), MatchSize::Size(36), "each once, nobody for nothing");
    assert_eq!(place.source.match_size(linkage, &sides(None), 1.0, 37).await.unwrap(), MatchSize::TooFew);
    assert_eq!(place.source.match_size(linkage, &sides(Some("BD")), 1.0, 1).await.unwrap(), MatchSize::TooFew, "eight are never said");
    assert_eq!(place.source.match_size(linkage, &sides(Some("TM")), 1.0, 1).await.unwrap(), MatchSize::Size(28));
    let unshared = [side("patients", "nric", None), side("secret", "id", None)];
    assert_eq!(place.source.match_size(linkage, &unshared, 1.0, 10).await.unwrap(), MatchSize::NotShared);

    // One letter of thirty-two is another: not equal, but alike.
    let names = [side("patients", "name", None), side("drivers", "called", None)];
    assert_eq!(place.source.match_size(linkage, &names, 1.0, 10).await.unwrap(), MatchSize::TooFew);
    assert_eq!(place.source.match_size(linkage, &names, 0.8, 10).await.unwrap(), MatchSize::Size(36));
    place.admin.execute("INSERT INTO ssot.drivers SELECT n::text FROM generate_series(1, 100001) n").await.unwrap();
    let many = [side("patients", "nric", None), side("drivers", "id", None)];
    assert_eq!(place.source.match_size(linkage, &many, 0.8, 10).await.unwrap(), MatchSize::TooMany);
    for table in ["pasar_source.linkage_key", "ssot.patients"] {
        let refused = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT * FROM {table}"))).fetch_all(&mut portal(&place).await).await;
        assert!(refused.is_err(), "{table}");
    }
    place.source.end_linkage(linkage).await.unwrap();
    place.source.end_linkage(linkage).await.unwrap();
    let keys: i64 = sqlx::query_scalar("SELECT count(*) FROM pasar_source.linkage_key").fetch_one(&mut place.admin).await.unwrap();
    assert_eq!(keys, 0);
}

async fn portal(place: &common::Place) -> sqlx::PgConnection {
    let mut url = place.url.clone();
    url.set_username(&place.portal).unwrap();
    url.set_password(Some("portal")).unwrap();
    <sqlx::PgConnection as sqlx::Connection>::connect(url.as_str()).await.unwrap()
}

#[tokio::test]
async fn the_source_encodes_as_the_domain_does() {
    let mut place = place("clk").await;
    let key = [7_u8; 32];
    for written in ["Tan Mei Ling", "O'Neil", "S1234567D", "x", ""] {
        let row = sqlx::query(
            "WITH b AS (SELECT pasar_source.bare($2) AS bare)
             SELECT bare, coalesce((SELECT bit_or(pasar_source.pair_filter($1, substr(' ' || bare || ' ', i, 2), 20)) FROM generate_series(1, length(bare) + 1) i
                              WHERE bare <> ''), repeat('0', 1000)::bit(1000))::text AS filter FROM b",
        )
        .bind(key.as_slice())
        .bind(written)
        .fetch_one(&mut place.admin)
        .await
        .unwrap();
        let bits: String = row.get("filter");
        let digits: String = bits
            .as_bytes()
            .chunks(4)
            .map(|four| char::from_digit(four.iter().fold(0, |value, bit| value * 2 + u32::from(*bit == b'1')), 16).unwrap())
            .collect();
        let clk = Clk::encode(&key, &[Field { name: "identifier", value: written, hashes: 20 }]);
        assert_eq!(digits, clk.to_string(), "{written}");
    }
}
