//! Where things are: the checkout, the cache folder, the build folder, and the state kept for this checkout.

use anyhow::{Context as _, Result};
use sha2::{Digest, Sha256};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Context {
    /// The checkout.
    pub root: PathBuf,
    /// `$PASAR_CACHE`, else `$XDG_CACHE_HOME/pasar`, else `~/.cache/pasar`.
    pub cache: PathBuf,
    /// `$CARGO_TARGET_DIR`, else `target` in the cache: it survives between checkouts.
    pub target: PathBuf,
    /// Sixteen hexadecimal digits that stand for this checkout.
    pub checkout: String,
}

impl Context {
    pub fn here() -> Result<Self> {
        // Asked at run time: checkouts that share a build folder share this program, too.
        let home = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&home).parent().context("xtask is not inside a checkout")?.canonicalize()?;
        let cache = cache_folder(env::var_os("PASAR_CACHE"), env::var_os("XDG_CACHE_HOME"), env::var_os("HOME"))
            .context("set HOME or PASAR_CACHE: there is nowhere to keep tools and databases")?;
        fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
        let cache = cache.canonicalize()?;
        let target = match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
            Some(folder) => std::path::absolute(root.join(folder))?,
            None => cache.join("target"),
        };
        let checkout = hex::encode(&Sha256::digest(root.as_os_str().as_encoded_bytes())[..8]);
        Ok(Self { root, cache, target, checkout })
    }

    /// The folder that keeps what belongs to this checkout and purpose (`up`, `test`, `bench`): readable by its owner alone.
    pub fn state(&self, purpose: &str) -> Result<PathBuf> {
        let folder = self.cache.join("clusters").join(&self.checkout).join(purpose);
        make_private_folder(&folder)?;
        Ok(folder)
    }

    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// A command that finds our tools and npm's first and builds into the shared folder.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target).env("PATH", self.path());
        for (name, _) in env::vars_os() {
            // What cargo tells a program about its own package must not reach the cargo we start: it would rebuild for it.
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" || name == "CARGO_MANIFEST_PATH" {
                command.env_remove(name);
            }
        }
        command
    }

    /// Ordinary builds take the descriptions of queries from .sqlx, whatever the caller's environment says.
    pub fn cargo(&self) -> Command {
        let mut command = self.command("cargo");
        command.env("SQLX_OFFLINE", "true").env_remove("DATABASE_URL");
        if env::var_os("CARGO_INCREMENTAL").is_none() {
            // Of each checkout it would keep as much again as what is compiled, for no run of tests to gain by.
            command.env("CARGO_INCREMENTAL", "0");
        }
        command
    }

    pub fn path(&self) -> OsString {
        let mut folders = vec![self.tools().join("bin"), self.root.join("node_modules/.bin")];
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        env::join_paths(folders).unwrap_or_default()
    }
}

fn cache_folder(own: Option<OsString>, xdg: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    let given = |value: Option<OsString>| value.filter(|text| !text.is_empty()).map(PathBuf::from);
    given(own).or_else(|| given(xdg).map(|folder| folder.join("pasar"))).or_else(|| given(home).map(|folder| folder.join(".cache/pasar")))
}

pub fn make_private_folder(folder: &Path) -> Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::cache_folder;
    use std::path::Path;

    #[test]
    fn the_nearest_setting_names_the_cache() {
        let own = cache_folder(Some("/a".into()), Some("/b".into()), Some("/c".into()));
        assert_eq!(own.as_deref(), Some(Path::new("/a")));
        let xdg = cache_folder(None, Some("/b".into()), Some("/c".into()));
        assert_eq!(xdg.as_deref(), Some(Path::new("/b/pasar")));
        let home = cache_folder(Some("".into()), None, Some("/c".into()));
        assert_eq!(home.as_deref(), Some(Path::new("/c/.cache/pasar")));
        assert_eq!(cache_folder(None, None, None), None);
    }
}
