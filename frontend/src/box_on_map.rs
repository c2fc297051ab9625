//! Draws the box of a place filter on its map: where the mouse's button goes down and where it comes up are two corners. What is drawn is
//! written into the field `box`, which stays the way for the keyboard, for touch and without scripting. A press without a way is still the
//! link of its area. Maps come and go with new results, so it is the window that listens.

use leptos::prelude::*;

#[island]
pub fn BoxOnMap() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::watch();
    view! { <span aria-hidden="true"></span> }
}

/// Degrees at the edges of a drawing, in which the way from edge to edge is even.
#[cfg(any(test, feature = "hydrate"))]
#[derive(Debug, Clone, Copy, PartialEq)]
struct Edges {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

#[cfg(any(test, feature = "hydrate"))]
impl Edges {
    /// As the page writes them: four numbers with commas between.
    fn read(words: &str) -> Option<Self> {
        let mut numbers = words.split(',').map_while(|word| word.parse::<f64>().ok());
        Some(Self { west: numbers.next()?, south: numbers.next()?, east: numbers.next()?, north: numbers.next()? })
    }

    /// The box between two corners as somebody types it. Corners are parts of the drawing, from 0 at its left and top to 1; what lies outside
    /// is at the edge. Four places after the point are ten metres.
    fn typed(self, a: (f64, f64), b: (f64, f64)) -> String {
        let across = |part: f64| self.west + part.clamp(0.0, 1.0) * (self.east - self.west);
        let down = |part: f64| self.north - part.clamp(0.0, 1.0) * (self.north - self.south);
        let (west, east) = (across(a.0.min(b.0)), across(a.0.max(b.0)));
        let (south, north) = (down(a.1.max(b.1)), down(a.1.min(b.1)));
        format!("{west:.4},{south:.4},{east:.4},{north:.4}")
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::Edges;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, Event, EventInit, HtmlInputElement, MouseEvent};

    /// A map says its edges.
    const MAP: &str = "svg[data-edges]";
    /// On the map while a box is being drawn: where it began, as parts of the map.
    const BEGUN: &str = "data-begun";
    /// On the map until the click that ends a box has come: it must not follow the link below it.
    const DRAWN: &str = "data-drawn";
    /// A way shorter than this part of the map is a press.
    const LEAST: f64 = 0.01;
    const SVG: &str = "http://www.w3.org/2000/svg";

    pub fn watch() {
        // What helps only here is shown only here.
        let _ = document().document_element().map(|root| root.class_list().add_1("draws-boxes"));
        let listening = [
            window_event_listener_untyped("mousedown", |event| begin(&event).unwrap_or_default()),
            window_event_listener_untyped("mousemove", |event| go_on(&event).unwrap_or_default()),
            window_event_listener_untyped("mouseup", |event| end(&event).unwrap_or_default()),
            window_event_listener_untyped("click", |event| keep_from_link(&event).unwrap_or_default()),
            window_event_listener_untyped("dragstart", |event| {
                if map_of(&event).is_some() {
                    event.prevent_default();
                }
            }),
        ];
        on_cleanup(move || listening.into_iter().for_each(WindowListenerHandle::remove));
    }

    fn map_of(event: &Event) -> Option<Element> {
        event.target()?.dyn_into::<Element>().ok()?.closest(MAP).ok()?
    }

    /// Where the pointer is, as parts of the map.
    fn part(map: &Element, event: &Event) -> Option<(f64, f64)> {
        let (event, whole) = (event.dyn_ref::<MouseEvent>()?, map.get_bounding_client_rect());
        let part = ((f64::from(event.client_x()) - whole.x()) / whole.width(), (f64::from(event.client_y()) - whole.y()) / whole.height());
        (part.0.is_finite() && part.1.is_finite()).then_some(part)
    }

    fn begin(event: &Event) -> Option<()> {
        let map = map_of(event)?;
        let (x, y) = part(&map, event).filter(|_| event.dyn_ref::<MouseEvent>().is_some_and(|event| event.button() == 0))?;
        let _ = map.remove_attribute(DRAWN);
        map.set_attribute(BEGUN, &format!("{x},{y}")).ok()
    }

    /// The map that is drawn on with both corners, once they are far enough from each other.
    fn drawing(event: &Event) -> Option<(Element, (f64, f64), (f64, f64))> {
        let map = document().query_selector(&format!("svg[{BEGUN}]")).ok()??;
        let begun = map.get_attribute(BEGUN)?;
        let (x, y) = begun.split_once(',')?;
        let (from, to) = ((x.parse().ok()?, y.parse().ok()?), part(&map, event)?);
        is_box(from, to).then_some((map, from, to))
    }

    fn is_box(from: (f64, f64), to: (f64, f64)) -> bool {
        (from.0 - to.0).abs() >= LEAST && (from.1 - to.1).abs() >= LEAST
    }

    fn go_on(event: &Event) -> Option<()> {
        let (map, from, to) = drawing(event)?;
        // The button came up outside of the window, where nobody heard it.
        if event.dyn_ref::<MouseEvent>()?.buttons() & 1 == 0 {
            return end(event);
        }
        event.prevent_default();
        let size = map.get_attribute("viewBox")?;
        let mut size = size.split(' ').skip(2).filter_map(|word| word.parse::<f64>().ok());
        let (width, height) = (size.next()?, size.next()?);
        let shape = match map.query_selector(".place-box").ok()? {
            Some(shape) => shape,
            None => {
                let shape = document().create_element_ns(Some(SVG), "rect").ok()?;
                shape.set_attribute("class", "place-box").ok()?;
                map.append_child(&shape).ok()?;
                shape
            }
        };
        let of = |name: &str, value: f64| shape.set_attribute(name, &format!("{value:.0}")).ok();
        of("x", from.0.min(to.0) * width)?;
        of("y", from.1.min(to.1) * height)?;
        of("width", (from.0 - to.0).abs() * width)?;
        of("height", (from.1 - to.1).abs() * height)
    }

    /// Types what was drawn: whoever waits for what is typed does the rest.
    fn end(event: &Event) -> Option<()> {
        let drawn = drawing(event);
        if let Some(map) = document().query_selector(&format!("svg[{BEGUN}]")).ok()? {
            map.remove_attribute(BEGUN).ok()?;
        }
        let (map, from, to) = drawn?;
        map.set_attribute(DRAWN, "").ok()?;
        let edges = Edges::read(&map.get_attribute("data-edges")?)?;
        let field = document().get_element_by_id("box")?.dyn_into::<HtmlInputElement>().ok()?;
        field.set_value(&edges.typed(from, to));
        let told = EventInit::new();
        told.set_bubbles(true);
        field.dispatch_event(&Event::new_with_event_init_dict("input", &told).ok()?).ok()?;
        Some(())
    }

    fn keep_from_link(event: &Event) -> Option<()> {
        let map = map_of(event).filter(|map| map.has_attribute(DRAWN))?;
        event.prevent_default();
        map.remove_attribute(DRAWN).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_corners_are_a_box_whichever_comes_first() {
        let edges = Edges::read("103.6,1.2,104,1.5").unwrap();
        let wanted = "103.7000,1.2750,103.8000,1.4250";
        assert_eq!(edges.typed((0.25, 0.25), (0.5, 0.75)), wanted);
        assert_eq!(edges.typed((0.5, 0.25), (0.25, 0.75)), wanted);
        assert_eq!(edges.typed((-3.0, 0.0), (9.0, 1.5)), "103.6000,1.2000,104.0000,1.5000", "no further than the map");
        assert!(Edges::read("103.6,1.2,x,1.5").is_none() && Edges::read("").is_none());
    }
}
