//! Makes one file of modules that are always loaded together: a browser asks for each file, and the page has hundreds.
//!
//! Each module becomes a function that gives back what the module exports, and the functions of a file run in the order of the
//! imports, so that everything happens once. At the address of each module lies a small one that exports the same: what loads it
//! late, and tests, get the one that runs already.

mod groups;
mod module;
mod path;
mod written;

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use self::{groups::groups, module::Module, path::folder, written::Writer};

/// Does so with the modules among the files of a page.
pub(crate) fn bundle(files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let mut texts = BTreeMap::new();
    let mut modules = BTreeMap::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.rsplit('.').next() == Some("js")) {
        let text = str::from_utf8(bytes).with_context(|| format!("{path} is not UTF-8"))?;
        // What wasm-bindgen writes has another style. It is loaded late, and stays as it is.
        let module = if is_written_by_hand(path) { Module::read(path, text)? } else { Module::default() };
        texts.insert(path.clone(), text.to_string());
        modules.insert(path.clone(), module);
    }
    let groups = groups(&modules)?;
    let writer = Writer::new(&groups, &modules, &texts);
    for (path, text) in writer.files()? {
        files.insert(path, text.into_bytes());
    }
    Ok(())
}

/// Everything else is in the folder of a part of the program, whose `tabfit.js` is written by wasm-bindgen.
fn is_written_by_hand(path: &str) -> bool {
    path.starts_with("js/") || folder(path).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_bundled_and_everything_is_still_at_its_address() {
        let mut files: BTreeMap<String, Vec<u8>> = [
            ("js/main.js", "/** The page. */\n\nimport { one as eins } from \"./page/one.js\";\nimport init from \"../root.js\";\n\ninit(eins);\nimport(\"./page/late.js\");\n"),
            ("js/page/one.js", "export const one = () => fetch(new URL(\"../file.json\", import.meta.url));\n"),
            ("js/page/late.js", "import { one } from \"./one.js\";\n\none();\n"),
            ("js/page/other.js", "export { one as uno } from \"./one.js\";\nimport { one } from \"./one.js\";\none(new URL(\"./a\", \"http://b\"));\n"),
            ("root.js", "export default function init() {}\n"),
            ("cpu/tabfit.js", "export { a as b };\n"),
        ]
        .map(|(path, text)| (path.to_string(), text.as_bytes().to_vec()))
        .into();
        bundle(&mut files).unwrap();
        let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
        assert_eq!(
            text("js/main.js"),
            "import init from \"../root.js\";\n\n// js/page/one.js\nexport const $js_page_one = (() => {\n\
             const one = () => fetch(new URL(\"./file.json\", import.meta.url));\nreturn { one };\n})();\n\n// js/main.js\n(() => {\n\
             /** The page. */\n\nconst { one: eins } = $js_page_one;\n\n\ninit(eins);\nimport(\"./page/late.js\");\n})();\n"
        );
        assert_eq!(
            text("js/page/one.js"),
            "import { $js_page_one } from \"../main.js\";\nexport const { one } = $js_page_one;\n"
        );
        assert_eq!(
            text("js/page/late.js"),
            "import { $js_page_one } from \"../main.js\"; const { one } = $js_page_one;\n\none();\n"
        );
        assert_eq!(
            text("js/page/other.js"),
            "import { $js_page_one } from \"../main.js\"; export const { one: uno } = $js_page_one;\nconst { one } = $js_page_one;\none(new URL(\"./a\", \"http://b\"));\n"
        );
        assert_eq!(text("cpu/tabfit.js"), "export { a as b };\n");
    }
}
