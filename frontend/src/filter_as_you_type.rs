//! Shows results while words and filters change: asks for the page that the form would lead to and takes over its results.
//! The address follows, so that a link can be sent to a colleague; without scripting the form's button does the same.

use leptos::prelude::*;

#[island]
pub fn FilterAsYouType(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::watch();
    view! { <div class="filter-as-you-type">{children()}</div> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use std::time::Duration;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::{JsFuture, spawn_local};

    /// How long a pause ends a word.
    const PAUSE: Duration = Duration::from_millis(200);

    pub fn watch() {
        let latest = StoredValue::new(0u32);
        let handle = window_event_listener_untyped("input", move |event| {
            let form =
                event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()).and_then(|e| e.closest("[data-filter-form]").ok().flatten());
            let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) else { return };
            latest.update_value(|n| *n += 1);
            let mine = latest.get_value();
            set_timeout(
                move || {
                    if latest.get_value() == mine {
                        spawn_local(async move {
                            // A failed request changes nothing: the form's button is still there.
                            let _ = refresh(form, move || latest.get_value() == mine).await;
                        });
                    }
                },
                PAUSE,
            );
        });
        on_cleanup(move || handle.remove());
    }

    async fn refresh(form: web_sys::HtmlFormElement, still_wanted: impl Fn() -> bool) -> Result<(), JsValue> {
        let data = web_sys::FormData::new_with_form(&form)?;
        let query = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data)?;
        query.delete("after");
        let address = format!("/products?{}", String::from(query.to_string()));
        let response: web_sys::Response = JsFuture::from(window().fetch_with_str(&address)).await?.dyn_into()?;
        if !response.ok() {
            return Ok(());
        }
        let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
        if !still_wanted() {
            return Ok(());
        }
        let page = web_sys::DomParser::new()?.parse_from_string(&text, web_sys::SupportedType::TextHtml)?;
        for id in ["facets", "heading", "results"] {
            if let (Some(old), Some(new)) = (document().get_element_by_id(id), page.get_element_by_id(id)) {
                replace(&old, &new);
            }
        }
        window().history()?.replace_state_with_url(&JsValue::NULL, "", Some(&address))
    }

    /// Takes over what is new; the focus with what is being typed there, and what the reader has opened, stay as they are.
    fn replace(old: &web_sys::Element, new: &web_sys::Element) {
        let focused = document().active_element().filter(|active| old.contains(Some(active))).map(|active| (active.id(), being_typed(&active)));
        if let Ok(opened) = old.query_selector_all("details[open][id]") {
            for n in 0..opened.length() {
                let id = opened.item(n).and_then(|node| node.dyn_into::<web_sys::Element>().ok()).map(|details| details.id());
                let details = id.and_then(|id| new.query_selector(&format!("details[id='{id}']")).ok().flatten());
                let _ = details.map(|details| details.set_attribute("open", ""));
            }
        }
        old.set_inner_html(&new.inner_html());
        let Some((id, typed)) = focused else { return };
        let Some(again) = document().get_element_by_id(&id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) else { return };
        let _ = again.focus();
        // A new field has its caret at the start: the next letter would come before the others.
        if let (Some(field), Some((text, from, to))) = (again.dyn_ref::<web_sys::HtmlInputElement>(), typed) {
            field.set_value(&text);
            let _ = field.set_selection_range(from, to);
        }
    }

    /// What stands in a field of text, and from where to where it is marked; none of other elements.
    fn being_typed(element: &web_sys::Element) -> Option<(String, u32, u32)> {
        let field = element.dyn_ref::<web_sys::HtmlInputElement>()?;
        Some((field.value(), field.selection_start().ok()??, field.selection_end().ok()??))
    }
}
