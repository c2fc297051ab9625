//! `.sqlx` must be what the compiler would write today: otherwise a build without a database checks old queries.

use crate::context::Context;
use crate::prepare::{self, Descriptions};
use crate::psql::Psql;
use anyhow::Result;

pub fn check(context: &Context, admin: &Psql) -> Result<Vec<String>> {
    let made = prepare::describe(context, admin)?;
    let kept = prepare::read(&context.root.join(".sqlx"))?;
    Ok(differences(&made, &kept))
}

fn differences(made: &Descriptions, kept: &Descriptions) -> Vec<String> {
    let missing = made.keys().filter(|name| !kept.contains_key(*name)).count();
    let stale = kept.keys().filter(|name| !made.contains_key(*name)).count();
    let changed = made.iter().filter(|(name, text)| kept.get(*name).is_some_and(|old| old != *text)).count();
    if missing + stale + changed == 0 {
        return Vec::new();
    }
    vec![format!("{missing} queries are missing, {stale} stale, {changed} changed: run `cargo xtask prepare`")]
}

#[cfg(test)]
mod tests {
    use super::differences;
    use crate::prepare::Descriptions;

    fn some(entries: &[(&str, &str)]) -> Descriptions {
        entries.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn equal_folders_differ_in_nothing_and_others_are_counted() {
        assert!(differences(&some(&[("a", "1")]), &some(&[("a", "1")])).is_empty());
        let found = differences(&some(&[("a", "1"), ("b", "2")]), &some(&[("b", "3"), ("c", "4")]));
        assert_eq!(found, ["1 queries are missing, 1 stale, 1 changed: run `cargo xtask prepare`"]);
    }
}
