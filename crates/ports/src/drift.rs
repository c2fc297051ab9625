//! What really stands at a source, compared with what agreements say. Looking is one statement; comparing is a pure function;
//! taking back is the source's own, and looking again says what it could not take.

use crate::credential::role;
use crate::error::PortError;
use crate::source::{Plan, Source};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One thing at the source that nobody agreed to, or one that is missing there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// A stable word: `view.definition`.
    pub kind: &'static str,
    /// What it is about, as the source names it.
    pub object: String,
    /// What is there; empty when it is missing.
    pub found: String,
}

/// What stands at a source for one agreement.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Standing {
    role: Option<RoleFacts>,
    schema: Option<SchemaFacts>,
    views: Vec<ViewFacts>,
    extra: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct RoleFacts {
    may_log_in: bool,
    until: Option<String>,
    attributes: Vec<String>,
    settings: BTreeSet<String>,
    settings_wanted: BTreeSet<String>,
    memberships: Vec<String>,
    /// Whether the password is the one that was set; none when there is none, or when nobody may look.
    credential: Option<bool>,
    database: Vec<String>,
    elsewhere: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct SchemaFacts {
    owner: String,
    grants: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct ViewFacts {
    name: String,
    owner: String,
    options: Vec<String>,
    definition: String,
    digest: String,
    grants: Vec<String>,
}

const KEEPER: &str = "pasar_keeper";

impl Standing {
    /// Neither role nor schema.
    pub fn is_nothing(&self) -> bool {
        self.role.is_none() && self.schema.is_none()
    }

    /// What differs from what was agreed; `made` are the digests of the views as they were made.
    pub fn differs(&self, agreement: Uuid, plan: &Plan, made: &BTreeMap<String, String>) -> Vec<Found> {
        let reader = role(agreement);
        let mut all = vec![];
        let mut note = |kind, object: &str, found: String| all.push(Found { kind, object: object.to_owned(), found });
        match &self.role {
            None => note("role.missing", &reader, String::new()),
            Some(facts) => {
                // Without a credential nobody may log in; with one it may have been lost with the role, which shuts the door alone.
                if facts.may_log_in != (plan.credential && !plan.held) {
                    note("role.login", &reader, if facts.may_log_in { "may log in" } else { "may not log in" }.into());
                }
                if facts.until.as_deref().and_then(moment) != Some(plan.until) {
                    note("role.until", &reader, facts.until.clone().unwrap_or_else(|| "no end".into()));
                }
                for word in &facts.attributes {
                    note("role.attribute", &reader, word.clone());
                }
                for one in facts.settings.difference(&facts.settings_wanted) {
                    note("role.setting", &reader, one.clone());
                }
                for one in facts.settings_wanted.difference(&facts.settings) {
                    note("role.setting", &reader, format!("{one} is missing"));
                }
                for one in &facts.memberships {
                    note("role.membership", &reader, one.clone());
                }
                if facts.credential == Some(false) {
                    note("role.password", &reader, "another password".into());
                }
                only(&facts.database, &[format!("{reader} CONNECT")], |found| note("database.privilege", &reader, found));
                for one in &facts.elsewhere {
                    note("privilege.elsewhere", &reader, one.clone());
                }
            }
        }
        match &self.schema {
            None => note("schema.missing", &reader, String::new()),
            Some(facts) => {
                if facts.owner != KEEPER {
                    note("schema.owner", &reader, facts.owner.clone());
                }
                only(&facts.grants, &[format!("{reader} USAGE")], |found| note("schema.privilege", &reader, found));
            }
        }
        for plan in &plan.views {
            let object = format!("{reader}.{}", plan.view);
            let Some(facts) = self.views.iter().find(|facts| facts.name == plan.view) else {
                note("view.missing", &object, String::new());
                continue;
            };
            if made.get(&plan.view) != Some(&facts.digest) {
                note("view.definition", &object, facts.definition.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            if facts.owner != KEEPER {
                note("view.owner", &object, facts.owner.clone());
            }
            if facts.options != ["security_barrier=true"] {
                note("view.option", &object, facts.options.join(", "));
            }
            only(&facts.grants, &[format!("{reader} SELECT")], |found| note("view.privilege", &object, found));
        }
        for facts in self.views.iter().filter(|facts| plan.views.iter().all(|plan| plan.view != facts.name)) {
            note("object.extra", &reader, format!("view {}", facts.name));
        }
        for what in &self.extra {
            note("object.extra", &reader, what.clone());
        }
        all.sort();
        all.dedup();
        all
    }
}

/// What is too much, and what is missing.
fn only(found: &[String], wanted: &[String], mut note: impl FnMut(String)) {
    found.iter().filter(|one| !wanted.contains(one)).for_each(|one| note(one.clone()));
    wanted.iter().filter(|one| !found.contains(one)).for_each(|one| note(format!("{one} is missing")));
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(Into::into)
}

impl Source {
    /// What stands for these agreements; with none named, for every reader that has anything in this database.
    pub async fn standing(&self, agreements: Option<&[Uuid]>) -> Result<BTreeMap<Uuid, Standing>, PortError> {
        let rows = sqlx::query("SELECT reader, facts::text AS facts FROM pasar_source.standing($1)").bind(agreements).fetch_all(&self.pool).await?;
        let strange = |error: &dyn std::fmt::Display| PortError::Source(error.to_string());
        rows.iter()
            .map(|row| {
                let reader: String = row.try_get("reader")?;
                let agreement = Uuid::try_parse(reader.trim_start_matches("pasar_a_")).map_err(|error| strange(&error))?;
                let facts: String = row.try_get("facts")?;
                Ok((agreement, serde_json::from_str(&facts).map_err(|error| strange(&error))?))
            })
            .collect()
    }

    /// Grants to others on what is Pasar's at the source, and to everybody on what is shared.
    pub async fn other_grants(&self) -> Result<Vec<Found>, PortError> {
        let rows = sqlx::query("SELECT object, grantee, privilege FROM pasar_source.other_grants(session_user) ORDER BY 1, 2, 3")
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| {
                let (grantee, privilege): (String, String) = (row.try_get("grantee")?, row.try_get("privilege")?);
                Ok(Found { kind: "others.privilege", object: row.try_get("object")?, found: format!("{grantee} {privilege}") })
            })
            .collect()
    }

    /// Takes those grants back, as far as the source's own functions may.
    pub async fn close_others(&self) -> Result<(), PortError> {
        sqlx::query("SELECT pasar_source.close_others(session_user)").execute(&self.pool).await?;
        Ok(())
    }

    /// Makes the source allow exactly this again, whatever was done to it: shuts the door, takes back everything, and only then
    /// gives what was agreed. Gives each view with the digest of what was made.
    pub async fn restore(&self, agreement: Uuid, plan: &Plan) -> Result<Vec<(String, String)>, PortError> {
        self.take_back(agreement).await?;
        self.settle(agreement, plan).await
    }

    /// Shuts the door and takes from a role whatever the source's own functions may take.
    pub async fn take_back(&self, agreement: Uuid) -> Result<(), PortError> {
        // A role that was made a superuser cannot be locked out before that is taken from it.
        sqlx::query("SELECT pasar_source.take_back($1)").bind(agreement).execute(&self.pool).await?;
        self.lock_out(agreement).await
    }
}
