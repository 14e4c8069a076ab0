//! Prints what the parser finds in the request on standard input.

use std::io::{Read, stdin};

use parser_rust::component::{ComponentParser, Limits};
use parser_rust::{Parser, log};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../build/parser.component.wasm");
const USUAL: Limits = Limits { max_fields: None, max_target: None, max_head: None };

fn main() -> wasmtime::Result<()> {
    let mut input = Vec::new();
    stdin().read_to_end(&mut input)?;
    let outcome = ComponentParser::load(FILE.as_ref())?.parse(&input, USUAL)?;
    print!("{}", log::describe(&input, &outcome));
    Ok(())
}
