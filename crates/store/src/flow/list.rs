//! Flags as somebody may see them. What is not visible to the reader of the product that data comes from is not read at all:
//! neither its name nor its columns.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::authorisation::FLOW_ROLES;
use domain::catalogue::PersonalCategory;
use domain::id::{PersonId, ProductId};
use sqlx::PgConnection;

/// A flag that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagView {
    pub product_title: String,
    pub product_address: String,
    /// Whom to ask: the product's owner.
    pub owner: Option<String>,
    pub input_port: String,
    /// Title and address of the product that it comes from; none when this reader may not know of it.
    pub upstream: Option<(String, String)>,
    pub from_column: Option<String>,
    pub to_column: Option<String>,
    pub carried: PersonalCategory,
    /// This reader looks after the product that consumes.
    pub mine_to_mend: bool,
    /// Agreements on the product that are held for it.
    pub held: i64,
    pub found_at: DateTime<Utc>,
}

struct Row {
    product_title: String,
    product_address: String,
    owner: Option<String>,
    input_port: String,
    upstream_title: Option<String>,
    upstream_address: Option<String>,
    from_column: Option<String>,
    to_column: Option<String>,
    carried: String,
    mine_to_mend: bool,
    held: i64,
    found_at: DateTime<Utc>,
}

impl Row {
    fn view(self) -> Result<FlagView> {
        Ok(FlagView {
            product_title: self.product_title,
            product_address: self.product_address,
            owner: self.owner,
            input_port: self.input_port,
            upstream: self.upstream_title.zip(self.upstream_address),
            from_column: self.from_column,
            to_column: self.to_column,
            carried: self.carried.parse()?,
            mine_to_mend: self.mine_to_mend,
            held: self.held,
            found_at: self.found_at,
        })
    }
}

/// The flags of a product that was found visible, where this reader may know of both sides.
pub async fn flags_of(conn: &mut PgConnection, product: ProductId, reader: PersonId, now: DateTime<Utc>) -> Result<Vec<FlagView>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT p.title AS "product_title!", p.address AS "product_address!", o.name AS "owner?", f.input_port, u.title AS "upstream_title?",
                  u.address AS "upstream_address?", f.from_column, f.to_column, f.carried, false AS "mine_to_mend!", f.found_at,
                  (SELECT count(*) FROM agreement_hold h JOIN agreement a ON a.id = h.agreement_id
                   WHERE a.product_id = p.id AND h.kind = 'personal-data' AND h.lifted_at IS NULL) AS "held!"
           FROM flow_flag f JOIN visible_product($2, $3) p ON p.id = f.product_id JOIN visible_product($2, $3) u ON u.id = f.upstream_id
           LEFT JOIN person o ON o.id = p.owner_id
           WHERE f.product_id = $1 AND f.mended_at IS NULL ORDER BY f.input_port, f.from_column, f.to_column"#,
        product.0,
        reader.0,
        now
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::view).collect()
}

/// The flags of products that this reader looks after or watches, on either side; their own to mend first, then oldest first.
pub async fn flags(conn: &mut PgConnection, reader: PersonId, most: i64, now: DateTime<Utc>) -> Result<Vec<FlagView>> {
    let roles: Vec<String> = FLOW_ROLES.iter().map(|role| role.as_str().to_owned()).collect();
    let mending: Vec<String> = FLOW_ROLES[..4].iter().map(|role| role.as_str().to_owned()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"WITH held AS (SELECT scope_kind, scope_id, role FROM role_grant
                         WHERE person_id = $1 AND ended_at IS NULL AND (until IS NULL OR until > $2) AND role = ANY($3))
           SELECT p.title AS "product_title!", p.address AS "product_address!", o.name AS "owner?", f.input_port, u.title AS "upstream_title?",
                  u.address AS "upstream_address?", CASE WHEN u.id IS NULL THEN NULL ELSE f.from_column END AS from_column, f.to_column, f.carried,
                  EXISTS (SELECT FROM held h WHERE h.role = ANY($4) AND covers(h.scope_kind, h.scope_id, p.id, p.domain_id, pd.sector_id)) AS "mine_to_mend!",
                  (SELECT count(*) FROM agreement_hold h JOIN agreement a ON a.id = h.agreement_id
                   WHERE a.product_id = p.id AND h.kind = 'personal-data' AND h.lifted_at IS NULL) AS "held!", f.found_at
           FROM flow_flag f JOIN visible_product($1, $2) p ON p.id = f.product_id JOIN data_domain pd ON pd.id = p.domain_id
           LEFT JOIN visible_product($1, $2) u ON u.id = f.upstream_id LEFT JOIN data_domain ud ON ud.id = u.domain_id
           LEFT JOIN person o ON o.id = p.owner_id
           WHERE f.mended_at IS NULL AND EXISTS (SELECT FROM held h WHERE covers(h.scope_kind, h.scope_id, p.id, p.domain_id, pd.sector_id)
               OR (u.id IS NOT NULL AND covers(h.scope_kind, h.scope_id, u.id, u.domain_id, ud.sector_id)))
           ORDER BY 10 DESC, f.found_at, p.title, f.input_port, f.to_column LIMIT $5"#,
        reader.0,
        now,
        &roles,
        &mending,
        most
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::view).collect()
}
