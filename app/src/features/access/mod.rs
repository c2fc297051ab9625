//! Asking for access, deciding, and using what was agreed.

pub mod agreement;
pub mod ask;
pub mod connect;
pub mod drift;
pub mod request;
pub mod suspension;
pub mod work;
