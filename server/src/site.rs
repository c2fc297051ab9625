//! Where the built site's files are: their names carry a hash of their content.

use app::shell::Assets;
use leptos::config::LeptosOptions;
use std::path::{Path, PathBuf};

/// Reads the names once. Without a built site (in tests) pages name the unhashed files.
pub fn assets(site_root: &Path) -> Assets {
    let hashes = hash_file(site_root);
    let options = LeptosOptions::builder()
        .output_name("pasar")
        .site_root(site_root.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .hash_files(hashes.is_some())
        .hash_file(hashes.as_deref().unwrap_or(Path::new("hash.txt")).to_string_lossy().into())
        .build();
    Assets::read(stylesheet(hashes.as_deref()), options)
}

/// Beside the site when it was installed, beside the program when it was just built; absolute, if there is one.
fn hash_file(site_root: &Path) -> Option<PathBuf> {
    let beside_program = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("hash.txt")));
    [Some(site_root.join("hash.txt")), beside_program].into_iter().flatten().find(|path| path.exists()).and_then(|path| path.canonicalize().ok())
}

fn stylesheet(hashes: Option<&Path>) -> String {
    let text = hashes.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    let hash = text.lines().find_map(|line| line.trim().strip_prefix("css:")).map(|hash| format!(".{}", hash.trim())).unwrap_or_default();
    format!("/pkg/pasar{hash}.css")
}
