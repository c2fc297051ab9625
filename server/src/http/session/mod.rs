//! Signing in at the provider and out again, here or from elsewhere.

mod back_channel;
mod callback;
mod own;
mod sign_in;
mod sign_out;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-in", Audience::Public, get(sign_in::page)),
        Route::post("/sign-in", Audience::Public, post(sign_in::begin)),
        Route::get("/sign-in/callback", Audience::Public, get(callback::callback)),
        Route::post("/sign-in/back-channel-logout", Audience::Public, post(back_channel::logout)),
        Route::post("/sign-out", Audience::Everyone, post(sign_out::sign_out)),
        Route::get("/signed-out", Audience::Public, get(sign_out::signed_out)),
        Route::get("/mine/sessions", Audience::Everyone, get(own::list)),
        Route::post("/mine/sessions/end", Audience::Everyone, post(own::end)),
    ]
}

/// Binds a sign-in under way to the browser that began it.
const SIGN_IN_COOKIE: &str = "__Host-pasar-sign-in";

/// A cookie of this host alone, for as long as the browser runs; an empty value removes it.
fn cookie(name: &'static str, value: String) -> axum_extra::extract::cookie::Cookie<'static> {
    use axum_extra::extract::cookie::{Cookie, SameSite};
    let removed = value.is_empty();
    let mut cookie = Cookie::build((name, value)).path("/").secure(true).http_only(true).same_site(SameSite::Lax).build();
    if removed {
        cookie.make_removal();
    }
    cookie
}

/// A path of ours; anything else leads home, so that a link cannot send people elsewhere after signing in.
fn local_path(wanted: &str) -> String {
    let fits = wanted.starts_with('/') && !wanted.starts_with("//") && !wanted.contains(|c: char| c == '\\' || c.is_control()) && wanted.len() < 2000;
    if fits && !wanted.starts_with("/sign-") { wanted.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_our_own_paths_are_returned_to() {
        assert_eq!(local_path("/products?q=bus"), "/products?q=bus");
        for elsewhere in
            ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/a\r\nb", "/\t/evil.example", "/a\0", "", "/sign-in"]
        {
            assert_eq!(local_path(elsewhere), "/");
        }
    }
}
