//! Makes a name unique by numbering it.

/// `wanted`, or the first of `wanted_1`, `wanted_2`, … that is not taken.
pub fn unique(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (1..).map(|number| format!("{wanted}_{number}"));
    let mut names = std::iter::once(wanted.to_string()).chain(numbered);
    names.find(|name| !taken(name)).expect("finitely many names are taken")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_the_first_free_number() {
        let unique = |taken: &[&str]| unique("a", |name| taken.contains(&name));
        assert_eq!([unique(&[]), unique(&["a"]), unique(&["a", "a_1", "a_3"])], ["a", "a_1", "a_2"]);
    }
}
