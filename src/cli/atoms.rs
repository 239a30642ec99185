//! `bowl atoms`.

use super::arguments::{AtomsArguments, PageFormat};
use super::exit::Exit;
use super::output;
use crate::atoms::registry;
use crate::elaborate::{generator, instead_of};
use crate::report::reference::{self, Page};
use serde_json::json;

pub(super) fn run(arguments: &AtomsArguments) -> Exit {
    let pages: Vec<Page> = match &arguments.name {
        None => registry::entries().map(reference::page).collect(),
        Some(name) => match registry::find(name) {
            Some(entry) => vec![reference::page(entry)],
            None if let Some(text) = generator(name) => {
                output::print(&format!("{text}\n"));
                return Exit::Done;
            }
            None => {
                let help = instead_of(name);
                let help = help.unwrap_or_else(|| "`bowl atoms` lists them all".to_owned());
                eprintln!("there is no function `{name}`: {help}");
                return Exit::InputWrong;
            }
        },
    };
    match arguments.format {
        PageFormat::Json => output::print_json(&json!({
            "schema": 1,
            "atoms": pages.iter().map(Page::json).collect::<Vec<_>>(),
        })),
        PageFormat::Text if arguments.name.is_some() => {
            for page in &pages {
                output::print(&page.text());
            }
        }
        PageFormat::Text => output::print(&reference::list(&pages)),
        PageFormat::Markdown => output::print(&reference::markdown(&pages)),
    }
    Exit::Done
}
