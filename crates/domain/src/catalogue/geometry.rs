//! Where a polygon and a box meet. Degrees are taken as a flat plane, which at the size of a planning area they nearly are.

use super::outline::{Polygon, Position};
use super::place::BoundingBox;

/// Whether a polygon shares a place with a box, edges included; a box without size is a point. Inside a hole is outside.
///
/// They meet when an edge of the polygon passes through the box, or else when the box lies wholly inside: then each of its
/// corners does, and one is looked at.
pub fn touches(polygon: &Polygon, bounds: &BoundingBox) -> bool {
    edges(polygon).any(|(from, to)| passes_through(from, to, bounds)) || is_inside(polygon, [bounds.west(), bounds.south()])
}

fn edges(polygon: &Polygon) -> impl Iterator<Item = (Position, Position)> {
    polygon.iter().flat_map(|ring| ring.windows(2)).filter_map(|pair| match pair {
        [from, to] => Some((*from, *to)),
        _ => None,
    })
}

/// Ray casting: a ray from the point to the east crosses the rings an odd number of times when the point is inside. An edge
/// counts its southern end and not its northern one, so that a ray through a corner counts it once.
fn is_inside(polygon: &Polygon, [x, y]: Position) -> bool {
    let crossed = edges(polygon).filter(|([x1, y1], [x2, y2])| (*y1 > y) != (*y2 > y) && x < x1 + (y - y1) * (x2 - x1) / (y2 - y1));
    crossed.count() % 2 == 1
}

/// Whether a line between two points has a part in the box. The line is cut by each of the four sides in turn (Liang and
/// Barsky); what remains is the part from `enters` to `leaves`, as fractions of its length.
fn passes_through([x1, y1]: Position, [x2, y2]: Position, bounds: &BoundingBox) -> bool {
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    for (start, end, low, high) in [(x1, x2, bounds.west(), bounds.east()), (y1, y2, bounds.south(), bounds.north())] {
        let run = end - start;
        if run == 0.0 {
            if start < low || start > high {
                return false;
            }
            continue;
        }
        let (one, other) = ((low - start) / run, (high - start) / run);
        enters = enters.max(one.min(other));
        leaves = leaves.min(one.max(other));
    }
    enters <= leaves
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bounds(west: f64, south: f64, east: f64, north: f64) -> BoundingBox {
        BoundingBox::new(west, south, east, north).unwrap()
    }

    fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Vec<Position> {
        vec![[west, south], [east, south], [east, north], [west, north], [west, south]]
    }

    /// Ten by ten with a hole of two by two in its middle.
    fn frame() -> Polygon {
        vec![rectangle(0.0, 0.0, 10.0, 10.0), rectangle(4.0, 4.0, 6.0, 6.0)]
    }

    /// The lower right half of a square of ten.
    fn triangle() -> Polygon {
        vec![vec![[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 0.0]]]
    }

    #[test]
    fn boxes_within_across_and_around_touch() {
        for inside in [bounds(1.0, 1.0, 2.0, 2.0), bounds(-1.0, 3.0, 11.0, 3.5), bounds(-5.0, -5.0, 20.0, 20.0), bounds(9.0, 9.0, 30.0, 30.0)] {
            assert!(touches(&frame(), &inside), "{inside:?}");
        }
    }

    #[test]
    fn an_edge_or_a_corner_in_common_is_enough() {
        for touching in [bounds(10.0, 2.0, 12.0, 3.0), bounds(10.0, 10.0, 11.0, 11.0), bounds(-2.0, -2.0, 0.0, 0.0), bounds(4.0, 4.5, 5.0, 5.0)] {
            assert!(touches(&frame(), &touching), "{touching:?}");
        }
    }

    #[test]
    fn in_a_hole_or_beside_a_slanting_edge_is_outside() {
        assert!(!touches(&frame(), &bounds(4.5, 4.5, 5.5, 5.5)));
        assert!(!touches(&frame(), &bounds(10.1, 0.0, 11.0, 10.0)));
        // Within the triangle's own box, on the other side of its long edge.
        assert!(!touches(&triangle(), &bounds(1.0, 6.0, 3.0, 8.0)));
        assert!(touches(&triangle(), &bounds(1.0, 2.0, 3.0, 8.0)));
    }

    #[test]
    fn a_ray_through_a_corner_counts_it_once() {
        let diamond = vec![vec![[5.0, 0.0], [10.0, 5.0], [5.0, 10.0], [0.0, 5.0], [5.0, 0.0]]];
        let point = |x, y| touches(&diamond, &bounds(x, y, x, y));
        assert!(point(3.0, 5.0) && point(5.0, 5.0) && point(0.0, 5.0) && point(5.0, 10.0));
        assert!(!point(-1.0, 5.0) && !point(-1.0, 0.0) && !point(-1.0, 10.0) && !point(11.0, 5.0));
    }

    proptest! {
        #[test]
        fn rectangles_touch_when_their_boxes_overlap(
            (a, b, c, d) in (-9.0..9.0, -9.0..9.0, 0.0..9.0, 0.0..9.0), (e, f, g, h) in (-9.0..9.0, -9.0..9.0, 0.0..9.0, 0.0..9.0),
        ) {
            let (one, other) = (bounds(a, b, a + c, b + d), bounds(e, f, e + g, f + h));
            prop_assert_eq!(touches(&vec![rectangle(a, b, a + c, b + d)], &other), one.overlaps(&other));
        }

        #[test]
        fn a_point_of_the_triangle_is_found_in_every_box_around_it(x in 0.0..10.0, part in 0.0..1.0, w in 0.0..5.0, h in 0.0..5.0) {
            let y = x * part;
            prop_assert!(touches(&triangle(), &bounds(x - w, y - h, x + w, y + h)));
        }

        #[test]
        fn a_point_beyond_the_long_edge_is_outside(x in 0.0..10.0, beyond in 0.001..5.0) {
            prop_assert!(!touches(&triangle(), &bounds(x, x + beyond, x, x + beyond)));
        }
    }
}
