//! Linkages as those read them who asked, who may decide, and who watches.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{AgreementId, DomainId, LinkageId, PersonId, ProductId, SectorId};
use domain::linkage::{ComparedPair, LinkageState, Measured, Side, Way, Weight};
use domain::organisation::Place;
use sqlx::PgConnection;

/// A line of somebody's linkages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkageLine {
    pub id: LinkageId,
    pub requester: String,
    pub mine: bool,
    pub reason: String,
    pub state: LinkageState,
    pub requested_at: DateTime<Utc>,
}

/// What somebody asked for, and what waits for them as an owner of either side; what waits first, then newest first.
pub async fn linkages(conn: &mut PgConnection, reader: PersonId, most: i64, now: DateTime<Utc>) -> Result<Vec<LinkageLine>> {
    let rows = sqlx::query!(
        r#"SELECT l.id, h.name, (l.requested_by = $1) AS "mine!", l.reason, l.state, l.requested_at
           FROM linkage l JOIN person h ON h.id = l.requested_by
           WHERE l.requested_by = $1 OR EXISTS (
               SELECT FROM linkage_side s JOIN agreement a ON a.id = s.agreement_id JOIN product p ON p.id = a.product_id
               JOIN data_domain d ON d.id = p.domain_id JOIN role_grant g ON g.person_id = $1 AND g.role = 'owner' AND g.ended_at IS NULL
                   AND (g.until IS NULL OR g.until > $2)
               WHERE s.linkage_id = l.id AND covers(g.scope_kind, g.scope_id, p.id, p.domain_id, d.sector_id))
           ORDER BY (l.state = 'requested') DESC, l.requested_at DESC, l.id DESC LIMIT $3"#,
        reader.0,
        now,
        most
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(LinkageLine {
                id: LinkageId(row.id),
                requester: row.name,
                mine: row.mine,
                reason: row.reason,
                state: row.state.parse()?,
                requested_at: row.requested_at,
            })
        })
        .collect()
}

/// What is compared, where it is several fields.
pub(super) async fn fields(conn: &mut PgConnection, id: LinkageId) -> Result<Vec<ComparedPair>> {
    let rows = sqlx::query!("SELECT left_column, right_column, weight FROM linkage_field WHERE linkage_id = $1 ORDER BY place", id.0)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(|row| Ok(ComparedPair { columns: [row.left_column, row.right_column], weight: row.weight.parse()? })).collect()
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideView {
    pub side: Side,
    pub agreement: AgreementId,
    pub place: Place,
    /// Title and address of the product, and what is linked of it; none when the reader may not know of the product.
    pub product: Option<(String, String)>,
    pub column: Option<String>,
    pub approved_by: Option<String>,
    pub approved_at: Option<DateTime<Utc>>,
}

/// Two columns that stand for each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldView {
    /// Left, then right; none of a product that the reader may not know of.
    pub columns: [Option<String>; 2],
    pub weight: Weight,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkageView {
    pub id: LinkageId,
    pub requester: PersonId,
    pub requester_name: String,
    pub reason: String,
    pub way: Way,
    /// In hundredths.
    pub likeness: i32,
    /// Where several are compared: all of them, that of the sides first.
    pub fields: Vec<FieldView>,
    pub least: i64,
    /// Rows of both are given, in this view of the first agreement once it is in force.
    pub gives_rows: bool,
    pub view: Option<String>,
    pub state: LinkageState,
    pub requested_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
    pub outcome: Option<Measured>,
    pub size: Option<i64>,
    pub measured_at: Option<DateTime<Utc>>,
    /// Left, then right.
    pub sides: Vec<SideView>,
}

pub async fn linkage(conn: &mut PgConnection, id: LinkageId, reader: PersonId, now: DateTime<Utc>) -> Result<Option<LinkageView>> {
    let row = sqlx::query!(
        r#"SELECT l.*, round(l.likeness * 100)::integer AS "hundredths!", h.name FROM linkage l JOIN person h ON h.id = l.requested_by WHERE l.id = $1"#,
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let view = sqlx::query_scalar!(r#"SELECT view_name AS "name!" FROM linkage_rows WHERE id = $1"#, id.0).fetch_optional(&mut *conn).await?;
    let sides = sqlx::query!(
        r#"SELECT s.side, s.agreement_id, p.id, p.domain_id, o.sector_id, v.title AS "title?", v.address AS "address?", d.name, s.column_name,
                  h.name AS "approved_by?", s.approved_at
           FROM linkage_side s JOIN agreement a ON a.id = s.agreement_id JOIN product p ON p.id = a.product_id JOIN data_domain o ON o.id = p.domain_id
           JOIN dataset d ON d.id = s.dataset_id LEFT JOIN visible_product($2, $3) v ON v.id = p.id LEFT JOIN person h ON h.id = s.approved_by
           WHERE s.linkage_id = $1 ORDER BY s.side"#,
        id.0,
        reader.0,
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    let pairs = fields(conn, id).await?;
    let sides: Vec<SideView> = sides
        .into_iter()
        .map(|one| {
            let product = one.title.zip(one.address);
            Ok(SideView {
                side: one.side.parse()?,
                agreement: AgreementId(one.agreement_id),
                place: Place { product: ProductId(one.id), domain: DomainId(one.domain_id), sector: SectorId(one.sector_id) },
                column: product.as_ref().map(|_| format!("{}.{}", one.name, one.column_name)),
                product,
                approved_by: one.approved_by,
                approved_at: one.approved_at,
            })
        })
        .collect::<Result<_>>()?;
    // Whoever approves reads what their own side gives, whatever they may know of the other.
    let shown = |pair: ComparedPair| {
        let mut known = sides.iter().map(|side| side.product.is_some());
        FieldView { columns: pair.columns.map(|column| Some(column).filter(|_| known.next() == Some(true))), weight: pair.weight }
    };
    let fields = pairs.into_iter().map(shown).collect();
    Ok(Some(LinkageView {
        id,
        requester: PersonId(row.requested_by),
        requester_name: row.name,
        reason: row.reason,
        way: row.way.parse()?,
        likeness: row.hundredths,
        fields,
        least: row.least,
        gives_rows: row.gives_rows,
        view,
        state: row.state.parse()?,
        requested_at: row.requested_at,
        ended_at: row.ended_at,
        end_reason: row.end_reason,
        outcome: row.outcome.map(|word| word.parse()).transpose()?,
        size: row.size,
        measured_at: row.measured_at,
        sides,
    }))
}
