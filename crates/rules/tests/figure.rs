//! The rule and the product that the figure for one evaluation is taken with: 24 columns, six violations.

use domain::catalogue::PersonalCategory;
use rules::{Input, Rule, Verdict};

const RULE: &str = include_str!("../examples/figures.rego");

fn input() -> Input {
    let mut input = Input::example();
    let column = input.datasets[1].columns[0].clone();
    input.datasets.truncate(1);
    input.datasets[0].columns = (0..24)
        .map(|at| {
            let mut column = column.clone();
            column.name = format!("column_{at}");
            column.personal = if at % 2 == 0 { PersonalCategory::Direct } else { PersonalCategory::None };
            column.technique = if at % 4 == 0 { None } else { Some("pseudonym".into()) };
            column
        })
        .collect();
    input
}

#[test]
fn six_columns_are_found() {
    let rule = Rule::compile(RULE).unwrap();
    let facts = input().facts().unwrap();
    let verdict = rule.evaluate(&facts);
    let Verdict::Violated(found) = &verdict else { panic!("{verdict:?}") };
    assert_eq!(found.len(), 6);
    assert_eq!(found[0].field, "datasets.routes_dataset.columns.column_0");
    let mut machine = rule.machine(rules::Limits::default());
    for _ in 0..3 {
        assert_eq!(machine.evaluate(&facts), verdict);
    }
}
