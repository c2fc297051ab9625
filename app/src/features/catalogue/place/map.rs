//! Maps of planning areas, drawn on the server. What a map shows stands in words beside it, so nobody needs the picture.

use domain::catalogue::{AreaCode, AreaOutlines, BoundingBox, Ring};
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Width of the drawing in units of its own, whole numbers of which are drawn: one is about fifty metres of Singapore.
const WIDTH: f64 = 1000.0;
/// Room around the outermost outlines, for their strokes.
const MARGIN: f64 = 4.0;
/// Positions nearer than this to the one before are left out, so that a detailed outline makes no large page.
const STEP: i32 = 2;

/// The marked areas by name, beside a map of all outlines with the marked ones hatched and edged; the names alone when no
/// outline is known.
pub fn place_map(outlines: &AreaOutlines, marked: &BTreeSet<AreaCode>) -> AnyView {
    let names = AreaCode::by_name().into_iter().filter(|area| marked.contains(area)).map(|area| view! { <li>{area.name()}</li> }).collect_view();
    let drawing = Projection::of(outlines).map(|projection| {
        let shapes = shapes(outlines, marked, &projection, |_, shape| shape);
        let label = match marked.iter().filter(|area| outlines.get(**area).is_some()).count() {
            1 => "Map of planning areas; the one that is named beside it is marked".to_owned(),
            count => format!("Map of planning areas; the {count} that are named beside it are marked"),
        };
        view! { <svg class="place-map" role="img" aria-label=label viewBox=projection.view_box()>{hatching()}{shapes}</svg> }
    });
    view! { <div class="place">{drawing}<ul class="place-names">{names}</ul></div> }.into_any()
}

/// A map whose areas are links for a pointer. It is hidden from everyone else, for whom there must be another way to the same;
/// none without outlines. A link's `data-area` names its area to a script, `data-edges` the drawing's own west, south, east and north. `asked` is
/// a box that is asked for.
pub fn linked_map(
    outlines: &AreaOutlines,
    marked: &BTreeSet<AreaCode>,
    asked: Option<&BoundingBox>,
    href: impl Fn(AreaCode) -> String,
) -> Option<AnyView> {
    let projection = Projection::of(outlines)?;
    let shapes = shapes(outlines, marked, &projection, |area, shape| {
        view! { <a href=href(area) tabindex="-1" data-area=area.as_str()>{shape}</a> }.into_any()
    });
    let asked = asked.map(|asked| {
        let (west, north) = projection.place([asked.west(), asked.north()]);
        let (east, south) = projection.place([asked.east(), asked.south()]);
        let (width, height) = (east - west, south - north);
        view! { <rect class="place-box" x=west y=north width=width height=height></rect> }
    });
    let edges = projection.edges();
    Some(
        view! { <svg class="place-map" aria-hidden="true" viewBox=projection.view_box() data-edges=edges>{hatching()}{shapes}{asked}</svg> }
            .into_any(),
    )
}

fn hatching() -> impl IntoView {
    view! {
        <defs>
            <pattern id="place-hatch" width="20" height="20" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="20" height="20" class="place-hatch-ground"></rect>
                <rect width="7" height="20" class="place-hatch-line"></rect>
            </pattern>
        </defs>
    }
}

/// The shape of every area that has an outline. Later shapes cover earlier ones: the thick edges come last.
fn shapes(
    outlines: &AreaOutlines,
    marked: &BTreeSet<AreaCode>,
    projection: &Projection,
    wrapped: impl Fn(AreaCode, AnyView) -> AnyView,
) -> Vec<AnyView> {
    let shape = |area: AreaCode, class: &'static str, fill: Option<&'static str>| {
        let line: String = outlines.get(area)?.polygons().iter().flatten().map(|ring| projection.line(ring)).collect();
        // Holes are left open whichever way their rings turn.
        let drawn = view! { <path d=line class=class fill=fill fill-rule="evenodd"><title>{area.name()}</title></path> };
        Some(wrapped(area, drawn.into_any()))
    };
    let (hatched, plain): (Vec<AreaCode>, Vec<AreaCode>) = AreaCode::all().partition(|area| marked.contains(area));
    let plain = plain.into_iter().filter_map(|area| shape(area, "place-area", None));
    let hatched = hatched.into_iter().filter_map(|area| shape(area, "place-area place-marked", Some("url(#place-hatch)")));
    plain.chain(hatched).collect()
}

/// From degrees to the drawing: so small a part of the globe is flat, with degrees of longitude shortened to its latitude.
struct Projection {
    west: f64,
    north: f64,
    across: f64,
    down: f64,
    height: f64,
}

impl Projection {
    /// For all outlines at once; none without any, or when they have no width.
    fn of(outlines: &AreaOutlines) -> Option<Self> {
        let bounds = || outlines.iter().map(|(_, outline)| outline.bounds());
        let west = bounds().map(|bounds| bounds.west()).reduce(f64::min)?;
        let east = bounds().map(|bounds| bounds.east()).reduce(f64::max)?;
        let south = bounds().map(|bounds| bounds.south()).reduce(f64::min)?;
        let north = bounds().map(|bounds| bounds.north()).reduce(f64::max)?;
        let shortened = f64::midpoint(south, north).to_radians().cos();
        let across = (WIDTH - 2.0 * MARGIN) / (east - west);
        let down = across / shortened;
        let height = ((north - south) * down + 2.0 * MARGIN).ceil();
        // A line of outlines from pole to pole has no picture that fits a page.
        (across.is_finite() && height <= 10.0 * WIDTH).then_some(Self { west, north, across, down, height })
    }

