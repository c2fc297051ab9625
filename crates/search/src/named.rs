//! Glossary terms and organisations, which words can name as well as products. Public to everyone who is signed in.

use crate::facet::FacetKind;
use crate::query::Other;
use crate::text::lexemes;
use crate::understand::{Alternative, Group, Reason};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashMap};
use store::Result;

/// Shown at once.
const MOST: usize = 4;

/// By their stems.
#[derive(Debug, Default)]
pub(crate) struct Named {
    all: Vec<(BTreeSet<String>, Other)>,
    /// What terms are called, by the columns that carry them.
    of_columns: HashMap<String, String>,
}

/// What is only called so elsewhere, or could become so with more letters, would name too much.
fn named_by(way: &Alternative) -> bool {
    match way.reason {
        Reason::AsTyped | Reason::Corrected => true,
        Reason::Completed => way.quality > 0.8,
        Reason::Synonym => false,
    }
}

impl Named {
    pub(crate) async fn read(conn: &mut PgConnection) -> Result<Self> {
        let mut all = vec![];
        let organisations = sqlx::query!(
            r#"SELECT 'agency' AS "kind!", slug AS "slug!", title AS "title!", abbreviation FROM agency
               UNION ALL SELECT 'sector', slug, title, NULL FROM sector ORDER BY 3"#
        )
        .fetch_all(&mut *conn)
        .await?;
        for row in organisations {
            let names = format!("{} {}", row.title, row.abbreviation.as_deref().unwrap_or_default());
            let kind = if row.kind == "agency" { FacetKind::Agency } else { FacetKind::Sector };
            let other = Other::Organisation { kind, slug: row.slug, title: row.title, abbreviation: row.abbreviation };
            all.push((lexemes(&names).into_iter().collect(), other));
        }
        let terms =
            sqlx::query!("SELECT slug, name, definition, also_called, column_names FROM glossary_term WHERE retired_at IS NULL ORDER BY name")
                .fetch_all(conn)
                .await?;
        let mut of_columns: HashMap<String, String> = HashMap::new();
        for row in terms {
            let names = format!("{} {}", row.name, row.also_called.join(" "));
            for column in row.column_names {
                let known = of_columns.entry(column).or_default();
                known.push(' ');
                known.push_str(&names);
            }
            all.push((lexemes(&names).into_iter().collect(), Other::Term { slug: row.slug, name: row.name, definition: row.definition }));
        }
        Ok(Self { all, of_columns })
    }

    /// Names of the terms that a column carries, one after another.
    pub(crate) fn of_column(&self, column: &str) -> Option<&str> {
        self.of_columns.get(&column.to_lowercase()).map(String::as_str)
    }

    /// Those whose names have every word, shortest first.
    pub(crate) fn find(&self, groups: &[Group]) -> Vec<Other> {
        if groups.is_empty() {
            return vec![];
        }
        let has = |names: &BTreeSet<String>, group: &Group| {
            group.alternatives.iter().filter(|way| named_by(way)).any(|way| way.lexemes.iter().all(|lexeme| names.contains(lexeme)))
        };
        let mut found: Vec<&(BTreeSet<String>, Other)> = self.all.iter().filter(|(names, _)| groups.iter().all(|group| has(names, group))).collect();
        found.sort_by_key(|(names, _)| names.len());
        found.into_iter().take(MOST).map(|(_, other)| other.clone()).collect()
    }
}
