//! Asking for access, deciding, and using what was agreed.

pub mod agreement;
pub mod ask;
pub mod basket;
pub mod check;
pub mod clock;
pub mod connect;
pub mod decision;
pub mod delegation;
pub mod drift;
pub mod given;
mod grant_work;
pub mod part;
pub mod preview;
pub mod readers;
pub mod request;
pub mod requests;
pub mod rules;
pub mod scope;
pub mod suspension;
pub mod terms;
pub mod work;
