//! Mistakes that come from other languages, found in the tokens of a statement that the grammar
//! refuses, and shown with the user's own text corrected.

mod declaration_error;
mod declarations;
mod error;
mod functions;
mod indices;
mod operators;
mod relations;
mod scan;
mod statements;
mod sums;

use std::collections::HashSet;

pub use declaration_error::DeclarationMiss;
pub use error::NearMiss;

use crate::span::Span;
use scan::Scan;

/// Longer statements are data, not mistakes of habit.
const MOST_BYTES: usize = 1 << 13;

/// A corrected statement that is longer than this is shown in part.
const MOST_SHOWN: usize = 90;

/// What is known about a statement besides its text.
pub(super) struct Setting<'s> {
    /// The statement with the user's own line breaks.
    pub original: &'s str,
    /// Where the statement stands in the file.
    pub offset: usize,
    /// Names that can be indexed but not called.
    pub declared: &'s HashSet<String>,
    /// Below `subject to`.
    pub heading: bool,
}

/// All near misses of a statement.
pub(super) fn find(source: &str, setting: &Setting<'_>) -> Vec<NearMiss> {
    if source.len() > MOST_BYTES {
        return Vec::new();
    }
    let scan = Scan::new(source, setting.original, setting.declared, setting.heading);
    let mut search = Search {
        claimed: vec![false; scan.len()],
        offset: setting.offset,
        scan,
        edits: Vec::new(),
        findings: Vec::new(),
    };
    search.run();
    search.finish()
}

/// Replaces the bytes `start..end` of the statement.
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

struct Finding<'s> {
    /// The bytes whose corrected text is shown.
    shown: (usize, usize),
    make: Box<dyn FnOnce(String) -> NearMiss + 's>,
}

/// Looks for near misses: each detector adds the edits that correct what it finds.
struct Search<'s> {
    scan: Scan<'s>,
    offset: usize,
    /// Tokens that a detector has explained already.
    claimed: Vec<bool>,
    edits: Vec<Edit>,
    findings: Vec<Finding<'s>>,
}

impl<'s> Search<'s> {
    fn run(&mut self) {
        statements::detect(self);
        declarations::detect(self);
        functions::detect(self);
        sums::detect(self);
        operators::detect(self);
        relations::detect(self);
        indices::detect(self);
    }

    /// The place in the file of the tokens `from..to`.
    fn span(&self, from: usize, to: usize) -> Span {
        let end = if to > from {
            self.scan.end(to - 1)
        } else {
            self.scan.start(from)
        };
        Span::new(self.offset + self.scan.start(from), self.offset + end)
    }

    /// The first word, corrected.
    fn head(&self) -> &str {
        match self.edits.first() {
            Some(edit) if edit.start == 0 && edit.end > 0 => edit.text.trim(),
            _ => self.scan.text(0),
        }
    }

    fn is_free(&self, at: usize) -> bool {
        !self.claimed.get(at).copied().unwrap_or(true)
    }

    fn claim(&mut self, from: usize, to: usize) {
        let to = to.min(self.claimed.len());
        if from < to {
            self.claimed[from..to].fill(true);
        }
    }

    /// Replaces the tokens `from..to`.
    fn replace(&mut self, from: usize, to: usize, text: impl Into<String>) {
        let (start, end) = (self.scan.start(from), self.scan.end(to.max(from + 1) - 1));
        self.replace_bytes(start, end, text);
        self.claim(from, to);
    }

    /// Replaces the bytes `start..end`.
    fn replace_bytes(&mut self, start: usize, end: usize, text: impl Into<String>) {
        let text = text.into();
        self.edits.push(Edit { start, end, text });
    }

    fn insert(&mut self, position: usize, text: impl Into<String>) {
        self.replace_bytes(position, position, text);
    }

    /// Removes the bytes `start..end`.
    fn remove(&mut self, start: usize, end: usize) {
        self.replace_bytes(start, end, "");
    }

    /// Notes a finding that shows the whole statement, corrected.
    fn report<M: Into<NearMiss>>(&mut self, make: impl FnOnce(String) -> M + 's) {
        self.report_part((0, self.scan.len()), make);
    }

    /// Notes a finding that shows the corrected tokens `part`.
    fn report_part<M: Into<NearMiss>>(
        &mut self,
        part: (usize, usize),
        make: impl FnOnce(String) -> M + 's,
    ) {
        let shown = (self.scan.start(part.0), self.scan.end(part.1.max(1) - 1));
        let make = Box::new(move |write| make(write).into());
        self.findings.push(Finding { shown, make });
    }

    fn finish(mut self) -> Vec<NearMiss> {
        self.edits.sort_by_key(|edit| (edit.start, edit.end));
        let source = self.scan.source;
        let edits = self.edits;
        let show = |(start, end)| shortened(corrected(source, &edits, start, end));
        let findings = self.findings.into_iter();
        findings
            .map(|finding| (finding.make)(show(finding.shown)))
            .collect()
    }
}

/// The bytes `start..end` of the statement with the edits inside of them made.
fn corrected(source: &str, edits: &[Edit], start: usize, end: usize) -> String {
    let mut text = String::new();
    let mut position = start;
    for edit in edits {
        if edit.start >= position && edit.end <= end {
            text.push_str(&source[position..edit.start]);
            text.push_str(&edit.text);
            position = edit.end;
        }
    }
    text.push_str(&source[position..end]);
    text
}

fn shortened(text: String) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(MOST_SHOWN) {
        Some((cut, _)) => format!("{} …", &text[..cut]),
        None => text,
    }
}
