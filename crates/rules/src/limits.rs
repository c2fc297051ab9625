//! How far one evaluation may go: instructions, bytes that functions make, and time. Instructions and bytes are counted, so that
//! they end a rule at the same place each time; the clock is a last resort, for instructions that are slow in themselves.

use regorus::LimitError;
use regorus::utils::limits::ExecutionTimerConfig;
use std::cell::Cell;
use std::num::NonZeroU32;
use std::time::Duration;

/// The longest source of a rule, in bytes.
pub const LONGEST_SOURCE: usize = 16 * 1024;
/// The longest line of a source, in characters.
pub const LONGEST_LINE: usize = 400;
/// Arithmetic signs in one source: each nests what stands before it.
pub const MOST_OPERATORS: usize = 120;
/// Rules that use rules that use rules …: the machine goes down into each.
pub const LONGEST_CHAIN: usize = 24;
/// Steps of one path, such as `input.product.terms`: dots and brackets.
pub const LONGEST_PATH: usize = 24;
/// Brackets within brackets: the parser tries each opening brace in several ways.
pub const DEEPEST_BRACKETS: u32 = 10;
/// The longest text that a function may make, in bytes.
pub const LONGEST_TEXT: usize = 64 * 1024;
/// The largest pattern once compiled, in bytes.
pub const LARGEST_PATTERN: usize = 64 * 1024;
/// The longest pattern as written, in bytes.
pub const LONGEST_PATTERN: usize = 256;
/// Violations of one rule that are told; the rest are counted.
pub const MOST_VIOLATIONS: usize = 500;
/// Instructions between two looks at the clock.
const LOOK_EVERY: NonZeroU32 = match NonZeroU32::new(256) {
    Some(number) => number,
    None => NonZeroU32::MIN,
};

/// What one evaluation may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps of the machine. A rule over one product of 24 columns takes some 500, one over 2,000 columns some 40,000.
    pub instructions: usize,
    /// Bytes of text and collections that functions make, all together.
    pub bytes: usize,
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { instructions: 200_000, bytes: 4 * 1024 * 1024, time: Duration::from_secs(2) }
    }
}

impl Limits {
    pub(crate) const fn timer(self) -> ExecutionTimerConfig {
        ExecutionTimerConfig { limit: self.time, check_interval: LOOK_EVERY }
    }
}

thread_local! {
    /// Bytes that functions may still make in the evaluation that runs on this thread, and how many there were.
    static LEFT: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    static FAILED: Cell<Option<String>> = const { Cell::new(None) };
}

/// Begins an evaluation on this thread.
pub(crate) fn begin(limits: Limits) {
    LEFT.set((limits.bytes, limits.bytes));
    FAILED.take();
}

/// Ends the evaluation because a function failed. The machine takes an error for “undefined”, by which a violation would vanish, unless
/// it is one of a limit; so it is given one of those, and the reason is kept beside.
pub(crate) fn fail(why: String) -> anyhow::Error {
    FAILED.set(Some(why));
    LimitError::RegexSizeLimitExceeded { limit: 0 }.into()
}

/// Why a function failed, if one did since the evaluation began.
pub(crate) fn failed() -> Option<String> {
    FAILED.take()
}

/// Takes what a function is about to make from what is left. The error ends the evaluation, whatever stands around the call.
pub(crate) fn charge(bytes: usize) -> anyhow::Result<()> {
    let (left, whole) = LEFT.get();
    if let Some(rest) = left.checked_sub(bytes) {
        LEFT.set((rest, whole));
        return Ok(());
    }
    LEFT.set((0, whole));
    let as_u64 = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Err(LimitError::MemoryLimitExceeded { usage: as_u64(whole.saturating_add(bytes)), limit: as_u64(whole) }.into())
}

/// As [`charge`], for one text, which has a limit of its own.
pub(crate) fn charge_text(bytes: usize) -> anyhow::Result<()> {
    charge(if bytes > LONGEST_TEXT { usize::MAX } else { bytes })
}
