//! How many two tables have in common, at a real source: one number, within the rows of both agreements, and never a small one.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use common::place;
use domain::linkage::{Clk, Field};
use ports::{LinkedColumn, LinkedField, MatchSize, PortError};
use sqlx::{Executor, Row};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

fn side(table: &str, column: &str, area: Option<&str>) -> LinkedColumn {
    let rows = area.map(|area| ("area".to_owned(), BTreeSet::from([area.to_owned()]))).into_iter().collect::<BTreeMap<_, _>>();
    LinkedColumn { schema: "ssot".into(), table: table.into(), column: column.into(), rows, fields: vec![] }
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
             SELECT bare, coalesce((SELECT bit_or(pasar_source.pair_filter($1, 'identifier', substr(' ' || bare || ' ', i, 2), 20)) FROM generate_series(1, length(bare) + 1) i
                              WHERE bare <> ''), repeat('0', 1000)::bit(1000))::text AS filter FROM b",
        )
        .bind(key.as_slice())
        .bind(written)
        .fetch_one(&mut place.admin)
        .await
        .unwrap();
        let clk = Clk::encode(&key, &[Field { name: "identifier", value: written, hashes: 20 }]);
        assert_eq!(digits(row.get("filter")), clk.to_string(), "{written}");
    }
    let filter: String = sqlx::query_scalar(
        "SELECT bit_or(pasar_source.pair_filter($1, pasar_source.field_name(f.place), substr(' ' || f.bare || ' ', i, 2), f.hashes))::text
         FROM (SELECT place, pasar_source.bare(value) AS bare, hashes
               FROM (VALUES (1, 'Tan Mei Ling', 20), (2, '1987-03-12', 10), (3, '560123', 5)) v(place, value, hashes)) f, generate_series(1, length(f.bare) + 1) i",
    )
    .bind(key.as_slice())
    .fetch_one(&mut place.admin)
    .await
    .unwrap();
    let field = |name, value, hashes| Field { name, value, hashes };
    let clk = Clk::encode(&key, &[field("identifier", "Tan Mei Ling", 20), field("field 2", "1987-03-12", 10), field("field 3", "560123", 5)]);
    assert_eq!(digits(filter), clk.to_string(), "several fields in one filter");
}

/// Bits as hexadecimal digits.
fn digits(bits: String) -> String {
    let digit = |four: &[u8]| char::from_digit(four.iter().fold(0, |value, bit| value * 2 + u32::from(*bit == b'1')), 16).unwrap();
    bits.as_bytes().chunks(4).map(digit).collect()
}

/// Residents and patients of a clinic: thirty-six people are in both, with a letter of the name, the way of writing dates and the type of the
/// postal code another.
const WRITTEN_OTHERWISE: &str = "
    CREATE TABLE ssot.residents (name text, born date, postal integer, area text);
    CREATE TABLE ssot.clinic (called text, birth text, code text);
    INSERT INTO ssot.residents SELECT 'Person ' || substr(md5(n::text), 1, 12), date '1950-01-01' + n * 137 % 20000, 100000 + n * 1571 % 800000,
        CASE WHEN n <= 12 THEN 'BD' ELSE 'TM' END FROM generate_series(1, 40) n;
    INSERT INTO ssot.clinic SELECT 'PERSON-' || overlay(substr(md5(n::text), 1, 12) PLACING 'q' FROM 5 FOR 1),
        to_char(date '1950-01-01' + n * 137 % 20000, 'YYYY.MM.DD'), (100000 + n * 1571 % 800000)::text FROM generate_series(5, 60) n;
    INSERT INTO ssot.residents VALUES ('', '1980-01-01', 560000, 'BD'), (NULL, NULL, NULL, 'BD'), ('Lone', NULL, NULL, 'BD');
    INSERT INTO ssot.clinic VALUES ('', '1980-01-01', '560000'), ('lone', NULL, NULL);
    SELECT pasar_source.share_table('ssot', 'residents'), pasar_source.share_table('ssot', 'clinic')";

fn weighed(side: LinkedColumn, fields: &[(&str, u16)]) -> LinkedColumn {
    LinkedColumn { fields: fields.iter().map(|(column, hashes)| LinkedField { column: (*column).to_owned(), hashes: *hashes }).collect(), ..side }
}

const RESIDENTS: &[(&str, u16)] = &[("name", 20), ("born", 10), ("postal", 5)];
const CLINIC: &[(&str, u16)] = &[("called", 20), ("birth", 10), ("code", 5)];

#[tokio::test]
async fn several_fields_find_whom_one_does_not() {
    let mut place = place("fields").await;
    place.admin.execute(WRITTEN_OTHERWISE).await.unwrap();
    let linkage = Uuid::from_u128(common::unique());
    let sides = |area| [weighed(side("residents", "name", area), RESIDENTS), weighed(side("clinic", "called", None), CLINIC)];
    assert_eq!(place.source.match_size(linkage, &sides(None), 0.85, 10).await.unwrap(), MatchSize::Size(36));
    assert_eq!(place.source.match_size(linkage, &sides(None), 0.85, 37).await.unwrap(), MatchSize::TooFew);
    assert_eq!(place.source.match_size(linkage, &sides(Some("BD")), 0.85, 1).await.unwrap(), MatchSize::TooFew, "eight are never said");
    assert_eq!(place.source.match_size(linkage, &sides(Some("TM")), 0.85, 1).await.unwrap(), MatchSize::Size(28), "within the rows agreed");
    assert_eq!(place.source.match_size(linkage, &sides(None), 0.95, 10).await.unwrap(), MatchSize::TooFew, "the likeness is as agreed");
    // The same names at other dates and places are somebody else.
    place.admin.execute("UPDATE ssot.clinic SET birth = '2011.11.11', code = '999999' WHERE birth IS NOT NULL").await.unwrap();
    assert_eq!(place.source.match_size(linkage, &sides(None), 0.85, 10).await.unwrap(), MatchSize::TooFew);
    place.source.end_linkage(linkage).await.unwrap();
    let keys: i64 = sqlx::query_scalar("SELECT count(*) FROM pasar_source.linkage_key").fetch_one(&mut place.admin).await.unwrap();
    assert_eq!(keys, 0);
}

