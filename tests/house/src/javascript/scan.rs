//! Divides JavaScript into tokens, and knows strings from comments, templates and regular expressions.

/// A word, a sign or a string, and its line.
pub(super) struct Token {
    pub(super) word: Word,
    pub(super) line: usize,
}

#[derive(PartialEq, Eq)]
pub(super) enum Word {
    /// A name, a number or one sign.
    Plain(String),
    /// A string, without its quotes.
    Text(String),
    /// A regular expression, or a piece of a template.
    Other,
}

/// After these words a `/` begins a regular expression.
const BEFORE_A_VALUE: [&str; 7] = ["return", "typeof", "case", "of", "in", "await", "yield"];

struct Scan<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<Token>,
    /// For each template that is open, how many braces are open in its `${`.
    templates: Vec<usize>,
}

/// The tokens of a module; comments are left out, but the types that `JSDoc` imports in them are kept.
pub(super) fn scan(text: &str) -> Vec<Token> {
    let mut scan = Scan { rest: text, line: 1, tokens: Vec::new(), templates: Vec::new() };
    while let Some(next) = scan.rest.chars().next() {
        scan.token(next);
    }
    scan.tokens
}

impl<'a> Scan<'a> {
    fn token(&mut self, next: char) {
        let line = self.line;
        let word = match next {
            _ if next.is_whitespace() => return self.skip(next.len_utf8()),
            '/' if self.rest.starts_with("//") => return self.skip(self.rest.find('\n').unwrap_or(self.rest.len())),
            '/' if self.rest.starts_with("/*") => return self.comment(),
            '/' if self.is_before_a_value() => {
                self.quoted('/');
                Word::Other
            }
            '"' | '\'' => Word::Text(self.quoted(next).into()),
            '`' => return self.template(),
            '}' if self.templates.last() == Some(&0) => {
                self.templates.pop();
                return self.template();
            }
            _ => Word::Plain(self.plain(next).into()),
        };
        self.tokens.push(Token { word, line });
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    fn skip(&mut self, length: usize) {
        self.take(length);
    }

    fn comment(&mut self) {
        let line = self.line;
        let end = self.rest.find("*/").map_or(self.rest.len(), |end| end + 2);
        let comment = self.take(end);
        for (index, text) in comment.lines().enumerate().filter(|(_, text)| text.contains("import")) {
            // `{import("./a.js").B}` and `@import { B } from "./a.js"`: the same tokens as outside of a comment.
            let types = text.trim_start_matches(['/', '*', ' ']).trim_end_matches("*/");
            let from = types.find("@import").or_else(|| types.find("import(")).unwrap_or(types.len());
            self.tokens.extend(scan(&types[from..]).into_iter().map(|token| Token { line: line + index, ..token }));
        }
    }

    /// The text up to the next `sign` that is not escaped.
    fn quoted(&mut self, sign: char) -> &'a str {
        let (mut escaped, mut in_class) = (false, false);
        let end = self.rest[1..].find(|next| {
            let ends = !escaped && !in_class && next == sign || next == '\n';
            match next {
                '[' if sign == '/' && !escaped => in_class = true,
                ']' if !escaped => in_class = false,
                _ => {}
            }
            escaped = !escaped && next == '\\';
            ends
        });
        let end = end.unwrap_or(self.rest.len() - 1);
        let taken = self.take((end + 2).min(self.rest.len()));
        &taken[1..=end]
    }

    /// A template from its backtick, or from the `}` of a value in it, to its end or its next value.
    fn template(&mut self) {
        let (mut escaped, mut dollar) = (false, false);
        let end = self.rest[1..].find(|next| {
            let ends = !escaped && (next == '`' || dollar && next == '{');
            dollar = !escaped && next == '$';
            escaped = !escaped && next == '\\';
            ends
        });
        let end = end.map_or(self.rest.len(), |end| end + 2);
        let line = self.line;
        if self.take(end).ends_with('{') {
            self.templates.push(0);
        }
        self.tokens.push(Token { word: Word::Other, line });
    }

    fn plain(&mut self, next: char) -> &'a str {
        let is_name = |next: char| next.is_alphanumeric() || next == '_' || next == '$';
        if let Some(braces) = self.templates.last_mut() {
            *braces = match next {
                '{' => *braces + 1,
                '}' => *braces - 1,
                _ => *braces,
            };
        }
        let end = if is_name(next) { self.rest.find(|next| !is_name(next)) } else { Some(next.len_utf8()) };
        self.take(end.unwrap_or(self.rest.len()))
    }

    /// Whether a value begins here, so that a slash begins a regular expression and is not a division.
    fn is_before_a_value(&self) -> bool {
        match self.tokens.last().map(|token| &token.word) {
            None => true,
            Some(Word::Plain(word)) => {
                BEFORE_A_VALUE.contains(&word.as_str())
                    || !word.ends_with(|end: char| end.is_alphanumeric() || "_$)]}".contains(end))
            }
            Some(_) => false,
        }
    }
}
