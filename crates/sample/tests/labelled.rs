//! The labelled columns are the same for the same seed, and their labels are told by more than one kind of column.

use sample::labelled::columns;
use std::collections::HashSet;

#[test]
fn a_seed_gives_the_same_columns() {
    assert_eq!(columns(7), columns(7));
    assert_ne!(columns(7), columns(8));
}

#[test]
fn both_answers_and_both_slices_are_well_represented() {
    let all = columns(1);
    let personal = all.iter().filter(|column| column.category.is_personal()).count();
    let hard = all.iter().filter(|column| column.hard).count();
    assert!(all.len() > 600 && personal * 10 > all.len() * 4 && personal * 10 < all.len() * 6, "{personal} of {}", all.len());
    assert!(hard * 10 > all.len() * 4, "{hard}");
    assert_eq!(all.iter().map(|column| &column.id).collect::<HashSet<_>>().len(), all.len());
    assert!(all.iter().all(|column| column.values.len() >= 15));
}
