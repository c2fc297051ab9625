//! A draft as it is typed: from a template with its parameters, or in Rego with tests beside it. Nothing is saved that cannot be run.

use crate::http::error::HttpError;
use crate::standards::Rules;
use crate::state::AppState;
use chrono::NaiveDate;
use domain::organisation::Scope;
use domain::standard::{said, slug};
use domain::{Violation, Violations, calendar};
use rules::{Case, Conflict, Kind, Severity, Source, Standard, Status, Template, cases, conflicts_while};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use store::organisation;
use store::standard::{Filter, Version, versions};

/// Every field as the browser sends it, with all its values.
pub type Typed = BTreeMap<String, Vec<String>>;

/// How parameters of a template begin, so that none is taken for a field of the standard.
pub const PARAMETER: &str = "p-";

pub fn first<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.get(name).and_then(|values| values.first()).map_or("", String::as_str)
}

/// The parameters of the template's own form.
pub fn parameters(typed: &Typed) -> Typed {
    let own = typed.iter().filter_map(|(name, values)| Some((name.strip_prefix(PARAMETER)?.to_owned(), values.clone())));
    own.filter(|(_, values)| values.iter().any(|value| !value.trim().is_empty())).collect()
}

/// A draft that can be saved, and where it holds.
pub type Checked = (Scope, Standard);

/// Why a draft is not saved: faults of its fields, and wider standards than which it says something looser.
#[derive(Debug, Default)]
pub struct Refused {
    pub wrong: Violations,
    pub conflicts: Vec<Conflict>,
}

impl From<Violation> for Refused {
    fn from(fault: Violation) -> Self {
        Self { wrong: vec![fault], conflicts: vec![] }
    }
}

/// Checks a form. `known` is the standard that it is another version of: its slug and place stay. What is read of the record is read first:
/// rules are run with no connection in hand.
pub async fn check(state: &AppState, typed: &Typed, known: Option<&Version>) -> Result<Result<Checked, Refused>, HttpError> {
    let mut wrong: Violations = vec![];
    let title = said("title", first(typed, "title"), "Enter a title, such as what people will call it.").unwrap_or_else(|fault| {
        wrong.push(fault);
        String::new()
    });
    let text = said("text", first(typed, "text"), "Write what people read: what is asked, and why.").unwrap_or_else(|fault| {
        wrong.push(fault);
        String::new()
    });
    let (owner, contact) = (first(typed, "owner").trim().to_owned(), first(typed, "contact").trim().to_owned());
    if owner.is_empty() || owner.chars().count() > 200 {
        wrong.push(Violation::new("owner", "owner_missing", "Say who answers for it, such as the office or the trusted centre."));
    }
    if !contact.contains('@') || contact.chars().count() > 200 {
        wrong.push(Violation::new("contact", "contact_missing", "Enter a mailbox to write to."));
    }
    let kind = first(typed, "kind").parse::<Kind>().map_err(|_| wrong.push(Violation::new("kind", "kind_missing", "Choose what it is about."))).ok();
    let severity = first(typed, "severity")
        .parse::<Severity>()
        .map_err(|_| wrong.push(Violation::new("severity", "severity_missing", "Choose what follows when it is not met.")))
        .ok();
    let grace = match first(typed, "grace").trim() {
        "" => Ok(0),
        days => days.parse::<u32>().ok().filter(|days| *days <= 3660).ok_or(()),
    };
    if grace.is_err() {
        wrong.push(Violation::new("grace", "grace_wrong", "Enter a whole number of days, 0 to 3660."));
    }
    let mut conn = state.pool.acquire().await?;
    let place = match known {
        Some(version) => Some(version.place),
        None => organisation::scopes(&mut conn, &scope_words(first(typed, "scope"))).await?,
    };
    let others = versions(&mut conn, &Filter::default()).await?;
    drop(conn);
    if place.is_none() {
        wrong.push(Violation::new("scope", "scope_missing", "Choose where it holds, among the places whose standards you keep."));
    }
    let id = known.map_or_else(|| slug(&title), |version| version.standard.id.clone());
    if !title.is_empty() && (id.is_empty() || RESERVED.contains(&id.as_str())) {
        wrong.push(Violation::new("title", "title_wrong", "Choose another title, with letters in it."));
    }
    let source = source(typed).await.map_err(|faults| wrong.extend(faults)).ok();
    let cases = tests(typed).map_err(|fault| wrong.push(fault)).ok();
    let scope_text = known.map_or_else(|| first(typed, "scope").to_owned(), |version| version.standard.scope.to_string());
    let (Some(kind), Some(severity), Some(place), Some(source), Some(cases), Ok(scope), Ok(grace_days)) =
        (kind, severity, place, source, cases, scope_text.parse::<rules::Scope>(), grace)
    else {
        return Ok(Err(Refused { wrong, conflicts: vec![] }));
    };
    let references = first(typed, "references").lines().map(|line| line.trim().chars().take(200).collect::<String>()).filter(|line| !line.is_empty());
    let standard = Standard {
        id,
        version: 1,
        title,
        kind,
        scope,
        severity,
        status: Status::Draft,
        owner,
        contact,
        references: references.take(20).collect(),
        text,
        source,
        tightens: Some(first(typed, "tightens").trim().to_owned()).filter(|slug| !slug.is_empty()),
        effective_from: None,
        effective_until: None,
        grace_days,
        cases,
    };
    let conflicts = loosens(&standard, others, calendar::day(state.now())).await?;
    wrong.extend(conflicts.iter().map(looser));
    wrong.extend(failing("cases", ran(standard.source.clone(), standard.cases.clone()).await));
    Ok(if wrong.is_empty() { Ok((place, standard)) } else { Err(Refused { wrong, conflicts }) })
}

