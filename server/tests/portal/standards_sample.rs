//! The standards that the program brings, on the sample catalogue as it is loaded: each of the twelve kinds blocks, masks or asks for something
//! of a product that is named, and a handful of products fail each. The table is in `docs/standards.md`.

use crate::common::World;
use domain::catalogue::{Classification, ProductStatus};
use domain::id::{PersonId, ProductId};
use domain::organisation::{Role, Scope};
use domain::service_level::{Measure, MeasuredBy};
use rules::input::{Request, rank};
use rules::{Effect, Gate, Kind};
use sample::Product;
use server::catalogue_commands::record_sample;
use server::jobs::standards;
use server::standards::{Judged, evaluate, gate};
use std::collections::BTreeSet;
use std::path::Path;
use store::service_level::{self, NewMeasurement};
use store::{PgConnection, PgPool, organisation, protection, standard};
use uuid::Uuid;

/// Products that may fail one standard.
const HANDFUL: usize = 8;

/// Standard, where it is asked, product, what is found of it, what follows.
const EACH: [(&str, Gate, &str, &str, Effect); 12] = [
    ("metadata", Gate::Publishing, "environment.noise-dp", "summary_missing", Effect::Refuse),
    ("anonymisation", Gate::Compiling, "environment.food-hygiene-dp", "technique_missing", Effect::Mask),
    ("classification", Gate::Publishing, "ssot-a.depot-visitors-dp", "classification_not_accepted", Effect::Refuse),
    ("access-policy", Gate::Serving, "education.bursaries-dp", "terms_too_long", Effect::Refuse),
    ("security", Gate::Serving, "water.reservoirs-dp", "open_above_official_open", Effect::Refuse),
    ("boundary", Gate::Publishing, "parks.volunteers-dp", "aggregated_has_one_source", Effect::Refuse),
    ("discovery", Gate::Publishing, "environment.noise-dp", "period_missing", Effect::Refuse),
    ("lineage", Gate::Publishing, "parks.volunteers-dp", "lineage_missing", Effect::Refuse),
    ("consent", Gate::Submitting, "manpower.work-injuries-dp", "purposes_not_named", Effect::AddStep),
    ("taxonomy", Gate::Publishing, "housing.blocks-dp", "column_name_avoided", Effect::Refuse),
    ("quality", Gate::Serving, "tourism.event-crowds-dp", "quality_not_promised", Effect::Flag),
    ("quality-promised", Gate::Publishing, "parks.shade-dp", "quality_promise_missing", Effect::Refuse),
];

async fn loaded(pool: PgPool) -> World {
    let world = World::new(pool, "http://localhost:1");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample");
    let products = sample::read_products(&folder).unwrap();
    let mut tx = world.pool.begin().await.unwrap();
    record_sample(&mut tx, &folder, &products, world.now()).await.unwrap();
    for product in products.iter().filter(|product| product.document.status == ProductStatus::Published) {
        measure(&world, &mut tx, product).await;
    }
    tx.commit().await.unwrap();
    standards::follow(&world.state).await.unwrap();
    world
}

async fn known(conn: &mut PgConnection, address: &str) -> ProductId {
    match organisation::scopes(conn, &format!("product:{address}")).await.unwrap() {
        Some(Scope::Product(id)) => id,
        other => panic!("{address}: {other:?}"),
    }
}

/// What the portal would measure at the source, from the rows that are made for it.
async fn measure(world: &World, conn: &mut PgConnection, product: &Product) {
    let address = product.document.urn().unwrap().to_string();
    let id = known(conn, &address).await;
    for level in service_level::levels(conn, id, world.now()).await.unwrap().into_iter().filter(|level| level.measure == Measure::Filled) {
        let all = &product.document.datasets;
        let place = all.iter().position(|dataset| Some(&dataset.name) == level.dataset.as_ref()).unwrap_or_else(|| panic!("{address}: dataset"));
        let columns = &all[place].columns;
        let at = columns.iter().position(|column| Some(&column.name) == level.column.as_ref()).unwrap_or_else(|| panic!("{address}: column"));
        let (mut filled, mut looked) = (0.0, 0.0);
        for row in sample::rows(&address, &product.datasets[place]) {
            looked += 1.0;
            filled += if row[at].is_some() { 1.0 } else { 0.0 };
        }
        let value: f64 = 100.0 * filled / looked;
        let (comparison, bound) = level.bound.unwrap();
        let new = NewMeasurement {
            level: level.id,
            product: id,
            at: world.now(),
            value: Some(value),
            good: comparison.holds(value, bound),
            by: MeasuredBy::Probe,
            said_by: None,
            tool: None,
            run: None,
            rows_looked: None,
            took_ms: None,
        };
        assert!(service_level::record(conn, &new, &world.state.ids, world.now()).await.unwrap());
    }
}

/// Whoever asks; no standard of the sample asks for their roles.
const NOBODY: PersonId = PersonId(Uuid::nil());

/// What one standard finds of what was judged: its codes, and what follows.
fn found(judged: &Judged, standard: &str, at: Gate) -> (Vec<String>, Effect) {
    let one = judged.found.iter().find(|found| found.version.standard.id == standard).unwrap_or_else(|| panic!("{standard} was not asked"));
    (one.told.iter().map(|told| told.violation.code.clone()).collect(), one.effect(at))
}

