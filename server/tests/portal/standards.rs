//! Standards through the real router and a real source: made from a template, tried, agreed to by a second person and published; a product
//! that does not meet one stops serving on its first day, and serves again once it is mended or waived.

use crate::common::{Visitor, World, page, post};
use crate::granting::Granting;
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use server::jobs::{events, standards};
use sqlx::Executor;
use store::PgPool;

pub const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const PRODUCT: &str = "/products/ssot-a.busroutes-dp";
pub const SLUG: &str = "/standards/restricted-data-expiry-within-a-hundred-days";
/// What the form of the template sends, save its token.
const FORM: &str = "template=maximum-duration&p-days=100&p-from=restricted&title=Restricted+data%3A+expiry+within+a+hundred+days&text=No+longer+than+it+is+needed.&scope=whole&severity=block-serving&kind=access-policy&grace=0&owner=Data+office&contact=standards%40example.invalid&references=IM8+AC-4";

async fn administrators(world: &World) -> (Visitor, Visitor) {
    let one = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    (one, world.visitor("admin.ng", &[(Role::GdoAdministrator, Scope::Whole)]).await)
}

/// Makes, agrees to and publishes the standard of the form from a day on.
pub async fn published(world: &World, from: &str, urgent: &str) -> (Visitor, Visitor) {
    let (daniel, adeline) = administrators(world).await;
    let made = post(world, &daniel, "/standards", FORM).await;
    assert_eq!(made.location(), format!("{SLUG}/simulate?version=1"), "{}", made.body);
    assert_eq!(post(world, &adeline, &format!("{SLUG}/agree"), "version=1").await.status, 303);
    let done = post(world, &daniel, &format!("{SLUG}/publish"), &format!("version=1&from={from}{urgent}")).await;
    assert!(done.location().ends_with("done=published"), "{} {}", done.status, done.body);
    (daniel, adeline)
}

pub async fn follow(place: &Granting) {
    standards::follow(&place.world.state).await.unwrap();
    place.work().await;
}