/// Addresses that lead elsewhere.
const RESERVED: [&str; 6] = ["new", "waivers", "shared", "calendar", "check", "guide"];

/// A scope as the record reads it: a domain by its own slug.
fn scope_words(typed: &str) -> String {
    match typed.parse::<rules::Scope>() {
        Ok(rules::Scope::Domain { domain, .. }) => format!("domain:{domain}"),
        Ok(scope) => scope.to_string(),
        Err(_) => String::new(),
    }
}

/// The rule as it was typed.
pub async fn source(typed: &Typed) -> Result<Source, Violations> {
    let template = first(typed, "template");
    if !template.is_empty() {
        let read = Template::read(template, &parameters(typed));
        let read = read.ok_or_else(|| vec![Violation::new("template", "template_unknown", "Choose a template from the list.")])?;
        return read.map(Source::Template);
    }
    let rego = first(typed, "rego").replace("\r\n", "\n");
    if rego.trim().is_empty() {
        return Err(vec![Violation::new("rego", "rule_missing", "Write the rule, or begin from a template.")]);
    }
    let fault = |why: String| Violation::new("rego", "rule_wrong", why);
    let compiling = rego.clone();
    match tokio::task::spawn_blocking(move || rules::Rule::compile(&compiling).map(|_| ())).await {
        Ok(Ok(())) => Ok(Source::Rego(rego)),
        Ok(Err(faults)) => Err(faults.iter().map(|one| fault(one.to_string())).collect()),
        Err(error) => Err(vec![fault(format!("The rule could not be read: {error}"))]),
    }
}

/// Tests beside the rule.
pub fn tests(typed: &Typed) -> Result<Vec<Case>, Violation> {
    let cases = cases::read(&first(typed, "cases").replace("\r\n", "\n"))
        .map_err(|why| Violation::new("cases", "tests_wrong", format!("The tests cannot be read: {why}")))?;
    // The record takes no such letter, whichever way it was written.
    if serde_json::to_string(&cases).is_ok_and(|text| text.contains("\\u0000")) {
        return Err(Violation::new("cases", "tests_wrong", "The tests cannot be read: they have a letter that is none."));
    }
    if cases.len() > MOST_TESTS {
        return Err(Violation::new("cases", "tests_many", format!("Write at most {MOST_TESTS} tests.")));
    }
    Ok(cases)
}

/// Where it says something looser than a wider standard that acts or will: the engine compares, and a product shows it. Off the threads that
/// answer requests, and no longer than [`COMPARING`].
async fn loosens(standard: &Standard, all: Vec<Version>, today: NaiveDate) -> Result<Vec<Conflict>, HttpError> {
    let others: Vec<Standard> = all.into_iter().filter(|version| acts_or_will(version, today)).map(|version| version.standard).collect();
    let standard = standard.clone();
    let compared = tokio::task::spawn_blocking(move || {
        let begun = Instant::now();
        conflicts_while(&standard, &others, &|| begun.elapsed() < COMPARING)
    });
    compared.await.map_err(|error| HttpError::Internal(error.into()))
}

/// The same of a version that was saved before: wider ones may have been published since.
pub async fn loosening(field: &'static str, state: &AppState, version: &Version) -> Result<Violations, HttpError> {
    let others = versions(&mut *state.pool.acquire().await?, &Filter::default()).await?;
    let conflicts = loosens(&version.standard, others, calendar::day(state.now())).await?;
    Ok(conflicts.iter().map(|conflict| Violation { field, ..looser(conflict) }).collect())
}

/// Whether a version is published and not over: people rely on what it says.
pub fn acts_or_will(version: &Version, today: NaiveDate) -> bool {
    version.standard.status.may_act() && version.standard.effective_until.is_none_or(|until| until > today)
}

