//! What is written in the place of the modules.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use anyhow::{Context, Result, bail};

use super::{
    groups::{Group, is_worker},
    module::{Module, Piece},
    path::{folder, joined, relative},
};

pub(super) struct Writer<'a> {
    groups: &'a [Group],
    modules: &'a BTreeMap<String, Module>,
    texts: &'a BTreeMap<String, String>,
    /// Of each module in a group: the variable that holds what it exports, and the file that this is in.
    places: BTreeMap<&'a str, (String, &'a str)>,
}

/// What a file of modules imports from another file.
#[derive(Default)]
struct Wanted<'a> {
    default: Option<&'a str>,
    /// The names of others, each with the one that it has here.
    names: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        groups: &'a [Group],
        modules: &'a BTreeMap<String, Module>,
        texts: &'a BTreeMap<String, String>,
    ) -> Self {
        let all = groups.iter().flat_map(|group| group.modules.iter().map(move |path| (path, &group.host)));
        let places = all.map(|(path, host)| (path.as_str(), (variable(path), host.as_str())));
        Self { groups, modules, texts, places: places.collect() }
    }

    /// Every file that changes, by path.
    ///
    /// # Errors
    ///
    /// Two modules have paths that differ in signs only, or a module is not in the style of the page.
    pub(super) fn files(&self) -> Result<BTreeMap<String, String>> {
        let variables: BTreeSet<_> = self.places.values().map(|(variable, _)| variable).collect();
        if variables.len() < self.places.len() {
            bail!("two modules have paths that differ in signs only: please give one another name");
        }
        let mut files = BTreeMap::new();
        for group in self.groups {
            for path in &group.modules {
                files.insert(path.clone(), self.ahead(path, group) + &self.stand_in(path, &group.host));
            }
            files.insert(group.host.clone(), self.group(group)?);
        }
        for (path, module) in self.modules {
            let alone = !self.places.contains_key(path.as_str());
            if alone && module.imports().any(|import| self.places.contains_key(import.module.as_str())) {
                files.insert(path.clone(), self.alone(path, module));
            }
        }
        Ok(files)
    }

    /// All modules of a group.
    fn group(&self, group: &Group) -> Result<String> {
        let host = group.host.as_str();
        let mut text = self.imports(group)?;
        for path in &group.modules {
            let exports = self.exports(path);
            let variable = &self.places[path.as_str()].0;
            let opening = if exports.is_empty() { String::new() } else { format!("export const {variable} = ") };
            let code = self.code(path, host)?;
            let closing =
                if exports.is_empty() { String::new() } else { format!("return {{ {} }};\n", exports.join(", ")) };
            write!(text, "\n// {path}\n{opening}(() => {{\n{code}{closing}}})();\n")?;
        }
        text += &self.given_back(host);
        Ok(text)
    }

    /// What the group imports from files outside of it.
    fn imports(&self, group: &Group) -> Result<String> {
        let host = group.host.as_str();
        let mut wanted: BTreeMap<&str, Wanted> = BTreeMap::new();
        for path in &group.modules {
            for import in self.modules[path].imports() {
                match self.places.get(import.module.as_str()) {
                    Some((_, file)) if *file == host => {}
                    Some((variable, file)) => {
                        wanted.entry(file).or_default().names.insert((variable, variable));
                    }
                    None => {
                        let Wanted { default, names } = wanted.entry(&import.module).or_default();
                        *default = default.or(import.default.as_deref());
                        names.extend(import.names.iter().map(|(name, local)| (name.as_str(), local.as_str())));
                    }
                }
            }
        }
        let mut text = String::new();
        let own = self.names(host);
        let mut taken: BTreeSet<&str> = own.iter().map(String::as_str).collect();
        for (file, Wanted { default, names }) in wanted {
            for local in names.iter().map(|(_, local)| *local).chain(default) {
                if !taken.insert(local) {
                    bail!("two things in {host} would be called {local}: please give one another name");
                }
            }
            let list: Vec<_> = names.iter().map(|(name, local)| renamed(name, local, " as ")).collect();
            let list = (!list.is_empty()).then(|| format!("{{ {} }}", list.join(", ")));
            let what: Vec<_> = default.map(str::to_string).into_iter().chain(list).collect();
            let from = if what.is_empty() { String::new() } else { format!("{} from ", what.join(", ")) };
            writeln!(text, "import {from}\"{}\";", relative(host, file))?;
        }
        Ok(text)
    }

    /// The code of a module of a group, without imports and exports.
    fn code(&self, path: &str, host: &str) -> Result<String> {
        let mut code = String::new();
        for piece in &self.modules[path].pieces {
            match piece {
                Piece::Import(import) => {
                    if let Some((variable, _)) = self.places.get(import.module.as_str()) {
                        code += &constants(&import.names, variable, "");
                    }
                }
                Piece::Export(_) => {}
                Piece::Code(text) => code += &text.replace("\nexport ", "\n"),
            }
        }
        let code = code.strip_prefix("export ").map_or_else(|| code.clone(), str::to_string);
        moved(&code, path, host)
    }

    /// `name` or `name: value` for each export of a module of a group.
    fn exports(&self, path: &str) -> Vec<String> {
        let module = &self.modules[path];
        let mut exports = module.exports.clone();
        for piece in &module.pieces {
            let Piece::Export(import) = piece else { continue };
            for (name, exported) in &import.names {
                let place = self.places.get(import.module.as_str());
                exports.push(
                    place.map_or_else(|| exported.clone(), |(variable, _)| format!("{exported}: {variable}.{name}")),
                );
            }
        }
        exports
    }

    /// The names that a module of a group exports.
    fn names(&self, path: &str) -> Vec<String> {
        let of = |export: &String| export.split(':').next().unwrap_or_default().to_string();
        self.exports(path).iter().map(of).collect()
    }

    /// The exports of a module from the variable that holds them.
    fn given_back(&self, path: &str) -> String {
        let names = self.names(path);
        if names.is_empty() {
            String::new()
        } else {
            format!("export const {{ {} }} = {};\n", names.join(", "), self.places[path].0)
        }
    }

    /// Has a browser ask for what a worker loads all at once, and not for one file after it has read the other.
    fn ahead(&self, path: &str, group: &Group) -> String {
        if !is_worker(path) {
            return String::new();
        }
        let imports = group.modules.iter().flat_map(|path| self.modules[path].imports());
        let files = imports
            .map(|import| self.places.get(import.module.as_str()).map_or(import.module.as_str(), |(_, file)| file));
        let files: BTreeSet<_> = files.filter(|&file| file != group.host).collect();
        let lines: Vec<_> = files.into_iter().map(|file| format!("import \"{}\";\n", relative(path, file))).collect();
        lines.concat()
    }

    /// What lies at the address of a module whose code is in another file.
    fn stand_in(&self, path: &str, host: &str) -> String {
        let (file, given_back) = (relative(path, host), self.given_back(path));
        if given_back.is_empty() {
            return format!("import \"{file}\";\n");
        }
        format!("import {{ {} }} from \"{file}\";\n{given_back}", self.places[path].0)
    }

    /// A module of no group, which imports from the files of groups.
    fn alone(&self, path: &str, module: &Module) -> String {
        let mut rest = self.texts[path].as_str();
        let mut text = String::new();
        let mut imported = BTreeSet::new();
        for piece in &module.pieces {
            if let Piece::Code(code) = piece {
                text += code;
                rest = &rest[code.len()..];
                continue;
            }
            let (statement, after) = rest.split_once(';').unwrap_or((rest, ""));
            rest = after;
            let (Piece::Import(import) | Piece::Export(import)) = piece else { continue };
            let Some((variable, file)) = self.places.get(import.module.as_str()) else {
                text += statement;
                text += ";";
                continue;
            };
            let opening = if matches!(piece, Piece::Export(_)) { "export " } else { "" };
            let constants = constants(&import.names, variable, opening);
            if constants.is_empty() || imported.insert(variable) {
                let from = if constants.is_empty() { String::new() } else { format!("{{ {variable} }} from ") };
                let space = if constants.is_empty() { "" } else { " " };
                write!(text, "import {from}\"{}\";{space}", relative(path, file)).unwrap_or_default();
            }
            text += &constants;
        }
        text
    }
}

