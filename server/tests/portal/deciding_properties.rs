//! Whatever people do, and in whatever order: nothing is agreed without each step decided by somebody who may, in their own right or
//! for one who is away, and who is not the requester; steps of standards are no exception, nor is what was handed over or passed up.
//! What is agreed is never more than was asked for or than anybody left; the same command twice does one thing.

use crate::common::World;
use chrono::{NaiveDate, TimeDelta};
use domain::Actor;
use domain::access::{Conditions, DatasetConditions, NewRequest, RequiredStep, RowScope};
use domain::audit::Origin;
use domain::authorisation::decides;
use domain::id::{DatasetId, OutputPortId, PartStepId, PersonId, ProductId, RequestId, StandardId, TeamId};
use domain::organisation::{Held, Role, Scope};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sqlx::Executor;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::access::{self, Decider, Decision, Submission};
use store::{PgPool, StoreError};
use uuid::Uuid;

const SEQUENCES: usize = 60;
const DOMAIN: Scope = Scope::Domain(domain::id::DomainId(Uuid::from_u128(0x7000_8000_0000_0000_0003)));
const SECTOR: Scope = Scope::Sector(domain::id::SectorId(Uuid::from_u128(0x7000_8000_0000_0000_0001)));
const PORT: OutputPortId = OutputPortId(Uuid::from_u128(0xb3));
const PRODUCT: ProductId = ProductId(Uuid::from_u128(0x7000_8000_0000_0000_0005));
const STANDARD: StandardId = StandardId(Uuid::from_u128(0x5a));
const DATASET: DatasetId = DatasetId(Uuid::from_u128(0xb1));

/// One thing that one of the people tries, with the step that they try it on.
#[derive(Debug, Clone)]
enum Command {
    Approve {
        columns: BTreeSet<String>,
        values: BTreeSet<String>,
        days: u64,
    },
    Refuse,
    Ask,
    Answer,
    Undo,
    Withdraw,
    Wait,
    /// To another who may decide, if there is one.
    HandOver {
        to: usize,
    },
    /// Names one of the people to stand in for half a day.
    Deputise {
        to: usize,
    },
    /// Days go by, and what is late is passed up.
    PassUp,
}

fn command() -> impl Strategy<Value = Command> {
    let columns = proptest::collection::btree_set(
        prop_oneof![4 => Just("route".to_owned()), 1 => Just("area".to_owned()), 1 => Just("depot".to_owned())],
        1..4,
    );
    let values = proptest::collection::btree_set("[A-C]", 0..2);
    prop_oneof![
        30 => (columns, values, 1u64..60).prop_map(|(columns, values, days)| Command::Approve { columns, values, days }),
        2 => Just(Command::Refuse),
        4 => Just(Command::Ask),
        6 => Just(Command::Answer),
        2 => Just(Command::Undo),
        1 => Just(Command::Withdraw),
        1 => Just(Command::Wait),
        2 => (0usize..5).prop_map(|to| Command::HandOver { to }),
        2 => (0usize..5).prop_map(|to| Command::Deputise { to }),
        1 => Just(Command::PassUp),
    ]
}

/// Which step: the nth of those that are open, or this one.
#[derive(Clone, Copy)]
enum On {
    Any(usize),
    Exactly(PartStepId),
}

struct Case {
    pool: PgPool,
    world: World,
    people: Vec<Actor>,
}

impl Case {
    fn today(&self) -> NaiveDate {
        domain::calendar::day(self.world.now())
    }

