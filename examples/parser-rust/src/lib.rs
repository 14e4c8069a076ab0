//! The request parser of epollux under Wasmtime, in two ways: as a component and as a plain module.

pub mod component;
pub mod log;
pub mod raw;

use component::{Fault, Head, Limits};

/// What was found in a request: a head, nothing yet because there must be more, or a fault.
pub type Outcome = Result<Option<Head>, Fault>;

/// Either of the two.
pub trait Parser {
    fn parse(&mut self, input: &[u8], limits: Limits) -> wasmtime::Result<Outcome>;
}
