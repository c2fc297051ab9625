//! Files stay small enough to read in one go: about 300 lines, 500 at most without their tests.

use super::files;
use anyhow::Result;
use std::path::Path;

const LONG: usize = 300;
const LONGEST: usize = 500;

pub fn check(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files::under(root, "rs")? {
        let source = std::fs::read_to_string(&file)?;
        let (all, own) = (source.lines().count(), files::without_tests(&source).lines().count());
        let shown = files::shown(root, &file);
        let is_test = shown.contains("/tests/");
        if own > LONGEST && !is_test {
            found.push(format!("{shown}: {own} lines without tests, {LONGEST} at most"));
        } else if all > LONG {
            println!("      {shown} is {all} lines long ({own} without tests)");
        }
    }
    Ok(found)
}
