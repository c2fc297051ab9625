//! What a technique makes of one value, for pages that explain it. What readers get is made by the source; its tests hold the two together.

use super::{DateUnit, Technique};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

/// Singapore's, all year.
const OFFSET: i32 = 8 * 3600;

impl Technique {
    /// The value as a reader would see it; none when the column is left out, when only the source holds the key or the outlines, or when the value is
    /// none that the technique fits.
    pub fn apply_preview(self, value: &str) -> Option<String> {
        match self {
            Self::Clear {} => Some(value.to_owned()),
            Self::Suppress {} | Self::Pseudonym { .. } | Self::Noise { .. } | Self::PlanningArea { .. } => None,
            Self::Mask { first, last, shortest } => Some(masked(value, first.into(), last.into(), shortest.into())),
            Self::Band { width } => Some((Decimal::parse(value)?.floor()?.div_euclid(width.into()) * i128::from(width)).to_string()),
            Self::DateTo { unit } => day(value).and_then(|day| first_of(day, unit)).map(|day| day.to_string()),
            Self::PostalSector {} => (value.len() == 6 && value.bytes().all(|b| b.is_ascii_digit())).then(|| value[..2].to_owned()),
            Self::Grid { thousandths } => {
                let size = i128::from(thousandths);
                let cell = Decimal::parse(value)?.times_ten(3)?.floor()?.div_euclid(size) * size;
                Some(Decimal { digits: cell, scale: 3 }.to_string())
            }
            Self::Round { digits } => Some(Decimal::parse(value)?.round(digits)?.to_string()),
        }
    }
}

fn masked(value: &str, first: usize, last: usize, shortest: usize) -> String {
    let characters: Vec<char> = value.chars().collect();
    if characters.len() < shortest {
        return "xxxxx".into();
    }
    let text = |part: &[char]| part.iter().collect::<String>();
    format!("{}xxxxx{}", text(&characters[..first.min(characters.len())]), text(&characters[characters.len().saturating_sub(last)..]))
}

fn day(value: &str) -> Option<NaiveDate> {
    let moment = || Some(DateTime::parse_from_rfc3339(value).ok()?.with_timezone(&FixedOffset::east_opt(OFFSET)?).date_naive());
    value.parse().ok().or_else(moment)
}

fn first_of(day: NaiveDate, unit: DateUnit) -> Option<NaiveDate> {
    match unit {
        DateUnit::Day => Some(day),
        DateUnit::Month => day.with_day(1),
        DateUnit::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1),
        DateUnit::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
    }
}

/// An exact number: digits and how many of them are decimals.
struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let unsigned = whole.strip_prefix('-').unwrap_or(whole);
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if unsigned.is_empty() || unsigned.len() + part.len() > 30 || !all_digits(unsigned) || !all_digits(part) {
            return None;
        }
        Some(Self { digits: format!("{whole}{part}").parse().ok()?, scale: u32::try_from(part.len()).ok()? })
    }

    fn times_ten(self, places: u32) -> Option<Self> {
        Some(Self { digits: self.digits.checked_mul(10i128.checked_pow(places)?)?, scale: self.scale })
    }

    /// The whole number at or below it.
    fn floor(&self) -> Option<i128> {
        Some(self.digits.div_euclid(10i128.checked_pow(self.scale)?))
    }

    /// Halves away from zero, as Postgres rounds `numeric`.
    fn round(self, places: i8) -> Option<Self> {
        let drop = i64::from(self.scale) - i64::from(places);
        let Ok(drop) = u32::try_from(drop) else { return Some(self) };
        let unit = 10i128.checked_pow(drop)?;
        let away = (self.digits.abs() + unit / 2) / unit * self.digits.signum();
        let scale = u32::try_from(places.max(0)).ok()?;
        Some(Self { digits: away.checked_mul(10i128.checked_pow(u32::try_from((-places).max(0)).ok()?)?)?, scale })
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = self.scale as usize;
        let digits = format!("{:0>1$}", self.digits.unsigned_abs(), width + 1);
        let (whole, part) = digits.split_at(digits.len() - width);
        let sign = if self.digits < 0 { "-" } else { "" };
        if part.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{part}") }
    }
}
