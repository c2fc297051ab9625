//! Of a team's agreement, whatever is placed, lifted, left and made anew, and in whatever order: its people and its machine client read
//! exactly while they may, at every port. Who may not is refused by the portal and by a fleet's engine at once, and so are new sessions at
//! the source when a command was answered; sessions that are open there, and what ends without a command, well within a minute.

use crate::common::Visitor;
use crate::granting::Granting;
use axum::http::Method;
use chrono::TimeDelta;
use domain::access::HoldKind;
use domain::audit::Origin;
use domain::id::{AgreementId, HoldId};
use domain::organisation::{Role, Scope};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use serde_json::{Value, json};
use server::jobs::{outbox, reconcile, terms};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use store::PgPool;
use store::access::{self, NewHold};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const ENGINE_KEY: &str = "a-key-of-the-test-a-key-of-the-test-a-key";
/// A minute, less the five seconds that may pass until it is looked again whether something has expired.
const BOUND: Duration = Duration::from_secs(55);
/// What a suspension is of: one of the team, or the product.
const SUBJECTS: [(&str, &str); 2] = [("person", "ben%40example.invalid"), ("product", "ssot-a.busroutes-dp")];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Lead,
    Ben,
    Machine,
}

const READERS: [Who; 3] = [Who::Lead, Who::Ben, Who::Machine];

#[derive(Debug, Clone, Copy)]
enum End {
    Revoked,
    GivenUp,
    Expired,
}

struct Case {
    place: Granting,
    pool: PgPool,
    lead: Visitor,
    ben: Visitor,
    officer: Visitor,
    steward: Visitor,
    team: String,
    /// What each reads with now, and a session that was opened while they could.
    tokens: [Option<String>; 3],
    sessions: [Option<PgConnection>; 3],
    /// Credentials that were lost, each with the session that was open: nobody reads with them ever again.
    lost: Vec<(String, Option<PgConnection>)>,
    machine: Option<Uuid>,
    /// Suspensions that stand, by their number among `SUBJECTS`.
    standing: BTreeMap<usize, Uuid>,
    standard: Option<HoldId>,
    terms: bool,
    ben_is_in: bool,
    ended: bool,
    worker: (watch::Sender<bool>, JoinHandle<()>),
}

impl Case {
    async fn new(pool: PgPool) -> Self {
        let place = Granting::with(pool.clone(), "{}", 2, &[("PASAR_ENGINE_KEY", ENGINE_KEY)]).await;
        let (lead, ben) = (place.holder().await, place.world.visitor("ben", &[]).await);
        let officer = place.world.visitor("officer.tsc", &[(Role::TcSecurityOfficer, Scope::Sector(SECTOR.parse().unwrap()))]).await;
        let steward = place.world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
        sqlx::query("UPDATE person SET agency = 'land-transport' WHERE id = ANY($1)")
            .bind(vec![lead.person.0, ben.person.0])
            .execute(&pool)
            .await
            .unwrap();
        let made = place.world.post("/teams", Some(&lead.cookie), &format!("csrf={}&name=Mobility+study", lead.csrf)).await;
        let team = made.location();
        // Old enough for terms to be overdue; somebody else decided it.
        let theirs = format!(
            "UPDATE agreement SET team_id = '{}', made_at = '2026-10-01'; UPDATE request_part SET accepted_terms = 1;
             UPDATE part_step SET decided_by = (SELECT id FROM person WHERE email LIKE 'stand.in%')",
            team.rsplit('/').next().unwrap()
        );
        pool.execute(AssertSqlSafe(theirs)).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let worker = (stop, tokio::spawn(outbox::run(place.world.state.clone(), stopped)));
        let mut case = Self {
            place,
            pool,
            lead,
            ben,
            officer,
            steward,
            team,
            tokens: [None, None, None],
            sessions: [None, None, None],
            lost: vec![],
            machine: None,
            standing: BTreeMap::new(),
            standard: None,
            terms: false,
            ben_is_in: false,
            ended: false,
            worker,
        };
        case.ben_comes_or_goes().await;
        case.machine_begins_or_ends().await;
        case.make_credentials().await;
        case
    }

    async fn post(&self, who: &Visitor, path: &str, fields: &str) {
        let answer = self.place.world.post(path, Some(&who.cookie), &format!("csrf={}&{fields}", who.csrf)).await;
        assert_eq!(answer.status, 303, "{path} {fields}: {}", answer.body);
    }

    fn is_held(&self) -> bool {
        self.standing.contains_key(&1) || self.standard.is_some() || self.terms
    }

    /// What must be, from nothing but what was done.
    fn may_read(&self, who: Who) -> bool {
        let own = match who {
            Who::Lead => true,
            Who::Ben => self.ben_is_in && !self.standing.contains_key(&0),
            Who::Machine => self.machine.is_some(),
        };
        own && !self.ended && !self.is_held()
    }

