//! The plan of an audit: what is looked at, on which days in Singapore, and who is told.

use super::Criterion;
use crate::id::{DomainId, ProductId};
use crate::problem::IllegalMove;
use crate::{Violation, Violations, text_enum};
use chrono::{Months, NaiveDate};

text_enum! {
    /// How often an audit is taken.
    Rhythm, "rhythm of an audit" {
        Once = "once", "Once";
        Month = "month", "Each month";
        Quarter = "quarter", "Each quarter";
    }
}

/// Audits of one plan at most: four hundred years of months.
const LONGEST: u32 = 4_800;

impl Rhythm {
    /// The first day after `after` on which an audit is due. Each keeps the first one's day of the month, as far as the month has it: what begins
    /// on the 31st is due on the last day of February, and on the 31st of March.
    pub fn next(self, first: NaiveDate, after: NaiveDate) -> Option<NaiveDate> {
        let months = match self {
            Self::Once => return (first > after).then_some(first),
            Self::Month => 1,
            Self::Quarter => 3,
        };
        (0..LONGEST).map_while(|nth| first.checked_add_months(Months::new(nth * months))).find(|day| *day > after)
    }
}

text_enum! {
    /// What of its sector a plan is about.
    PlanScope, "scope of an audit" {
        Sector = "sector", "The whole sector";
        Domain = "domain", "One domain";
        Products = "products", "Products that I choose";
    }
}

text_enum! {
    PlanState, "state of a plan" {
        Active = "active", "Planned";
        Paused = "paused", "Paused";
        Ended = "ended", "Ended";
    }
}

impl PlanState {
    /// The next state, or which move was illegal.
    pub fn to(self, next: Self) -> Result<Self, IllegalMove> {
        use PlanState::{Active, Ended, Paused};
        let legal = matches!((self, next), (Active, Paused | Ended) | (Paused, Active | Ended));
        if legal { Ok(next) } else { Err(IllegalMove { from: self.label(), to: next.label() }) }
    }
}

text_enum! {
    /// Who is told beside the owners of the products.
    Hearer, "hearer of an audit" {
        Team = "team", "Stewards, product owners and developers of the products";
        Holders = "holders", "Whoever holds an agreement on one of the products";
        Curators = "curators", "The sector’s curators";
        Office = "office", "GDO administrators";
    }
}

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanForm {
    pub name: String,
    pub scope: String,
    pub domain: String,
    pub products: Vec<String>,
    pub criteria: Vec<String>,
    pub rhythm: String,
    pub first_on: String,
    pub announce_days: String,
    pub mend_days: String,
    pub told: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    pub name: String,
    pub scope: PlanScope,
    /// Where the scope is a domain.
    pub domain: Option<DomainId>,
    /// Where they were chosen.
    pub products: Vec<ProductId>,
    pub criteria: Vec<Criterion>,
    pub rhythm: Rhythm,
    pub first_on: NaiveDate,
    /// Days before an audit on which it is announced; 0 is not at all.
    pub announce_days: i32,
    /// Days to mend what falls short.
    pub mend_days: i32,
    pub told: Vec<Hearer>,
}

