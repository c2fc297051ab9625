//! The server and what browsers load, built together by cargo-leptos, then compressed once so that the server need not
//! compress at each request.

use crate::context::Context;
use crate::{npm, steps, tools};
use anyhow::{Context as _, Result, bail};
use flate2::{Compression, GzBuilder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Release,
    Development,
}

pub struct Site {
    /// The `pasar` program.
    pub program: PathBuf,
    /// The folder with `pkg/`.
    pub root: PathBuf,
}

pub fn build(context: &Context, profile: Profile) -> Result<Site> {
    tools::prepare(context)?;
    npm::prepare(context, "", "Tailwind makes the style sheet and wasm-opt shrinks the browser's bundle")?;
    let (folder, title) = match profile {
        Profile::Release => ("release", "Building the portal (release)"),
        Profile::Development => ("debug", "Building the portal (development)"),
    };
    // Each checkout and profile has its own folder: two of them share the build folder, never the site.
    let root = context.target.join("site").join(&context.checkout).join(folder);
    let mut command = context.cargo();
    command.env("LEPTOS_SITE_ROOT", &root).args(["leptos", "build"]);
    if profile == Profile::Release {
        command.arg("--release");
    }
    let log = context.state("site")?.join(format!("build-{folder}.log"));
    steps::quiet(title, &mut command, &log)?;
    let program = context.target.join(folder).join("pasar");
    if !program.is_file() {
        bail!("the build left no {}; see {}", program.display(), log.display());
    }
    if profile == Profile::Release {
        steps::step("Compressing what browsers load", || precompress(&root))?;
    }
    Ok(Site { program, root })
}

/// Writes `.br` and `.gz` beside each text or wasm file, when they are missing or older.
fn precompress(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            precompress(&path)?;
        } else if worth_compressing(&path) {
            let bytes = fs::read(&path)?;
            let changed = entry.metadata()?.modified()?;
            write_if_older(&beside(&path, "gz"), changed, || gzip(&bytes))?;
            write_if_older(&beside(&path, "br"), changed, || brotli(&bytes))?;
        }
    }
    Ok(())
}

fn worth_compressing(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("css" | "js" | "wasm" | "svg" | "html" | "json" | "txt" | "ico" | "map"))
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

fn write_if_older(path: &Path, changed: std::time::SystemTime, bytes: impl FnOnce() -> Result<Vec<u8>>) -> Result<()> {
    let current = fs::metadata(path).and_then(|found| found.modified()).is_ok_and(|made| made >= changed);
    if !current {
        fs::write(path, bytes()?)?;
    }
    Ok(())
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    {
        let mut writer = brotli::CompressorWriter::new(&mut out, 64 * 1024, 11, 22);
        writer.write_all(bytes)?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::precompress;
    use std::fs;

    #[test]
    fn compressed_copies_stand_beside_and_say_the_same() {
        let folder = std::env::temp_dir().join(format!("pasar-site-{}", std::process::id()));
        fs::create_dir_all(folder.join("pkg")).unwrap();
        let text = "body { color: black }\n".repeat(200);
        fs::write(folder.join("pkg/a.css"), &text).unwrap();
        fs::write(folder.join("pkg/a.png"), "picture").unwrap();
        precompress(&folder).unwrap();
        precompress(&folder).unwrap();
        let packed = fs::read(folder.join("pkg/a.css.br")).unwrap();
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut plain).unwrap();
        assert_eq!(plain, text.as_bytes());
        assert!(fs::metadata(folder.join("pkg/a.css.gz")).unwrap().len() < 200);
        assert!(!folder.join("pkg/a.png.br").exists());
        assert!(!folder.join("pkg/a.css.br.gz").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
