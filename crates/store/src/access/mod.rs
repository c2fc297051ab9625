//! Asking for access, deciding, and what an approval makes. Each change is one transaction with its audit row, and with
//! its outbox row when the port must follow.

mod agreements;
mod basket;
mod credentials;
mod decide;
mod delegation;
mod doors;
mod downloads;
mod draft;
mod drift;
mod flow_holds;
mod given;
mod grant_work;
mod held;
mod holds;
mod lead_time;
mod linked;
mod many;
mod messages;
mod overdue;
mod past;
mod plan;
mod queue;
#[cfg(test)]
mod queue_tests;
mod reading;
mod renew;
mod requests;
mod rules;
mod source_log;
mod standard_holds;
mod standard_steps;
mod steps;
mod submit;
mod suspensions;
mod terms;
#[cfg(test)]
mod terms_tests;
mod undo;
mod waiting;

pub use agreements::{
    AgreementDataset, AgreementLine, AgreementPerson, AgreementView, EndReason, agreement, agreements_after, agreements_of, end, expire_due,
    grant_confirmed, note_credential, removal_confirmed,
};
pub use basket::{BasketItem, add as basket_add, items as basket_items, remove as basket_remove};
pub use credentials::{
    MachineView, ReadBy, begin_credential, credentials_of, end_lost_credentials, end_machine, machines, name_machine, note_credential_of,
    own_credential, read_by, standing_credentials,
};
pub use decide::{Decider, Decision, decide};
pub use delegation::{DelegationView, delegate, delegations, end_delegation, stood_for};
pub use doors::{ShutDoors, read_under, shut_doors, stopped_by};
pub use downloads::{MOST_DOWNLOADS, begin_download, end_download, end_left_downloads};
pub use draft::{Draft, draft, keep_draft, throw_away_draft};
pub use drift::{Drift, DriftLine, DriftPlace, close_drift, drift, note_drift, open_drift};
pub use flow_holds::follow_flags;
pub use given::{GivenFilter, GivenLine, GivenState, agreements_on, given_products, looks_after_agreements};
pub use grant_work::{GrantWork, failing_grants, grant_work};
pub use held::{HeldAgreement, held_already};
pub use holds::{HoldView, NewHold, holds_of, lift_hold, place_hold};
pub use lead_time::{SharingChoices, SharingFilter, lead_times, sharing_choices};
pub use linked::follow_linked;
pub use many::{OpenDataset, OpenStep, open_steps};
pub use messages::{MessageKind, MessageView, answer, ask, could_decide, hand_over};
pub use overdue::{escalate, remind};
pub use past::{PastPart, write_past};
pub use plan::{
    AgreedHolder, AgreedLink, AgreedView, GrantPlan, agreement_of_credential, grant_plan, granted_plans, note_made, part_views, pending_grants,
    standing_plan,
};
pub use queue::{MOST_COUNTED, QueueLine, Standing, queue, standing};
pub use reading::{Reader, newest_view, note_read, reader, reader_by};
pub use renew::{Renewal, RenewedDataset, renewal};
pub use requests::{
    PartColumn, PartDataset, PartView, RequestLine, RequestView, SimilarDecision, request, request_of_step, requests_after, requests_of,
    similar_decisions, withdraw,
};
pub use rules::{NewRule, RuleView, add_rule, approval_rules, retire_rule};
pub use source_log::{DirectRead, forget_api_sessions, log_kept, log_position, log_read, note_api_session, note_direct_reads, sources_without_log};
pub use standard_holds::follow_standards;
pub use standard_steps::{asked_by_standards, require_steps};
pub use steps::{StepView, named, routes};
pub use submit::{Asked, Submission, asked, holidays, likely_basis, likely_team, same_answers, submit, submitted_with};
pub use suspensions::{
    NewSuspension, Subject, Suspendable, SuspensionLine, TouchedLine, hold_suspended, lift_suspension, sectors, subject, suspend, suspendable,
    suspensions, touched,
};
pub use terms::{OwedTerms, TermsAsked, accept_terms, agency_rules, hold_overdue, overdue_terms, owed_by, owed_terms, terms_accepted, terms_asked};
pub use undo::{undo, undoable};
pub use waiting::After;
