//! How well columns are judged that the sample generates by lists of its own. The figures are in `docs/benchmarks.md`; this holds
//! them at what the project set itself.

use detect::{Column, Detectors, Tally};

/// A seed that no figure was read from while the detectors were written.
const SEED: u64 = 20_261;

#[test]
fn generated_columns_are_judged_well_enough() {
    let detectors = Detectors::default();
    let (mut all, mut hard) = (Tally::default(), Tally::default());
    for column in sample::labelled::columns(SEED) {
        let values: Vec<Option<&str>> = column.values.iter().map(Option::as_deref).collect();
        let proposal = detectors.column(&Column::new(&column.table, &column.name, &values));
        all.add(column.category.is_personal(), proposal.pii);
        if column.hard {
            hard.add(column.category.is_personal(), proposal.pii);
        }
    }
    assert!(all.f2() >= 0.95 && all.precision() >= 0.97, "{all:?}");
    assert!(hard.f2() >= 0.85, "{hard:?}");
}
