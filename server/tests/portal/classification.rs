//! What columns are: proposals with their evidence, decisions that nobody overwrites, and a source that hides first.

use crate::common::{Answer, Visitor, World};
use crate::granting::Granting;
use chrono::TimeDelta;
use domain::audit::Origin;
use domain::catalogue::{Classification, PersonalCategory, ProductDocument, ProductStatus, Sensitivity};
use domain::classification::{ColumnClass, Decided, Verdict};
use domain::id::{DatasetId, DomainId, ProductId};
use domain::organisation::{Role, Scope};
use server::jobs::{proposals, reconcile};
use server::tightening;
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;
use store::catalogue::Applier;
use store::classification::Tightening;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const PRODUCT: &str = "00000000-0000-7000-8000-000000000005";
const DATASET: &str = "00000000-0000-7000-8000-0000000000b1";
const PAGE: &str = "/products/ssot-a.busroutes-dp/classify";

/// Columns of the dataset that `Granting` makes, or of one without a table.
async fn columns(pool: &PgPool, names: &[&str], classified: bool) {
    for (position, name) in names.iter().enumerate() {
        let (class, personal) = if classified { ("official-closed", "none") } else { ("restricted", "direct") };
        let id = uuid::Uuid::from_bytes(server::clock::random());
        sqlx::query(
            "INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal, classified)
             VALUES ($1, $2::uuid, $3, $4, 'text', false, false, $5, 'non-sensitive', $6, $7)
             ON CONFLICT (dataset_id, name) DO UPDATE SET classification = excluded.classification, sensitivity = excluded.sensitivity,
                 personal = excluded.personal, classified = excluded.classified",
        )
        .bind(id)
        .bind(DATASET)
        .bind(i32::try_from(position).unwrap())
        .bind(name)
        .bind(class)
        .bind(personal)
        .bind(classified)
        .execute(pool)
        .await
        .unwrap();
    }
}

async fn without_table(pool: &PgPool, names: &[&str]) {
    pool.execute(AssertSqlSafe(format!(
        "INSERT INTO dataset (id, product_id, name, title, position) VALUES ('{DATASET}', '{PRODUCT}', 'staff', 'Staff', 0)"
    )))
    .await
    .unwrap();
    columns(pool, names, false).await;
}

async fn steward(world: &World) -> Visitor {
    world.visitor("grace.tan", &[(Role::Steward, Scope::Domain(DomainId(DOMAIN.parse().unwrap())))]).await
}

/// What the page says it was made from, for each column that it shows.
fn seen(page: &str) -> Vec<(String, String)> {
    let value = |rest: &str| rest.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    page.split("name=\"seen:").skip(1).map(|rest| (rest.split('"').next().unwrap().to_owned(), value(rest))).collect()
}

