//! The roles and databases a portal needs, made by an administrator: the portal's own record, and a second database that
//! stands for the agencies' sources. Each program has its own login with no more than it needs. Running it again changes
//! nothing but the passwords, which it sets to the ones kept here.

use crate::psql::Psql;
use crate::secrets::Secrets;
use anyhow::Result;
use std::fmt::Write;
use url::Url;

const LOG_SETUP: &str = include_str!("../../crates/ports/setup/postgres_log.sql");

/// The addresses handed to the `pasar` program.
pub struct Databases {
    pub owner: Url,
    pub server: Url,
    pub source_owner: Url,
    pub ports: Url,
    admin: Psql,
}

impl Databases {
    pub fn prepare(admin: &Psql, secrets: &Secrets) -> Result<Self> {
        admin.run(&roles(secrets))?;
        admin.run(&creation("pasar", "pasar_owner"))?;
        admin.run(&creation("pasar_data", "pasar_source_owner"))?;
        admin.run(
            "REVOKE ALL ON DATABASE pasar FROM PUBLIC; GRANT CONNECT ON DATABASE pasar TO pasar_server; \
             REVOKE TEMPORARY ON DATABASE pasar_data FROM PUBLIC; \
             GRANT ALL ON DATABASE pasar TO pasar_owner; GRANT ALL ON DATABASE pasar_data TO pasar_source_owner;",
        )?;
        // Extensions first, by the administrator: the owner may not be allowed to.
        admin.on("pasar").run(
            "SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent; \
             ALTER SCHEMA public OWNER TO pasar_owner;",
        )?;
        admin.on("pasar_data").run("ALTER SCHEMA public OWNER TO pasar_source_owner; REVOKE CREATE ON SCHEMA public FROM PUBLIC;")?;
        let log = format!("SET client_min_messages = warning; SET pasar.source_owner = 'pasar_source_owner';\n{LOG_SETUP}");
        if let Err(fault) = admin.on("pasar_data").run(&log) {
            println!("  Reads made directly at the source will not be recorded: this administrator may not set up its log ({fault:#}).");
        }
        Ok(Self {
            owner: admin.url_for("pasar_owner", &secrets.owner, "pasar")?,
            server: admin.url_for("pasar_server", &secrets.server, "pasar")?,
            source_owner: admin.url_for("pasar_source_owner", &secrets.source_owner, "pasar_data")?,
            ports: admin.url_for("pasar_ports", &secrets.ports, "pasar_data")?,
            admin: admin.clone(),
        })
    }

    /// The migrations make the group that holds the portal's privileges; its login joins it afterwards.
    pub fn join_portal(&self) -> Result<()> {
        self.admin.run("GRANT pasar_portal TO pasar_server;").map(drop)
    }

    /// Removes both databases, for a fresh start on a cluster that is not ours to remove.
    pub fn drop_all(admin: &Psql) -> Result<()> {
        admin.run("DROP DATABASE IF EXISTS pasar WITH (FORCE);")?;
        admin.run("DROP DATABASE IF EXISTS pasar_data WITH (FORCE);").map(drop)
    }

    /// The administrator, for what a measurement needs to set up or look at.
    pub fn admin(&self) -> &Psql {
        &self.admin
    }
}

fn roles(secrets: &Secrets) -> String {
    let logins = [
        ("pasar_owner", "CREATEROLE", &secrets.owner),
        ("pasar_server", "NOCREATEROLE", &secrets.server),
        ("pasar_source_owner", "CREATEROLE", &secrets.source_owner),
        ("pasar_ports", "NOCREATEROLE", &secrets.ports),
    ];
    let mut script = String::from("SET client_min_messages = warning;\nSET log_statement = 'none';\n");
    for (name, may, password) in logins {
        let _ = write!(
            script,
            "SELECT 'CREATE ROLE {name}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') \\gexec\n\
             ALTER ROLE {name} LOGIN {may} PASSWORD '{password}';\n"
        );
    }
    // The sources' owner lets the ports' login end the sessions of a revoked agreement, so it must be able to pass this on.
    script.push_str("GRANT pg_signal_backend TO pasar_source_owner WITH ADMIN OPTION;\n");
    // An administrator who is no superuser must be a member of a role to give it a database.
    script.push_str(
        "SELECT format('GRANT %I TO %I', member, current_user) FROM unnest(ARRAY['pasar_owner', 'pasar_source_owner']) AS member \
         WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) \\gexec\n",
    );
    script
}

fn creation(database: &str, owner: &str) -> String {
    format!(
        "SELECT 'CREATE DATABASE {database} OWNER {owner} ENCODING ''UTF8'' TEMPLATE template0' \
         WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}') \\gexec\n"
    )
}

#[cfg(test)]
mod tests {
    use super::Databases;
    use crate::context::Context;
    use crate::postgres::{Cluster, Durability};
    use crate::psql::Psql;
    use crate::secrets::Secrets;

    #[test]
    fn a_private_cluster_is_made_twice_over_and_each_login_has_its_own_place() {
        let context = Context::here().unwrap();
        let cluster = Cluster::start(&context, "xtask-test", Durability::Throwaway).unwrap();
        let secrets = Secrets::kept_in(&context.state("xtask-test").unwrap()).unwrap();
        Databases::prepare(&cluster.admin, &secrets).unwrap();
        let databases = Databases::prepare(&cluster.admin, &secrets).unwrap();
        let login = |url: &url::Url| Psql { program: cluster.admin.program.clone(), url: url.clone() };
        login(&databases.owner).migrate(&context.root.join("migrations")).unwrap();
        databases.join_portal().unwrap();
        let read = "SELECT count(*) FROM product";
        assert_eq!(login(&databases.server).run(read).unwrap(), "0");
        let change = "UPDATE audit_event SET reason = 'none'";
        assert!(login(&databases.server).run(change).is_err(), "the portal may not change the audit trail");
        assert!(login(&databases.ports).on("pasar").run(read).is_err(), "the ports' login has no business in the record");
        let pass_on = "CREATE ROLE somebody NOLOGIN; GRANT pg_signal_backend TO somebody; DROP ROLE somebody;";
        login(&databases.source_owner).run(pass_on).unwrap();
        let mut wrong = databases.server.clone();
        wrong.set_password(Some("guess")).unwrap();
        assert!(login(&wrong).run("SELECT 1").is_err(), "passwords are asked for");
        drop(cluster);
        Cluster::forget(&context, "xtask-test").unwrap();
    }
}
