//! `pasar generate` on a record of its own: made once, left as it is the second time, and never into somebody else's.

use server::catalogue_commands::{Wanted, generate};
use server::clock::system_ids;
use sqlx::ConnectOptions;
use std::path::PathBuf;
use store::PgPool;
use store::catalogue::Applier;

async fn products(pool: &PgPool, not_from: &str) -> usize {
    let mut conn = pool.acquire().await.expect("the test has a database");
    Applier::load(&mut conn, system_ids()).await.expect("the record can be read").from_elsewhere(not_from)
}

#[sqlx::test(migrations = "../migrations")]
async fn it_goes_on_where_it_stopped_and_leaves_other_products_alone(pool: PgPool) {
    let url = pool.connect_options().to_url_lossy().to_string();
    let folder = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../sample");
    let wanted = Wanted { products: 20, seed: 1, force: false };
    generate(&url, &folder, wanted).await.unwrap();
    // Enough for a second batch, so that both connections write.
    generate(&url, &folder, Wanted { products: 505, ..wanted }).await.unwrap();
    assert_eq!((products(&pool, "").await, products(&pool, "generated-1").await), (505, 0));

    let refused = generate(&url, &folder, Wanted { seed: 2, ..wanted }).await.unwrap_err().to_string();
    assert!(refused.contains("505 products") && refused.contains("nothing was changed"), "{refused}");
    assert_eq!(products(&pool, "").await, 505);
    generate(&url, &folder, Wanted { seed: 2, force: true, ..wanted }).await.unwrap();
    assert_eq!(products(&pool, "generated-1").await, 20);

    let refused = generate(&url, &folder, Wanted { products: u64::MAX, ..wanted }).await.unwrap_err().to_string();
    assert!(refused.contains("at most"), "{refused}");
}
