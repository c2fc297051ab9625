//! A sealed event as a syslog message (RFC 5424), framed by counting its octets (RFC 6587, section 3.4.1). Why by hand:
//! `docs/decisions/0013-audit-stream.md`.

use seal::SealedEvent;
use serde_json::json;

/// Facility 13, log audit.
const FACILITY: u8 = 13;
const APP_NAME: &str = "pasar";
/// Of structured data; the number is the one that documents use (RFC 5612).
const SD_ID: &str = "audit@32473";
/// Longest name of a host, and longest id of a message.
const LONGEST_HOST: usize = 255;
const LONGEST_MSGID: usize = 32;

/// Refused is a warning, failed an error, and everything else information.
fn severity(outcome: &str) -> u8 {
    match outcome {
        "refused" => 4,
        "failed" => 3,
        _ => 6,
    }
}

/// A name of the header: printable characters without spaces, at most so many; a dash when nothing is left.
fn name(text: &str, longest: usize) -> String {
    let kept: String = text.chars().filter(char::is_ascii_graphic).take(longest).collect();
    if kept.is_empty() { "-".into() } else { kept }
}

/// One frame. The message is the event as JSON: names as in an export, values without their salts, null for what is not there or was erased.
/// Its place, leaf and chain stand in the structured data, so that it can be held against an export.
pub fn frame(host: &str, sealed: &SealedEvent) -> serde_json::Result<Vec<u8>> {
    let event = &sealed.event;
    let message = serde_json::to_string(&json!({
        "seq": event.seq,
        "id": event.id,
        "at": event.at,
        "action": event.action,
        "object_kind": event.object_kind,
        "object_id": event.object_id,
        "product_id": event.product_id,
        "outcome": event.outcome,
        "actor_id": event.actor_id.value(),
        "address": event.address.value(),
        "client_address": event.client_address.value(),
        "request_id": event.request_id.value(),
        "reason": event.reason.value(),
        "detail": event.detail.value(),
    }))?;
    let priority = FACILITY * 8 + severity(&event.outcome);
    let text = format!(
        "<{priority}>1 {} {} {APP_NAME} - {} [{SD_ID} seq=\"{}\" leaf=\"{}\" chain=\"{}\"] {message}",
        name(&event.at, 32),
        name(host, LONGEST_HOST),
        name(&event.action, LONGEST_MSGID),
        event.seq,
        sealed.leaf.hex(),
        sealed.chain.hex()
    );
    Ok(format!("{} {text}", text.len()).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use seal::{Committed, Event, Hash, Salt};

    #[test]
    fn a_frame_counts_its_octets_and_holds_no_salt() {
        let open = |value: Option<&str>| Committed::Open { value: value.map(str::to_owned), salt: Salt([7; 16]) };
        let event = Event {
            seq: 12,
            id: 15,
            at: "2026-11-23T02:00:00.000000Z".into(),
            action: "port.read".into(),
            object_kind: "agreement".into(),
            object_id: None,
            product_id: None,
            outcome: "refused".into(),
            actor_id: open(None),
            address: open(Some("ssot-a.busroutes-dp")),
            client_address: Committed::Erased { commitment: Hash([9; 32]) },
            request_id: open(None),
            reason: open(Some("line one\nline “two” \"three\" ]")),
            detail: open(None),
        };
        let frame =
            String::from_utf8(super::frame("pasar.example", &SealedEvent { event, leaf: Hash([1; 32]), chain: Hash([2; 32]) }).unwrap()).unwrap();
        let (many, text) = frame.split_once(' ').unwrap();
        assert_eq!(many.parse::<usize>().unwrap(), text.len());
        let start = "<108>1 2026-11-23T02:00:00.000000Z pasar.example pasar - port.read [audit@32473 seq=\"12\" leaf=\"0101";
        assert!(text.starts_with(start) && !text.contains('\n'), "{text}");
        let message: serde_json::Value = serde_json::from_str(text.split_once("\"] ").unwrap().1).unwrap();
        assert_eq!((&message["client_address"], &message["reason"]), (&serde_json::Value::Null, &"line one\nline “two” \"three\" ]".into()));
        assert!(!text.contains("0707") && !text.contains("0909"));
        assert_eq!((name("", 9), name("a b\nc", 2)), ("-".into(), "ab".into()));
    }
}
