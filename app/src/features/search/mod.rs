//! Finding products: the list with words, filters, order and views, and what helps on when nothing is found.

mod facets;
mod hits;
pub mod link;
mod list;
mod nothing;

pub use link::{Link, View};
pub use list::{Listed, list_page};
