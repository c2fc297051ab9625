//! Under which names lineage knows the source, for pages and jobs alike.

use crate::config::Config;
use domain::lineage::Home;
use secrecy::ExposeSecret;
use url::Url;

/// Under which names tools know the source: where the portal finds it, and where officers do.
pub fn home(config: &Config) -> Home {
    let (host, port) = &config.source_public;
    let mut namespaces = vec![format!("postgres://{host}:{port}")];
    if let Ok(url) = Url::parse(config.source_url.expose_secret())
        && let Some(host) = url.host_str()
    {
        namespaces.push(format!("postgres://{host}:{}", url.port().unwrap_or(5432)));
    }
    namespaces.dedup();
    Home { namespaces, database: config.source_database.clone() }
}