    /// Asks as the first of the people, alone or for a team; some columns and rows, or all.
    async fn submit(&self, key: u128, columns: Option<BTreeSet<String>>, team: Option<TeamId>, required: Vec<RequiredStep>) -> RequestId {
        let requester = &self.people[0];
        let mut tx = self.pool.begin().await.unwrap();
        let urn = "ssot-a.busroutes-dp".parse().unwrap();
        let asked = access::asked(&mut tx, requester.person, &[urn], self.world.now()).await.unwrap();
        let wanted: BTreeMap<String, _> = columns
            .map(|columns| {
                (
                    asked[0].address.clone(),
                    domain::access::DatasetScope { columns, rows: RowScope([("area".into(), ["A".into(), "B".into()].into())].into()) },
                )
            })
            .into_iter()
            .collect();
        let request = NewRequest {
            purpose: "planning".into(),
            explanation: "why".into(),
            legal_basis: "law".into(),
            team: "team".into(),
            seen_by: String::new(),
            until: self.today() + TimeDelta::days(30),
            wanted,
        };
        let submission = Submission {
            requester: requester.person,
            team,
            request: &request,
            asked: &asked,
            key: Uuid::from_u128(key),
            required,
            origin: Origin::default(),
        };
        let id = access::submit(&mut tx, &submission, &self.world.state.ids, self.world.now()).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Tries a command as the portal would: allowed first, then done; gives the step if it did something.
    async fn attempt(&self, request: RequestId, who: usize, on: On, command: &Command) -> Option<PartStepId> {
        let (actor, now, ids) = (&self.people[who], self.world.now(), &self.world.state.ids);
        let mut tx = self.pool.begin().await.unwrap();
        let view = access::request(&mut tx, request, now).await.unwrap().unwrap();
        let part = &view.parts[0];
        let on = match (command, on) {
            // Its form names the decision that is meant.
            (Command::Undo, On::Any(_)) => access::undoable(&mut tx, actor.person, part.id).await.unwrap().map_or(on, On::Exactly),
            _ => on,
        };
        // Mostly a step that can be decided now.
        let open: Vec<_> = part.steps.iter().filter(|step| step.open).collect();
        let step = match on {
            On::Exactly(id) => part.steps.iter().find(|step| step.id == id).unwrap(),
            On::Any(n) if n > 0 && !open.is_empty() => open[n % open.len()],
            On::Any(_) => &part.steps[who % part.steps.len()],
        };
        let stands_for = access::stood_for(&mut tx, actor.person, now).await.unwrap();
        let may = decides(actor, &stands_for, &view.asking, part.place, &step.roles);
        let decider = Decider { person: actor.person, stands_for: may.as_ref().ok().copied().flatten() };
        let outcome = match command {
            Command::Approve { columns, values, days } if may.is_ok() => {
                let rows = if values.is_empty() { RowScope::default() } else { RowScope([("area".to_owned(), values.clone())].into()) };
                let left = DatasetConditions { port: PORT, dataset: DATASET, columns: columns.clone(), rows, techniques: BTreeMap::new() };
                let conditions = Conditions { until: self.today() + chrono::Days::new(*days), datasets: vec![left] };
                access::decide(&mut tx, decider, step.id, &Decision::Approve { conditions, note: None }, &Origin::default(), ids, now).await
            }
            Command::Refuse if may.is_ok() => {
                access::decide(&mut tx, decider, step.id, &Decision::Refuse { reason: "no".into() }, &Origin::default(), ids, now).await
            }
            Command::Ask if may.is_ok() => access::ask(&mut tx, actor.person, step.id, "?", &Origin::default(), ids, now).await,
            // Whoever's turn it is: the requester answers.
            Command::Answer => access::answer(&mut tx, self.people[0].person, part.id, "!", &Origin::default(), ids, now).await,
            Command::Undo => access::undo(&mut tx, actor.person, part.id, Some(step.id), &Origin::default(), now).await,
            Command::Withdraw if who == 0 => access::withdraw(&mut tx, actor.person, request, &Origin::default(), now).await,
            Command::Wait => {
                self.world.later(TimeDelta::hours(20));
                Ok(())
            }
            Command::HandOver { to } if may.is_ok() => {
                let others = access::could_decide(&mut tx, step.id, actor.person, now).await.unwrap();
                let (to, _) = others.get(to % others.len().max(1))?;
                access::hand_over(&mut tx, actor.person, step.id, *to, &Origin::default(), now).await
            }
            Command::Deputise { to } if *to != who => {
                let until = now + TimeDelta::hours(12);
                access::delegate(&mut tx, actor.person, self.people[*to].person, now, until, &Origin::default(), ids, now).await.map(|_| ())
            }
            Command::PassUp => {
                if matches!(on, On::Any(_)) {
                    self.world.later(TimeDelta::days(4));
                }
                access::escalate(&mut tx, self.world.now()).await.map(|_| ())
            }
            // Whoever is not allowed is refused by the store as well, when it is their own request or their team's.
            Command::Approve { days, .. } if view.asking.contains(&actor.person) => {
                let conditions = Conditions { until: self.today() + chrono::Days::new(*days), datasets: vec![] };
                let refused =
                    access::decide(&mut tx, decider, step.id, &Decision::Approve { conditions, note: None }, &Origin::default(), ids, now).await;
                assert!(matches!(refused, Err(StoreError::Conflict(_))), "nobody decides their own");
                return None;
            }
            _ => return None,
        };
        match outcome {
            Ok(()) => {
                tx.commit().await.unwrap();
                Some(step.id)
            }
            Err(StoreError::Conflict(_)) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// What a command leaves behind, in numbers: in the trail, in the outbox, and where it is done.
    async fn traces(&self) -> Vec<i64> {
        sqlx::query_scalar(
            "SELECT ARRAY[(SELECT count(*) FROM audit_event), (SELECT count(*) FROM outbox), (SELECT count(*) FROM event),
                          (SELECT count(*) FROM agreement), (SELECT count(*) FROM part_message), (SELECT count(*) FROM delegation)]",
        )
        .fetch_one(&self.pool)
        .await
        .unwrap()
    }

    /// Sends again what did something: it is refused, or it is as they want it already; nothing is done again, and nobody is told of it again.
    async fn again(&self, request: RequestId, who: usize, step: PartStepId, command: &Command) {
        let view = async || access::request(&mut self.pool.acquire().await.unwrap(), request, self.world.now()).await.unwrap().unwrap();
        let before = (self.traces().await, view().await);
        let done = self.attempt(request, who, On::Exactly(step), command).await.is_some();
        assert!(!done || matches!(command, Command::Ask | Command::HandOver { .. } | Command::PassUp), "{command:?} twice is refused");
        assert_eq!((self.traces().await, view().await), before, "{command:?} twice does one thing");
    }

    /// What must hold at every moment.
    async fn check(&self, request: RequestId, asked: Option<&BTreeSet<String>>) {
        let mut conn = self.pool.acquire().await.unwrap();
        let view = access::request(&mut conn, request, self.world.now()).await.unwrap().unwrap();
        let part = &view.parts[0];
        let agreements: Vec<(Uuid, Vec<String>, sqlx::types::Json<RowScope>, NaiveDate)> = sqlx::query_as(
            "SELECT a.id, x.columns, x.row_scope, (a.until - interval '1 second')::date FROM agreement a JOIN agreement_dataset x ON x.agreement_id = a.id
             WHERE a.part_id = $1 AND a.state = 'active'",
        )
        .bind(part.id.0)
        .fetch_all(&mut *conn)
        .await
        .unwrap();
        assert!(agreements.len() <= 1, "one decision makes one agreement");
        assert_eq!(agreements.len() == 1, part.state == domain::access::PartState::Approved);
        for (_, columns, rows, until) in &agreements {
            assert!(*until <= view.until, "never longer than asked");
            for step in &part.steps {
                let by = step.decided_by.expect("each step was decided");
                // In whose right: an absent person's, only if they named this deputy.
                let right = self.in_whose_right(&mut conn, step.id, by).await;
                let actor = self.people.iter().find(|actor| actor.person == right).unwrap();
                assert!(decides(actor, &[], &view.asking, part.place, &step.roles).is_ok(), "by somebody who may");
                assert!(!view.asking.contains(&by) && !view.asking.contains(&right), "nobody of those who ask");
                let left = conditions(&mut conn, step.id).await;
                assert!(*until <= left.until && left.datasets.iter().all(|left| columns.iter().all(|column| left.columns.contains(column))));
                assert!(left.datasets.iter().all(|left| rows.0.within(&left.rows)), "never more than anybody left");
            }
            assert!(!columns.is_empty() && asked.is_none_or(|asked| columns.iter().all(|column| asked.contains(column))));
        }
    }
}

impl Case {
    async fn in_whose_right(&self, conn: &mut sqlx::PgConnection, step: PartStepId, by: PersonId) -> PersonId {
        let absent: Option<Uuid> =
            sqlx::query_scalar("SELECT decided_for FROM part_step WHERE id = $1").bind(step.0).fetch_one(&mut *conn).await.unwrap();
        let Some(absent) = absent else { return by };
        let named: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM delegation x JOIN part_step s ON s.id = $3 WHERE x.person_id = $1 AND x.delegate_id = $2 AND s.decided_at BETWEEN x.since AND x.until)",
        )
        .bind(absent)
        .bind(by.0)
        .bind(step.0)
        .fetch_one(conn)
        .await
        .unwrap();
        assert!(named, "stood in for by somebody whom they named");
        PersonId(absent)
    }
}

