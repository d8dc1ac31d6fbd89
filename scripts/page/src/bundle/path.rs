//! Paths of files in the page, and how one names another.

/// The path that the module at `path` means by `./name` or `../name`.
pub(super) fn joined(path: &str, name: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// How the module at `path` names the file at `target`.
pub(super) fn relative(path: &str, target: &str) -> String {
    let from: Vec<&str> = path.split('/').collect();
    let to: Vec<&str> = target.split('/').collect();
    let most = from.len().min(to.len()) - 1;
    let common = (0..most).take_while(|&at| from[at] == to[at]).count();
    let up = from.len() - 1 - common;
    format!("{}{}", if up == 0 { "./".to_string() } else { "../".repeat(up) }, to[common..].join("/"))
}

/// The folder that a file lies in.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_the_path_that_it_was_made_for() {
        assert_eq!(joined("js/page/a.js", "./b.js"), "js/page/b.js");
        assert_eq!(joined("js/page/a.js", "../../b.js"), "b.js");
        assert_eq!(joined("a.js", "./js/b.js"), "js/b.js");
        for (from, to, name) in [
            ("js/page/a.js", "js/page/b.js", "./b.js"),
            ("js/page/a.js", "b.js", "../../b.js"),
            ("a.js", "js/b.js", "./js/b.js"),
            ("js/a/b.js", "js/c/d.js", "../c/d.js"),
        ] {
            assert_eq!(relative(from, to), name);
            assert_eq!(joined(from, name), to);
        }
        assert_eq!((folder("a.js"), folder("js/page/a.js")), ("", "js/page"));
    }
}
