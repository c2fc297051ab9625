//! Pages of the catalogue: the list with words and filters, and a product in the order a reader decides.

mod head;
pub mod home;
pub mod list;
pub mod tabs;

pub use head::{ProductTab, product_page};
