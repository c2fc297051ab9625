//! A product's columns as whoever classifies them sees them: what they are, what is proposed, what was decided, and who reads them.

use crate::Result;
use crate::protection::{self, ProtectedColumn};
use chrono::{DateTime, Utc};
use domain::catalogue::ColumnType;
use domain::classification::{ClassifiedColumn, ColumnClass, Evidence, Highest, JoinRule, SaidBy, Verdict, highest};
use domain::id::{ColumnProposalId, DatasetId, ProductId};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeSet;

/// What stands proposed for a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposalView {
    pub id: ColumnProposalId,
    pub class: ColumnClass,
    pub kind: Option<String>,
    pub confidence: f64,
    pub evidence: Vec<Evidence>,
    /// Masked values.
    pub examples: Vec<String>,
    pub sampled: i32,
    pub author: String,
    pub made_at: DateTime<Utc>,
}

/// The newest decision on a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastDecision {
    pub verdict: Verdict,
    pub class: ColumnClass,
    pub by: String,
    pub at: DateTime<Utc>,
    pub note: String,
    pub proposal: Option<ColumnProposalId>,
}

/// What was about to be decided when whoever decided it was interrupted: the source hides it already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub class: ColumnClass,
    pub by: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ReviewColumn {
    pub dataset: DatasetId,
    pub dataset_name: String,
    pub dataset_title: String,
    pub name: String,
    pub column_type: ColumnType,
    pub description: Option<String>,
    pub key: bool,
    /// None: nobody has said what it is.
    pub now: Option<ColumnClass>,
    pub proposal: Option<ProposalView>,
    pub decided: Option<LastDecision>,
    pub pending: Option<Pending>,
    /// Who says otherwise than was decided, and what.
    pub conflicts: Vec<(SaidBy, ColumnClass)>,
    /// Agreements in force that were given it.
    pub agreements: i64,
    /// What its protection follows from.
    pub protected: Option<ProtectedColumn>,
}

impl ReviewColumn {
    /// `dataset.column`.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.dataset_name, self.name)
    }

    /// Nobody has said what it is, something else is proposed than it is and was decided, or somebody contradicts.
    pub fn is_open(&self) -> bool {
        let proposed = self.proposal.as_ref().is_some_and(|proposal| {
            self.now != Some(proposal.class) && self.decided.as_ref().is_none_or(|decided| decided.proposal != Some(proposal.id))
        });
        self.now.is_none() || proposed || !self.conflicts.is_empty() || self.pending.is_some()
    }
}

/// A class from its three words.
pub(super) fn class(classification: &str, sensitivity: &str, personal: &str) -> Result<ColumnClass> {
    Ok(ColumnClass { classification: classification.parse()?, sensitivity: sensitivity.parse()?, personal: personal.parse()? })
}

/// The class of three words that are there together or not at all.
pub(super) fn some_class(words: (Option<String>, Option<String>, Option<String>)) -> Result<Option<ColumnClass>> {
    match words {
        (Some(classification), Some(sensitivity), Some(personal)) => Ok(Some(class(&classification, &sensitivity, &personal)?)),
        _ => Ok(None),
    }
}

