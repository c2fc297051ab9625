//! How wide words are, so that none runs out of its box. Browsers draw with the reader's own letters: these are the widths of a broad
//! face, in hundredths of the size, so that narrower ones leave a little room and none is too long.

/// Letters from the space to the tilde, as notes are drawn.
const REGULAR: [u8; 95] = [
    32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 54, 100, 69, 69, 70,
    78, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79, 70, 64, 62, 74, 69, 99, 69, 62, 69, 40, 34, 40, 84, 50, 50, 62, 64, 55, 64, 62, 36, 64,
    64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
];
/// The same, as titles are drawn.
const BOLD: [u8; 95] = [
    35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84, 84, 84, 59, 100, 78, 77, 74,
    84, 69, 69, 83, 84, 38, 38, 78, 64, 100, 84, 86, 74, 86, 78, 73, 69, 82, 78, 111, 78, 73, 73, 46, 37, 46, 84, 50, 50, 68, 72, 60, 72, 68, 44, 72,
    72, 35, 35, 67, 35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72, 84,
];
/// Letters beyond these, of alphabets like ours, and everything that fills a square.
const OTHER: u8 = 80;
const WIDE: u8 = 105;
const ELLIPSIS: char = '…';

/// How letters are drawn: size in units of the drawing, and whether they are bold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Type {
    pub size: f64,
    pub bold: bool,
}

impl Type {
    fn letter(self, letter: char) -> f64 {
        let hundredths = match letter {
            ' '..='~' => {
                let widths = if self.bold { &BOLD } else { &REGULAR };
                usize::try_from(u32::from(letter) - 0x20).ok().and_then(|place| widths.get(place)).copied().unwrap_or(OTHER)
            }
            ELLIPSIS => 100,
            // Marks over the letter before them, joiners, and what chooses how a sign is drawn.
            '\0'..='\u{1f}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' => 0,
            // Chinese, Japanese and Korean; fullwidth forms; pictures.
            '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{a4cf}'
            | '\u{a960}'..='\u{a97f}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}'
            | '\u{1f000}'..='\u{1faff}'
            | '\u{20000}'..='\u{3fffd}' => WIDE,
            _ => OTHER,
        };
        f64::from(hundredths) / 100.0 * self.size
    }

    pub fn width(self, text: &str) -> f64 {
        text.chars().map(|letter| self.letter(letter)).sum()
    }
}

/// The text, or as much of its beginning as fits with an ellipsis.
pub fn fitted(text: &str, room: f64, letters: Type) -> String {
    if letters.width(text) <= room {
        return text.to_owned();
    }
    let mut left = room - letters.letter(ELLIPSIS);
    let mut kept = String::new();
    for letter in text.chars() {
        left -= letters.letter(letter);
        if left < 0.0 {
            break;
        }
        kept.push(letter);
    }
    kept.truncate(kept.trim_end().len());
    kept.push(ELLIPSIS);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TITLE: Type = Type { size: 13.0, bold: true };

    #[test]
    fn wide_letters_take_more_room_than_narrow_ones() {
        assert_eq!(fitted("illicit illicit", 192.0, TITLE), "illicit illicit");
        let broad = "WWWWWWWWWWWWWWWWWWWWWWWW";
        assert!(fitted(broad, 192.0, TITLE).chars().count() < 15 && broad.starts_with(fitted(broad, 192.0, TITLE).trim_end_matches('…')));
        // The same number of letters: fourteen squares do not fit where fourteen small letters do.
        assert_eq!(fitted("postal offices", 192.0, TITLE), "postal offices");
        let squares = fitted("新加坡陆路交通管理局车辆数据", 150.0, TITLE);
        assert!(squares.ends_with('…') && squares.chars().count() < 12, "{squares}");
        // A mark stands over its letter and takes no room.
        assert!((TITLE.width("e\u{301}") - TITLE.width("e")).abs() < f64::EPSILON);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_cut_fits_and_is_a_beginning(text in "\\PC{0,60}", room in 40.0..300.0_f64, bold in any::<bool>()) {
            let letters = Type { size: 12.0, bold };
            let shown = fitted(&text, room, letters);
            prop_assert!(letters.width(&shown) <= room + 0.001, "{shown}");
            prop_assert!(shown == text || text.starts_with(shown.trim_end_matches('…').trim_end()));
        }
    }
}
