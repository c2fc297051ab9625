//! One evaluation path for all gates: inputs in, what every standard found out. Rules are asked on all processors, off the threads that
//! answer requests.

use super::share::{Share, Shares};
use super::{Held, Set};
use crate::shares::shared_out;
use chrono::NaiveDate;
use domain::id::{ProductId, StandardId, StandardWaiverId};
use rules::{Acting, CannotTell, Effect, Facts, Finding, Gate, Input, Limits, Machine, Told, Verdict};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::standard::Version;

/// What one version says of one input.
#[derive(Debug, Clone)]
pub struct Found {
    pub version: Arc<Version>,
    pub acting: Acting,
    pub verdict: Verdict,
    /// The waiver that lets the product off.
    pub waiver: Option<StandardWaiverId>,
    pub told: Vec<Told>,
    /// Whoever keeps the standard is not told of it: that its time was over in a run is told once.
    pub quiet: bool,
}

impl Found {
    /// What follows at a gate; nothing while a waiver holds.
    pub fn effect(&self, gate: Gate) -> Effect {
        if self.waiver.is_some() {
            return Effect::Nothing;
        }
        rules::outcome(self.version.standard.severity, gate, self.acting, &self.verdict)
    }

    /// Why nothing can be said.
    pub fn why(&self) -> Option<String> {
        if let Verdict::CannotTell(why) = &self.verdict { Some(why.to_string()) } else { None }
    }

    /// As it is kept and as programs read it.
    pub fn json(&self) -> Value {
        json!({
            "standard": self.version.standard.id,
            "version": self.version.standard.version,
            "title": self.version.standard.title,
            "severity": self.version.standard.severity,
            "owner": self.version.standard.owner,
            "contact": self.version.standard.contact,
            "waived": self.waiver.is_some(),
            "violations": self.told,
            "cannot_tell": self.why(),
        })
    }
}

/// An input with everything that was found of it.
#[derive(Debug, Clone)]
pub struct Judged {
    pub product: ProductId,
    pub input: Input,
    /// The input as rules read it, for whoever asks more of it; none when nothing was asked, or it cannot be read.
    pub facts: Option<Facts>,
    pub found: Vec<Found>,
}

impl Judged {
    /// The hardest of what follows at a gate.
    pub fn effect(&self, gate: Gate) -> Effect {
        self.found.iter().map(|found| found.effect(gate)).max().unwrap_or(Effect::Nothing)
    }

    /// What refuses at a gate.
    pub fn refusing(&self, gate: Gate) -> Vec<&Found> {
        self.found.iter().filter(|found| found.effect(gate) == Effect::Refuse).collect()
    }

    /// What is not met, or cannot be said, as it is kept.
    pub fn json(&self) -> Value {
        self.found.iter().filter(|found| !found.verdict.is_met()).map(Found::json).collect()
    }
}

/// Waivers that hold, by product and standard.
pub type Waivers = BTreeMap<(ProductId, StandardId), StandardWaiverId>;

/// Asks every version of the set that covers a product and acts that day.
pub async fn judge(set: &Set, inputs: Vec<(ProductId, Input)>, waivers: Waivers, today: NaiveDate) -> anyhow::Result<Vec<Judged>> {
    judge_within(set, inputs, waivers, today, None).await
}

/// The same in a run over many products, in which each version has its share of time.
pub async fn judge_within(
    set: &Set,
    inputs: Vec<(ProductId, Input)>,
    waivers: Waivers,
    today: NaiveDate,
    shares: Option<&Shares>,
) -> anyhow::Result<Vec<Judged>> {
    if set.is_empty() || inputs.is_empty() {
        return Ok(inputs.into_iter().map(|(product, input)| Judged { product, input, facts: None, found: vec![] }).collect());
    }
    let set: Vec<Asked> = set.0.iter().map(|held| (held.clone(), shares.map(|shares| shares.of(&held.version)))).collect();
    Ok(tokio::task::spawn_blocking(move || shared_out(inputs, |part| one_after_the_other(&set, part, &waivers, today))).await?)
}

/// A version, with its share of time where it has only so much.
type Asked = (Held, Option<Arc<Share>>);

fn one_after_the_other(set: &[Asked], inputs: Vec<(ProductId, Input)>, waivers: &Waivers, today: NaiveDate) -> Vec<Judged> {
    let mut machines: Vec<(&Asked, Result<Machine<'_>, &Arc<str>>)> =
        set.iter().map(|asked| (asked, asked.0.rule.as_ref().map(|rule| rule.machine(Limits::default())))).collect();
    inputs
        .into_iter()
        .map(|(product, input)| {
            let facts = input.facts();
            let mut found = vec![];
            for ((held, share), machine) in &mut machines {
                let standard = &held.version.standard;
                let Some(acting) = standard.acts_on(&input.product, today) else { continue };
                let mut quiet = false;
                let verdict = match (machine, share) {
                    (Ok(machine), None) => machine.ask(&facts),
                    (Ok(machine), Some(share)) => share.take(|| machine.ask(&facts)).unwrap_or_else(|| {
                        quiet = share.said();
                        Verdict::CannotTell(CannotTell::NoTime)
                    }),
                    (Err(why), _) => Verdict::CannotTell(CannotTell::Failed(why.to_string())),
                };
                let told = Finding { standard, acting, verdict: verdict.clone() }.told(&input);
                let waiver = waivers.get(&(product, held.version.id)).copied();
                found.push(Found { version: Arc::clone(&held.version), acting, verdict, waiver, told, quiet });
            }
            Judged { product, input, facts: facts.ok(), found }
        })
        .collect()
}
