//! Asking for access and deciding it: the request's parts, the agreement an approval makes, and its grant at the port.
//! One state machine each; an illegal move is an error that names both states.

mod hold;
mod request;
mod scope;
mod state;

pub use hold::{DriftKind, DriftState, HoldKind, SubjectKind};
pub use request::{LONGEST_TEXT, NewRequest, PurposeRule, RequestForm, Term, check};
pub use scope::{DatasetScope, RowScope};
pub use state::{AgreementState, GrantState, IllegalMove, PartState};