/// A conflict as a fault of the form, with what the wider standard says of the product that shows it.
fn looser(conflict: &Conflict) -> Violation {
    let shown = conflict.example.as_ref().map(|example| {
        let said: Vec<String> = example.violations.iter().take(SAID).map(|one| format!("{} ({})", one.message, one.code)).collect();
        let product = &example.input.product;
        let personal = if product.personal { " with personal data" } else { "" };
        format!(
            " For example, it lets through a {} product{personal}, of which the wider one says: {}.",
            product.classification.label(),
            said.join("; ")
        )
    });
    let message = format!(
        "A narrower standard tightens, never loosens. Against “{}” version {}: {}.{}",
        conflict.title,
        conflict.version,
        conflict.message,
        shown.unwrap_or_default()
    );
    Violation::new(if conflict.field.is_some() { "template" } else { "rego" }, "loosens", message)
}

/// Violations that are told with a conflict.
const SAID: usize = 3;
/// The longest that two rules are compared.
pub(super) const COMPARING: Duration = Duration::from_secs(10);

/// Tests as their field has them.
pub fn as_typed(cases: &[Case]) -> String {
    serde_json::to_string_pretty(cases).unwrap_or_default()
}

/// What the form shows of a version again.
pub fn filled(version: &Version) -> Typed {
    let standard = &version.standard;
    let one = |text: &str| vec![text.to_owned()];
    let mut typed = Typed::from([
        ("title".to_owned(), one(&standard.title)),
        ("text".to_owned(), one(&standard.text)),
        ("owner".to_owned(), one(&standard.owner)),
        ("contact".to_owned(), one(&standard.contact)),
        ("kind".to_owned(), one(standard.kind.as_str())),
        ("severity".to_owned(), one(standard.severity.as_str())),
        ("scope".to_owned(), one(&standard.scope.to_string())),
        ("grace".to_owned(), one(&standard.grace_days.to_string())),
        ("references".to_owned(), one(&standard.references.join("\n"))),
        ("tightens".to_owned(), one(standard.tightens.as_deref().unwrap_or_default())),
    ]);
    if !standard.cases.is_empty() {
        typed.insert("cases".to_owned(), one(&as_typed(&standard.cases)));
    }
    match &standard.source {
        Source::Template(template) => {
            typed.insert("template".to_owned(), one(template.id()));
            typed.extend(template.form().into_iter().map(|(name, values)| (format!("{PARAMETER}{name}"), values)));
        }
        Source::Rego(rego) => {
            typed.insert("rego".to_owned(), one(rego));
        }
    }
    typed
}

/// Tests beside one rule, at most.
const MOST_TESTS: usize = 50;
/// The longest that all tests beside one rule take together. One that is running is bounded by itself.
const TESTING: Duration = Duration::from_secs(10);

/// The name of a test, and what came instead of what was expected; none when it passed.
pub type Went = (String, Option<String>);

/// How the tests beside a rule went, where they hold up nothing else.
pub async fn ran(source: Source, cases: Vec<Case>) -> Vec<Went> {
    if cases.is_empty() {
        return vec![];
    }
    let stopped = |error: tokio::task::JoinError| vec![("all of them".to_owned(), Some(format!("they could not be run: {error}")))];
    tokio::task::spawn_blocking(move || run(&source, &cases)).await.unwrap_or_else(stopped)
}

/// Tests that did not pass, as faults of a field: a standard that does something else than its own tests say is not relied on.
pub fn failing(field: &'static str, went: Vec<Went>) -> Violations {
    let fault = |(name, wrong): Went| {
        let message = format!("Test “{name}” fails: {}. Change the rule or the test.", wrong?);
        Some(Violation::new(field, "test_fails", message))
    };
    went.into_iter().filter_map(fault).collect()
}

fn run(source: &Source, cases: &[Case]) -> Vec<Went> {
    let rule = match rules::Rule::compile(&source.rego()) {
        Ok(rule) => rule,
        Err(faults) => return vec![("all of them".to_owned(), faults.first().map(|fault| format!("the rule cannot be run: {fault}")))],
    };
    let begun = Instant::now();
    let went = |case: &Case| match case.run(&rule) {
        rules::Outcome::Passed => None,
        rules::Outcome::Unreadable(why) => Some(format!("what is given is no product: {why}")),
        rules::Outcome::Failed { expected, got } => {
            let list = |codes: &[String]| if codes.is_empty() { "nothing".to_owned() } else { codes.join(", ") };
            Some(format!("expected {}, found {}", list(&expected), got.map_or_else(|why| why, |codes| list(&codes))))
        }
    };
    let late = || format!("it was not run: those before it took {} seconds, which is all that there are", TESTING.as_secs());
    let each = |case: &Case| (case.name.clone(), if begun.elapsed() < TESTING { went(case) } else { Some(late()) });
    cases.iter().take(MOST_TESTS).map(each).collect()
}

impl Rules {
    /// What a draft would say of one product, in words.
    pub fn said_of(source: &Source, input: &rules::Input) -> Result<rules::Verdict, String> {
        let rule = rules::Rule::compile(&source.rego()).map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
        Ok(rule.evaluate(&input.facts().map_err(|error| error.to_string())?))
    }
}
