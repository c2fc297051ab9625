//! A plot with its numbers beside it.

use leptos::prelude::*;

/// `svg` comes from the crate `charts`, which escapes what it writes. The table holds what is drawn: a plot never stands alone.
pub fn plot_with_table(svg: String, table: AnyView) -> impl IntoView {
    view! { <div class="plot-pair"><div class="plot-frame" inner_html=svg></div><div class="plot-table">{table}</div></div> }
}
