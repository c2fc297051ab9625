//! Commands of the audit trail. `verify` talks to no database: it reads files, and nothing else.

use crate::clock::{SystemClock, random};
use crate::jobs::audit_seal::seal_all;
use anyhow::{Context, bail};
use chrono::NaiveDate;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::{Clock, calendar};
use seal::{Note, PRIVATE_FIELDS, SigningKey, Trust, VerifyingKey};
use sqlx::{Connection, PgConnection};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use store::audit::{self, Erasure};
use store::{organisation, retention};

async fn connect(url: &str) -> anyhow::Result<PgConnection> {
    PgConnection::connect(url).await.context("cannot reach the record's database (PASAR_DATABASE_URL)")
}

/// Prints a new key.
pub fn new_key(name: &str) -> anyhow::Result<()> {
    let key = SigningKey::new(name, random()).context("the name cannot be used")?;
    println!("Keep this secret, and give it to the portal as PASAR_AUDIT_KEY:\n\n  {}\n", key.secret_text());
    println!("Give this to whoever verifies the trail:\n\n  {}", key.public());
    Ok(())
}

pub async fn retire_key(url: &str, label: &str) -> anyhow::Result<()> {
    let mut conn = connect(url).await?;
    let mut tx = conn.begin().await?;
    // Whoever signs holds the trail's end: nothing is signed with the key after this.
    audit::lock_head(&mut tx, true).await?;
    audit::retire_key(&mut tx, label, SystemClock.now()).await?;
    tx.commit().await?;
    println!("{label} signs no further checkpoint. Take it out of PASAR_AUDIT_KEY.");
    Ok(())
}

/// Seals and signs what waits, once.
pub async fn seal(url: &str, keys: &[SigningKey]) -> anyhow::Result<()> {
    let (head, checkpoint) = seal_all(&mut connect(url).await?, keys, SystemClock.now()).await?;
    println!("{} events are sealed.", head.size());
    match checkpoint {
        Some(checkpoint) => println!("This checkpoint was signed; keep it elsewhere:\n\n{}", checkpoint.note),
        None if keys.is_empty() => println!("No checkpoint is signed: PASAR_AUDIT_KEY is not set."),
        None => println!("No new checkpoint: the last one covers them, or every key was retired."),
    }
    Ok(())
}

/// What is to be erased.
pub struct Erase {
    /// E-mail address.
    pub person: Option<String>,
    pub before: Option<NaiveDate>,
    pub fields: Vec<String>,
    pub reason: String,
}

/// Fields that may name somebody; an address names a product.
const PERSONAL: [&str; 5] = ["actor_id", "client_address", "request_id", "reason", "detail"];

/// Erases fields of sealed events, a batch in each transaction, and leaves an event of it first. Run by the record's owner.
pub async fn erase(url: &str, keys: &[SigningKey], asked: Erase) -> anyhow::Result<()> {
    let Erase { person, before, fields, reason } = asked;
    let fields = if fields.is_empty() { PERSONAL.map(str::to_owned).to_vec() } else { fields };
    if let Some(wrong) = fields.iter().find(|field| !PRIVATE_FIELDS.contains(&field.as_str())) {
        bail!("{wrong} is no field that can be erased; those are {}", PRIVATE_FIELDS.join(", "));
    }
    let mut conn = PgConnection::connect(url).await.context("cannot reach the record's database (PASAR_OWNER_DATABASE_URL)")?;
    let of = match &person {
        Some(email) => Some(organisation::by_email(&mut conn, email).await?.with_context(|| format!("nobody has the e-mail address {email}"))?),
        None => None,
    };
    let now = SystemClock.now();
    let whose = if of.is_some() { "of one person" } else { "of everybody" };
    let when = before.map_or_else(|| "of any time".to_owned(), |day| format!("of before {day}"));
    let event = AuditEvent {
        reason: Some(reason),
        // Of whom is not said: it would keep what is to go.
        detail: Some(format!("{} in events {whose}, {when}", fields.join(", "))),
        ..AuditEvent::done(None, AuditAction::AuditErase, "audit-trail", None, Origin::default())
    };
    audit::append(&mut conn, &event, now).await?;
    // Only what is sealed has a commitment to leave behind.
    seal_all(&mut conn, keys, now).await?;
    let begins = |day: NaiveDate| day.pred_opt().map(calendar::end_of);
    let wanted = Erasure { person: of, before: before.and_then(begins), fields };
    let (mut after, mut events, mut erased) = (0, 0, 0);
    loop {
        let mut tx = conn.begin().await?;
        let done = audit::erase(&mut tx, &wanted, after, now).await?;
        tx.commit().await?;
        events += done.events;
        erased += done.fields;
        let Some(last) = done.last else { break };
        after = last;
    }
    audit::sweep(&mut conn).await?;
    // What the data office was reminded of may be done with.
    retention::count_overdue(&mut conn, now).await?;
    println!("{erased} fields of {events} events are erased. Their seals hold; backups and exports made before still have what stood there.");
    Ok(())
}

