//! What `index.html` asks of Trunk by `<link data-trunk>`, done as Trunk does it, to the byte.

use anyhow::{Context, Result, bail};

/// A page that has been put together, and what belongs beside it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) html: String,
    pub(crate) files: Vec<String>,
    pub(crate) folders: Vec<String>,
}

/// Puts the files that `read` gives in the place of the links that name them.
pub(crate) fn assembled(source: &str, read: impl Fn(&str) -> Result<String>) -> Result<Page> {
    let mut page = Page { html: String::new(), files: Vec::new(), folders: Vec::new() };
    let mut rest = source;
    while let Some((before, link, after)) = next_link(rest) {
        page.html += before;
        let href = attribute(link, "href").with_context(|| format!("{link} in index.html names no file by href"))?;
        match attribute(link, "rel") {
            Some("inline") => page.html += &read(href)?,
            Some("copy-file") => page.files.push(href.to_string()),
            Some("copy-dir") => page.folders.push(href.to_string()),
            _ => bail!("{link} in index.html has a rel that is not inline, copy-file or copy-dir"),
        }
        rest = after;
    }
    page.html += rest;
    Ok(page)
}

/// What is before the first link for Trunk, the link, and what is after it.
fn next_link(html: &str) -> Option<(&str, &str, &str)> {
    let start = html.find("<link data-trunk ")?;
    let end = start + html[start..].find('>')? + 1;
    Some((&html[..start], &html[start..end], &html[end..]))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[start..].split('"').next()
}

#[cfg(test)]
mod tests {
    use super::{Page, Result};

    fn assembled(source: &str) -> Result<Page> {
        super::assembled(source, |file| Ok(format!("[{file}]\n")))
    }

    #[test]
    fn what_is_linked_inline_stands_where_the_link_stood_and_what_is_copied_leaves_an_empty_line() {
        let source = "<link rel=\"icon\" href=\"i.svg\">\n  <link data-trunk rel=\"copy-file\" href=\"i.svg\">\n  \
                      <link data-trunk rel=\"copy-dir\" href=\"js\">\n<link data-trunk rel=\"inline\" href=\"a/b.html\">\n";
        let page = assembled(source).unwrap();
        assert_eq!(page.html, "<link rel=\"icon\" href=\"i.svg\">\n  \n  \n[a/b.html]\n\n");
        assert_eq!((page.files, page.folders), (vec!["i.svg".to_string()], vec!["js".to_string()]));
    }

    #[test]
    fn a_link_that_is_not_understood_is_named() {
        let error = |source| assembled(source).unwrap_err().to_string();
        assert!(error("<link data-trunk rel=\"scss\" href=\"a\">").contains("rel=\"scss\""));
        assert!(error("<link data-trunk rel=\"inline\">").contains("names no file"));
    }
}
