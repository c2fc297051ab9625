//! The component set: small functions from values to markup, each decided once. Every one is shown at `/design`.

mod content;
mod design;
mod fields;
mod navigation;
mod plot;
mod text;

pub use content::{classification_badge, cut_notice, data_table, data_table_under_heading, empty_state, notice, status_tag, summary_list};
pub use design::design_page;
pub use fields::{Advice, Remarks, advice_block, choice_list, csrf_field, date_field, error_summary, hidden, select_field, text_area, text_field};
pub use navigation::{breadcrumbs, pagination, tabs};
pub use plot::plot_with_table;
pub(crate) use text::escaped;
pub use text::{count, day, deadline, moment, query_string};
