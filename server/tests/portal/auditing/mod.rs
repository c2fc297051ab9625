//! Reads of one agreement, as the portal and a source's log write them down.

use crate::common::World;
use chrono::{DateTime, Utc};
use domain::audit::{Origin, Outcome};
use domain::id::AgreementId;
use store::access::{self, DirectRead};

pub const AGREEMENT: &str = "00000000-0000-7000-8000-0000000000a2";
pub const SECTOR: &str = "00000000-0000-7000-8000-000000000001";

/// After the fixture `rows`.
pub async fn describe(world: &World) {
    sqlx::raw_sql(include_str!("reads.sql")).execute(&world.pool).await.unwrap();
}

fn agreement() -> AgreementId {
    AGREEMENT.parse().unwrap()
}

fn from(address: &str) -> Origin {
    Origin { address: Some(address.into()), request: Some("r-1".into()) }
}

/// A read through Pasar; gives its event's number.
pub async fn read(world: &World, at: &str, outcome: Outcome) -> i64 {
    let mut conn = world.pool.acquire().await.unwrap();
    let reader = access::reader(&mut conn, agreement()).await.unwrap().unwrap();
    let reason = (outcome == Outcome::Refused).then_some("agreement_held");
    let at: DateTime<Utc> = at.parse().unwrap();
    access::note_read(&mut conn, &reader, "ssot-a.busroutes-dp.tables.staff", outcome, reason, &from("192.0.2.7"), at).await.unwrap()
}

/// A read at the source itself.
pub async fn read_directly(world: &World, at: &str, statement: &str) {
    let read = DirectRead {
        reader: agreement().0,
        at: at.parse().unwrap(),
        session: "of.another".into(),
        remote: Some("192.0.2.8".into()),
        statement: Some(statement.into()),
        outcome: Outcome::Done,
        reason: None,
    };
    access::note_direct_reads(&mut world.pool.acquire().await.unwrap(), &[read]).await.unwrap();
}
