//! Where data comes from and goes, and under which names tools know it.

mod beside;
mod columns;
mod drawing;
mod names;
mod runs;
mod tab;
mod tables;

pub use beside::BesideView;
pub use columns::ColumnsView;
pub use names::{NameForm, names_page};
pub use tab::{LineageView, lineage_tab};
