//! How fit data products are: the dashboard, one product, the report that is printed, and what trusted centres announce.

mod announce;
mod dashboard;
mod plots;
mod product;
mod report;
mod words;

pub use announce::{Announce, announce_page};
pub use dashboard::{Dashboard, View, dashboard_page};
pub use product::{ProductFitness, fitness_line, product_fitness_page};
pub use report::{Report, report_page};
