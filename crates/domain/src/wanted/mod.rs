//! Data that somebody looks for and nobody has described yet: what is asked, which domain is asked, and how it is answered.
//! Pure: the domains that there are come in.

mod likeliest;

pub use likeliest::{Candidate, Why, likeliest, telling_words};

use crate::access::{IllegalMove, LONGEST_TEXT};
use crate::id::DomainId;
use crate::text_enum;
use crate::urn::Urn;
use crate::violation::{Violation, Violations};

/// The longest words that say what is looked for, in characters.
pub const LONGEST_WORDS: usize = 200;
/// Questions of one person that may wait for an answer at once: each of them takes somebody's time.
pub const MOST_OPEN: i64 = 20;

text_enum! {
    /// Whether a question still waits. An answer and a withdrawal are both final.
    WantedState, "state of wanted data" {
        Open = "open", "Waiting for an answer";
        Answered = "answered", "Answered";
        Withdrawn = "withdrawn", "Withdrawn";
    }
}

impl WantedState {
    /// From what the record keeps of a question.
    pub const fn of(answered: bool, withdrawn: bool) -> Self {
        match (answered, withdrawn) {
            (_, true) => Self::Withdrawn,
            (true, false) => Self::Answered,
            (false, false) => Self::Open,
        }
    }

    /// The next state, or which move was illegal: only an open question moves.
    pub fn to(self, next: Self) -> Result<Self, IllegalMove> {
        if self == Self::Open && next != Self::Open { Ok(next) } else { Err(IllegalMove { from: self.label(), to: next.label() }) }
    }
}

text_enum! {
    /// What the answer comes to.
    AnswerKind, "kind of answer" {
        Exists = "exists", "It exists";
        Planned = "planned", "It is planned";
        NotPlanned = "not-planned", "It is not planned";
    }
}

/// The question as typed; kept word for word when something is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedForm {
    pub words: String,
    pub explanation: String,
    /// A domain's id.
    pub domain: String,
}

/// A question that passed its checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWanted {
    pub words: String,
    pub explanation: String,
    pub domain: DomainId,
}

impl NewWanted {
    /// Checks a form against the domains that there are. Codes: `words_missing`, `words_too_long`, `explanation_missing`,
    /// `domain_missing`, `domain_unknown`, `text_too_long`, `text_not_storable`.
    pub fn check(form: &WantedForm, domains: &[DomainId]) -> Result<Self, Violations> {
        let mut found = Violations::new();
        let words = form.words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            found.push(Violation::new("words", "words_missing", "Say in a few words what data you look for."));
        } else if words.chars().count() > LONGEST_WORDS {
            let message = format!("Use at most {LONGEST_WORDS} characters here, and say the rest under what it is for.");
            found.push(Violation::new("words", "words_too_long", message));
        } else if words.chars().any(char::is_control) {
            found.push(not_storable("words"));
        }
        let explanation = text("explanation", "explanation_missing", "Say what you need the data for.", &form.explanation, &mut found);
        let domain = form.domain.trim().parse::<DomainId>().ok().filter(|id| domains.contains(id));
        if form.domain.trim().is_empty() {
            found.push(Violation::new("domain", "domain_missing", "Choose which domain to ask."));
        } else if domain.is_none() {
            found.push(Violation::new("domain", "domain_unknown", "Choose a domain from the list."));
        }
        match (found.is_empty(), domain) {
            (true, Some(domain)) => Ok(Self { words, explanation, domain }),
            _ => Err(found),
        }
    }
}

/// The answer as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerForm {
    pub kind: String,
    pub text: String,
    /// A product's address, or the address of its page as a browser shows it.
    pub product: String,
}

/// An answer that passed its checks; whether the product is there, and for whom, is not known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnswer {
    pub kind: AnswerKind,
    pub text: String,
    /// `domain.product`
    pub product: Option<String>,
}

impl NewAnswer {
    /// Checks a form. Codes: `kind_missing`, `kind_unknown`, `text_missing`, `text_too_long`, `text_not_storable`,
    /// `product_not_an_address`.
    pub fn check(form: &AnswerForm) -> Result<Self, Violations> {
        let mut found = Violations::new();
        let kind = form.kind.trim().parse::<AnswerKind>().ok();
        if form.kind.trim().is_empty() {
            found.push(Violation::new("kind", "kind_missing", "Choose whether the data exists."));
        } else if kind.is_none() {
            found.push(Violation::new("kind", "kind_unknown", "Choose an answer from the list."));
        }
        let text = text("text", "text_missing", "Say where it is, when it will come, or why it will not.", &form.text, &mut found);
        let product = match product_address(&form.product) {
            Ok(address) => address,
            Err(fault) => {
                found.push(fault);
                None
            }
        };
        match (found.is_empty(), kind) {
            (true, Some(kind)) => Ok(Self { kind, text, product }),
            _ => Err(found),
        }
    }
}

/// The address in what was typed, which may be copied from the browser while a product's page is open.
fn product_address(typed: &str) -> Result<Option<String>, Violation> {
    let typed = typed.trim();
    let own = typed.split_once("/products/").map_or(typed, |(_, rest)| rest);
    let own = own.split(['/', '?', '#']).next().unwrap_or_default();
    if typed.is_empty() {
        return Ok(None);
    }
    match own.parse::<Urn>() {
        Ok(urn) => Ok(Some(urn.product_address())),
        Err(_) => {
            Err(Violation::new("product", "product_not_an_address", "Enter a product's address such as ssot-a.busroutes-dp, or leave it empty."))
        }
    }
}

fn text(field: &'static str, code: &'static str, missing: &str, typed: &str, found: &mut Violations) -> String {
    let value = typed.trim();
    if value.is_empty() {
        found.push(Violation::new(field, code, missing));
    } else if value.chars().count() > LONGEST_TEXT {
        found.push(Violation::new(field, "text_too_long", format!("Use at most {LONGEST_TEXT} characters.")));
    } else if value.contains('\0') {
        found.push(not_storable(field));
    }
    value.to_owned()
}

fn not_storable(field: &'static str) -> Violation {
    Violation::new(field, "text_not_storable", "Remove the characters that cannot be shown.")
}

#[cfg(test)]
mod tests;
