//! A standard: the text that people read, the rule that a machine runs, where and when it acts, and how hard.

mod file;
mod scope;
mod status;

pub use file::{StandardFile, UnreadableStandard};
pub use scope::{NotAScope, Scope};
pub use status::Status;

use crate::cases::Case;
use crate::input::Product;
use crate::rule::{Fault, Rule};
use crate::template::Template;
use chrono::{Days, NaiveDate};
use domain::text_enum;

text_enum! {
    /// What a standard is about: the twelve capabilities of the white paper's figure 4e.
    Kind, "kind of standard" {
        Metadata = "metadata", "Metadata management";
        Anonymisation = "anonymisation", "Anonymisation of personal data";
        Classification = "classification", "Data classification";
        AccessPolicy = "access-policy", "Data access policy";
        Security = "security", "Security guidelines (IM8)";
        RequestWorkflow = "request-workflow", "Request workflow";
        Boundary = "boundary", "Boundaries of data products";
        Discovery = "discovery", "Data discovery";
        Lineage = "lineage", "Data lineage";
        Consent = "consent", "Consent and legal basis";
        Taxonomy = "taxonomy", "Taxonomy and ontology";
        Quality = "quality", "Data quality";
    }
}

text_enum! {
    /// What follows from a violation, hardest first. [`crate::effect`] says what that means at each gate.
    Severity, "severity" {
        BlockServing = "block-serving", "Stops serving";
        BlockPublishing = "block-publishing", "Stops publishing";
        RequireStep = "require-step", "Asks for one more approval";
        RequireMask = "require-mask", "Asks for protection at the port";
        Flag = "flag", "Flags the product";
        Advise = "advise", "Advises";
    }
}

/// Where the rule comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    Template(Template),
    Rego(String),
}

impl Source {
    /// The Rego that is run.
    pub fn rego(&self) -> String {
        match self {
            Self::Template(template) => template.to_rego(),
            Self::Rego(source) => source.clone(),
        }
    }
}

/// One version of a standard.
#[derive(Debug, Clone, PartialEq)]
pub struct Standard {
    /// Its slug, the same in every version.
    pub id: String,
    pub version: u32,
    pub title: String,
    pub kind: Kind,
    pub scope: Scope,
    pub severity: Severity,
    pub status: Status,
    /// Who answers for it, and the mailbox to write to.
    pub owner: String,
    pub contact: String,
    /// Sections of the PDPA, ids of IM8 controls and the like.
    pub references: Vec<String>,
    /// What people read.
    pub text: String,
    pub source: Source,
    /// Id of the wider standard that this one tightens, when its rule is Rego: templates are recognised by themselves.
    pub tightens: Option<String>,
    /// First day on which it acts, and the first on which it no longer does.
    pub effective_from: Option<NaiveDate>,
    pub effective_until: Option<NaiveDate>,
    /// Days after the first on which it only flags.
    pub grace_days: u32,
    /// Tests that are stored beside the rule.
    pub cases: Vec<Case>,
}

/// How a standard acts on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acting {
    /// Not before its date, not after its end, and never while it is talked over.
    No,
    /// It tells and flags; it stops nothing yet.
    Grace,
    Whole,
}

impl Standard {
    /// How it acts on a day in Singapore. The dates decide: nobody has to be awake for a standard to begin or end.
    pub fn acts(&self, today: NaiveDate) -> Acting {
        let Some(from) = self.effective_from.filter(|_| self.status.may_act()) else { return Acting::No };
        if today < from || self.effective_until.is_some_and(|until| today >= until) {
            return Acting::No;
        }
        if self.grace_ends().is_some_and(|ends| today < ends) { Acting::Grace } else { Acting::Whole }
    }

    /// The first day on which it does more than flag; its first day when it has no grace.
    pub fn grace_ends(&self) -> Option<NaiveDate> {
        self.effective_from?.checked_add_days(Days::new(u64::from(self.grace_days)))
    }

    /// How it acts on a product on a day; none when it does not cover the product, or does not act then.
    pub fn acts_on(&self, product: &Product, today: NaiveDate) -> Option<Acting> {
        let acting = self.acts(today);
        (acting != Acting::No && self.scope.covers(product)).then_some(acting)
    }

    pub fn compile(&self) -> Result<Rule, Vec<Fault>> {
        Rule::compile(&self.source.rego())
    }
}

#[cfg(test)]
mod tests;
