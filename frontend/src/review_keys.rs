//! Keys in a table of columns to classify. They work while the focus is on one of its rows, and do nothing that the form's own fields do
//! not do: choose a radio button, open a row's levels, send the form.

use leptos::prelude::*;

#[island]
pub fn ReviewKeys(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::watch();
    view! { <div class="review-keys">{children()}</div> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlElement, HtmlFormElement, HtmlInputElement, KeyboardEvent};

    const ROWS: &str = "[data-review-row]";

    pub fn watch() {
        // Shown only where keys do something.
        if let Some(help) = document().get_element_by_id("review-keys") {
            let _ = help.class_list().remove_1("needs-script");
        }
        let handle = window_event_listener_untyped("keydown", move |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>()
                && pressed(event).is_some()
            {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    }

    fn all(within: &Element, selector: &str) -> Vec<Element> {
        let found = within.query_selector_all(selector).ok();
        let nodes = found.iter().flat_map(|list| (0..list.length()).filter_map(move |n| list.item(n)));
        nodes.filter_map(|node| node.dyn_into::<Element>().ok()).collect()
    }

    fn focus(element: &Element) {
        let _ = element.dyn_ref::<HtmlElement>().map(|element| element.focus());
    }

    /// Does what the key is for; none when it is not for this table.
    fn pressed(event: &KeyboardEvent) -> Option<()> {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return None;
        }
        let target = event.target()?.dyn_into::<Element>().ok()?;
        let form = target.closest("[data-review]").ok()??;
        let key = event.key();
        let row = target.closest(ROWS).ok()?;
        // What is typed into a field is the field's, save the way out of it.
        let field = matches!(target.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA" | "BUTTON" | "SUMMARY" | "A");
        if field {
            if key == "Escape" {
                focus(&row?);
                return Some(());
            }
            return None;
        }
        let rows = all(&form, ROWS);
        let at = row.as_ref().and_then(|row| rows.iter().position(|other| other == row));
        // The table's own region has the focus: the first row comes next.
        if row.is_none() && target.get_attribute("role").as_deref() != Some("region") {
            return None;
        }
        let to = |n: usize| rows.get(n).map(focus);
        match key.as_str() {
            "ArrowDown" => to(at.map_or(0, |n| (n + 1).min(rows.len().saturating_sub(1)))),
            "ArrowUp" => to(at.map_or(0, |n| n.saturating_sub(1))),
            "p" => rows.iter().skip(at.map_or(0, |n| n + 1)).find(|row| row.has_attribute("data-personal")).map(focus),
            "a" => decided(&rows, at?, "accepted"),
            "r" => decided(&rows, at?, "rejected"),
            "u" => choose(rows.get(at?)?, ""),
            "e" => change(rows.get(at?)?),
            "A" => {
                for row in &rows {
                    let undecided = row.query_selector("input[type=radio][value='']:checked").ok().flatten().is_some();
                    if undecided {
                        let _ = choose(row, "accepted");
                    }
                }
                Some(())
            }
            "s" => {
                let button = form.query_selector("button[name=do][value=confirm]").ok()??;
                form.dyn_ref::<HtmlFormElement>()?.request_submit_with_submitter(Some(button.unchecked_ref())).ok()
            }
            "?" => {
                let help = document().get_element_by_id("review-keys")?;
                let _ = help.toggle_attribute("open");
                Some(())
            }
            _ => None,
        }
    }

    fn choose(row: &Element, verdict: &str) -> Option<()> {
        let radio = row.query_selector(&format!("input[type=radio][value='{verdict}']")).ok()??;
        radio.dyn_ref::<HtmlInputElement>()?.set_checked(true);
        Some(())
    }

    /// Decides the row and goes on to the next.
    fn decided(rows: &[Element], at: usize, verdict: &str) -> Option<()> {
        choose(rows.get(at)?, verdict)?;
        focus(rows.get(at + 1).or_else(|| rows.get(at))?);
        Some(())
    }

    /// Opens the row's levels with the first of them in focus.
    fn change(row: &Element) -> Option<()> {
        choose(row, "changed")?;
        row.query_selector("[data-review-change]").ok()??.set_attribute("open", "").ok()?;
        focus(&row.query_selector("select").ok()??);
        Some(())
    }
}
