//! Columns that a standard keeps at their source until they are protected.

use crate::Result;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Of each product the fields that standards in force want protected: `datasets.staff.columns.nric`, or what they lie in.
pub async fn masked(conn: &mut PgConnection, products: &[Uuid]) -> Result<HashMap<Uuid, Vec<String>>> {
    let rows = sqlx::query!(
        r#"SELECT e.product_id, coalesce(f ->> 'field', '') AS "field!" FROM standard_evaluation e, jsonb_array_elements(e.findings) AS f
           WHERE e.product_id = ANY($1) AND e.ended_at IS NULL AND e.serving = 'mask'"#,
        products
    )
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<Uuid, Vec<String>> = HashMap::new();
    for row in rows {
        found.entry(row.product_id).or_default().push(row.field);
    }
    Ok(found)
}

/// Whether one of the fields is the column, its dataset, or all of the product.
pub fn withheld(fields: &[String], dataset: &str, column: &str) -> bool {
    let own = format!("datasets.{dataset}.columns.{column}");
    fields.iter().any(|field| field.is_empty() || own == *field || own.strip_prefix(field.as_str()).is_some_and(|rest| rest.starts_with('.')))
}

#[cfg(test)]
mod tests {
    use super::withheld;

    #[test]
    fn a_field_withholds_what_lies_in_it_and_nothing_else() {
        let fields = |text: &str| vec![text.to_owned()];
        assert!(withheld(&fields("datasets.staff.columns.nric"), "staff", "nric"));
        assert!(withheld(&fields("datasets.staff"), "staff", "nric") && withheld(&fields(""), "staff", "nric"));
        assert!(!withheld(&fields("datasets.staff.columns.nric"), "staff", "nric_of_partner"));
        assert!(!withheld(&fields("datasets.sta"), "staff", "nric") && !withheld(&[], "staff", "nric"));
    }
}
