//! Asking for access and deciding it: the request's parts, the agreement an approval makes, and its grant at the port.
//! One state machine each; an illegal move is an error that names both states.

mod agency;
mod answers;
pub mod clock;
mod conditions;
mod hold;
mod lead_time;
mod request;
mod scope;
mod sharing;
mod state;
mod trouble;
mod workflow;

pub use agency::{AgencyRule, check_agency};
pub use answers::{Answer, Answers, usual_answers};
pub use conditions::{Conditions, DatasetConditions, Granted, granted};
pub use hold::{DriftKind, DriftState, HoldKind, SubjectKind, why_stopped};
pub use lead_time::{Quartiles, WorkingDays, WorkingTime};
pub use request::{LONGEST_TEXT, NewRequest, Offered, PurposeRule, RequestForm, Term, check, longest_until, scopes};
pub use scope::{DatasetScope, RowScope};
pub use sharing::{AgreementTimes, Figures, Funnel, PartTimes, Pause, ProductFigures, ProductTimes, Sharing};
pub use state::{AgreementState, GrantState, IllegalMove, PartState};
pub use trouble::shown_failure;
pub use workflow::{
    Agency, Applies, ApprovalRule, AskedStep, Asks, Facts, Outcome, PlannedStep, RequiredStep, Route, StepAt, StepState, above, compile, outcome,
};
