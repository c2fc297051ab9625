//! Where the audit trail is told outside: `PASAR_AUDIT_STREAM`.

use super::Reader;
use std::fmt;
use url::Url;

/// A log store that takes syslog over TCP (RFC 5424, framed as RFC 6587 counts octets).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamTarget {
    pub host: String,
    pub port: u16,
}

impl fmt::Display for StreamTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "syslog+tcp://{}:{}", self.host, self.port)
    }
}

impl Reader<'_> {
    pub(super) fn audit_stream(&mut self) -> Option<StreamTarget> {
        let text = self.optional("PASAR_AUDIT_STREAM")?;
        let url: Option<Url> = text.parse().ok().filter(|url: &Url| url.scheme() == "syslog+tcp" && matches!(url.path(), "" | "/"));
        let target = url.and_then(|url| Some(StreamTarget { host: url.host_str()?.to_owned(), port: url.port()? }));
        if target.is_none() {
            self.faults.push("PASAR_AUDIT_STREAM is not an address such as syslog+tcp://logs.example:6514".into());
        }
        target
    }
}
