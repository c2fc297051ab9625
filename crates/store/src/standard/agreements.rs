//! Agreements as rules look at them: agencies, purposes, days and columns, and no person; and how each stands to somebody who reads what rules
//! said of it.

use crate::Result;
use chrono::NaiveDate;
use domain::calendar;
use domain::id::{AgreementId, DomainId, PersonId, ProductId, SectorId};
use domain::organisation::Place;
use domain::team::{Belongs, InTeam};
use rules::input::Agreement;
use sqlx::PgConnection;
use uuid::Uuid;

/// Agreements in force on these products.
pub async fn agreement_inputs(conn: &mut PgConnection, products: &[Uuid]) -> Result<Vec<(ProductId, AgreementId, Agreement)>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.product_id, a.made_at, a.until, r.purpose, r.legal_basis, coalesce(g.slug, lower(h.agency), '') AS "agency!",
                  ARRAY(SELECT d.name || '.' || c FROM agreement_dataset x JOIN dataset d ON d.id = x.dataset_id, unnest(x.columns) AS c
                        WHERE x.agreement_id = a.id ORDER BY 1) AS "columns!"
           FROM agreement a JOIN person h ON h.id = a.holder_id JOIN request_part q ON q.id = a.part_id JOIN access_request r ON r.id = q.request_id
           LEFT JOIN agency g ON means_agency(h.agency, g)
           WHERE a.state = 'active' AND a.product_id = ANY($1) ORDER BY a.product_id, a.id"#,
        products
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            // It ends with its last day: a moment before its end is still in it.
            let last = calendar::last_day(row.until);
            let agreement = Agreement {
                id: row.id.to_string(),
                agency: row.agency,
                purpose: row.purpose,
                legal_basis: Some(row.legal_basis),
                days: (last - calendar::day(row.made_at)).num_days(),
                columns: row.columns,
                held: false,
            };
            (ProductId(row.product_id), AgreementId(row.id), agreement)
        })
        .collect())
}

/// A standard by which nothing can be read under an agreement from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopping {
    pub slug: String,
    pub title: String,
    pub on: NaiveDate,
}

/// Standards of which the holders of an agreement were told that they will stop it, and that do not do so yet.
pub async fn stopping(conn: &mut PgConnection, agreement: AgreementId, today: NaiveDate) -> Result<Vec<Stopping>> {
    let all = sqlx::query_as!(
        Stopping,
        r#"SELECT DISTINCT s.slug, v.title, v.effective_from + v.grace_days AS "on!"
           FROM audit_event x JOIN standard s ON s.slug = x.detail JOIN standard_version v ON v.standard_id = s.id
           WHERE x.object_id = $1 AND x.action = 'agreement.forewarn' AND v.status IN ('published', 'effective') AND v.severity = 'block-serving'
             AND v.effective_from + v.grace_days > $2 ORDER BY 3, 1"#,
        agreement.0,
        today
    );
    Ok(all.fetch_all(conn).await?)
}

/// Whose each of these agreements is, as it stands to a person, and where its product stands: the domain says from that who may read it.
pub async fn agreements_to(conn: &mut PgConnection, person: PersonId, agreements: &[Uuid]) -> Result<Vec<(AgreementId, Belongs, Place)>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.holder_id, (a.team_id IS NOT NULL) AS "team!", m.lead AS "lead?", a.product_id, p.domain_id, d.sector_id
           FROM agreement a JOIN product p ON p.id = a.product_id JOIN data_domain d ON d.id = p.domain_id
           LEFT JOIN agreement_people m ON m.agreement_id = a.id AND m.person_id = $1 AND a.team_id IS NOT NULL
           WHERE a.id = ANY($2)"#,
        person.0,
        agreements
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let standing = match row.lead {
                Some(true) => InTeam::Lead,
                Some(false) => InTeam::Member,
                None => InTeam::Stranger,
            };
            let belongs = Belongs { owner: PersonId(row.holder_id), team: row.team.then_some(standing) };
            let place = Place { product: ProductId(row.product_id), domain: DomainId(row.domain_id), sector: SectorId(row.sector_id) };
            (AgreementId(row.id), belongs, place)
        })
        .collect())
}
