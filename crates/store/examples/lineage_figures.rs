//! How long the graph around a dataset takes to read, five hops out with the stamps of every node, printed as `name value unit`:
//! `lineage_figures EMAIL < ADDRESSES`, with the portal's login in `DATABASE_URL`. `cargo xtask bench lineage` builds and runs it.

use chrono::{DateTime, Utc};
use domain::Urn;
use domain::id::PersonId;
use domain::lineage::Direction;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::error::Error;
use std::io::stdin;
use std::time::Instant;
use store::lineage::{Asked, Limits, graph, of_address};
use uuid::Uuid;

/// Connections that are used, and reads before: each connection plans a statement anew the first five times.
const CONNECTIONS: u32 = 8;
const WARM: usize = 200;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let email = std::env::args().nth(1).ok_or("whose reading it is")?;
    let addresses: Vec<Urn> = stdin().lines().map(|line| Ok(line?.parse().map_err(|_| "an address")?)).collect::<Result<_, Box<dyn Error>>>()?;
    // As the portal connects.
    let options: PgConnectOptions = std::env::var("DATABASE_URL")?.parse::<PgConnectOptions>()?.options([("jit", "off")]);
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).test_before_acquire(false).connect_with(options).await?;
    let (person, now): (Uuid, DateTime<Utc>) = sqlx::query_as("SELECT id, now() FROM person WHERE email = $1").bind(email).fetch_one(&pool).await?;
    for (turn, address) in addresses.iter().cycle().take(WARM).enumerate() {
        read(&pool, address, PersonId(person), turn, now).await?;
    }
    let mut times = Vec::with_capacity(addresses.len());
    for (turn, address) in addresses.iter().enumerate() {
        let begun = Instant::now();
        read(&pool, address, PersonId(person), turn, now).await?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    for (name, hundredth) in [("p50", 50), ("p95", 95), ("p99", 99)] {
        let found = times.get((times.len() * hundredth / 100).min(times.len().saturating_sub(1))).ok_or("addresses")?;
        println!("lineage-read-{name} {:.2} ms", found.as_secs_f64() * 1000.0);
    }
    Ok(())
}

async fn read(pool: &PgPool, address: &Urn, reader: PersonId, turn: usize, now: DateTime<Utc>) -> Result<(), Box<dyn Error>> {
    let direction = if turn.is_multiple_of(2) { Direction::Down } else { Direction::Up };
    let asked = Asked { reader, direction, hops: 5, as_of: None, limits: Limits::USUAL, now };
    let start = of_address(&mut *pool.acquire().await?, address, reader, now).await?.ok_or("an address that everybody may know of")?;
    let seen = graph(pool, &start.nodes, &asked).await?;
    if seen.nodes.is_empty() { Err(format!("{address} has no lineage").into()) } else { Ok(()) }
}
