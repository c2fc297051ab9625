//! Reviews of access: the list, one with everybody who holds something, the preview of a decision, what somebody is asked, and their answer.

mod answer;
mod list;
mod show;

pub use answer::{Answering, answer_page};
pub use list::{asked_section, reviews_page};
pub use show::{Deciding, Preview, ReviewSaid, preview_page, review_page};

use chrono::NaiveDate;
use domain::access_review::ReviewState;
use store::access_review::ReviewLine;

/// How a review stands today.
pub fn state(line: &ReviewLine, today: NaiveDate) -> ReviewState {
    ReviewState::on(today, line.due_on, line.done_at.is_some())
}
