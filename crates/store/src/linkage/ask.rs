//! Asking: columns that name people or rows, and what helps to tell people apart beside them, of agreements that the asker holds and may
//! read under.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{AgreementId, DatasetId, LinkageId, PersonId, ProductId};
use domain::linkage::{LinkageState, Linked, NewLinkage, Side};
use sqlx::PgConnection;

/// A column that may be linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkableColumn {
    pub linked: Linked,
    pub product_title: String,
    pub dataset: String,
    /// It names people or rows, and can be linked by itself; the others are compared beside such a one.
    pub names: bool,
}

/// The columns of somebody's agreements in force that are not held.
pub async fn linkable(conn: &mut PgConnection, holder: PersonId, now: DateTime<Utc>) -> Result<Vec<LinkableColumn>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT a.id AS agreement, d.id AS dataset, c.name AS column_name, p.title AS "title!", d.name,
                  ((c.is_key OR c.personal = 'direct') AND c.column_type IN ('text', 'integer', 'bigint')) AS "names!"
           FROM agreement a JOIN visible_product($1, $2) p ON p.id = a.product_id JOIN agreement_dataset x ON x.agreement_id = a.id
           JOIN dataset d ON d.id = x.dataset_id JOIN data_column c ON c.dataset_id = d.id
           WHERE a.holder_id = $1 AND a.state = 'active' AND a.until > $2 AND d.table_name IS NOT NULL AND d.table_schema IS NOT NULL
             AND (c.is_key OR c.personal IN ('direct', 'indirect')) AND c.column_type IN ('text', 'integer', 'bigint', 'date')
             AND NOT EXISTS (SELECT FROM agreement_hold h WHERE h.agreement_id = a.id AND h.lifted_at IS NULL)
           ORDER BY 4, 5, 3, 1"#,
        holder.0,
        now
    )
    .fetch_all(conn)
    .await?;
    let column = |agreement, dataset, column| Linked { agreement: AgreementId(agreement), dataset: DatasetId(dataset), column };
    Ok(rows
        .into_iter()
        .map(|row| LinkableColumn {
            linked: column(row.agreement, row.dataset, row.column_name),
            product_title: row.title,
            dataset: row.name,
            names: row.names,
        })
        .collect())
}

/// Asks for a linkage of columns that are linkable at that moment.
pub async fn ask(conn: &mut PgConnection, by: PersonId, new: &NewLinkage, origin: &Origin, ids: &Ids, now: DateTime<Utc>) -> Result<LinkageId> {
    let own = linkable(&mut *conn, by, now).await?;
    let of = |side: &Linked, column: &str| Linked { column: column.to_owned(), ..side.clone() };
    let named = |side: &Linked| own.iter().any(|one| one.names && one.linked == *side);
    let listed = |column: &Linked| own.iter().any(|one| one.linked == *column);
    let beside = new.fields.iter().skip(1).all(|pair| new.sides.iter().zip(&pair.columns).all(|(side, column)| listed(&of(side, column))));
    if !new.sides.iter().all(named) || !beside {
        return Err(StoreError::Conflict("One of the columns cannot be linked any more. Open the form again.".into()));
    }
    let id: LinkageId = ids.next(now);
    sqlx::query!(
        "INSERT INTO linkage (id, requested_by, reason, way, likeness, least, state, requested_at, gives_rows) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.0,
        by.0,
        new.reason,
        new.way.as_str(),
        f64::from(new.likeness) / 100.0,
        new.least,
        LinkageState::Requested.as_str(),
        now,
        new.rows
    )
    .execute(&mut *conn)
    .await?;
    for (place, pair) in (1_i16..).zip(&new.fields) {
        sqlx::query!(
            "INSERT INTO linkage_field (linkage_id, place, left_column, right_column, weight) VALUES ($1, $2, $3, $4, $5)",
            id.0,
            place,
            pair.columns[0],
            pair.columns[1],
            pair.weight.as_str()
        )
        .execute(&mut *conn)
        .await?;
    }
    for (number, (side, linked)) in Side::ALL.iter().zip(&new.sides).enumerate() {
        // What else of this side is compared is in the trail too.
        let beside = new.fields.iter().skip(1).map(|pair| pair.columns[number].as_str());
        let columns: Vec<&str> = std::iter::once(linked.column.as_str()).chain(beside).collect();
        sqlx::query!(
            "INSERT INTO linkage_side (linkage_id, side, agreement_id, dataset_id, column_name) VALUES ($1, $2, $3, $4, $5)",
            id.0,
            side.as_str(),
            linked.agreement.0,
            linked.dataset.0,
            linked.column
        )
        .execute(&mut *conn)
        .await?;
        let product =
            sqlx::query!("SELECT p.id, p.address FROM agreement a JOIN product p ON p.id = a.product_id WHERE a.id = $1", linked.agreement.0)
                .fetch_one(&mut *conn)
                .await?;
        let event = AuditEvent {
            product: Some(ProductId(product.id)),
            address: Some(product.address),
            reason: Some(new.reason.clone()),
            detail: Some(format!("{}, at least {}", columns.join(", "), new.least)),
            ..AuditEvent::done(Some(by), AuditAction::LinkageAsk, "linkage", Some(id.0), origin.clone())
        };
        audit::append(conn, &event, now).await?;
    }
    Ok(id)
}