/// All columns of a product that was found visible, dataset by dataset.
pub async fn columns(conn: &mut PgConnection, product: ProductId) -> Result<Vec<ReviewColumn>> {
    let rows = sqlx::query!(
        r#"SELECT d.id AS dataset_id, d.name AS dataset_name, d.title AS dataset_title, c.name, c.column_type, c.description, c.is_key, c.classified,
                  c.classification, c.sensitivity, c.personal,
                  p.id AS "proposal_id?", p.classification AS "p_classification?", p.sensitivity AS "p_sensitivity?", p.personal AS "p_personal?", p.kind,
                  p.confidence AS "confidence?", p.evidence AS "evidence?: Json<Vec<Evidence>>", p.examples AS "examples?", p.sampled AS "sampled?",
                  p.author AS "author?", p.made_at AS "proposed_at?",
                  e.verdict AS "verdict?", e.classification AS "e_classification?", e.sensitivity AS "e_sensitivity?", e.personal AS "e_personal?",
                  e.by_name AS "decided_by?", e.decided_at AS "decided_at?", e.note AS "note?", e.proposal_id AS decided_proposal,
                  t.classification AS "t_classification?", t.sensitivity AS "t_sensitivity?", t.personal AS "t_personal?", b.name AS "begun_by?", t.begun_at AS "begun_at?",
                  ARRAY(SELECT x.said_by FROM column_conflict x WHERE x.dataset_id = d.id AND x.column_name = c.name AND x.settled_at IS NULL ORDER BY x.said_by) AS "said_by!",
                  ARRAY(SELECT x.classification || ' ' || x.sensitivity || ' ' || x.personal FROM column_conflict x
                        WHERE x.dataset_id = d.id AND x.column_name = c.name AND x.settled_at IS NULL ORDER BY x.said_by) AS "said!",
                  (SELECT count(DISTINCT a.id) FROM agreement_dataset g JOIN agreement a ON a.id = g.agreement_id
                   WHERE g.dataset_id = d.id AND a.state = 'active' AND c.name = ANY(g.columns)) AS "agreements!"
           FROM data_column c JOIN dataset d ON d.id = c.dataset_id
           LEFT JOIN column_proposal p ON p.dataset_id = d.id AND p.column_name = c.name AND p.withdrawn_at IS NULL
           LEFT JOIN LATERAL (SELECT q.*, w.name AS by_name FROM column_decision q JOIN person w ON w.id = q.decided_by
                              WHERE q.dataset_id = d.id AND q.column_name = c.name ORDER BY q.decided_at DESC, q.id DESC LIMIT 1) e ON true
           LEFT JOIN column_tightening t ON t.dataset_id = d.id AND t.column_name = c.name LEFT JOIN person b ON b.id = t.begun_by
           WHERE d.product_id = $1 ORDER BY d.position, c.position"#,
        product.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let datasets: Vec<_> = rows.iter().map(|row| row.dataset_id).collect::<BTreeSet<_>>().into_iter().collect();
    let mut protected = protection::columns(conn, &datasets).await?;
    let mut all = vec![];
    for row in rows {
        let proposed = some_class((row.p_classification, row.p_sensitivity, row.p_personal))?;
        let decided = some_class((row.e_classification, row.e_sensitivity, row.e_personal))?;
        let pending = some_class((row.t_classification, row.t_sensitivity, row.t_personal))?;
        let said = row.said_by.iter().zip(&row.said).map(|(by, words)| {
            let mut words = words.split(' ');
            let mut next = || words.next().unwrap_or_default();
            Ok((by.parse()?, class(next(), next(), next())?))
        });
        let name = row.name.clone();
        all.push(ReviewColumn {
            conflicts: said.collect::<Result<_>>()?,
            dataset: DatasetId(row.dataset_id),
            dataset_name: row.dataset_name,
            dataset_title: row.dataset_title,
            name: row.name,
            column_type: row.column_type.parse()?,
            description: row.description,
            key: row.is_key,
            now: row.classified.then(|| class(&row.classification, &row.sensitivity, &row.personal)).transpose()?,
            proposal: match (row.proposal_id, proposed, row.proposed_at) {
                (Some(id), Some(class), Some(made_at)) => Some(ProposalView {
                    id: ColumnProposalId(id),
                    class,
                    kind: row.kind,
                    confidence: row.confidence.unwrap_or_default(),
                    evidence: row.evidence.map(|found| found.0).unwrap_or_default(),
                    examples: row.examples.unwrap_or_default(),
                    sampled: row.sampled.unwrap_or_default(),
                    author: row.author.unwrap_or_default(),
                    made_at,
                }),
                _ => None,
            },
            decided: match (decided, row.verdict, row.decided_at) {
                (Some(class), Some(verdict), Some(at)) => Some(LastDecision {
                    verdict: verdict.parse()?,
                    class,
                    by: row.decided_by.unwrap_or_default(),
                    at,
                    note: row.note.unwrap_or_default(),
                    proposal: row.decided_proposal.map(ColumnProposalId),
                }),
                _ => None,
            },
            pending: pending.zip(row.begun_at).map(|(class, at)| Pending { class, by: row.begun_by.unwrap_or_default(), at }),
            agreements: row.agreements,
            protected: protected.get_mut(&row.dataset_id).and_then(|columns| columns.remove(&name)),
        });
    }
    Ok(all)
}

/// What these columns make of the product; none while none of them is classified.
pub fn class_of_product(columns: &[ReviewColumn], rule: JoinRule) -> Option<Highest> {
    let classified: Vec<ClassifiedColumn<'_>> = columns
        .iter()
        .filter_map(|column| Some(ClassifiedColumn { dataset: &column.dataset_name, name: &column.name, key: column.key, class: column.now? }))
        .collect();
    highest(&classified, rule)
}
