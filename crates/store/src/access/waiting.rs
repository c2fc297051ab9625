//! Which parts are looked at for somebody's queue, so that a long queue costs no more than a short one: the few that their roles reach
//! at all, or windows along the queue's order until enough is found. Whether somebody may decide is not settled here.

use crate::Result;
use crate::session::stored;
use chrono::NaiveDate;
use domain::Actor;
use domain::id::{PartStepId, RequestPartId};
use sqlx::PgConnection;
use uuid::Uuid;

/// So many are few: they are read at once and put in order.
const FEW: i64 = 500;
/// Parts of the largest window.
const LARGEST: i64 = 4096;
/// How much larger each window is than the one before.
const GROWTH: i64 = 4;

/// Where a page of the queue begins: after this place of its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// Whether it waits for its requester; such come last.
    pub paused: bool,
    pub due_on: NaiveDate,
    pub part: RequestPartId,
    pub step: PartStepId,
}

impl After {
    /// Before everything: no clock ran out in 1970.
    fn start() -> Self {
        Self { paused: false, due_on: NaiveDate::default(), part: RequestPartId(Uuid::nil()), step: PartStepId(Uuid::nil()) }
    }
}

/// Roles as queries take them: one row for each that somebody holds, with who that is. A step is theirs to decide when a row
/// covers it, and neither they nor the one they stand for asked, alone or with a team.
#[derive(Debug, Default)]
pub(super) struct Holding {
    pub people: Vec<Uuid>,
    pub roles: Vec<String>,
    pub kinds: Vec<String>,
    pub ids: Vec<Option<Uuid>>,
}

impl Holding {
    pub fn of(actor: &Actor, stands_for: &[Actor]) -> Self {
        let mut all = Self::default();
        for one in std::iter::once(actor).chain(stands_for) {
            for held in &one.roles {
                let (kind, id) = stored(held.scope);
                all.people.push(one.person.0);
                all.roles.push(held.role.to_string());
                all.kinds.push(kind.to_owned());
                all.ids.push(id);
            }
        }
        all
    }
}

/// Parts to look at together, and the place after which they count.
pub(super) struct Window {
    pub parts: Vec<Uuid>,
    pub after: After,
}

/// What somebody's roles can reach of what waits; never less than what they may decide.
#[derive(Default)]
struct Reach {
    /// All of it, when it is few; taken at once.
    few: Option<Vec<Uuid>>,
    /// Otherwise the products that it is of; none when roles are held more widely.
    products: Option<Vec<Uuid>>,
}

/// Where looking for parts has got to.
pub(super) struct Windows {
    after: After,
    reach: Reach,
    /// Parts of the next window; none when nothing is left.
    size: Option<i64>,
}

impl Windows {
    /// Begins after a place, with a window for about so many.
    pub async fn of(conn: &mut PgConnection, holding: &Holding, after: Option<After>, wanted: i64) -> Result<Self> {
        let reach = reach(conn, holding).await?;
        // One more, since the part of the place itself may have another step.
        Ok(Self { after: after.unwrap_or_else(After::start), reach, size: Some((wanted + 1).clamp(2, LARGEST)) })
    }

    /// The next parts to look at; none when all were.
    pub async fn next(&mut self, conn: &mut PgConnection) -> Result<Option<Window>> {
        let Some(size) = self.size else { return Ok(None) };
        if let Some(parts) = self.reach.few.take() {
            self.size = None;
            return Ok((!parts.is_empty()).then_some(Window { parts, after: self.after }));
        }
        let rows = sqlx::query!(
            r#"SELECT id, (paused_at IS NOT NULL) AS "paused!", due_on FROM request_part
               WHERE state = 'submitted' AND (paused_at IS NOT NULL, due_on, id) >= ($1, $2, $3)
                 AND ($5::uuid[] IS NULL OR product_id IN (SELECT unnest($5::uuid[])))
               ORDER BY (paused_at IS NOT NULL), due_on, id LIMIT $4"#,
            self.after.paused,
            self.after.due_on,
            self.after.part.0,
            size,
            self.reach.products.as_deref()
        )
        .fetch_all(conn)
        .await?;
        let full = i64::try_from(rows.len()).is_ok_and(|read| read == size);
        self.size = full.then(|| (size * GROWTH).min(LARGEST));
        let after = self.after;
        if let Some(last) = rows.last() {
            self.after = After { paused: last.paused, due_on: last.due_on, part: RequestPartId(last.id), step: PartStepId(Uuid::max()) };
        }
        Ok(Some(Window { parts: rows.into_iter().map(|row| row.id).collect(), after }))
    }
}

/// First by the roles alone, then by where they are held.
async fn reach(conn: &mut PgConnection, holding: &Holding) -> Result<Reach> {
    if holding.people.is_empty() {
        return Ok(Reach { few: Some(vec![]), products: None });
    }
    let few = |parts: Vec<Uuid>| i64::try_from(parts.len()).is_ok_and(|read| read <= FEW).then_some(parts);
    let named =
        sqlx::query_scalar!("SELECT part_id FROM part_step WHERE state = 'waiting' AND roles && $1::text[] LIMIT $2", &holding.roles, FEW + 1)
            .fetch_all(&mut *conn)
            .await?;
    if let Some(parts) = few(named) {
        return Ok(Reach { few: Some(parts), products: None });
    }
    let whole: Vec<String> =
        holding.kinds.iter().zip(&holding.roles).filter(|(kind, _)| kind.as_str() == "whole").map(|(_, role)| role.clone()).collect();
    let within = |wanted: &str| -> Vec<Uuid> {
        holding.kinds.iter().zip(&holding.ids).filter(|(kind, _)| kind.as_str() == wanted).filter_map(|(_, id)| *id).collect()
    };
    let (products, domains, sectors) = (within("product"), within("domain"), within("sector"));
    let covered = sqlx::query_scalar!(
        r#"SELECT part AS "part!" FROM (
               SELECT part_id AS part FROM part_step WHERE state = 'waiting' AND roles && $1::text[]
               UNION ALL SELECT id FROM request_part WHERE state = 'submitted' AND product_id = ANY($2)
               UNION ALL SELECT q.id FROM product p JOIN request_part q ON q.product_id = p.id WHERE q.state = 'submitted' AND p.domain_id = ANY($3)
               UNION ALL SELECT q.id FROM data_domain d JOIN product p ON p.domain_id = d.id JOIN request_part q ON q.product_id = p.id
                   WHERE q.state = 'submitted' AND d.sector_id = ANY($4)) reached LIMIT $5"#,
        &whole,
        &products,
        &domains,
        &sectors,
        FEW + 1
    )
    .fetch_all(&mut *conn)
    .await?;
    if let Some(parts) = few(covered) {
        return Ok(Reach { few: Some(parts), products: None });
    }
    if !(whole.is_empty() && sectors.is_empty()) {
        return Ok(Reach::default());
    }
    let covered =
        sqlx::query_scalar!(r#"SELECT unnest($1::uuid[]) AS "product!" UNION SELECT id FROM product WHERE domain_id = ANY($2)"#, &products, &domains);
    Ok(Reach { few: None, products: Some(covered.fetch_all(conn).await?) })
}
