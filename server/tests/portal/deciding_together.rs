//! Whatever is asked for, asked for again and approved together, in whatever order and by whomever, while terms and rules change in between:
//! nothing is granted at once that a rule in force wants a step for, a renewal is decided like any request, and of many that are approved
//! with one press each was that person's to approve.

use crate::common::{Visitor, World};
use domain::organisation::{Role, Scope};
use rand::{Rng, SeedableRng};
use sqlx::Executor;
use store::PgPool;
use uuid::Uuid;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
const COMMANDS: usize = 160;
/// Nothing asked for yet; a rule of the sector that is not in force.
const READABLE: &str = r#"
    DELETE FROM agreement; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request;
    INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
        SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
    INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
        VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 0, 'route', 'text', false, false, 'restricted', 'non-sensitive', 'none');
    INSERT INTO output_port SELECT '00000000-0000-7000-8000-0000000000b3', id, 'output-port1', 'postgres', NULL FROM product;
    INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000b1');
    INSERT INTO approval_rule (code, title, scope_kind, scope_id, applies, asks, position, retired_at) VALUES ('watched', 'Restricted data is watched', 'sector',
        '00000000-0000-7000-8000-000000000001', '{"classification": ["restricted"]}', '{"steps": [{"stage": 2, "roles": ["tc-security-officer"]}]}', 90, now())"#;

/// Steps of what is approved that are not approved, or not by somebody who may.
const WRONGLY_APPROVED: &str = "
    SELECT count(*) FROM request_part q JOIN access_request r ON r.id = q.request_id JOIN product p ON p.id = q.product_id
    JOIN data_domain d ON d.id = p.domain_id JOIN part_step s ON s.part_id = q.id
    WHERE q.state = 'approved' AND (s.state <> 'approved' OR s.decided_by = r.requester_id OR NOT EXISTS (
        SELECT FROM role_grant g WHERE g.person_id = s.decided_by AND g.role = ANY(s.roles) AND g.ended_at IS NULL
            AND covers(g.scope_kind, g.scope_id, p.id, d.id, d.sector_id)))";
/// Parts that are approved without exactly one agreement, or are not and have one.
const WRONGLY_AGREED: &str = "SELECT count(*) FROM request_part q WHERE CASE WHEN q.state = 'approved' THEN 1 ELSE 0 END
    <> (SELECT count(*) FROM agreement a WHERE a.part_id = q.id)";

/// Steps that others decided of what a steward asked for.
const OF_A_STEWARD: &str = "SELECT count(*) FROM part_step s JOIN request_part q ON q.id = s.part_id JOIN access_request r ON r.id = q.request_id
    JOIN person h ON h.id = r.requester_id WHERE h.email LIKE 'p1@%' AND q.state = 'approved'";

struct Case {
    world: World,
    pool: PgPool,
    /// An officer, a steward who asks too, an owner, the sector's security officer, another steward.
    people: Vec<Visitor>,
    /// Whether the terms share openly, and whether the sector's rule is in force.
    open: bool,
    watched: bool,
    keys: u128,
}