/// Sends the page's form with these fields beside what it was made from.
async fn decide(world: &World, who: &Visitor, fields: &[(&str, &str)]) -> Answer {
    let page = world.get(&format!("{PAGE}?show=all"), Some(&who.cookie)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    send(world, who, &page.body, fields).await
}

async fn send(world: &World, who: &Visitor, page: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("csrf", &who.csrf).append_pair("show", "all");
    for (column, value) in seen(page) {
        form.append_pair(&format!("seen:{column}"), &value);
    }
    for (name, value) in fields {
        form.append_pair(name, value);
    }
    world.post(PAGE, Some(&who.cookie), &form.finish()).await
}

async fn text(pool: &PgPool, query: &str) -> String {
    sqlx::query_scalar::<_, Option<String>>(AssertSqlSafe(query.to_owned())).fetch_one(pool).await.unwrap().unwrap_or_default()
}

async fn count(pool: &PgPool, query: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(pool).await.unwrap()
}

const PERSONAL: [(&str, &str); 4] = [("v", "changed"), ("c", "restricted"), ("s", "sensitive-normal"), ("p", "direct")];

fn changed(column: &str) -> Vec<(String, String)> {
    PERSONAL.iter().map(|(field, value)| (format!("{field}:{column}"), (*value).to_owned())).collect()
}

async fn change(world: &World, who: &Visitor, column: &str) -> Answer {
    let fields = changed(column);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    decide(world, who, &fields).await
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_review_decides_teaches_and_is_remembered(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    without_table(&pool, &["nric", "staff_no", "depot"]).await;
    let grace = steward(&world).await;
    let officer = world.visitor("siti.yusof", &[]).await;
    assert_eq!(world.get(PAGE, Some(&officer.cookie)).await.status, 403);
    proposals::follow(&world.state).await.unwrap();
    let page = world.get(PAGE, Some(&grace.cookie)).await.body;
    assert!(page.contains("3 columns are to be decided.") && page.contains("From names alone"), "{page}");

    // Half done, and found again.
    let saved = decide(&world, &grace, &[("v:staff.nric", "accepted"), ("n:staff.depot", "to think about"), ("do", "save")]).await;
    assert_eq!(saved.location(), format!("{PAGE}?done=saved"));
    assert_eq!(count(&pool, "SELECT count(*) FROM column_decision").await, 0);
    let page = world.get(PAGE, Some(&grace.cookie)).await.body;
    assert!(page.contains("to think about") && page.contains("Your half-done review was saved"), "{page}");

    // Nothing to decide; a level too low.
    assert_eq!(decide(&world, &grace, &[]).await.status, 422);
    let low = [("v:staff.depot", "changed"), ("c:staff.depot", "official-open"), ("s:staff.depot", "non-sensitive"), ("p:staff.depot", "indirect")];
    let low = decide(&world, &grace, &low).await;
    assert!(low.status == 422 && low.body.contains("staff.depot is about persons"), "{}", low.body);

    // One accepted, one rejected, the rest as proposed.
    let done = decide(&world, &grace, &[("v:staff.nric", "accepted"), ("v:staff.staff_no", "rejected"), ("rest", "accept")]).await;
    assert_eq!(done.location(), format!("{PAGE}?done=decided&columns=3"), "{}", done.body);
    let of = |column: &str, what: &str| format!("SELECT {what} FROM data_column WHERE name = '{column}'");
    assert_eq!(text(&pool, &of("nric", "personal")).await, "direct");
    assert_eq!(text(&pool, &of("nric", "sensitivity")).await, "sensitive-high");
    assert_eq!(text(&pool, &of("staff_no", "personal")).await, "none");
    assert_eq!(text(&pool, &of("depot", "classification")).await, "official-closed");
    assert_eq!(text(&pool, "SELECT classification FROM product").await, "restricted");
    assert_eq!(count(&pool, "SELECT count(*) FROM audit_event WHERE action = 'column.classify'").await, 3);
    assert_eq!(count(&pool, "SELECT count(*) FROM classification_draft").await, 0);
    let page = world.get(&format!("{PAGE}?show=all"), Some(&grace.cookie)).await.body;
    assert!(page.contains("because of staff.nric") && page.contains("Every column is classified"), "{page}");
    let history = world.get(&format!("{PAGE}/history?column=staff.nric"), Some(&grace.cookie)).await.body;
    assert!(history.contains("Not classified → Restricted · Sensitive High · Personal, direct") && !history.contains("staff.depot"), "{history}");

    // What was rejected is not proposed again in this domain, and the decision stands against whoever says otherwise.
    proposals::look_at(&world.state, ProductId(PRODUCT.parse().unwrap())).await.unwrap();
    let again = text(&pool, "SELECT personal FROM column_proposal WHERE column_name = 'staff_no' AND withdrawn_at IS NULL").await;
    assert_eq!(again, "none");
    assert_eq!(count(&pool, "SELECT count(*) FROM column_proposal WHERE column_name = 'staff_no' AND withdrawn_at IS NOT NULL").await, 1);
    let known = world.get("/api/v1/products/ssot-a.busroutes-dp/classification", Some(&officer.cookie)).await;
    assert!(known.body.contains("because of staff.nric") && !known.body.contains("proposal"), "{}", known.body);

    // A page that is old decides nothing.
    let old = world.get(&format!("{PAGE}?show=all"), Some(&grace.cookie)).await.body;
    assert_eq!(change(&world, &grace, "staff.depot").await.status, 303);
    let fields = changed("staff.depot");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let late = send(&world, &grace, &old, &fields).await;
    assert!(late.status == 422 && late.body.contains("was changed since the page was read"), "{}", late.body);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_draft_is_published_once_every_column_is_classified(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    without_table(&pool, &["nric", "grade"]).await;
    pool.execute("UPDATE product SET status = 'draft'").await.unwrap();
    let grace = steward(&world).await;
    let csrf = format!("csrf={}", grace.csrf);
    let publish = || world.post("/products/ssot-a.busroutes-dp/classify/publish", Some(&grace.cookie), &csrf);
    let refused = publish().await;
    assert!(refused.status == 422 && refused.body.contains("classify these columns first: staff.nric, staff.grade"), "{}", refused.body);
    world.post(&format!("{PAGE}/propose"), Some(&grace.cookie), &csrf).await;
    assert_eq!(decide(&world, &grace, &[("rest", "accept")]).await.status, 303);
    assert_eq!(publish().await.status, 303);
    assert_eq!(publish().await.status, 303, "again changes nothing");
    assert_eq!(text(&pool, "SELECT status FROM product").await, "published");
    assert_eq!(count(&pool, "SELECT count(*) FROM audit_event WHERE action = 'product.publish'").await, 1);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn values_are_looked_at_and_only_masked_ones_are_kept(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 4).await;
    place
        .source
        .execute("UPDATE ssot_a.routes SET driver = (ARRAY['S1234567D','T1234567J','F1234567N','G1234567X'])[right(route, 1)::int]")
        .await
        .unwrap();
    columns(&pool, &["route", "driver"], true).await;
    proposals::follow(&place.world.state).await.unwrap();
    let found = "column_proposal WHERE column_name = 'driver' AND withdrawn_at IS NULL";
    assert_eq!(text(&pool, &format!("SELECT kind FROM {found}")).await, "nric");
    assert_eq!(count(&pool, &format!("SELECT sampled::bigint FROM {found}")).await, 4);
    let kept = text(&pool, "SELECT string_agg(to_jsonb(p)::text, ' ') FROM column_proposal p").await;
    for raw in ["S1234567D", "T1234567J", "F1234567N", "G1234567X"] {
        assert!(!kept.contains(raw), "{kept}");
    }
    // What was decided stays when the data says otherwise; who decides is told.
    let grace = steward(&place.world).await;
    assert_eq!(decide(&place.world, &grace, &[("rest", "accept")]).await.status, 303);
    place.source.execute("UPDATE ssot_a.routes SET driver = 'bus ' || route").await.unwrap();
    proposals::look_at(&place.world.state, ProductId(PRODUCT.parse().unwrap())).await.unwrap();
    assert_eq!(text(&pool, "SELECT personal FROM data_column WHERE name = 'driver'").await, "direct");
    assert_eq!(text(&pool, "SELECT personal FROM column_conflict WHERE settled_at IS NULL").await, "none");
    assert_eq!(count(&pool, "SELECT count(*) FROM audit_event WHERE action = 'column.conflict'").await, 1);
    assert_eq!(
        text(&pool, "SELECT withdrawn_why FROM column_proposal WHERE withdrawn_at IS NOT NULL AND column_name = 'driver'").await,
        "The data says otherwise now."
    );
    assert!(place.world.get(PAGE, Some(&grace.cookie)).await.body.contains("Contradicted. The detectors now"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_domain_adds_a_detector_of_its_own(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    without_table(&pool, &["pass_code"]).await;
    let grace = steward(&world).await;
    let proposed = "SELECT personal FROM column_proposal WHERE withdrawn_at IS NULL";
    proposals::follow(&world.state).await.unwrap();
    assert_eq!(text(&pool, proposed).await, "none");
    let form =
        |category: &str, pattern: &str| format!("csrf={}&name=Depot+pass&domain={DOMAIN}&category={category}&name_patterns={pattern}", grace.csrf);
    for (category, pattern) in [("none", "pass"), ("direct", "%28"), ("direct", "")] {
        assert_eq!(world.post("/detectors", Some(&grace.cookie), &form(category, pattern)).await.status, 422, "{category} {pattern}");
    }
    assert_eq!(world.post("/detectors", Some(&grace.cookie), &form("direct", "pass_code")).await.location(), "/detectors?done=added");
    proposals::follow(&world.state).await.unwrap();
    assert_eq!(text(&pool, proposed).await, "direct");
    let page = world.get("/detectors", Some(&grace.cookie)).await.body;
    let id = page.split("/detectors/").nth(1).and_then(|rest| rest.split('/').next()).unwrap().to_owned();
    let elsewhere = world.visitor("steward.elsewhere", &[(Role::Steward, Scope::Domain(DomainId(PRODUCT.parse().unwrap())))]).await;
    let retire = |who: &Visitor| (format!("/detectors/{id}/retire"), format!("csrf={}", who.csrf));
    let (path, csrf) = retire(&elsewhere);
    assert_eq!(world.post(&path, Some(&elsewhere.cookie), &csrf).await.status, 403);
    let (path, csrf) = retire(&grace);
    assert_eq!(world.post(&path, Some(&grace.cookie), &csrf).await.status, 303);
    proposals::follow(&world.state).await.unwrap();
    assert_eq!(text(&pool, proposed).await, "none");
}

#[sqlx::test(migrations = "../migrations")]
async fn the_data_office_changes_what_levels_are_called(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let daniel = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let form = |over: i32| format!("csrf={}&over={over}&title=Limited&meaning=m&guidance=g&in_use=yes&note=Said+more+plainly", daniel.csrf);
    let path = "/admin/classification/restricted";
    assert_eq!(world.post(path, Some(&daniel.cookie), &form(1)).await.location(), "/classification?done=changed");
    let behind = world.post(path, Some(&daniel.cookie), &form(1)).await;
    assert!(behind.status == 422 && behind.body.contains("Somebody made another version"), "{}", behind.body);
    let page = world.get("/classification", Some(&daniel.cookie)).await.body;
    assert!(page.contains("Limited") && page.contains("Said more plainly") && page.contains("Version 2"), "{page}");
    assert!(world.get("/classification?version=1", Some(&daniel.cookie)).await.body.contains("Restricted"));
    assert!(pool.execute("UPDATE classification_level SET title = 'x'").await.is_err(), "a version never changes");
}

fn hiding(column: &str) -> Tightening {
    let before =
        ColumnClass { classification: Classification::OfficialClosed, sensitivity: Sensitivity::NonSensitive, personal: PersonalCategory::None };
    let decided = Decided {
        name: format!("routes.{column}"),
        verdict: Verdict::Changed,
        class: ColumnClass::least_for(PersonalCategory::Direct, false),
        before: Some(before),
        proposal: None,
        note: String::new(),
        learn: None,
        unlearn: None,
    };
    Tightening {
        product: ProductId(PRODUCT.parse().unwrap()),
        address: "ssot-a.busroutes-dp".into(),
        columns: vec![(DatasetId(DATASET.parse().unwrap()), column.to_owned(), decided)],
    }
}

/// An agreement that shows drivers of so many rows, with its holder's token.
async fn reading_drivers(pool: &PgPool, rows: i32) -> (Granting, String) {
    let place = Granting::new(pool.clone(), "{}", rows).await;
    columns(pool, &["route", "driver"], true).await;
    pool.execute("UPDATE agreement_dataset SET columns = '{route,driver}'").await.unwrap();
    pool.execute("INSERT INTO outbox (at, topic, object_id, next_attempt_at) SELECT now(), 'agreement.grant', id, '2026-11-20' FROM agreement")
        .await
        .unwrap();
    place.work().await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    (place, token)
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn readers_lose_a_column_before_the_decision_is_confirmed(pool: PgPool) {
    let (place, token) = reading_drivers(&pool, 3).await;
    assert_eq!(place.read(&token).await.body, "route,driver\n101,somebody\n102,somebody\n103,somebody\n");
    // Connected before; one of them in the middle of a transaction.
    let mut idle = place.session(&token).await.unwrap();
    let mut busy = place.session(&token).await.unwrap();
    idle.execute("SELECT driver FROM routes").await.unwrap();
    busy.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT driver FROM routes").await.unwrap();
    let grace = steward(&place.world).await;
    let page = place.world.get(&format!("{PAGE}?show=all"), Some(&grace.cookie)).await.body;
    assert!(page.contains("1 agreement in force"), "{page}");
    let done = change(&place.world, &grace, "routes.driver").await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(idle.execute("SELECT driver FROM routes").await.is_err());
    assert!(busy.execute("SELECT driver FROM routes").await.is_err());
    assert_eq!(place.read(&token).await.body, "route\n101\n102\n103\n");
    place.work().await;
    reconcile::tidy(&place.world.state).await.unwrap();
    assert_eq!(count(&pool, "SELECT count(*) FROM drift_finding").await, 0, "what was agreed is what stands there");
    // Shown again: the record first, then the source.
    let fields =
        [("v:routes.driver", "changed"), ("c:routes.driver", "official-closed"), ("s:routes.driver", "non-sensitive"), ("p:routes.driver", "none")];
    assert_eq!(decide(&place.world, &grace, &fields).await.status, 303);
    assert_eq!(place.read(&token).await.body, "route\n101\n102\n103\n", "not before the outbox");
    place.work().await;
    assert!(place.read(&token).await.body.starts_with("route,driver\n"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_death_in_between_leaves_the_source_hiding_more(pool: PgPool) {
    let (place, token) = reading_drivers(&pool, 1).await;
    let grace = steward(&place.world).await;
    let (state, origin) = (&place.world.state, Origin::default());
    // Dead after the record was told what comes: the work that was left with it makes the source so.
    tightening::begin(state, grace.person, &hiding("driver"), &origin).await.unwrap();
    place.work().await;
    assert_eq!(place.read(&token).await.body, "route,driver\n101,somebody\n");
    place.world.later(TimeDelta::minutes(1));
    place.work().await;
    assert_eq!(place.read(&token).await.body, "route\n101\n");
    // Dead after the source hides it: it stays hidden, and nothing was decided.
    tightening::hide(state, &hiding("driver").datasets()).await.unwrap();
    for _ in 0..2 {
        reconcile::tidy(state).await.unwrap();
        assert_eq!(place.read(&token).await.body, "route\n101\n");
    }
    assert_eq!(text(&pool, "SELECT personal FROM data_column WHERE name = 'driver'").await, "none");
    assert_eq!(count(&pool, "SELECT count(*) FROM column_decision").await, 0);
    assert!(place.world.get(PAGE, Some(&grace.cookie)).await.body.contains("was interrupted"));
    let back = place.world.post(&format!("{PAGE}/take-back"), Some(&grace.cookie), &format!("csrf={}", grace.csrf)).await;
    assert_eq!(back.status, 303);
    place.work().await;
    assert_eq!(place.read(&token).await.body, "route,driver\n101,somebody\n");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_source_that_is_down_refuses_the_decision_and_loses_nothing(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute(AssertSqlSafe(format!(
        "INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
         VALUES ('{DATASET}', '{PRODUCT}', 'routes', 'Routes', 'ssot_a', 'routes', 0)"
    )))
    .await
    .unwrap();
    columns(&pool, &["driver"], true).await;
    let grace = steward(&world).await;
    let refused = change(&world, &grace, "routes.driver").await;
    assert!(refused.status == 503 && refused.body.contains("nothing was decided"), "{} {}", refused.status, refused.body);
    assert_eq!(text(&pool, "SELECT personal FROM data_column").await, "none");
    assert_eq!(count(&pool, "SELECT count(*) FROM column_tightening").await, 0);
    assert_eq!(count(&pool, "SELECT count(*) FROM audit_event WHERE action = 'column.tighten' AND outcome = 'failed'").await, 1);
    assert!(text(&pool, "SELECT form FROM classification_draft").await.contains("changed"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_document_neither_publishes_what_is_unclassified_nor_undoes_a_decision(pool: PgPool) {
    let ids = server::clock::system_ids();
    let now = "2026-11-23T02:00:00Z".parse().unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample");
    let products = sample::read_products(&folder).unwrap();
    let draft = products.into_iter().find(|product| product.document.name == "depot-visitors-dp").unwrap().document;
    let apply = async |document: &ProductDocument| {
        let mut tx = pool.begin().await.unwrap();
        let mut applier = Applier::load(&mut tx, ids.clone()).await.unwrap();
        let done = applier.apply(&mut tx, document, now).await.map(|_| ());
        if done.is_ok() {
            tx.commit().await.unwrap();
        }
        done.map_err(|error| error.to_string())
    };
    apply(&draft).await.unwrap();
    let of_product = |what: &str| format!("SELECT {what} FROM product WHERE address = 'ssot-a.depot-visitors-dp'");
    assert_eq!(text(&pool, &of_product("classification")).await, "");
    let mut published = ProductDocument { status: ProductStatus::Published, ..draft };
    let refused = apply(&published).await.unwrap_err();
    assert!(refused.contains("visits.visitor_no, visits.nric"), "{refused}");
    pool.execute(
        "INSERT INTO column_decision (id, dataset_id, column_name, verdict, classification, sensitivity, personal, scheme_version, note, decided_by, decided_at)
         SELECT gen_random_uuid(), dataset_id, name, 'accepted', 'restricted', 'sensitive-high', 'direct', 1, '', (SELECT id FROM person LIMIT 1), now()
         FROM data_column",
    )
    .await
    .unwrap();
    let nric = published.datasets[0].columns.iter_mut().find(|column| column.name == "nric").unwrap();
    (nric.unclassified, nric.classification, nric.personal) = (false, Classification::OfficialOpen, PersonalCategory::None);
    apply(&published).await.unwrap();
    assert_eq!(text(&pool, "SELECT classification || ' ' || personal FROM data_column WHERE name = 'nric'").await, "restricted direct");
    assert_eq!(
        text(&pool, "SELECT said_by || ' ' || classification FROM column_conflict WHERE column_name = 'nric'").await,
        "document official-open"
    );
    assert_eq!(count(&pool, "SELECT count(*) FROM column_conflict").await, 1, "silence contradicts nobody");
    assert_eq!(text(&pool, &of_product("classification || ' ' || status")).await, "restricted published");
}
