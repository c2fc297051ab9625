//! How to connect with what an agreement grants: examples that are filled in and can be copied.

use super::agreement::Shown;
use crate::ui::{csrf_field, hidden};
use domain::access::{AgreementState, GrantState};
use frontend::CopyButton;
use leptos::prelude::*;
use store::access::{AgreementDataset, AgreementView};

/// Where consumers connect.
#[derive(Debug, Clone)]
pub struct Connection {
    pub host: String,
    pub port: u16,
    pub database: String,
    pub role: String,
    pub base_url: String,
}

/// One example, as people name it.
type Example = (&'static str, String);

/// A name as Postgres reads it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// As a word of a shell, whatever is in it.
fn word(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Tools that speak to the database; the secret is asked for or comes from the environment.
fn database_tools(at: &Connection, dataset: &AgreementDataset) -> Vec<Example> {
    let Connection { host, port, database, role, .. } = at;
    let view = &dataset.view;
    let table = quoted(view);
    // Inside a string of Python or R.
    let literal = view.replace('\\', "\\\\").replace('"', "\\\"");
    vec![
        ("psql", format!("psql \"host={host} port={port} dbname={database} user={role}\" -c {}", word(&format!("TABLE {table} LIMIT 10")))),
        ("JDBC", format!("jdbc:postgresql://{host}:{port}/{database}?user={role}")),
        (
            "Python (pandas, SQLAlchemy)",
            format!(
                "import os\nimport pandas as pd\nimport sqlalchemy as sa\n\nurl = sa.URL.create(\n    \"postgresql+psycopg\", username=\"{role}\", password=os.environ[\"PASAR_SECRET\"],\n    host=\"{host}\", port={port}, database=\"{database}\",\n)\nframe = pd.read_sql_table(\"{literal}\", sa.create_engine(url))"
            ),
        ),
        (
            "R (DBI, RPostgres)",
            format!(
                "library(DBI)\n\ncon <- dbConnect(\n  RPostgres::Postgres(), host = \"{host}\", port = {port}, dbname = \"{database}\",\n  user = \"{role}\", password = Sys.getenv(\"PASAR_SECRET\")\n)\nframe <- dbReadTable(con, \"{literal}\")"
            ),
        ),
    ]
}

/// Downloads through the API.
fn downloads(at: &Connection, dataset: &AgreementDataset, token: &str) -> Vec<Example> {
    let name = &dataset.view;
    [("curl, CSV", "csv", "csv"), ("curl, JSON lines", "jsonl", "jsonl"), ("curl, Parquet", "parquet", "parquet"), ("curl, Arrow", "arrow", "arrows")]
        .into_iter()
        .map(|(label, format, ending)| {
            let url = format!("{}/api/v1/ports/{}/rows?format={format}", at.base_url, dataset.address);
            // In double quotes a shell puts in the variable; a token that is shown needs none.
            (label, format!("curl --fail -H \"Authorization: Bearer {token}\" -o {} {}", word(&format!("{name}.{ending}")), word(&url)))
        })
        .collect()
}

/// A file of each dataset, one press for each format: read as everything else is, with a credential that nobody sees.
pub fn download_files(csrf: &str, agreement: &AgreementView) -> Option<AnyView> {
    let ready = agreement.state == AgreementState::Active && agreement.grant_state == GrantState::Granted && agreement.holds.is_empty();
    let forms = agreement
        .datasets
        .iter()
        .map(|dataset| {
            let buttons = [("csv", "CSV"), ("jsonl", "JSON lines"), ("parquet", "Parquet"), ("arrow", "Arrow")]
                .into_iter()
                .map(|(format, name)| {
                    let label = format!("Download {} as {name}", dataset.title);
                    view! { <button type="submit" name="format" value=format class="button button-secondary" aria-label=label>{name}</button> }
                })
                .collect_view();
            view! {
                <form method="post" action=format!("/agreements/{}/download", agreement.id) class="actions">
                    {csrf_field(csrf)}{hidden("dataset", &dataset.address)}
                    <span>{dataset.title.clone()}</span>
                    {buttons}
                </form>
            }
        })
        .collect_view();
    (ready && !agreement.datasets.is_empty()).then(|| {
        view! {
            <section aria-labelledby="download">
                <h2 id="download">"Download a file"</h2>
                <p>"What you may read of it just now, whole. Each download is in the trail as a read of yours."</p>
                {forms}
            </section>
        }
        .into_any()
    })
}

/// What a database cannot say: it knows a login that fails, and not why. `page` is the agreement's own, to be kept with what reads.
fn when_refused(page: String) -> AnyView {
    view! {
        <h3>"When a tool is refused"</h3>
        <p>"A database says only “authentication failed”, that the role does not exist, or that it is not permitted to log in. Then one of three things happened:"</p>
        <ul>
            <li>"the agreement has ended: it ran out, was given up or was revoked"</li>
            <li>"it is suspended or on hold, and goes on with the same password afterwards"</li>
            <li>"the credential was changed, and the password is that of the one before"</li>
        </ul>
        <p>"This page says which, and why: keep its address beside your query. "<code>{page}</code></p>
    }
    .into_any()
}

/// Every example, for each dataset.
pub fn how_to_connect(agreement: &AgreementView, at: &Connection, shown: Option<&Shown>) -> impl IntoView + use<> {
    let token = shown.map_or_else(|| "$PASAR_TOKEN".to_owned(), |shown| shown.token.clone());
    let usable = agreement.state == AgreementState::Active && agreement.holds.is_empty();
    let several = agreement.datasets.len() > 1;
    let page = format!("{}/agreements/{}", at.base_url, agreement.id);
    let sections = agreement
        .datasets
        .iter()
        .map(|dataset| {
            // The copy holds no secret: an island's properties travel in the page's source.
            let copied = downloads(at, dataset, "$PASAR_TOKEN");
            let blocks = database_tools(at, dataset)
                .into_iter()
                .map(|(name, text)| (name, text.clone(), text))
                .chain(downloads(at, dataset, &token).into_iter().zip(copied).map(|((name, text), (_, copy))| (name, text, copy)))
                .map(|(name, text, copy)| {
                    let label = format!("{name} example, {}", dataset.title);
                    let copy = shown.is_none().then(|| view! { <CopyButton text=copy label=format!("Copy {name}")/> });
                    view! { <h4>{name}</h4><pre class="code-block" tabindex="0" aria-label=label><code>{text}</code></pre>{copy} }
                })
                .collect_view();
            let heading = if several { dataset.title.clone() } else { "Examples".to_owned() };
            view! { <h3>{heading}</h3>{blocks} }
        })
        .collect_view();
    usable.then(|| {
        view! {
            <section aria-labelledby="connect">
                <h2 id="connect">"How to connect"</h2>
                <p>"Database tools ask for the password, or read it from the variable PASAR_SECRET; downloads need the token in PASAR_TOKEN. Keep both out of files that others read."</p>
                {sections}
                {when_refused(page)}
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset(view: &str) -> AgreementDataset {
        AgreementDataset {
            title: "Routes".into(),
            address: format!("ssot-a.busroutes-dp.output-port1.{view}"),
            view: view.into(),
            columns: vec![("route".into(), domain::protection::Technique::Clear {})],
            rows: domain::access::RowScope::default(),
            policy: domain::protection::DatasetPolicy::default(),
        }
    }

    fn at() -> Connection {
        Connection {
            host: "db.example".into(),
            port: 5432,
            database: "source".into(),
            role: "pasar_a_1".into(),
            base_url: "https://pasar.example".into(),
        }
    }

    #[test]
    fn examples_are_filled_in() {
        let tools = database_tools(&at(), &dataset("routes"));
        assert_eq!(tools[0].1, "psql \"host=db.example port=5432 dbname=source user=pasar_a_1\" -c 'TABLE \"routes\" LIMIT 10'");
        assert_eq!(tools[1].1, "jdbc:postgresql://db.example:5432/source?user=pasar_a_1");
        let all: String = tools.into_iter().chain(downloads(&at(), &dataset("routes"), "$PASAR_TOKEN")).map(|(_, text)| text).collect();
        for part in ["read_sql_table(\"routes\"", "dbReadTable(con, \"routes\")", "format=parquet'", "-o 'routes.arrows'"] {
            assert!(all.contains(part), "{part}: {all}");
        }
    }

    #[test]
    fn what_a_refused_login_means_is_said_with_the_page_that_knows() {
        let said = when_refused("https://pasar.example/agreements/1".to_owned()).to_html();
        for part in ["authentication failed", "has ended", "on hold", "was changed", "https://pasar.example/agreements/1"] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    #[test]
    fn a_strange_name_stays_inside_its_quotes() {
        let tools = database_tools(&at(), &dataset("it's \"x\""));
        assert!(tools[0].1.ends_with("-c 'TABLE \"it'\\''s \"\"x\"\"\" LIMIT 10'"), "{}", tools[0].1);
        assert!(tools[2].1.contains("read_sql_table(\"it's \\\"x\\\"\""), "{}", tools[2].1);
    }
}
