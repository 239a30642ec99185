//! The words and signs of a text, for splitting it into statements and for explaining mistakes.
//!
//! Every text has tokens, right or wrong: what is no part of the language becomes a `Sign`.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `\n`, `\r\n` or a lone `\r`.
    Newline,
    /// `# …` up to the end of the line.
    Comment,
    /// A blank other than a space, or an invisible character.
    Blank,
    Word,
    Number,
    /// A string in straight, curly or single quotes.
    Text {
        closed: bool,
    },
    Open,
    Close,
    Semicolon,
    /// Operators, relations, `,`, `:`, and whatever else stands there.
    Sign,
}

/// A token and its bytes `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

impl Token {
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }
}

/// Signs of several characters, longest first; a sign not listed is one character long.
const SIGNS: [&str; 23] = [
    "...", "===", "..", ".*", "./", ".^", ".'", "**", "==", "<=", ">=", "<<", ">>", "=<", "=>",
    "!=", "~=", ":=", "<>", "&&", "||", "//", "/*",
];

/// Reads tokens from left to right.
pub(super) struct Lexer<'t> {
    text: &'t str,
    pos: usize,
    /// The token before ended an operand, so that `'` is a transpose and not a quote.
    after_operand: bool,
}

impl<'t> Lexer<'t> {
    pub fn new(text: &'t str) -> Self {
        Lexer {
            text,
            pos: 0,
            after_operand: false,
        }
    }

    /// Goes on reading at `pos`, as at the beginning of a text.
    pub fn skip_to(&mut self, pos: usize) {
        self.pos = pos;
        self.after_operand = false;
    }

    fn rest(&self) -> &'t str {
        &self.text[self.pos..]
    }

    fn token(&mut self, kind: Kind, length: usize) -> Token {
        let start = self.pos;
        self.pos += length;
        self.after_operand = match kind {
            Kind::Word | Kind::Number | Kind::Text { .. } | Kind::Close => true,
            Kind::Sign => matches!(self.text.as_bytes()[start], b'\''),
            Kind::Blank => self.after_operand,
            Kind::Newline | Kind::Comment | Kind::Open | Kind::Semicolon => false,
        };
        Token {
            kind,
            start,
            end: self.pos,
        }
    }

    fn other(&mut self, character: char) -> Token {
        let rest = self.rest();
        if character.is_alphabetic() {
            return self.token(Kind::Word, word_length(rest));
        }
        if is_blank(character) {
            return self.token(Kind::Blank, character.len_utf8());
        }
        if character == '“' || character == '”' || character == '„' {
            return self.quoted(character.len_utf8(), &['“', '”', '"']);
        }
        self.token(Kind::Sign, character.len_utf8())
    }

    fn quoted(&mut self, opening: usize, closing: &[char]) -> Token {
        let body = &self.rest()[opening..];
        let end = body.find(|c: char| c == '\n' || c == '\r' || closing.contains(&c));
        let length = end.unwrap_or(body.len());
        let mark = body[length..]
            .chars()
            .next()
            .filter(|c| closing.contains(c));
        let closed = mark.is_some();
        self.token(
            Kind::Text { closed },
            opening + length + mark.map_or(0, char::len_utf8),
        )
    }

    fn apostrophe(&mut self) -> Token {
        let closes = || {
            let stop = self.rest()[1..].find(['\'', '\n', '\r']);
            stop.is_some_and(|at| self.rest()[1 + at..].starts_with('\''))
        };
        if !self.after_operand && closes() {
            return self.quoted(1, &['\'']);
        }
        self.token(Kind::Sign, 1)
    }

    fn sign(&mut self) -> Token {
        let rest = self.rest().as_bytes();
        let alone = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'[' | b'(');
        if rest.get(1).is_none_or(alone) {
            return self.token(Kind::Sign, 1);
        }
        let known = SIGNS.iter().find(|sign| rest.starts_with(sign.as_bytes()));
        self.token(Kind::Sign, known.map_or(1, |sign| sign.len()))
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.pos) == Some(&b' ') {
            self.pos += 1;
        }
        let next = bytes.get(self.pos + 1).copied();
        let token = match *bytes.get(self.pos)? {
            b'\n' => self.token(Kind::Newline, 1),
            b'\r' => self.token(Kind::Newline, if next == Some(b'\n') { 2 } else { 1 }),
            b'#' => self.token(Kind::Comment, line_of(self.rest()).len()),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.token(Kind::Word, word_length(self.rest())),
            b'0'..=b'9' => self.token(Kind::Number, number_length(&bytes[self.pos..])),
            b'.' if next.is_some_and(|byte| byte.is_ascii_digit()) => {
                self.token(Kind::Number, number_length(&bytes[self.pos..]))
            }
            b'"' => self.quoted(1, &['"', '”']),
            b'\'' => self.apostrophe(),
            b'(' | b'[' | b'{' => self.token(Kind::Open, 1),
            b')' | b']' | b'}' => self.token(Kind::Close, 1),
            b';' => self.token(Kind::Semicolon, 1),
            b'\t' | 0x0b | 0x0c => self.token(Kind::Blank, 1),
            byte if byte.is_ascii() => self.sign(),
            _ => {
                let character = self.rest().chars().next()?;
                self.other(character)
            }
        };
        Some(token)
    }
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// The part of `text` before its first line break.
pub(super) fn line_of(text: &str) -> &str {
    let end = text.bytes().position(|byte| byte == b'\n' || byte == b'\r');
    &text[..end.unwrap_or(text.len())]
}

fn word_length(text: &str) -> usize {
    let ascii = text
        .bytes()
        .position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_'))
        .unwrap_or(text.len());
    if text[ascii..].starts_with(|c: char| c.is_ascii()) {
        return ascii;
    }
    let part = |c: char| c.is_ascii_digit() || c == '_' || c.is_alphabetic();
    text.find(|c: char| !part(c)).unwrap_or(text.len())
}

/// The length of a number as the grammar reads it: `1..3` holds the number `1`, `1.5e-3` is one.
fn number_length(bytes: &[u8]) -> usize {
    let digits = |from: usize| {
        let tail = &bytes[from.min(bytes.len())..];
        tail.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut length = digits(0);
    let operator_follows = matches!(
        bytes.get(length + 1),
        Some(b'.' | b'*' | b'/' | b'^' | b'\'')
    );
    if bytes.get(length) == Some(&b'.') && !operator_follows {
        length += 1 + digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(length + 1 + signed);
        if exponent > 0 {
            length += 1 + signed + exponent;
        }
    }
    length
}
