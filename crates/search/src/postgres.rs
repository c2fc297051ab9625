//! The Postgres engine: which products have the words and pass the filters, how many, and the best of them to look at
//! more closely. One statement; nothing that is not listed is touched for a reader who may not know of it.

use crate::engine::{Candidates, Filter};
use crate::facet::{FacetKind, STEP};
use crate::need::Need;
use crate::query::Sort;
use crate::sight::Sight;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row};
use std::collections::HashMap;
use store::Result;
use uuid::Uuid;

/// Counts of everything that is listed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Whole {
    pub total: i64,
    pub counts: HashMap<i32, i64>,
}

pub(crate) async fn candidates(conn: &mut PgConnection, need: Option<&Need>, filters: &[Filter], sight: &Sight, most: i64) -> Result<Candidates> {
    let mut sql = matched(need, filters, sight);
    sql.push(
        " (SELECT 0 AS kind, product_id, 0 AS code, 0::bigint AS count, in_title, rank FROM matched WHERE fails = 0
            ORDER BY in_title DESC, rank DESC, product_id LIMIT ",
    );
    sql.push_bind(most);
    sql.push(
        ") UNION ALL SELECT 1, NULL, 0, count(*), false, 0 FROM matched WHERE fails = 0
           UNION ALL SELECT 2, NULL, 0, count(*), false, 0 FROM matched WHERE mine AND (fails = 0 OR (fails = 1 AND failing = 1))
           UNION ALL SELECT 3, NULL, code, count(*), false, 0 FROM matched, unnest(facets) code
             WHERE fails = 0 OR (fails = 1 AND failing = code / ",
    );
    sql.push_bind(STEP);
    sql.push(") GROUP BY code");
    // Planned each time: how many products have a word decides which way is fast.
    let rows = sql.build().persistent(false).fetch_all(conn).await?;
    let mut found = Candidates::default();
    let mut ids: Vec<(bool, f32, Uuid)> = vec![];
    for row in rows {
        let count: i64 = row.try_get("count")?;
        match row.try_get::<i32, _>("kind")? {
            0 => ids.push((row.try_get("in_title")?, row.try_get("rank")?, row.try_get("product_id")?)),
            1 => found.total = count,
            2 => found.mine = count,
            _ => {
                found.counts.insert(row.try_get("code")?, count);
            }
        }
    }
    ids.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| b.1.total_cmp(&a.1)).then_with(|| a.2.cmp(&b.2)));
    found.ids = ids.into_iter().map(|(.., id)| id).collect();
    Ok(found)
}

/// `WITH matched AS …`: products that have the words, with how many filters each fails and which.
fn matched(need: Option<&Need>, filters: &[Filter], sight: &Sight) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new("WITH matched AS MATERIALIZED (");
    documents(&mut sql, need, filters, sight);
    sql.push(" WHERE d.listed AND NOT d.product_id = ANY(").push_bind(&sight.retracted).push(")");
    words(&mut sql, need, "words");
    if !sight.unlisted.is_empty() {
        sql.push(" UNION ALL ");
        documents(&mut sql, need, filters, sight);
        sql.push(" WHERE d.product_id = ANY(").push_bind(&sight.unlisted).push(")");
        // Documents of listed products were found above.
        sql.push(" AND (NOT d.listed OR d.product_id = ANY(").push_bind(&sight.retracted).push("))");
        words(&mut sql, need, "words");
    }
    sql.push(")");
    sql
}

fn words(sql: &mut QueryBuilder<Postgres>, need: Option<&Need>, column: &str) {
    if let Some(need) = need {
        sql.push(format!(" AND d.{column} @@ ")).push_bind(need.tsquery()).push("::tsquery");
    }
}

fn documents(sql: &mut QueryBuilder<Postgres>, need: Option<&Need>, filters: &[Filter], sight: &Sight) {
    sql.push("SELECT d.product_id, d.facets, d.rank, d.product_id = ANY(").push_bind(&sight.held).push(") AS mine, ");
    match need {
        Some(need) => sql.push("d.title_words @@ ").push_bind(need.tsquery()).push("::tsquery AS in_title, "),
        None => sql.push("false AS in_title, "),
    };
    let fails = |sql: &mut QueryBuilder<Postgres>, filter: &Filter| {
        sql.push("NOT (d.facets && ").push_bind(&filter.codes);
        if filter.mine {
            sql.push(" OR d.product_id = ANY(").push_bind(&sight.held).push(")");
        }
        sql.push(")");
    };
    sql.push("0");
    for filter in filters {
        sql.push(" + (");
        fails(sql, filter);
        sql.push(")::int");
    }
    sql.push(" AS fails, CASE WHEN false THEN 0");
    for filter in filters {
        sql.push(" WHEN ");
        fails(sql, filter);
        sql.push(format!(" THEN {}", filter.kind.number()));
    }
    sql.push(" ELSE 0 END AS failing FROM search_document d");
}