impl Case {
    async fn new(pool: PgPool) -> Self {
        pool.execute(READABLE).await.unwrap();
        let world = World::new(pool.clone(), "http://localhost:1");
        let (domain, sector) = (Scope::Domain(DOMAIN.parse().unwrap()), Scope::Sector(SECTOR.parse().unwrap()));
        let roles = [
            vec![],
            vec![(Role::Steward, domain)],
            vec![(Role::Owner, domain)],
            vec![(Role::TcSecurityOfficer, sector)],
            vec![(Role::Steward, domain)],
        ];
        let mut people = vec![];
        for (n, roles) in roles.iter().enumerate() {
            people.push(world.visitor(&format!("p{n}"), roles).await);
        }
        Self { world, pool, people, open: false, watched: false, keys: 0 }
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    async fn post(&self, who: usize, path: &str, fields: &str) -> String {
        let visitor = &self.people[who];
        let answer = self.world.post(path, Some(&visitor.cookie), &format!("csrf={}&{fields}", visitor.csrf)).await;
        assert_eq!(answer.status, 303, "{path} {fields}: {}", answer.body);
        answer.location()
    }

    /// Sends a form twice, and holds what became of it against what terms and rules say at this moment.
    async fn asked(&mut self, who: usize, path: &str, fields: &str) {
        self.keys += 1;
        let fields = format!("key={}&{fields}", Uuid::from_u128(self.keys));
        let at = self.post(who, path, &fields).await;
        assert_eq!(self.post(who, path, &fields).await, at, "the same form twice is one request");
        let request: Uuid = at.trim_start_matches("/requests/").trim_end_matches("/submitted").parse().unwrap();
        let (state, steps, watched): (String, i64, i64) = sqlx::query_as(
            "SELECT q.state, count(s.id), count(s.id) FILTER (WHERE 'tc-security-officer' = ANY(s.roles)) FROM request_part q
             LEFT JOIN part_step s ON s.part_id = q.id WHERE q.request_id = $1 GROUP BY q.id",
        )
        .bind(request)
        .fetch_one(&self.pool)
        .await
        .unwrap();
        let at_once = self.open && !self.watched;
        assert_eq!((state.as_str(), steps == 0), if at_once { ("approved", true) } else { ("submitted", false) }, "{path}");
        assert_eq!(watched > 0, self.watched, "who must agree beside the domain");
    }

    async fn ask(&mut self, who: usize) {
        let fields = "ports=ssot-a.busroutes-dp.output-port1.routes&purpose=planning&explanation=why&legal_basis=law&team=team&until=2027-06-30";
        self.asked(who, "/requests", fields).await;
    }

    /// The newest agreement of theirs; false when they hold none.
    async fn renew(&mut self, who: usize) -> bool {
        let held: Option<Uuid> = sqlx::query_scalar("SELECT id FROM agreement WHERE holder_id = $1 AND state = 'active' ORDER BY id DESC LIMIT 1")
            .bind(self.people[who].person.0)
            .fetch_optional(&self.pool)
            .await
            .unwrap();
        let Some(agreement) = held else { return false };
        self.asked(who, &format!("/agreements/{agreement}/renew"), "").await;
        true
    }

    /// Selects these of all steps there are, whosever they are, and approves them together; gives how many were.
    async fn approve(&self, who: usize, picks: &[usize]) -> u32 {
        let steps: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM part_step ORDER BY id DESC LIMIT 12").fetch_all(&self.pool).await.unwrap();
        if steps.is_empty() {
            return 0;
        }
        let chosen = picks.iter().fold(String::new(), |all, pick| format!("{all}&steps={}", steps[pick % steps.len()]));
        let done = self.post(who, "/work/approve", &format!("note=Fine{chosen}")).await;
        done.trim_start_matches("/work?done=many-").split('-').next().unwrap().parse().unwrap_or_else(|_| panic!("{done}"))
    }

    async fn share_openly_or_not(&mut self) {
        self.open = !self.open;
        sqlx::query("UPDATE data_sharing_agreement SET sharing = $1")
            .bind(if self.open { "open" } else { "approval" })
            .execute(&self.pool)
            .await
            .unwrap();
    }

    async fn watch_or_not(&mut self) {
        self.watched = !self.watched;
        sqlx::query("UPDATE approval_rule SET retired_at = CASE WHEN $1 THEN NULL ELSE now() END WHERE code = 'watched'")
            .bind(self.watched)
            .execute(&self.pool)
            .await
            .unwrap();
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_asked_again_or_approved_together_is_decided_like_any_other(pool: PgPool) {
    let mut case = Case::new(pool).await;
    let mut rng = rand::rngs::StdRng::seed_from_u64(21);
    let (mut renewed, mut together) = (0, 0);
    for turn in 0..COMMANDS {
        match rng.random_range(0..10) {
            0..=2 => case.ask(rng.random_range(0..2)).await,
            3 => renewed += usize::from(case.renew(rng.random_range(0..2)).await),
            4..=7 => {
                let picks: Vec<usize> = (0..rng.random_range(1..6)).map(|_| rng.random_range(0..12)).collect();
                let approved = case.approve(rng.random_range(0..5), &picks).await;
                together += usize::from(approved > 1);
            }
            8 => case.share_openly_or_not().await,
            _ => case.watch_or_not().await,
        }
        assert_eq!(case.count(WRONGLY_APPROVED).await, 0, "turn {turn}: each step by somebody who may, and never one's own");
        assert_eq!(case.count(WRONGLY_AGREED).await, 0, "turn {turn}: an approval makes one agreement, and nothing else makes one");
    }
    let at_once = case
        .count("SELECT count(*) FROM request_part q WHERE q.state = 'approved' AND NOT EXISTS (SELECT FROM part_step s WHERE s.part_id = q.id)")
        .await;
    let decided =
        case.count("SELECT count(DISTINCT s.part_id) FROM part_step s JOIN request_part q ON q.id = s.part_id WHERE q.state = 'approved'").await;
    let of_stewards = case.count(OF_A_STEWARD).await;
    assert!(
        at_once > 0 && decided > 0 && of_stewards > 0 && renewed > 0 && together > 0,
        "the sequence reaches what it is to test: {at_once} at once, {decided} decided, {of_stewards} of a steward, {renewed} renewed, {together} together"
    );
}
