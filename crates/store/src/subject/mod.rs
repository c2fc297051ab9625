//! Requests of people about data of theirs: opened with a keyed hash and a mask, answered by what sources say of their columns, and
//! by the domains, each with a task of its own. What names the person never comes here.

mod find;
mod list;
mod open;
mod task;

pub use find::{Finding, LookedThrough, SubjectColumn, columns, could_not_look, found};
pub use list::{EarlierRequest, FindingView, RequestView, SubjectLine, TaskLine, request, requests};
pub use open::{NewRequest, open};
pub use task::{TaskPlace, TaskView, end_task, task, tasks};
