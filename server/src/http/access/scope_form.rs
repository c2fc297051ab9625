//! Reads the fields by which columns and rows of datasets are chosen.

use std::collections::{BTreeMap, BTreeSet};

/// The ticked columns of each dataset whose columns the form showed, by the dataset's key: of one where nothing is ticked, none.
pub fn columns(shown: &[String], ticked: &[String]) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = shown.iter().map(|key| (key.clone(), BTreeSet::new())).collect();
    for (key, column) in ticked.iter().filter_map(|value| value.split_once('/')) {
        if let Some(columns) = all.get_mut(key) {
            columns.insert(column.to_owned());
        }
    }
    all
}

/// What was typed to narrow rows, by the dataset's key and a column.
pub fn rows(names: &[String], values: &[String]) -> BTreeMap<(String, String), String> {
    let of_column =
        |(name, value): (&String, &String)| name.split_once('/').map(|(key, column)| ((key.to_owned(), column.to_owned()), value.clone()));
    names.iter().zip(values).filter_map(of_column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dataset_without_a_tick_has_none_and_an_unknown_one_is_left_out() {
        let (shown, ticked) = (["a".to_owned(), "b".to_owned()], ["a/x".to_owned(), "a/y/z".to_owned(), "c/x".to_owned(), "x".to_owned()]);
        let all = columns(&shown, &ticked);
        assert_eq!(all["a"], ["x".to_owned(), "y/z".to_owned()].into());
        assert!(all["b"].is_empty() && all.len() == 2);
        let read = rows(&["a/x".to_owned(), "b".to_owned()], &["AM".to_owned(), "BD".to_owned()]);
        assert_eq!(read.into_iter().collect::<Vec<_>>(), [(("a".to_owned(), "x".to_owned()), "AM".to_owned())]);
    }
}
