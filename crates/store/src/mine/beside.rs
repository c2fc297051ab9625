//! What stands beside a product: others that serve the same people, that it joins with, or that belong to the same sector.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::glossary::ENOUGH;
use domain::id::{PersonId, ProductId};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Products shown beside one for each kind of reason.
pub const OF_EACH_KIND: i64 = 3;
/// "Used together" is said from so many people on, the reader not counted, so that nobody's use can be read from it.
pub const OTHER_HOLDERS: i64 = 3;

/// The last holders of the product, whose last products are looked at.
const HOLDERS: i64 = 50;
const OF_EACH_HOLDER: i64 = 50;
/// Keys of the product that are looked for elsewhere, and products looked at for each.
const KEYS: i64 = 20;
const OF_EACH_KEY: i64 = 50;
/// Candidates of each kind: more than are shown, because some may be gone, or not be there for a reader, when they are.
const SPARE: i64 = 12;

/// Why a product stands beside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Several other people hold agreements on both.
    UsedTogether,
    /// Columns of both carry one concept, or are keys of one name.
    JoinsOn(Join),
    /// The sector's title.
    SameSector(String),
}

/// What two products can be joined on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// Slug and name of the concept that both columns carry; none for keys that are called the same.
    pub term: Option<(String, String)>,
    /// The column here.
    pub own: String,
    /// The column there.
    pub theirs: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub address: String,
    pub title: String,
    pub summary: Option<String>,
    pub reason: Reason,
}

/// Another product that may stand beside one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    id: ProductId,
    /// People among the last holders who hold both; none when they are too few to be told of.
    people: i64,
    join: Option<Join>,
}

/// What may stand beside a product whoever looks, best first: it is the same for everybody, changes slowly, and costs more than the rest of a
/// product's page, so that whoever asks often keeps it for a while. It says nothing that may be shown before [`beside`] has looked at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates(Vec<Candidate>);

/// By people, then by what they join on: a concept that columns of both carry, whatever they are called, or else a key of one name. Columns whose
/// values mostly lack the concept's format join nothing, nor do keys that every dataset could have (a row's number); and personal
/// columns are at no port.
///
/// It looks at the last holders and at some products of each key rather than at all: among so many, any three are as good. What is hidden takes no room among them:
/// others would show less for it. Only published products that are listed for everyone are recommended, although a reader with a role may know of more: what is hidden is found by those who know where to
/// look.
pub async fn candidates(conn: &mut PgConnection, product: ProductId) -> Result<Candidates> {
    let rows = sqlx::query!(
        r#"WITH holder AS MATERIALIZED (
               SELECT DISTINCT id FROM (SELECT holder_id AS id FROM agreement WHERE product_id = $1 AND state = 'active'
                                        ORDER BY made_at DESC, holder_id LIMIT $4) h),
           together AS MATERIALIZED (
               SELECT o.product_id, count(DISTINCT h.id) AS people FROM holder h
               CROSS JOIN LATERAL (SELECT g.product_id FROM agreement g WHERE g.holder_id = h.id AND g.state = 'active' AND g.product_id <> $1
                                     AND NOT EXISTS (SELECT FROM unlisted_product u WHERE u.id = g.product_id)
                                   ORDER BY g.made_at DESC LIMIT $7) o
               GROUP BY o.product_id HAVING count(DISTINCT h.id) >= $2),
           own_column AS MATERIALIZED (
               SELECT c.name, c.is_key, m.term_id, m.share FROM dataset d JOIN data_column c ON c.dataset_id = d.id
               LEFT JOIN (polyseme_column m JOIN polyseme y ON y.term_id = m.term_id AND y.ended_at IS NULL)
                   ON m.product_id = d.product_id AND m.dataset_name = d.name AND m.column_name = c.name AND m.state = 'carries'
               WHERE d.product_id = $1 AND c.personal = 'none'),
           own_term AS MATERIALIZED (
               SELECT t.id, t.slug, t.name, min(o.name) AS own FROM own_column o JOIN glossary_term t ON t.id = o.term_id
               WHERE o.share IS NULL OR o.share >= $8 GROUP BY t.id ORDER BY t.slug LIMIT $5),
           own_key AS MATERIALIZED (
               SELECT lower(name) AS name, min(name) AS own FROM own_column
               WHERE is_key AND term_id IS NULL AND lower(name) NOT IN ('id', '_id', 'uuid', 'key', 'no', 'number')
               GROUP BY lower(name) ORDER BY 1 LIMIT $5),
           joins AS MATERIALIZED (
               SELECT o.product_id, k.slug, k.name, k.own, o.column_name AS theirs
               FROM own_term k CROSS JOIN LATERAL (
                   SELECT m.product_id, m.column_name FROM polyseme_column m JOIN product p ON p.id = m.product_id
                   JOIN dataset d ON d.product_id = m.product_id AND d.name = m.dataset_name
                   JOIN data_column c ON c.dataset_id = d.id AND c.name = m.column_name
                   WHERE m.term_id = k.id AND m.state = 'carries' AND (m.share IS NULL OR m.share >= $8) AND c.personal = 'none' AND m.product_id <> $1
                     AND p.visibility = 'listed' AND p.status = 'published' LIMIT $6) o
               UNION ALL
               SELECT o.product_id, NULL, k.name, k.own, o.column_name
               FROM own_key k CROSS JOIN LATERAL (
                   SELECT d.product_id, c.name AS column_name FROM data_column c JOIN dataset d ON d.id = c.dataset_id
                   JOIN product p ON p.id = d.product_id
                   WHERE lower(c.name) = k.name AND c.is_key AND c.personal = 'none' AND d.product_id <> $1
                     AND p.visibility = 'listed' AND p.status = 'published' LIMIT $6) o),
           best AS MATERIALIZED (
               SELECT DISTINCT ON (j.product_id) j.product_id, j.slug, j.name, j.own, j.theirs, n.keys
               FROM joins j JOIN (SELECT product_id, count(DISTINCT (slug, name)) AS keys FROM joins GROUP BY product_id) n ON n.product_id = j.product_id
               ORDER BY j.product_id, j.slug IS NULL, j.slug, j.name, j.theirs),
           placed AS (
               SELECT p.id, t.people, k.slug, k.name, k.own, k.theirs,
                      row_number() OVER (PARTITION BY t.product_id IS NULL ORDER BY t.people DESC, k.keys DESC NULLS LAST, p.title, p.id) AS place
               FROM product p LEFT JOIN together t ON t.product_id = p.id LEFT JOIN best k ON k.product_id = p.id
               WHERE p.id IN (SELECT product_id FROM together UNION SELECT product_id FROM best) AND p.visibility = 'listed' AND p.status = 'published')
           SELECT id AS "id!", coalesce(people, 0) AS "people!", slug AS "slug?", name AS "name?", own AS "own?", theirs AS "theirs?"
           FROM placed WHERE place <= $3 ORDER BY people IS NULL, place"#,
        product.0,
        OTHER_HOLDERS,
        SPARE,
        HOLDERS,
        KEYS,
        OF_EACH_KEY,
        OF_EACH_HOLDER,
        ENOUGH
    )
    .fetch_all(conn)
    .await?;
    let found = rows.into_iter().map(|row| {
        let join = row.own.zip(row.theirs).map(|(own, theirs)| Join { term: row.slug.zip(row.name), own, theirs });
        Candidate { id: ProductId(row.id), people: row.people, join }
    });
    Ok(Candidates(found.collect()))
}