/// Checks what was typed. `domains` and `products` are those that may be chosen; `earliest` is the first day that may be.
pub fn check_plan(form: &PlanForm, domains: &[DomainId], products: &[ProductId], earliest: NaiveDate) -> Result<NewPlan, Violations> {
    let mut wrong = vec![];
    let name = form.name.trim().replace('\0', "");
    if !(3..=120).contains(&name.chars().count()) {
        wrong.push(Violation::new("name", "name_missing", "Give it a name of 3 to 120 characters."));
    }
    let scope = form.scope.parse::<PlanScope>().ok();
    if scope.is_none() {
        wrong.push(Violation::new("scope", "scope_unknown", "Choose what is looked at."));
    }
    let domain = form.domain.parse::<DomainId>().ok().filter(|id| scope == Some(PlanScope::Domain) && domains.contains(id));
    if scope == Some(PlanScope::Domain) && domain.is_none() {
        wrong.push(Violation::new("domain", "domain_unknown", "Choose a domain of the sector."));
    }
    let mut chosen: Vec<ProductId> = form.products.iter().filter_map(|id| id.parse().ok()).filter(|id| products.contains(id)).collect();
    chosen.sort_unstable();
    chosen.dedup();
    if scope != Some(PlanScope::Products) {
        chosen.clear();
    } else if chosen.is_empty() {
        wrong.push(Violation::new("products", "products_missing", "Choose at least one product of the sector."));
    }
    let criteria: Vec<Criterion> = Criterion::ALL.iter().copied().filter(|one| form.criteria.iter().any(|word| word == one.as_str())).collect();
    if criteria.is_empty() {
        wrong.push(Violation::new("criteria", "criteria_missing", "Choose at least one thing that counts."));
    }
    let rhythm = form.rhythm.parse::<Rhythm>().ok();
    if rhythm.is_none() {
        wrong.push(Violation::new("rhythm", "rhythm_unknown", "Choose how often."));
    }
    let first_on = form.first_on.trim().parse::<NaiveDate>().ok().filter(|day| *day >= earliest);
    if first_on.is_none() {
        wrong.push(Violation::new("first_on", "day_wrong", "Choose a day that is not over."));
    }
    let days = |text: &str, from: i32, to: i32| text.trim().parse::<i32>().ok().filter(|days| (from..=to).contains(days));
    let (announce_days, mend_days) = (days(&form.announce_days, 0, 60), days(&form.mend_days, 1, 366));
    if announce_days.is_none() {
        wrong.push(Violation::new("announce_days", "days_wrong", "Enter a number of days from 0 to 60."));
    }
    if mend_days.is_none() {
        wrong.push(Violation::new("mend_days", "days_wrong", "Enter a number of days from 1 to 366."));
    }
    let told = Hearer::ALL.iter().copied().filter(|one| form.told.iter().any(|word| word == one.as_str())).collect();
    match (scope, rhythm, first_on, announce_days, mend_days, wrong.is_empty()) {
        (Some(scope), Some(rhythm), Some(first_on), Some(announce_days), Some(mend_days), true) => {
            Ok(NewPlan { name, scope, domain, products: chosen, criteria, rhythm, first_on, announce_days, mend_days, told })
        }
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn audits_keep_the_day_of_the_month_as_far_as_it_has_it() {
        let first = day("2026-10-31");
        let days: Vec<NaiveDate> =
            std::iter::successors(Rhythm::Month.next(first, day("2026-10-01")), |last| Rhythm::Month.next(first, *last)).take(6).collect();
        assert_eq!(days, ["2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"].map(day));
        assert_eq!(Rhythm::Quarter.next(first, first), Some(day("2027-01-31")));
        assert_eq!(Rhythm::Quarter.next(first, day("2030-11-05")), Some(day("2031-01-31")), "what was missed is not made up for");
        assert_eq!((Rhythm::Once.next(first, day("2026-10-30")), Rhythm::Once.next(first, first)), (Some(first), None));
    }

    #[test]
    fn a_plan_is_paused_resumed_and_ended_once() {
        use PlanState::{Active, Ended, Paused};
        let legal = [(Active, Paused), (Active, Ended), (Paused, Active), (Paused, Ended)];
        for from in PlanState::ALL {
            for to in PlanState::ALL {
                assert_eq!(from.to(*to).is_ok(), legal.contains(&(*from, *to)), "{from} to {to}");
            }
        }
    }

    #[test]
    fn a_plan_that_was_typed_is_checked() {
        let (domain, product) = (DomainId(Uuid::from_u128(1)), ProductId(Uuid::from_u128(2)));
        let form = PlanForm {
            name: "Checks of the quarter".into(),
            scope: "products".into(),
            domain: domain.to_string(),
            products: vec![product.to_string(), product.to_string(), Uuid::from_u128(3).to_string()],
            criteria: vec!["schema".into(), "all".into()],
            rhythm: "quarter".into(),
            first_on: "2026-12-01".into(),
            announce_days: "7".into(),
            mend_days: "30".into(),
            told: vec!["curators".into()],
        };
        let check = |form: &PlanForm| check_plan(form, &[domain], &[product], day("2026-11-23"));
        let plan = check(&form).unwrap();
        assert_eq!((plan.domain, plan.products, plan.criteria), (None, vec![product], vec![Criterion::All, Criterion::Schema]));
        assert_eq!(check(&PlanForm { scope: "domain".into(), ..form.clone() }).unwrap().domain, Some(domain));
        assert_eq!(check(&PlanForm { first_on: "2026-11-22".into(), ..form }).unwrap_err()[0].code, "day_wrong");
        let fields: Vec<&str> = check(&PlanForm::default()).unwrap_err().iter().map(|one| one.field).collect();
        assert_eq!(fields, ["name", "scope", "criteria", "rhythm", "first_on", "announce_days", "mend_days"]);
    }
}
