//! What differs between two wordings, word by word.

use similar::{ChangeTag, TextDiff};

/// Where a run of words stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    InBoth,
    /// Only in the former wording.
    Gone,
    /// Only in the latter.
    New,
}

/// Words in a row that stand alike, with the spaces between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub standing: Standing,
    pub text: String,
}

/// Both wordings as one row of pieces: without the new ones it is the former, without those gone the latter.
pub fn word_difference(former: &str, latter: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = vec![];
    for change in TextDiff::from_words(former, latter).iter_all_changes() {
        let standing = match change.tag() {
            ChangeTag::Equal => Standing::InBoth,
            ChangeTag::Delete => Standing::Gone,
            ChangeTag::Insert => Standing::New,
        };
        match pieces.last_mut() {
            Some(last) if last.standing == standing => last.text.push_str(change.value()),
            _ => pieces.push(Piece { standing, text: change.value().to_owned() }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn without(pieces: &[Piece], standing: Standing) -> String {
        pieces.iter().filter(|piece| piece.standing != standing).map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn whole_words_come_and_go() {
        let pieces = word_difference("Delete copies within 30 days.", "Delete all copies within 90 days.");
        let gone: Vec<&str> = pieces.iter().filter(|piece| piece.standing == Standing::Gone).map(|piece| piece.text.as_str()).collect();
        let new: String = pieces.iter().filter(|piece| piece.standing == Standing::New).map(|piece| piece.text.as_str()).collect();
        assert_eq!(gone, ["30"]);
        assert!(new.contains("all") && new.contains("90") && !new.contains("copies"), "{new}");
        assert_eq!(word_difference("", ""), []);
    }

    proptest! {
        #[test]
        fn either_wording_can_be_read_from_the_pieces(former in "[a-c \n]{0,40}", latter in "[a-c \n]{0,40}") {
            let pieces = word_difference(&former, &latter);
            prop_assert_eq!(without(&pieces, Standing::New), former);
            prop_assert_eq!(without(&pieces, Standing::Gone), latter);
        }
    }
}
