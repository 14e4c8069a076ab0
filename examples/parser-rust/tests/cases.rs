//! Runs the request cases of the repository, as test/hosts has written them:
//!
//!     cargo test --test cases -- component|raw CASES.json

use std::fs;
use std::path::Path;

use parser_rust::component::{ComponentParser, Limits};
use parser_rust::raw::RawParser;
use parser_rust::{Parser, log};
use serde_json::Value;

fn load(kind: &str) -> wasmtime::Result<Box<dyn Parser>> {
    let build = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../build");
    Ok(match kind {
        "raw" => Box::new(RawParser::load(&build.join("parser.wasm"))?),
        _ => Box::new(ComponentParser::load(&build.join("parser.component.wasm"))?),
    })
}

/// The bytes written as hexadecimal digits.
fn bytes(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal digits")).collect()
}

fn limits(given: &Value) -> Limits {
    let limit = |name| given[name].as_u64().map(|number| number as u32);
    Limits {
        max_fields: limit("maxFields"),
        max_target: limit("maxTarget"),
        max_head: limit("maxHead"),
    }
}

fn main() -> wasmtime::Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(kind), Some(file)) = (args.next(), args.next()) else {
        println!("the cases are run by npm run test:hosts");
        return Ok(());
    };
    let cases: Vec<Value> = serde_json::from_slice(&fs::read(file)?).expect("cases");
    let mut parser = load(&kind)?;
    let mut failed = 0;
    for case in &cases {
        let input = bytes(case["input"].as_str().expect("input"));
        let outcome = parser.parse(&input, limits(&case["limits"]))?;
        let log = log::describe(&input, &outcome);
        let expected = case["log"].as_str().expect("log");
        if log != expected {
            failed += 1;
            eprintln!("{}\nexpected:\n{expected}was:\n{log}", case["name"]);
        }
    }
    println!("{} passed, {failed} failed", cases.len() - failed);
    std::process::exit(i32::from(failed > 0));
}
