//! Looking for a person at a real source: through an index alone, with nothing of the person in any log.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use common::place;
use ports::{SubjectFound, SubjectPlace};
use sqlx::Executor;
use std::collections::BTreeMap;

fn at(column: &str, keys: &[&str]) -> SubjectPlace {
    SubjectPlace { schema: "ssot".into(), table: "staff".into(), column: column.into(), keys: keys.iter().map(|key| (*key).to_owned()).collect() }
}

#[tokio::test]
async fn a_person_is_found_through_an_index_and_only_keys_leave() {
    let mut place = place("subject").await;
    assert_eq!(place.source.find_subject(&at("nric", &[]), "T9900001X", 20).await.unwrap(), SubjectFound::NoIndex);
    place.admin.execute("CREATE INDEX ON ssot.staff (nric) WHERE nric <> ''").await.unwrap();
    assert_eq!(place.source.find_subject(&at("nric", &[]), "T9900001X", 20).await.unwrap(), SubjectFound::NoIndex, "a part is not the whole");
    place.admin.execute("CREATE INDEX ON ssot.staff (nric); CREATE INDEX ON ssot.staff (hours)").await.unwrap();
    let found = place.source.find_subject(&at("nric", &["staff_no", "nric"]), "T9900001X", 20).await.unwrap();
    let keys = vec![BTreeMap::from([("staff_no".to_owned(), "00123".to_owned())])];
    assert_eq!(found, SubjectFound::Rows { count: 1, keys }, "the key that names the person stays");
    for nobody in ["T9900009X", "", "' OR true --", "T9900001X' --"] {
        let found = place.source.find_subject(&at("nric", &["staff_no"]), nobody, 20).await.unwrap();
        assert_eq!(found, SubjectFound::Rows { count: 0, keys: vec![] }, "{nobody}");
    }
    assert_eq!(place.source.find_subject(&at("hours", &[]), "8", 20).await.unwrap(), SubjectFound::OtherType);
    place.admin.execute("INSERT INTO ssot.staff SELECT n::text, 'many', 1 FROM generate_series(1, 300) n").await.unwrap();
    let SubjectFound::Rows { count, keys } = place.source.find_subject(&at("nric", &["staff_no"]), "many", 20).await.unwrap() else { panic!() };
    assert_eq!((count, keys.len()), (300, 20));
}

#[tokio::test]
async fn what_is_not_shared_or_not_there_is_not_looked_into() {
    let mut place = place("subject_none").await;
    place.admin.execute("CREATE TABLE ssot.secret (nric text PRIMARY KEY); INSERT INTO ssot.secret VALUES ('T9900001X')").await.unwrap();
    let hidden = SubjectPlace { table: "secret".into(), ..at("nric", &[]) };
    assert_eq!(place.source.find_subject(&hidden, "T9900001X", 20).await.unwrap(), SubjectFound::NotShared);
    for column in ["ctid", "staff", "no such"] {
        let error = place.source.find_subject(&at(column, &[]), "T9900001X", 20).await.unwrap_err().to_string();
        assert!(!error.contains("T9900001X") && error.contains("42703"), "{column}: {error}");
    }
}

#[tokio::test]
async fn a_source_that_would_log_it_is_known() {
    let mut place = place("subject_log").await;
    assert!(!place.source.logs_parameters().await.unwrap());
    let (database, portal) = (place.url.path().trim_start_matches('/').to_owned(), place.portal.clone());
    let logged = ["log_statement = 'all'", "log_min_duration_statement = 0", "log_duration = on"];
    for setting in logged {
        place.admin.execute(sqlx::AssertSqlSafe(format!("ALTER ROLE {portal} IN DATABASE {database} SET {setting}"))).await.unwrap();
        let mut url = place.url.clone();
        url.set_username(&portal).unwrap();
        url.set_password(Some("portal")).unwrap();
        assert!(ports::Source::new(url.as_str()).unwrap().logs_parameters().await.unwrap(), "{setting}");
        place.admin.execute(sqlx::AssertSqlSafe(format!("ALTER ROLE {portal} IN DATABASE {database} RESET ALL"))).await.unwrap();
    }
}
