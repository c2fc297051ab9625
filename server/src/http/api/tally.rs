//! Counting the rows that leave with a read, for reports. A client that breaks off took what was passed on until then. Columnar formats are
//! passed on as they are, and nobody counts them.

use crate::state::AppState;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use ports::{Format, PortError};
use store::audit;

/// Lines of a format, whatever the chunks are cut like.
#[derive(Debug, Default)]
struct Lines {
    /// Within quotes a line break is part of a value.
    quoted: bool,
    ended: i64,
}

impl Lines {
    fn add(&mut self, chunk: &[u8], quotes: bool) {
        for byte in chunk {
            match byte {
                b'"' if quotes => self.quoted = !self.quoted,
                b'\n' if !self.quoted => self.ended += 1,
                _ => {}
            }
        }
    }
}

/// Writes the number down when the stream ends, or is dropped before.
struct Tally {
    lines: Lines,
    format: Format,
    state: AppState,
    event: i64,
}

impl Drop for Tally {
    fn drop(&mut self) {
        let rows = match self.format {
            Format::Csv => (self.lines.ended - 1).max(0),
            _ => self.lines.ended,
        };
        let (state, event) = (self.state.clone(), self.event);
        let noted = async move { audit::note_rows(&mut *state.pool.acquire().await?, event, rows, state.now()).await };
        // Without a runtime the program is ending: what is not counted says so by its absence.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = noted.await {
                    tracing::warn!(%error, event, "the rows of a read were not counted");
                }
            });
        }
    }
}

/// The same stream; its rows are counted for the event that tells of the read.
pub fn tallied<S>(stream: S, format: Format, state: AppState, event: i64) -> impl Stream<Item = Result<Bytes, PortError>> + Send + 'static
where
    S: Stream<Item = Result<Bytes, PortError>> + Send + 'static,
{
    let mut tally = matches!(format, Format::Csv | Format::JsonLines).then(|| Tally { lines: Lines::default(), format, state, event });
    stream.inspect(move |chunk| {
        if let (Some(tally), Ok(chunk)) = (&mut tally, chunk) {
            tally.lines.add(chunk, tally.format == Format::Csv);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn a_line_break_within_quotes_ends_no_row_however_chunks_are_cut() {
        let text = b"id,name\n1,\"two\nlines and \"\"quotes\"\"\"\n2,x\n";
        for size in 1..text.len() {
            let mut lines = Lines::default();
            for chunk in text.chunks(size) {
                lines.add(chunk, true);
            }
            assert_eq!(lines.ended, 3, "{size}");
        }
        let mut lines = Lines::default();
        lines.add(b"{\"a\":\"b\"}\n{}\n", false);
        assert_eq!(lines.ended, 2);
    }
}
