//! The rules for the crates that a program is made of: their licences, and which may not be there, or not twice.

use spdx::{Expression, ParseMode};

/// A crate as `cargo tree --format "{p}|{l}"` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The name of its package.
    pub name: String,
    /// With a leading v, as cargo writes it.
    pub version: String,
    /// An SPDX expression, as its author wrote it; empty if there is none.
    pub license: String,
}

/// The crates of a list by `cargo tree`, each once.
#[must_use]
pub fn listed(tree: &str) -> Vec<Dependency> {
    let mut crates: Vec<_> = tree
        .lines()
        .filter_map(|line| {
            let (package, license) = line.split_once('|')?;
            let mut words = package.split_whitespace();
            Some(Dependency {
                name: words.next()?.to_string(),
                version: words.next()?.to_string(),
                license: license.trim_end_matches(" (*)").to_string(),
            })
        })
        .collect();
    crates.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    crates.dedup();
    crates
}

/// A sentence for each crate whose licence does not allow what one of `allowed` allows.
#[must_use]
pub fn unlicensed(crates: &[Dependency], allowed: &[&str]) -> Vec<String> {
    let is_allowed = |license: &str| {
        Expression::parse_mode(license, ParseMode::LAX).is_ok_and(|expression| {
            expression.evaluate(|requirement| allowed.contains(&requirement.to_string().as_str()))
        })
    };
    crates
        .iter()
        .filter(|dependency| !is_allowed(&dependency.license))
        .map(|Dependency { name, version, license, .. }| {
            format!("{name} {version} has the licence \"{license}\", which is not among those that are allowed")
        })
        .collect()
}

/// A sentence for each crate that may not be part of the program.
#[must_use]
pub fn banned(crates: &[Dependency], names: &[&str]) -> Vec<String> {
    let found = crates.iter().filter(|dependency| names.contains(&dependency.name.as_str()));
    found.map(|Dependency { name, version, .. }| format!("{name} {version} may not be part of the program")).collect()
}

/// A sentence for each crate that is in the program in several versions, but for `known` ones.
#[must_use]
pub fn doubled(crates: &[Dependency], known: &[&str]) -> Vec<String> {
    crates
        .windows(2)
        .filter(|pair| pair[0].name == pair[1].name && !known.contains(&pair[0].name.as_str()))
        .map(|pair| format!("{} is there as {} and as {}", pair[0].name, pair[0].version, pair[1].version))
        .collect()
}
