//! What somebody keeps for themselves: saved searches, followed products, what they looked at; and what stands beside a product.

mod lists;
mod news;
mod product;
mod search;

pub use lists::{Flash, KeptSearch, Mine, mine_page};
pub use news::{News, news};
pub use product::{beside, follow_form};
pub use search::{SaveSearch, SaveSearchProps, save_page, search_page};
