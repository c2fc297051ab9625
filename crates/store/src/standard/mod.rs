//! Standards in the record: versions as people read and machines run them, what was said of them, who was let off, what they found
//! of each product, and the input that rules look at. What follows from a finding is for `rules` to say.

mod agreements;
mod change;
mod check_in;
mod comment;
mod concerned;
mod day;
mod evaluation;
mod findings;
mod gate;
mod history;
mod input;
mod input_lineage;
mod input_parts;
mod kept;
mod publish;
mod read;
mod requests;
mod rows;
mod source;
mod telling;
mod waiver;
mod write;

pub use agreements::{Stopping, agreement_inputs, agreements_to, stopping};
pub use change::{Change, ChangedPart, changes, parts};
pub use check_in::{CheckIn, CheckInId, check_ins, coming_check_ins, note_check_in, plan_check_in};
pub use comment::{Comment, CommentId, answer, comment, comments};
pub use concerned::{concerned_after, narrower, products_after};
pub use day::{Turned, lock, note_run, run_day, try_lock, turn_day};
pub use evaluation::{Changed, Evaluated, NewEvaluation, keep_evaluations};
pub use findings::{
    Affected, FindingView, affected, affected_counts, evaluations, existing, findings_of, known_products, own_products, stored_input,
};
pub use gate::{GateJudgement, JudgedAt, gate_judgements, hold_back, note_gate, refuse};
pub use history::{HistoryLine, history};
pub use input::{inputs, inputs_of, roles_over};
pub use publish::{Publication, agree, consult, publish, retire};
pub use read::{Filter, Version, acting, one, shared, taken, versions};
pub use requests::{RequestedColumns, agency_of, open_requests, part_requests, requested_columns};
pub use rows::keep_input;
pub use source::stored_source;
pub use waiver::{NewWaiver, WaiverLine, end_waiver, grant_waiver, waivers, waivers_in_force};
pub use write::{begin, ensure_sample, save};

/// Rows of the outbox: one product is to be judged again, or all that a standard concerns.
pub const PRODUCT: &str = "standard.product";
pub const ALL: &str = "standard.changed";
