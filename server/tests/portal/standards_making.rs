//! Making a standard with nothing typed; one for what is restricted and personal as a whole; and a sector's own by its trusted centre.

use crate::common::{World, page, post};

use domain::organisation::{Role, Scope};
use rules::Template;
use server::jobs::standards;
use server::standards::form::PARAMETER;
use sqlx::Executor;
use store::{PgPool, standard};

const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
const YEAR: &str = "Restricted personal data: expiry within a year";

/// What stands in a field of a page.
fn value(page: &str, name: &str) -> String {
    let field = page.split("<input ").find(|part| part.contains(&format!("name=\"{name}\""))).unwrap_or_else(|| panic!("{name}: {page}"));
    field.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

async fn verdicts(pool: &PgPool, slug: &str) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT p.name, e.verdict FROM standard_evaluation e JOIN product p ON p.id = e.product_id JOIN standard s ON s.id = e.standard_id
         WHERE s.slug = $1 AND e.ended_at IS NULL AND e.agreement_id IS NULL ORDER BY 1",
    )
    .bind(slug)
    .fetch_all(pool)
    .await
    .unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_a_template_suggests_can_be_saved_as_it_is_each_time(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    world.settle().await;
    let daniel = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let officer = world.visitor("officer", &[]).await;
    assert!(page(&world, &daniel, "/").await.split("<footer").next().unwrap().contains("href=\"/standards\""), "in the header of the data office");
    assert!(!page(&world, &officer, "/").await.split("<footer").next().unwrap().contains("href=\"/standards\""));
    let form = |title: &str, owner: &str| {
        format!(
            "template=maximum-duration&p-days=365&p-from=restricted&p-personal-only=yes&title={}&text=As+it+is&scope=whole&severity=block-serving&kind=access-policy&grace=0&owner={owner}&contact=admin.teo%40example.invalid",
            title.replace(' ', "+").replace(':', "%3A")
        )
    };
    for title in [YEAR.to_owned(), format!("{YEAR} (2)"), format!("{YEAR} (3)")] {
        let shown = page(&world, &daniel, "/standards/new?template=maximum-duration").await;
        assert_eq!(value(&shown, "title"), title);
        // Nobody knows this administrator's agency: they answer for it themselves.
        assert_eq!((value(&shown, "owner").as_str(), value(&shown, "contact").as_str()), ("admin.teo", "admin.teo@example.invalid"));
        let made = post(&world, &daniel, "/standards", &form(&title, "admin.teo")).await;
        assert_eq!(made.status, 303, "{}", made.body);
    }
    let taken = post(&world, &daniel, "/standards", &form(YEAR, "admin.teo")).await;
    assert!(taken.status == 422 && taken.body.contains(&format!("“{YEAR} (4)” is free")), "{}", taken.body);

    pool.execute("UPDATE person SET agency = 'Government data office' WHERE email = 'admin.teo@example.invalid'").await.unwrap();
    let shown = page(&world, &daniel, "/standards/new?template=maximum-duration").await;
    assert_eq!(value(&shown, "owner"), "Government data office");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn restricted_personal_data_ends_and_leaves_as_pseudonyms_by_one_standard(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute(
        "INSERT INTO dataset (id, product_id, name, title, position) SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 0 FROM product;
         INSERT INTO output_port SELECT '00000000-0000-7000-8000-0000000000b3', id, 'output-port1', 'postgres', NULL FROM product;
         INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000b1');
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal, technique)
             VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 0, 'nric', 'text', false, false, 'restricted', 'sensitive-normal', 'direct',
                     '{\"technique\": \"mask\", \"first\": 0, \"last\": 4, \"shortest\": 9}');
         UPDATE data_sharing_agreement SET longest_days = 730",
    )
    .await
    .unwrap();
    world.settle().await;
    let daniel = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let shown = page(&world, &daniel, "/standards/new?template=restricted-personal-data").await;
    assert_eq!(value(&shown, "title"), "Restricted personal data: pseudonymised, and expiry within a year");
    assert_eq!(value(&shown, "p-days"), "365");
    let rest = "text=Both&scope=whole&severity=block-serving&kind=access-policy&grace=0&owner=Office&contact=o%40example.invalid&title=Both";
    let fields = format!(
        "template=restricted-personal-data&p-days=365&p-from=restricted&p-personal=direct&p-techniques=suppress&p-techniques=pseudonym&{rest}"
    );
    let made = post(&world, &daniel, "/standards", &fields).await;
    assert_eq!(made.location(), "/standards/both/simulate?version=1", "{}", made.body);
    let would = page(&world, &daniel, "/standards/both/simulate.csv?version=1").await;
    assert!(would.contains("terms_too_long") && would.contains("technique_missing"), "{would}");
    pool.execute("UPDATE data_sharing_agreement SET longest_days = 365").await.unwrap();
    let would = page(&world, &daniel, "/standards/both/simulate.csv?version=1").await;
    assert!(!would.contains("terms_too_long") && would.contains("technique_missing"), "{would}");
    pool.execute("UPDATE data_column SET technique = '{\"technique\": \"pseudonym\", \"per\": \"agreement\"}'").await.unwrap();
    assert!(page(&world, &daniel, "/standards/both/simulate?version=1").await.contains("Nobody would have to do anything."));
    // What the form shows again is what it was.
    let known = standard::one(&mut pool.acquire().await.unwrap(), "both", 1).await.unwrap().unwrap();
    let typed = server::standards::form::filled(&known);
    let own = typed.iter().filter_map(|(name, values)| Some((name.strip_prefix(PARAMETER)?.to_owned(), values.clone()))).collect();
    let template = Template::read("restricted-personal-data", &own).unwrap().unwrap();
    assert_eq!(known.standard.source, rules::Source::Template(template));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_trusted_centre_makes_and_publishes_the_standard_of_its_sector(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    // Health has a product as well, and a curator of its own.
    pool.execute(
        "INSERT INTO sector VALUES ('00000000-0000-7000-8000-0000000000e1', 'health', 'Health', 'Health trusted centre');
         INSERT INTO data_domain VALUES ('00000000-0000-7000-8000-0000000000d1', 'clinics', 'Clinics', NULL, '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-0000000000e1');
         INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
             VALUES ('00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-0000000000d1', 'queues-dp', 'clinics.queues-dp', 'Queues', 'source-aligned', '1.0.0', 'published', 'listed', '', '2026-11-20', '2026-11-20');
         INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
             VALUES ('00000000-0000-7000-8000-0000000000d2', 'approval', '{}', '{}', 'none', 365)",
    )
    .await
    .unwrap();
    world.settle().await;
    let curator = world.visitor("curator.lee", &[(Role::TcCurator, Scope::Sector(SECTOR.parse().unwrap()))]).await;
    let elsewhere = world.visitor("curator.goh", &[(Role::TcCurator, Scope::Sector("00000000-0000-7000-8000-0000000000e1".parse().unwrap()))]).await;
    let daniel = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;

    let form = page(&world, &curator, "/standards/new?template=maximum-duration").await;
    assert!(form.contains("sector:geospatial") && !form.contains("sector:health"), "where it may hold: {form}");
    let fields = |scope: &str| {
        format!(
            "template=maximum-duration&p-days=30&p-from=official-open&title=A+month&text=No+longer&scope={scope}&severity=block-serving&kind=access-policy&grace=0&owner=Geospatial+trusted+centre&contact=tc%40example.invalid"
        )
    };
    for scope in ["whole", "sector%3Ahealth", "domain%3Ageospatial%2Fssot-a"] {
        let refused = post(&world, &curator, "/standards", &fields(scope)).await;
        assert!(refused.status == 422 && refused.body.contains("href=\"#scope\""), "{scope}: {} {}", refused.status, refused.body);
    }
    let made = post(&world, &curator, "/standards", &fields("sector%3Ageospatial")).await;
    assert_eq!(made.location(), "/standards/a-month/simulate?version=1", "{}", made.body);
    assert!(page(&world, &curator, "/standards/a-month/simulate?version=1").await.contains("1 product, 1 agreement in force"), "of its sector alone");

    // Its draft is its own: whoever keeps others, or the whole, neither reads nor changes it, and the data office agrees to what it was sent.
    for other in [&elsewhere, &daniel] {
        assert_eq!(world.get("/standards/a-month", Some(&other.cookie)).await.status, 404);
        assert_eq!(world.get("/standards/a-month/edit", Some(&other.cookie)).await.status, 404);
    }
    assert_eq!(post(&world, &elsewhere, "/standards/a-month/agree", "version=1").await.status, 404);
    assert_eq!(post(&world, &curator, "/standards/a-month/agree", "version=1").await.status, 403);
    assert_eq!(post(&world, &daniel, "/standards/a-month/agree", "version=1").await.status, 303);
    assert_eq!(post(&world, &daniel, "/standards/a-month/publish", "version=1&from=2026-11-23&urgent=yes&reason=Now").await.status, 404);
    let done = post(&world, &curator, "/standards/a-month/publish", "version=1&from=2026-11-23&urgent=yes&reason=Now").await;
    assert!(done.location().ends_with("done=published"), "{} {}", done.status, done.body);

    // From its first day it holds for its sector, and for nothing else.
    standards::follow(&world.state).await.unwrap();
    assert_eq!(verdicts(&pool, "a-month").await, [("busroutes-dp".to_owned(), "violated".to_owned())]);
    let waive = |product: &str| format!("product={product}&waiver_until=2026-12-31&waiver_reason=Terms+are+being+written");
    let outside = post(&world, &curator, "/standards/a-month/waive", &waive("clinics.queues-dp")).await;
    assert!(outside.status == 422 && outside.body.contains("does not hold for this product"), "{} {}", outside.status, outside.body);
    for other in [&elsewhere, &daniel] {
        assert_eq!(post(&world, other, "/standards/a-month/waive", &waive("ssot-a.busroutes-dp")).await.status, 403);
    }
    assert_eq!(post(&world, &curator, "/standards/a-month/waive", &waive("ssot-a.busroutes-dp")).await.status, 303);

    // The domain goes to the other sector: the standard holds for it no longer, and its waiver is not extended.
    pool.execute("UPDATE data_domain SET sector_id = '00000000-0000-7000-8000-0000000000e1' WHERE slug = 'ssot-a'").await.unwrap();
    standards::follow(&world.state).await.unwrap();
    assert!(verdicts(&pool, "a-month").await.is_empty());
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM standard_waiver WHERE ended_at IS NULL").fetch_one(&pool).await.unwrap();
    let extended = post(&world, &curator, &format!("/standards/a-month/waivers/{id}"), "waiver_until=2027-01-31&waiver_reason=Nearly+done").await;
    assert!(extended.status == 422 && extended.body.contains("no longer holds for this product"), "{} {}", extended.status, extended.body);
}