/// Counts of the whole catalogue, for a list that nothing narrows.
pub(crate) async fn whole(conn: &mut PgConnection) -> Result<Whole> {
    let rows = sqlx::query!(
        r#"SELECT 0 AS "code!", count(*) AS "count!" FROM search_document WHERE listed
           UNION ALL SELECT code, count(*) FROM search_document, unnest(facets) code WHERE listed GROUP BY code"#
    )
    .fetch_all(conn)
    .await?;
    let mut whole = Whole::default();
    for row in rows {
        if row.code == 0 {
            whole.total = row.count;
        } else {
            whole.counts.insert(row.code, row.count);
        }
    }
    Ok(whole)
}

/// How many products fail one filter alone, by that filter: what leaving it out would leave.
pub(crate) async fn without_each(conn: &mut PgConnection, need: Option<&Need>, filters: &[Filter], sight: &Sight) -> Result<Vec<(FacetKind, i64)>> {
    let mut sql = matched(need, filters, sight);
    sql.push(" SELECT failing, count(*) AS count FROM matched WHERE fails = 1 GROUP BY failing ORDER BY failing");
    let rows = sql.build().persistent(false).fetch_all(conn).await?;
    let mut found = vec![];
    for row in rows {
        let number: i32 = row.try_get("failing")?;
        if let Some(kind) = FacetKind::of_code(number * STEP) {
            found.push((kind, row.try_get("count")?));
        }
    }
    Ok(found)
}

/// Which of these stems are in products that pass the filters and that the reader may know of.
pub(crate) async fn used(conn: &mut PgConnection, stems: &[String], filters: &[Filter], sight: &Sight) -> Result<Vec<String>> {
    let any = Need::Any(stems.iter().cloned().map(Need::Word).collect());
    let mut sql = matched(Some(&any), filters, sight);
    sql.push(" SELECT stem FROM unnest(").push_bind(stems).push(
        ") AS s(stem) WHERE EXISTS (SELECT FROM matched m JOIN search_document d ON d.product_id = m.product_id
           WHERE m.fails = 0 AND d.words @@ quote_literal(s.stem)::tsquery)",
    );
    let rows = sql.build().persistent(false).fetch_all(conn).await?;
    rows.iter().map(|row| Ok(row.try_get("stem")?)).collect()
}

/// Which part of a list is read: what follows a product in an order, without some that were shown already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    pub sort: Sort,
    pub after: Option<Uuid>,
    pub except: &'a [Uuid],
    pub most: i64,
}

/// A page of products in an order that can be continued after any of them, whatever was added meanwhile.
pub(crate) async fn page(conn: &mut PgConnection, need: Option<&Need>, filters: &[Filter], sight: &Sight, part: Part<'_>) -> Result<Vec<Uuid>> {
    let Part { sort, after, except, most } = part;
    let (key, descending) = match sort {
        Sort::Relevance => ("s.rank", true),
        Sort::Title => ("lower(p.title)", false),
        Sort::Updated => ("coalesce(p.updated_on, '0001-01-01')", true),
    };
    let (order, beyond) = if descending { ("DESC", "<") } else { ("ASC", ">") };
    let mut sql = matched(need, filters, sight);
    sql.push(" SELECT m.product_id FROM matched m JOIN search_document s ON s.product_id = m.product_id JOIN product p ON p.id = m.product_id WHERE m.fails = 0");
    if !except.is_empty() {
        sql.push(" AND NOT m.product_id = ANY(").push_bind(except).push(")");
    }
    if let Some(after) = after {
        let key_of_after = format!("(SELECT {key} FROM search_document s JOIN product p ON p.id = s.product_id WHERE s.product_id = ");
        sql.push(format!(" AND ({key} {beyond} {key_of_after}")).push_bind(after);
        sql.push(format!(") OR ({key} = {key_of_after}")).push_bind(after).push(") AND m.product_id > ").push_bind(after).push("))");
    }
    sql.push(format!(" ORDER BY {key} {order}, m.product_id LIMIT ")).push_bind(most);
    let rows = sql.build().persistent(false).fetch_all(conn).await?;
    rows.iter().map(|row| Ok(row.try_get("product_id")?)).collect()
}

