//! What holds for a column while nobody has chosen, and what may be chosen without a waiver.

use super::{DateUnit, Technique};
use crate::catalogue::{Classification, ColumnType, PersonalCategory, Sensitivity};

/// A technique and why it is the one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protection {
    pub technique: Technique,
    /// For people: one sentence.
    pub why: &'static str,
}

/// What holds while nobody has chosen.
pub fn default_for(classification: Classification, sensitivity: Sensitivity, personal: PersonalCategory, column: ColumnType) -> Protection {
    let (technique, why) = match (personal, column) {
        _ if classification == Classification::Secret => (Technique::Suppress {}, "Secret columns do not leave the source."),
        (PersonalCategory::Direct, _) => (Technique::Suppress {}, "It names a person, and no technique was chosen."),
        (PersonalCategory::Sensitive, _) => (Technique::Suppress {}, "It is sensitive about a person, and no technique was chosen."),
        (PersonalCategory::Indirect, _) => (Technique::Suppress {}, "It may point to a person, and no technique was chosen."),
        (PersonalCategory::None, _) if sensitivity == Sensitivity::SensitiveHigh && classification >= Classification::Confidential => {
            (Technique::Suppress {}, "It is confidential and of high sensitivity, and no technique was chosen.")
        }
        (PersonalCategory::None, _) => (Technique::Clear {}, "It is not personal, and its classification asks for nothing."),
    };
    Protection { technique, why }
}

/// Why a choice for such a column needs a waiver; none when a steward may choose it alone.
pub fn needs_waiver(choice: Technique, classification: Classification, sensitivity: Sensitivity, personal: PersonalCategory) -> Option<&'static str> {
    // A day or a decimal less still points to the person.
    let hardly =
        matches!(choice, Technique::Clear {} | Technique::Round { .. } | Technique::Noise { .. } | Technique::DateTo { unit: DateUnit::Day });
    match personal {
        _ if choice.is_suppressed() => None,
        _ if classification == Classification::Secret => Some("Secret columns leave the source only with a waiver."),
        PersonalCategory::Direct if hardly || matches!(choice, Technique::Band { .. }) => {
            Some("What names a person is masked, made a pseudonym or generalised, unless a waiver says otherwise.")
        }
        PersonalCategory::Sensitive if hardly => {
            Some("What is sensitive about a person is changed so that it no longer tells of one, unless a waiver says otherwise.")
        }
        PersonalCategory::Indirect if choice.is_clear() => Some("What may point to a person is shown as it is only with a waiver."),
        PersonalCategory::None
            if choice.is_clear() && sensitivity == Sensitivity::SensitiveHigh && classification >= Classification::Confidential =>
        {
            Some("What is confidential and of high sensitivity is shown as it is only with a waiver.")
        }
        _ => None,
    }
}

/// What a reader gets: the default, or what the steward chose instead, and what the agreement adds. A choice that no longer fits the
/// column, or that needs a waiver which does not stand, is none.
pub fn effective(
    (classification, sensitivity, personal, column): (Classification, Sensitivity, PersonalCategory, ColumnType),
    chosen: Option<Technique>,
    waived: bool,
    agreed: Option<Technique>,
) -> Technique {
    let usable = chosen.filter(|choice| {
        choice.fits(column) && choice.check().is_empty() && (waived || needs_waiver(*choice, classification, sensitivity, personal).is_none())
    });
    let base = usable.unwrap_or_else(|| default_for(classification, sensitivity, personal, column).technique);
    let all = agreed.map_or(base, |agreed| base.and(agreed));
    if all.fits(column) && all.check().is_empty() { all } else { Technique::Suppress {} }
}
