//! What people look for and nobody has described yet: asked of one domain, answered by its people. Each change is one
//! transaction with its audit row.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{AnswerView, Answerer, WantedLine, WantedView, WantedWork, answerers, asked_by, open_for, wanted};
pub use write::{answer, ask, withdraw};