async fn actions(pool: &PgPool, like: &str) -> Vec<String> {
    sqlx::query_scalar("SELECT action FROM audit_event WHERE action LIKE $1 ORDER BY id").bind(like).fetch_all(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_standard_is_made_from_a_form_tried_agreed_to_and_published_by_two(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    world.settle().await;
    let (daniel, adeline) = administrators(&world).await;
    let officer = world.visitor("officer", &[]).await;

    assert!(page(&world, &daniel, "/standards/new").await.contains("Longest agreement"));
    let form = page(&world, &daniel, "/standards/new?template=maximum-duration").await;
    assert!(form.contains("value=\"365\"") && form.contains("Restricted personal data: expiry within a year"), "filled in: {form}");
    assert!(!page(&world, &officer, "/standards/new").await.contains("Longest agreement"));
    assert_eq!(post(&world, &officer, "/standards", FORM).await.status, 422, "whoever keeps nowhere makes nothing");
    let wrong = post(&world, &daniel, "/standards", &FORM.replace("p-days=100", "p-days=none")).await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#days\"") && wrong.body.contains("No longer than it is needed."), "{}", wrong.body);

    assert_eq!(post(&world, &daniel, "/standards", FORM).await.status, 303);
    assert_eq!(post(&world, &daniel, "/standards", FORM).await.status, 422, "the same title is taken");
    let simulated = page(&world, &daniel, &format!("{SLUG}/simulate?version=1")).await;
    assert!(simulated.contains("What version 1 would do") && simulated.contains("Nobody would have to do anything."), "{simulated}");
    assert!(simulated.contains("Land transport") && !simulated.contains(">land-transport<"), "agencies by their titles: {simulated}");
    assert_eq!(world.get(SLUG, Some(&officer.cookie)).await.status, 404, "a draft is for those who keep it");
    let key: uuid::Uuid = sqlx::query_scalar("SELECT share_key FROM standard_version").fetch_one(&pool).await.unwrap();
    assert!(page(&world, &officer, &format!("/standards/shared/{key}")).await.contains("expiry within a hundred days"));
    let would = format!("{SLUG}/simulate?version=1&key={key}");
    assert!(page(&world, &officer, &format!("/standards/shared/{key}")).await.contains(&format!("key={key}")), "it leads to what it would do");
    assert!(page(&world, &officer, &would).await.contains("What version 1 would do"));
    assert_eq!(world.get(&format!("{SLUG}/simulate?version=1"), Some(&officer.cookie)).await.status, 404);
    assert_eq!(world.get(&format!("/standards/metadata/simulate?key={key}"), Some(&officer.cookie)).await.status, 404, "of another standard");

    // Nobody publishes alone, and nobody agrees with themselves.
    let alone = post(&world, &daniel, &format!("{SLUG}/publish"), "version=1&from=2026-12-31").await;
    assert!(alone.status == 422 && alone.body.contains("a second person must agree first"), "{}", alone.body);
    assert_eq!(post(&world, &daniel, &format!("{SLUG}/agree"), "version=1").await.status, 403);
    assert_eq!(post(&world, &officer, &format!("{SLUG}/agree"), "version=1").await.status, 404);
    assert_eq!(post(&world, &adeline, &format!("{SLUG}/agree"), "version=1").await.status, 303);

    let soon = post(&world, &daniel, &format!("{SLUG}/publish"), "version=1&from=2026-11-30").await;
    assert!(soon.status == 422 && soon.body.contains("Those whom it concerns get 30 days"), "{}", soon.body);
    for word in ["published", "already"] {
        let done = post(&world, &daniel, &format!("{SLUG}/publish"), "version=1&from=2026-12-31").await;
        assert!(done.location().ends_with(word), "{word}: {}", done.location());
    }
    assert_eq!(actions(&pool, "standard.%").await, ["standard.draft", "standard.agree", "standard.publish"], "published twice is once");
    assert!(page(&world, &officer, SLUG).await.contains("Published, not in force yet"));
    assert!(page(&world, &officer, "/standards?kind=access-policy&status=coming").await.contains("expiry within a hundred days"));
    let refused = sqlx::query("UPDATE standard_version SET text = 'Something else'").execute(&pool).await;
    assert!(refused.unwrap_err().to_string().contains("never changes"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn it_stops_what_does_not_meet_it_from_its_first_day_until_it_is_mended_or_waived(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let world = &place.world;
    pool.execute("UPDATE agreement SET until = '2027-11-21T16:00:00Z'").await.unwrap();
    let holder = place.holder().await;
    let omar = world.visitor("omar", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let token = place.credential(&holder).await;
    published(world, "2026-12-24", "").await;
    follow(&place).await;
    events::follow(&world.state).await.unwrap();
    let told = page(world, &omar, "/notices").await;
    assert!(told.contains("A standard was published that Bus routes does not meet yet. Its first day is 24 Dec 2026."), "{told}");
    let asks = page(world, &omar, SLUG).await;
    for part in ["What it asks of your products", "Thu 24 Dec 2026", "Bus routes", "/products/ssot-a.busroutes-dp/agreement/edit"] {
        assert!(asks.contains(part) && !asks.contains("No product is found"), "{part}: {asks}");
    }
    let officer = world.visitor("officer", &[]).await;
    assert!(page(world, &officer, SLUG).await.contains("You look after no product that it covers."));
    assert_eq!(place.read(&token).await.status, 200, "never before its day");

    // Its first day begins at midnight in Singapore.
    world.later("2026-12-23T15:59:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - world.now());
    follow(&place).await;
    assert_eq!(place.read(&token).await.status, 200);
    world.later(TimeDelta::minutes(2));
    follow(&place).await;
    let refused = place.read(&token).await;
    assert_eq!(refused.status, 403);
    for part in ["agreement_held", "Restricted data: expiry within a hundred days", "Data office", "standards@example.invalid"] {
        assert!(refused.body.contains(part), "{part}: {}", refused.body);
    }
    assert!(place.session(&token).await.is_err(), "the source's door is shut");
    let omar = world.visitor("omar", &[]).await;
    let shown = page(world, &omar, PRODUCT).await;
    assert!(shown.contains("serving is stopped") && shown.contains("terms_too_long") && shown.contains("/agreement/edit"), "{shown}");
    events::follow(&world.state).await.unwrap();
    assert!(page(world, &omar, "/notices").await.contains("stopped serving"));

    // A waiver lets it serve, until its day.
    let daniel = world.visitor("admin.teo", &[]).await;
    let waive = "product=ssot-a.busroutes-dp&waiver_until=2026-12-26&waiver_reason=Terms+are+being+written";
    assert_eq!(post(world, &daniel, &format!("{SLUG}/waive"), waive).await.status, 303);
    follow(&place).await;
    assert_eq!(place.read(&token).await.body, "route\n101\n102\n", "with the same credential");
    assert!(page(world, &omar, PRODUCT).await.contains("Terms are being written"));
    assert!(page(world, &omar, "/standards/waivers").await.contains("Terms are being written"));
    world.later(TimeDelta::days(3));
    follow(&place).await;
    assert_eq!(place.read(&token).await.status, 403, "the waiver ended by itself");

    // Mended, it serves again: terms and the agreement itself.
    pool.execute("UPDATE data_sharing_agreement SET longest_days = 100; UPDATE agreement SET until = '2027-02-01T16:00:00Z'").await.unwrap();
    follow(&place).await;
    assert_eq!(place.read(&token).await.status, 200);
    let stood: Vec<String> = actions(&pool, "standard.%").await;
    assert_eq!(stood.iter().filter(|action| *action == "standard.stop").count(), 2 + 2, "product and agreement, twice: {stood:?}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_a_working_group_decides_is_written_down_once(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let (daniel, _) = administrators(&world).await;
    let siti = world.visitor("siti", &[]).await;
    assert_eq!(post(&world, &daniel, "/standards", FORM).await.status, 303);
    let check_ins = format!("{SLUG}/check-ins");
    let wrong = post(&world, &daniel, &check_ins, "held_on=soon&agenda=Grace").await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#held_on\"") && wrong.body.contains("Grace</textarea>"), "{}", wrong.body);
    for done in ["planned", "already"] {
        let planned = post(&world, &daniel, &check_ins, "held_on=2026-12-01&agenda=Grace+of+ninety+days").await;
        assert!(planned.location().ends_with(&format!("done={done}#check-ins")), "{} {}", planned.status, planned.body);
    }
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM standard_check_in").fetch_one(&pool).await.unwrap();
    let this = format!("{check_ins}/{id}");
    assert_eq!(post(&world, &siti, &this, "attendance=Me&decisions=None").await.status, 404, "a draft is not theirs to know of");
    let wrong = post(&world, &daniel, &this, "attendance=D+Teo%2C+GDO&decisions=").await;
    assert!(wrong.status == 422 && wrong.body.contains("D Teo, GDO</textarea>"), "{}", wrong.body);
    for (done, decisions) in [("noted", "Ninety+it+is"), ("already", "Thirty+it+is")] {
        let noted = post(&world, &daniel, &this, &format!("attendance=D+Teo%2C+GDO&decisions={decisions}")).await;
        assert!(noted.location().ends_with(&format!("done={done}#check-ins")), "{} {}", noted.status, noted.body);
    }
    let shown = page(&world, &daniel, SLUG).await;
    assert!(shown.contains("Ninety it is") && shown.contains("There were D Teo, GDO.") && !shown.contains("Thirty"), "{shown}");
    assert_eq!(actions(&pool, "standard.%check-in").await, ["standard.plan-check-in", "standard.note-check-in"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_waiver_is_looked_at_again_before_it_ends(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    world.settle().await;
    let (daniel, _) = published(&world, "2026-11-30", "&urgent=yes&reason=A+leak").await;
    world.visitor("omar", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let waive = "product=ssot-a.busroutes-dp&waiver_until=2026-12-31&waiver_reason=Terms+are+being+written";
    assert_eq!(post(&world, &daniel, &format!("{SLUG}/waive"), waive).await.status, 303);
    standards::follow(&world.state).await.unwrap();
    assert!(!actions(&pool, "waiver.%").await.contains(&"waiver.remind".to_owned()), "not yet");

    // Two weeks before, once: to the product's owner and to who keeps the standard.
    world.later("2026-12-17T02:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - world.now());
    standards::follow(&world.state).await.unwrap();
    standards::follow(&world.state).await.unwrap();
    assert_eq!(actions(&pool, "waiver.%").await, ["waiver.grant", "waiver.remind"]);
    events::follow(&world.state).await.unwrap();
    let (daniel, omar) = (world.visitor("admin.teo", &[]).await, world.visitor("omar", &[]).await);
    for who in [&daniel, &omar] {
        let told = page(&world, who, "/notices").await;
        assert!(told.contains("Bus routes is let off a standard until 31 Dec 2026."), "{told}");
    }

    // It is extended with a reason, by who keeps the standard alone.
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM standard_waiver WHERE ended_at IS NULL").fetch_one(&pool).await.unwrap();
    let this = format!("{SLUG}/waivers/{id}");
    let listed = page(&world, &daniel, "/standards/waivers").await;
    assert!(listed.contains(&this) && listed.contains("End it"), "{listed}");
    assert!(!page(&world, &omar, "/standards/waivers").await.contains(&this));
    assert_eq!(world.get(&this, Some(&omar.cookie)).await.status, 403);
    assert!(page(&world, &daniel, &this).await.contains("Terms are being written"));
    let sooner = post(&world, &daniel, &this, "waiver_until=2026-12-30&waiver_reason=Nearly+done").await;
    assert!(
        sooner.status == 422 && sooner.body.contains("after the present last day") && sooner.body.contains("Nearly done</textarea>"),
        "{}",
        sooner.body
    );
    assert_eq!(post(&world, &daniel, &this, "waiver_until=2027-01-31&waiver_reason=").await.status, 422, "not without a reason");
    assert_eq!(post(&world, &daniel, &this, "waiver_until=2027-01-31&waiver_reason=Nearly+done").await.status, 303);
    assert_eq!(world.get(&this, Some(&daniel.cookie)).await.status, 404, "another took its place");
    let (detail, reason): (String, String) =
        sqlx::query_as("SELECT detail, reason FROM audit_event WHERE action = 'waiver.grant' ORDER BY id DESC LIMIT 1")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert!(detail.ends_with("until 2027-01-31") && reason == "Nearly done", "{detail}: {reason}");

    // When it ends, who keeps the standard is told as well.
    world.later(TimeDelta::days(60));
    standards::follow(&world.state).await.unwrap();
    events::follow(&world.state).await.unwrap();
    let daniel = world.visitor("admin.teo", &[]).await;
    assert!(page(&world, &daniel, "/notices").await.contains("Bus routes is no longer let off a standard."));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nothing_is_let_off_a_standard_that_does_not_hold_for_it(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    world.settle().await;
    published(&world, "2026-11-30", "&urgent=yes&reason=A+leak").await;
    pool.execute(
        "INSERT INTO sector VALUES ('00000000-0000-7000-8000-0000000000e1', 'health', 'Health', 'Health trusted centre');
         UPDATE standard SET scope_kind = 'sector', scope_id = '00000000-0000-7000-8000-0000000000e1'",
    )
    .await
    .unwrap();
    let curator = world.visitor("curator", &[(Role::TcCurator, Scope::Sector("00000000-0000-7000-8000-0000000000e1".parse().unwrap()))]).await;
    let waive = "product=ssot-a.busroutes-dp&waiver_until=2026-12-31&waiver_reason=Terms+are+being+written";
    let refused = post(&world, &curator, &format!("{SLUG}/waive"), waive).await;
    assert!(refused.status == 422 && refused.body.contains("does not hold for this product"), "{} {}", refused.status, refused.body);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_coming_stands_in_a_calendar(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    world.settle().await;
    let (daniel, adeline) = administrators(&world).await;
    let officer = world.visitor("officer", &[]).await;
    let calendar = "/standards/calendar";
    assert!(page(&world, &officer, calendar).await.contains("Nothing changes from today on."));
    assert!(page(&world, &officer, "/standards").await.contains(&format!("href=\"{calendar}\"")));
    assert_eq!(post(&world, &daniel, "/standards", &FORM.replace("grace=0", "grace=30")).await.status, 303);
    assert_eq!(post(&world, &daniel, &format!("{SLUG}/check-ins"), "held_on=2026-12-01&agenda=Grace+of+thirty+days").await.status, 303);
    assert!(!page(&world, &officer, calendar).await.contains("Grace of thirty days"), "of a draft that is not theirs to know of");
    assert!(page(&world, &daniel, calendar).await.contains("Grace of thirty days"));
    assert_eq!(post(&world, &adeline, &format!("{SLUG}/agree"), "version=1").await.status, 303);
    assert_eq!(post(&world, &daniel, &format!("{SLUG}/publish"), "version=1&from=2026-12-31&until=2027-03-31").await.status, 303);
    let waive = "product=ssot-a.busroutes-dp&waiver_until=2027-01-15&waiver_reason=Terms+are+being+written";
    assert_eq!(post(&world, &daniel, &format!("{SLUG}/waive"), waive).await.status, 303);
    let shown = page(&world, &officer, calendar).await;
    let parts = [
        "December 2026",
        "Tue 1 Dec 2026",
        "Grace of thirty days",
        "Thu 31 Dec 2026",
        "First day",
        "January 2027",
        "Fri 15 Jan 2027",
        "Bus routes",
        "Sat 30 Jan 2027",
        "Its grace is over",
        "March 2027",
        "Wed 31 Mar 2027",
        "It no longer acts",
    ];
    let mut rest = shown.as_str();
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part} in its order: {shown}"));
        rest = &rest[at..];
    }
}
