//! Standards: reading them, making them, seeing what they would do, and what they found of a product.

mod act;
mod advice;
mod calendar;
mod changes;
mod check_ins;
mod coming;
mod compare;
mod edit;
mod everything;
mod guide;
mod history;
mod list;
mod on_product;
mod show;
mod simulate;
mod waivers;
mod words;

pub use act::{Acts, Open};
pub use advice::{advice_on_column, advice_on_columns, advice_on_levels, advice_on_terms};
pub use calendar::{Entry, Turn, calendar_page};
pub use coming::Coming;
pub use compare::compare_page;
pub use edit::{Editing, Tried, edit_page, templates_page};
pub use everything::{Everything, everything_page};
pub use guide::guide_page;
pub use list::{Line, List, list_page};
pub use on_product::{check_list, on_product};
pub use show::{Shown, standard_page};
pub use simulate::{Narrower, Simulation, simulate_page};
pub use waivers::{Extending, extend_page, waivers_page};
