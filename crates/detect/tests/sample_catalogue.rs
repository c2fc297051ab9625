//! The sample catalogue was classified by people who knew nothing of the detectors: what is proposed for it must agree with them.

use detect::{Column, Detectors, Tally};
use std::path::Path;

/// Numbers of persons that the sample leaves open, and that a proposal asks about all the same.
const ASKED: [&str; 1] = ["volunteer_no"];

#[test]
fn proposals_agree_with_how_the_sample_is_classified() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample");
    let detectors = Detectors::default();
    let mut tally = Tally::default();
    let mut others = Vec::new();
    for product in sample::read_products(&root).unwrap() {
        let address = format!("{}.{}", product.document.domain, product.document.name);
        for (dataset, described) in product.datasets.iter().zip(&product.document.datasets) {
            let rows: Vec<Vec<Option<String>>> = sample::rows(&address, dataset).take(60).collect();
            let values: Vec<Vec<Option<&str>>> = (0..described.columns.len()).map(|at| rows.iter().map(|row| row[at].as_deref()).collect()).collect();
            let columns: Vec<Column<'_>> = described
                .columns
                .iter()
                .zip(&values)
                .map(|(column, values)| Column { column_type: Some(column.column_type), ..Column::new(&dataset.name, &column.name, values) })
                .collect();
            for (column, proposal) in described.columns.iter().zip(detectors.table(&columns)) {
                if column.unclassified || ASKED.contains(&column.name.as_str()) {
                    continue;
                }
                tally.add(column.personal.is_personal(), proposal.pii);
                if column.personal.is_personal() != proposal.pii || (proposal.pii && column.personal != proposal.category) {
                    others.push(format!("{address} {}.{}: {} {:?}", dataset.name, column.name, proposal.category, proposal.evidence.first()));
                }
            }
        }
    }
    assert!(tally.columns() > 300 && tally.found > 20, "{tally:?}");
    assert!(others.is_empty(), "{tally:?}\n{}", others.join("\n"));
}
