//! Copies a text. Without scripting the text stands beside it and can be selected.

use leptos::prelude::*;

#[island]
pub fn CopyButton(
    /// What to copy; never a secret that the page does not show anyway.
    text: String,
    label: String,
) -> impl IntoView {
    let said = RwSignal::new(label.clone());
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    let copy = move |_| {
        #[cfg(feature = "hydrate")]
        {
            let _ = window().navigator().clipboard().write_text(&text);
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = &text;
        said.set("Copied".to_owned());
    };
    // Hidden until the script runs: a button that does nothing helps nobody.
    view! { <button type="button" class="link-button copy" hidden=move || !ready.get() on:click=copy aria-live="polite">{move || said.get()}</button> }
}
