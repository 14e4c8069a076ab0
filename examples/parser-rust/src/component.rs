//! The component of wit/parser.wit: typed values in and out. The types come from that file.

use std::path::Path;

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Result, Store};

wasmtime::component::bindgen!({ path: "../../wit/parser.wit", world: "parser" });

pub use exports::epollux::parser::request::*;

pub struct ComponentParser {
    store: Store<()>,
    bindings: Parser,
}

impl ComponentParser {
    pub fn load(file: &Path) -> Result<Self> {
        let engine = Engine::default();
        let mut store = Store::new(&engine, ());
        let component = Component::from_file(&engine, file)?;
        let bindings = Parser::instantiate(&mut store, &component, &Linker::new(&engine))?;
        Ok(Self { store, bindings })
    }
}

impl crate::Parser for ComponentParser {
    fn parse(&mut self, input: &[u8], limits: Limits) -> Result<crate::Outcome> {
        let request = self.bindings.epollux_parser_request();
        let outcome = request.call_parse(&mut self.store, input, Some(limits))?;
        Ok(match outcome {
            HeadOutcome::Complete(head) => Ok(Some(head)),
            HeadOutcome::Incomplete => Ok(None),
            HeadOutcome::Malformed(fault) => Err(fault),
        })
    }
}
