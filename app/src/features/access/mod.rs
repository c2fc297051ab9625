//! Asking for access, deciding, and using what was agreed.

pub mod agreement;
pub mod ask;
pub mod request;
pub mod terms;
pub mod work;
