//! Reviews of access: opened once for each domain and quarter, reminded of, read, and decided item by item. What is ended is ended by
//! those who own it, `organisation::end_role` and `access::end`, in the transaction of the decision.

mod answer;
mod decide;
mod open;
mod read;

pub use answer::{OpenQuestion, answer, question};
pub use decide::{Decided, close_done, decide};
pub use open::{open_due, remind_due};
pub use read::{Answered, AskedItem, Holding, ReviewItem, ReviewLine, ReviewView, asked_of, review, reviews};

/// The kind of object in the trail.
const KIND: &str = "access-review";
