//! How long sharing takes: the page with its filters, and in short for the home page.

mod now;
mod page;
mod plots;
mod words;

pub use now::sharing_now;
pub use page::{Asked, sharing_page};
