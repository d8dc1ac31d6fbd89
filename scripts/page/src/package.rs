//! The npm package: the parts that wasm-pack wrote, the loader, and a `package.json` for all of it.

use std::{collections::BTreeMap, process::Command};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::{
    make::add_programs,
    part::Part,
    root::root,
    site::{Site, read},
    wasm::{WASM, files},
};

/// What cargo knows of the workspace.
#[derive(Deserialize)]
struct Workspace {
    packages: Vec<Described>,
}

/// What the crate's `Cargo.toml` says of it.
#[derive(Clone, Deserialize, Serialize)]
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
    #[serde(flatten)]
    described: &'a Described,
    r#type: &'a str,
    main: &'a str,
    types: &'a str,
    exports: BTreeMap<&'a str, Export<'a>>,
    files: &'a [&'a str],
    /// A bundler must keep these, although they export nothing.
    side_effects: [&'a str; 2],
    engines: BTreeMap<&'a str, &'a str>,
    peer_dependencies: BTreeMap<&'a str, &'a str>,
    peer_dependencies_meta: BTreeMap<&'a str, Optional>,
}

/// The files of an import, for whoever reads them. The first that fits is taken, so that their order matters.
#[derive(Serialize)]
struct Export<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    types: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
    default: &'a str,
}

#[derive(Serialize)]
struct Optional {
    optional: bool,
}

/// Completes `pkg/`, in which wasm-pack has written each part to a folder.
pub(crate) fn complete() -> Result<()> {
    let pkg = root().join("pkg");
    let mut site = Site::default();
    for part in Part::ALL.map(Part::folder) {
        site.add_folder(&format!("{part}/"), &pkg.join(part))
            .context("wasm-pack has not written every part: please run scripts/package.sh")?;
        let wasm = pkg.join(part).join(WASM);
        for (name, bytes) in
            files(read(&wasm)?).with_context(|| format!("{} cannot be made smaller", wasm.display()))?
        {
            site.add(format!("{part}/{name}"), bytes);
        }
        site.remove(&format!("{part}/tabfit_bg.wasm.d.ts")); // the types of what tabfit.js alone calls
    }
    add_programs(&mut site)?;
    site.add_by_end("", &root().join("package"), &[".js", ".d.ts", ".md"])?;
    site.add_by_end("", root(), &["LICENSE-APACHE", "LICENSE-MIT"])?;
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
    let plain = |default| Export { types: None, node: None, default };
    let json = PackageJson {
        described,
        r#type: "module",
        main: "./tabfit.js",
        types: "./tabfit.d.ts",
        exports: BTreeMap::from([
            (".", Export { types: Some("./tabfit.d.ts"), node: Some("./node.js"), default: "./tabfit.js" }),
            ("./wasm", Export { types: Some("./wasm.d.ts"), ..plain("./wasm.js") }),
            ("./worker", Export { types: Some("./worker.d.ts"), ..plain("./worker.js") }),
            ("./converter", plain("./convert.js")),
            ("./package.json", plain("./package.json")),
        ]),
        files: tops,
        side_effects: ["./convert.js", "./worker.js"],
        engines: BTreeMap::from([("node", ">=20.16")]), // its `process.getBuiltinModule`
        peer_dependencies: BTreeMap::from([("webgpu", ">=0.6")]),
        peer_dependencies_meta: BTreeMap::from([("webgpu", Optional { optional: true })]),
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
        let place = |word| json.find(&format!("\"{word}\": \"./")).unwrap();
        assert!(place("node") < place("default"), "Node takes the first that fits");
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["version"], "1.2.3");
        assert_eq!(json["files"], serde_json::json!(["cpu", "tabfit.js"]));
        assert_eq!(json["exports"]["./wasm"]["types"], "./wasm.d.ts");
    }
}
