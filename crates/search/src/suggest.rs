//! What could be meant while it is being typed: products by their titles, terms and organisations.

use crate::hits::Asking;
use crate::need::Need;
use crate::postgres;
use crate::query::Other;
use crate::score::Scorer;
use crate::searcher::Searcher;
use crate::sight::Sight;
use crate::understand::{Group, understand};
use crate::vocabulary::Vocabulary;
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use sqlx::PgConnection;
use store::Result;
use uuid::Uuid;

/// Products suggested at once.
const MOST: usize = 7;
/// Products that are compared for it.
const COMPARED: usize = 40;
/// From so many products with the words on, not all of them can be compared.
const MANY: u32 = 400;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionKind {
    Product,
    Term,
    Organisation,
}

impl SuggestionKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Term => "term",
            Self::Organisation => "organisation",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub kind: SuggestionKind,
    pub title: String,
    /// What tells it from others of the same title.
    pub note: String,
    /// The page that shows it.
    pub path: String,
}

impl Searcher {
    /// Best first, products before the rest.
    pub async fn suggest(&self, conn: &mut PgConnection, reader: PersonId, typed: &str, now: DateTime<Utc>) -> Result<Vec<Suggestion>> {
        let snapshot = self.ready(conn).await?;
        let mut groups = understand(typed, &snapshot.vocabulary, &snapshot.synonyms, true);
        if groups.is_empty() {
            return Ok(vec![]);
        }
        let asking = Asking::of(conn, reader, &snapshot, None, now).await?;
        let mut ids = self.titled(conn, &groups, &asking.sight, &snapshot.vocabulary).await?;
        if ids.is_empty() {
            groups = understand(typed, &snapshot.vocabulary, &snapshot.synonyms, false);
            ids = self.titled(conn, &groups, &asking.sight, &snapshot.vocabulary).await?;
        }
        let rows = sqlx::query!(
            r#"SELECT v.id AS "id!", v.title AS "title!", v.address AS "address!", a.title AS agency, a.abbreviation, s.fields, s.title_key, s.rank
               FROM visible_product($1, $2) v JOIN search_document s ON s.product_id = v.id
               JOIN data_domain d ON d.id = v.domain_id JOIN agency a ON a.id = d.agency_id WHERE v.id = ANY($3)"#,
            reader.0,
            now,
            &ids
        )
        .fetch_all(conn)
        .await?;
        let scorer = Scorer::new(&groups, asking.weights);
        let mut products: Vec<(f32, Uuid, Suggestion)> = rows
            .into_iter()
            .map(|row| {
                let score = scorer.score(&row.fields, &row.title_key, crate::score::Standing::default()).total + row.rank / 100.0;
                let note = row.abbreviation.unwrap_or(row.agency);
                (score, row.id, Suggestion { kind: SuggestionKind::Product, title: row.title, note, path: format!("/products/{}", row.address) })
            })
            .collect();
        products.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let others = snapshot.named.find(&groups).into_iter().map(other);
        Ok(products.into_iter().take(MOST).map(|(.., suggestion)| suggestion).chain(others).collect())
    }

    async fn titled(&self, conn: &mut PgConnection, groups: &[Group], sight: &Sight, vocabulary: &Vocabulary) -> Result<Vec<Uuid>> {
        let need = Need::every(groups);
        if let Some(ids) = self.titled_elsewhere(&need, sight, COMPARED).await {
            return Ok(ids);
        }
        let with =
            |group: &Group| group.alternatives.iter().filter_map(|way| way.lexemes.iter().map(|lexeme| vocabulary.products_with(lexeme)).min()).sum();
        let many = groups.iter().map(with).min().is_some_and(|least: u32| least > MANY);
        postgres::titled(conn, &need, sight, many, i64::try_from(COMPARED).unwrap_or(i64::MAX)).await
    }
}

fn other(other: Other) -> Suggestion {
    match other {
        Other::Term { slug, name, .. } => {
            Suggestion { kind: SuggestionKind::Term, title: name, note: "Glossary".into(), path: format!("/glossary/{slug}") }
        }
        Other::Organisation { kind, slug, title, abbreviation } => Suggestion {
            kind: SuggestionKind::Organisation,
            title,
            note: abbreviation.unwrap_or_else(|| kind.title().to_owned()),
            path: format!("/products?{}={slug}", kind.name()),
        },
    }
}