#[sqlx::test(migrations = "../migrations")]
async fn every_kind_does_something_on_the_sample_catalogue_and_few_products_fail_each(pool: PgPool) {
    let world = loaded(pool.clone()).await;
    let mut conn = pool.acquire().await.unwrap();
    for (slug, at, address, code, effect) in EACH {
        let id = known(&mut conn, address).await;
        let judged = gate::of_product(&world.state, &mut conn, NOBODY, at, id).await.unwrap().unwrap_or_else(|| panic!("{slug} matters at {at}"));
        let (codes, follows) = found(&judged, slug, at);
        assert!(codes.iter().any(|one| one == code) && follows == effect, "{slug} of {address}: {codes:?}, {follows}");
    }
    // Which one asks only of requests is in the test below; what tools tell stops nothing before any has told.
    let all = rules::examples::all();
    let kinds: BTreeSet<Kind> = all.iter().map(|one| one.kind).collect();
    let stops = |slug: &str| EACH.iter().any(|(of, .., effect)| *of == slug && matches!(effect, Effect::Refuse | Effect::AddStep | Effect::Mask));
    let stopping: BTreeSet<Kind> = all.iter().filter(|one| stops(&one.id) || one.kind == Kind::RequestWorkflow).map(|one| one.kind).collect();
    assert_eq!(stopping, kinds, "one of each kind blocks, masks or asks for something");
    assert_eq!((EACH.len() + 3, kinds.len()), (rules::examples::DOCUMENTS.len(), Kind::ALL.len()));

    for (slug, _) in rules::examples::DOCUMENTS {
        let failing: Vec<String> = sqlx::query_scalar(
            "SELECT p.address FROM standard_evaluation e JOIN standard s ON s.id = e.standard_id JOIN product p ON p.id = e.product_id
             WHERE s.slug = $1 AND e.ended_at IS NULL AND e.agreement_id IS NULL AND e.verdict <> 'met' ORDER BY p.address",
        )
        .bind(slug)
        .fetch_all(&pool)
        .await
        .unwrap();
        assert!(failing.len() <= HANDFUL, "{slug}: {failing:?}");
        // There is no request to judge yet, and nothing that a tool told.
        assert_eq!(failing.is_empty(), ["request-workflow", "told-personal-data", "told-without-columns"].contains(&slug), "{slug}: {failing:?}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn what_leaves_unprotected_is_masked_though_a_waiver_lets_its_steward_choose_it(pool: PgPool) {
    let world = loaded(pool.clone()).await;
    let mut conn = pool.acquire().await.unwrap();
    let hygiene = known(&mut conn, "environment.food-hygiene-dp").await;
    let judged = gate::of_product(&world.state, &mut conn, NOBODY, Gate::Serving, hygiene).await.unwrap().unwrap();
    assert_eq!(evaluate::masks(&judged), ["datasets.holders.columns.holder_name"], "masked characters of a number will do, a name as it is will not");
    let applicants = known(&mut conn, "housing.applicants-dp").await;
    let judged = gate::of_product(&world.state, &mut conn, NOBODY, Gate::Serving, applicants).await.unwrap().unwrap();
    assert!(evaluate::masks(&judged).is_empty(), "a pseudonym will do");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_request_for_personal_data_gets_the_steps_that_standards_ask_for(pool: PgPool) {
    let world = loaded(pool.clone()).await;
    let mut conn = pool.acquire().await.unwrap();
    let product = known(&mut conn, "housing.applicants-dp").await;
    let datasets = protection::datasets(&mut conn, product).await.unwrap();
    let applications = datasets.iter().find(|dataset| dataset.name == "applications").unwrap();
    let asked = standard::requested_columns(&mut conn, &[(applications.id.0, None)]).await.unwrap();
    assert!(asked.personal && asked.columns.contains(&"applications.nric".to_owned()), "{:?}", asked.columns);
    assert!(!asked.columns.contains(&"applications.applicant_name".to_owned()), "what names a person stays at its source: {:?}", asked.columns);
    let class = asked.classification.unwrap_or(Classification::OfficialOpen);
    let request = |explanation_words| Request {
        id: String::new(),
        agency: "sample-health".into(),
        own_agency: false,
        purpose: "planning".into(),
        legal_basis: Some("Direction".into()),
        explanation_words,
        team_words: 2,
        others_words: 0,
        days: 90,
        columns: asked.columns.clone(),
        classification: class,
        classification_rank: rank(class),
        personal: asked.personal,
        steps: vec![],
    };
    let mut steps = vec![];
    for words in [30, 3] {
        let judged = gate::at(&world.state, &mut conn, NOBODY, Gate::Submitting, vec![(product, Some(request(words)))]).await.unwrap().pop().unwrap();
        let asked: BTreeSet<(String, Vec<Role>)> = gate::steps(&judged, Gate::Submitting).into_iter().map(|step| (step.why, step.roles)).collect();
        steps.push(asked);
    }
    let workflow = "Standard: Who agrees to a request for personal data";
    let own = |role| (workflow.to_owned(), vec![role]);
    let three: BTreeSet<_> = [Role::Steward, Role::Owner, Role::TcSecurityOfficer].into_iter().map(own).collect();
    assert_eq!(steps[0], three);
    let consent = ("Standard: Personal data is used on a legal basis, for a purpose that was named".to_owned(), vec![Role::GdoAdministrator]);
    assert_eq!(steps[1].difference(&three).collect::<Vec<_>>(), [&consent], "three words do not say what it is for");
}
