//! Who must agree to a request: rules that are data, compiled to steps. Pure; the store keeps the steps and the portal shows
//! them before anything is submitted.

use super::state::IllegalMove;
use crate::catalogue::{Classification, Sharing};
use crate::id::{ProductId, StandardId};
use crate::organisation::Role;
use crate::text_enum;
use serde::{Deserialize, Serialize};

text_enum! {
    /// Where somebody who must agree has got to.
    StepState, "step state" {
        Waiting = "waiting", "Waiting";
        Approved = "approved", "Approved";
        Refused = "refused", "Refused";
        /// The part was decided without it.
        Closed = "closed", "No longer needed";
    }
}

text_enum! {
    /// Whether requester and product belong together.
    Agency, "agency relation" {
        Own = "own", "The requester’s own agency";
        Other = "other", "Another agency";
    }
}

/// What rules look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub sharing: Sharing,
    /// Of the highest column asked for.
    pub classification: Option<Classification>,
    /// Whether a personal column is asked for.
    pub personal: bool,
    pub agency: Agency,
    pub purpose: String,
}

/// Which requests a rule is for. An empty list does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Applies {
    pub sharing: Vec<Sharing>,
    pub classification: Vec<Classification>,
    pub personal: Option<bool>,
    pub agency: Option<Agency>,
    pub purposes: Vec<String>,
}

impl Applies {
    fn to(&self, facts: &Facts) -> bool {
        (self.sharing.is_empty() || self.sharing.contains(&facts.sharing))
            && (self.classification.is_empty() || facts.classification.is_some_and(|class| self.classification.contains(&class)))
            && self.personal.is_none_or(|personal| personal == facts.personal)
            && self.agency.is_none_or(|agency| agency == facts.agency)
            && (self.purposes.is_empty() || self.purposes.contains(&facts.purpose))
    }
}

/// What a rule asks for. A step that any of several roles may decide names them all; steps of one stage must all agree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asks {
    /// No step, unless another rule asks for one.
    pub automatic: bool,
    pub steps: Vec<AskedStep>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedStep {
    pub stage: u8,
    pub roles: Vec<Role>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRule {
    pub code: String,
    pub title: String,
    pub applies: Applies,
    pub asks: Asks,
}

/// A step to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    pub stage: u8,
    pub roles: Vec<Role>,
    /// The titles of the rules that ask for it.
    pub why: String,
}

/// A step that a standard asks for beside those of the rules: only who is named may take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredStep {
    pub product: ProductId,
    pub standard: StandardId,
    pub roles: Vec<Role>,
    pub why: String,
}

/// How a part will be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// At once, by this rule.
    Automatic { why: String },
    /// In the order of stages; never empty.
    Steps(Vec<PlannedStep>),
}

impl Route {
    /// The same, with what standards ask for after it. A step wins over a rule that grants at once.
    #[must_use]
    pub fn with(self, required: &[&RequiredStep]) -> Self {
        if required.is_empty() {
            return self;
        }
        let mut steps = match self {
            Self::Automatic { .. } => vec![],
            Self::Steps(steps) => steps,
        };
        let stage = steps.iter().map(|step| step.stage).max().unwrap_or(0).saturating_add(1);
        steps.extend(required.iter().map(|one| PlannedStep { stage, roles: one.roles.clone(), why: one.why.clone() }));
        Self::Steps(steps)
    }
}

/// Who decides when no rule says so.
const USUAL: [Role; 2] = [Role::Steward, Role::Owner];
const USUAL_WHY: &str = "No rule says otherwise: the product’s domain decides.";

/// Compiles the rules. Nothing is granted by silence: without a rule that applies, the domain decides; and a rule that asks for
/// a step wins over one that is automatic.
pub fn compile(rules: &[ApprovalRule], facts: &Facts) -> Route {
    let applying: Vec<&ApprovalRule> = rules.iter().filter(|rule| rule.applies.to(facts)).collect();
    let mut steps: Vec<PlannedStep> = vec![];
    for rule in &applying {
        for asked in rule.asks.steps.iter().filter(|asked| !asked.roles.is_empty()) {
            let mut any_of = asked.roles.clone();
            any_of.sort_unstable();
            any_of.dedup();
            match steps.iter_mut().find(|step| step.roles == any_of && step.stage == asked.stage) {
                Some(step) => step.why = format!("{}; {}", step.why, rule.title),
                None => steps.push(PlannedStep { stage: asked.stage, roles: any_of, why: rule.title.clone() }),
            }
        }
    }
    if steps.is_empty() {
        return match applying.iter().find(|rule| rule.asks.automatic) {
            Some(rule) => Route::Automatic { why: rule.title.clone() },
            None => Route::Steps(vec![PlannedStep { stage: 1, roles: USUAL.to_vec(), why: USUAL_WHY.to_owned() }]),
        };
    }
    steps.sort_by(|a, b| (a.stage, &a.roles).cmp(&(b.stage, &b.roles)));
    // Stages as rules number them may leave gaps; people count from one.
    let mut stages: Vec<u8> = steps.iter().map(|step| step.stage).collect();
    stages.dedup();
    for step in &mut steps {
        step.stage = stages.iter().position(|stage| *stage == step.stage).and_then(|place| u8::try_from(place + 1).ok()).unwrap_or(u8::MAX);
    }
    Route::Steps(steps)
}

/// Who stands above the roles of a step when nobody holds one of them, or nobody has decided in time.
pub fn above(roles: &[Role]) -> Option<Role> {
    const LADDER: [Role; 4] = [Role::Steward, Role::Owner, Role::TcSecurityOfficer, Role::GdoAdministrator];
    let highest = roles.iter().filter_map(|role| LADDER.iter().position(|known| known == role)).max();
    LADDER.get(highest.map_or(0, |place| place + 1)).copied()
}

/// One step of a part, for saying where the whole has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepAt {
    pub stage: u8,
    pub state: StepState,
}

/// What the steps of a part amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Steps of this stage are to be decided.
    Waiting {
        stage: u8,
    },
    Approved,
    Refused,
}

/// One refusal refuses; nothing is approved before every step is. No steps at all approve nothing.
pub fn outcome(steps: &[StepAt]) -> Outcome {
    if steps.iter().any(|step| step.state == StepState::Refused) {
        return Outcome::Refused;
    }
    match steps.iter().filter(|step| step.state != StepState::Approved).map(|step| step.stage).min() {
        Some(stage) => Outcome::Waiting { stage },
        None if steps.is_empty() => Outcome::Waiting { stage: 1 },
        None => Outcome::Approved,
    }
}

impl StepState {
    /// A step is decided once, closed when it is no longer needed, and waits again when a decision is undone.
    pub fn to(self, next: Self) -> Result<Self, IllegalMove> {
        let legal = match self {
            Self::Waiting => next != Self::Waiting,
            Self::Approved | Self::Refused | Self::Closed => next == Self::Waiting,
        };
        if legal { Ok(next) } else { Err(IllegalMove { from: self.label(), to: next.label() }) }
    }
}

#[cfg(test)]
mod tests;