    async fn suspend_or_lift(&mut self, subject: usize) {
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

    /// As when a standard is no longer met, and met again.
    async fn hold_or_resume(&mut self) {
        let (state, now) = (&self.place.world.state, self.place.world.now());
        let id: Uuid = sqlx::query_scalar("SELECT id FROM agreement").fetch_one(&self.pool).await.unwrap();
        let mut tx = self.pool.begin().await.unwrap();
        if let Some(hold) = self.standard.take() {
            assert!(access::lift_hold(&mut tx, hold, None, &Origin::default(), now).await.unwrap());
        } else {
            let new = NewHold { agreement: AgreementId(id), kind: HoldKind::Standard, reason: "Not met", by: None, suspension: None };
            self.standard = access::place_hold(&mut tx, &new, &Origin::default(), &state.ids, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        state.work.notify_one();
    }

    /// Another version of the terms is not accepted in time, or is accepted after all.
    async fn owe_or_accept(&mut self) {
        if self.terms {
            let version: i32 = sqlx::query_scalar("SELECT version FROM data_sharing_agreement").fetch_one(&self.pool).await.unwrap();
            self.post(&self.lead, &format!("{}/terms", self.place.page), &format!("version={version}")).await;
        } else {
            self.pool.execute("UPDATE data_sharing_agreement SET obligations = 'Version ' || version, accept_by = '2026-11-01'").await.unwrap();
            terms::hold(&self.place.world.state).await.unwrap();
        }
        self.terms = !self.terms;
    }

    fn lose(&mut self, at: usize) {
        let session = self.sessions[at].take();
        self.lost.extend(self.tokens[at].take().map(|token| (token, session)));
    }

    async fn ben_comes_or_goes(&mut self) {
        if self.ben_is_in {
            self.post(&self.lead, &format!("{}/remove", self.team), &format!("person={}", self.ben.person)).await;
            self.lose(1);
        } else {
            self.post(&self.lead, &format!("{}/add", self.team), "email=ben%40example.invalid").await;
        }
        self.ben_is_in = !self.ben_is_in;
    }

    async fn machine_begins_or_ends(&mut self) {
        let path = format!("{}/machines", self.place.page);
        if let Some(machine) = self.machine.take() {
            self.post(&self.lead, &format!("{path}/end"), &format!("machine_id={machine}")).await;
            self.lose(2);
            return;
        }
        self.post(&self.lead, &path, "machine=Nightly+load").await;
        let made = sqlx::query_scalar("SELECT id FROM agreement_credential WHERE machine IS NOT NULL AND ended_at IS NULL");
        self.machine = Some(made.fetch_one(&self.pool).await.unwrap());
    }

    /// For whoever may read and has none.
    async fn make_credentials(&mut self) {
        for (at, who) in READERS.into_iter().enumerate() {
            if self.tokens[at].is_some() || !self.may_read(who) {
                continue;
            }
            let token = match who {
                Who::Lead => self.place.credential(&self.lead).await,
                Who::Ben => self.place.credential(&self.ben).await,
                Who::Machine => {
                    let form = format!("csrf={}&machine_id={}", self.lead.csrf, self.machine.unwrap());
                    let path = format!("{}/machines/credential", self.place.page);
                    let made = self.place.world.post(&path, Some(&self.lead.cookie), &form).await;
                    made.body.split("<code id=\"token\">").nth(1).unwrap_or_else(|| panic!("{}", made.body)).split('<').next().unwrap().to_owned()
                }
            };
            self.tokens[at] = Some(token);
        }
    }

    async fn end(&mut self, end: End) {
        match end {
            End::Revoked => self.post(&self.steward, &format!("{}/revoke", self.place.page), "reason=why").await,
            End::GivenUp => self.post(&self.lead, &format!("{}/give-up", self.place.page), "").await,
            End::Expired => {
                let until: chrono::DateTime<chrono::Utc> = sqlx::query_scalar("SELECT until FROM agreement").fetch_one(&self.pool).await.unwrap();
                self.place.world.later(until - self.place.world.now() + TimeDelta::seconds(1));
            }
        }
        self.ended = true;
    }

    /// Whether a fleet's engine would give rows to the role of this credential.
    async fn engine_gives(&self, token: &str) -> bool {
        // `pasar_c_` and the credential's id.
        let user = &token[..40];
        let table = json!({ "catalogName": "c", "schemaName": "ssot_a", "tableName": "routes" });
        let action = json!({ "operation": "GetRowFilters", "resource": { "table": table } });
        let input = json!({ "input": { "context": { "identity": { "user": user } }, "action": action } });
        let answer =
            self.place.world.send(Method::POST, &format!("/v1/data/trino/{ENGINE_KEY}/rowFilters"), None, Some(&input.to_string()), &[]).await;
        let said: Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body));
        let filters = said["result"].as_array().unwrap_or_else(|| panic!("{said}"));
        filters.iter().all(|filter| filter["expression"] != "false")
    }

    /// Whether the source stands as it must for one reader.
    async fn has_settled(&mut self, at: usize, token: &str, may: bool) -> bool {
        let session = self.place.session(token).await;
        if !may {
            let put_out = match &mut self.sessions[at] {
                Some(open) => open.ping().await.is_err(),
                None => true,
            };
            return session.is_err() && put_out;
        }
        let Ok(mut session) = session else { return false };
        let rows = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM routes").fetch_one(&mut session).await;
        let served = self.place.read(token).await.status == 200;
        let settled = served && rows.is_ok_and(|rows| rows == 2);
        if settled {
            self.sessions[at] = Some(session);
        }
        settled
    }

    /// Whoever may not read, and whoever has a lost credential, begins no session at the source.
    async fn nobody_new_begins(&self, after: &str) {
        let may_not = READERS.into_iter().enumerate().filter(|(_, who)| !self.may_read(*who)).filter_map(|(at, _)| self.tokens[at].as_ref());
        for token in may_not.chain(self.lost.iter().map(|(token, _)| token)) {
            assert!(self.place.session(token).await.is_err(), "{after}: a new session at the source, once it was answered");
        }
    }

    async fn check(&mut self, after: &str) {
        let begun = Instant::now();
        for (at, who) in READERS.into_iter().enumerate() {
            let Some(token) = self.tokens[at].clone() else { continue };
            let may = self.may_read(who);
            assert_eq!(self.engine_gives(&token).await, may, "{after}: {who:?} at a fleet's engine, at once");
            if !may {
                let answer = self.place.read(&token).await;
                assert_eq!(answer.status, 403, "{after}: {who:?} at the portal, at once: {}", answer.body);
            }
        }
        reconcile::expire(&self.place.world.state).await.unwrap();
        for (at, who) in READERS.into_iter().enumerate() {
            let Some(token) = self.tokens[at].clone() else { continue };
            let may = self.may_read(who);
            while !self.has_settled(at, &token, may).await {
                assert!(begun.elapsed() < BOUND, "{after}: {who:?}, who may read: {may}, still not so after {BOUND:?}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                self.place.world.later(TimeDelta::milliseconds(100));
            }
            if !may {
                self.sessions[at] = None;
            }
        }
        let mut lost = std::mem::take(&mut self.lost);
        for (token, open) in &mut lost {
            let answer = self.place.read(token).await;
            assert!(matches!(answer.status.as_u16(), 401 | 403), "{after}: a lost credential: {}", answer.body);
            assert!(!self.engine_gives(token).await, "{after}: a lost credential at a fleet's engine");
            loop {
                let put_out = match open {
                    Some(open) => open.ping().await.is_err(),
                    None => true,
                };
                if put_out && self.place.session(token).await.is_err() {
                    break;
                }
                assert!(begun.elapsed() < BOUND, "{after}: a lost credential at the source");
                tokio::time::sleep(Duration::from_millis(100)).await;
                self.place.world.later(TimeDelta::milliseconds(100));
            }
            *open = None;
        }
        self.lost = lost;
    }
}

async fn each_reads_exactly_while_they_may(pool: PgPool, seed: u64, end: End) {
    let mut case = Case::new(pool).await;
    let mut rng = rand::rngs::StdRng::seed_from_u64(seed);
    case.check("as agreed").await;
    // Each is done and undone.
    let mut commands: Vec<usize> = (0..6).chain(0..6).collect();
    commands.shuffle(&mut rng);
    for (turn, command) in commands.into_iter().enumerate() {
        match command {
            0 | 1 => case.suspend_or_lift(command).await,
            2 => case.hold_or_resume().await,
            3 => case.owe_or_accept().await,
            4 => case.ben_comes_or_goes().await,
            _ => case.machine_begins_or_ends().await,
        }
        let after = format!("turn {turn} of seed {seed}, command {command}");
        // Standards and terms that are owed hold by jobs.
        if !matches!(command, 2 | 3) {
            case.nobody_new_begins(&after).await;
        }
        case.check(&after).await;
        case.make_credentials().await;
    }
    case.end(end).await;
    if !matches!(end, End::Expired) {
        case.nobody_new_begins(&format!("{end:?}, seed {seed}")).await;
    }
    case.check(&format!("{end:?}, seed {seed}")).await;
    let Case { place, worker: (stop, running), .. } = case;
    stop.send(true).unwrap();
    running.await.unwrap();
    place.work().await;
    place.never_differed().await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn each_reads_exactly_while_they_may_until_it_is_revoked(pool: PgPool) {
    each_reads_exactly_while_they_may(pool, 11, End::Revoked).await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn each_reads_exactly_while_they_may_until_it_is_given_up(pool: PgPool) {
    each_reads_exactly_while_they_may(pool, 12, End::GivenUp).await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn each_reads_exactly_while_they_may_until_it_runs_out(pool: PgPool) {
    each_reads_exactly_while_they_may(pool, 13, End::Expired).await;
}
