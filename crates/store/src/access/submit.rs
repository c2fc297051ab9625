//! From addresses to what is asked for, and from a checked form to a request with one part for each product.

use super::agreements::make_agreement;
use super::decide::close;
use super::steps::{insert_steps, routes};
use crate::{Result, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Answer, DatasetScope, NewRequest, PartState, RequiredStep, Route, RowScope};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar::{self, WORKING_DAYS_TO_SHARE};
use domain::catalogue::{Classification, Distribution, Sharing};
use domain::id::{DatasetId, DomainId, OutputPortId, PersonId, ProductId, RequestId, RequestPartId, SectorId, TeamId};
use domain::organisation::Place;
use domain::{Ids, Urn};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One dataset at one port, as somebody may ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub address: String,
    pub place: Place,
    pub product_address: String,
    pub product_title: String,
    pub port: OutputPortId,
    pub dataset: DatasetId,
    pub dataset_name: String,
    pub dataset_title: String,
    /// Of the highest column that a reader gets.
    pub classification: Option<Classification>,
    pub sharing: Sharing,
    pub purposes: Vec<String>,
    pub forbidden: Vec<String>,
    pub distribution: Distribution,
    pub longest_days: i32,
    /// The answers that its terms ask for; none for what is usual.
    pub asks: Option<BTreeSet<Answer>>,
    /// Columns that a reader gets, and personal ones that stay absent.
    pub columns: Vec<String>,
    /// Of each of these columns.
    pub classes: Vec<Classification>,
    pub absent: Vec<String>,
    /// Columns whose values may narrow what is asked for.
    pub scope_columns: Vec<String>,
    /// Whether the reader's agency is the product's.
    pub own_agency: bool,
    pub steward: Option<String>,
}

/// What the addresses name, among products that the reader may know of and datasets that can be read. An address without a
/// dataset names all of the product's. Unknown addresses are left out.
pub async fn asked(conn: &mut PgConnection, reader: PersonId, urns: &[Urn], now: DateTime<Utc>) -> Result<Vec<Asked>> {
    let products: Vec<String> = urns.iter().map(Urn::product_address).collect();
    let rows = sqlx::query!(
        r#"SELECT p.id AS "product!", m.id AS domain, m.sector_id, p.address AS "product_address!", p.title AS "product_title!", o.id AS port, o.name AS port_name,
                  d.id AS dataset, d.name AS dataset_name, d.title AS dataset_title, t.sharing, t.purposes, t.forbidden, t.distribution, t.longest_days, t.asks,
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND column_leaves(c) ORDER BY c.position) AS "columns!",
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND NOT column_leaves(c) ORDER BY c.position) AS "absent!",
                  ARRAY(SELECT c.classification FROM data_column c WHERE c.dataset_id = d.id AND column_leaves(c) ORDER BY c.position) AS "classes!", w.name AS "steward?",
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND column_is_clear(c) AND c.is_scope
                        ORDER BY c.position) AS "scope_columns!",
                  EXISTS (SELECT FROM person h WHERE h.id = $1 AND means_agency(h.agency, g)) AS "own_agency!"
           FROM visible_product($1, $2) p JOIN data_domain m ON m.id = p.domain_id JOIN agency g ON g.id = m.agency_id JOIN output_port o ON o.product_id = p.id JOIN output_port_dataset x ON x.output_port_id = o.id
           JOIN dataset d ON d.id = x.dataset_id JOIN data_sharing_agreement t ON t.product_id = p.id LEFT JOIN person w ON w.id = p.steward_id
           WHERE p.address = ANY($3) AND d.table_name IS NOT NULL ORDER BY p.address, o.name, d.position"#,
        reader.0,
        now,
        &products
    )
    .fetch_all(conn)
    .await?;
    let mut found = Vec::new();
    for row in rows {
        let wanted = urns.iter().any(|urn| {
            urn.product_address() == row.product_address
                && urn.port.as_ref().is_none_or(|port| *port == row.port_name)
                && urn.dataset.as_ref().is_none_or(|dataset| *dataset == row.dataset_name)
        });
        if !wanted || row.columns.is_empty() {
            continue;
        }
        let classes = row.classes.iter().map(|word| word.parse()).collect::<std::result::Result<Vec<Classification>, _>>()?;
        found.push(Asked {
            address: format!("{}.{}.{}", row.product_address, row.port_name, row.dataset_name),
            place: Place { product: ProductId(row.product), domain: DomainId(row.domain), sector: SectorId(row.sector_id) },
            product_address: row.product_address,
            product_title: row.product_title,
            port: OutputPortId(row.port),
            dataset: DatasetId(row.dataset),
            dataset_name: row.dataset_name,
            dataset_title: row.dataset_title,
            classification: classes.iter().max().copied(),
            classes,
            sharing: row.sharing.parse()?,
            purposes: row.purposes,
            forbidden: row.forbidden,
            distribution: row.distribution.parse()?,
            longest_days: row.longest_days,
            asks: crate::catalogue::answers(row.asks)?,
            columns: row.columns,
            absent: row.absent,
            scope_columns: row.scope_columns,
            own_agency: row.own_agency,
            steward: row.steward,
        });
    }
    Ok(found)
}

