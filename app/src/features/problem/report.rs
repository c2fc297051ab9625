//! `/products/{address}/problems/new`.

use crate::ui::{breadcrumbs, csrf_field, error_summary, hidden, select_field, text_area};
use domain::Violation;
use domain::problem::{ProblemAbout, ProblemForm};
use leptos::prelude::*;
use store::catalogue::ProductView;

pub fn report_page(csrf: &str, product: &ProductView, places: &[String], form: &ProblemForm, key: &str, wrong: &[Violation]) -> AnyView {
    let places: Vec<(String, String)> = places.iter().map(|place| (place.clone(), place.clone())).collect();
    let about: Vec<(String, String)> = ProblemAbout::ALL.iter().map(|about| (about.as_str().to_owned(), about.label().to_owned())).collect();
    let at = format!("/products/{}/problems", product.address);
    view! {
        <div class="narrow">
            {error_summary(wrong)}
            {breadcrumbs(vec![(format!("/products/{}", product.address), product.title.clone()), (at.clone(), "Problems and incidents".to_owned())])}
            <h1>"Report a problem"</h1>
            <p class="lead">"Its team reads it and answers. Whoever holds an agreement on the product sees it, too."</p>
            <form method="post" action=format!("{at}/new") novalidate="">
                {csrf_field(csrf)}{hidden("key", key)}
                {select_field("place", "Where", "A dataset, or one of its columns. Leave it for the whole product.", &places, &form.place, wrong)}
                {select_field("about", "What is wrong", "", &about, &form.about, wrong)}
                {text_area("words", "What you saw, and what you expected", "No names and no numbers of people: say how to find the rows instead.", &form.words, wrong)}
                <button type="submit" class="button">"Report"</button>
            </form>
        </div>
    }
    .into_any()
}
