//! The npm package: the parts that wasm-pack wrote, the loader, and a `package.json` for all of it.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::{
    make::add_programs,
    part::Part,
    root::root,
    site::{Site, read},
    wasm::smaller,
};

/// What cargo knows of the workspace.
#[derive(Deserialize)]
struct Workspace {
    packages: Vec<Described>,
}

/// What the crate's `Cargo.toml` says of it.
#[derive(Clone, Deserialize)]
struct Described {
    name: String,
    version: String,
    description: Option<String>,
    license: Option<String>,
    keywords: Vec<String>,
}

/// What npm reads.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PackageJson<'a> {
    name: &'a str,
    version: &'a str,
    description: Option<&'a str>,
    license: Option<&'a str>,
    keywords: &'a [String],
    r#type: &'a str,
    main: &'a str,
    module: &'a str,
    types: &'a str,
    files: Vec<&'a str>,
    /// A bundler must keep these, although nobody uses what they export.
    side_effects: Vec<String>,
}

/// Completes `pkg/`, in which wasm-pack has written each part to a folder.
pub(crate) fn complete() -> Result<()> {
    let pkg = root().join("pkg");
    let mut site = Site::default();
    for part in Part::ALL.map(Part::folder) {
        site.add_folder(&format!("{part}/"), &pkg.join(part))
            .context("wasm-pack has not written every part: please run scripts/package.sh")?;
        let wasm = pkg.join(part).join("tabfit_bg.wasm");
        let bytes = smaller(read(&wasm)?).with_context(|| format!("{} cannot be made smaller", wasm.display()))?;
        site.add(format!("{part}/tabfit_bg.wasm"), bytes);
        site.remove(&format!("{part}/tabfit_bg.wasm.d.ts")); // the types of what tabfit.js alone calls
    }
    add_programs(&mut site)?;
    for file in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        site.add(file.to_string(), read(&root().join(file))?);
    }
    let json = package_json(&described()?, &site.tops())?;
    site.add("package.json".to_string(), json.into_bytes());
    site.write(&pkg)
}

fn described() -> Result<Described> {
    let mut cargo = Command::new("cargo");
    let cargo = cargo.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(root());
    let output = cargo.output().context("cargo cannot be started: please install Rust by rustup")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let workspace: Workspace = serde_json::from_slice(&output.stdout).context("cargo metadata cannot be read")?;
    let tabfit = workspace.packages.into_iter().find(|package| package.name == "tabfit");
    tabfit.context("Cargo.toml is not tabfit's")
}

/// `tops` are the files and folders at the top of the package.
fn package_json(described: &Described, tops: &[&str]) -> Result<String> {
    let json = PackageJson {
        name: &described.name,
        version: &described.version,
        description: described.description.as_deref(),
        license: described.license.as_deref(),
        keywords: &described.keywords,
        r#type: "module",
        main: "tabfit.js",
        module: "tabfit.js",
        types: "tabfit.d.ts",
        files: tops.to_vec(),
        side_effects: Part::ALL.map(|part| format!("./{}/snippets/*", part.folder())).to_vec(),
    };
    Ok(serde_json::to_string_pretty(&json).context("package.json cannot be written")? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_reads_what_cargo_says_and_every_file_at_the_top() {
        let described: Described = serde_json::from_str(
            r#"{ "name": "tabfit", "version": "1.2.3", "description": null, "license": "MIT", "keywords": ["cnn"] }"#,
        )
        .unwrap();
        let json = package_json(&described, &["cpu", "tabfit.js"]).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["version"], "1.2.3");
        assert_eq!(json["files"], serde_json::json!(["cpu", "tabfit.js"]));
        assert_eq!(json["sideEffects"][0], "./cpu/snippets/*");
    }
}