#[tokio::test]
async fn several_fields_are_no_way_to_find_one_person_or_to_count_one_side() {
    let mut place = place("fields_attack").await;
    place.admin.execute(WRITTEN_OTHERWISE).await.unwrap();
    let linkage = Uuid::from_u128(common::unique());
    let refused = |answer: Result<MatchSize, PortError>| answer.is_err();
    let left = || weighed(side("residents", "name", None), RESIDENTS);
    let right = |fields: &[(&str, u16)]| weighed(side("clinic", "called", None), fields);
    let good = || [left(), right(CLINIC)];
    // Everybody is like everybody: what is counted would be the rows of one side.
    for likeness in [0.0, 0.3, 0.69, -1.0, f64::NAN, 1.0] {
        assert!(refused(place.source.match_size(linkage, &good(), likeness, 10).await), "{likeness}");
    }
    // One field for much and the others for nothing; a field twice; fewer on one side; other weights; too many; another column first.
    for fields in [
        &[("called", 1000), ("birth", 10), ("code", 5)][..],
        &[("called", 20), ("birth", 0), ("code", 5)],
        &[("called", 20), ("birth", 10), ("birth", 5)],
        &[("called", 20), ("birth", 10)],
        &[("called", 20), ("birth", 5), ("code", 10)],
        &[("called", 20), ("birth", 10), ("code", 5), ("ctid", 5), ("called", 5), ("birth", 5)],
        &[("birth", 20), ("called", 10), ("code", 5)],
    ] {
        assert!(refused(place.source.match_size(linkage, &[left(), right(fields)], 0.8, 10).await), "{fields:?}");
    }
    // Columns that are none, and words that would be statements if they were not quoted.
    for column in ["ctid", "clinic", "secret", "code), 1", "code\"::text), (SELECT rolname FROM pg_roles LIMIT 1"] {
        let answer = place.source.match_size(linkage, &[left(), right(&[("called", 20), ("birth", 10), (column, 5)])], 0.8, 10).await;
        assert!(refused(answer), "{column}");
    }
    // A table of one known person, written in forty ways that are all alike: of the other side it is one, and one is never said.
    place
        .admin
        .execute(
            "CREATE TABLE ssot.bait (called text, birth text, code text);
             INSERT INTO ssot.bait SELECT r.name || substr('abcdefghijklmnopqrstuvwxyzabcdefghijklmnop', n, 1) || n % 7, r.born::text, r.postal::text
                 FROM ssot.residents r, generate_series(1, 40) n WHERE r.name LIKE 'Person c4ca%';
             SELECT pasar_source.share_table('ssot', 'bait')",
        )
        .await
        .unwrap();
    let bait: i64 = sqlx::query_scalar("SELECT count(*) FROM ssot.bait").fetch_one(&mut place.admin).await.unwrap();
    assert_eq!(bait, 40);
    let bait = weighed(side("bait", "called", None), CLINIC);
    assert_eq!(place.source.match_size(linkage, &[bait.clone(), left()], 0.8, 1).await.unwrap(), MatchSize::TooFew);
    assert_eq!(place.source.match_size(linkage, &[left(), bait], 0.8, 1).await.unwrap(), MatchSize::TooFew, "from either side");
    let names = [side("bait", "called", None), side("residents", "name", None)];
    assert_eq!(place.source.match_size(linkage, &names, 0.8, 1).await.unwrap(), MatchSize::TooFew, "nor by the name alone");
    // Everybody of a postal code, without a name: nobody is compared.
    place.admin.execute("UPDATE ssot.residents SET name = ''; UPDATE ssot.clinic SET called = ' -'").await.unwrap();
    assert_eq!(place.source.match_size(linkage, &good(), 0.7, 1).await.unwrap(), MatchSize::TooFew);
    // Filters, records and keys are not the portal's.
    let mut portal = portal(&place).await;
    for asked in [
        "SELECT pasar_source.pair_filter('\\x00', 'identifier', 'AB', 20)",
        "SELECT * FROM pasar_source.linked_records('{\"schema\": \"ssot\", \"table\": \"clinic\", \"column\": \"called\", \"rows\": {}}', 10)",
        "SELECT * FROM pasar_source.linked_fields('{\"column\": \"called\"}')",
        "SELECT pasar_source.keyed('\\x00', '\\x00')",
        "SELECT key FROM pasar_source.linkage_key",
        "SELECT * FROM ssot.clinic",
    ] {
        let denied = sqlx::query(asked).fetch_all(&mut portal).await.unwrap_err();
        assert_eq!(denied.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref(), Some("42501"), "{asked}");
    }
}
