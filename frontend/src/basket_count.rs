//! How many datasets are in the basket; asked again when the page comes back into view, since another tab may have
//! changed it.

use leptos::prelude::*;

#[island]
pub fn BasketCount(
    /// As the server counted when it wrote the page.
    initial: i64,
) -> impl IntoView {
    let count = RwSignal::new(initial);
    #[cfg(feature = "hydrate")]
    browser::keep_fresh(count);
    view! { <span class="badge badge-quiet">{move || count.get().to_string()}<span class="sr-only">" in basket"</span></span> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::{JsFuture, spawn_local};

    pub fn keep_fresh(count: RwSignal<i64>) {
        let handle = window_event_listener_untyped("pageshow", move |_| spawn_local(async move { ask(count).await }));
        on_cleanup(move || handle.remove());
    }

    async fn ask(count: RwSignal<i64>) {
        let Ok(response) = JsFuture::from(window().fetch_with_str("/api/v1/basket/count")).await else { return };
        let Ok(response) = response.dyn_into::<web_sys::Response>() else { return };
        if !response.ok() {
            return;
        }
        let Ok(promise) = response.json() else { return };
        let Ok(json) = JsFuture::from(promise).await else { return };
        if let Ok(value) = js_sys::Reflect::get(&json, &"count".into())
            && let Some(number) = value.as_f64()
        {
            #[expect(clippy::cast_possible_truncation, reason = "a basket's count is a small whole number")]
            count.set(number as i64);
        }
    }
}
