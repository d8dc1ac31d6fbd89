//! What a module of the page imports and exports, read from its text.
//!
//! The page's modules are written in one style: imports stand at the beginning of a line and end with a semicolon, and exports
//! are declarations. What is written otherwise is not understood, and named.

use anyhow::{Context, Result, bail};

use super::path::joined;

/// `import { name as local } from "module"`, without the names where the module is only to have run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// The local name of what it exports by default.
    pub(super) default: Option<String>,
    /// Each with the name that it has here.
    pub(super) names: Vec<(String, String)>,
    pub(super) module: String,
}

/// A piece of a module's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Import(Import),
    /// `export { name as other } from "module"`.
    Export(Import),
    Code(String),
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Module {
    pub(super) pieces: Vec<Piece>,
    /// The names that it declares and exports.
    pub(super) exports: Vec<String>,
    /// What it imports while it runs.
    pub(super) late: Vec<String>,
    /// Whether it can become a function: a variable that changes after it was exported cannot be given back once.
    pub(super) constant: bool,
}

impl Module {
    /// Reads the module at `path` in the page.
    pub(super) fn read(path: &str, text: &str) -> Result<Self> {
        let mut module = Self { constant: true, ..Self::default() };
        let mut code = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let line = rest.find('\n').map_or(rest.len(), |end| end + 1);
            let is_import = rest.starts_with("import ");
            if is_import || rest.starts_with("export {") {
                let end = rest.find(';').with_context(|| format!("{path} has an import without a semicolon"))?;
                let import = import(path, &rest[..end])?;
                if !code.is_empty() {
                    module.pieces.push(Piece::Code(std::mem::take(&mut code)));
                }
                module.pieces.push(if is_import { Piece::Import(import) } else { Piece::Export(import) });
                rest = &rest[end + 1..];
                continue;
            }
            if let Some(declaration) = rest[..line].strip_prefix("export ") {
                module.declare(declaration).with_context(|| format!("{path} exports what is not understood"))?;
            }
            code += &rest[..line];
            rest = &rest[line..];
        }
        module.pieces.push(Piece::Code(code));
        for (at, _) in text.match_indices("import(\"") {
            let target = text[at + 8..].split('"').next().unwrap_or_default();
            module.late.push(joined(path, target));
        }
        Ok(module)
    }

    pub(super) fn imports(&self) -> impl Iterator<Item = &Import> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Import(import) | Piece::Export(import) => Some(import),
            Piece::Code(_) => None,
        })
    }

    fn declare(&mut self, declaration: &str) -> Result<()> {
        let declaration = declaration.strip_prefix("async ").unwrap_or(declaration);
        if declaration.starts_with("let ") || declaration.starts_with("default ") {
            self.constant = false;
            return Ok(());
        }
        let (_, named) = declaration.split_once(' ').context("there is no name")?;
        if let Some(list) = named.strip_prefix('[') {
            let (list, _) = list.split_once(']').context("a list has no end")?;
            self.exports.extend(list.split(',').map(|name| name.trim().to_string()));
            return Ok(());
        }
        let end = named.find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '$');
        match &named[..end.unwrap_or(named.len())] {
            "" => bail!("\"{}\" has no name", declaration.trim_end()),
            name => self.exports.push(name.to_string()),
        }
        Ok(())
    }
}

/// Reads an import, or an export from another module, without its semicolon.
fn import(path: &str, statement: &str) -> Result<Import> {
    let unread = || format!("{path} has an import that is not understood: {statement}");
    let (_, statement) = statement.split_once(' ').with_context(unread)?;
    let (before, module) = statement.strip_suffix('"').and_then(|rest| rest.rsplit_once('"')).with_context(unread)?;
    let mut import = Import { default: None, names: Vec::new(), module: joined(path, module) };
    let Some(names) = before.trim_end().strip_suffix("from") else {
        return Ok(import);
    };
    let (default, list) = match names.split_once('{') {
        Some((default, list)) => (default, list.trim_end().strip_suffix('}').with_context(unread)?),
        None => (names, ""),
    };
    let default = default.trim().trim_end_matches(',');
    if default.starts_with('*') {
        bail!(unread());
    }
    import.default = Some(default.to_string()).filter(|name| !name.is_empty());
    for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let (name, local) = name.split_once(" as ").unwrap_or((name, name));
        import.names.push((name.to_string(), local.to_string()));
    }
    Ok(import)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Module {
        Module::read("js/page/a.js", text).unwrap()
    }

    #[test]
    fn imports_are_read_in_every_form_that_the_page_has() {
        let module = read(
            "/** About. */\nimport \"./first.js\";\nimport init, { one } from \"../../root.js\";\nimport {\n  two,\n  three as drei,\n} from \"../b/c.js\";\nexport { four } from \"./d.js\";\nconst late = () => import(\"./late.js\");\n",
        );
        let imports: Vec<_> = module.imports().map(|import| import.module.as_str()).collect();
        assert_eq!(imports, ["js/page/first.js", "root.js", "js/b/c.js", "js/page/d.js"]);
        let names: Vec<_> =
            module.imports().flat_map(|import| &import.names).map(|(name, local)| format!("{name} {local}")).collect();
        assert_eq!(names, ["one one", "two two", "three drei", "four four"]);
        assert_eq!(module.imports().find_map(|import| import.default.as_deref()), Some("init"));
        assert_eq!(module.late, ["js/page/late.js"]);
        assert!(module.constant);
    }

    #[test]
    fn exports_are_read_in_every_form_that_the_page_has() {
        let module = read(
            "export const a = 1;\nexport async function b() {}\nexport function* c() {}\nexport class D {}\nexport const [E, F] = [1, 2];\nconst g = 3;\n",
        );
        assert_eq!(module.exports, ["a", "b", "c", "D", "E", "F"]);
        assert!(!read("export let a;\n").constant && !read("export default function a() {}\n").constant);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let error = |text| format!("{:#}", Module::read("js/a.js", text).unwrap_err());
        assert!(error("import * as all from \"./b.js\";\n").contains("js/a.js has an import that is not understood"));
        assert!(error("export const { a } = b;\n").contains("js/a.js exports what is not understood"));
        assert!(error("import { a } from \"./b.js\"\n").contains("without a semicolon"));
    }
}
