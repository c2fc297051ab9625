//! The statements that a walk looks ahead with.
//!
//! Four, and not one with a switch: each walks along the one index that has its neighbours in order, and ends after the few that are wanted.
//! Branches of one query would have to be sorted, and a hub read whole. A look gives its rows hop by hop and ends where it is told to: further
//! hops are not begun. A node that is reached again is followed again, which its reader passes over.
//!
//! Where a look begins is hidden from the planner in a select of its own: told that it is one node, it would take a plan made for one node to be
//! worth making each time, which costs three times what the look does.
//!
//! What is not listed is few, and has an index of its own: a neighbour that is not in it is everybody's to know, and only of the others it is
//! asked who the reader is. Asked at once, `visible_product` would read the product of every neighbour.

use super::walk::Asked;
use crate::Result;
use sqlx::PgConnection;
use uuid::Uuid;

/// An edge, from what is here to what is there; the nodes where the look begins come from nowhere, at no hop.
pub(super) struct Row {
    pub here: Option<i64>,
    pub there: i64,
    pub hop: i32,
    /// The dataset that is there, and its product.
    pub dataset: Option<Uuid>,
    pub product: Option<Uuid>,
}

/// One of the four: where edges lead to and come from, and which of them hold, with what else that asks for.
macro_rules! look {
    ($there:literal, $here:literal, $holds:literal, $conn:ident, $from:ident, $asked:ident, $hops:ident, $most:ident $(, $then:ident)?) => {
        sqlx::query_as!(
            Row,
            r#"WITH RECURSIVE reached (here, there, hop, dataset_id, product_id) AS (
               SELECT NULL::bigint, n.id, 0, n.dataset_id, n.product_id FROM unnest((SELECT $1::bigint[])) AS u(id) JOIN lineage_node n ON n.id = u.id
               UNION ALL
               SELECT f.there, o.there, f.hop + 1, o.dataset_id, o.product_id
               FROM (SELECT DISTINCT r.there, r.hop FROM reached r WHERE r.hop < $6 ORDER BY r.there) f CROSS JOIN LATERAL (
                   SELECT x.there, n.dataset_id, n.product_id
                   FROM (SELECT DISTINCT e."# + $there + r#" AS there FROM lineage_edge e
                         WHERE e."# + $here + " = f.there AND e." + $there + " <> f.there AND " + $holds + " ORDER BY e." + $there + r#") x
                   JOIN lineage_node n ON n.id = x.there
                   WHERE NOT EXISTS (SELECT FROM unlisted_product h WHERE h.id = n.product_id)
                      OR EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = n.product_id)
                   ORDER BY x.there LIMIT $4) o)
           SELECT here, there AS "there!", hop AS "hop!", dataset_id AS "dataset", product_id AS "product" FROM reached LIMIT $5"#,
            $from,
            $asked.reader.0,
            $asked.now,
            $asked.limits.fan + 1,
            $most,
            $hops
            $(, $then)?
        )
        .fetch_all($conn)
        .await
    };
}

/// Edges from these nodes on, so many hops, and at most so many of them.
pub(super) async fn ahead(conn: &mut PgConnection, here: &[i64], asked: &Asked, down: bool, hops: i32, most: usize) -> Result<Vec<Row>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = match (down, asked.as_of) {
        (true, None) => look!("to_id", "from_id", "e.until IS NULL", conn, here, asked, hops, most),
        (false, None) => look!("from_id", "to_id", "e.until IS NULL", conn, here, asked, hops, most),
        (true, Some(then)) => {
            look!("to_id", "from_id", "e.since <= $7 AND (e.until IS NULL OR e.until > $7)", conn, here, asked, hops, most, then)
        }
        (false, Some(then)) => {
            look!("from_id", "to_id", "e.since <= $7 AND (e.until IS NULL OR e.until > $7)", conn, here, asked, hops, most, then)
        }
    };
    Ok(rows?)
}
