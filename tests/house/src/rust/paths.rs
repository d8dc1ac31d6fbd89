//! Finds paths where syn parses none: in the tokens of macros and attributes, and in serde's strings.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, ItemUse, LitStr, Meta, Path};

/// A path's segments and its line.
pub(super) type Found = (Vec<String>, usize);

/// The paths in some tokens.
#[derive(Default)]
pub(super) struct Tokens {
    pub(super) paths: Vec<Found>,
    pub(super) uses: Vec<ItemUse>,
}

pub(super) fn in_tokens(stream: TokenStream) -> Tokens {
    let mut found = Tokens::default();
    collect(stream, &mut found);
    found
}

/// The paths in an attribute's arguments; serde also takes them as strings.
pub(super) fn in_attribute(attribute: &Attribute) -> Vec<Found> {
    let Meta::List(list) = &attribute.meta else { return Vec::new() };
    let mut paths = in_tokens(list.tokens.clone()).paths;
    if attribute.path().is_ident("serde") {
        strings(list.tokens.clone(), &mut paths);
    }
    paths
}

fn strings(stream: TokenStream, paths: &mut Vec<Found>) {
    for token in stream {
        match token {
            TokenTree::Group(group) => strings(group.stream(), paths),
            TokenTree::Literal(literal) => {
                let text = syn::parse_str::<LitStr>(&literal.to_string()).map(|text| text.value()).unwrap_or_default();
                if let Ok(path) = syn::parse_str::<Path>(&text)
                    && path.segments.len() > 1
                {
                    let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
                    paths.push((segments, literal.span().start().line));
                }
            }
            _ => {}
        }
    }
}

fn collect(stream: TokenStream, found: &mut Tokens) {
    let tokens: Vec<_> = stream.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Ident(word) if word == "use" => {
                let end = tokens[at..]
                    .iter()
                    .position(|token| is_sign(Some(token), ';'))
                    .map_or(tokens.len(), |end| at + end + 1);
                if let Ok(item) = syn::parse2(tokens[at..end].iter().cloned().collect()) {
                    found.uses.push(item);
                    at = end;
                    continue;
                }
            }
            TokenTree::Ident(first) => {
                let mut segments = vec![first.to_string()];
                let line = first.span().start().line;
                let continues = at > 0
                    && (is_sign(tokens.get(at - 1), '.')
                        || is_sign(tokens.get(at - 1), ':') && at > 1 && is_sign(tokens.get(at - 2), ':'));
                while is_sign(tokens.get(at + 1), ':') && is_sign(tokens.get(at + 2), ':') {
                    let Some(TokenTree::Ident(next)) = tokens.get(at + 3) else { break };
                    segments.push(next.to_string());
                    at += 3;
                }
                if segments.len() > 1 && !continues {
                    found.paths.push((segments, line));
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == sign)
}