    fn view_box(&self) -> String {
        format!("0 0 {WIDTH} {}", self.height)
    }

    /// Degrees at the edges: west, south, east and north.
    fn edges(&self) -> String {
        let (west, north) = (self.west - MARGIN / self.across, self.north + MARGIN / self.down);
        format!("{west:.6},{:.6},{:.6},{north:.6}", north - self.height / self.down, west + WIDTH / self.across)
    }

    fn place(&self, [longitude, latitude]: [f64; 2]) -> (i32, i32) {
        let (x, y) = (MARGIN + (longitude - self.west) * self.across, MARGIN + (self.north - latitude) * self.down);
        #[expect(clippy::cast_possible_truncation, reason = "within the drawing's width and height")]
        let rounded = (x.round() as i32, y.round() as i32);
        rounded
    }

    /// A ring as a closed line: where it begins, then each position as the way from the one before.
    fn line(&self, ring: &Ring) -> String {
        let mut line = String::new();
        let mut before = None;
        // The closing position is what z draws.
        for position in ring.iter().take(ring.len().saturating_sub(1)) {
            let here = self.place(*position);
            let way = before.map(|(x, y): (i32, i32)| (here.0 - x, here.1 - y));
            let _ = match way {
                None => write!(line, "M{} {}", here.0, here.1),
                Some((x, y)) if x.abs() < STEP && y.abs() < STEP => continue,
                Some((x, y)) => write!(line, "l{x} {y}"),
            };
            before = Some(here);
        }
        line.push('z');
        line
    }
}

#[cfg(test)]
pub mod invented {
    use domain::catalogue::{AreaOutlines, Outline};

    /// Triangles a tenth of a degree wide and high, the last corner twice within a hair's breadth.
    pub fn outlines(areas: &[(&str, f64)]) -> AreaOutlines {
        let triangle = |west: f64| vec![vec![vec![[west, 1.3], [west + 0.1, 1.3], [west + 0.1, 1.4], [west + 0.1, 1.400_001], [west, 1.3]]]];
        areas.iter().map(|(area, west)| (area.parse().expect("an area"), Outline::new(triangle(*west)).expect("an outline"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::invented::outlines;
    use super::*;
    use domain::catalogue::Outline;

    fn code(code: &str) -> AreaCode {
        code.parse().unwrap()
    }

    #[test]
    fn marked_areas_are_named_and_drawn_last() {
        let html = place_map(&outlines(&[("AM", 103.8), ("BD", 103.9)]), &[code("AM")].into()).to_html();
        assert_eq!(html.matches("<path").count(), 2, "{html}");
        assert_eq!(html.matches("place-marked").count(), 1);
        assert!(html.find("<title>Bedok").unwrap() < html.find("<title>Ang Mo Kio").unwrap());
        assert!(html.contains("<li>Ang Mo Kio") && !html.contains("<li>Bedok"), "{html}");
        assert!(html.contains("url(#place-hatch)") && !html.contains("style="));
    }

    #[test]
    fn lines_are_whole_numbers_and_have_no_position_twice() {
        let html = place_map(&outlines(&[("AM", 103.8)]), &BTreeSet::new()).to_html();
        // 992 wide for a tenth of a degree, and as high; the two northern positions fall together.
        assert!(html.contains("d=\"M4 996l992 0l0 -992z\""), "{html}");
        assert!(html.contains("viewBox=\"0 0 1000 1001\""), "{html}");
    }

    #[test]
    fn a_map_to_draw_on_says_its_edges_and_shows_what_is_asked() {
        let asked = BoundingBox::new(103.825, 1.325, 103.85, 1.35).unwrap();
        let html = linked_map(&outlines(&[("AM", 103.8)]), &BTreeSet::new(), Some(&asked), |_| String::new()).unwrap().to_html();
        // A tenth of a degree is 992 wide, with 4 on each side.
        assert!(html.contains("data-edges=\"103.799597,1.299") && html.contains(",103.900403,1.400"), "{html}");
        assert!(html.contains("class=\"place-box\"") && html.contains("x=\"252\"") && html.contains("width=\"248\""), "{html}");
    }

    #[test]
    fn without_outlines_the_names_remain() {
        let html = place_map(&AreaOutlines::default(), &[code("AM")].into()).to_html();
        assert!(html.contains("<li>Ang Mo Kio") && !html.contains("<svg"), "{html}");
        assert!(linked_map(&AreaOutlines::default(), &[code("AM")].into(), None, |_| String::new()).is_none());
    }

    #[test]
    fn outlines_without_a_sensible_picture_are_not_drawn() {
        let strip = |west: f64, east: f64| {
            let ring = vec![[west, -80.0], [east, -80.0], [east, 80.0], [west, -80.0]];
            [(code("AM"), Outline::new(vec![vec![ring]]).unwrap())].into_iter().collect::<AreaOutlines>()
        };
        for (west, east) in [(1.0, 1.0), (1.0, 1.000_001)] {
            assert!(!place_map(&strip(west, east), &BTreeSet::new()).to_html().contains("<svg"));
        }
    }
}
