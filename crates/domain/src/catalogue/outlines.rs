//! Where planning areas lie: what a box, a point or a product's place means in codes of areas.

use super::outline::Outline;
use super::place::{AreaCode, BoundingBox, NotABox, SpatialCoverage};
use std::collections::{BTreeMap, BTreeSet};

/// The outlines that are known; there may be none, or some.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AreaOutlines(BTreeMap<AreaCode, Outline>);

impl FromIterator<(AreaCode, Outline)> for AreaOutlines {
    fn from_iter<T: IntoIterator<Item = (AreaCode, Outline)>>(outlines: T) -> Self {
        Self(outlines.into_iter().collect())
    }
}

impl AreaOutlines {
    pub fn get(&self, area: AreaCode) -> Option<&Outline> {
        self.0.get(&area)
    }

    /// In the order of codes.
    pub fn iter(&self) -> impl Iterator<Item = (AreaCode, &Outline)> {
        self.0.iter().map(|(area, outline)| (*area, outline))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many areas have no outline.
    pub fn missing(&self) -> usize {
        AreaCode::all().filter(|area| !self.0.contains_key(area)).count()
    }

    /// Areas that share a place with a box; touching is sharing.
    pub fn touched_by(&self, bounds: &BoundingBox) -> BTreeSet<AreaCode> {
        self.iter().filter(|(_, outline)| outline.touches(bounds)).map(|(area, _)| area).collect()
    }

    /// The area at a point. On a border, or where simplified outlines overlap, the first in the order of codes; none at sea,
    /// and in the slits that simplifying leaves between neighbours.
    pub fn at(&self, longitude: f64, latitude: f64) -> Result<Option<AreaCode>, NotABox> {
        let point = BoundingBox::new(longitude, latitude, longitude, latitude)?;
        Ok(self.iter().find(|(_, outline)| outline.touches(&point)).map(|(area, _)| area))
    }
}

impl SpatialCoverage {
    /// The areas that a product of this place is found under. The whole country is every area, whatever is known; a box is the
    /// areas that it touches, and so no area while no outline is known.
    pub fn areas_touched(&self, outlines: &AreaOutlines) -> BTreeSet<AreaCode> {
        match self {
            Self::Whole => AreaCode::all().collect(),
            Self::Areas(areas) => areas.iter().copied().collect(),
            Self::Box(bounds) => outlines.touched_by(bounds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(code: &str) -> AreaCode {
        code.parse().unwrap()
    }

    /// Two neighbours, invented: Ang Mo Kio from 103.8, Bedok from 103.9, both a tenth of a degree wide and high.
    fn outlines() -> AreaOutlines {
        let square = |west: f64| vec![vec![vec![[west, 1.3], [west + 0.1, 1.3], [west + 0.1, 1.4], [west, 1.4], [west, 1.3]]]];
        [("AM", 103.8), ("BD", 103.9)].into_iter().map(|(area, west)| (code(area), Outline::new(square(west)).unwrap())).collect()
    }

    fn codes(areas: &BTreeSet<AreaCode>) -> Vec<&'static str> {
        areas.iter().map(|area| area.as_str()).collect()
    }

    #[test]
    fn a_box_is_the_areas_that_it_touches() {
        let touched = |west, south, east, north| codes(&outlines().touched_by(&BoundingBox::new(west, south, east, north).unwrap()));
        assert_eq!(touched(103.85, 1.35, 103.95, 1.36), ["AM", "BD"]);
        assert_eq!(touched(103.82, 1.35, 103.83, 1.36), ["AM"]);
        assert_eq!(touched(103.0, 1.0, 103.5, 1.2), [""; 0]);
    }

    #[test]
    fn a_point_is_in_one_area_at_most() {
        assert_eq!(outlines().at(103.95, 1.35), Ok(Some(code("BD"))));
        assert_eq!(outlines().at(103.85, 1.4), Ok(Some(code("AM"))), "on the edge");
        assert_eq!(outlines().at(103.95, 1.45), Ok(None));
        assert_eq!(outlines().at(1.35, 103.95), Err(NotABox::Latitude(103.95)));
    }

    #[test]
    fn a_product_is_found_under_the_areas_of_its_place() {
        let bounds = BoundingBox::new(103.95, 1.35, 103.96, 1.36).unwrap();
        assert_eq!(SpatialCoverage::Whole.areas_touched(&AreaOutlines::default()).len(), 55);
        assert_eq!(codes(&SpatialCoverage::Areas(vec![code("WD"), code("AM")]).areas_touched(&outlines())), ["AM", "WD"]);
        assert_eq!(codes(&SpatialCoverage::Box(bounds).areas_touched(&outlines())), ["BD"]);
        assert!(SpatialCoverage::Box(bounds).areas_touched(&AreaOutlines::default()).is_empty());
        assert_eq!((outlines().missing(), AreaOutlines::default().missing()), (53, 55));
    }
}
