//! A record in which something may be asked for, and nothing was yet.

use super::{DOMAIN, Visitor, World};
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;

pub const PORT: &str = "ssot-a.busroutes-dp.output-port1.routes";
/// As the decision's form names the dataset.
pub const KEY: &str = "00000000-0000-7000-8000-0000000000b3:00000000-0000-7000-8000-0000000000b1";

/// One readable dataset with two columns, one of which may narrow rows; nothing asked for yet.
pub async fn world(pool: &PgPool) -> (World, Visitor, Visitor) {
    pool.execute(
        "DELETE FROM agreement; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request;
         INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
             SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal, is_scope)
             SELECT gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', n, name, 'text', false, false, 'restricted', 'non-sensitive', 'none', name = 'area'
             FROM (VALUES (0, 'route'), (1, 'area')) AS v(n, name);
         INSERT INTO output_port SELECT '00000000-0000-7000-8000-0000000000b3', id, 'output-port1', 'postgres', NULL FROM product;
         INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000b1')",
    )
    .await
    .unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let steward = world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    (world, officer, steward)
}
