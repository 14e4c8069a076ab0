//! The plain module of docs/parser.md: addresses in, a record to read. It gives the same values as
//! the component, but for what only that knows of a fault. The record is that of docs/abi.md.

use std::path::Path;

use wasmtime::{Engine, Instance, Memory, Module, Result, Store, TypedFunc};

use crate::component::*;

const PAGE: usize = 65536;
const FIELD_TABLE: usize = 96;
const FIELD_ENTRY: usize = 8;
const KNOWN_LINES: usize = 80;

const METHODS: [KnownMethod; 9] = {
    use KnownMethod::*;
    [Get, Head, Post, Put, Delete, Connect, Options, Trace, Patch]
};
const FORMS: [TargetForm; 4] = {
    use TargetForm::*;
    [Origin, Absolute, Authority, Asterisk]
};
const NAMES: [FieldName; 14] = {
    use FieldName::*;
    [
        Host,
        Connection,
        ContentLength,
        TransferEncoding,
        Expect,
        IfMatch,
        IfNoneMatch,
        IfModifiedSince,
        IfUnmodifiedSince,
        Range,
        IfRange,
        AcceptEncoding,
        UserAgent,
        Referer,
    ]
};
const CODES: [FaultCode; 18] = {
    use FaultCode::*;
    [
        BadMethod,
        BadTarget,
        BadVersion,
        UnsupportedVersion,
        BadLineEnd,
        BadFieldName,
        BadFieldValue,
        ObsoleteFold,
        TargetTooLong,
        HeadTooLarge,
        TooManyFields,
        MissingHost,
        RepeatedHost,
        BadHost,
        BadContentLength,
        LengthConflict,
        BadTransferEncoding,
        UnsupportedCoding,
    ]
};

pub struct RawParser {
    store: Store<()>,
    memory: Memory,
    reset: TypedFunc<(u32, u32, u32, u32), ()>,
    parse: TypedFunc<(u32, u32, u32), i32>,
    request: usize,
    input: usize,
}

impl RawParser {
    pub fn load(file: &Path) -> Result<Self> {
        let engine = Engine::default();
        let mut store = Store::new(&engine, ());
        let module = Module::from_file(&engine, file)?;
        let instance = Instance::new(&mut store, &module, &[])?;
        let memory = instance.get_memory(&mut store, "memory").expect("memory");
        let reset = instance.get_typed_func(&mut store, "reset")?;
        let parse = instance.get_typed_func(&mut store, "parse")?;
        let mut global = |name| {
            let global = instance.get_global(&mut store, name).expect(name);
            global.get(&mut store).unwrap_i32() as usize
        };
        let request = global("HEAP_BASE");
        let input = request + global("REQUEST_SIZE");
        Ok(Self { store, memory, reset, parse, request, input })
    }

    /// The record of the request, as it lies in memory.
    fn record(&self) -> Record<'_> {
        Record(&self.memory.data(&self.store)[self.request..self.input])
    }
}

impl crate::Parser for RawParser {
    fn parse(&mut self, input: &[u8], limits: Limits) -> Result<crate::Outcome> {
        let missing = (self.input + input.len()).saturating_sub(self.memory.data_size(&self.store));
        if missing > 0 {
            self.memory.grow(&mut self.store, missing.div_ceil(PAGE) as u64)?;
        }
        self.memory.write(&mut self.store, self.input, input)?;
        let request = self.request as u32;
        let Limits { max_fields, max_target, max_head } = limits;
        let [fields, target, head] =
            [max_fields, max_target, max_head].map(Option::unwrap_or_default);
        self.reset.call(&mut self.store, (request, fields, target, head))?;
        let call = (request, self.input as u32, input.len() as u32);
        Ok(match self.parse.call(&mut self.store, call)? {
            0 => Ok(None),
            length if length > 0 => Ok(Some(self.record().head(length as u32))),
            error => Err(self.record().fault(-error as usize)),
        })
    }
}

struct Record<'a>(&'a [u8]);

impl Record<'_> {
    fn u16(&self, at: usize) -> u32 {
        u16::from_le_bytes([self.0[at], self.0[at + 1]]).into()
    }

    fn u32(&self, at: usize) -> u32 {
        self.u16(at) | self.u16(at + 2) << 16
    }

    fn span(&self, at: usize) -> Span {
        let start = self.u32(at);
        Span { start, end: start + self.u32(at + 4) }
    }

    fn fault(&self, error: usize) -> Fault {
        Fault {
            code: CODES[error - 1],
            position: self.u32(0),
            status: 0,
            section: String::new(),
            reason: String::new(),
        }
    }

    fn head(&self, length: u32) -> Head {
        let form = FORMS[self.0[6] as usize - 1];
        let flags = self.u32(52);
        let content = f64::from_le_bytes(self.0[56..64].try_into().unwrap()) as u64;
        let has_path = matches!(form, TargetForm::Origin | TargetForm::Absolute);
        Head {
            method: self.span(8),
            known_method: (self.0[5] as usize).checked_sub(1).map(|index| METHODS[index]),
            version_minor: self.0[7],
            target: self.span(16),
            form,
            path: has_path.then(|| self.span(24)),
            query: (self.u32(32) > 0).then(|| self.span(32)),
            authority: (self.u32(40) > 0).then(|| self.span(40)),
            fields: (0..self.u32(48) as usize).map(|line| self.field(line)).collect(),
            known: (0..NAMES.len()).filter_map(|bit| self.known_field(bit)).collect(),
            framing: match flags {
                _ if flags & 2 > 0 => Framing::Chunked,
                _ if flags & 4 > 0 => Framing::Length(content),
                _ => Framing::None,
            },
            keep_alive: flags & 1 > 0,
            expectation: match flags {
                _ if flags & 8 > 0 => Some(Expectation::Continue),
                _ if flags & 16 > 0 => Some(Expectation::Other),
                _ => None,
            },
            length,
        }
    }

    fn field(&self, line: usize) -> Field {
        let entry = FIELD_TABLE + line * FIELD_ENTRY;
        let span = |at| Span { start: self.u16(at), end: self.u16(at) + self.u16(at + 2) };
        Field { name: span(entry), value: span(entry + 4) }
    }

    fn known_field(&self, bit: usize) -> Option<KnownField> {
        let is_set = |at| self.u32(at) >> bit & 1 > 0;
        is_set(64).then(|| KnownField {
            name: NAMES[bit],
            repeated: is_set(68),
            first: self.0[KNOWN_LINES + bit].into(),
        })
    }
}
