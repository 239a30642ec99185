//! Which known name an unknown one may be a misspelling of.

/// The closest known name, when it is close.
pub fn closest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let limit = 1 + name.chars().count() / 4;
    known
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, other)| other)
}

/// "did you mean `lambda`?", or the list of names that there are.
pub fn known_names<'n>(
    name: &str,
    known: impl Iterator<Item = &'n str> + Clone,
    heading: &str,
) -> String {
    if let Some(other) = closest(name, known.clone()) {
        return format!("did you mean `{other}`?");
    }
    let list: Vec<String> = known.take(12).map(|n| format!("`{n}`")).collect();
    if list.is_empty() {
        format!("{heading} none")
    } else {
        format!("{heading} {}", list.join(", "))
    }
}

/// " and 3 more" behind the names that are listed; nothing where all are.
pub fn and_more(left_out: usize) -> String {
    match left_out {
        0 => String::new(),
        count => format!(" and {count} more"),
    }
}

/// Levenshtein's distance without regard to case, row by row.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substitution = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substitution.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