impl Asked {
    /// Of the highest of its columns that are asked for; `scope` is none when all are.
    pub fn classification_of(&self, scope: Option<&DatasetScope>) -> Option<Classification> {
        let wanted = |(name, class): (&String, &Classification)| scope.is_none_or(|scope| scope.columns.contains(name)).then_some(*class);
        self.columns.iter().zip(&self.classes).filter_map(wanted).max()
    }
}

/// The legal basis that somebody will most likely name for a purpose: as in their last request for it, or else as the list of purposes says.
pub async fn likely_basis(conn: &mut PgConnection, person: PersonId, purpose: &str) -> Result<Option<String>> {
    let basis = sqlx::query_scalar!(
        r#"SELECT coalesce((SELECT r.legal_basis FROM access_request r WHERE r.requester_id = $1 AND r.purpose = u.code AND r.legal_basis <> ''
                            ORDER BY r.submitted_at DESC, r.id DESC LIMIT 1), nullif(u.legal_source, '')) AS "basis?"
           FROM purpose u WHERE u.code = $2"#,
        person.0,
        purpose
    )
    .fetch_optional(conn)
    .await?;
    Ok(basis.flatten())
}

/// The team that somebody will most likely name: as in their last request.
pub async fn likely_team(conn: &mut PgConnection, person: PersonId) -> Result<Option<String>> {
    let team = sqlx::query_scalar!(
        "SELECT team FROM access_request WHERE requester_id = $1 AND team <> '' ORDER BY submitted_at DESC, id DESC LIMIT 1",
        person.0
    );
    Ok(team.fetch_optional(conn).await?)
}

/// Public holidays, which no clock counts.
pub async fn holidays(conn: &mut PgConnection) -> Result<BTreeSet<NaiveDate>> {
    Ok(sqlx::query_scalar!("SELECT day FROM holiday").fetch_all(conn).await?.into_iter().collect())
}

/// A checked form on its way into the record.
#[derive(Debug, Clone)]
pub struct Submission<'a> {
    pub requester: PersonId,
    /// The team that it is asked for, of which the requester is; none for themselves.
    pub team: Option<TeamId>,
    pub request: &'a NewRequest,
    pub asked: &'a [Asked],
    /// The form's own key: the same form sent twice is one request.
    pub key: Uuid,
    /// Steps that standards ask for.
    pub required: Vec<RequiredStep>,
    pub origin: Origin,
}