/// What stands beside a product that this reader may know of, best reason first, each product once and a few of each kind.
pub async fn beside(
    conn: &mut PgConnection,
    reader: PersonId,
    product: ProductId,
    candidates: &Candidates,
    now: DateTime<Utc>,
) -> Result<Vec<Beside>> {
    let mut found = recommended(conn, reader, product, candidates, now).await?;
    let shown: Vec<String> = found.iter().map(|one| one.address.clone()).collect();
    found.extend(same_sector(conn, reader, product, &shown, now).await?);
    Ok(found)
}

/// Candidates that stand there for this reader: still listed for everyone, and used together by enough others, the reader not counted.
async fn recommended(
    conn: &mut PgConnection,
    reader: PersonId,
    product: ProductId,
    candidates: &Candidates,
    now: DateTime<Utc>,
) -> Result<Vec<Beside>> {
    if candidates.0.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<Uuid> = candidates.0.iter().map(|one| one.id.0).collect();
    let rows = sqlx::query!(
        r#"SELECT p.id AS "id!", p.address AS "address!", p.title AS "title!", p.summary,
                  (SELECT count(DISTINCT g.product_id) FROM agreement g
                   WHERE g.holder_id = $1 AND g.state = 'active' AND g.product_id IN (p.id, $3)) = 2 AS "holds_both!"
           FROM visible_product($1, $2) p
           WHERE p.id = ANY($4) AND p.visibility = 'listed' AND p.status = 'published' AND EXISTS (SELECT FROM visible_product($1, $2) here WHERE here.id = $3)"#,
        reader.0,
        now,
        product.0,
        &ids
    )
    .fetch_all(conn)
    .await?;
    let mut known: BTreeMap<Uuid, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    let (mut together, mut joined) = (vec![], vec![]);
    for one in &candidates.0 {
        let Some(row) = known.remove(&one.id.0) else { continue };
        let people = one.people - i64::from(row.holds_both);
        let (kind, reason) = match &one.join {
            _ if people >= OTHER_HOLDERS => (&mut together, Reason::UsedTogether),
            Some(join) => (&mut joined, Reason::JoinsOn(join.clone())),
            None => continue,
        };
        kind.push(Beside { address: row.address, title: row.title, summary: row.summary, reason });
    }
    let few = usize::try_from(OF_EACH_KIND).unwrap_or_default();
    together.truncate(few);
    joined.truncate(few);
    together.append(&mut joined);
    Ok(together)
}

/// The sector's latest, those of the product's own domain first.
async fn same_sector(conn: &mut PgConnection, reader: PersonId, product: ProductId, but: &[String], now: DateTime<Utc>) -> Result<Vec<Beside>> {
    let rows = sqlx::query!(
        r#"WITH here AS MATERIALIZED (
               SELECT p.id, p.domain_id, d.sector_id FROM visible_product($1, $2) p JOIN data_domain d ON d.id = p.domain_id WHERE p.id = $3)
           SELECT x.address AS "address!", x.title AS "title!", x.summary, s.title AS sector
           FROM here JOIN sector s ON s.id = here.sector_id JOIN data_domain d ON d.sector_id = here.sector_id
           CROSS JOIN LATERAL (
               SELECT p.id, p.address, p.title, p.summary, p.changed_at FROM visible_product($1, $2) p
               WHERE p.domain_id = d.id AND p.id <> here.id AND p.visibility = 'listed' AND p.status = 'published' AND NOT p.address = ANY($4)
               ORDER BY p.changed_at DESC, p.id LIMIT $5) x
           ORDER BY (d.id = here.domain_id) DESC, x.changed_at DESC, x.id LIMIT $5"#,
        reader.0,
        now,
        product.0,
        but,
        OF_EACH_KIND
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Beside { address: row.address, title: row.title, summary: row.summary, reason: Reason::SameSector(row.sector) })
        .collect())
}
