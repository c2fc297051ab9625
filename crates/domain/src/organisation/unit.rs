//! A sector, an agency or a domain as the data office keeps it. Pure checks of what is typed.

use crate::text_enum;
use crate::violation::{Violation, Violations};

text_enum! {
    /// What data is ordered by: sectors with their trusted centres, agencies, and the domains in which agencies own data.
    UnitKind, "kind of unit" {
        Sector = "sector", "Sector";
        Agency = "agency", "Agency";
        Domain = "domain", "Domain";
    }
}

impl UnitKind {
    /// As a sentence names one.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Sector => "sector",
            Self::Agency => "agency",
            Self::Domain => "domain",
        }
    }
}

/// A unit as typed; kept word for word when something is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitForm {
    pub slug: String,
    pub title: String,
    /// Trusted centre of a sector, abbreviation of an agency.
    pub note: String,
    /// Slugs of the agency and the sector of a domain.
    pub agency: String,
    pub sector: String,
}

/// A unit that may be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitText {
    pub slug: String,
    pub title: String,
    /// None for a domain, and for an agency without an abbreviation.
    pub note: Option<String>,
    /// None save for a domain.
    pub agency: Option<String>,
    pub sector: Option<String>,
}

const LONGEST_SLUG: usize = 60;
const LONGEST_TITLE: usize = 200;

/// Checks a form of a kind. The slug stands in addresses for ever: it begins them, as `domain::Urn` reads them.
pub fn check_unit(kind: UnitKind, form: &UnitForm) -> Result<UnitText, Violations> {
    let mut found = Violations::new();
    let slug = form.slug.trim().to_owned();
    let letters = slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if slug.is_empty() || slug.len() > LONGEST_SLUG || !letters || !slug.starts_with(|first: char| first.is_ascii_lowercase()) || slug == "new" {
        let message = format!("Give it a short name of small letters, digits and hyphens, such as land-transport, of at most {LONGEST_SLUG}.");
        found.push(Violation::new("slug", "slug_not_a_slug", message));
    }
    let title = line(&form.title);
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        found.push(Violation::new("title", "title_missing", format!("Say what it is called, in at most {LONGEST_TITLE} characters.")));
    }
    let note = Some(line(&form.note)).filter(|note| !note.is_empty() && kind != UnitKind::Domain);
    if kind == UnitKind::Sector && note.is_none() {
        found.push(Violation::new("note", "trusted_centre_missing", "Name its trusted centre."));
    }
    if note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_TITLE) {
        found.push(Violation::new("note", "text_too_long", format!("Use at most {LONGEST_TITLE} characters.")));
    }
    let chosen = |typed: &str| Some(line(typed)).filter(|slug| !slug.is_empty() && kind == UnitKind::Domain);
    let (agency, sector) = (chosen(&form.agency), chosen(&form.sector));
    if kind == UnitKind::Domain {
        for (field, missing, message) in [
            ("agency", agency.is_none(), "Choose the agency that owns its data."),
            ("sector", sector.is_none(), "Choose the sector whose trusted centre curates it."),
        ] {
            if missing {
                found.push(Violation::new(field, "place_missing", message));
            }
        }
    }
    if found.is_empty() { Ok(UnitText { slug, title, note, agency, sector }) } else { Err(found) }
}

/// One line without what cannot be shown.
fn line(typed: &str) -> String {
    typed.replace(char::is_control, " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(kind: UnitKind, form: &UnitForm) -> Vec<&'static str> {
        check_unit(kind, form).map_or_else(|wrong| wrong.iter().map(|violation| violation.code).collect(), |_| vec![])
    }

    #[test]
    fn each_kind_asks_for_its_own() {
        let form = UnitForm { slug: " rail ".into(), title: "Rail\0 and  tram".into(), ..UnitForm::default() };
        let agency = check_unit(UnitKind::Agency, &form).unwrap();
        assert_eq!((agency.slug.as_str(), agency.title.as_str(), agency.note), ("rail", "Rail and tram", None));
        assert_eq!(codes(UnitKind::Sector, &form), ["trusted_centre_missing"]);
        assert_eq!(codes(UnitKind::Domain, &form), ["place_missing", "place_missing"]);
        let placed = UnitForm { agency: "land-transport".into(), sector: "geospatial".into(), note: "left out".into(), ..form };
        assert_eq!(check_unit(UnitKind::Domain, &placed).unwrap().note, None);
        assert_eq!(check_unit(UnitKind::Agency, &placed).unwrap().agency, None);
    }

    #[test]
    fn a_slug_can_stand_in_an_address() {
        for slug in ["", "Rail", "rail line", "-rail", "9rail", "new", "räil", &"x".repeat(61)] {
            let form = UnitForm { slug: slug.into(), title: "x".repeat(201), ..UnitForm::default() };
            assert_eq!(codes(UnitKind::Agency, &form), ["slug_not_a_slug", "title_missing"], "{slug}");
        }
    }
}
