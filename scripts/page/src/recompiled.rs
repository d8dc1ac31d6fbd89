//! Which crates a part had to compile again, although the first one had compiled them already.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A library that cargo compiled, or found compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Artifact {
    /// The package with its version and place.
    package: String,
    name: String,
    /// A crate can be compiled for the page and for the programs of the build.
    for_page: bool,
    features: BTreeSet<String>,
    /// It was there before.
    fresh: bool,
}

impl Artifact {
    /// The library that a message of cargo's tells of.
    pub(crate) fn of(message: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_string);
        let kind = text(&message["target"]["kind"][0])?;
        let file = text(&message["filenames"][0])?;
        (message["reason"] == "compiler-artifact" && (kind == "lib" || kind == "rlib" || kind == "proc-macro"))
            .then_some(())?;
        Some(Self {
            package: text(&message["package_id"])?,
            name: text(&message["target"]["name"])?,
            for_page: file.contains("/wasm32-unknown-unknown/"),
            features: message["features"].as_array()?.iter().filter_map(text).collect(),
            fresh: message["fresh"].as_bool()?,
        })
    }

    fn is_same_crate(&self, other: &Self) -> bool {
        (&self.package, &self.name, self.for_page) == (&other.package, &other.name, other.for_page)
    }
}

/// The crates that were compiled again, as a sentence; `None` if there are none.
pub(crate) fn sentence(first: &[Artifact], second: &[Artifact]) -> Option<String> {
    let mut differ: BTreeMap<&str, String> = BTreeMap::new();
    let mut depend: BTreeSet<&str> = BTreeSet::new();
    for artifact in second.iter().filter(|artifact| !artifact.fresh) {
        let before: Vec<_> = first.iter().filter(|other| other.is_same_crate(artifact)).collect();
        let Some(other) = before.first() else { continue };
        if before.iter().any(|other| other.features == artifact.features) {
            depend.insert(&artifact.name);
        } else {
            differ.insert(&artifact.name, difference(&other.features, &artifact.features));
        }
    }
    let differ: Vec<_> = differ.iter().map(|(name, features)| format!("{name} ({features})")).collect();
    let depend: Vec<_> = depend.into_iter().collect();
    let whole = [
        (differ.join(", "), "Compiled again, because their features differ"),
        (depend.join(", "), "Compiled again, because they use a crate whose features differ"),
    ];
    let lines: Vec<_> = whole
        .iter()
        .filter(|(crates, _)| !crates.is_empty())
        .map(|(crates, why)| format!("{why}: {crates}."))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The features that only one of the two has.
fn difference(first: &BTreeSet<String>, second: &BTreeSet<String>) -> String {
    let more = second.difference(first).map(|feature| format!("+{feature}"));
    let fewer = first.difference(second).map(|feature| format!("-{feature}"));
    more.chain(fewer).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn artifact(name: &str, features: &[&str], fresh: bool) -> Artifact {
        let file = format!("/target/wasm32-unknown-unknown/release/deps/lib{name}.rlib");
        Artifact::of(&json!({
            "reason": "compiler-artifact", "package_id": name, "target": { "kind": ["lib"], "name": name },
            "features": features, "filenames": [file], "fresh": fresh,
        }))
        .unwrap()
    }

    #[test]
    fn the_features_that_differ_are_named_and_what_depends_on_them_stands_apart() {
        let first = [artifact("serde", &["std"], false), artifact("zip", &[], false), artifact("log", &[], false)];
        let second = [
            artifact("serde", &["rc", "std"], false),
            artifact("zip", &[], false),
            artifact("log", &[], true),
            artifact("wgpu", &[], false),
        ];
        assert_eq!(
            sentence(&first, &second).unwrap(),
            "Compiled again, because their features differ: serde (+rc).\n\
             Compiled again, because they use a crate whose features differ: zip."
        );
        assert_eq!(sentence(&first, &second[2..]), None);
    }

    #[test]
    fn programs_and_scripts_of_a_build_are_no_libraries() {
        let message = json!({ "reason": "compiler-artifact", "target": { "kind": ["custom-build"], "name": "a" } });
        assert_eq!(Artifact::of(&message), None);
    }
}
