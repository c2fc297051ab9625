//! Network ports on localhost: the one used last time when it is free, otherwise the next free one.
//! They are remembered because people are known by their provider's address, which holds its port.

use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::path::{Path, PathBuf};

pub struct Ports {
    file: PathBuf,
    known: BTreeMap<String, u16>,
    taken: Vec<u16>,
}

impl Ports {
    pub fn kept_in(folder: &Path) -> Self {
        let file = folder.join("ports.json");
        let known = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { file, known, taken: Vec::new() }
    }

    /// A free port for `name`: the remembered one, or the first free from `preferred` on.
    pub fn take(&mut self, name: &str, preferred: u16) -> Result<u16> {
        let remembered = self.known.get(name).copied();
        let port = remembered.filter(|port| self.usable(*port)).or_else(|| self.first_from(preferred));
        let Some(port) = port else { bail!("no free port from {preferred} on") };
        self.keep(name, port)?;
        Ok(port)
    }

    /// The port the user asked for, or the next free one after it.
    pub fn take_exactly(&mut self, name: &str, wanted: u16) -> Result<u16> {
        let Some(port) = self.first_from(wanted) else { bail!("no free port from {wanted} on") };
        if port != wanted {
            eprintln!("  port {wanted} is taken: {port} is used instead");
        }
        self.keep(name, port)?;
        Ok(port)
    }

    fn keep(&mut self, name: &str, port: u16) -> Result<()> {
        self.taken.push(port);
        self.known.insert(name.to_owned(), port);
        fs::write(&self.file, serde_json::to_vec_pretty(&self.known)?)?;
        Ok(())
    }

    fn first_from(&self, preferred: u16) -> Option<u16> {
        (preferred..preferred.saturating_add(200)).find(|port| self.usable(*port))
    }

    fn usable(&self, port: u16) -> bool {
        !self.taken.contains(&port) && free(port)
    }
}

/// Nobody listens there, on neither of localhost's addresses.
fn free(port: u16) -> bool {
    let four = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    let six = TcpListener::bind((Ipv6Addr::LOCALHOST, port));
    // A machine without IPv6 refuses the address itself; that is no reason to avoid the port.
    four && six.map_or_else(|fault| fault.kind() != std::io::ErrorKind::AddrInUse, |_| true)
}

#[cfg(test)]
mod tests {
    use super::{Ports, free};
    use std::net::TcpListener;

    #[test]
    fn a_taken_port_is_stepped_around_and_a_given_one_is_remembered() {
        let folder = std::env::temp_dir().join(format!("pasar-ports-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let busy = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = busy.local_addr().unwrap().port();
        assert!(!free(port));
        let mut ports = Ports::kept_in(&folder);
        let given = ports.take("portal", port).unwrap();
        assert_ne!(given, port);
        assert_ne!(ports.take("provider", given).unwrap(), given, "one port is not given twice");
        assert_eq!(Ports::kept_in(&folder).take("portal", 1).unwrap(), given);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
