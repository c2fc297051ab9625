//! A source database of a test's own on a real Postgres (DATABASE_URL, a superuser).

use chrono::{DateTime, Utc};
use futures::StreamExt;
use ports::demonstration::{self, TableSpec};
use ports::{ColumnPlan, Credential, Format, Plan, PortError, Presented, Source, ViewPlan};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

pub struct Place {
    pub admin: PgConnection,
    pub url: url::Url,
    pub portal: String,
    pub source: Source,
}

pub fn now() -> DateTime<Utc> {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    DateTime::from_timestamp(i64::try_from(since.as_secs()).unwrap(), 0).unwrap()
}

pub fn unique() -> u128 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    since.as_nanos() ^ (u128::from(std::process::id()) << 64)
}

/// A database of its own with one table of three columns, one of them personal.
pub async fn place(name: &str) -> Place {
    let mut url: url::Url = std::env::var("DATABASE_URL").expect("DATABASE_URL must name a real Postgres, as a superuser").parse().unwrap();
    let mut root = PgConnection::connect(url.as_str()).await.unwrap();
    let database = format!("port_{name}_{:x}", unique());
    let portal = format!("portal_{database}");
    root.execute(AssertSqlSafe(format!("CREATE DATABASE {database}"))).await.unwrap();
    root.execute(AssertSqlSafe(format!("CREATE ROLE {portal} LOGIN PASSWORD 'portal'"))).await.unwrap();
    url.set_path(&database);
    let mut admin = PgConnection::connect(url.as_str()).await.unwrap();
    demonstration::install_log(&mut admin).await.unwrap();
    demonstration::install(&mut admin, &portal).await.unwrap();
    demonstration::install(&mut admin, &portal).await.unwrap();
    let spec = TableSpec {
        schema: "ssot".into(),
        table: "staff".into(),
        comment: "Staff (synthetic)".into(),
        columns: vec![("staff_no".into(), "text"), ("nric".into(), "text"), ("hours".into(), "numeric")],
    };
    let rows = || {
        let odd = "line\none \"two\" \u{1F68C} ,x";
        vec![vec![Some("00123".into()), Some("T9900001X".into()), Some("8.5".into())], vec![Some(odd.into()), Some("T9900002Y".into()), None]]
            .into_iter()
    };
    assert!(demonstration::load_table(&mut admin, &spec, rows()).await.unwrap());
    assert!(!demonstration::load_table(&mut admin, &spec, rows()).await.unwrap(), "the same rows again change nothing");
    let mut portal_url = url.clone();
    portal_url.set_username(&portal).unwrap();
    portal_url.set_password(Some("portal")).unwrap();
    let source = Source::new(portal_url.as_str()).unwrap();
    Place { admin, url, portal, source }
}

/// The table's view with these columns, and all rows.
pub fn view(columns: &[&str]) -> ViewPlan {
    ViewPlan {
        view: "staff".into(),
        schema: "ssot".into(),
        table: "staff".into(),
        columns: columns.iter().map(|c| ColumnPlan::clear(*c)).collect(),
        rows: BTreeMap::new(),
        policy: serde_json::json!({}),
        linked: None,
    }
}

pub fn plan(columns: &[&str], until: DateTime<Utc>) -> Plan {
    Plan { until, views: vec![view(columns)], held: false, credential: true, holders: vec![], purpose: None }
}

pub async fn granted(place: &Place, until: DateTime<Utc>) -> (Uuid, Credential) {
    let agreement = Uuid::from_u128(unique());
    place.source.settle(agreement, &plan(&["staff_no", "hours"], until)).await.unwrap();
    place.source.settle(agreement, &plan(&["staff_no", "hours"], until)).await.unwrap();
    let credential = Credential::new(agreement, [7; 32]);
    place.source.set_credential(agreement, &credential).await.unwrap();
    (agreement, credential)
}

pub async fn text(place: &Place, credential: &Credential, format: Format) -> Result<String, PortError> {
    let presented = Presented::parse(&credential.token()).unwrap();
    let mut stream = ports::open(&place.source, &presented).await?.rows("staff", format).await?;
    let mut bytes = vec![];
    while let Some(chunk) = stream.next().await {
        bytes.extend_from_slice(&chunk?);
    }
    Ok(String::from_utf8(bytes).unwrap())
}

pub async fn reader(place: &Place, credential: &Credential) -> Result<PgConnection, sqlx::Error> {
    let mut url = place.url.clone();
    url.set_username(&credential.role()).unwrap();
    url.set_password(Some(credential.secret())).unwrap();
    PgConnection::connect(url.as_str()).await
}
