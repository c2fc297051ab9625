//! Products in every state that rules ask about, made from a number alone: where a rule is compared with another one, it is over these.

use crate::input::{Agreement, Column, Input, Measurement, Request, ServiceLevel, Step, Upstream, rank};
use domain::catalogue::{Classification, Distribution, Onward, PersonalCategory, ProductType, Sharing};
use domain::organisation::Role;

/// How many inputs two rules are compared over.
pub const COMPARED: u64 = 512;

/// A stream of choices that follows from a number.
struct Choices(u64);

impl Choices {
    /// `SplitMix64`.
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn of<T: Clone>(&mut self, values: &[T]) -> T {
        let at = usize::try_from(self.next() % u64::try_from(values.len().max(1)).unwrap_or(1)).unwrap_or_default();
        values[at.min(values.len() - 1)].clone()
    }

    /// Two times out of three.
    const fn likely(&mut self) -> bool {
        !self.next().is_multiple_of(3)
    }

    fn some(&mut self, text: &str) -> Option<String> {
        self.likely().then(|| text.to_owned())
    }

    fn subset<T: Clone>(&mut self, values: &[T]) -> Vec<T> {
        values.iter().filter(|_| self.likely()).cloned().collect()
    }
}

const DAYS: [i64; 10] = [1, 7, 29, 30, 31, 90, 180, 365, 366, 1100];
const NAMES: [&str; 8] =
    ["nric", "blk_no", "PostalCode", "postal_code", "count", "route-no", "a_very_long_name_for_one_single_column_of_a_table", "x1"];

/// The input of a number.
pub fn input(number: u64) -> Input {
    let mut choices = Choices(number);
    let mut input = Input::example();
    product(&mut input, &mut choices);
    for dataset in &mut input.datasets {
        dataset.description = choices.some("A row for each");
        choices.of(&["routes_dataset", "Routes", "staff_dataset"]).clone_into(&mut dataset.name);
        dataset.days_since_update = choices.likely().then(|| choices.of(&DAYS));
        dataset.served_at = choices.subset(&["output-port1".to_owned()]);
        dataset.format = choices.some("CSV");
        for column in &mut dataset.columns {
            self::column(column, &mut choices);
        }
    }
    input.lineage.known = choices.likely();
    input.lineage.datasets = choices.subset(&["routes_dataset".to_owned(), "staff_dataset".to_owned()]);
    input.lineage.upstream = choices
        .subset(&["sensors.stops-dp"])
        .into_iter()
        .map(|address| {
            let classification = choices.of(Classification::ALL);
            Upstream {
                address: address.into(),
                classification,
                classification_rank: rank(classification),
                personal: choices.likely(),
                personal_told: choices.likely(),
                personal_may_come: choices.likely(),
            }
        })
        .collect();
    input.service_levels = choices
        .subset(&["quality", "completeness", "accuracy", "availability", "freshness"])
        .into_iter()
        .map(|dimension| level(dimension, &mut choices))
        .collect();
    input.people.filled = choices.subset(&[Role::Owner, Role::Steward, Role::ProductOwner]);
    input.agreement = choices.likely().then(|| Agreement {
        id: "a".into(),
        agency: "sample-health".into(),
        purpose: choices.of(&["planning", "services", "security"]).into(),
        legal_basis: choices.some("law"),
        days: choices.of(&DAYS),
        columns: vec![],
        held: choices.likely(),
    });
    input.request = choices.likely().then(|| request(&mut choices));
    settle(&mut input);
    input
}

/// What follows from the rest.
fn settle(input: &mut Input) {
    let columns = || input.datasets.iter().flat_map(|dataset| &dataset.columns);
    let (class, personal) = (columns().map(|column| column.classification).max(), columns().any(|column| column.personal.is_personal()));
    input.product.classification = class.unwrap_or(Classification::OfficialOpen);
    input.product.classification_rank = rank(input.product.classification);
    input.product.personal = personal;
}

fn product(input: &mut Input, choices: &mut Choices) {
    let product = &mut input.product;
    product.summary = choices.some("In one sentence");
    product.description = choices.some("At length");
    product.frequency = choices.some("daily");
    product.coverage = choices.some("Whole country");
    product.coverage_start = choices.some("2020-01-01");
    product.updated_on = choices.some("2026-11-19");
    product.days_since_update = choices.likely().then(|| choices.of(&DAYS));
    product.tags = choices.subset(&["bus".to_owned()]);
    product.product_type = choices.of(ProductType::ALL);
    product.privacy_policy = choices.likely();
    product.terms.sharing = choices.of(Sharing::ALL);
    product.terms.purposes = choices.subset(&["planning".to_owned(), "services".to_owned()]);
    product.terms.distribution = choices.of(Distribution::ALL);
    product.terms.onward = choices.likely().then(|| choices.of(Onward::ALL));
    product.terms.retention_days = choices.likely().then(|| choices.of(&DAYS));
    product.terms.longest_days = choices.of(&DAYS);
}

fn column(column: &mut Column, choices: &mut Choices) {
    choices.of(&NAMES).clone_into(&mut column.name);
    column.description = choices.some("What it holds");
    column.key = choices.likely();
    column.classification = choices.of(Classification::ALL);
    column.classification_rank = rank(column.classification);
    column.personal = choices.of(PersonalCategory::ALL);
    column.classified = choices.likely();
    column.term = choices.some("term");
    column.technique = choices.likely().then(|| choices.of(&["clear", "mask", "pseudonym", "suppress", "band", "date-to", "round"]).to_owned());
}

fn level(dimension: &str, choices: &mut Choices) -> ServiceLevel {
    ServiceLevel {
        dimension: dimension.to_owned(),
        objective: "As promised".into(),
        target: choices.of(&[50.0, 90.0, 95.0, 99.0, 100.0]),
        unit: choices.of(&["percent", "%", "days"]).to_owned(),
        window: "30 days".into(),
        measured: choices.likely().then(|| Measurement {
            value: choices.of(&[40.0, 90.0, 95.0, 99.9]),
            met: choices.likely(),
            budget_left: 0.5,
            days_ago: choices.of(&DAYS),
        }),
    }
}

fn request(choices: &mut Choices) -> Request {
    let classification = choices.of(Classification::ALL);
    Request {
        id: "r".into(),
        agency: "sample-health".into(),
        own_agency: choices.likely(),
        purpose: choices.of(&["planning", "services", "security"]).into(),
        legal_basis: choices.some("law"),
        explanation_words: choices.of(&[0, 5, 30]),
        days: choices.of(&DAYS),
        columns: vec![],
        classification,
        classification_rank: rank(classification),
        personal: choices.likely(),
        steps: Role::ALL.iter().filter(|_| choices.likely()).map(|role| Step { stage: 1, roles: vec![*role] }).collect(),
        team_words: choices.of(&[0, 2]),
        others_words: choices.of(&[0, 3]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_gives_the_same_input_and_another_gives_another() {
        assert_eq!(input(7), input(7));
        assert_ne!(input(7), input(8));
    }
}
