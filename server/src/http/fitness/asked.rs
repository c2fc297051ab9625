//! Reads what the address asks for, and works the figures out.

use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::fitness::View;
use domain::calendar;
use domain::fitness::Over;
use rules::fitness::check;
use serde::Deserialize;
use store::fitness::{self, Asked, Figures, Gain, ProductLine, TrendPoint, Within};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    sector: String,
    agency: String,
    domain: String,
    over: String,
    check: String,
}

/// A short name that was typed; nothing is none.
pub fn name(typed: &str) -> Option<String> {
    Some(typed.trim().replace('\0', "")).filter(|name| !name.is_empty())
}

/// What the address asks for. What is no span and no check is left out rather than refused: an old link still shows something.
pub fn read(typed: &Typed) -> View {
    View {
        within: Within { sector: name(&typed.sector), agency: name(&typed.agency), domain: name(&typed.domain) },
        over: typed.over.trim().parse().unwrap_or(Over::Weeks),
        check: check(typed.check.trim()),
    }
}

/// Everything that is shown of it.
pub struct Found {
    pub figures: Figures,
    pub trend: Vec<TrendPoint>,
    pub least: Vec<ProductLine>,
    pub gains: Vec<Gain>,
}

/// The figures of today for a reader, with `most` products.
pub async fn figures(state: &AppState, who: &SignedIn, view: &View, most: i64) -> Result<Found, HttpError> {
    let now = state.now();
    let asked = Asked { reader: who.actor.person, now, day: calendar::day(now), within: &view.within };
    let days = view.over.days(asked.day);
    let trend = async { Ok::<_, HttpError>(fitness::trend(&mut *state.pool.acquire().await?, asked, &days).await?) };
    let today = async {
        let mut conn = state.pool.acquire().await?;
        let figures = fitness::figures(&mut conn, asked).await?;
        let least = fitness::least_fit(&mut conn, asked, view.check.map(|check| check.code.as_str()), most).await?;
        Ok::<_, HttpError>((figures, least, fitness::gains(&mut conn, asked).await?))
    };
    let (trend, (figures, least, gains)) = tokio::try_join!(trend, today)?;
    Ok(Found { figures, trend, least, gains })
}
