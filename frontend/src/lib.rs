//! The islands: small improvements of pages that work without them. They hold no data of their own and ask the same
//! addresses that a person would.

mod basket_count;
mod box_on_map;
mod copy_button;
mod filter_as_you_type;
mod graph_view;
mod review_keys;
mod search_box;

pub use basket_count::BasketCount;
pub use box_on_map::BoxOnMap;
pub use copy_button::CopyButton;
pub use filter_as_you_type::FilterAsYouType;
pub use graph_view::GraphView;
pub use review_keys::ReviewKeys;
pub use search_box::{SearchBox, SearchBoxProps};

/// Begins in the browser, once the bundle has arrived.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
