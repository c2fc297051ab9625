//! Titles: each index has one of its own, put together from subject, measure, breakdown, place and period.
//!
//! Which words an index gets is a seeded shuffle of all combinations, so that no two titles are the same although none is
//! remembered.

use super::permutation::{Permutation, mixed};
use super::vocabulary::{GeneratedAgency, Kind, KindName, Vocabulary};
use std::fmt;

const FREQUENCIES: [&str; 6] = ["", "Annual", "Quarterly", "Monthly", "Weekly", "Daily"];

/// What a title says of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Still going on; empty when the title says nothing.
    Ongoing(&'static str),
    Year(i32),
    Years(i32, i32),
    During(&'static str, i32),
    AsAt(&'static str, i32),
}

const DATED: u64 = 30 + 27 + 40 + 40;

impl Period {
    fn dated(number: u64) -> Self {
        let number = i32::try_from(number % DATED).unwrap_or_default();
        match number {
            0..30 => Self::Year(1996 + number),
            30..57 => Self::Years(1990 + number - 30, 1999 + number - 30),
            57..77 => Self::During("Monthly", 2006 + number - 57),
            77..97 => Self::During("Quarterly", 2006 + number - 77),
            97..117 => Self::AsAt("June", 2006 + number - 97),
            _ => Self::AsAt("End", 2006 + number - 117),
        }
    }

    /// First and last year, when the title is about a time that is over.
    pub const fn years(self) -> Option<(i32, i32)> {
        match self {
            Self::Ongoing(_) => None,
            Self::Year(year) | Self::During(_, year) | Self::AsAt(_, year) => Some((year, year)),
            Self::Years(from, to) => Some((from, to)),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ongoing(word) => f.write_str(word),
            Self::Year(year) => write!(f, "{year}"),
            Self::Years(from, to) => write!(f, "{from} to {to}"),
            Self::During(word, year) => write!(f, "{word} {year}"),
            Self::AsAt(word, year) => write!(f, "as at {word} {year}"),
        }
    }
}

/// A title with what it was made of.
#[derive(Debug, Clone)]
pub struct Title<'a> {
    pub text: String,
    /// The same without the period.
    pub what: String,
    pub agency: &'a GeneratedAgency,
    pub kind_name: KindName,
    pub kind: &'a Kind,
    pub subject: &'a str,
    pub breakdown: &'a str,
    pub place: Option<&'a str>,
    pub period: Period,
}

struct Subject {
    agency: usize,
    kind: KindName,
    position: usize,
    /// Combinations of all subjects before this one.
    before: u64,
}

/// All combinations of words.
pub struct Titles {
    subjects: Vec<Subject>,
    stems: u64,
    places: u64,
    seed: u64,
}

impl Titles {
    pub fn new(vocabulary: &Vocabulary, seed: u64) -> Self {
        let (mut subjects, mut stems) = (Vec::new(), 0);
        for (agency, described) in vocabulary.agencies.iter().enumerate() {
            for (kind, names) in &described.subjects {
                let each = vocabulary.kinds.get(kind).map_or(0, |kind| (kind.measures.len() * kind.breakdowns.len()) as u64);
                for position in 0..names.len() {
                    subjects.push(Subject { agency, kind: *kind, position, before: stems });
                    stems += each;
                }
            }
        }
        Self { subjects, stems, places: vocabulary.places.len() as u64, seed }
    }

    /// How many indexes certainly have a title.
    pub const fn largest(&self) -> u64 {
        self.stems * FREQUENCIES.len() as u64
    }

    /// The title of an index; none from [`Self::largest`] on.
    pub fn at<'a>(&self, vocabulary: &'a Vocabulary, index: u64) -> Option<Title<'a>> {
        if index >= self.largest() {
            return None;
        }
        // Four shapes that never give the same title: with or without a place, with or without a year.
        let draw = mixed(self.seed ^ mixed(index));
        let (local, dated) = (draw % 100 < 25, (draw >> 32) % 100 < 60);
        let periods = if dated { DATED } else { FREQUENCIES.len() as u64 };
        let places = if local { self.places } else { 1 };
        let shape = u64::from(local) * 2 + u64::from(dated);
        let number = Permutation::new(self.stems * periods * places, mixed(self.seed).wrapping_add(shape)).at(index)?;
        let (stem, rest) = (number % self.stems, number / self.stems);
        let period = if dated { Period::dated(rest % periods) } else { Period::Ongoing(FREQUENCIES.get(position(rest % periods))?) };
        let place = if local { Some(vocabulary.places.get(position(rest / periods))?.as_str()) } else { None };
        self.written(vocabulary, stem, period, place)
    }

    fn written<'a>(&self, vocabulary: &'a Vocabulary, stem: u64, period: Period, place: Option<&'a str>) -> Option<Title<'a>> {
        let subject = self.subjects.get(self.subjects.partition_point(|subject| subject.before <= stem).checked_sub(1)?)?;
        let agency = vocabulary.agencies.get(subject.agency)?;
        let kind = vocabulary.kinds.get(&subject.kind)?;
        let name = agency.subjects.get(&subject.kind)?.get(subject.position)?;
        let within = position(stem - subject.before);
        let measure = kind.measures.get(within / kind.breakdowns.len())?;
        let breakdown = kind.breakdowns.get(within % kind.breakdowns.len())?.as_str();
        let mut what = measure.replace("{}", name);
        if !breakdown.is_empty() {
            what = format!("{what} by {}", if place.is_some() { narrowed(breakdown) } else { breakdown.to_owned() });
        }
        // Each agency has its habits: capitals, and how it sets the period off.
        let habit = mixed(self.seed ^ mixed(0xA6E ^ subject.agency as u64));
        if habit.is_multiple_of(3) {
            what = sentence_case(&what);
        }
        if let Some(place) = place {
            what = format!("{what} in {place}");
        }
        let text = match (period, (habit >> 8) % 4) {
            (Period::Ongoing(""), _) => what.clone(),
            (_, 0) => format!("{what} - {period}"),
            (_, 1) => format!("{what} ({period})"),
            _ => format!("{what}, {period}"),
        };
        Some(Title { text, what, agency, kind_name: subject.kind, kind, subject: name, breakdown, place, period })
    }
}

/// Within one place, an area is one of its own parts.
fn narrowed(breakdown: &str) -> String {
    breakdown.replace("Planning Area", "Subzone").replace("Region", "Neighbourhood")
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| format!("{first}{}", letters.as_str().to_lowercase())).unwrap_or_default()
}

/// A number that fits a list's length.
pub fn position(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
