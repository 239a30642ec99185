//! Errors in texts with very long lines are shown with the stretch of the line that matters.

use crate::span::Span;
use miette::{
    Diagnostic, LabeledSpan, MietteError, MietteSpanContents, Report, Severity, SourceCode,
    SourceSpan, SpanContents,
};
use std::fmt;

/// Longest line that is shown whole, and what is shown of longer ones before and behind a label.
const LONGEST: usize = 2000;
const AROUND: usize = 60;

/// A report as it is, but for long lines.
struct Excerpt(Report);

/// The report as text for a terminal or a file.
pub(super) fn rendered(report: Report) -> String {
    format!("{:?}", Report::new(Excerpt(report)))
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Excerpt {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.chain().nth(1)
    }
}

impl Diagnostic for Excerpt {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.code()
    }

    fn severity(&self) -> Option<Severity> {
        self.0.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.help()
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.url()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let clipped = |label: LabeledSpan| {
            let text = label.label().map(str::to_owned);
            let length = if label.len() > LONGEST {
                AROUND
            } else {
                label.len()
            };
            if label.primary() {
                LabeledSpan::new_primary_with_span(text, (label.offset(), length))
            } else {
                LabeledSpan::new_with_span(text, (label.offset(), length))
            }
        };
        Some(Box::new(self.0.labels()?.map(clipped)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.source_code().map(|_| self as &dyn SourceCode)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        self.0.related()
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let source = self.0.source_code().ok_or(MietteError::OutOfBounds)?;
        let whole = source.read_span(span, before, after)?;
        let mut lines = whole.data().split(|&byte| byte == b'\n');
        if lines.all(|line| line.len() <= LONGEST) {
            return Ok(whole);
        }
        let line = source.read_span(span, 0, 0)?;
        let (data, start) = (line.data(), line.span().offset());
        let first = boundary(data, (span.offset() - start).saturating_sub(AROUND));
        let last = (span.offset() - start + span.len() + AROUND).min(data.len());
        let (stretch, place) = (&data[first..boundary(data, last)], start + first);
        let place = (place, stretch.len()).into();
        let (number, column) = (line.line(), line.column() + first);
        Ok(Box::new(match line.name() {
            Some(name) => {
                MietteSpanContents::new_named(name.to_owned(), stretch, place, number, column, 1)
            }
            None => MietteSpanContents::new(stretch, place, number, column, 1),
        }))
    }
}

/// Line and column, counted in characters, from 1.
pub(super) fn place(text: &str, span: Span) -> (usize, usize) {
    let before = text.get(..span.start as usize).unwrap_or(text);
    let (lines, last) = match before.rsplit_once('\n') {
        Some((lines, last)) => (lines.matches('\n').count() + 1, last),
        None => (0, before),
    };
    (lines + 1, last.chars().count() + 1)
}

/// The last place at or before `at` where a character of UTF-8 text begins.
fn boundary(data: &[u8], mut at: usize) -> usize {
    while at > 0 && at < data.len() && data[at] & 0xC0 == 0x80 {
        at -= 1;
    }
    at
}
