//! Requests of people about data of theirs. No page ever shows what names the person: it shows the mask.

mod open;
mod report;
mod requests;
mod task;

pub use open::{SubjectTyped, open_page};
pub use report::report_page;
pub use requests::requests_page;
pub use task::{task_page, tasks_page};
