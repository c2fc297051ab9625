//! Rules of quality that a product's document declares. Those of its page stand beside them, and no document overwrites one.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::glossary::Rule;
use domain::id::{DeclaredRuleId, ProductId};
use domain::quality::NewRule;
use sqlx::PgConnection;

/// Makes what is declared equal to the document's, in its order. A rule keeps its id while it has its name.
pub async fn write(conn: &mut PgConnection, product: ProductId, rules: &[NewRule], ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    let names: Vec<String> = rules.iter().map(|rule| rule.name.clone()).collect();
    sqlx::query!("DELETE FROM quality_declared WHERE product_id = $1 AND origin = 'document' AND NOT name = ANY($2)", product.0, &names)
        .execute(&mut *conn)
        .await?;
    if rules.is_empty() {
        return Ok(());
    }
    let codes = |rule: &NewRule| rule.format.as_ref().and_then(Rule::codes).map(|codes| codes.join("\n"));
    sqlx::query!(
        "INSERT INTO quality_declared (id, product_id, origin, position, name, title, layer, dataset_name, column_name, measure, low, high, pattern, codes,
             comparison, bound, declared_at)
         SELECT u.id, $1, 'document', u.position, u.name, u.title, u.layer, u.dataset_name, u.column_name, u.measure, u.low, u.high, u.pattern,
             string_to_array(u.codes, E'\\n'), u.comparison, u.bound, $15
         FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::float8[], $10::float8[], $11::text[],
                     $12::text[], $13::text[], $14::float8[])
              WITH ORDINALITY AS u(id, name, title, layer, dataset_name, column_name, measure, low, high, pattern, codes, comparison, bound, position)
         ON CONFLICT (product_id, name) DO UPDATE SET position = excluded.position, title = excluded.title, layer = excluded.layer,
             dataset_name = excluded.dataset_name, column_name = excluded.column_name, measure = excluded.measure, low = excluded.low,
             high = excluded.high, pattern = excluded.pattern, codes = excluded.codes, comparison = excluded.comparison, bound = excluded.bound
         WHERE quality_declared.origin = 'document'",
        product.0,
        &rules.iter().map(|_| ids.next::<DeclaredRuleId>(now).0).collect::<Vec<_>>(),
        &names,
        &rules.iter().map(|rule| rule.title.clone()).collect::<Vec<_>>(),
        &rules.iter().map(|rule| rule.layer.as_str().to_owned()).collect::<Vec<_>>(),
        &rules.iter().map(|rule| rule.dataset.clone()).collect::<Vec<_>>() as &[Option<String>],
        &rules.iter().map(|rule| rule.column.clone()).collect::<Vec<_>>() as &[Option<String>],
        &rules.iter().map(|rule| rule.measure.as_str().to_owned()).collect::<Vec<_>>(),
        &rules.iter().map(|rule| rule.range.map(|(low, _)| low)).collect::<Vec<_>>() as &[Option<f64>],
        &rules.iter().map(|rule| rule.range.map(|(_, high)| high)).collect::<Vec<_>>() as &[Option<f64>],
        &rules.iter().map(|rule| rule.format.as_ref().and_then(Rule::pattern).map(str::to_owned)).collect::<Vec<_>>() as &[Option<String>],
        &rules.iter().map(codes).collect::<Vec<_>>() as &[Option<String>],
        &rules.iter().map(|rule| rule.bound.map(|(comparison, _)| comparison.as_str().to_owned())).collect::<Vec<_>>() as &[Option<String>],
        &rules.iter().map(|rule| rule.bound.map(|(_, bound)| bound)).collect::<Vec<_>>() as &[Option<f64>],
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::catalogue::Applier;
    use crate::testing::{applied, document, ids, prepared, start};
    use crate::{PgPool, StoreError, quality};
    use domain::catalogue::ProductDocument;
    use domain::quality::RuleDocument;

    fn rule(name: &str) -> RuleDocument {
        let word = |word: &str| word.to_owned();
        RuleDocument { name: word(name), title: word("What it says"), layer: word("business"), measure: word("reported"), ..RuleDocument::default() }
    }

    #[sqlx::test(migrations = "../../migrations")]
    async fn rules_are_the_documents_and_keep_their_ids(pool: PgPool) {
        let mut conn = prepared(&pool).await;
        let with = |quality_rules: Vec<RuleDocument>| ProductDocument { quality_rules, ..document("Buses") };
        let product = applied(&mut conn, &with(vec![rule("totals agree"), rule("nobody twice")]), start()).await;
        let before = quality::declared(&mut conn, product).await.unwrap();
        assert_eq!(before.iter().map(|one| one.rule.name.as_str()).collect::<Vec<_>>(), ["totals agree", "nobody twice"]);
        applied(&mut conn, &with(vec![rule("nobody twice")]), start()).await;
        let after = quality::declared(&mut conn, product).await.unwrap();
        assert_eq!(after.iter().map(|one| one.id).collect::<Vec<_>>(), [before[1].id]);
        let bad = with(vec![RuleDocument { measure: "filled".into(), ..rule("nobody twice") }]);
        let refused = Applier::load(&mut conn, ids()).await.unwrap().apply(&mut conn, &bad, start()).await.unwrap_err();
        assert!(matches!(&refused, StoreError::Conflict(message) if message.contains("nobody twice")), "{refused}");
        assert_eq!(quality::declared(&mut conn, product).await.unwrap().len(), 1);
    }
}
