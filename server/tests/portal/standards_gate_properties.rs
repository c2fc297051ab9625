//! Whatever standards there are, from whichever day, with whatever grace, severity and waiver: no gate is passed with a blocking violation unless a
//! valid waiver exists. Publishing and deciding refuse, and what is served stops: the agreement is held and its reader gets 403.

use crate::common::{World, post};
use crate::granting::Granting;
use crate::standards_gates::{day, in_force, keeper, rego};
use chrono::TimeDelta;
use domain::audit::Origin;
use domain::calendar;
use domain::id::{PersonId, ProductId, RequestPartId, StandardId};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rules::{Gate, Severity};
use server::jobs::standards;
use server::standards::gate;
use sqlx::Executor;
use store::{PgPool, standard};
use uuid::Uuid;

const CASES: usize = 40;
const SLUGS: [&str; 3] = ["first", "second", "third"];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Says {
    Violated,
    Met,
    /// It cannot tell.
    Nothing,
}

/// A standard as it happens to be, in days from the day on which it is asked.
#[derive(Debug, Clone)]
struct Setting {
    severity: Severity,
    says: Says,
    from: i64,
    length: i64,
    grace: i64,
    /// The last day of a waiver.
    waived: Option<i64>,
}

fn setting() -> impl Strategy<Value = Setting> {
    let severity = prop_oneof![2 => Just(Severity::BlockServing), 1 => proptest::sample::select(Severity::ALL.to_vec())];
    let says = prop_oneof![4 => Just(Says::Violated), 2 => Just(Says::Met), 1 => Just(Says::Nothing)];
    (severity, says, -40_i64..10, 1_i64..80, 0_i64..20, proptest::option::of(-3_i64..20))
        .prop_map(|(severity, says, from, length, grace, waived)| Setting { severity, says, from, length, grace, waived })
}

impl Setting {
    fn acts_whole(&self) -> bool {
        self.from + self.grace <= 0 && self.from + self.length > 0
    }

    fn let_off(&self) -> bool {
        self.waived.is_some_and(|last| last >= 0)
    }

    /// Said here once more and not asked of the program: what refuses where.
    fn refuses(&self, gate: Gate) -> bool {
        let blocks = match self.severity {
            Severity::BlockServing => matches!(gate, Gate::Deciding | Gate::Serving) && self.says == Says::Violated,
            // What cannot be told is not published, either.
            Severity::BlockPublishing => gate == Gate::Publishing && self.says != Says::Met,
            _ => false,
        };
        blocks && self.acts_whole() && !self.let_off()
    }

    /// Whether what was served before decides.
    fn leaves_it(&self) -> bool {
        self.severity == Severity::BlockServing && self.says == Says::Nothing && self.acts_whole() && !self.let_off()
    }

    fn rego(&self) -> String {
        let condition = match self.says {
            Says::Violated => "input.product.title != \"\"",
            Says::Met => "input.product.title == \"\"",
            Says::Nothing => "startswith(input.product.summary, \"x\")",
        };
        rego("found", "datasets.routes.columns.driver", condition)
    }
}

struct Case<'a> {
    place: &'a Granting,
    pool: &'a PgPool,
    actor: PersonId,
    product: ProductId,
    part: RequestPartId,
}

