//! What really stands at a source, compared with what agreements say. Looking is one statement; comparing is a pure function;
//! taking back is the source's own, and looking again says what it could not take.

use crate::credential::{RoleOf, role};
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

/// What stands at a source for a role beside an agreement's own.
#[derive(Debug, Clone, Deserialize)]
pub struct HolderStanding {
    #[serde(flatten)]
    role: RoleFacts,
    /// Schemas of agreements in which it may do anything.
    schemas: Vec<String>,
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

impl RoleFacts {
    /// What differs from a role that may log in or not, until then, with these settings and nothing else.
    fn differs(
        &self,
        name: &str,
        settings: &BTreeSet<String>,
        may_log_in: bool,
        until: DateTime<Utc>,
        note: &mut impl FnMut(&'static str, &str, String),
    ) {
        if self.may_log_in != may_log_in {
            note("role.login", name, if self.may_log_in { "may log in" } else { "may not log in" }.into());
        }
        if self.until.as_deref().and_then(moment) != Some(until) {
            note("role.until", name, self.until.clone().unwrap_or_else(|| "no end".into()));
        }
        for word in &self.attributes {
            note("role.attribute", name, word.clone());
        }
        for one in self.settings.difference(settings) {
            note("role.setting", name, one.clone());
        }
        for one in settings.difference(&self.settings) {
            note("role.setting", name, format!("{one} is missing"));
        }
        for one in &self.memberships {
            note("role.membership", name, one.clone());
        }
        if self.credential == Some(false) {
            note("role.password", name, "another password".into());
        }
        only(&self.database, &[format!("{name} CONNECT")], |found| note("database.privilege", name, found));
        for one in &self.elsewhere {
            note("privilege.elsewhere", name, one.clone());
        }
    }
}

impl Standing {
    /// Neither role nor schema.
    pub fn is_nothing(&self) -> bool {
        self.role.is_none() && self.schema.is_none()
    }

    /// What differs from what was agreed; `made` are the digests of the views as they were made, and `beside` is what stands of the
    /// holders who have roles of their own.
    pub fn differs(&self, agreement: Uuid, plan: &Plan, made: &BTreeMap<String, String>, beside: &BTreeMap<Uuid, HolderStanding>) -> Vec<Found> {
        let reader = role(agreement);
        let mut all = vec![];
        let mut note = |kind, object: &str, found: String| all.push(Found { kind, object: object.to_owned(), found });
        match &self.role {
            None => note("role.missing", &reader, String::new()),
            Some(facts) => {
                // Without a credential nobody may log in; with one it may have been lost with the role, which shuts the door alone.
                facts.differs(&reader, &facts.settings_wanted, plan.credential && !plan.held, plan.until, &mut note);
            }
        }
        for holder in &plan.holders {
            let name = RoleOf::Credential(holder.credential).name();
            let Some(facts) = beside.get(&holder.credential) else {
                note("role.missing", &name, String::new());
                continue;
            };
            let wanted = facts.role.settings_wanted.iter().map(|one| one.replace("search_path=*", &format!("search_path={reader}"))).collect();
            facts.role.differs(&name, &wanted, holder.set && !plan.held, plan.until, &mut note);
            for schema in facts.schemas.iter().filter(|schema| **schema != reader) {
                note("privilege.elsewhere", &name, format!("may use schema {schema}"));
            }
        }
        let those_who = |privilege: &str| {
            let names = plan.holders.iter().map(|holder| RoleOf::Credential(holder.credential).name());
            std::iter::once(reader.clone()).chain(names).map(|name| format!("{name} {privilege}")).collect::<Vec<_>>()
        };
        match &self.schema {
            None => note("schema.missing", &reader, String::new()),
            Some(facts) => {
                if facts.owner != KEEPER {
                    note("schema.owner", &reader, facts.owner.clone());
                }
                only(&facts.grants, &those_who("USAGE"), |found| note("schema.privilege", &reader, found));
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
            only(&facts.grants, &those_who("SELECT"), |found| note("view.privilege", &object, found));
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
        for holder in &plan.holders {
            self.take_back_credential(holder.credential).await?;
        }
        self.settle(agreement, plan).await
    }

    /// Shuts the door and takes from a role whatever the source's own functions may take.
    pub async fn take_back(&self, agreement: Uuid) -> Result<(), PortError> {
        // A role that was made a superuser cannot be locked out before that is taken from it.
        sqlx::query("SELECT pasar_source.take_back($1)").bind(agreement).execute(&self.pool).await?;
        self.lock_out(agreement).await
    }
}
