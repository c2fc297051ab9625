//! Lineage: what tools say of their runs is kept, and the graph that follows from it is kept beside it, so that it is read in
//! no time. Whatever order statements come in, the same graph follows.
//!
//! Who tells of a run speaks for the products that they look after, and for what is in none. Whoever reads sees what they may know of:
//! a hidden product has no node, and nothing is seen through it.

mod ahead;
mod beside;
mod claim;
mod column_show;
mod column_walk;
mod declared;
mod derive;
mod edge_jobs;
mod edges;
mod join;
mod nodes;
mod record;
mod runs;
mod show;
mod stamp_parts;
mod stamps;
mod start;
#[cfg(test)]
mod tests;
mod told;
mod touch;
mod traced;
mod walk;
#[cfg(test)]
mod walk_tests;

pub use beside::{Beside, Looked, beside};
pub use claim::{Claim, Claimable, Claimed, claim, claimable, claimable_after, names_of, release};
pub use column_show::{ColumnGraph, SeenColumn, column_graph, columns_graph};
pub use column_walk::How;
pub use declared::follow;
pub use edge_jobs::{EdgeJob, EdgeJobs, JobName};
pub use record::{Reporter, Said, record};
pub use runs::{NoKey, Run, RunKey, Runs, Side, runs};
pub use show::{ColumnEdge, Graph, Seen, column_edges, graph, graph_with_jobs};
pub use stamps::{Checks, Fresh, Product, What};
pub use start::{Start, of_address, of_name};
pub use told::Told;
pub use touch::{FOLLOWED, Touch, Touched, touched};
pub use traced::traced;
pub use walk::{Asked, Limits};

/// Rows of the outbox that one product's change waits under.
pub const PRODUCT: &str = "lineage.product";

/// Held shared by whoever records, and alone by whoever says that two names are one dataset: edges are made under names that stay.
const NAMES_LOCK: i64 = 2_100;

use domain::organisation::Role;

/// Who looks after products, and so speaks for them.
const KEEPERS: [Role; 4] = [Role::Owner, Role::Steward, Role::ProductOwner, Role::Developer];

fn keepers() -> Vec<String> {
    KEEPERS.iter().map(|role| role.as_str().to_owned()).collect()
}
