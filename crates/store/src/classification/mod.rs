//! How columns are classified: the scheme's versions, what detectors propose, what people decide, and what is about to be hidden.
//! A decision is written in the transaction of its audit row; the source follows, or goes first when something is hidden.

mod columns;
mod decide;
mod detectors;
mod draft;
mod history;
mod kept;
mod proposals;
mod publish;
mod scheme;
mod tighten;

pub use columns::{LastDecision, Pending, ProposalView, ReviewColumn, class_of_product, columns};
pub use decide::{Confirmed, confirm};
pub use detectors::{DetectorLine, NewDetector, add_detector, detectors, retire_detector};
pub use draft::{ReviewDraft, draft, keep_draft};
pub use history::{Change, Conflict, history};
pub use kept::{KeptProduct, kept_products};
pub use proposals::{Due, DueColumn, NewProposal, due, due_of, forget_runs, keep_proposals, rejected};
pub use publish::{publish, unclassified};
pub use scheme::{SchemeLine, change_scheme, scheme, scheme_version, scheme_versions};
pub use tighten::{PreviewPlan, Tightening, begin, preview_plan, take_back};
