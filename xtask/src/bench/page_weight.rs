//! P10: what a first visit to the product page loads, as it travels: HTML and style sheets, then scripts and wasm.

use super::client::Reader;
use super::{Bench, print};
use anyhow::Result;
use regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub fn run(bench: &Bench<'_>) -> Result<()> {
    let _server = bench.setting.serve()?;
    let reader = Reader::signed_in(bench.setting)?;
    let base = &bench.setting.base_url;
    let url = format!("{base}/products/{}", bench.options.product);
    let html = String::from_utf8_lossy(&reader.get(&url, "identity")?).into_owned();
    let mut documents = reader.get(&url, "br, gzip")?.len();
    let mut programs = 0;
    let named = named_in(&html)?;
    // The wasm file is loaded by the script, which the page may name only in parts: take every program of the site.
    let mut all: BTreeSet<String> = named.into_iter().filter(|path| is_style(path)).collect();
    programs_of(&bench.site.root, &bench.site.root.join("pkg"), &mut all)?;
    for path in all {
        let bytes = reader.get(&format!("{base}{path}"), "br, gzip")?.len();
        eprintln!("  {path} {bytes} bytes");
        if is_style(&path) {
            documents += bytes;
        } else {
            programs += bytes;
        }
    }
    print("page-weight-html-css", kilobytes(documents)?, "KB");
    print("page-weight-wasm-js", kilobytes(programs)?, "KB");
    Ok(())
}

fn is_style(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "css")
}

fn kilobytes(bytes: usize) -> Result<f64> {
    Ok(f64::from(u32::try_from(bytes)?) / 1000.0)
}

/// Files of the site that the page names.
fn named_in(html: &str) -> Result<BTreeSet<String>> {
    let pattern = Regex::new(r#"["'`](/[^"'`\s?]+\.(?:css|js|wasm))"#)?;
    Ok(pattern.captures_iter(html).filter_map(|hit| hit.get(1)).map(|path| path.as_str().to_owned()).collect())
}

fn programs_of(root: &Path, folder: &Path, found: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            programs_of(root, &path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "js" || extension == "wasm") {
            found.insert(format!("/{}", path.strip_prefix(root)?.display()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::named_in;

    #[test]
    fn named_files_are_found_once() {
        let html = r#"<link href="/pkg/a.css"><link href="/pkg/a.css?x"><script>import('/pkg/a.js')</script>"#;
        let found: Vec<String> = named_in(html).unwrap().into_iter().collect();
        assert_eq!(found, ["/pkg/a.css", "/pkg/a.js"]);
    }
}
