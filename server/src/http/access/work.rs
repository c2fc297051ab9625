//! `GET /work`: what waits for this person's decision, one of them open beside the list; and data that people look for.

use super::decide::{Deciding, decidable};
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::jobs::outbox::view_plan;
use crate::state::AppState;
use app::features::access::decision::DecisionForm;
use app::features::access::work::{Open, Work, work_page};
use app::features::protection::Sample;
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::Answering;
use domain::calendar;
use domain::id::RequestId;
use serde::Deserialize;
use store::access::{self, After, PartView, QueueLine};
use store::{PgConnection, problem, quality_audit, wanted};

/// Lines of the queue on one page.
const LISTED: usize = 50;
/// Lines of data that is looked for.
const WANTED: i64 = 200;
/// Lines of reported problems, and one that says that there are more: their own page has them.
const PROBLEMS: i64 = 21;
/// Lines of what audits of quality found, and one that says that there are more: their own page has them.
const TASKS: i64 = 21;
/// Earlier decisions shown beside a request.
const SIMILAR: i64 = 5;
/// Rows of a sample.
const SAMPLE_ROWS: i32 = 5;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    step: Option<String>,
    q: String,
    after: String,
    done: String,
    request: String,
}

/// What a page of the queue shows beside the queue.
#[derive(Default)]
pub struct Shown {
    pub words: String,
    pub after: Option<After>,
    /// An open step with what was typed; none opens the first of the queue.
    pub open: Option<(Deciding, DecisionForm)>,
    pub done: Option<String>,
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Query(chosen): Query<Chosen>) -> Result<Response, HttpError> {
    let open = match &chosen.step {
        Some(step) => Some((decidable(&state, &mut *state.pool.acquire().await?, &who, step).await?, DecisionForm::default())),
        None => None,
    };
    let shown = Shown { words: chosen.q.chars().take(200).collect(), after: read_after(&chosen.after), done: done(&chosen), open };
    page(&state, &who, shown).await
}

/// What was done a moment ago, from the address; nothing else than these words can be made to appear.
fn done(chosen: &Chosen) -> Option<String> {
    let what = match chosen.done.as_str() {
        "approved" => "Approved. It can be undone on the request's page until it is used.",
        "refused" => "Refused. The requester reads your reason; it can be undone on the request's page.",
        "asked" => "Asked. The clock stands until the requester answers.",
        "handed-over" => "Handed over.",
        many => {
            let (approved, of) = many.strip_prefix("many-")?.split_once('-')?;
            let (approved, of): (u32, u32) = (approved.parse().ok()?, of.parse().ok()?);
            return Some(format!("{approved} of {of} approved. What was decided meanwhile was left as it is."));
        }
    };
    chosen.request.parse::<RequestId>().is_ok().then(|| what.to_owned())
}

pub fn read_after(text: &str) -> Option<After> {
    let mut pieces = text.splitn(4, '.');
    let (paused, day, part, step) = (pieces.next()?, pieces.next()?, pieces.next()?, pieces.next()?);
    Some(After { paused: paused == "1", due_on: day.parse().ok()?, part: part.parse().ok()?, step: step.parse().ok()? })
}

pub fn written_after(line: &QueueLine) -> String {
    format!("{}.{}.{}.{}", u8::from(line.paused_at.is_some()), line.due_on, line.part, line.step)
}

