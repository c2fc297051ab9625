//! The site: from a typed model to a view. Server only, synchronous, without I/O.

pub mod features;
pub mod shell;
pub mod ui;
