//! Which keys may sign what. The trail itself says when a key begins and ends; that it may is vouched for by a key before it.

use crate::checkpoint::Note;
use crate::event::{Event, KEY_BEGIN, KEY_END};
use crate::key::VerifyingKey;

struct Known {
    key: VerifyingKey,
    /// The event that retired it.
    ended: Option<u64>,
    /// Given by the reader, or begun under a checkpoint that a trusted key signed.
    trusted: bool,
}

pub(super) struct Keys {
    known: Vec<Known>,
    /// The reader gave keys: others need a trusted key's word.
    strict: bool,
}

impl Keys {
    pub fn new(given: &[VerifyingKey]) -> Self {
        let known = given.iter().map(|key| Known { key: key.clone(), ended: None, trusted: true }).collect();
        Self { known, strict: !given.is_empty() }
    }

    /// Takes note when an event begins or ends a key.
    pub fn event(&mut self, event: &Event) -> Result<(), String> {
        if event.action != KEY_BEGIN && event.action != KEY_END {
            return Ok(());
        }
        let text = event.detail.value().unwrap_or_default();
        let key: VerifyingKey = text.parse().map_err(|error| format!("the key that event {} names {error}", event.seq))?;
        let at = if let Some(at) = self.known.iter().position(|known| known.key == key) {
            at
        } else {
            self.known.push(Known { key, ended: None, trusted: !self.strict });
            self.known.len() - 1
        };
        if event.action == KEY_END {
            let known = &mut self.known[at];
            known.ended = known.ended.or(Some(event.seq));
        }
        Ok(())
    }

    /// Labels of the keys that signed the note; an error says what is wrong with its signatures. From then on every key
    /// that has begun is vouched for.
    pub fn signers(&mut self, note: &Note) -> Result<Vec<String>, String> {
        let (mut signers, mut vouched) = (vec![], false);
        for known in &self.known {
            match (note.signed_by(&known.key), known.ended) {
                (None, _) => {}
                (Some(false), _) => return Err(format!("bears a false signature of {}", known.key.label())),
                (Some(true), Some(ended)) if ended <= note.checkpoint.size => {
                    return Err(format!("is signed by {}, which event {ended} had retired", known.key.label()));
                }
                (Some(true), _) => {
                    vouched |= known.trusted;
                    signers.push(known.key.label());
                }
            }
        }
        if signers.is_empty() {
            return Err("is signed by no key that the trail has introduced".into());
        }
        if !vouched {
            return Err(format!("is signed by {} alone, for which no trusted key vouches", signers.join(", ")));
        }
        for known in &mut self.known {
            known.trusted = true;
        }
        Ok(signers)
    }
}