/// The queue of this person, with a step open beside it.
pub async fn page(state: &AppState, who: &SignedIn, shown: Shown) -> Result<Response, HttpError> {
    let now = state.now();
    let mut conn = state.pool.acquire().await?;
    let absent = access::stood_for(&mut conn, who.actor.person, now).await?;
    let most = i64::try_from(LISTED + 1).unwrap_or(i64::MAX);
    let mut queue = access::queue(&mut conn, &who.actor, &absent, &shown.words, shown.after, most).await?;
    let more = queue.len() > LISTED;
    queue.truncate(LISTED);
    let open = match shown.open {
        Some(open) => Some(open),
        None => match queue.first() {
            Some(first) => Some((decidable(state, &mut conn, who, &first.step.to_string()).await?, DecisionForm::default())),
            None => None,
        },
    };
    // What was decided meanwhile is read on its request's page.
    let open = match open.filter(|(deciding, _)| deciding.step.open) {
        Some((deciding, form)) => Some(opened(state, &mut conn, who, deciding, form).await?),
        None => None,
    };
    let answers = Answering::of(&who.actor);
    let wanted = if answers.is_nowhere() { None } else { Some(wanted::open_for(&mut conn, who.actor.person, &answers, WANTED).await?) };
    let problems = problem::open_problems(&mut conn, who.actor.person, PROBLEMS, now).await?;
    let tasks = quality_audit::tasks_of(&mut conn, who.actor.person, TASKS, now).await?;
    let watched = quality_audit::tasks_watched(&mut conn, who.actor.person, TASKS, now).await?;
    let holidays = access::holidays(&mut conn).await?;
    let counts = render::counts(&mut conn, who, now).await?;
    drop(conn);
    let next = queue.last().filter(|_| more).map(|last| {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &shown.words).append_pair("after", &written_after(last)).finish();
        format!("/work?{query}")
    });
    let status = if open.as_ref().is_some_and(|open| !open.form.wrong.is_empty()) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let title = if status == StatusCode::OK { "Work" } else { "Error: Work" };
    let csrf = who.csrf.clone();
    let work = Work {
        queue,
        words: shown.words,
        next,
        waiting: counts.access.waiting_for_me,
        open,
        wanted,
        problems,
        tasks,
        watched,
        today: calendar::day(now),
        holidays,
        done: shown.done,
    };
    Ok(render::page_with(state, who, &counts, Section::Work, title, status, move || work_page(&csrf, &work)))
}

async fn opened(state: &AppState, conn: &mut PgConnection, who: &SignedIn, deciding: Deciding, form: DecisionForm) -> Result<Open, HttpError> {
    let similar = access::similar_decisions(&mut *conn, deciding.part.place.product, deciding.part.id, SIMILAR).await?;
    let others = access::could_decide(&mut *conn, deciding.step.id, who.actor.person, state.now()).await?;
    let held = access::held_already(&mut *conn, deciding.request.id, who.actor.person, state.now()).await?;
    let samples = samples(state, conn, &deciding.part).await?;
    Ok(Open {
        request: deciding.request,
        part: deciding.part,
        step: deciding.step,
        stands_for: deciding.stands_for,
        similar,
        held,
        others,
        samples,
        form,
    })
}

/// Rows as the requester would get them, from the source itself. A source that is down keeps nobody from deciding.
async fn samples(state: &AppState, conn: &mut PgConnection, part: &PartView) -> Result<Vec<Sample>, HttpError> {
    let mut all = vec![];
    for (title, view) in access::part_views(conn, part).await? {
        match state.source.sample_of(part.id.0, &view_plan(&view), SAMPLE_ROWS).await {
            Ok(rows) => all.push(Sample { title, rows }),
            Err(error) => tracing::warn!(%error, part = %part.id, "no sample of what is asked for"),
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_place_in_the_queue_is_read_back_and_nonsense_is_none() {
        let (part, step) = (Uuid::from_u128(6), Uuid::from_u128(7));
        let place = After { paused: true, due_on: "2026-11-20".parse().unwrap(), part: part.into(), step: step.into() };
        assert_eq!(read_after(&format!("1.2026-11-20.{part}.{step}")), Some(place));
        assert_eq!(read_after(&format!("1.2026-11-20.{step}")), None, "an address of before begins anew");
        assert_eq!(read_after("x.y"), None);
        let said = |text: &str| done(&Chosen { done: text.into(), request: Uuid::nil().to_string(), ..Chosen::default() });
        assert!(said("many-3-4").unwrap().starts_with("3 of 4") && said("<b>").is_none() && said("many-x-1").is_none());
    }
}
