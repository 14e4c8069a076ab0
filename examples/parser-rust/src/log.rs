//! What was found in a request, in the notation of test/cases/request/README.md.

use std::fmt::Debug;

use crate::Outcome;
use crate::component::{Expectation, Framing, Head, Span};

pub fn describe(input: &[u8], outcome: &Outcome) -> String {
    match outcome {
        Ok(None) => "incomplete\n".into(),
        Err(fault) => format!("error {} at {}\n", name(fault.code), fault.position),
        Ok(Some(head)) => lines(input, head).join("\n") + "\n",
    }
}

fn lines(input: &[u8], head: &Head) -> Vec<String> {
    let show = |span: &Span| show(input, span);
    let unknown = if head.known_method.is_none() { " unknown" } else { "" };
    let mut lines = vec![
        format!("method {}{unknown}", show(&head.method)),
        format!("target {} {}", show(&head.target), name(head.form).to_lowercase()),
    ];
    let parts = [("path", head.path), ("query", head.query), ("authority", head.authority)];
    for (label, span) in parts {
        lines.extend(span.map(|span| format!("{label} {}", show(&span))));
    }
    lines.push(format!("version 1.{}", head.version_minor));
    for field in &head.fields {
        lines.push(format!("field {}: {}", show(&field.name), show(&field.value)));
    }
    let known = head.known.iter();
    let known = known.map(|field| format!("{}={}", hyphenate(&name(field.name)), field.first));
    let repeated = head.known.iter().filter(|field| field.repeated);
    let repeated = repeated.map(|field| hyphenate(&name(field.name)));
    push_words(&mut lines, "known", known.collect());
    push_words(&mut lines, "repeated", repeated.collect());
    push_words(&mut lines, "flags", flags(head));
    if let Framing::Length(length) = head.framing {
        lines.push(format!("length {length}"));
    }
    lines.push(format!("consumed {}", head.length));
    lines
}

fn push_words(lines: &mut Vec<String>, label: &str, words: Vec<String>) {
    if !words.is_empty() {
        lines.push(format!("{label} {}", words.join(" ")));
    }
}

fn flags(head: &Head) -> Vec<String> {
    let framing = match head.framing {
        Framing::None => None,
        Framing::Length(_) => Some("length"),
        Framing::Chunked => Some("chunked"),
    };
    let expectation = head.expectation.map(|expectation| match expectation {
        Expectation::Continue => "100-continue",
        Expectation::Other => "other-expectation",
    });
    let flags = [head.keep_alive.then_some("keep-alive"), framing, expectation];
    flags.into_iter().flatten().map(String::from).collect()
}

/// Where it is, and the text.
fn show(input: &[u8], span: &Span) -> String {
    let bytes = &input[span.start as usize..span.end as usize];
    let text: String = bytes.iter().map(|&byte| escape(byte)).collect();
    format!("{} {text}", span.start).trim_end_matches(' ').into()
}

fn escape(byte: u8) -> String {
    match byte {
        b'\t' => "\\t".into(),
        b'\\' => "\\\\".into(),
        b' '..=b'~' => char::from(byte).into(),
        _ => format!("\\x{byte:02x}"),
    }
}

/// `ContentLength` of `FieldName::ContentLength`.
fn name(value: impl Debug) -> String {
    let text = format!("{value:?}");
    text.rsplit("::").next().unwrap_or_default().into()
}

/// `Content-Length` of `ContentLength`.
fn hyphenate(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('-');
        }
        words.push(letter);
    }
    words
}
