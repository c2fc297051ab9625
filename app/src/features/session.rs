//! Signing in and out, and where somebody is signed in.

use crate::ui::{breadcrumbs, csrf_field, data_table, hidden, moment};
use leptos::prelude::*;
use store::session::OwnSession;

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

/// One's own sessions; `ended` of them by the page before.
pub fn sessions_page(csrf: &str, sessions: &[OwnSession], ended: Option<u64>) -> AnyView {
    let rows = sessions.iter().map(|one| row(csrf, one)).collect();
    let done = ended.map(|ended| {
        let text = match ended {
            0 => "That session had ended already.".to_owned(),
            1 => "One session was ended.".to_owned(),
            more => format!("{more} sessions were ended."),
        };
        view! { <div class="notice" role="status">{text}</div> }
    });
    let elsewhere = sessions.iter().any(|one| !one.here).then(|| {
        view! {
            <form method="post" action="/mine/sessions/end">
                {csrf_field(csrf)}
                <button type="submit" class="button button-secondary">"Sign out everywhere else"</button>
                <p class="hint">"Other browsers may still be signed in at your agency’s account. If one of them is not in your hands, tell whoever looks after that account too."</p>
            </form>
        }
    });
    view! {
        {breadcrumbs(vec![("/mine".into(), "Mine".into())])}
        <h1>"Where you are signed in"</h1>
        <p class="lead">"Each line is a browser that is signed in to Pasar as you. What you do not know, sign out."</p>
        {done}
        {data_table("Your sessions", &["Browser", "Begun", "Last used", "Ends at the latest", "End"], rows)}
        {elsewhere}
    }
    .into_any()
}

fn row(csrf: &str, one: &OwnSession) -> Vec<AnyView> {
    let end = (!one.here).then(|| {
        view! {
            <form method="post" action="/mine/sessions/end" class="inline">
                {csrf_field(csrf)}{hidden("session", &one.id.to_string())}
                <button type="submit" class="link-button">"Sign out"<span class="sr-only">" the session begun on "{moment(one.begun_at)}</span></button>
            </form>
        }
    });
    vec![
        if one.here { "This browser" } else { "Another browser" }.into_any(),
        moment(one.begun_at).into_any(),
        moment(one.seen_at).into_any(),
        moment(one.ends_at).into_any(),
        end.into_any(),
    ]
}
