//! Pages of a product in other tools, as its document has them.

use crate::Result;
use domain::catalogue::ToolLink;
use domain::id::ProductId;
use sqlx::PgConnection;

/// Makes the stored links equal to the document's, in its order.
pub async fn write(conn: &mut PgConnection, product: ProductId, links: &[ToolLink]) -> Result<()> {
    sqlx::query!("DELETE FROM tool_link WHERE product_id = $1", product.0).execute(&mut *conn).await?;
    if links.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO tool_link (product_id, position, tool, title, url)
         SELECT $1, u.position, u.tool, u.title, u.url
         FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS u(tool, title, url, position)",
        product.0,
        &links.iter().map(|link| link.tool.as_str().to_owned()).collect::<Vec<_>>(),
        &links.iter().map(|link| link.title.clone()).collect::<Vec<_>>(),
        &links.iter().map(|link| link.url.clone()).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Links of a product, in its document's order. Ask only for a product that the reader may know of.
pub async fn tool_links(conn: &mut PgConnection, product: ProductId) -> Result<Vec<ToolLink>> {
    let rows = sqlx::query!("SELECT tool, title, url FROM tool_link WHERE product_id = $1 ORDER BY position", product.0).fetch_all(conn).await?;
    rows.into_iter().map(|row| Ok(ToolLink { tool: row.tool.parse()?, title: row.title, url: row.url })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Applier;
    use crate::testing::{applied, document, ids, prepared, start};
    use crate::{PgPool, StoreError};
    use domain::catalogue::{LinkedTool, ProductDocument};

    fn link(tool: LinkedTool, url: &str) -> ToolLink {
        ToolLink { tool, title: "Where it is made".into(), url: url.into() }
    }

    #[sqlx::test(migrations = "../../migrations")]
    async fn links_are_the_documents_and_lead_nowhere_else(pool: PgPool) {
        let mut conn = prepared(&pool).await;
        let with = |links: Vec<ToolLink>| ProductDocument { links, ..document("Buses") };
        let (airflow, superset) =
            (link(LinkedTool::Airflow, "https://airflow.example.invalid/"), link(LinkedTool::Superset, "https://superset.example.invalid/"));
        let product = applied(&mut conn, &with(vec![superset.clone(), airflow.clone()]), start()).await;
        assert_eq!(tool_links(&mut conn, product).await.unwrap(), [superset, airflow.clone()]);
        applied(&mut conn, &with(vec![airflow.clone()]), start()).await;
        let bad = with(vec![link(LinkedTool::Other, "http://wiki.example.invalid/")]);
        let refused = Applier::load(&mut conn, ids()).await.unwrap().apply(&mut conn, &bad, start()).await.unwrap_err();
        assert!(matches!(&refused, StoreError::Conflict(message) if message.contains("https://")), "{refused}");
        assert_eq!(tool_links(&mut conn, product).await.unwrap(), [airflow]);
        // Whatever wrote it: the record itself takes no other.
        let around =
            sqlx::query("INSERT INTO tool_link VALUES ($1, 9, 'other', 'Out', 'javascript:alert(1)')").bind(product.0).execute(&mut *conn).await;
        assert!(around.is_err());
    }
}
