//! The outline of an area: polygons of degrees, kept as a GeoJSON geometry.

use super::geometry::touches;
use super::place::{BoundingBox, NotABox};
use serde::{Deserialize, Serialize};

/// Longitude and latitude, WGS 84.
pub type Position = [f64; 2];
/// Closed: its first position is its last.
pub type Ring = Vec<Position>;
/// The outer ring, then the rings of its holes.
pub type Polygon = Vec<Ring>;

/// At least one polygon with at least one ring each. Written as a GeoJSON `MultiPolygon`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Geometry", into = "Geometry")]
pub struct Outline {
    polygons: Vec<Polygon>,
    bounds: BoundingBox,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    MultiPolygon { coordinates: Vec<Polygon> },
}

/// Why polygons are no outline. Places are counted from 1.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NotAnOutline {
    #[error("it has no polygon")]
    Empty,
    #[error("polygon {polygon} has no ring")]
    NoRing { polygon: usize },
    #[error("polygon {polygon}, ring {ring} has {positions} positions; a closed ring needs four at least")]
    ShortRing { polygon: usize, ring: usize, positions: usize },
    #[error("polygon {polygon}, ring {ring} is not closed: its last position is not its first")]
    OpenRing { polygon: usize, ring: usize },
    #[error("polygon {polygon}, ring {ring}, position {position}: {reason} (degrees of longitude and latitude are expected, in this order)")]
    OffTheGlobe { polygon: usize, ring: usize, position: usize, reason: NotABox },
}

impl Outline {
    pub fn new(polygons: Vec<Polygon>) -> Result<Self, NotAnOutline> {
        for (polygon, rings) in polygons.iter().enumerate().map(|(index, rings)| (index + 1, rings)) {
            if rings.is_empty() {
                return Err(NotAnOutline::NoRing { polygon });
            }
            for (ring, positions) in rings.iter().enumerate().map(|(index, positions)| (index + 1, positions)) {
                check_ring(polygon, ring, positions)?;
            }
        }
        let bounds = BoundingBox::holding(polygons.iter().flatten().flatten().copied()).ok_or(NotAnOutline::Empty)?;
        Ok(Self { polygons, bounds })
    }

    pub fn polygons(&self) -> &[Polygon] {
        &self.polygons
    }

    /// The least box that holds it.
    pub const fn bounds(&self) -> BoundingBox {
        self.bounds
    }

    /// Whether it shares a place with a box; touching is sharing.
    pub fn touches(&self, bounds: &BoundingBox) -> bool {
        self.bounds.overlaps(bounds) && self.polygons.iter().any(|polygon| touches(polygon, bounds))
    }
}

fn check_ring(polygon: usize, ring: usize, positions: &Ring) -> Result<(), NotAnOutline> {
    for (index, [longitude, latitude]) in positions.iter().enumerate() {
        BoundingBox::new(*longitude, *latitude, *longitude, *latitude).map_err(|reason| NotAnOutline::OffTheGlobe {
            polygon,
            ring,
            position: index + 1,
            reason,
        })?;
    }
    if positions.len() < 4 {
        return Err(NotAnOutline::ShortRing { polygon, ring, positions: positions.len() });
    }
    if positions.first() != positions.last() {
        return Err(NotAnOutline::OpenRing { polygon, ring });
    }
    Ok(())
}

impl TryFrom<Geometry> for Outline {
    type Error = NotAnOutline;
    fn try_from(Geometry::MultiPolygon { coordinates }: Geometry) -> Result<Self, Self::Error> {
        Self::new(coordinates)
    }
}

impl From<Outline> for Geometry {
    fn from(outline: Outline) -> Self {
        Self::MultiPolygon { coordinates: outline.polygons }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square() -> Ring {
        vec![[103.8, 1.3], [103.9, 1.3], [103.9, 1.4], [103.8, 1.3]]
    }

    #[test]
    fn an_outline_knows_its_box_and_comes_back_from_json() {
        let outline = Outline::new(vec![vec![square()], vec![vec![[104.0, 1.2], [104.1, 1.2], [104.1, 1.25], [104.0, 1.2]]]]).unwrap();
        assert_eq!(outline.bounds(), BoundingBox::new(103.8, 1.2, 104.1, 1.4).unwrap());
        let text = serde_json::to_string(&outline).unwrap();
        assert!(text.starts_with(r#"{"type":"MultiPolygon","coordinates":[[[[103.8,1.3],"#), "{text}");
        assert_eq!(serde_json::from_str::<Outline>(&text).unwrap(), outline);
        assert!(serde_json::from_str::<Outline>(r#"{"type":"MultiPolygon","coordinates":[]}"#).is_err());
    }

    #[test]
    fn what_is_no_outline_is_refused_with_its_place() {
        assert_eq!(Outline::new(vec![]), Err(NotAnOutline::Empty));
        assert_eq!(Outline::new(vec![vec![square()], vec![]]), Err(NotAnOutline::NoRing { polygon: 2 }));
        let short = vec![[103.8, 1.3], [103.9, 1.3], [103.8, 1.3]];
        assert_eq!(Outline::new(vec![vec![square(), short]]), Err(NotAnOutline::ShortRing { polygon: 1, ring: 2, positions: 3 }));
        let open = vec![[103.8, 1.3], [103.9, 1.3], [103.9, 1.4], [103.8, 1.4]];
        assert_eq!(Outline::new(vec![vec![open]]), Err(NotAnOutline::OpenRing { polygon: 1, ring: 1 }));
        let mut swapped = square();
        swapped[2] = [1.4, 103.9];
        let reason = Outline::new(vec![vec![swapped]]).unwrap_err().to_string();
        assert!(reason.starts_with("polygon 1, ring 1, position 3: latitude 103.9 is not"), "{reason}");
    }
}
