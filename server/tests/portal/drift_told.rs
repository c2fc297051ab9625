//! What somebody grants by hand at a source is told to whoever answers for it, once, and stays among what they must do while it stands.

use crate::common::{Visitor, page};
use crate::granting::Granting;
use domain::organisation::{Role, Scope};
use server::jobs::{events, reconcile};
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
const ELSEWHERE: &str = "00000000-0000-7000-8000-0000000000ff";
const OPEN: &str = "<a href=\"/admin/drift\">1 thing that a source grants was not agreed and cannot be taken back</a>";

struct People {
    owner: Visitor,
    officer: Visitor,
    elsewhere: Visitor,
}

impl People {
    async fn of(place: &Granting) -> Self {
        let officer = |sector: &str| [(Role::TcSecurityOfficer, Scope::Sector(sector.parse().unwrap()))];
        Self {
            owner: place.world.visitor("owner", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await,
            officer: place.world.visitor("officer.tsc", &officer(SECTOR)).await,
            elsewhere: place.world.visitor("officer.elsewhere", &officer(ELSEWHERE)).await,
        }
    }
}

/// The source is looked at twice, and whoever is to be told is told.
async fn looked_at(place: &Granting) {
    for _ in 0..2 {
        reconcile::tidy(&place.world.state).await.unwrap();
        events::follow(&place.world.state).await.unwrap();
    }
}

/// How often somebody was told of a finding.
async fn told(pool: &PgPool, who: &Visitor) -> i64 {
    let query = "SELECT count(*) FROM notice n JOIN event e ON e.id = n.event_id WHERE n.person_id = $1 AND e.topic = 'drift.found'";
    sqlx::query_scalar(query).bind(who.person.0).fetch_one(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_granted_by_hand_is_told_once(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 1).await;
    let people = People::of(&place).await;
    pool.execute("UPDATE webhook SET topics = '{drift.found}'").await.unwrap();
    looked_at(&place).await;
    assert_eq!(told(&pool, &people.officer).await, 0, "nothing differs");

    let by_hand = format!("GRANT INSERT ON {reader}.routes TO {reader}", reader = place.reader);
    place.source.execute(AssertSqlSafe(by_hand)).await.unwrap();
    looked_at(&place).await;
    let found: i64 = sqlx::query_scalar("SELECT count(*) FROM drift_finding").fetch_one(&pool).await.unwrap();
    assert!(found > 0);
    for who in [&people.owner, &people.officer] {
        assert_eq!(told(&pool, who).await, found, "each finding once");
        let notices = page(&place.world, who, "/notices").await;
        assert!(notices.contains("A source granted something of Bus routes that was not agreed") && notices.contains(&place.page), "{notices}");
        assert!(!notices.contains(OPEN), "it was taken back: there is nothing to do");
        page(&place.world, who, &place.page).await;
    }
    assert_eq!(told(&pool, &people.elsewhere).await, 0);
    let bodies: Vec<String> = sqlx::query_scalar("SELECT body FROM webhook_delivery").fetch_all(&pool).await.unwrap();
    assert_eq!(i64::try_from(bodies.len()).unwrap(), found);
    assert!(bodies.iter().all(|body| body.contains(r#""type":"drift.found""#) && body.contains("ssot-a.busroutes-dp")), "{bodies:?}");

    // Of no product: whoever watches a source, in whichever sector.
    place.source.execute("GRANT SELECT ON pasar_source.credential TO PUBLIC").await.unwrap();
    looked_at(&place).await;
    assert_eq!(told(&pool, &people.owner).await, found, "owners have no list of it");
    assert!(told(&pool, &people.officer).await > found);
    let notices = page(&place.world, &people.elsewhere, "/notices").await;
    assert!(notices.contains("A source granted something that no agreement stands behind") && notices.contains("/admin/drift"), "{notices}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_cannot_be_taken_back_waits_for_whoever_watches(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 1).await;
    let people = People::of(&place).await;
    // Somebody who may pass a privilege on gives it: only they can take it back.
    let (other, reader) = (place.other_role().await, place.reader.clone());
    let give = format!(
        "GRANT USAGE ON SCHEMA ssot_a TO {other}; GRANT SELECT ON ssot_a.routes TO {other} WITH GRANT OPTION; SET ROLE {other};
         GRANT SELECT ON ssot_a.routes TO {reader}; RESET ROLE"
    );
    place.source.execute(AssertSqlSafe(give)).await.unwrap();
    looked_at(&place).await;
    for path in ["/", "/notices"] {
        assert!(page(&place.world, &people.officer, path).await.contains(OPEN), "{path}");
        for who in [&people.owner, &people.elsewhere] {
            assert!(!page(&place.world, who, path).await.contains("cannot be taken back"), "{path}");
        }
    }
    let take = format!("SET ROLE {other}; REVOKE SELECT ON ssot_a.routes FROM {reader}; RESET ROLE");
    place.source.execute(AssertSqlSafe(take)).await.unwrap();
    looked_at(&place).await;
    assert!(!page(&place.world, &people.officer, "/").await.contains("cannot be taken back"), "it is gone");
}
