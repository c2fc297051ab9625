//! Signing in and out.

use leptos::prelude::*;

/// The page before signing in. `return_to` is a path of ours.
pub fn sign_in_page(return_to: &str, demonstration: bool) -> AnyView {
    let note = demonstration.then(|| view! { <p class="muted">"This is a demonstration: the next page lists invented people to sign in as."</p> });
    view! {
        <div class="narrow">
            <h1>"Sign in to Pasar"</h1>
            <p class="lead">"Find data of the public service, read its terms, and ask for it. Officers sign in with their agency's account."</p>
            <form method="post" action="/sign-in">
                <input type="hidden" name="return_to" value=return_to.to_owned()/>
                <button type="submit" class="button">"Sign in"</button>
            </form>
            {note}
        </div>
    }
    .into_any()
}

pub fn signed_out_page() -> AnyView {
    view! {
        <div class="narrow">
            <h1>"You have signed out"</h1>
            <p class="lead">"Your session at Pasar has ended."</p>
            <p><a class="button" href="/sign-in">"Sign in"</a></p>
        </div>
    }
    .into_any()
}
