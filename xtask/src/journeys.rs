//! The Playwright journeys, in a real Chromium, against a portal started for them on fresh databases.

use crate::context::Context;
use crate::portal::{Search, Setting};
use crate::postgres::Cluster;
use crate::site::Site;
use crate::steps::{self, Counts};
use crate::{npm, python, system};
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// Invented outlines, so that maps are drawn: squares of a tenth of a degree, Ang Mo Kio with Bedok to the east and Woodlands to the north of it.
const OUTLINES: &str = r#"{"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"code": "AM", "name": "Ang Mo Kio"}, "geometry": {"type": "Polygon", "coordinates":
        [[[103.8, 1.3], [103.9, 1.3], [103.9, 1.4], [103.8, 1.4], [103.8, 1.3]]]}},
    {"type": "Feature", "properties": {"code": "BD", "name": "Bedok"}, "geometry": {"type": "Polygon", "coordinates":
        [[[103.9, 1.3], [104.0, 1.3], [104.0, 1.4], [103.9, 1.4], [103.9, 1.3]]]}},
    {"type": "Feature", "properties": {"code": "WD", "name": "Woodlands"}, "geometry": {"type": "Polygon", "coordinates":
        [[[103.8, 1.4], [103.9, 1.4], [103.9, 1.5], [103.8, 1.5], [103.8, 1.4]]]}}
]}"#;

/// Pythons that tools of teams are installed for; journeys of what is not there are skipped.
#[derive(Default)]
pub struct Tools {
    /// dbt and Great Expectations.
    pub current: Option<PathBuf>,
    /// Great Expectations 0.18.
    pub old: Option<PathBuf>,
}

pub fn run(context: &Context, cluster: &Cluster, site: &Site, tools: &Tools, filter: Option<&str>) -> Result<Counts> {
    npm::prepare(context, "end2end", "the journeys run in Playwright")?;
    let chromium = system::chromium(context)?;
    let python = python::prepare(context, &python::READERS)?;
    let state = context.state("test")?;
    let setting = Setting::prepare(context, &state, &cluster.admin, site, None, Search::None)?;
    import_outlines(&setting, &state)?;
    let _server = setting.serve()?;
    let mut command = context.command("npx");
    command
        .current_dir(context.root.join("end2end"))
        .args(["--no-install", "playwright", "test"])
        .env("PASAR_BASE_URL", &setting.base_url)
        .env("PASAR_OIDC_ISSUER", setting.issuer())
        // Journeys in which time passes move a date in the record; nothing else is done behind the portal's back.
        .env("PASAR_RECORD_URL", setting.databases.owner.as_str())
        // What an auditor runs on a machine of their own.
        .env("PASAR_PROGRAM", &site.program)
        // Tools work in the agencies' database, as those of a team that owns its tables do.
        .env("PASAR_SOURCE_OWNER_URL", setting.databases.source_owner.as_str())
        .env("PYTHON", python)
        .env("CHROMIUM", chromium)
        .env("PLAYWRIGHT_HTML_OPEN", "never");
    for (name, python) in [("PASAR_TOOLS_PYTHON", &tools.current), ("PASAR_OLD_TOOLS_PYTHON", &tools.old)] {
        if let Some(python) = python {
            command.env(name, python);
        }
    }
    if let Some(filter) = filter {
        command.args(["--pass-with-no-tests", "--grep", filter]);
    }
    steps::counted("playwright test", &mut command)
}

/// As an administrator does it who has such a file.
fn import_outlines(setting: &Setting, state: &Path) -> Result<()> {
    let file = state.join("planning-areas.geojson");
    fs::write(&file, OUTLINES)?;
    let mut import = setting.pasar();
    import.args(["import", "planning-areas"]).arg(&file);
    steps::quiet("Importing invented planning areas", &mut import, &state.join("planning-areas.log"))
}
