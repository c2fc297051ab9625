//! Roles beside an agreement's own, on a real Postgres: each reads what the agreement grants, ends by itself, and is found when it
//! was tampered with.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use chrono::TimeDelta;
use common::{granted, now, place, plan, reader, unique};
use ports::{Credential, Found, Holder, Plan, PortError, Presented, RoleOf, Source};
use sqlx::{AssertSqlSafe, Executor};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is done by hand to a holder's role `{h}`, and the kind of finding that it must be; `{r}` is the agreement's own.
const TAMPERING: &[(&str, &str)] = &[
    ("GRANT USAGE ON SCHEMA ssot TO {h}", "privilege.elsewhere"),
    ("GRANT SELECT ON ssot.staff TO {h}", "privilege.elsewhere"),
    ("GRANT {r} TO {h}", "role.membership"),
    ("ALTER ROLE {h} SUPERUSER CREATEDB", "role.attribute"),
    ("ALTER ROLE {h} SET search_path = ssot", "role.setting"),
    ("ALTER ROLE {h} VALID UNTIL 'infinity'", "role.until"),
    ("ALTER ROLE {h} PASSWORD 'known to somebody'", "role.password"),
    ("ALTER ROLE {h} NOLOGIN", "role.login"),
    ("GRANT INSERT ON {r}.staff TO {h}", "view.privilege"),
    ("REVOKE USAGE ON SCHEMA {r} FROM {h}", "schema.privilege"),
    (
        "CREATE SCHEMA pasar_a_00000000000000000000000000000001; GRANT USAGE ON SCHEMA pasar_a_00000000000000000000000000000001 TO {h}",
        "privilege.elsewhere",
    ),
];

#[tokio::test]
async fn each_holder_reads_with_a_role_of_their_own() {
    let mut place = place("holders").await;
    let until = now() + TimeDelta::days(1);
    let (agreement, own) = granted(&place, until).await;
    let agreed = plan(&["staff_no", "hours"], until);
    let (first, second) = (Uuid::from_u128(unique()), Uuid::from_u128(unique() + 1));
    let credentials: Vec<Credential> = [first, second].into_iter().map(|id| Credential::of_holder(id, [9; 32])).collect();
    for (id, credential) in [first, second].into_iter().zip(&credentials) {
        place.source.set_credential_of(agreement, id, until, credential).await.unwrap();
    }
    let rows = async |credential: &Credential| -> Result<i64, sqlx::Error> {
        let mut conn = reader(&place, credential).await?;
        sqlx::query_scalar("SELECT count(*) FROM staff").fetch_one(&mut conn).await
    };
    for credential in credentials.iter().chain([&own]) {
        assert_eq!(rows(credential).await.unwrap(), 2);
    }
    let presented = Presented::parse(&credentials[0].token()).unwrap();
    assert!(matches!(ports::open(&place.source, &presented).await, Err(PortError::Refused)));
    assert!(ports::open_in(&place.source, &presented, agreement).await.is_ok());

    let agreed = Plan { holders: [first, second].map(|credential| Holder { credential, set: true }).into(), ..agreed };
    let made: BTreeMap<String, String> = place.source.settle(agreement, &agreed).await.unwrap().into_iter().collect();
    let found = async |source: &Source, agreed: &Plan| -> Vec<Found> {
        let standing = source.standing(Some(&[agreement])).await.unwrap();
        let beside = source.standing_credentials(Some(&[first, second])).await.unwrap();
        standing[&agreement].differs(agreement, agreed, &made, &beside)
    };
    assert_eq!(found(&place.source, &agreed).await, []);
    let (h, r) = (RoleOf::Credential(first).name(), Source::role(agreement));
    for (statement, kind) in TAMPERING {
        place.admin.execute(AssertSqlSafe(statement.replace("{h}", &h).replace("{r}", &r))).await.unwrap();
        let noticed = found(&place.source, &agreed).await;
        assert!(noticed.iter().any(|one| one.kind == *kind), "{statement}: {noticed:?}");
        place.source.restore(agreement, &agreed).await.unwrap();
        assert_eq!(found(&place.source, &agreed).await, [], "{statement}");
    }
    let rows = async |credential: &Credential| -> Result<i64, sqlx::Error> {
        let mut conn = reader(&place, credential).await?;
        sqlx::query_scalar("SELECT count(*) FROM staff").fetch_one(&mut conn).await
    };
    assert_eq!(rows(&credentials[0]).await.unwrap(), 2, "with the credential that there was");

    // Under a hold nobody of them reads; then all of them do again.
    let held = Plan { held: true, ..agreed.clone() };
    place.source.settle(agreement, &held).await.unwrap();
    assert!(rows(&credentials[0]).await.is_err() && rows(&own).await.is_err());
    place.source.settle(agreement, &agreed).await.unwrap();
    assert_eq!((rows(&credentials[0]).await.unwrap(), rows(&own).await.unwrap()), (2, 2));

    // One is stopped alone, and goes on later with the credential that there was.
    let mut open = reader(&place, &credentials[0]).await.unwrap();
    let holders = vec![Holder { credential: first, set: false }, Holder { credential: second, set: true }];
    let stopped = Plan { holders, ..agreed.clone() };
    place.source.settle(agreement, &stopped).await.unwrap();
    assert!(open.execute("SELECT 1").await.is_err() && rows(&credentials[0]).await.is_err());
    assert_eq!((rows(&credentials[1]).await.unwrap(), found(&place.source, &stopped).await), (2, vec![]));
    place.source.settle(agreement, &agreed).await.unwrap();
    assert_eq!((rows(&credentials[0]).await.unwrap(), found(&place.source, &agreed).await), (2, vec![]));

    // One leaves: a session that is open ends, and the others read on.
    let mut open = reader(&place, &credentials[0]).await.unwrap();
    place.source.end_credential(first).await.unwrap();
    place.source.end_credential(first).await.unwrap();
    assert!(open.execute("SELECT 1").await.is_err() && rows(&credentials[0]).await.is_err());
    assert_eq!((rows(&credentials[1]).await.unwrap(), rows(&own).await.unwrap()), (2, 2));
    assert!(place.source.standing_credentials(Some(&[first])).await.unwrap().is_empty(), "nothing is left of it");
    assert_eq!(found(&place.source, &Plan { holders: agreed.holders[1..].to_vec(), ..agreed.clone() }).await, []);
    assert!(place.source.standing_credentials(None).await.unwrap().contains_key(&second));
    place.source.end_credential(second).await.unwrap();
    place.source.end(agreement).await.unwrap();
}
