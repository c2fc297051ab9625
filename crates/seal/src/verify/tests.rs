//! A made trail, and everything that somebody might do to its file.

use super::*;
use crate::checkpoint::Checkpoint;
use crate::event::{Committed, Event, KEY_BEGIN, KEY_END};
use crate::hash::Salt;
use crate::key::SigningKey;
use proptest::prelude::*;
use std::sync::LazyLock;

fn key(n: u8) -> SigningKey {
    SigningKey::new("pasar.example", [n; 32]).unwrap()
}

/// A trail under construction.
#[derive(Clone, Default)]
struct Maker {
    head: Head,
    lines: Vec<Line>,
    notes: Vec<String>,
}

impl Maker {
    fn event(&mut self, action: &str, detail: &str) -> &mut Self {
        let seq = self.head.size() + 1;
        let open = |value: Option<&str>, n: u8| Committed::Open { value: value.map(str::to_owned), salt: Salt([n; 16]) };
        let event = Event {
            seq,
            id: i64::try_from(seq).unwrap() * 3,
            at: format!("2026-11-23T02:00:00.{seq:06}Z"),
            action: action.into(),
            object_kind: "person".into(),
            object_id: None,
            product_id: None,
            outcome: "done".into(),
            actor_id: open(None, 1),
            address: open(Some("ssot-a.busroutes-dp"), 2),
            client_address: open(Some("192.0.2.7"), 3),
            request_id: open(None, 4),
            reason: open(None, 5),
            detail: open(Some(detail), 6),
        };
        self.seal(event)
    }

    fn seal(&mut self, event: Event) -> &mut Self {
        let leaf = event.leaf();
        self.head.push(leaf);
        self.lines.push(Line::Event(Box::new(SealedEvent { event, leaf, chain: self.head.chain() })));
        self
    }

    fn sign(&mut self, keys: &[&SigningKey]) -> &mut Self {
        let note = Checkpoint::of(&self.head, keys[0], "2026-11-23T03:00:00Z".parse().unwrap()).sign(keys);
        self.notes.push(note.clone());
        self.lines.push(Line::Checkpoint { note });
        self
    }

    fn lines(&self) -> Vec<String> {
        framed(&self.lines)
    }
}

fn framed(lines: &[Line]) -> Vec<String> {
    let count = |event: bool| lines.iter().filter(|line| matches!(line, Line::Event(_)) == event).count() as u64;
    let all = [vec![Line::Trail { format: FORMAT.into() }], lines.to_vec(), vec![Line::End { events: count(true), checkpoints: count(false) }]];
    all.concat().iter().map(|line| line.text().unwrap()).collect()
}

/// The first key's beginning, then events and checkpoints: sizes 4, 7 and 9 are signed, two events follow.
fn trail() -> Maker {
    let mut maker = Maker::default();
    maker.event(KEY_BEGIN, &key(1).public().to_string());
    for size in 2..=11_u32 {
        maker.event("session.sign-in", &format!("the {size}th"));
        if [4, 7, 9].contains(&size) {
            maker.sign(&[&key(1)]);
        }
    }
    maker
}

fn check(lines: &[String], trust: &Trust) -> Result<Report, Fault> {
    verify(lines.iter().map(|line| Ok::<_, std::io::Error>(line.trim_end())), trust)
}

fn alone(lines: &[String]) -> Result<Report, Fault> {
    check(lines, &Trust::default())
}

fn kept(maker: &Maker, index: usize) -> Trust {
    Trust { checkpoints: vec![Note::read(&maker.notes[index]).unwrap()], ..Trust::default() }
}

#[test]
fn a_whole_file_is_proved_up_to_its_last_checkpoint() {
    let maker = trail();
    let report = alone(&maker.lines()).unwrap();
    assert_eq!((report.events, report.proved, report.checkpoints), (11, 9, 3));
    assert_eq!(report.signers, [key(1).public().label()]);
    for index in 0..3 {
        assert!(check(&maker.lines(), &kept(&maker, index)).is_ok());
    }
    let trust = Trust { keys: vec![key(1).public()], ..Trust::default() };
    assert_eq!(check(&maker.lines(), &trust).unwrap(), report);
}

#[test]
fn a_tail_that_was_cut_off_is_missed_by_a_kept_checkpoint() {
    let maker = trail();
    let cut = framed(&maker.lines[..9]);
    assert_eq!(alone(&cut).unwrap().proved, 7, "the file alone cannot know");
    let fault = check(&cut, &kept(&maker, 2)).unwrap_err();
    assert!(fault.what.contains("ends with event 7") && fault.what.contains("of event 9"), "{fault}");
    let lines = maker.lines();
    let fault = alone(&lines[..lines.len() - 1]).unwrap_err();
    assert!(fault.line == lines.len() as u64 && fault.what.contains("cut off"), "{fault}");
}

