//! What standards found, kept: a row stands until something else is found. Both are written in the transaction that found it, with the
//! audit row of what it changes at the port.

use super::kept;
use super::rows::{end, standing, write};
use super::telling::{about, protect, tell};
use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::Ids;
use domain::audit::AuditAction;
use domain::id::{AgreementId, ProductId, StandardId, StandardWaiverId};
use rules::{Acting, Effect};
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What one version found of one product, or beyond that of one agreement.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvaluation {
    pub product: ProductId,
    pub address: String,
    pub agreement: Option<AgreementId>,
    pub standard: StandardId,
    pub slug: String,
    pub version: u32,
    pub acting: Acting,
    /// `met`, `violated` or `cannot-tell`.
    pub verdict: &'static str,
    pub findings: Value,
    pub why: Option<String>,
    pub waiver: Option<StandardWaiverId>,
    pub serving: Effect,
    /// What follows at the port when it is violated: what a verdict of before may still lead to.
    pub would: Effect,
    /// The stored input, shared by all that were found from it.
    pub input: std::sync::Arc<str>,
    /// That nothing can be said is told elsewhere.
    pub quiet: bool,
}

/// A product with everything that was found of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    pub product: ProductId,
    pub found: Vec<NewEvaluation>,
}

/// What keeping changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changed {
    pub written: usize,
    pub ended: usize,
}

/// A row that stands.
pub(super) struct Standing {
    pub id: Uuid,
    pub version: i32,
    pub acting: String,
    pub verdict: String,
    pub findings: Value,
    pub why: Option<String>,
    pub waiver: Option<Uuid>,
    pub serving: String,
}

/// The verdict of a rule that has none.
pub(super) const CANNOT_TELL: &str = "cannot-tell";

pub(super) type Key = (Uuid, Uuid, Option<Uuid>);

pub(super) const fn acting_word(acting: Acting) -> &'static str {
    match acting {
        Acting::Grace => "grace",
        Acting::Whole | Acting::No => "whole",
    }
}

impl Standing {
    fn is(&self, new: &NewEvaluation) -> bool {
        self.version.unsigned_abs() == new.version
            && self.acting == acting_word(new.acting)
            && self.verdict == new.verdict
            && self.findings == new.findings
            && self.why == new.why
            && self.waiver == new.waiver.map(|id| id.0)
            && self.serving == new.serving.as_str()
    }

    pub(super) fn stops(&self) -> bool {
        self.serving == Effect::Refuse.as_str()
    }

    pub(super) fn is_unclear(&self) -> bool {
        self.verdict == CANNOT_TELL
    }

    pub(super) fn masks(&self) -> bool {
        self.serving == Effect::Mask.as_str()
    }
}

/// Makes the record say what was found of these products on a day, and nothing else of them. Call within a transaction that holds [`super::lock`].
pub async fn keep_evaluations(conn: &mut PgConnection, evaluated: &[Evaluated], day: NaiveDate, ids: &Ids, now: DateTime<Utc>) -> Result<Changed> {
    let products: BTreeSet<Uuid> = evaluated.iter().map(|one| one.product.0).collect();
    let products: Vec<Uuid> = products.into_iter().collect();
    let mut known = standing(&mut *conn, &products).await?;
    let mut ended: Vec<Uuid> = vec![];
    let mut written: Vec<(NewEvaluation, Option<Standing>)> = vec![];
    let found: Vec<&NewEvaluation> = evaluated.iter().flat_map(|one| &one.found).collect();
    let nothing_said = found.iter().filter(|new| new.agreement.is_none() && new.verdict == CANNOT_TELL);
    let mut unclear: BTreeSet<(ProductId, StandardId)> = nothing_said.map(|new| (new.product, new.standard)).collect();
    for new in found {
        let before = known.remove(&(new.product.0, new.standard.0, new.agreement.map(|id| id.0)));
        // What cannot be said of a product is said of it alone. Of an agreement it is kept where something stood for that one.
        let said = new.agreement.is_some() && new.verdict == CANNOT_TELL && unclear.contains(&(new.product, new.standard));
        if said && before.is_none() {
            continue;
        }
        // The usual case of a night: nothing is written, and nothing copied to be compared.
        if new.verdict != CANNOT_TELL && before.as_ref().is_some_and(|before| before.is(new)) {
            continue;
        }
        let mut new = new.clone();
        if let Some(before) = &before {
            kept::what_stood(&mut *conn, &mut new, before).await?;
        }
        if before.as_ref().is_some_and(|before| before.is(&new)) {
            continue;
        }
        ended.extend(before.as_ref().map(|before| before.id));
        written.push((new, before));
    }
    // What no longer acts, or no longer covers the product, says nothing of it.
    ended.extend(known.values().map(|before| before.id));
    end(&mut *conn, &ended, now).await?;
    write(&mut *conn, &written.iter().map(|(new, _)| new).collect::<Vec<_>>(), ids, now).await?;
    for (new, before) in &written {
        // Whoever keeps the standard is told once of a product, however many agreements are on it.
        let aloud = !new.quiet && (new.agreement.is_none() || new.verdict == CANNOT_TELL && unclear.insert((new.product, new.standard)));
        tell(&mut *conn, new, before.as_ref(), aloud, now).await?;
    }
    for ((product, standard, _), before) in &known {
        if before.stops() {
            about(&mut *conn, ProductId(*product), StandardId(*standard), AuditAction::StandardMend, None, now).await?;
        }
        if before.masks() {
            protect(&mut *conn, ProductId(*product), now).await?;
        }
    }
    sqlx::query!(
        "INSERT INTO standard_judged (product_id, day, at) SELECT u.id, $2, $3 FROM unnest($1::uuid[]) AS u(id)
         ON CONFLICT (product_id) DO UPDATE SET day = excluded.day, at = excluded.at",
        &products,
        day,
        now
    )
    .execute(conn)
    .await?;
    Ok(Changed { written: written.len(), ended: ended.len() })
}