impl Case<'_> {
    fn world(&self) -> &World {
        &self.place.world
    }

    /// Makes a standard so, and lets the product off if that is how it is.
    async fn set(&self, slug: &str, setting: &Setting) {
        let today = calendar::day(self.world().now());
        let on = |days: i64| today + TimeDelta::days(days);
        let id: Uuid = sqlx::query_scalar(
            "UPDATE standard_version v SET status = 'published', severity = $2, rego = $3, source = jsonb_build_object('rego', $3::text), effective_from = $4,
                 effective_until = $5, grace_days = $6 FROM standard s WHERE s.id = v.standard_id AND s.slug = $1 RETURNING s.id",
        )
        .bind(slug)
        .bind(setting.severity.as_str())
        .bind(setting.rego())
        .bind(on(setting.from))
        .bind(on(setting.from + setting.length))
        .bind(i32::try_from(setting.grace).unwrap())
        .fetch_one(self.pool)
        .await
        .unwrap();
        sqlx::query("UPDATE standard_waiver SET ended_at = now() WHERE standard_id = $1 AND ended_at IS NULL")
            .bind(id)
            .execute(self.pool)
            .await
            .unwrap();
        if let Some(last) = setting.waived {
            let (standard, until) = (StandardId(id), on(last));
            let new = standard::NewWaiver { standard, slug, product: self.product, address: "ssot-a.busroutes-dp", reason: "why", until };
            let mut conn = self.pool.acquire().await.unwrap();
            standard::grant_waiver(&mut conn, self.actor, &new, &Origin::default(), &self.world().state.ids, self.world().now()).await.unwrap();
        }
    }

    async fn refused_to_publish(&self) -> bool {
        let mut conn = self.pool.acquire().await.unwrap();
        let judged = gate::of_product(&self.world().state, &mut conn, self.actor, Gate::Publishing, self.product).await.unwrap();
        judged.is_some_and(|judged| !judged.refusing(Gate::Publishing).is_empty())
    }

    async fn refused_to_decide(&self) -> bool {
        let mut conn = self.pool.acquire().await.unwrap();
        let judged = gate::deciding(&self.world().state, &mut conn, self.actor, &[(self.part, day("2027-03-30"))]).await.unwrap();
        judged.values().any(|judged| !judged.refusing(Gate::Deciding).is_empty())
    }

    /// A decider presses “Approve” all the same: nothing is decided.
    async fn press_in_vain(&self) {
        let grace = self.world().visitor("grace", &[]).await;
        let step: Uuid = sqlx::query_scalar("SELECT id FROM part_step WHERE part_id = $1 AND state = 'waiting' ORDER BY stage LIMIT 1")
            .bind(self.part.0)
            .fetch_one(self.pool)
            .await
            .unwrap();
        let answer = post(self.world(), &grace, &format!("/work/{step}/approve"), "until=2027-03-30").await;
        assert!(answer.status == 422 && answer.body.contains("It is so"), "{}: {}", answer.status, answer.body);
        let state: String = sqlx::query_scalar("SELECT state FROM request_part WHERE id = $1").bind(self.part.0).fetch_one(self.pool).await.unwrap();
        assert_eq!(state, "submitted");
    }

    async fn held(&self) -> bool {
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM agreement_hold WHERE kind = 'standard' AND lifted_at IS NULL)")
            .fetch_one(self.pool)
            .await
            .unwrap()
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn no_gate_is_passed_with_a_blocking_violation_unless_a_valid_waiver_exists(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let world = &place.world;
    pool.execute("UPDATE agreement SET until = '2027-11-21T16:00:00Z'").await.unwrap();
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let (siti, grace) = (world.visitor("siti", &[]).await, keeper(world).await);
    let form = "key=00000000-0000-7000-8000-0000000000f1&offered=ssot-a.busroutes-dp.output-port1.routes&ports=ssot-a.busroutes-dp.output-port1.routes&purpose=planning&explanation=Relate+routes+to+incidents&legal_basis=Direction&team=Mobility&until=2027-03-31&accepted=ssot-a.busroutes-dp%3D1";
    assert_eq!(post(world, &siti, "/requests", form).await.status, 303);
    for slug in SLUGS {
        in_force(world, slug, Severity::Flag, &rego("found", "", "input.product.title == \"\""), day("2026-06-01"), None).await;
    }
    // What was published never changes; here it is another standard each time.
    pool.execute("ALTER TABLE standard_version DISABLE TRIGGER keep_standard_version").await.unwrap();
    let product: Uuid = sqlx::query_scalar("SELECT id FROM product").fetch_one(&pool).await.unwrap();
    let part: Uuid = sqlx::query_scalar("SELECT id FROM request_part WHERE state = 'submitted'").fetch_one(&pool).await.unwrap();
    let case = Case { place: &place, pool: &pool, actor: grace.person, product: product.into(), part: part.into() };

    let mut runner = TestRunner::deterministic();
    let cases = (0_i64..4, setting(), setting(), setting());
    let (mut stopped, mut served, mut let_off) = (0, 0, 0);
    for _ in 0..CASES {
        let (days, first, second, third) = cases.new_tree(&mut runner).unwrap().current();
        let settings = [first, second, third];
        world.later(TimeDelta::days(days));
        for (slug, setting) in SLUGS.into_iter().zip(&settings) {
            case.set(slug, setting).await;
        }
        pool.execute("UPDATE product SET title = title").await.unwrap();
        standards::follow(&world.state).await.unwrap();
        place.work().await;

        let refuses = |gate: Gate| settings.iter().any(|setting| setting.refuses(gate));
        assert_eq!(case.refused_to_publish().await, refuses(Gate::Publishing), "publishing: {settings:?}");
        assert_eq!(case.refused_to_decide().await, refuses(Gate::Deciding), "deciding: {settings:?}");
        let (read, held) = (place.read(&token).await, case.held().await);
        if refuses(Gate::Serving) {
            assert!(held && read.status == 403 && read.body.contains("agreement_held"), "serving: {} {settings:?}", read.body);
            case.press_in_vain().await;
            stopped += 1;
        } else if !settings.iter().any(Setting::leaves_it) {
            assert!(!held && read.status == 200 && read.body.starts_with("route\n"), "serving: {} {settings:?}", read.body);
            served += 1;
            let_off += usize::from(settings.iter().any(|setting| Setting { waived: None, ..setting.clone() }.refuses(Gate::Serving)));
        }
    }
    assert!(stopped > 4 && served > 4 && let_off > 0, "each was tried: {stopped} stopped, {served} served, {let_off} of them let off");
}
