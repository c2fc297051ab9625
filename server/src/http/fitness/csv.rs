//! `GET /fitness.csv`: the numbers behind the page, of everything, each place, product, day and check.

use super::asked::{Found, Typed, figures, read};
use crate::http::csv::quoted;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::fitness::Scores;
use store::fitness::Mean;

/// Products in the file.
const MOST: i64 = 100_000;

const HEADS: &str = "group,name,address,products,overall,self_describable,addressable,discoverable,secure,trustworthy,interoperable,gain,not_met\r\n";

pub async fn csv(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    let found = figures(&state, &who, &read(&typed), MOST).await?;
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"fitness.csv\"")];
    Ok((headers, table(&found)).into_response())
}

fn table(found: &Found) -> String {
    let mean = |group: &str, mean: &Mean| row([group, &mean.title, &mean.slug], Some(mean.products), Some(&mean.scores), None, "");
    let mut text = HEADS.to_owned();
    text.extend(found.figures.whole.iter().map(|whole| mean("all", whole)));
    text.extend(found.figures.sectors.iter().map(|one| mean("sector", one)));
    text.extend(found.figures.agencies.iter().map(|one| mean("agency", one)));
    text.extend(found.figures.domains.iter().map(|one| mean("domain", one)));
    text.extend(found.trend.iter().map(|point| row(["day", &point.day.to_string(), ""], Some(point.products), point.scores.as_ref(), None, "")));
    text.extend(found.gains.iter().map(|gain| row(["check", &gain.code, ""], Some(gain.products), None, Some(gain.gain), "")));
    text.extend(found.least.iter().map(|line| row(["product", &line.title, &line.address], None, Some(&line.scores), None, &line.unmet.join(" "))));
    text
}

fn row(words: [&str; 3], products: Option<i64>, scores: Option<&Scores>, gain: Option<f64>, not_met: &str) -> String {
    let number = |score: Option<f64>| score.map(|score| format!("{score:.4}")).unwrap_or_default();
    let mut cells: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    cells.push(products.map(|products| products.to_string()).unwrap_or_default());
    cells.push(number(scores.map(|scores| scores.overall)));
    cells.extend((0..domain::fitness::CHARACTERISTICS).map(|at| number(scores.map(|scores| scores.each[at]))));
    cells.push(number(gain));
    cells.push(quoted(not_met));
    cells.join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_every_column() {
        let scores = Scores::new([1.0, 0.5, 0.0, 1.0, 0.5, 0.0]);
        let commas = HEADS.matches(',').count();
        let lines =
            [row(["product", "Buses", "a.b"], None, Some(&scores), None, "tags summary"), row(["check", "tags", ""], Some(3), None, Some(0.25), "")];
        assert_eq!(lines[0], "\"product\",\"Buses\",\"a.b\",,0.5000,1.0000,0.5000,0.0000,1.0000,0.5000,0.0000,,\"tags summary\"\r\n");
        assert!(lines.iter().all(|line| line.matches(',').count() == commas), "{lines:?}");
    }
}
