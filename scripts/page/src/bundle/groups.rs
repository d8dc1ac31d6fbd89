//! Which modules are always loaded together.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use super::module::Module;

/// What begins in the page or in one of its workers, and what each of them loads from its beginning on.
pub(super) const BEGINNINGS: &[&[&str]] =
    &[&["js/page/client/trainer-client.js", "js/main.js"], &["js/worker.js"], &["js/helper.js"], &["convert.js"]];

/// Who loads a module: the numbers of the scripts that begin with it, and of those that load it late.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Loaded {
    first: BTreeSet<(usize, usize)>,
    late: BTreeSet<usize>,
}

/// Modules that become one file, in the order in which they run, which is that of their imports. The file lies where `host` lay.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) host: String,
    pub(super) modules: Vec<String>,
}

/// The groups of more than one module. A module that is only loaded late belongs to none.
pub(super) fn groups(modules: &BTreeMap<String, Module>) -> Result<Vec<Group>> {
    let mut loaded: BTreeMap<&str, Loaded> = BTreeMap::new();
    let mut order = Vec::new();
    for (place, scripts) in BEGINNINGS.iter().enumerate() {
        let mut together = BTreeSet::new();
        for (at, script) in scripts.iter().enumerate() {
            let mut seen = BTreeSet::new();
            visit(modules, script, &mut Vec::new(), &mut seen, &mut order)?;
            for path in &seen {
                loaded.entry(path).or_default().first.insert((place, at));
            }
            together.append(&mut seen);
        }
        for path in late(modules, &together) {
            loaded.entry(path).or_default().late.insert(place);
        }
    }
    let mut groups: Vec<(Loaded, Group)> = Vec::new();
    for path in order {
        if !modules[path].constant {
            continue;
        }
        let by = loaded[path].clone();
        if let Some((_, group)) = groups.iter_mut().find(|(other, _)| *other == by) {
            group.modules.push(path.to_string());
        } else {
            groups.push((by, Group { host: String::new(), modules: vec![path.to_string()] }));
        }
    }
    let groups = groups.into_iter().map(|(_, group)| group).filter(|group| group.modules.len() > 1);
    // The last one to run imports others. A browser would run a worker's own script once more for who imports it, where the
    // service worker has sent the worker to another address.
    let host = |group: &Group| group.modules.iter().rev().find(|path| !is_worker(path)).cloned().unwrap_or_default();
    Ok(groups.map(|group| Group { host: host(&group), ..group }).collect())
}

/// Whether a worker begins with this script.
pub(super) fn is_worker(path: &str) -> bool {
    BEGINNINGS[1..].concat().contains(&path)
}

/// Adds to `order`, once, what a module imports, and then the module itself.
fn visit<'a>(
    modules: &'a BTreeMap<String, Module>,
    path: &str,
    above: &mut Vec<&'a str>,
    seen: &mut BTreeSet<&'a str>,
    order: &mut Vec<&'a str>,
) -> Result<()> {
    let Some((path, module)) = modules.get_key_value(path) else {
        return Ok(());
    };
    if above.contains(&path.as_str()) {
        bail!("{} import each other in a circle", above.join(", "));
    }
    if !seen.insert(path) {
        return Ok(());
    }
    above.push(path);
    for import in module.imports() {
        visit(modules, &import.module, above, seen, order)?;
    }
    above.pop();
    if !order.contains(&path.as_str()) {
        order.push(path);
    }
    Ok(())
}

/// What these modules load late, with what that imports and loads, as far as it is not among them.
fn late<'a>(modules: &'a BTreeMap<String, Module>, first: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<&str> = first.iter().flat_map(|path| &modules[*path].late).map(String::as_str).collect();
    while let Some(path) = waiting.pop() {
        let Some((path, module)) = modules.get_key_value(path) else {
            continue;
        };
        if !first.contains(path.as_str()) && found.insert(path.as_str()) {
            waiting.extend(module.late.iter().map(String::as_str));
            waiting.extend(module.imports().map(|import| import.module.as_str()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> BTreeMap<String, Module> {
        files.iter().map(|(path, text)| ((*path).to_string(), Module::read(path, text).unwrap())).collect()
    }

    #[test]
    fn what_the_same_scripts_load_first_is_a_group() {
        let modules = read(&[
            (
                "js/page/client/trainer-client.js",
                "import { a } from \"../../a.js\";\nimport { c } from \"./c.js\";\nexport const client = c;\n",
            ),
            ("js/page/client/c.js", "export const c = 1;\n"),
            (
                "js/main.js",
                "import { b } from \"./page/b.js\";\nimport { c } from \"./page/client/c.js\";\nimport { client } from \"./page/client/trainer-client.js\";\nimport(\"./page/late.js\");\n",
            ),
            ("js/page/b.js", "export const b = 1;\n"),
            ("js/page/late.js", "import { d } from \"../d.js\";\nimport { b } from \"./b.js\";\n"),
            (
                "js/worker.js",
                "import { a } from \"./a.js\";\nimport { d } from \"./d.js\";\nimport { e } from \"./e.js\";\n",
            ),
            ("js/a.js", "export const a = 1;\n"),
            ("js/d.js", "export const d = 1;\n"),
            ("js/e.js", "export const e = 1;\n"),
        ]);
        let group = |host: &str, paths: &[&str]| Group {
            host: host.to_string(),
            modules: paths.iter().map(|&path| path.to_string()).collect(),
        };
        // d.js is in none: the page may load it late, and must not load the worker with it. a.js is alone.
        assert_eq!(
            groups(&modules).unwrap(),
            [
                group("js/page/client/trainer-client.js", &["js/page/client/c.js", "js/page/client/trainer-client.js"]),
                group("js/main.js", &["js/page/b.js", "js/main.js"]),
                group("js/e.js", &["js/e.js", "js/worker.js"]),
            ]
        );
    }

    #[test]
    fn a_circle_is_named() {
        let modules = read(&[("js/main.js", "import \"./a.js\";\n"), ("js/a.js", "import \"./main.js\";\n")]);
        assert_eq!(groups(&modules).unwrap_err().to_string(), "js/main.js, js/a.js import each other in a circle");
    }
}
