//! `bowl derive "-x'*x"`: an expression that begins with a minus is no flag.

use std::ffi::OsString;

/// Behind `derive` such an expression gets a space in front, which means nothing in it and keeps it from
/// being read as flags.
pub fn shielded(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut derives = false;
    let mut values_only = false;
    let shield = |argument: OsString| {
        values_only |= argument == "--";
        let shields = derives && !values_only && is_expression(&argument);
        derives |= argument == "derive";
        match shields {
            true => {
                let mut spaced = OsString::from(" ");
                spaced.push(argument);
                spaced
            }
            false => argument,
        }
    };
    arguments.map(shield).collect()
}

/// Flags of one letter are `-h` and `-V`.
fn is_expression(argument: &OsString) -> bool {
    let text = argument.to_string_lossy();
    let flag = text.starts_with("--") || ["-", "-h", "-V"].contains(&text.as_ref());
    text.starts_with('-') && !flag
}
