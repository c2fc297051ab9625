//! What may be shown of a failure at a source: enough to know whom to call, and nothing that opens a door.

/// Longest text that is shown, in characters.
const LONGEST: usize = 300;

/// As long as the secret of a credential is when it is written.
const SECRET: usize = 43;

/// The first line of a failure, without addresses of databases, passwords, verifiers and whatever is as long as a secret.
pub fn shown_failure(error: &str) -> String {
    let first = error.lines().next().unwrap_or_default();
    let mut hide_next = false;
    let words = first.split_whitespace().map(|word| {
        let hidden = std::mem::take(&mut hide_next) || opens_a_door(word);
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_lowercase();
        hide_next = bare == "password" || word.to_ascii_lowercase().ends_with("password=");
        if hidden { "…" } else { word }
    });
    let text = words.collect::<Vec<_>>().join(" ");
    if text.chars().count() > LONGEST { text.chars().take(LONGEST).chain(['…']).collect() } else { text }
}

fn opens_a_door(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let longest =
        word.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '/' | '='))).map(str::len).max().unwrap_or_default();
    lower.contains("://") || lower.contains("scram-sha-256") || lower.contains("password=") || longest >= SECRET
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_a_door_is_left_out_and_the_rest_is_said() {
        let said = shown_failure("granting at the port: cannot connect to postgres://keeper:hunter2@db:5432/x as pasar: refused\nDETAIL: more");
        assert_eq!(said, "granting at the port: cannot connect to … as pasar: refused");
        assert_eq!(shown_failure("ALTER ROLE r PASSWORD 'hunter2' failed"), "ALTER ROLE r PASSWORD … failed");
        assert_eq!(shown_failure("host=db password=hunter2"), "host=db …");
        let token = format!("token pasar_{}_{} is wrong", "a".repeat(32), "b".repeat(43));
        assert_eq!(shown_failure(&token), "token … is wrong");
        assert!(!shown_failure("verifier SCRAM-SHA-256$4096:abc$def:ghi was refused").contains("4096"));
        assert_eq!(shown_failure("relation \"ssot_a.staff\" does not exist"), "relation \"ssot_a.staff\" does not exist");
        assert_eq!(shown_failure(&"long ".repeat(200)).chars().count(), LONGEST + 1);
        assert_eq!(shown_failure(""), "");
    }
}