/// Writes a request, or finds the one that this very form made before. Each part gets the
/// steps that the rules ask for, or is approved at once where they ask for none.
pub async fn submit(conn: &mut PgConnection, submission: &Submission<'_>, ids: &Ids, now: DateTime<Utc>) -> Result<RequestId> {
    let decide_by = calendar::add_working_days(calendar::day(now), WORKING_DAYS_TO_SHARE, &holidays(&mut *conn).await?);
    let id: RequestId = ids.next(now);
    let request = submission.request;
    let inserted = sqlx::query_scalar!(
        "INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, seen_by, until, submitted_at, decide_by, submission_key, team_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (requester_id, submission_key) DO NOTHING RETURNING id",
        id.0,
        submission.requester.0,
        request.purpose,
        request.explanation,
        request.legal_basis,
        request.team,
        request.seen_by,
        request.until,
        now,
        decide_by,
        submission.key,
        submission.team.map(|team| team.0)
    )
    .fetch_optional(&mut *conn)
    .await?;
    if inserted.is_none() {
        let known = sqlx::query_scalar!(
            "SELECT id FROM access_request WHERE requester_id = $1 AND submission_key = $2",
            submission.requester.0,
            submission.key
        )
        .fetch_one(conn)
        .await?;
        return Ok(RequestId(known));
    }
    let routes = routes(conn, submission.asked, &request.wanted, &request.purpose).await?;
    for (product, route) in routes {
        let datasets: Vec<&Asked> = submission.asked.iter().filter(|asked| asked.place.product == product).collect();
        let Some(first) = datasets.first() else { continue };
        let part: RequestPartId = ids.next(now);
        insert_part(conn, id, part, product, decide_by, &datasets, &request.wanted).await?;
        super::terms::terms_accepted(conn, part).await?;
        let event = AuditEvent {
            product: Some(product),
            address: Some(first.product_address.clone()),
            reason: Some(request.purpose.clone()),
            ..AuditEvent::done(Some(submission.requester), AuditAction::RequestSubmit, "request", Some(id.0), submission.origin.clone())
        };
        audit::append(conn, &event, now).await?;
        let required: Vec<RequiredStep> = submission.required.iter().filter(|one| one.product == product).cloned().collect();
        match route {
            // What a standard asks of somebody wins over a rule that grants at once.
            Route::Automatic { .. } if !required.is_empty() => {
                super::standard_steps::require_steps(&mut *conn, part, &required, ids, now).await?;
            }
            Route::Steps(steps) => {
                insert_steps(conn, part, submission.requester, submission.team, first.place, &steps, ids, now).await?;
                super::standard_steps::require_steps(&mut *conn, part, &required, ids, now).await?;
            }
            // By rules that the data office and the domain made; personal columns are absent there as everywhere.
            Route::Automatic { why } => {
                let state = PartState::Submitted.to(PartState::Approved)?;
                close(conn, part, state, None, Some(&why), Some(request.until), now).await?;
                let approved = AuditEvent { actor: None, action: AuditAction::RequestApprove, reason: Some(why), ..event };
                audit::append(conn, &approved, now).await?;
                make_agreement(conn, part, None, request.until, &submission.origin, ids, now).await?;
            }
        }
    }
    sqlx::query!("DELETE FROM request_draft WHERE person_id = $1", submission.requester.0).execute(&mut *conn).await?;
    sqlx::query!(
        "DELETE FROM basket_item WHERE person_id = $1 AND dataset_id = ANY($2)",
        submission.requester.0,
        &submission.asked.iter().map(|a| a.dataset.0).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(id)
}

/// What this key submitted before.
pub async fn submitted_with(conn: &mut PgConnection, requester: PersonId, key: Uuid) -> Result<Option<RequestId>> {
    let id = sqlx::query_scalar!("SELECT id FROM access_request WHERE requester_id = $1 AND submission_key = $2", requester.0, key);
    Ok(id.fetch_optional(conn).await?.map(RequestId))
}

/// Whether a request was made with these answers.
pub async fn same_answers(conn: &mut PgConnection, id: RequestId, request: &NewRequest, asked: &[Asked], team: Option<TeamId>) -> Result<bool> {
    let made = sqlx::query!("SELECT purpose, explanation, legal_basis, team, seen_by, until, team_id FROM access_request WHERE id = $1", id.0)
        .fetch_one(&mut *conn)
        .await?;
    let said = (&made.purpose, &made.explanation, &made.legal_basis, &made.team, &made.seen_by, made.until, made.team_id);
    let says =
        (&request.purpose, &request.explanation, &request.legal_basis, &request.team, &request.seen_by, request.until, team.map(|team| team.0));
    if said != says {
        return Ok(false);
    }
    let rows = sqlx::query!(
        r#"SELECT x.output_port_id, x.dataset_id, x.columns, x.row_scope AS "row_scope: Json<RowScope>"
           FROM request_part q JOIN request_part_dataset x ON x.part_id = q.id WHERE q.request_id = $1"#,
        id.0
    )
    .fetch_all(conn)
    .await?;
    let mut before: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let columns = row.columns.map(|columns| columns.into_iter().collect::<BTreeSet<String>>());
            (row.output_port_id, row.dataset_id, columns, row.row_scope.0)
        })
        .collect();
    let mut now: Vec<_> = asked
        .iter()
        .map(|asked| {
            let scope = request.wanted.get(&asked.address);
            (asked.port.0, asked.dataset.0, scope.map(|scope| scope.columns.clone()), scope.map(|scope| scope.rows.clone()).unwrap_or_default())
        })
        .collect();
    before.sort_by_key(|one| (one.0, one.1));
    now.sort_by_key(|one| (one.0, one.1));
    Ok(before == now)
}

async fn insert_part(
    conn: &mut PgConnection,
    request: RequestId,
    part: RequestPartId,
    product: ProductId,
    due_on: NaiveDate,
    datasets: &[&Asked],
    wanted: &BTreeMap<String, DatasetScope>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO request_part (id, request_id, product_id, state, due_on) VALUES ($1, $2, $3, $4, $5)",
        part.0,
        request.0,
        product.0,
        PartState::Submitted.as_str(),
        due_on
    )
    .execute(&mut *conn)
    .await?;
    for asked in datasets {
        let scope = wanted.get(&asked.address);
        let columns: Option<Vec<String>> = scope.map(|scope| scope.columns.iter().cloned().collect());
        let rows = scope.map(|scope| scope.rows.clone()).unwrap_or_default();
        sqlx::query!(
            "INSERT INTO request_part_dataset (part_id, output_port_id, dataset_id, columns, row_scope) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            part.0,
            asked.port.0,
            asked.dataset.0,
            columns as _,
            Json(rows) as _
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
