//! What every search needs and few changes touch: vocabulary, synonyms, names of filter values, weights. Read from the
//! record when it has changed, and shared by all searches until then.

use crate::facet::FacetValues;
use crate::named::Named;
use crate::postgres::{self, Whole};
use crate::score::Weights;
use crate::understand::Synonyms;
use crate::vocabulary::Vocabulary;
use crate::weights;
use sqlx::PgConnection;
use store::Result;

#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    pub vocabulary: Vocabulary,
    pub synonyms: Synonyms,
    pub values: FacetValues,
    pub weights: Weights,
    /// Counts of everything that is listed.
    pub whole: Whole,
    pub named: Named,
    mark: String,
}

impl Snapshot {
    pub(crate) const fn is_read(&self) -> bool {
        !self.mark.is_empty()
    }

    /// None when nothing has changed since `known`.
    pub(crate) async fn newer(conn: &mut PgConnection, known: &Self) -> Result<Option<Self>> {
        let mark = sqlx::query_scalar!(
            r#"SELECT concat_ws('/', (SELECT max(version) FROM search_document), (SELECT max(changed_at) FROM search_synonym),
                   (SELECT count(*) FROM search_synonym), (SELECT max(changed_at) FROM search_weight), (SELECT count(*) FROM search_weight),
                   (SELECT max(changed_at) FROM glossary_term), (SELECT count(*) FROM glossary_term),
                   (SELECT max(xmin::text::bigint) FROM agency), (SELECT count(*) FROM agency), (SELECT count(*) FROM sector)) AS "mark!""#
        )
        .fetch_one(&mut *conn)
        .await?;
        if mark == known.mark {
            return Ok(None);
        }
        let words = sqlx::query!("SELECT word, products FROM search_word").fetch_all(&mut *conn).await?;
        let whole = postgres::whole(&mut *conn).await?;
        let named = Named::read(&mut *conn).await?;
        let synonyms = sqlx::query_scalar!("SELECT words FROM search_synonym ORDER BY id").fetch_all(&mut *conn).await?;
        let values = sqlx::query!("SELECT code, value, label FROM search_facet_value").fetch_all(&mut *conn).await?;
        let weights = weights::in_force(conn).await?;
        Ok(Some(Self {
            vocabulary: Vocabulary::new(
                words.into_iter().map(|row| (row.word, row.products.unsigned_abs())).collect(),
                u32::try_from(whole.total).unwrap_or(u32::MAX),
            ),
            synonyms: Synonyms::new(&synonyms),
            values: FacetValues::new(values.into_iter().map(|row| (row.code, row.value, row.label))),
            weights,
            whole,
            named,
            mark,
        }))
    }
}