async fn conditions(conn: &mut sqlx::PgConnection, step: PartStepId) -> Conditions {
    let found: sqlx::types::Json<Conditions> =
        sqlx::query_scalar("SELECT conditions FROM part_step WHERE id = $1").bind(step.0).fetch_one(conn).await.unwrap();
    found.0
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nothing_is_agreed_past_its_deciders(pool: PgPool) {
    pool.execute(
        "DELETE FROM agreement; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request;
         INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
             SELECT '00000000-0000-0000-0000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal, is_scope)
             SELECT gen_random_uuid(), '00000000-0000-0000-0000-0000000000b1', n, name, 'text', false, false, 'confidential', 'non-sensitive', 'none', n = 1
             FROM (VALUES (0, 'route'), (1, 'area'), (2, 'depot')) AS v(n, name);
         INSERT INTO output_port SELECT '00000000-0000-0000-0000-0000000000b3', id, 'output-port1', 'postgres', NULL FROM product;
         INSERT INTO output_port_dataset VALUES ('00000000-0000-0000-0000-0000000000b3', '00000000-0000-0000-0000-0000000000b1');
         INSERT INTO standard (id, slug, scope_kind, made_at) VALUES ('00000000-0000-0000-0000-00000000005a', 'seen-twice', 'whole', now())",
    )
    .await
    .unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    // The requester is also a steward: that must not help.
    let roles = [(Role::Steward, DOMAIN), (Role::Steward, DOMAIN), (Role::Owner, DOMAIN), (Role::TcSecurityOfficer, SECTOR)];
    let mut people = vec![];
    for (n, (role, scope)) in roles.into_iter().enumerate() {
        let visitor = world.visitor(&format!("p{n}"), &[(role, scope)]).await;
        let person: PersonId = visitor.person;
        people.push(Actor { person, name: format!("p{n}"), email: String::new(), agency: None, roles: vec![Held { role, scope }] });
    }
    // The last holds no role: what they may, they may for others.
    let deputy = world.visitor("p4", &[]).await.person;
    people.push(Actor { person: deputy, name: "p4".to_owned(), email: String::new(), agency: None, roles: vec![] });
    // The second is in the team that every third request is for: a steward, who decides none of these.
    let team = TeamId(Uuid::from_u128(0x7000_8000_0000_0000_00aa));
    sqlx::query(
        "INSERT INTO team_member (id, team_id, person_id, lead, added_by, added_at) SELECT gen_random_uuid(), $1, h, true, h, $2 FROM unnest($3::uuid[]) h",
    )
    .bind(team.0)
    .bind(world.now())
    .bind(people[..2].iter().map(|one| one.person.0).collect::<Vec<_>>())
    .execute(&pool)
    .await
    .unwrap();
    let case = Case { pool, world, people };
    let mut runner = TestRunner::deterministic();
    let steps = proptest::collection::vec((0usize..5, 0usize..6, command()), 20..60);
    let (mut agreed, mut undone, mut handed_over) = (0, 0, 0);
    let mut repeated = HashSet::new();
    for n in 0..SEQUENCES {
        let columns: Option<BTreeSet<String>> = (n % 2 == 0).then(|| ["route".to_owned(), "area".to_owned()].into());
        let key = n as u128 + 1;
        let for_team = (n % 3 == 0).then_some(team);
        let required: Vec<RequiredStep> = (n % 4 == 0)
            .then(|| RequiredStep {
                product: PRODUCT,
                standard: STANDARD,
                roles: vec![Role::TcSecurityOfficer],
                why: "A standard asks for it".into(),
            })
            .into_iter()
            .collect();
        let request = case.submit(key, columns.clone(), for_team, required.clone()).await;
        assert_eq!(case.submit(key, columns.clone(), for_team, required).await, request, "the same form twice is one request");
        for (who, on, command) in steps.new_tree(&mut runner).unwrap().current() {
            let did = case.attempt(request, who, On::Any(on), &command).await;
            case.check(request, columns.as_ref()).await;
            undone += usize::from(did.is_some() && matches!(command, Command::Undo));
            handed_over += usize::from(did.is_some() && matches!(command, Command::HandOver { .. }));
            // That time goes by is nobody's command.
            if let Some(step) = did.filter(|_| !matches!(command, Command::Wait)) {
                case.again(request, who, step, &command).await;
                repeated.insert(std::mem::discriminant(&command));
            }
        }
        agreed += sqlx::query_scalar::<_, i64>("SELECT count(*) FROM agreement a JOIN request_part q ON q.id = a.part_id WHERE q.request_id = $1")
            .bind(request.0)
            .fetch_one(&case.pool)
            .await
            .unwrap();
    }
    let (stood_in, passed_up, of_standards): (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE s.decided_for IS NOT NULL), count(*) FILTER (WHERE s.escalated_at IS NOT NULL),
                count(*) FILTER (WHERE s.standard_id IS NOT NULL AND q.state = 'approved') FROM part_step s JOIN request_part q ON q.id = s.part_id",
    )
    .fetch_one(&case.pool)
    .await
    .unwrap();
    let reached = [agreed, stood_in, passed_up, of_standards].iter().all(|n| *n > 0) && undone > 0 && handed_over > 0;
    assert!(
        reached,
        "the sequences reach what they are to test: {agreed} agreed, {undone} undone, {handed_over} handed over, {stood_in} decided for somebody, \
         {passed_up} passed up, {of_standards} steps of standards"
    );
    assert_eq!(repeated.len(), 9, "each command, save waiting, was sent again");
}
