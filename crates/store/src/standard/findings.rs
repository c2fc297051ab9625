//! What was found, as people read it: of a product, of a standard, and on a day that is long past.

use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{AgreementId, PersonId, ProductId, StandardId};
use domain::notice::TEAM_ROLES;
use domain::organisation::Scope;
use rules::{Effect, Severity};
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a version of a standard found.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingView {
    pub standard: StandardId,
    pub slug: String,
    pub version: i32,
    pub title: String,
    pub severity: Severity,
    pub owner: String,
    pub contact: String,
    pub agreement: Option<AgreementId>,
    /// `grace` or `whole`.
    pub acting: String,
    /// `met`, `violated` or `cannot-tell`.
    pub verdict: String,
    /// `[{code, field, message, mend, page, link}]`.
    pub findings: Value,
    pub why: Option<String>,
    /// The last day on which the product is let off, when it is.
    pub waived_until: Option<NaiveDate>,
    pub serving: Effect,
    /// The input that it was found from, in hexadecimal digits.
    pub input: String,
    pub at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl FindingView {
    /// Each violation's code, field, message, what to do, and where.
    pub fn each(&self) -> Vec<(&str, &str, &str, &str, &str)> {
        self.findings
            .as_array()
            .map(|all| {
                all.iter()
                    .map(|finding| {
                        let text = |name: &str| finding.get(name).and_then(Value::as_str).unwrap_or_default();
                        (text("code"), text("field"), text("message"), text("mend"), text("link"))
                    })
                    .collect()
            })
            .unwrap_or_default()
    }
}

/// What stands of a product now, or stood at a moment; what is met last.
pub async fn evaluations(conn: &mut PgConnection, product: ProductId, then: Option<DateTime<Utc>>) -> Result<Vec<FindingView>> {
    read(conn, product, then, false).await
}

/// What a product has to mend: everything that stands and is not met. Agreements are their holders' own and are left out.
pub async fn findings_of(conn: &mut PgConnection, product: ProductId) -> Result<Vec<FindingView>> {
    read(conn, product, None, true).await
}

async fn read(conn: &mut PgConnection, product: ProductId, then: Option<DateTime<Utc>>, to_mend: bool) -> Result<Vec<FindingView>> {
    let rows = sqlx::query!(
        r#"SELECT e.standard_id, s.slug, e.version, v.title, v.severity, v.owner, v.contact, e.agreement_id, e.acting, e.verdict, e.findings, e.why,
                  w.until AS "waived_until?", e.serving, encode(e.input_digest, 'hex') AS "input!", e.at, e.ended_at
           FROM standard_evaluation e JOIN standard s ON s.id = e.standard_id
           JOIN standard_version v ON v.standard_id = e.standard_id AND v.version = e.version LEFT JOIN standard_waiver w ON w.id = e.waiver_id
           WHERE e.product_id = $1 AND CASE WHEN $2::timestamptz IS NULL THEN e.ended_at IS NULL ELSE e.at <= $2 AND (e.ended_at IS NULL OR e.ended_at > $2) END
             AND (NOT $3 OR (e.verdict <> 'met' AND e.agreement_id IS NULL))
           ORDER BY e.verdict = 'met', e.serving = 'refuse' DESC, v.severity, s.slug, e.agreement_id NULLS FIRST"#,
        product.0,
        then,
        to_mend
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(FindingView {
                standard: StandardId(row.standard_id),
                slug: row.slug,
                version: row.version,
                title: row.title,
                severity: row.severity.parse()?,
                owner: row.owner,
                contact: row.contact,
                agreement: row.agreement_id.map(AgreementId),
                acting: row.acting,
                verdict: row.verdict,
                findings: row.findings,
                why: row.why,
                waived_until: row.waived_until,
                serving: row.serving.parse()?,
                input: row.input,
                at: row.at,
                ended_at: row.ended_at,
            })
        })
        .collect()
}

/// The input behind something that was found of a product, by its digest in hexadecimal digits.
pub async fn stored_input(conn: &mut PgConnection, product: ProductId, digest: &str) -> Result<Option<String>> {
    let Ok(digest) = hex::decode(digest) else { return Ok(None) };
    let found = sqlx::query_scalar!(
        "SELECT i.input FROM evaluation_input i WHERE i.digest = $2
           AND (EXISTS (SELECT FROM standard_evaluation e WHERE e.input_digest = i.digest AND e.product_id = $1)
                OR EXISTS (SELECT FROM gate_judgement g WHERE g.input_digest = i.digest AND g.product_id = $1))",
        product.0,
        digest
    );
    Ok(found.fetch_optional(conn).await?)
}

/// A product that a standard has something to say of, as far as this reader may know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    pub address: String,
    pub title: String,
    pub agency: String,
    pub verdict: String,
    pub serving: Effect,
    pub waived_until: Option<NaiveDate>,
    pub violations: i64,
    pub agreements: i64,
    /// The product does not meet it, not only some of its agreements.
    pub itself: bool,
    /// Those of its agreements that do not meet it themselves.
    pub failing: i64,
}

