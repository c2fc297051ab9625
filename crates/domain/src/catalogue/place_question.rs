//! Which places somebody looks for: areas by name, a box, or near a point or a postal code. All of it becomes codes of
//! planning areas, and products are found by these alone.

use super::outlines::AreaOutlines;
use super::place::{AreaCode, BoundingBox, NotABox};
use super::postal_sectors::areas_of_sector;
use crate::{Violation, Violations};
use std::collections::BTreeSet;

/// How far “near” a point reaches.
const NEAR_KM: f64 = 1.0;
/// More than anybody types; a link may hold anything.
const LONGEST: usize = 100;

/// What the form or the link says, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceTyped {
    /// Codes of areas.
    pub areas: Vec<String>,
    /// `103.8,1.25,103.9,1.35`: west, south, east and north.
    pub bounds: String,
    /// `1.30,103.85` (latitude and longitude) or `560123`.
    pub near: String,
}

/// What was typed, understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlaceQuestion {
    pub areas: BTreeSet<AreaCode>,
    pub bounds: Option<BoundingBox>,
    pub near: Option<Near>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Near {
    /// The areas within a kilometre, give or take: the circle is taken as its box.
    Point(BoundingBox),
    /// The areas of a postal code's sector.
    PostalSector(Vec<AreaCode>),
}

/// What to find.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceAnswer {
    /// A product is found when it lies in one of these; there may be none, and then nothing is found. `None` does not narrow.
    pub areas: Option<BTreeSet<AreaCode>>,
    /// Those of them that come from the box, the point or the postal code.
    pub looked_up: BTreeSet<AreaCode>,
    pub notices: Vec<PlaceNotice>,
}

/// What a reader should know about the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceNotice {
    /// Neither a box nor a point can be looked up.
    NotLookedUp,
    /// Products whose place is a box are under no area.
    BoxesLeftOut,
    /// So many areas have no outline, so that a box or a point may miss them.
    SomeMissing(usize),
    /// The box or the point is elsewhere.
    NoAreaThere,
}

impl std::fmt::Display for PlaceNotice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotLookedUp => f.write_str(
                "Outlines of planning areas are not loaded, so a box or a point cannot be looked up. Choose areas by name, or give a postal code.",
            ),
            Self::BoxesLeftOut => {
                f.write_str("Products that give their place as a box are left out here while outlines of planning areas are not loaded.")
            }
            Self::SomeMissing(1) => f.write_str("The outline of 1 planning area is not loaded; a box or a point may miss it."),
            Self::SomeMissing(missing) => write!(f, "The outlines of {missing} planning areas are not loaded; a box or a point may miss them."),
            Self::NoAreaThere => f.write_str("No planning area lies within the box or near the point."),
        }
    }
}

impl PlaceQuestion {
    /// Reads what was typed. A box or a point that cannot be read is a fault (fields `box` and `near`), and is then not asked
    /// about; a code that is no area's is left out, so that an old link still shows something.
    pub fn read(typed: &PlaceTyped) -> (Self, Violations) {
        let mut faults = vec![];
        let areas = typed.areas.iter().filter_map(|code| code.parse().ok()).collect();
        let bounds = told(read_bounds(&typed.bounds), &mut faults);
        let near = told(read_near(&typed.near), &mut faults);
        (Self { areas, bounds, near }, faults)
    }

    /// Nothing is asked about places.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty() && self.bounds.is_none() && self.near.is_none()
    }

    /// Whether outlines are needed to look something up.
    fn needs_outlines(&self) -> bool {
        self.bounds.is_some() || matches!(self.near, Some(Near::Point(_)))
    }

    /// The areas to find products in: each thing that was asked widens. `outlines` are all that the record has.
    pub fn answer(&self, outlines: &AreaOutlines) -> PlaceAnswer {
        if self.is_empty() {
            return PlaceAnswer::default();
        }
        let mut notices = vec![];
        let known = !outlines.is_empty();
        let mut looked_up: BTreeSet<AreaCode> = [self.bounds.as_ref(), self.near.as_ref().and_then(Near::point)]
            .into_iter()
            .flatten()
            .flat_map(|bounds| outlines.touched_by(bounds))
            .collect();
        if self.needs_outlines() {
            if !known {
                notices.push(PlaceNotice::NotLookedUp);
            } else if outlines.missing() > 0 {
                notices.push(PlaceNotice::SomeMissing(outlines.missing()));
            }
            if known && looked_up.is_empty() {
                notices.push(PlaceNotice::NoAreaThere);
            }
        }
        if let Some(Near::PostalSector(areas)) = &self.near {
            looked_up.extend(areas);
        }
        let areas: BTreeSet<AreaCode> = self.areas.union(&looked_up).copied().collect();
        let narrows = known || !areas.is_empty();
        if narrows && !known {
            notices.push(PlaceNotice::BoxesLeftOut);
        }
        PlaceAnswer { areas: narrows.then_some(areas), looked_up, notices }
    }
}

impl Near {
    const fn point(&self) -> Option<&BoundingBox> {
        match self {
            Self::Point(around) => Some(around),
            Self::PostalSector(_) => None,
        }
    }
}

fn told<T>(read: Result<Option<T>, Violation>, faults: &mut Violations) -> Option<T> {
    read.unwrap_or_else(|fault| {
        faults.push(fault);
        None
    })
}

fn read_bounds(typed: &str) -> Result<Option<BoundingBox>, Violation> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let [west, south, east, north] = numbers(typed).ok_or_else(|| {
        Violation::new(
            "box",
            "box_unreadable",
            "Enter four numbers with commas between them: west, south, east and north, such as 103.8,1.25,103.9,1.35.",
        )
    })?;
    let refused = |reason: NotABox| Violation::new("box", "box_impossible", format!("Enter west, south, east and north, in this order: {reason}."));
    BoundingBox::new(west, south, east, north).map(Some).map_err(refused)
}

fn read_near(typed: &str) -> Result<Option<Near>, Violation> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if let Some([latitude, longitude]) = numbers(typed) {
        let refused = |reason: NotABox| Violation::new("near", "near_impossible", format!("Enter latitude and longitude, in this order: {reason}."));
        return BoundingBox::around(longitude, latitude, NEAR_KM).map(|around| Some(Near::Point(around))).map_err(refused);
    }
    let code: String = typed.chars().filter(|letter| !letter.is_whitespace()).take(LONGEST).collect::<String>().to_lowercase();
    let code = code.strip_prefix("singapore").or_else(|| code.strip_prefix('s')).unwrap_or(&code);
    if code.len() != 6 || !code.bytes().all(|digit| digit.is_ascii_digit()) {
        let message = "Enter a latitude and a longitude, such as 1.30,103.85, or a postal code of six digits.";
        return Err(Violation::new("near", "near_unreadable", message));
    }
    let areas = code.get(..2).and_then(areas_of_sector);
    areas.map(|areas| Some(Near::PostalSector(areas))).ok_or_else(|| {
        Violation::new("near", "near_no_sector", "No postal code begins with these two digits. Check the code, or enter a latitude and a longitude.")
    })
}

/// Exactly so many numbers with commas between them.
fn numbers<const N: usize>(typed: &str) -> Option<[f64; N]> {
    if typed.len() > LONGEST {
        return None;
    }
    let numbers = typed.split(',').map(|number| number.trim().parse().ok()).collect::<Option<Vec<f64>>>()?;
    numbers.try_into().ok()
}

#[cfg(test)]
mod tests;
