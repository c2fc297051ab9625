//! Data that is wanted, through the real router: asked once, of the likeliest, answered by those who may, hidden from the rest.

use crate::common::{Visitor, World, post};
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const RAIL: &str = "00000000-0000-7000-8000-000000000013";
const KEY: &str = "00000000-0000-4000-8000-00000000000f";
/// Of Jason Lim, asked of the domain of buses.
const ANOTHERS: &str = "/wanted/00000000-0000-7000-8000-0000000000a4";

/// A second domain; an officer, and the steward of the first.
async fn world(pool: &PgPool) -> (World, Visitor, Visitor) {
    pool.execute(
        "INSERT INTO agency VALUES ('00000000-0000-7000-8000-000000000012', 'rail-office', 'Office for tracks', 'OFT');
         INSERT INTO data_domain VALUES ('00000000-0000-7000-8000-000000000013', 'rail', 'Rail', NULL,
             '00000000-0000-7000-8000-000000000012', '00000000-0000-7000-8000-000000000001')",
    )
    .await
    .unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let steward = world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    (world, officer, steward)
}

async fn page(world: &World, who: &Visitor, path: &str) -> String {
    let answer = world.get(path, Some(&who.cookie)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body.split("<main").nth(1).unwrap().to_owned()
}

/// Asks for taxi ranks and gives the path of the question's page.
async fn asked(world: &World, who: &Visitor, key: &str) -> String {
    let answer = post(world, who, "/wanted", &format!("key={key}&words=Taxi+ranks&explanation=Plan+shelters&domain={DOMAIN}")).await;
    answer.location().strip_suffix("/asked").unwrap().to_owned()
}

/// The value that a select has chosen.
fn chosen(page: &str) -> Option<&str> {
    let before = page.split(" selected").next().filter(|before| before.len() < page.len())?;
    before.rsplit("<option value=\"").next()?.split('"').next()
}

async fn trail(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("SELECT action FROM audit_event WHERE object_kind = 'wanted-data' ORDER BY id").fetch_all(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_form_has_the_likeliest_domain_chosen_and_says_why(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let named = page(&world, &officer, "/wanted/new?q=rail+incidents").await;
    assert_eq!(chosen(&named), Some(RAIL), "{named}");
    assert!(named.contains("Rail is chosen because “rail” is in its name or its agency’s.") && named.contains("value=\"rail incidents\""), "{named}");
    assert_eq!(chosen(&page(&world, &officer, "/wanted/new?q=oft%20budget").await), Some(RAIL), "by the abbreviation");
    let titled = page(&world, &officer, "/wanted/new?q=cycling+route").await;
    assert_eq!(chosen(&titled), Some(DOMAIN));
    assert!(titled.contains("one of its products has one of your words in its title"), "{titled}");
    for path in ["/wanted/new", "/wanted/new?q=the+data", "/wanted/new?q=zzzz", "/wanted/new?q=%00%3Cb%3E%27"] {
        let nothing = page(&world, &officer, path).await;
        assert!(chosen(&nothing).is_none() && nothing.contains("Choose the one whose data is closest"), "{path}: {nothing}");
    }
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    for who in [&officer, &steward] {
        assert!(chosen(&page(&world, who, "/wanted/new?q=cycling+route").await).is_none(), "a hidden product suggests nothing");
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_same_form_twice_is_one_question_and_says_who_answers(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let path = asked(&world, &officer, KEY).await;
    assert_eq!(asked(&world, &officer, KEY).await, path);
    assert_eq!(trail(&pool).await, ["wanted.ask"]);
    let confirmed = page(&world, &officer, &format!("{path}/asked")).await;
    assert!(confirmed.contains("One of these people will answer for Buses") && confirmed.contains("steward, data domain steward"), "{confirmed}");
    assert_eq!(world.get(&format!("{path}/asked"), Some(&steward.cookie)).await.status, 404, "a confirmation for the asker alone");
    let rail = format!("key={}&words=Sleepers&explanation=Count+them&domain={RAIL}", KEY.replace('f', "e"));
    let alone = post(&world, &officer, "/wanted", &rail).await.location();
    assert!(page(&world, &officer, &alone).await.contains("Nobody is named as owner or steward of Rail yet."));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_was_typed_is_kept_when_something_is_wrong(pool: PgPool) {
    let (world, officer, _) = world(&pool).await;
    let long = "w".repeat(201);
    let answer = post(&world, &officer, "/wanted", &format!("key={KEY}&words={long}&explanation=%3C%2Ftextarea%3E&domain={RAIL}")).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("There is a problem") && answer.body.contains("Error: Ask for data"), "{}", answer.body);
    assert!(answer.body.contains(&format!("value=\"{long}\"")) && answer.body.contains("&lt;/textarea&gt;"), "{}", answer.body);
    assert!(answer.body.contains(&format!("value=\"{KEY}\"")), "the form's key stays");
    assert_eq!(chosen(answer.body.split("<main").nth(1).unwrap()), Some(RAIL));
    for (fields, expected) in [
        ("", "This form was incomplete."),
        ("key=x&words=a&explanation=b&domain=nowhere", "Choose a domain from the list."),
        ("key=00000000-0000-4000-8000-00000000000f&words=a&explanation=b", "Choose which domain to ask."),
    ] {
        let answer = post(&world, &officer, "/wanted", fields).await;
        assert!(answer.status == 422 && answer.body.contains(expected), "{fields}: {}", answer.body);
    }
    assert!(trail(&pool).await.is_empty());
    for key in 0..20 {
        asked(&world, &officer, &format!("00000000-0000-4000-8000-0000000000{key:02}")).await;
    }
    let answer = post(&world, &officer, "/wanted", &format!("key={KEY}&words=One+more&explanation=b&domain={DOMAIN}")).await;
    assert!(answer.status == 422 && answer.body.contains("20 of your questions wait"), "{}", answer.body);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_steward_answers_and_the_asker_reads_it(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let path = asked(&world, &officer, KEY).await;
    let work = world.get("/work", Some(&steward.cookie)).await.body;
    assert!(
        work.contains("Taxi ranks") && work.contains("What Jason Lim cannot find") && work.contains("2<span class=\"sr-only\"> waiting"),
        "{work}"
    );
    assert!(page(&world, &steward, "/").await.contains("2 questions for data wait for your answer"));
    assert!(!page(&world, &officer, "/work").await.contains("Data that people look for"));

    let send = |who: &Visitor, fields: &str| format!("csrf={}&{fields}", who.csrf);
    let answer = format!("{path}/answer");
    let empty = world.post(&answer, Some(&steward.cookie), &send(&steward, "kind=&text=&product=what")).await;
    assert!(empty.status == 422 && empty.body.contains("Choose whether the data exists.") && empty.body.contains("value=\"what\""), "{}", empty.body);
    let unknown = world.post(&answer, Some(&steward.cookie), &send(&steward, "kind=exists&text=Here&product=ssot-a.never-was")).await;
    assert!(unknown.status == 422 && unknown.body.contains("There is no product at this address."), "{}", unknown.body);
    let fields = "kind=exists&text=Look+here&product=http%3A%2F%2Flocalhost%3A8080%2Fproducts%2Fssot-a.busroutes-dp%2Fschema";
    assert_eq!(world.post(&answer, Some(&officer.cookie), &send(&officer, fields)).await.status, 403, "nobody answers themselves");
    assert_eq!(world.post(&answer, Some(&steward.cookie), &send(&steward, fields)).await.location(), path);
    let read = page(&world, &officer, &path).await;
    assert!(read.contains("It exists") && read.contains("Look here") && read.contains("href=\"/products/ssot-a.busroutes-dp\""), "{read}");
    assert!(!read.contains("Withdraw this question"));
    assert!(page(&world, &officer, "/requests").await.contains("Answered: it exists"));
    let late = world.post(&answer, Some(&steward.cookie), &send(&steward, fields)).await;
    assert!(late.status == 409 && late.body.contains("answered by steward before"), "{}", late.body);
    assert_eq!(post(&world, &officer, &format!("{path}/withdraw"), "").await.status, 409);
    assert_eq!(trail(&pool).await, ["wanted.ask", "wanted.answer"]);
    assert!(!page(&world, &steward, "/work").await.contains("Taxi ranks"));
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    assert!(!page(&world, &officer, &path).await.contains("busroutes-dp"), "what was hidden since is not named");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_product_that_the_asker_may_not_know_of_cannot_be_named(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    let path = asked(&world, &officer, KEY).await;
    let named = post(&world, &steward, &format!("{path}/answer"), "kind=exists&text=Here&product=ssot-a.busroutes-dp").await;
    assert!(named.status == 422 && named.body.contains("Whoever asked may not know of this product"), "{}", named.body);
    assert!(page(&world, &officer, &path).await.contains("Waiting for an answer"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn only_the_asker_withdraws_and_only_both_sides_read(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let rail = world.visitor("rail", &[(Role::Owner, Scope::Domain(RAIL.parse().unwrap()))]).await;
    let product = Scope::Product("00000000-0000-7000-8000-000000000005".parse().unwrap());
    let one_product = world.visitor("product", &[(Role::ProductOwner, product)]).await;
    for stranger in [&officer, &rail, &one_product] {
        assert_eq!(world.get(ANOTHERS, Some(&stranger.cookie)).await.status, 404);
        for (verb, fields) in [("withdraw", ""), ("answer", "kind=exists&text=Here")] {
            assert_eq!(post(&world, stranger, &format!("{ANOTHERS}/{verb}"), fields).await.status, 404, "{verb}");
        }
    }
    assert!(page(&world, &steward, ANOTHERS).await.contains("Send the answer"));
    assert_eq!(post(&world, &steward, &format!("{ANOTHERS}/withdraw"), "").await.status, 403);
    let path = asked(&world, &officer, KEY).await;
    assert!(page(&world, &officer, &path).await.contains("Withdraw this question"));
    assert_eq!(post(&world, &officer, &format!("{path}/withdraw"), "").await.location(), path);
    assert!(page(&world, &officer, "/requests").await.contains("Withdrawn"));
    let late = post(&world, &steward, &format!("{path}/answer"), "kind=exists&text=Here").await;
    assert!(late.status == 409 && late.body.contains("withdrawn before it could be answered"), "{}", late.body);
    assert_eq!(trail(&pool).await, ["wanted.ask", "wanted.withdraw"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_empty_says_what_it_would_hold(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    assert!(page(&world, &officer, "/requests").await.contains("You have not asked for data that nobody has described."));
    pool.execute("UPDATE wanted_data SET withdrawn_at = asked_at").await.unwrap();
    let work = page(&world, &steward, "/work").await;
    assert!(work.contains("Nobody looks for data of yours.") && work.contains("No request waits for you."), "{work}");
    pool.execute("DELETE FROM wanted_data; DELETE FROM webhook; DELETE FROM notice; DELETE FROM event; DELETE FROM agreement; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request; DELETE FROM product; DELETE FROM role_grant; DELETE FROM data_domain")
        .await
        .unwrap();
    assert!(page(&world, &officer, "/wanted/new?q=bus").await.contains("There is nobody to ask yet."));
}
