//! Asking for access, deciding, and what an approval makes. Each change is one transaction with its audit row, and with
//! its outbox row when the port must follow.

mod agreements;
mod basket;
mod decide;
mod lead_time;
mod past;
mod reading;
mod requests;
mod source_log;
mod submit;

pub use agreements::{
    AgreementDataset, AgreementLine, AgreementView, EndReason, GrantPlan, agreement, agreements_of, end, expire_due, grant_confirmed, grant_plan,
    note_credential, pending_grants, removal_confirmed,
};
pub use basket::{BasketItem, add as basket_add, items as basket_items, remove as basket_remove};
pub use decide::{Decision, decide};
pub use lead_time::{SharingChoices, SharingFilter, lead_times, sharing_choices};
pub use past::{PastPart, write_past};
pub use reading::{Reader, note_read, reader};
pub use requests::{PartView, QueueLine, RequestLine, RequestView, Standing, part, queue, request, requests_of, standing, withdraw};
pub use source_log::{DirectRead, forget_api_sessions, log_kept, log_position, log_read, note_api_session, note_direct_reads, sources_without_log};
pub use submit::{Asked, Submission, asked, holidays, submit};
