//! Notices become e-mails, and e-mails leave: each once that the mail server has taken, with a pause that doubles while it
//! does not, and never again once it has refused for good.

use crate::mailer::{Letter, MailError, Mailer};
use crate::state::AppState;
use chrono::TimeDelta;
use domain::id::MailId;
use store::mail::Mail;
use store::notice::NoticeView;
use store::{PgConnection, mail, notice, outbox};

/// Notices listed in one e-mail; it says how many more there are.
const LISTED: usize = 50;
/// After so long a mail server that is never ready counts as one that refused.
const LONGEST: TimeDelta = TimeDelta::days(4);

/// Makes what is due, and sends what waits; nothing without a mail server.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let Some(mailer) = &state.mailer else { return Ok(()) };
    let mut tx = state.pool.begin().await?;
    mail::gather(&mut tx, &state.ids, state.now()).await?;
    tx.commit().await?;
    while step(state, mailer).await? {}
    Ok(())
}

/// Sends one e-mail; false when none is due.
async fn step(state: &AppState, mailer: &Mailer) -> anyhow::Result<bool> {
    let now = state.now();
    let mut tx = state.pool.begin().await?;
    let Some(due) = outbox::take_of(&mut tx, outbox::MAIL, now).await? else { return Ok(false) };
    let id = MailId(due.object_id);
    if let Some(waiting) = mail::mail(&mut tx, id).await? {
        let outcome = match letter(state, &mut tx, &waiting).await? {
            Some(letter) => Some(mailer.send(&letter).await),
            None => None,
        };
        match outcome {
            None => mail::drop_mail(&mut tx, id, now).await?,
            Some(Ok(())) => mail::sent(&mut tx, id, now).await?,
            Some(Err(MailError::ForNow(why))) if now - waiting.made_at < LONGEST => {
                tracing::warn!(mail = %id, attempts = due.attempts, error = %why, "an e-mail will be tried again");
                outbox::failed(&mut tx, &due, &why, now).await?;
                tx.commit().await?;
                return Ok(true);
            }
            Some(Err(MailError::ForNow(why) | MailError::ForGood(why))) => {
                tracing::warn!(mail = %id, error = %why, "an e-mail was refused for good; its reader sees that in the portal");
                mail::refused_for_good(&mut tx, id, &why, now).await?;
            }
        }
    }
    outbox::done(&mut tx, due.id, now).await?;
    tx.commit().await?;
    Ok(true)
}

/// The e-mail in words, as its reader may know of things now; none when nobody is there to read it.
async fn letter(state: &AppState, conn: &mut PgConnection, waiting: &Mail) -> anyhow::Result<Option<Letter>> {
    if waiting.disabled {
        return Ok(None);
    }
    let notices = notice::notices(conn, waiting.person, Some(waiting.id), 1000, state.now()).await?;
    if notices.is_empty() {
        return Ok(None);
    }
    Ok(Some(Letter {
        id: waiting.id.to_string(),
        name: waiting.name.clone(),
        address: waiting.address.clone(),
        subject: subject(&notices),
        text: text(&waiting.name, &notices, &|path| state.config.url(path)),
        at: waiting.made_at,
    }))
}

fn subject(notices: &[NoticeView]) -> String {
    match notices {
        [one] => format!("Pasar: {}", one.said().text.trim_end_matches('.')),
        several => format!("Pasar: {} notices", several.len()),
    }
}

fn text(name: &str, notices: &[NoticeView], url: &dyn Fn(&str) -> String) -> String {
    let lines: Vec<String> = notices
        .iter()
        .take(LISTED)
        .map(|one| {
            let said = one.said();
            format!("- {}\n  {}: {}\n\n", said.text, said.step, url(&said.path))
        })
        .collect();
    let lines = lines.concat();
    let more = notices.len().saturating_sub(LISTED);
    let more = if more > 0 { format!("And {more} more.\n\n") } else { String::new() };
    format!("Hello {name},\n\n{lines}{more}All your notices: {}\nChoose how you are told: {}\n", url("/notices"), url("/notices/preferences"))
}
