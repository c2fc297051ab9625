//! `GET /sharing.csv`: the numbers behind the plots, of everything, each month, agency and product.

use super::asked::{Typed, figures, read};
use crate::http::csv::quoted;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::access::{Figures, Sharing, WorkingTime};

const HEADS: &str = "group,name,address,submitted,decided,approved,granted,read,withdrawn,on_their_way,late,read_within_target,\
                     decided_median_days,read_lower_quartile_days,read_median_days,read_upper_quartile_days\r\n";

pub async fn csv(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    let asked = read(&typed, state.now());
    let mut conn = state.pool.acquire().await?;
    let sharing = figures(&mut conn, Some(who.actor.person), &asked, state.now()).await?;
    drop(conn);
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"sharing.csv\"")];
    Ok((headers, table(&sharing)).into_response())
}

fn table(sharing: &Sharing) -> String {
    let mut text = HEADS.to_owned();
    text.push_str(&row("all", "", "", &sharing.all));
    text.extend(sharing.months.iter().map(|(month, figures)| row("month", &month.to_string(), "", figures)));
    text.extend(sharing.agencies.iter().map(|(agency, figures)| row("agency", agency, "", figures)));
    text.extend(sharing.products.iter().map(|product| row("product", &product.title, &product.address, &product.figures)));
    text
}

fn row(group: &str, name: &str, address: &str, figures: &Figures) -> String {
    let Figures { funnel, lead, decision, within, running, late } = figures;
    let whole = [funnel.submitted, funnel.decided, funnel.approved, funnel.granted, funnel.read, funnel.withdrawn, *running, *late, *within];
    let days = [decision.median, lead.lower, lead.median, lead.upper].map(|time| time.map(WorkingTime::days));
    let words = [group, name, address].map(quoted);
    let numbers =
        whole.map(|number| number.to_string()).into_iter().chain(days.map(|days| days.map(|days| format!("{days:.2}")).unwrap_or_default()));
    words.into_iter().chain(numbers).collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::ProductFigures;

    #[test]
    fn every_row_has_every_column() {
        let product = ProductFigures { address: "a.b".into(), title: "=Bus, \"fast\"".into(), figures: Figures::default() };
        let text = table(&Sharing { products: vec![product], ..Sharing::default() });
        let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[2].starts_with("\"product\",\"'=Bus, \"\"fast\"\"\",\"a.b\",0,"), "{}", lines[2]);
        assert_eq!(lines[1].matches(',').count(), lines[0].matches(',').count());
    }
}