/// Whoever cuts in the middle of a line leaves a line that is none.
#[test]
fn a_file_cut_within_a_line_is_found_at_that_line() {
    let lines = trail().lines();
    for (index, line) in lines.iter().enumerate() {
        let whole = line.trim_end();
        for length in [1, whole.len() / 2, whole.len() - 1] {
            let mut cut = lines[..index].to_vec();
            cut.push(whole[..length].to_owned());
            let fault = alone(&cut).unwrap_err();
            assert!(fault.line == index as u64 + 1 && fault.what.contains("is no line of an export"), "{length} of line {}: {fault}", index + 1);
        }
    }
}

/// A line of an attacker's own, put between others anywhere.
#[test]
fn a_forged_line_is_found_where_it_stands_or_by_the_line_after_it() {
    let maker = trail();
    for at in 0..=maker.lines.len() {
        let mut forger = Maker::default();
        for line in &maker.lines[..at] {
            if let Line::Event(sealed) = line {
                forger.head.push(sealed.leaf);
            }
        }
        forger.event("role.grant", "forged");
        // Of its own it fits what stands before it; then nothing after it does.
        let mut lines = maker.lines();
        lines.insert(at + 1, forger.lines[0].text().unwrap());
        let fault = alone(&lines).unwrap_err();
        assert_eq!(fault.line, at as u64 + 3, "{fault}");
        let Line::Event(sealed) = &mut forger.lines[0] else { panic!("no event") };
        sealed.chain = sealed.leaf;
        lines[at + 1] = forger.lines[0].text().unwrap();
        let fault = alone(&lines).unwrap_err();
        assert!(fault.line == at as u64 + 2 && fault.what.contains("does not follow"), "{fault}");
    }
}

#[test]
fn a_trail_made_anew_disagrees_with_a_kept_checkpoint() {
    let (old, mut new) = (trail(), Maker::default());
    new.event(KEY_BEGIN, &key(1).public().to_string()).event("session.sign-in", "somebody else").event("x", "").event("x", "");
    new.sign(&[&key(1)]);
    assert!(alone(&new.lines()).is_ok());
    let fault = check(&new.lines(), &kept(&old, 0)).unwrap_err();
    assert!(fault.line == 5 && fault.what.contains("not those of the checkpoint that was kept"), "{fault}");
}

#[test]
fn a_checkpoint_of_another_key_or_of_none_is_refused() {
    let mut maker = Maker::default();
    maker.event(KEY_BEGIN, &key(1).public().to_string()).sign(&[&key(2)]);
    let fault = alone(&maker.lines()).unwrap_err();
    assert!(fault.line == 3 && fault.what.contains("no key that the trail has introduced"), "{fault}");
    let mut lines = trail().lines();
    let other = Checkpoint::of(&Head::default(), &key(1), "2026-11-23T03:00:00Z".parse().unwrap()).sign(&[&key(1)]);
    let forged = other.lines().last().unwrap().to_owned();
    let Line::Checkpoint { note } = serde_json::from_str(&lines[5]).unwrap() else { panic!("no checkpoint") };
    let note = format!("{}\n\n{forged}\n", note.split_once("\n\n").unwrap().0);
    lines[5] = Line::Checkpoint { note }.text().unwrap();
    let fault = alone(&lines).unwrap_err();
    assert!(fault.line == 6 && fault.what.contains("false signature"), "{fault}");
}

#[test]
fn a_key_is_followed_by_another_that_it_vouches_for() {
    let mut maker = Maker::default();
    maker.event(KEY_BEGIN, &key(1).public().to_string()).sign(&[&key(1)]);
    maker.event(KEY_BEGIN, &key(2).public().to_string()).sign(&[&key(1), &key(2)]);
    maker.event(KEY_END, &key(1).public().to_string()).sign(&[&key(2)]);
    let first = Trust { keys: vec![key(1).public()], ..Trust::default() };
    let report = check(&maker.lines(), &first).unwrap();
    assert_eq!((report.proved, report.signers.len()), (3, 2));

    let mut abrupt = Maker::default();
    abrupt.event(KEY_BEGIN, &key(1).public().to_string()).sign(&[&key(1)]);
    abrupt.event(KEY_BEGIN, &key(2).public().to_string()).sign(&[&key(2)]);
    assert!(alone(&abrupt.lines()).is_ok());
    let fault = check(&abrupt.lines(), &first).unwrap_err();
    assert!(fault.line == 5 && fault.what.contains("no trusted key vouches"), "{fault}");
    let both = Trust { keys: vec![key(1).public(), key(2).public()], ..Trust::default() };
    assert!(check(&abrupt.lines(), &both).is_ok());

    maker.event("x", "").sign(&[&key(1)]);
    let fault = alone(&maker.lines()).unwrap_err();
    assert!(fault.what.contains("which event 3 had retired"), "{fault}");
}

#[test]
fn an_erased_field_keeps_its_place_and_nothing_else_can_be_erased_instead() {
    let maker = trail();
    let mut lines = maker.lines.clone();
    let Line::Event(sealed) = &mut lines[1] else { panic!("no event") };
    let commitment = sealed.event.private()[2].commitment("client_address");
    sealed.event.client_address = Committed::Erased { commitment };
    let report = alone(&framed(&lines)).unwrap();
    assert_eq!((report.erased, report.proved), (1, 9));
    let Line::Event(sealed) = &mut lines[1] else { panic!("no event") };
    sealed.event.reason = Committed::Erased { commitment };
    assert_eq!(alone(&framed(&lines)).unwrap_err().line, 3);
}

