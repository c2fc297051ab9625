//! Products and what belongs to them. Everything shown is read through `visible_product`, so that nobody learns of a
//! product they may not know.

mod apply;
mod areas;
mod kept;
mod parts;
mod place;
mod read;
mod rules;
mod terms;
mod titles;
mod tool_links;

pub use apply::{Applied, Applier};
pub use areas::{area_at, areas_in_box, cover_boxes, outlines, outlines_digest, set_outlines};
pub use read::{
    ColumnView, DatasetView, DomainPlace, InputPortView, OutputPortView, PortDataset, PreviewTable, ProductView, TrustSummary, activity, columns,
    datasets, input_ports, output_ports, preview_tables, product, redirect,
};
pub(crate) use terms::answers;
pub use terms::{TermsLine, TermsNames, TermsVersion, publish_terms, terms, terms_history, terms_names};
pub use titles::{ListedTitle, listed_titles, titles_by_domain};
pub use tool_links::tool_links;
