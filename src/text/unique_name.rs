//! Makes a name unique by numbering it.

/// `wanted`, or the first of `wanted_1`, `wanted_2`, … that is not taken.
pub(crate) fn unique(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (1..).map(|number| format!("{wanted}_{number}"));
    let mut names = std::iter::once(wanted.to_string()).chain(numbered);
    names.find(|name| !taken(name)).expect("finitely many names are taken")
}