#[test]
fn lines_hold_nothing_but_what_is_sealed() {
    let maker = trail();
    for (from, to) in [
        ("\"outcome\"", "\"note\":\"x\",\"outcome\""),
        ("\"outcome\":\"done\"", "\"outcome\":\"done\",\"outcome\":\"failed\""),
        ("{\"value\":\"192.0.2.7\"", "{\"note\":1,\"value\":\"192.0.2.7\""),
        ("{\"event\":{\"event\"", "{\"event\":{\"said\":1,\"event\""),
    ] {
        let mut lines = maker.lines();
        lines[2] = lines[2].replace(from, to);
        assert_ne!(lines[2], maker.lines()[2], "{from}");
        assert_eq!(alone(&lines).map_err(|fault| fault.line), Err(3), "{to}");
    }
}

#[test]
fn what_the_record_lost_or_gained_beside_the_seals_is_a_fault() {
    for line in [
        Line::Missing { seq: Some(12), id: 40 },
        Line::Missing { seq: None, id: 41 },
        Line::Stray { id: 41, at: "2026-11-23T02:00:00.000000Z".into(), action: "x".into() },
    ] {
        let mut maker = trail();
        maker.lines.push(line);
        assert_eq!(alone(&maker.lines()).unwrap_err().line, 16);
    }
}

#[derive(Debug, Clone)]
enum Attack {
    Remove(usize),
    Repeat(usize),
    Swap(usize, usize),
    Flip(usize, usize, u8),
}

fn attack(length: usize) -> impl Strategy<Value = Attack> {
    prop_oneof![
        (0..length).prop_map(Attack::Remove),
        (0..length).prop_map(Attack::Repeat),
        (0..length, 0..length).prop_map(|(a, b)| Attack::Swap(a, b)),
        (0..length, any::<usize>(), 1..255_u8).prop_map(|(line, at, by)| Attack::Flip(line, at, by)),
    ]
}

static GOOD: LazyLock<Vec<String>> = LazyLock::new(|| trail().lines());

proptest! {
    /// Whatever is done to one line is found, at the line where it first shows or at the first that does not fit it.
    #[test]
    fn no_attack_goes_unseen(attack in attack(16)) {
        let good = &*GOOD;
        let mut lines = good.clone();
        let first = match attack {
            Attack::Remove(at) => {
                lines.remove(at);
                at
            }
            Attack::Repeat(at) => {
                lines.insert(at, lines[at].clone());
                at
            }
            Attack::Swap(a, b) => {
                lines.swap(a, b);
                a.min(b)
            }
            Attack::Flip(line, at, by) => {
                let mut bytes = lines[line].clone().into_bytes();
                let at = at % (bytes.len() - 1);
                bytes[at] ^= by;
                lines[line] = String::from_utf8_lossy(&bytes).into_owned();
                line
            }
        };
        let same = lines.iter().map(|l| serde_json::from_str::<Line>(l).ok()).eq(good.iter().map(|l| serde_json::from_str(l).ok()));
        prop_assume!(!same);
        let fault = alone(&lines).unwrap_err();
        let shows = usize::try_from(fault.line).unwrap() - 1;
        // What is missing shows at the line that took its place: a removed checkpoint only at the file's end.
        prop_assert!(shows >= first && shows <= lines.len(), "{attack:?}: {fault}");
        if matches!(attack, Attack::Flip(line, ..) if matches!(serde_json::from_str(&good[line]), Ok(Line::Event(_)))) {
            prop_assert_eq!(shows, first, "{:?}: {}", attack, fault);
        }
    }
}

/// `docs/audit.md` shows this file to whoever writes another verifier. `PASAR_WRITE_EXAMPLE=1` makes it anew.
#[test]
fn the_example_of_the_documentation_is_an_export() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/audit-example.jsonl");
    let mut maker = Maker::default();
    maker.event(KEY_BEGIN, &key(1).public().to_string()).event("session.sign-in", "a bus, 50\u{a0}% full \u{1f68c}").sign(&[&key(1)]);
    maker.event(KEY_BEGIN, &key(2).public().to_string()).event("port.read", "").sign(&[&key(1), &key(2)]);
    maker.event(KEY_END, &key(1).public().to_string()).sign(&[&key(2)]).event("session.sign-in", "after the last checkpoint");
    if let Line::Event(sealed) = &mut maker.lines[1] {
        let commitment = sealed.event.client_address.commitment("client_address");
        sealed.event.client_address = Committed::Erased { commitment };
    }
    if std::env::var_os("PASAR_WRITE_EXAMPLE").is_some() {
        std::fs::write(path, maker.lines().concat()).unwrap();
    }
    let text = std::fs::read_to_string(path).unwrap();
    assert_eq!(text, maker.lines().concat());
    let report = alone(&maker.lines()).unwrap();
    assert_eq!((report.events, report.proved, report.checkpoints, report.erased), (6, 5, 3, 1));
}
