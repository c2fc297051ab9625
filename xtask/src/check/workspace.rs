//! The workspace as cargo describes it.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Deserialize, Clone)]
pub struct Metadata {
    pub packages: Vec<MetadataPackage>,
    workspace_members: Vec<String>,
}

#[derive(Deserialize, Clone)]
pub struct MetadataPackage {
    pub id: String,
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    pub manifest_path: PathBuf,
    pub dependencies: Vec<MetadataDependency>,
}

#[derive(Deserialize, Clone)]
pub struct MetadataDependency {
    pub name: String,
    pub kind: Option<String>,
}

/// A package of this workspace with what it depends on directly, tests' needs left out.
#[derive(Clone)]
pub struct Package {
    pub name: String,
    pub folder: PathBuf,
    pub dependencies: Vec<String>,
}

pub fn metadata(root: &Path) -> Result<Metadata> {
    let output = Command::new("cargo")
        .current_dir(root)
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"])
        .output()?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata is not as expected")
}

impl Metadata {
    pub fn is_member(&self, package: &MetadataPackage) -> bool {
        self.workspace_members.contains(&package.id)
    }
}

pub fn packages(root: &Path) -> Result<Vec<Package>> {
    let all = metadata(root)?;
    let own = all.packages.iter().filter(|package| all.is_member(package));
    Ok(own
        .map(|package| Package {
            name: package.name.clone(),
            folder: package.manifest_path.parent().unwrap_or(root).to_path_buf(),
            dependencies: package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
                .map(|dependency| dependency.name.clone())
                .collect(),
        })
        .collect())
}
