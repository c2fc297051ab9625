//! Audits of quality: planned by trusted centres, taken once when they are due, kept as they were found, and followed up.

mod follow_up;
mod plan;
mod read;
mod run;
mod take;
mod task;

pub use follow_up::{Voice, late_due, meet_due, say};
pub use plan::{PlanView, change, domains, make, plan, plans, products, set_state};
pub use read::{AuditLine, AuditedCheck, Audits, Finding, Outcome, audit, audits, checks, findings, latest_of};
pub use run::{announce_due, begin_due, finish_due};
pub use task::{TaskAnswerLine, TaskLine, TaskView, task, tasks_after, tasks_of, tasks_watched};

/// Kinds of objects in the trail.
const PLAN: &str = "quality-audit-plan";
const AUDIT: &str = "quality-audit";
const TASK: &str = "quality-task";
