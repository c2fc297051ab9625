//! Asking for access and deciding it: the request's parts, the agreement an approval makes, and its grant at the port.
//! One state machine each; an illegal move is an error that names both states.

mod lead_time;
mod request;
mod scope;
mod sharing;
mod state;

pub use lead_time::{Quartiles, WorkingDays, WorkingTime};
pub use request::{LONGEST_TEXT, NewRequest, PurposeRule, RequestForm, Term, check};
pub use scope::{DatasetScope, RowScope};
pub use sharing::{AgreementTimes, Figures, Funnel, PartTimes, Pause, ProductFigures, ProductTimes, Sharing};
pub use state::{AgreementState, GrantState, IllegalMove, PartState};