/// Writes the trail to a file that its owner alone can read; the file has its name only when it is whole.
pub async fn export(url: &str, keys: &[SigningKey], file: &Path) -> anyhow::Result<()> {
    if file.exists() {
        bail!("{} is there already", file.display());
    }
    let mut conn = connect(url).await?;
    let event = AuditEvent::done(None, AuditAction::AuditExport, "audit-trail", None, Origin::default());
    audit::append(&mut conn, &event, SystemClock.now()).await?;
    seal_all(&mut conn, keys, SystemClock.now()).await?;
    let unfinished = PathBuf::from(format!("{}.unfinished", file.display()));
    let open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished);
    let mut out = BufWriter::new(open.with_context(|| format!("cannot write {}", unfinished.display()))?);
    let mut lines = 0_u64;
    audit::export::<anyhow::Error>(&mut conn, |line| {
        lines += 1;
        Ok(out.write_all(line.text()?.as_bytes())?)
    })
    .await?;
    out.into_inner()?.sync_all()?;
    fs::rename(&unfinished, file)?;
    println!("{lines} lines are in {}.", file.display());
    Ok(())
}

/// What the verifier has from elsewhere.
fn trust(checkpoints: &[PathBuf], keys: &[String]) -> anyhow::Result<Trust> {
    let mut trust = Trust::default();
    for key in keys {
        trust.keys.push(key.parse::<VerifyingKey>().with_context(|| format!("{key} cannot be used as a key"))?);
    }
    for path in checkpoints {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        trust.checkpoints.push(Note::read(&text).with_context(|| format!("{} cannot be used", path.display()))?);
    }
    Ok(trust)
}

/// Verifies the proof of one event and says what it proves.
pub fn verify_proof(file: &Path, checkpoints: &[PathBuf], keys: &[String]) -> anyhow::Result<String> {
    if checkpoints.is_empty() && keys.is_empty() {
        bail!("a proof needs something that is known from elsewhere: give --key or --checkpoint");
    }
    let trust = trust(checkpoints, keys)?;
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let (event, note) = seal::verify_proof(&text, &trust.keys, &trust.checkpoints).with_context(|| format!("{} proves nothing", file.display()))?;
    Ok(format!(
        "Event {} (number {}), {} at {}, is in the trail as it was sealed.\nCheckpoint: {} events of {}, at {}.",
        event.seq, event.id, event.action, event.at, note.checkpoint.size, note.checkpoint.origin, note.checkpoint.at
    ))
}

/// Verifies an export and says what it proves; an error names the first bad line, or says that nothing is proved.
pub fn verify(file: &Path, checkpoints: &[PathBuf], keys: &[String]) -> anyhow::Result<String> {
    let trust = trust(checkpoints, keys)?;
    let lines = BufReader::new(File::open(file).with_context(|| format!("cannot read {}", file.display()))?).lines();
    let report = seal::verify(lines, &trust).with_context(|| format!("{} is not the trail that was sealed", file.display()))?;
    let Some(last) = &report.last else {
        bail!("nothing is proved: {} events follow from one another, but no checkpoint of them is signed", report.events);
    };
    let mut said = format!(
        "Events 1 to {} are as they were sealed: none was changed, removed, added or moved.\nLast checkpoint: {}, of {}, signed by {}.",
        report.proved,
        last.at,
        last.origin,
        report.signers.join(", ")
    );
    if report.events > report.proved {
        let _ = write!(said, "\n{} later events follow from them, but no checkpoint covers them yet.", report.events - report.proved);
    }
    if report.erased > 0 {
        let _ = write!(said, "\n{} fields of {} events were erased; what stood there is not proved.", report.erased_fields, report.erased);
    }
    let kept = trust.checkpoints.iter().map(|note| note.checkpoint.size).max();
    if let Some(size) = kept {
        let _ = write!(said, "\nThe file agrees with what was kept, up to event {size}.");
    } else {
        said.push_str("\nNo kept checkpoint was given: that the end was not cut off is not proved. Give --checkpoint with one from another place.");
    }
    if keys.is_empty() {
        let beyond = kept.map(|size| format!(" beyond event {size}")).unwrap_or_default();
        let _ = write!(
            said,
            "\nSignatures were checked with keys that the file itself names. Against whoever owns the database they prove nothing{beyond}: give --key with a public key that you know."
        );
    }
    Ok(said)
}
