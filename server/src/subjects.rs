//! What names a person, between the form that it was typed into and the sources that are asked: it is hashed for the record and
//! handed to each source as a parameter, and it is gone when the search ends.

use crate::state::AppState;
use domain::subject::{Identifier, MOST_KEYS, Outcome};
use hmac::{Hmac, Mac};
use ports::{PortError, SubjectFound, SubjectPlace};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::time::Duration;
use store::subject::{Finding, LookedThrough, SubjectColumn};

/// The longest that looking may take, within what a page may.
const LONGEST: Duration = Duration::from_secs(25);

/// The hash that the record keeps. Its key is derived from the portal's secret: a copy of the record finds nobody by trying all
/// numbers there are.
pub fn keyed_hash(secret: &SecretString, identifier: &Identifier) -> Option<[u8; 32]> {
    let derived = |key: &[u8], text: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        mac.update(text);
        Some(mac.finalize().into_bytes())
    };
    let key = derived(secret.expose_secret().as_bytes(), b"pasar-subject-key-v1\n")?;
    derived(&key, identifier.to_hash().as_bytes()).map(Into::into)
}

/// Asks the source for every column, in every way that it may be written there.
pub async fn look(state: &AppState, identifier: &Identifier, columns: Vec<SubjectColumn>) -> Result<LookedThrough, PortError> {
    let late = || PortError::Unavailable("looking for a person took too long".into());
    tokio::time::timeout(LONGEST, look_through(state, identifier, columns)).await.unwrap_or_else(|_| Err(late()))
}

async fn look_through(state: &AppState, identifier: &Identifier, columns: Vec<SubjectColumn>) -> Result<LookedThrough, PortError> {
    let ways = identifier.written();
    let mut looked = LookedThrough::default();
    for SubjectColumn { dataset, schema, table, column, keys } in columns {
        let place = SubjectPlace { schema, table, column, keys };
        let mut finding = Finding { dataset, column: place.column.clone(), outcome: Outcome::Found, rows: Some(0), keys: vec![] };
        for way in &ways {
            let outcome = match state.source.find_subject(&place, way, i32::try_from(MOST_KEYS).unwrap_or(i32::MAX)).await? {
                SubjectFound::Rows { count, keys } => {
                    finding.rows = finding.rows.map(|rows| rows + count);
                    finding.keys.extend(keys);
                    continue;
                }
                SubjectFound::NoIndex => Outcome::NoIndex,
                // Another way of writing it may be a number.
                SubjectFound::OtherType => Outcome::OtherType,
                SubjectFound::NotShared => Outcome::NotShared,
            };
            finding.outcome = outcome;
        }
        let rows = finding.rows.unwrap_or_default();
        if rows > 0 {
            finding.outcome = Outcome::Found;
        }
        finding.keys.truncate(MOST_KEYS);
        match finding.outcome {
            Outcome::Found => {
                looked.columns += 1;
                if rows > 0 {
                    looked.findings.push(finding);
                }
            }
            // Numbers cannot hold it: the column was looked through as well as it could be.
            Outcome::OtherType => looked.columns += 1,
            Outcome::NoIndex | Outcome::NotShared => looked.findings.push(Finding { rows: None, keys: vec![], ..finding }),
        }
    }
    Ok(looked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::subject::IdentifierKind;

    #[test]
    fn a_hash_is_of_the_secret_and_the_person() {
        let person = |typed| Identifier::read(IdentifierKind::Nric, typed).unwrap();
        let secret = |text: &str| SecretString::from(text.to_owned());
        let first = keyed_hash(&secret("one"), &person("S1234567D"));
        assert!(first.is_some());
        assert_eq!(first, keyed_hash(&secret("one"), &person("s1234567d")));
        assert_ne!(first, keyed_hash(&secret("two"), &person("S1234567D")));
        assert_ne!(first, keyed_hash(&secret("one"), &person("S1234568D")));
    }
}
