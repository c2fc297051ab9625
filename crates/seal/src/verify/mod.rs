//! Verifying an export, line by line, with nothing but the file and what its reader trusts.

mod keys;
#[cfg(test)]
mod tests;

use crate::checkpoint::{Checkpoint, Note};
use crate::event::SealedEvent;
use crate::key::VerifyingKey;
use crate::line::{FORMAT, Line};
use crate::tree::Head;
use keys::Keys;
use std::fmt;

/// What the reader has from elsewhere than the file.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Keys that may begin the trail's signatures. Without any, the keys that the file itself names are taken as they are.
    pub keys: Vec<VerifyingKey>,
    /// Checkpoints that were kept: the file must agree with each.
    pub checkpoints: Vec<Note>,
}

/// What was found of a file without a fault.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Events in the file.
    pub events: u64,
    /// Events, from the first on, that a signed checkpoint covers: nothing of them was changed, removed, added or moved.
    pub proved: u64,
    /// Checkpoints in the file, each verified.
    pub checkpoints: u64,
    /// The last checkpoint that covers anything.
    pub last: Option<Checkpoint>,
    /// Keys that signed, by label, in the order in which they first did.
    pub signers: Vec<String>,
    /// Events of which some field was erased; their commitments are in the chain.
    pub erased: u64,
    /// Fields that were erased, of all those events.
    pub erased_fields: u64,
}

/// The first line that cannot be true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// From 1.
    pub line: u64,
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for Fault {}

struct Verifier<'a> {
    trust: &'a Trust,
    head: Head,
    keys: Keys,
    report: Report,
    begun: bool,
    ended: bool,
    /// Line of the last checkpoint that was found right.
    sound: u64,
    line: u64,
}

/// Goes through the lines of an export. An error of `lines` itself becomes a fault at its line.
pub fn verify<T: AsRef<str>, E: fmt::Display>(lines: impl Iterator<Item = Result<T, E>>, trust: &Trust) -> Result<Report, Fault> {
    let mut verifier = Verifier {
        trust,
        head: Head::default(),
        keys: Keys::new(&trust.keys),
        report: Report::default(),
        begun: false,
        ended: false,
        sound: 0,
        line: 0,
    };
    for line in lines {
        verifier.line += 1;
        verifier.read(line).map_err(|what| Fault { line: verifier.line, what })?;
    }
    verifier.finish()
}

impl Verifier<'_> {
    fn read<T: AsRef<str>, E: fmt::Display>(&mut self, line: Result<T, E>) -> Result<(), String> {
        let text = line.map_err(|error| format!("cannot be read: {error}"))?;
        let line: Line = serde_json::from_str(text.as_ref()).map_err(|error| format!("is no line of an export: {error}"))?;
        if self.ended {
            return Err("stands after the last line".into());
        }
        if !self.begun && !matches!(line, Line::Trail { .. }) {
            return Err("the first line must say which form the file has".into());
        }
        match line {
            Line::Trail { .. } if self.begun => Err("the file begins a second time".into()),
            Line::Trail { format } if format == FORMAT => {
                self.begun = true;
                Ok(())
            }
            Line::Trail { format } => Err(format!("has the form {format}, and this program reads {FORMAT}")),
            Line::Event(sealed) => self.event(&sealed),
            Line::Checkpoint { note } => self.checkpoint(&note),
            Line::Missing { seq: Some(seq), id } => Err(format!("event {seq} (number {id}) was sealed and is gone")),
            Line::Missing { seq: None, id } => Err(format!("the event with number {id} waited for its seal and is gone")),
            Line::Stray { id, .. } => Err(format!("the event with number {id} was added without ever waiting for a seal")),
            Line::End { events, checkpoints } => self.end(events, checkpoints),
        }
    }

    fn event(&mut self, sealed: &SealedEvent) -> Result<(), String> {
        let event = &sealed.event;
        let expected = self.head.size() + 1;
        if event.seq != expected {
            return Err(format!("event {} stands where event {expected} must be", event.seq));
        }
        if event.leaf() != sealed.leaf {
            return Err(format!("event {expected} (number {}) is not what was sealed", event.id));
        }
        self.head.push(sealed.leaf);
        if self.head.chain() != sealed.chain {
            return Err(format!("event {expected} (number {}) does not follow from those before it", event.id));
        }
        self.keys.event(event)?;
        self.report.events += 1;
        self.report.erased += u64::from(event.erased() > 0);
        self.report.erased_fields += event.erased();
        for note in self.trust.checkpoints.iter().filter(|note| note.checkpoint.size == expected) {
            if !note.checkpoint.is_of(&self.head) {
                let since = self.since();
                return Err(format!(
                    "the events up to here are not those of the checkpoint that was kept at event {expected}; what is wrong {since}"
                ));
            }
            self.signed(note).map_err(|what| format!("the checkpoint that was kept at event {expected} {what}"))?;
        }
        Ok(())
    }

    fn checkpoint(&mut self, note: &str) -> Result<(), String> {
        let note = Note::read(note).map_err(|error| format!("the checkpoint {error}"))?;
        let (size, here) = (note.checkpoint.size, self.head.size());
        if size != here || self.report.checkpoints > 0 && self.sound + 1 == self.line {
            return Err(format!("a checkpoint of event {size} stands after event {here}: events or checkpoints were removed, added or moved"));
        }
        if !note.checkpoint.is_of(&self.head) {
            return Err(format!("the events up to here are not those that were signed at event {size}; what is wrong {}", self.since()));
        }
        self.signed(&note).map_err(|what| format!("the checkpoint of event {size} {what}"))?;
        self.report.checkpoints += 1;
        self.sound = self.line;
        Ok(())
    }

    fn signed(&mut self, note: &Note) -> Result<(), String> {
        for label in self.keys.signers(note)? {
            if !self.report.signers.contains(&label) {
                self.report.signers.push(label);
            }
        }
        self.report.proved = note.checkpoint.size;
        self.report.last = Some(note.checkpoint.clone());
        Ok(())
    }

    fn since(&self) -> String {
        if self.sound == 0 { "may be any line so far".into() } else { format!("lies after line {}", self.sound) }
    }

    fn end(&mut self, events: u64, checkpoints: u64) -> Result<(), String> {
        self.ended = true;
        if (events, checkpoints) == (self.report.events, self.report.checkpoints) {
            Ok(())
        } else {
            let found = (self.report.events, self.report.checkpoints);
            Err(format!("{events} events and {checkpoints} checkpoints were written, and {} and {} are here", found.0, found.1))
        }
    }

    fn finish(self) -> Result<Report, Fault> {
        let fault = |what: String| Fault { line: self.line + u64::from(!self.ended), what };
        if !self.ended {
            return Err(fault("the file is cut off: its last line is missing".into()));
        }
        let missing = self.trust.checkpoints.iter().map(|note| note.checkpoint.size).filter(|size| *size == 0 || *size > self.report.events).max();
        match missing {
            Some(size) => Err(fault(format!("the file ends with event {}, and the checkpoint that was kept is of event {size}", self.report.events))),
            None => Ok(self.report),
        }
    }
}
