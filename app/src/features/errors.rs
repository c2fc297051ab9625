//! The page for something that went wrong: what happened, what to do, and the reference that is in the logs.

use leptos::prelude::*;

#[derive(Debug, Clone)]
pub struct ErrorPage {
    pub status: u16,
    /// Stable, for whoever is asked for help.
    pub code: &'static str,
    pub message: String,
    pub reference: String,
}

impl ErrorPage {
    pub fn title(&self) -> &'static str {
        match self.status {
            401 => "Sign in again",
            403 => "You may not do this",
            404 => "Page not found",
            409 => "This has changed meanwhile",
            413 | 422 => "This could not be read",
            429 => "Too many attempts",
            503 => "Not available just now",
            500 => "Something went wrong",
            _ => "This did not work",
        }
    }

    /// A way on.
    fn next(&self) -> (&'static str, &'static str) {
        match self.status {
            401 => ("/sign-in", "Sign in"),
            404 => ("/products", "Search the catalogue"),
            _ if self.code.starts_with("sign_in") => ("/sign-in", "Sign in again"),
            _ => ("/", "Go to the home page"),
        }
    }
}

pub fn error_page(page: ErrorPage) -> AnyView {
    let (href, label) = page.next();
    view! {
        <div class="narrow">
            <h1>{page.title()}</h1>
            <p class="lead">{page.message.clone()}</p>
            <p><a class="button" href=href>{label}</a></p>
            <p class="muted">"Reference "<code>{page.reference}</code>" · "<code>{page.code}</code></p>
        </div>
    }
    .into_any()
}
