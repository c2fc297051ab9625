//! A search field that suggests while one types. The keyboard does everything: arrows choose, Enter opens, Escape closes;
//! Enter without a choice submits the form, as it does without scripting.

use leptos::prelude::*;

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub title: String,
    pub note: String,
    pub path: String,
}

#[island]
pub fn SearchBox(
    /// Of the field; the list's begins with it.
    id: String,
    /// What is already typed.
    value: String,
    /// Shown while it is empty, where the label is for those who cannot see it; empty for none.
    placeholder: String,
) -> impl IntoView {
    let lines = RwSignal::new(Vec::<Line>::new());
    let chosen = RwSignal::new(None::<usize>);
    let list = format!("{id}-suggestions");
    let option_id = {
        let list = list.clone();
        move |n: usize| format!("{list}-{n}")
    };
    let active = {
        let option_id = option_id.clone();
        move || chosen.get().map(&option_id)
    };
    let is_open = move || !lines.read().is_empty();
    #[cfg(feature = "hydrate")]
    let asking = browser::Asking::new(lines, chosen);
    let field = NodeRef::<leptos::html::Input>::new();
    #[cfg(feature = "hydrate")]
    {
        let before = value.clone();
        Effect::new(move || {
            if let Some(field) = field.get() {
                asking.began(&field, &before);
            }
        });
    }
    let on_input = move |_event: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        asking.typed(&_event);
    };
    let on_key = move |_event: leptos::ev::KeyboardEvent| {
        #[cfg(feature = "hydrate")]
        asking.key(&_event);
    };
    let options = move || {
        let option_id = option_id.clone();
        let line = move |(n, line): (usize, Line)| {
            let is_chosen = move || chosen.get() == Some(n);
            let open = move |_| {
                #[cfg(feature = "hydrate")]
                browser::open(&line.path);
            };
            // Pressing must not take the focus from the field, or the list would close before it is let go.
            view! {
                <li id=option_id(n) role="option" aria-selected=move || is_chosen().to_string() class="suggestion"
                    on:mousedown=|event| event.prevent_default() on:click=open>
                    <span>{line.title}</span>
                    <span class="muted">{line.note}</span>
                </li>
            }
        };
        lines.get().into_iter().enumerate().map(line).collect_view()
    };
    view! {
        <div class="combobox">
            <input
                node_ref=field
                id=id
                name="q"
                type="search"
                maxlength="400"
                autocomplete="off"
                placeholder=placeholder
                role="combobox"
                aria-autocomplete="list"
                aria-expanded=move || is_open().to_string()
                aria-controls=list.clone()
                aria-activedescendant=active
                value=value
                on:input=on_input
                on:keydown=on_key
                on:blur=move |_| lines.set(vec![])
            />
            <ul id=list role="listbox" aria-label="Suggestions" class="suggestions" hidden=move || !is_open()>{options}</ul>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::Line;
    use leptos::prelude::*;
    use std::time::Duration;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::{JsFuture, spawn_local};

    /// How long a pause asks for suggestions.
    const PAUSE: Duration = Duration::from_millis(80);

    #[derive(Clone, Copy)]
    pub struct Asking {
        lines: RwSignal<Vec<Line>>,
        chosen: RwSignal<Option<usize>>,
        latest: StoredValue<u32>,
    }

    impl Asking {
        pub fn new(lines: RwSignal<Vec<Line>>, chosen: RwSignal<Option<usize>>) -> Self {
            Self { lines, chosen, latest: StoredValue::new(0) }
        }

        pub fn typed(self, event: &leptos::ev::Event) {
            self.suggest(event_target_value(event));
        }

        /// Whoever was quicker than the page is suggested to as well.
        pub fn began(self, field: &web_sys::HtmlInputElement, before: &str) {
            let here = document().active_element().is_some_and(|active| field.is_same_node(Some(&active)));
            if here && field.value() != before {
                self.suggest(field.value());
            }
        }

        fn suggest(self, typed: String) {
            self.latest.update_value(|n| *n += 1);
            let mine = self.latest.get_value();
            set_timeout(
                move || {
                    if self.latest.get_value() == mine {
                        spawn_local(async move {
                            // A failed question suggests nothing; the form still works.
                            let found = ask(&typed).await.unwrap_or_default();
                            if self.latest.get_value() == mine {
                                self.chosen.set(None);
                                self.lines.set(found);
                            }
                        });
                    }
                },
                PAUSE,
            );
        }

        pub fn key(self, event: &leptos::ev::KeyboardEvent) {
            let count = self.lines.read_untracked().len();
            let moved = |to: Option<usize>| {
                event.prevent_default();
                self.chosen.set(to);
            };
            let at = self.chosen.get_untracked();
            match event.key().as_str() {
                "ArrowDown" if count > 0 => moved(Some(at.map_or(0, |n| (n + 1) % count))),
                "ArrowUp" if count > 0 => moved(Some(at.map_or(count - 1, |n| (n + count - 1) % count))),
                "Escape" if count > 0 => {
                    moved(None);
                    self.lines.set(vec![]);
                }
                "Enter" => {
                    self.latest.update_value(|n| *n += 1);
                    let line = at.and_then(|n| self.lines.read_untracked().get(n).cloned());
                    self.lines.set(vec![]);
                    if let Some(line) = line {
                        event.prevent_default();
                        open(&line.path);
                    }
                }
                _ => {}
            }
        }
    }

    /// Goes to a page; where that is not possible nothing happens, and the form still works.
    pub fn open(path: &str) {
        let _ = window().location().set_href(path);
    }

    async fn ask(typed: &str) -> Result<Vec<Line>, JsValue> {
        if typed.trim().is_empty() {
            return Ok(vec![]);
        }
        let address = format!("/api/v1/search/suggest?q={}", String::from(js_sys::encode_uri_component(typed)));
        let response: web_sys::Response = JsFuture::from(window().fetch_with_str(&address)).await?.dyn_into()?;
        if !response.ok() {
            return Ok(vec![]);
        }
        let answer = JsFuture::from(response.json()?).await?;
        let found: js_sys::Array = js_sys::Reflect::get(&answer, &"suggestions".into())?.dyn_into()?;
        let text = |line: &JsValue, name: &str| js_sys::Reflect::get(line, &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default();
        Ok(found.iter().map(|line| Line { title: text(&line, "title"), note: text(&line, "note"), path: text(&line, "path") }).collect())
    }
}
