//! Tests what the scanner of JavaScript counts as an import.

use tabfit_house::{javascript::tree, sources::Sources};

/// The files that `page/a.js` imports if this is its text; `b.js` and `page/c.js` exist too.
fn imports(text: &str) -> Vec<(String, usize)> {
    let files = [("page/a.js", text), ("page/c.js", ""), ("b.js", "")];
    let sources: Sources = files.map(|(file, text)| (file.into(), text.into())).into();
    tree("", &sources).imports.into_iter().map(|import| (import.to, import.line)).collect()
}

#[test]
fn an_import_of_several_lines_is_found_where_its_path_is() {
    assert_eq!(
        imports("import {\n  one,\n} from \"../b.js\";\nexport { two } from './c.js';"),
        [("b.js".into(), 3), ("page/c.js".into(), 4)]
    );
}

#[test]
fn comments_strings_templates_and_regular_expressions_are_no_imports() {
    for text in [
        "// import \"../b.js\";",
        "/* import \"../b.js\"; */",
        "const text = 'import \"../b.js\"';",
        "const text = `import \"../b.js\" ${`from \"../b.js\"`} from \"../b.js\"`;",
        "const quote = /[/\"]/; const from = 1 / 2; // from \"../b.js\"",
        "Array.from(\"../b.js\"); fetch(\"../b.js\"); new URL(base);",
    ] {
        assert_eq!(imports(text), [], "{text}");
    }
}

#[test]
fn imports_after_templates_and_regular_expressions_are_found() {
    for before in [
        "`${{ a: `}` }.a} \"`;",
        "const quote = /[\"'`/]\\//g;",
        "a = (1) / 2 / b['x'] / 3;",
        "f(`\\`${1}`);",
        "'\\'';",
    ] {
        assert_eq!(imports(&format!("{before} import \"../b.js\"")), [("b.js".into(), 1)], "{before}");
    }
}

#[test]
fn types_are_imports_where_a_module_defines_them() {
    assert_eq!(
        imports("/**\n * @import { One } from \"../b.js\"\n * @import { Two } from \"./protocol.js\"\n */"),
        [("b.js".into(), 2)]
    );
    assert_eq!(imports("/** @param {import(\"./c.js\").One} one don't */"), [("page/c.js".into(), 1)]);
}
