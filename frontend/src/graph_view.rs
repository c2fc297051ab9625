//! Moves about in a drawing of boxes and arrows: larger and smaller, drawn along with the pointer, and found by its words. Without
//! scripting the drawing stands in a frame that scrolls, and so it does here.

use leptos::ev::{Event, KeyboardEvent, MouseEvent, SubmitEvent};
use leptos::html::Div;
use leptos::prelude::*;

/// How much larger one press makes it.
const STEP: f64 = 1.25;

/// What is asked of a drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    Scale(f64),
    /// As large as fits into the frame.
    Whole,
    /// Marks the boxes that have what was typed.
    Find,
    /// Leads to the next of them.
    Next,
}

#[island]
pub fn GraphView(children: Children) -> impl IntoView {
    let here = NodeRef::<Div>::new();
    let (ready, told) = (RwSignal::new(false), RwSignal::new(String::new()));
    Effect::new(move |_| {
        #[cfg(feature = "hydrate")]
        if let Some(here) = here.get() {
            browser::begin(&here);
        }
        ready.set(true);
    });
    let ask = move |ask: Ask| {
        #[cfg(feature = "hydrate")]
        if let Some(text) = here.get().and_then(|here| browser::done(&here, ask)) {
            told.set(text);
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (ask, here, told);
    };
    let keys = move |event: KeyboardEvent| {
        let of_frame = event_of_frame(&event);
        let wanted = match event.key().as_str() {
            "+" | "=" if of_frame => Ask::Scale(STEP),
            "-" if of_frame => Ask::Scale(1.0 / STEP),
            "0" if of_frame => Ask::Whole,
            _ => return,
        };
        if !(event.ctrl_key() || event.meta_key() || event.alt_key()) {
            event.prevent_default();
            ask(wanted);
        }
    };
    let pressed = move |event: MouseEvent| {
        #[cfg(feature = "hydrate")]
        browser::grab(&event);
        #[cfg(not(feature = "hydrate"))]
        let _ = event;
    };
    let moved = move |event: MouseEvent| {
        #[cfg(feature = "hydrate")]
        browser::drag(&event);
        #[cfg(not(feature = "hydrate"))]
        let _ = event;
    };
    let next = move |event: SubmitEvent| {
        event.prevent_default();
        ask(Ask::Next);
    };
    let find = move |_: Event| ask(Ask::Find);
    view! {
        <div class="graph-view" node_ref=here on:keydown=keys on:mousedown=pressed on:mousemove=moved>
            <form class="graph-tools" hidden=move || !ready.get() on:submit=next>
                <label for="graph-find">"Find in the drawing"</label>
                <input type="search" id="graph-find" autocomplete="off" on:input=find/>
                <span role="status">{move || told.get()}</span>
                <span class="graph-sizes">
                    <button type="button" class="button button-secondary" on:click=move |_| ask(Ask::Scale(1.0 / STEP))>"Smaller"</button>
                    <button type="button" class="button button-secondary" on:click=move |_| ask(Ask::Scale(STEP))>"Larger"</button>
                    <button type="button" class="button button-secondary" on:click=move |_| ask(Ask::Whole)>"Whole"</button>
                </span>
            </form>
            {children()}
        </div>
    }
}

/// Keys work while the frame itself has the focus, so that they take none from a field or a link.
fn event_of_frame(event: &KeyboardEvent) -> bool {
    #[cfg(feature = "hydrate")]
    return browser::frame_of(event).is_some();
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        false
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::Ask;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, Event, HtmlInputElement, MouseEvent};

    const FRAME: &str = ".graph-frame";
    const BOXES: &str = ".graph > a, .graph > g:not(.graph-arrows)";
    const START: &str = ".graph-here";
    /// No drawing gets larger or smaller than this, against its own size.
    const MOST: f64 = 4.0;
    const LEAST: f64 = 0.1;

    pub fn done(here: &Element, ask: Ask) -> Option<String> {
        let frame = here.query_selector(FRAME).ok()??;
        let drawing = frame.query_selector("svg").ok()??;
        match ask {
            Ask::Scale(by) => sized(&frame, &drawing, |scale| scale * by),
            Ask::Whole => {
                let fits = f64::from(frame.client_width()) / own_width(&drawing)?;
                sized(&frame, &drawing, |_| fits.min(1.0))
            }
            Ask::Find => Some(mark(here, &drawing)),
            Ask::Next => Some(lead(here, &drawing)),
        }
    }

    fn own(drawing: &Element) -> Option<(f64, f64)> {
        let words = drawing.get_attribute("viewBox")?;
        let mut sizes = words.split(' ').skip(2).filter_map(|word| word.parse().ok());
        Some((sizes.next()?, sizes.next()?))
    }

    fn own_width(drawing: &Element) -> Option<f64> {
        own(drawing).map(|(width, _)| width).filter(|width| *width > 0.0)
    }

    /// What was in the middle of the frame stays there.
    fn sized(frame: &Element, drawing: &Element, wanted: impl Fn(f64) -> f64) -> Option<String> {
        let (width, height) = own(drawing)?;
        let now = drawing.get_attribute("width").and_then(|width| width.parse::<f64>().ok())? / width;
        let scale = wanted(now).clamp(LEAST, MOST);
        let half = (f64::from(frame.client_width()) / 2.0, f64::from(frame.client_height()) / 2.0);
        let middle = ((f64::from(frame.scroll_left()) + half.0) / now, (f64::from(frame.scroll_top()) + half.1) / now);
        drawing.set_attribute("width", &format!("{:.1}", width * scale)).ok()?;
        drawing.set_attribute("height", &format!("{:.1}", height * scale)).ok()?;
        scroll(frame, middle.0 * scale - half.0, middle.1 * scale - half.1);
        Some(format!("{:.0} %", scale * 100.0))
    }

    #[expect(clippy::cast_possible_truncation, reason = "pixels of a drawing")]
    fn scroll(frame: &Element, left: f64, top: f64) {
        frame.set_scroll_left(left as i32);
        frame.set_scroll_top(top as i32);
    }

    /// Where one stands is in sight when the page opens, also in a drawing that is larger than its frame. Whoever moved it already is left alone.
    pub fn begin(here: &Element) {
        let Some(frame) = here.query_selector(FRAME).ok().flatten() else { return };
        let Some(start) = frame.query_selector(START).ok().flatten() else { return };
        if frame.scroll_left() == 0 && frame.scroll_top() == 0 {
            to_the_middle(&frame, &start);
        }
    }

    fn to_the_middle(frame: &Element, of: &Element) {
        let (one, all) = (of.get_bounding_client_rect(), frame.get_bounding_client_rect());
        let left = f64::from(frame.scroll_left()) + one.x() - all.x() - (all.width() - one.width()) / 2.0;
        let top = f64::from(frame.scroll_top()) + one.y() - all.y() - (all.height() - one.height()) / 2.0;
        scroll(frame, left, top);
    }

    fn boxes(drawing: &Element) -> Vec<Element> {
        let found = drawing.query_selector_all(BOXES).ok();
        let nodes = found.iter().flat_map(|list| (0..list.length()).filter_map(move |n| list.item(n)));
        nodes.filter_map(|node| node.dyn_into::<Element>().ok()).collect()
    }

    fn typed(here: &Element) -> String {
        let field = here.query_selector("#graph-find").ok().flatten().and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
        field.map(|field| field.value().trim().to_lowercase()).unwrap_or_default()
    }

    fn mark(here: &Element, drawing: &Element) -> String {
        let words = typed(here);
        let mut found = 0;
        for one in boxes(drawing) {
            let has = !words.is_empty() && one.text_content().unwrap_or_default().to_lowercase().contains(&words);
            found += usize::from(has);
            let _ = one.class_list().toggle_with_force("graph-found", has);
            let _ = one.class_list().remove_1("graph-at");
        }
        let _ = drawing.class_list().toggle_with_force("graph-searched", found > 0);
        match (words.is_empty(), found) {
            (true, _) => String::new(),
            (false, 0) => "Not in this drawing".to_owned(),
            (false, 1) => "1 box".to_owned(),
            (false, n) => format!("{n} boxes; Enter leads through them"),
        }
    }

    fn lead(here: &Element, drawing: &Element) -> String {
        let found: Vec<Element> = boxes(drawing).into_iter().filter(|one| one.class_list().contains("graph-found")).collect();
        if found.is_empty() {
            return mark(here, drawing);
        }
        let at = found.iter().position(|one| one.class_list().contains("graph-at")).map_or(0, |at| (at + 1) % found.len());
        for one in &found {
            let _ = one.class_list().remove_1("graph-at");
        }
        let _ = found[at].class_list().add_1("graph-at");
        let frame = drawing.closest(FRAME).ok().flatten();
        if let Some(frame) = frame {
            to_the_middle(&frame, &found[at]);
        }
        format!("{} of {}", at + 1, found.len())
    }

    /// The frame, when it is what an event is of.
    pub fn frame_of(event: &Event) -> Option<Element> {
        event.target()?.dyn_into::<Element>().ok()?.closest(FRAME).ok()?.filter(|frame| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            event.type_() == "mousedown" || target.as_ref() == Some(frame)
        })
    }

    /// Where in the drawing the pointer holds it.
    const HELD: &str = "data-held";

    /// The drawing follows the pointer while its button is down. A link is still a link.
    pub fn grab(event: &MouseEvent) {
        let on_link = event.target().and_then(|t| t.dyn_into::<Element>().ok()).and_then(|t| t.closest("a").ok().flatten()).is_some();
        let Some(frame) = frame_of(event).filter(|_| event.button() == 0 && !on_link) else { return };
        let (x, y) = (event.client_x() + frame.scroll_left(), event.client_y() + frame.scroll_top());
        let _ = frame.set_attribute(HELD, &format!("{x} {y}"));
    }

    pub fn drag(event: &MouseEvent) {
        let Some(frame) = event.target().and_then(|t| t.dyn_into::<Element>().ok()).and_then(|t| t.closest(FRAME).ok().flatten()) else { return };
        if event.buttons() & 1 == 0 {
            let _ = frame.remove_attribute(HELD);
            return;
        }
        let held = frame.get_attribute(HELD);
        let mut at = held.iter().flat_map(|words| words.split(' ')).filter_map(|word| word.parse::<i32>().ok());
        if let (Some(x), Some(y)) = (at.next(), at.next()) {
            event.prevent_default();
            frame.set_scroll_left(x - event.client_x());
            frame.set_scroll_top(y - event.client_y());
        }
    }
}
