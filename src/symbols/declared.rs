//! `--declare 'a scalar'`: what a name is, where its first letter does not say it.

use std::str::FromStr;

/// Words that say what a name is, and those that say what is known of its entries.
const FORMS: [(&str, Form); 7] = [
    ("scalar", Form::Scalar),
    ("vector", Form::Vector),
    ("matrix", Form::Matrix),
    ("symmetric", Form::Square),
    ("psd", Form::Square),
    ("nsd", Form::Square),
    ("diagonal", Form::Square),
];
const ATTRIBUTES: [&str; 6] = ["symmetric", "psd", "nsd", "diagonal", "nonneg", "nonpos"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Scalar,
    Vector,
    Matrix,
    /// With as many columns as rows.
    Square,
}

impl Form {
    /// By the first letter.
    pub fn of_name(name: &str) -> Self {
        match name.chars().next().is_some_and(char::is_uppercase) {
            true => Form::Matrix,
            false => Form::Vector,
        }
    }
}

/// One name with its form and its attributes, as `.opt` writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    pub name: String,
    pub form: Form,
    pub attributes: Vec<String>,
}

impl FromStr for Declared {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let letter = |c: char| c.is_alphabetic() || c == '_';
        let name = words.next().filter(|name| name.starts_with(letter));
        let name = name.ok_or("write a name and what it is, as 'a scalar' or 'P symmetric'")?;
        let mut declared = Declared {
            name: name.to_owned(),
            form: Form::of_name(name),
            attributes: Vec::new(),
        };
        let mut said = false;
        for word in words {
            said = true;
            let form = FORMS.iter().find(|(w, _)| *w == word);
            let attribute = ATTRIBUTES.contains(&word);
            if form.is_none() && !attribute {
                return Err(format!(
                    "`{word}` is none of scalar, vector, matrix, symmetric, psd, nsd, diagonal, nonneg, \
                     nonpos"
                ));
            }
            if let Some((_, form)) = form {
                declared.form = *form;
            }
            if attribute {
                declared.attributes.push(word.to_owned());
            }
        }
        match said {
            true => Ok(declared),
            false => Err(format!("say what `{name}` is, as '{name} scalar'")),
        }
    }
}
