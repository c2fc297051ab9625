//! Room on the disk. What a checkout compiles stays in the build folder when the checkout is gone, and a disk that fills in the
//! middle of a run fails whichever test comes next, without a word about the disk.

use crate::check::workspace;
use crate::context::Context;
use crate::steps;
use anyhow::{Context as _, Result, bail};
use nix::sys::statvfs::statvfs;
use std::path::Path;

const MEGABYTE: u64 = 1_000_000;
/// A whole run compiles about 9 GB and keeps up to 2 GB of databases at a time.
const COMFORTABLE: u64 = 16_000 * MEGABYTE;
/// Less than this and even a run that finds everything compiled may not end.
const LEAST: u64 = 4_000 * MEGABYTE;

/// Makes room by removing what can be compiled again of this workspace, whoever's checkout it came from; what others published
/// stays. Too little room is an error that says where and how much.
pub fn make_room(context: &Context) -> Result<()> {
    if free(&context.target)? < COMFORTABLE {
        clean(context)?;
    }
    for folder in [&context.target, &context.cache] {
        enough(folder, free(folder)?)?;
    }
    Ok(())
}

fn clean(context: &Context) -> Result<()> {
    let packages = workspace::packages(&context.root)?;
    steps::step("The disk is nearly full: removing what was compiled of this workspace", || {
        let mut command = context.cargo();
        command.args(["clean", "--quiet"]);
        // Not xtask: that is who asks.
        for package in packages.iter().filter(|package| package.name != "xtask") {
            command.args(["--package", &package.name]);
        }
        let status = command.status().context("cannot start cargo clean")?;
        if status.success() { Ok(()) } else { bail!("cargo clean: {status}") }
    })
}

fn enough(folder: &Path, free: u64) -> Result<()> {
    if free < LEAST {
        bail!(
            "{} has {} MB free and needs {}: make room there, or name another place with PASAR_CACHE",
            folder.display(),
            free / MEGABYTE,
            LEAST / MEGABYTE
        );
    }
    Ok(())
}

/// Bytes that an ordinary user may still write where this folder is, or will be.
fn free(folder: &Path) -> Result<u64> {
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder);
    let found = statvfs(there).with_context(|| format!("cannot ask how much room {} has", there.display()))?;
    Ok(found.blocks_available().saturating_mul(found.fragment_size()))
}

#[cfg(test)]
mod tests {
    use super::{LEAST, enough, free};
    use std::path::Path;

    #[test]
    fn too_little_room_says_where_and_how_much() {
        let folder = Path::new("/somewhere");
        assert!(enough(folder, LEAST).is_ok());
        let fault = enough(folder, 290_000_000).unwrap_err().to_string();
        assert!(fault.starts_with("/somewhere has 290 MB free and needs 4000:"), "{fault}");
    }

    #[test]
    fn a_folder_yet_to_be_made_has_its_parents_room() {
        let top = std::env::temp_dir();
        assert!(free(&top.join("not/there/yet")).unwrap() > 0);
    }
}
