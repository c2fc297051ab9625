//! Whatever is placed and lifted, and in whatever order: while anything stands, or once the agreement has ended, nobody reads. Through the
//! portal, and in new sessions at the source, that is so once the command was answered; sessions that are open there, and what ends by
//! its time, follow with the next turn of the work. While nothing stands, its holder reads as before.

use crate::common::Visitor;
use crate::granting::Granting;
use chrono::TimeDelta;
use domain::id::SectorId;
use domain::organisation::{Role, Scope};
use rand::{Rng, SeedableRng};
use server::jobs::reconcile;
use sqlx::{Connection, Executor, PgConnection};
use std::collections::BTreeMap;
use store::PgPool;
use uuid::Uuid;

const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const SUBJECTS: [(&str, &str); 3] = [("person", "jason.lim%40example.invalid"), ("agency", "land+transport"), ("product", "ssot-a.busroutes-dp")];
/// Things that are placed or lifted before the agreement ends.
const TURNS: usize = 8;

#[derive(Debug, Clone, Copy)]
enum End {
    Revoked,
    GivenUp,
    Expired,
}

struct Case {
    place: Granting,
    pool: PgPool,
    holder: Visitor,
    officer: Visitor,
    steward: Visitor,
    token: String,
    /// What stands, by its number among `SUBJECTS`.
    standing: BTreeMap<usize, Uuid>,
}

impl Case {
    async fn new(pool: PgPool) -> Self {
        let place = Granting::new(pool.clone(), "{}", 2).await;
        let holder = place.holder().await;
        pool.execute("UPDATE person SET agency = 'Land Transport' WHERE email = 'jason.lim@example.invalid'").await.unwrap();
        let token = place.credential(&holder).await;
        let officer = place.world.visitor("officer.tsc", &[(Role::TcSecurityOfficer, Scope::Sector(SectorId(SECTOR.parse().unwrap())))]).await;
        let steward = place.world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
        Self { place, pool, holder, officer, steward, token, standing: BTreeMap::new() }
    }

    async fn post(&self, who: &Visitor, path: &str, fields: &str) {
        let answer = self.place.world.post(path, Some(&who.cookie), &format!("csrf={}&{fields}", who.csrf)).await;
        assert_eq!(answer.status, 303, "{path} {fields}: {}", answer.body);
    }

    /// Places what does not stand, lifts what does.
    async fn turn(&mut self, subject: usize) {
        if let Some(id) = self.standing.remove(&subject) {
            self.post(&self.officer, &format!("/suspensions/{id}/lift"), "reason=over").await;
            return;
        }
        let (kind, name) = SUBJECTS[subject];
        self.post(&self.officer, "/suspensions", &format!("kind={kind}&subject={name}&sector={SECTOR}&reason=why")).await;
        let known: Vec<Uuid> = self.standing.values().copied().collect();
        let id: Uuid = sqlx::query_scalar("SELECT id FROM suspension WHERE lifted_at IS NULL AND id <> ALL($1)")
            .bind(&known)
            .fetch_one(&self.pool)
            .await
            .unwrap();
        self.standing.insert(subject, id);
    }

    async fn end(&mut self, end: End) {
        match end {
            End::Revoked => self.post(&self.steward, &format!("{}/revoke", self.place.page), "reason=why").await,
            End::GivenUp => self.post(&self.holder, &format!("{}/give-up", self.place.page), "").await,
            End::Expired => {
                let until: chrono::DateTime<chrono::Utc> = sqlx::query_scalar("SELECT until FROM agreement").fetch_one(&self.pool).await.unwrap();
                self.place.world.later(until - self.place.world.now() + TimeDelta::seconds(1));
                // Weeks have passed: who lifts what stood signs in again.
                self.officer = self.place.world.visitor("officer.tsc", &[]).await;
            }
        }
    }

    /// What a command ended has no door at the source once it was answered, before any work was done.
    async fn nobody_new_begins(&self, after: &str) {
        assert!(self.place.session(&self.token).await.is_err(), "{after}: a new session at the source, once it was answered");
    }

    /// `open` is a session that was opened while reading was allowed.
    async fn check(&self, allowed: bool, open: &mut Option<PgConnection>, after: &str) {
        if !allowed {
            let answer = self.place.read(&self.token).await;
            assert_eq!(answer.status, 403, "{after}: refused before any job runs");
        }
        reconcile::expire(&self.place.world.state).await.unwrap();
        self.place.work().await;
        let answer = self.place.read(&self.token).await;
        if allowed {
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "route\n101\n102\n"), "{after}");
            let mut session = self.place.session(&self.token).await.unwrap_or_else(|fault| panic!("{after}: {fault}"));
            assert_eq!(sqlx::query_scalar::<_, i64>("SELECT count(*) FROM routes").fetch_one(&mut session).await.unwrap(), 2, "{after}");
            *open = Some(session);
        } else {
            assert_eq!(answer.status, 403, "{after}");
            assert!(self.place.session(&self.token).await.is_err(), "{after}: nobody signs in at the source");
            if let Some(mut session) = open.take() {
                assert!(session.ping().await.is_err(), "{after}: who was there is put out");
            }
        }
    }
}

async fn nobody_reads_past(pool: PgPool, seed: u64, end: End) {
    let mut case = Case::new(pool).await;
    let mut rng = rand::rngs::StdRng::seed_from_u64(seed);
    let mut open = None;
    case.check(true, &mut open, "as agreed").await;
    for turn in 0..TURNS {
        let subject = rng.random_range(0..SUBJECTS.len());
        case.turn(subject).await;
        let after = format!("turn {turn} of seed {seed}, {:?} stand", case.standing.keys());
        if !case.standing.is_empty() {
            case.nobody_new_begins(&after).await;
        }
        case.check(case.standing.is_empty(), &mut open, &after).await;
    }
    case.end(end).await;
    if !matches!(end, End::Expired) {
        case.nobody_new_begins(&format!("{end:?}")).await;
    }
    case.check(false, &mut open, &format!("{end:?}")).await;
    // What ended is not brought back by lifting what stood.
    for subject in case.standing.keys().copied().collect::<Vec<_>>() {
        case.turn(subject).await;
        case.check(false, &mut open, &format!("{end:?}, and lifted")).await;
    }
    case.place.never_differed().await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_reads_past_a_revocation(pool: PgPool) {
    nobody_reads_past(pool, 1, End::Revoked).await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_reads_past_giving_up(pool: PgPool) {
    nobody_reads_past(pool, 2, End::GivenUp).await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_reads_past_the_end(pool: PgPool) {
    nobody_reads_past(pool, 3, End::Expired).await;
}