/// The best listed products for a page that nothing narrows: by the index, from the place in it where the page before ended. That place is asked
/// for in two parts, those of the same rank and those below: with “or” between them the index would be read from its beginning.
pub(crate) async fn best(conn: &mut PgConnection, sight: &Sight, after: Option<Uuid>, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT product_id AS "product_id!" FROM (
               (SELECT d.product_id, d.rank FROM search_document d
                WHERE d.listed AND NOT d.product_id = ANY($1) AND d.rank = (SELECT rank FROM search_document WHERE product_id = $2) AND d.product_id > $2
                ORDER BY d.product_id LIMIT $3)
               UNION ALL
               (SELECT d.product_id, d.rank FROM search_document d
                WHERE d.listed AND NOT d.product_id = ANY($1)
                  AND d.rank < CASE WHEN $2::uuid IS NULL THEN 'infinity'::real ELSE (SELECT rank FROM search_document WHERE product_id = $2) END
                ORDER BY d.rank DESC, d.product_id LIMIT $3)
           ) found ORDER BY rank DESC, product_id LIMIT $3"#,
        &sight.retracted,
        after,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// The same in another order than by rank.
pub(crate) async fn sorted(conn: &mut PgConnection, sort: Sort, after: Option<Uuid>, most: i64) -> Result<Vec<Uuid>> {
    let (key, order, beyond) = match sort {
        Sort::Title => ("lower(p.title)", "", ">"),
        Sort::Relevance | Sort::Updated => ("coalesce(p.updated_on, '0001-01-01')", "DESC", "<"),
    };
    let listed = format!("(SELECT p.id, {key} AS key FROM product p WHERE p.visibility = 'listed' AND p.status IN ('published', 'deprecated')");
    let mut sql = QueryBuilder::new("SELECT id FROM (");
    if let Some(after) = after {
        let key_of_after = format!("(SELECT {key} FROM product p WHERE p.id = ");
        sql.push(format!("{listed} AND {key} = {key_of_after}")).push_bind(after).push(") AND p.id > ").push_bind(after);
        sql.push(" ORDER BY p.id LIMIT ").push_bind(most);
        sql.push(format!(") UNION ALL {listed} AND {key} {beyond} {key_of_after}")).push_bind(after).push(")");
    } else {
        sql.push(listed);
    }
    sql.push(format!(" ORDER BY {key} {order}, p.id LIMIT ")).push_bind(most);
    sql.push(format!(")) found ORDER BY key {order}, id LIMIT ")).push_bind(most);
    let rows = sql.build().persistent(false).fetch_all(conn).await?;
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
}

/// How many of the best ranked are looked through for a common word.
const BEST_RANKED: i64 = 1000;
/// How many of those that have the words are compared at most: a suggestion must come between two keys.
const COMPARED: i64 = 400;

/// Products with these words in their titles, best first; for suggestions. `many` says that the words are so common that
/// not all of those that have them can be compared: then the best ranked of all come first.
pub(crate) async fn titled(conn: &mut PgConnection, need: &Need, sight: &Sight, many: bool, most: i64) -> Result<Vec<Uuid>> {
    let mut sql = QueryBuilder::new("SELECT product_id FROM (");
    if many {
        sql.push("(SELECT product_id, rank FROM (SELECT d.product_id, d.rank, d.title_words FROM search_document d");
        sql.push(" WHERE d.listed AND NOT d.product_id = ANY(").push_bind(&sight.retracted);
        sql.push(") ORDER BY d.rank DESC, d.product_id LIMIT ").push_bind(BEST_RANKED);
        sql.push(") best WHERE title_words @@ ").push_bind(need.tsquery()).push("::tsquery ORDER BY rank DESC, product_id LIMIT ").push_bind(most);
        sql.push(") UNION ");
    }
    sql.push("(SELECT d.product_id, d.rank FROM search_document d WHERE d.listed AND NOT d.product_id = ANY(").push_bind(&sight.retracted);
    sql.push(") AND d.title_words @@ ").push_bind(need.tsquery()).push("::tsquery LIMIT ").push_bind(COMPARED).push(")");
    if !sight.unlisted.is_empty() {
        sql.push(" UNION (SELECT d.product_id, d.rank FROM search_document d WHERE d.product_id = ANY(").push_bind(&sight.unlisted);
        sql.push(") AND d.title_words @@ ").push_bind(need.tsquery()).push("::tsquery LIMIT ").push_bind(COMPARED).push(")");
    }
    sql.push(") found ORDER BY rank DESC, product_id LIMIT ").push_bind(most);
    let rows = sql.build().persistent(false).fetch_all(conn).await?;
    rows.iter().map(|row| Ok(row.try_get("product_id")?)).collect()
}
