//! Pages of the catalogue: home, and a product in the order a reader decides.

mod head;
pub mod home;
pub mod place;
pub mod tabs;
pub mod terms;
pub mod terms_edit;

pub use head::{Beside, ProductTab, product_page};
pub use place::{PlaceFilter, place_filter};
