//! What standards say stands beside the field that mends it, where a product's terms, levels, columns and masks are edited; it stops no
//! save, and follows it at once.

use crate::common::{World, post};
use crate::standards_gates::{day, in_force, keeper, rego};
use rules::Severity;
use server::jobs::standards;
use sqlx::Executor;
use store::PgPool;

const PRODUCT: &str = "/products/ssot-a.busroutes-dp";

fn terms(over: i32, days: i32) -> String {
    format!(
        "over={over}&sharing=approval&distribution=none&longest_days={days}&obligations=Keep+it+safe&change_note=Said+in+words&accept_by=2026-12-31"
    )
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_standards_ask_stands_beside_the_field_and_stops_no_save(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute(
        "INSERT INTO dataset (id, product_id, name, title, position) VALUES ('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-000000000005', 'routes', 'Routes', 0);
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
         VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 0, 'driver', 'text', false, false, 'official-closed', 'non-sensitive', 'direct')",
    )
    .await
    .unwrap();
    let from = day("2026-06-01");
    let long = rego("terms_too_long", "agreement.longest_days", "input.product.terms.longest_days > 300");
    in_force(&world, "shorter", Severity::BlockServing, &long, from, None).await;
    let whole = rego("terms_unclear", "agreement", "input.product.terms.longest_days > 300");
    in_force(&world, "clear-terms", Severity::Advise, &whole, from, None).await;
    in_force(&world, "promises", Severity::Flag, &rego("nothing_promised", "service_levels", "count(input.service_levels) == 0"), from, None).await;
    let driver = rego("driver_named", "datasets.routes.columns.driver", "input.product.title != \"\"");
    in_force(&world, "drivers", Severity::Advise, &driver, from, None).await;
    standards::follow(&world.state).await.unwrap();
    let grace = keeper(&world).await;
    let page = async |path: &str| world.get(&format!("{PRODUCT}{path}"), Some(&grace.cookie)).await.body;

    let edit = page("/agreement/edit").await;
    for part in [
        r#"id="longest_days-advice""#,
        r#"aria-describedby="longest_days-advice""#,
        r#"href="/standards/shorter/1""#,
        "Standard shorter, version 1",
        "terms_too_long",
        "Change it.",
        r#"aria-describedby="terms-advice""#,
        "terms_unclear",
    ] {
        assert!(edit.contains(part), "{part}: {edit}");
    }
    assert!(!edit.contains("nothing_promised") && !edit.contains("driver_named"), "only what is mended here: {edit}");
    let level = page("/service-levels/new").await;
    assert!(level.contains(r#"aria-describedby="dimension-hint dimension-advice""#) && level.contains("nothing_promised"), "{level}");
    let columns = page("/classify?show=all").await;
    assert!(columns.contains(r#"aria-describedby="advice-routes.driver""#) && columns.contains(r#"id="advice-routes.driver""#), "{columns}");
    let mask = page("/protection/routes/driver").await;
    assert!(mask.contains("technique-advice") && mask.contains("driver_named"), "{mask}");

    // A save that does not mend it is made all the same.
    let saved = post(&world, &grace, &format!("{PRODUCT}/agreement/publish"), &terms(1, 350)).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert!(page("").await.contains("terms_too_long") && page("/agreement/edit").await.contains("longest_days-advice"));
    // One that does is judged before the next page is shown, without the job.
    assert_eq!(post(&world, &grace, &format!("{PRODUCT}/agreement/publish"), &terms(2, 200)).await.status, 303);
    assert!(!page("").await.contains("terms_too_long") && !page("/agreement/edit").await.contains("-advice"));
}
