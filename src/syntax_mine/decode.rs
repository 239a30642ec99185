//! Bytes to text, positions kept.

use super::error::SyntaxError;
use crate::span::Span;

/// UTF-8 with a byte order mark blanked and lone carriage returns as line ends, byte for byte.
pub fn decode(bytes: &[u8]) -> Result<String, SyntaxError> {
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        return Err(SyntaxError::Binary { at });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        SyntaxError::NotUtf8 {
            line: bytes[..at].iter().filter(|&&b| b == b'\n').count() + 1,
            byte: at,
        }
    })?;
    let body = match text.strip_prefix('\u{feff}') {
        Some(rest) => format!("   {rest}"),
        None => text.to_owned(),
    };
    Ok(plain_line_ends(body))
}

/// `\r\n` becomes ` \n`, a lone `\r` becomes `\n`: every byte keeps its place.
fn plain_line_ends(text: String) -> String {
    if !text.contains('\r') {
        return text;
    }
    text.replace("\r\n", " \n").replace('\r', "\n")
}

/// The place of the end of a text.
pub(super) fn end_of(text: &str) -> Span {
    let end = text.trim_end().len();
    Span::new(end, end)
}
