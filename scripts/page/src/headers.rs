//! `_headers`: what a web server should send with each file of the page, in the form that Netlify and Cloudflare Pages read.

use anyhow::{Context, Result, bail};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Where the file lies in the page.
pub(crate) const HEADERS: &str = "_headers";

/// The headers that the text gives to every file. Headers for some files are refused, because this page needs none.
pub(crate) fn headers(text: &str) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if !line.starts_with(' ') {
            if line.trim_end() != "/*" {
                bail!("{HEADERS} has headers for {line}, but only those for /* are read");
            }
            continue;
        }
        let (name, value) =
            line.split_once(':').with_context(|| format!("{HEADERS} has a header without a colon: {line}"))?;
        let name: HeaderName =
            name.trim().parse().with_context(|| format!("{HEADERS} has no header's name in {line}"))?;
        let value: HeaderValue = value.trim().parse().with_context(|| format!("{HEADERS} has no value in {line}"))?;
        headers.append(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use http::header::CONTENT_SECURITY_POLICY;

    use super::*;
    use crate::root::www;

    #[test]
    fn comments_and_empty_lines_are_no_headers_and_a_value_may_hold_a_colon() {
        let read = headers("# for all\n/*\n  A: b: c\n\n#  D: e\n  F:g\n").unwrap();
        let read: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(read, [("a", "b: c"), ("f", "g")]);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let error = |text| headers(text).unwrap_err().to_string();
        assert!(error("/js/*\n  A: b\n").contains("/js/*"));
        assert!(error("/*\n  nothing\n").contains("nothing"));
        assert!(error("/*\n  a b: c\n").contains("a b"));
    }

    #[test]
    fn the_policy_is_that_of_index_html_and_no_other_site_may_frame_the_page() {
        let text = |file| fs::read_to_string(www().join(file)).unwrap();
        let html = text("index.html");
        let start = html.split("http-equiv=\"Content-Security-Policy\" content=\"").nth(1).unwrap();
        let own = start.split('"').next().unwrap();
        let read = headers(&text(HEADERS)).unwrap();
        assert_eq!(read[CONTENT_SECURITY_POLICY].to_str().unwrap(), format!("{own}; frame-ancestors 'none'"));
    }
}
