//! Which place a product covers: the whole country, planning areas by code, or a box of degrees.

use super::planning_areas::PLANNING_AREAS;
use crate::{UnknownWord, text_enum};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;

text_enum! {
    /// A region of the Master Plan.
    Region, "region" {
        Central = "central", "Central Region";
        East = "east", "East Region";
        North = "north", "North Region";
        NorthEast = "north-east", "North-East Region";
        West = "west", "West Region";
    }
}

/// A planning area, as the list of them says it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanningArea {
    pub code: &'static str,
    pub name: &'static str,
    pub region: Region,
}

/// The code of a planning area that exists: two upper-case letters, written as such in documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct AreaCode(&'static PlanningArea);

impl AreaCode {
    /// Every area, in the order of codes.
    pub fn all() -> impl Iterator<Item = Self> {
        PLANNING_AREAS.iter().map(Self)
    }

    /// Every area, in the order of names.
    pub fn by_name() -> Vec<Self> {
        let mut all: Vec<Self> = Self::all().collect();
        all.sort_by_key(|area| area.name());
        all
    }

    pub const fn as_str(self) -> &'static str {
        self.0.code
    }

    pub const fn name(self) -> &'static str {
        self.0.name
    }

    pub const fn region(self) -> Region {
        self.0.region
    }
}

impl std::fmt::Display for AreaCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for AreaCode {
    type Err = UnknownWord;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let found = PLANNING_AREAS.binary_search_by(|area| area.code.cmp(code)).ok().and_then(|index| PLANNING_AREAS.get(index));
        found.map(Self).ok_or_else(|| UnknownWord {
            word: code.to_owned(),
            noun: "planning area's code",
            allowed: "the two upper-case letters of the Master Plan, such as AM for Ang Mo Kio".to_owned(),
        })
    }
}

impl TryFrom<String> for AreaCode {
    type Error = UnknownWord;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        code.parse()
    }
}

impl From<AreaCode> for &'static str {
    fn from(code: AreaCode) -> Self {
        code.as_str()
    }
}

/// What a product covers. Written as `whole`, `{areas: [AM, BD]}` or `{box: [103.6, 1.2, 104.1, 1.5]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpatialCoverage {
    /// The whole country.
    Whole,
    /// At least one area, in the order of codes, none twice, whatever the order they were written in.
    #[serde(deserialize_with = "in_order")]
    Areas(Vec<AreaCode>),
    Box(BoundingBox),
}

fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<AreaCode>, D::Error> {
    let areas = BTreeSet::<AreaCode>::deserialize(deserializer)?;
    if areas.is_empty() {
        return Err(serde::de::Error::custom("name at least one planning area"));
    }
    Ok(areas.into_iter().collect())
}

/// A box of degrees, WGS 84, edges included. Never across the 180th meridian. Written as `[west, south, east, north]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 4]", into = "[f64; 4]")]
pub struct BoundingBox {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

/// Why four numbers are no box, or a point and a distance give none.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NotABox {
    #[error("longitude {0} is not between -180 and 180")]
    Longitude(f64),
    #[error("latitude {0} is not between -90 and 90")]
    Latitude(f64),
    #[error("west {west} lies east of east {east}")]
    WestOfEast { west: f64, east: f64 },
    #[error("south {south} lies north of north {north}")]
    SouthOfNorth { south: f64, north: f64 },
    #[error("{0} km is no distance")]
    Distance(f64),
}

/// The least radius of curvature anywhere on the ellipsoid of WGS 84 in kilometres, rounded down: with it a box around a
/// point is a little too large and never too small.
const LEAST_RADIUS_KM: f64 = 6335.4;

impl BoundingBox {
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Result<Self, NotABox> {
        for longitude in [west, east] {
            check(longitude, 180.0).map_err(NotABox::Longitude)?;
        }
        for latitude in [south, north] {
            check(latitude, 90.0).map_err(NotABox::Latitude)?;
        }
        if west > east {
            return Err(NotABox::WestOfEast { west, east });
        }
        if south > north {
            return Err(NotABox::SouthOfNorth { south, north });
        }
        Ok(Self { west, south, east, north })
    }

    /// The box that holds every place within `kilometres` of a point. Where the circle meets a pole or the 180th meridian,
    /// the box is as wide as the world.
    pub fn around(longitude: f64, latitude: f64, kilometres: f64) -> Result<Self, NotABox> {
        let point = Self::new(longitude, latitude, longitude, latitude)?;
        if !kilometres.is_finite() || kilometres < 0.0 {
            return Err(NotABox::Distance(kilometres));
        }
        let angle = kilometres / LEAST_RADIUS_KM;
        let (south, north) = (point.south - angle.to_degrees(), point.north + angle.to_degrees());
        let reach = if south <= -90.0 || north >= 90.0 {
            f64::INFINITY
        } else {
            // A circle's easternmost place is not due east of its centre, hence the sine.
            (angle.sin() / point.south.to_radians().cos()).asin().to_degrees()
        };
        let (west, east) = (point.west - reach, point.east + reach);
        let (west, east) = if west < -180.0 || east > 180.0 { (-180.0, 180.0) } else { (west, east) };
        Self::new(west, south.max(-90.0), east, north.min(90.0))
    }

    /// The least box that holds all of these points (longitude, latitude); none when there are none or one is off the globe.
    pub fn holding(points: impl IntoIterator<Item = [f64; 2]>) -> Option<Self> {
        let mut points = points.into_iter().map(|[longitude, latitude]| Self::new(longitude, latitude, longitude, latitude).ok());
        let first = points.next()??;
        points.try_fold(first, |all, point| {
            let point = point?;
            Some(Self {
                west: all.west.min(point.west),
                south: all.south.min(point.south),
                east: all.east.max(point.east),
                north: all.north.max(point.north),
            })
        })
    }

    /// Whether they share a place; touching is sharing.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.west <= other.east && other.west <= self.east && self.south <= other.north && other.south <= self.north
    }

    pub fn contains(&self, longitude: f64, latitude: f64) -> bool {
        (self.west..=self.east).contains(&longitude) && (self.south..=self.north).contains(&latitude)
    }

    pub const fn west(&self) -> f64 {
        self.west
    }

    pub const fn south(&self) -> f64 {
        self.south
    }

    pub const fn east(&self) -> f64 {
        self.east
    }

    pub const fn north(&self) -> f64 {
        self.north
    }
}

fn check(degrees: f64, most: f64) -> Result<(), f64> {
    // Not-a-number is in no range.
    if (-most..=most).contains(&degrees) { Ok(()) } else { Err(degrees) }
}

impl TryFrom<[f64; 4]> for BoundingBox {
    type Error = NotABox;
    fn try_from([west, south, east, north]: [f64; 4]) -> Result<Self, Self::Error> {
        Self::new(west, south, east, north)
    }
}

impl From<BoundingBox> for [f64; 4] {
    fn from(area: BoundingBox) -> Self {
        [area.west, area.south, area.east, area.north]
    }
}

#[cfg(test)]
mod tests;
