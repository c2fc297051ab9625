//! The `pasar` binary.
fn main() {}
