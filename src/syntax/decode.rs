//! From the bytes of a file to text.

use std::borrow::Cow;

use super::error::SyntaxError;

/// Longer files are refused; data of that size belongs into a data file.
const MOST_BYTES: usize = 256 << 20;

/// The text of a file: UTF-8, a byte order mark at its beginning left out.
///
/// Positions in the result are positions in the text as an editor shows it.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SyntaxError> {
    if bytes.len() > MOST_BYTES {
        return Err(SyntaxError::FileTooLarge {
            megabytes: bytes.len() >> 20,
            most: MOST_BYTES >> 20,
        });
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(SyntaxError::Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(SyntaxError::Binary);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => Err(invalid(bytes, error.valid_up_to())),
    }
}

fn invalid(bytes: &[u8], offset: usize) -> SyntaxError {
    let start = &bytes[..bytes.len().min(4096)];
    let control = |byte: &&u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    if start.iter().filter(control).count() * 50 > start.len() {
        return SyntaxError::Binary;
    }
    let before = String::from_utf8_lossy(&bytes[..offset]);
    let ends = |c: &char| *c == '\n';
    SyntaxError::NotUtf8 {
        line: before.chars().filter(ends).count() + 1,
        column: before.chars().rev().take_while(|c| !ends(c)).count() + 1,
        offset,
        byte: bytes[offset],
    }
}
