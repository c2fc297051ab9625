//! Asking for access, deciding, and what an approval makes. Each change is one transaction with its audit row, and with
//! its outbox row when the port must follow.

mod agreements;
mod basket;
mod decide;
mod drift;
mod holds;
mod plan;
mod reading;
mod requests;
mod source_log;
mod submit;
mod suspensions;

pub use agreements::{
    AgreementDataset, AgreementLine, AgreementView, EndReason, agreement, agreements_of, end, expire_due, grant_confirmed, note_credential,
    removal_confirmed,
};
pub use basket::{BasketItem, add as basket_add, items as basket_items, remove as basket_remove};
pub use decide::{Decision, decide};
pub use drift::{Drift, DriftLine, DriftPlace, close_drift, drift, note_drift, open_drift};
pub use holds::{HoldView, NewHold, holds_of, lift_hold, place_hold};
pub use plan::{AgreedView, GrantPlan, grant_plan, granted_plans, note_made, pending_grants};
pub use reading::{Reader, note_read, reader};
pub use requests::{PartView, QueueLine, RequestLine, RequestView, Standing, part, queue, request, requests_of, standing, withdraw};
pub use source_log::{DirectRead, forget_api_sessions, log_kept, log_position, log_read, note_api_session, note_direct_reads, sources_without_log};
pub use submit::{Asked, Submission, asked, holidays, submit};
pub use suspensions::{
    NewSuspension, Subject, SuspensionLine, TouchedLine, hold_suspended, lift_suspension, sectors, subject, suspend, suspensions, touched,
};
