//! Finds the file that defines what a path names.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    module_of, names_burn,
    scan::{Module, Scan, WrittenPath},
};

/// The most re-exports that are followed, so that a name which imports itself does not loop.
const DEEPEST: usize = 24;

/// The modules of a crate.
pub(super) struct Names<'a> {
    modules: BTreeMap<&'a [String], (&'a str, &'a Module)>,
    test_modules: BTreeSet<&'a [String]>,
}

/// What a name stands for: a module, an item of a file, or both, because Rust has two namespaces.
#[derive(Default, Clone, Copy)]
struct Meaning<'a> {
    module: Option<&'a [String]>,
    item: Option<&'a str>,
    /// Whether a re-export takes it from another crate. What is burn's counts as the file's that passes it on.
    elsewhere: bool,
}

impl<'a> Names<'a> {
    pub(super) fn new(scans: &'a BTreeMap<String, Scan>) -> Self {
        let modules = scans
            .iter()
            .flat_map(|(file, scan)| {
                scan.modules.iter().map(move |module| (module.path.as_slice(), (file.as_str(), module)))
            })
            .collect();
        let test_modules = scans.values().flat_map(|scan| scan.test_modules.iter().map(Vec::as_slice)).collect();
        Self { modules, test_modules }
    }

    /// Whether a file is compiled for tests only.
    pub(super) fn is_test(&self, file: &str) -> bool {
        let module = module_of(file);
        self.test_modules.iter().any(|test| module.starts_with(test))
    }

    /// The files that define what a path names; empty if it is in another crate.
    pub(super) fn files(&self, path: &WrittenPath) -> BTreeSet<String> {
        let Some((&scope, _)) = self.modules.get_key_value(path.scope.as_slice()) else { return BTreeSet::new() };
        let meaning = self.resolve(scope, &path.segments, 0);
        let module = meaning.module.and_then(|module| self.modules.get(module));
        let mut files: BTreeSet<_> = module.map(|(file, _)| *file).into_iter().chain(meaning.item).collect();
        // A glob also names what the module re-exports and, in the module's own children, all that it imports.
        if let (true, Some((file, module))) = (path.glob, module)
            && self.modules.get(scope).is_some_and(|(own, _)| own != file)
        {
            for found in module.uses.iter().filter(|found| found.public || scope.starts_with(&module.path)) {
                files.extend(self.resolve(&module.path, &found.segments, 1).item);
            }
        }
        files.into_iter().map(String::from).collect()
    }

    fn resolve(&self, scope: &'a [String], segments: &[String], depth: usize) -> Meaning<'a> {
        let (mut at, mut known) = (scope, false);
        for (index, segment) in segments.iter().enumerate() {
            let next = match segment.as_str() {
                "crate" => Some(&scope[..0]),
                "self" => Some(at),
                "super" => Some(&at[..at.len().saturating_sub(1)]),
                _ => None,
            };
            let last = index + 1 == segments.len();
            let Some(next) = next.or_else(|| if last { None } else { self.child(at, segment) }) else {
                let found = self.lookup(at, segment, depth);
                if let (false, Some(module)) = (last, found.module) {
                    (at, known) = (module, true);
                    continue;
                }
                if found.module.is_some() || found.item.is_some() || found.elsewhere {
                    return found;
                }
                // A macro may define it, in the module that was reached.
                let item = self.modules.get(at).filter(|_| known).map(|(file, _)| *file);
                return Meaning { item, ..Meaning::default() };
            };
            (at, known) = (next, true);
        }
        Meaning { module: Some(at), ..Meaning::default() }
    }

    fn child(&self, module: &[String], name: &str) -> Option<&'a [String]> {
        let mut path = module.to_vec();
        path.push(name.into());
        self.modules.get_key_value(path.as_slice()).map(|(&path, _)| path)
    }

    fn lookup(&self, at: &'a [String], name: &str, depth: usize) -> Meaning<'a> {
        let Some((file, module)) = self.modules.get(at) else { return Meaning::default() };
        let item = module.items.contains(name).then_some(*file);
        let mut meaning = Meaning { module: self.child(at, name), item, elsewhere: false };
        if depth == DEEPEST {
            return meaning;
        }
        for used in module.uses.iter().filter(|found| found.name.as_deref() == Some(name)) {
            let found = self.resolve(at, &used.segments, depth + 1);
            meaning = Meaning {
                module: meaning.module.or(found.module),
                item: meaning.item.or(found.item),
                elsewhere: found.module.is_none() && found.item.is_none() && !names_burn(&used.segments[0]),
            };
        }
        for glob in module.uses.iter().filter(|found| found.name.is_none()) {
            if meaning.module.is_some() || meaning.item.is_some() {
                break;
            }
            // Globs of other crates are left out: looking up their names would go through every glob again.
            let first = glob.segments[0].as_str();
            if !["crate", "self", "super"].contains(&first) && self.child(at, first).is_none() {
                continue;
            }
            if let Some(module) = self.resolve(at, &glob.segments, depth + 1).module.filter(|module| *module != at) {
                meaning = self.lookup(module, name, depth + 1);
            }
        }
        meaning
    }
}