/// The variable for what a module exports. It follows from the path alone, so that a file of an older version of the page, which a tab
/// may have loaded, is not taken for another module.
fn variable(path: &str) -> String {
    format!("${}", path.trim_end_matches(".js").replace(|letter: char| !letter.is_ascii_alphanumeric(), "_"))
}

/// `const { name: local } = variable;`, and nothing without names.
fn constants(names: &[(String, String)], variable: &str, opening: &str) -> String {
    let names: Vec<_> = names.iter().map(|(name, local)| renamed(name, local, ": ")).collect();
    if names.is_empty() { String::new() } else { format!("{opening}const {{ {} }} = {variable};", names.join(", ")) }
}

fn renamed(name: &str, other: &str, between: &str) -> String {
    if name == other { name.to_string() } else { format!("{name}{between}{other}") }
}

/// The code of the module at `path` for the file at `host`: what it names beside itself lies elsewhere from there.
fn moved(code: &str, path: &str, host: &str) -> Result<String> {
    if folder(path) == folder(host) {
        return Ok(code.to_string());
    }
    let unread = || format!("{path} uses import.meta otherwise than in new URL(\"…\", import.meta.url)");
    let mut text = String::new();
    let mut rest = code;
    loop {
        let next = ["import(\"", "new URL(\""].into_iter().filter_map(|start| Some((rest.find(start)?, start))).min();
        let (before, after) = next.map_or((rest, ""), |(at, start)| rest.split_at(at + start.len()));
        text += before;
        if next.is_none() {
            break;
        }
        let (name, after) = after.split_once('"').with_context(unread)?;
        let beside = before.ends_with("import(\"") || after.starts_with(", import.meta.url");
        text += &if beside && name.starts_with('.') { relative(host, &joined(path, name)) } else { name.to_string() };
        text.push('"');
        rest = after;
    }
    if text.matches("import.meta").count() != text.matches("\", import.meta.url").count() {
        bail!(unread());
    }
    Ok(text)
}