/// Products that do not meet the standard, or have an agreement that does not, stopped ones first; at most `limit`.
pub async fn affected(conn: &mut PgConnection, standard: StandardId, reader: PersonId, limit: i64, now: DateTime<Utc>) -> Result<Vec<Affected>> {
    let rows = sqlx::query!(
        r#"SELECT p.address AS "address!", p.title AS "title!", g.title AS "agency!", max(e.verdict) AS "verdict!",
                  (array_agg(e.serving ORDER BY e.serving = 'refuse' DESC, e.serving = 'mask' DESC, e.serving = 'flag' DESC))[1] AS "serving!",
                  max(w.until) AS "waived_until?", count(DISTINCT f.value - 'link') AS "violations!",
                  (SELECT count(*) FROM agreement a WHERE a.product_id = p.id AND a.state = 'active') AS "agreements!",
                  bool_or(e.agreement_id IS NULL) AS "itself!", count(DISTINCT e.agreement_id) AS "failing!"
           FROM standard_evaluation e JOIN visible_product($2, $3) p ON p.id = e.product_id JOIN data_domain d ON d.id = p.domain_id
           JOIN agency g ON g.id = d.agency_id LEFT JOIN standard_waiver w ON w.id = e.waiver_id
           LEFT JOIN LATERAL jsonb_array_elements(e.findings) f ON true
           WHERE e.standard_id = $1 AND e.ended_at IS NULL AND e.verdict <> 'met'
           GROUP BY p.id, p.address, p.title, g.title
           ORDER BY bool_or(e.serving = 'refuse') DESC, p.title LIMIT $4"#,
        standard.0,
        reader.0,
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Affected {
                address: row.address,
                title: row.title,
                agency: row.agency,
                verdict: row.verdict,
                serving: row.serving.parse()?,
                waived_until: row.waived_until,
                violations: row.violations,
                agreements: row.agreements,
                itself: row.itself,
                failing: row.failing,
            })
        })
        .collect()
}

/// Those of these products that there are.
pub async fn existing(conn: &mut PgConnection, products: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("SELECT id FROM product WHERE id = ANY($1)", products).fetch_all(conn).await?)
}

/// Products of a scope that this reader may know of, or all of it when nobody reads.
pub async fn known_products(conn: &mut PgConnection, place: Scope, reader: Option<PersonId>, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let (sector, domain) = match place {
        Scope::Sector(id) => (Some(id.0), None),
        Scope::Domain(id) => (None, Some(id.0)),
        Scope::Whole | Scope::Product(_) => (None, None),
    };
    let all = if let Some(reader) = reader {
        sqlx::query_scalar!(
            r#"SELECT p.id AS "id!" FROM visible_product($1, $2) p JOIN data_domain d ON d.id = p.domain_id
                   WHERE ($3::uuid IS NULL OR d.sector_id = $3) AND ($4::uuid IS NULL OR d.id = $4) ORDER BY p.id"#,
            reader.0,
            now,
            sector,
            domain
        )
        .fetch_all(conn)
        .await?
    } else {
        sqlx::query_scalar!(
            "SELECT p.id FROM product p JOIN data_domain d ON d.id = p.domain_id
                 WHERE ($1::uuid IS NULL OR d.sector_id = $1) AND ($2::uuid IS NULL OR d.id = $2) ORDER BY p.id",
            sector,
            domain
        )
        .fetch_all(conn)
        .await?
    };
    Ok(all)
}

/// Products of a scope that this person looks after, by their titles: at most `limit`.
pub async fn own_products(conn: &mut PgConnection, place: Scope, person: PersonId, limit: i64, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let (sector, domain) = match place {
        Scope::Sector(id) => (Some(id.0), None),
        Scope::Domain(id) => (None, Some(id.0)),
        Scope::Whole | Scope::Product(_) => (None, None),
    };
    let roles = TEAM_ROLES.map(|role| role.as_str().to_owned()).to_vec();
    let all = sqlx::query_scalar!(
        "WITH held AS (SELECT g.scope_kind, g.scope_id FROM role_grant g WHERE g.person_id = $1 AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $2)
                           AND g.role = ANY($3) AND g.scope_kind <> 'whole')
         SELECT p.id FROM product p JOIN data_domain d ON d.id = p.domain_id
         WHERE ($4::uuid IS NULL OR d.sector_id = $4) AND ($5::uuid IS NULL OR d.id = $5)
           AND EXISTS (SELECT FROM held h WHERE (h.scope_kind = 'sector' AND h.scope_id = d.sector_id) OR (h.scope_kind = 'domain' AND h.scope_id = d.id)
                           OR (h.scope_kind = 'product' AND h.scope_id = p.id))
         ORDER BY p.title, p.id LIMIT $6",
        person.0,
        now,
        &roles,
        sector,
        domain,
        limit
    );
    Ok(all.fetch_all(conn).await?)
}

/// How many products that this reader may know of do not meet each standard, or have an agreement that does not.
pub async fn affected_counts(conn: &mut PgConnection, reader: PersonId, now: DateTime<Utc>) -> Result<BTreeMap<StandardId, i64>> {
    let rows = sqlx::query!(
        r#"SELECT e.standard_id, count(DISTINCT p.id) AS "products!" FROM standard_evaluation e JOIN visible_product($1, $2) p ON p.id = e.product_id
           WHERE e.ended_at IS NULL AND e.verdict <> 'met' GROUP BY e.standard_id"#,
        reader.0,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (StandardId(row.standard_id), row.products)).collect())
}
