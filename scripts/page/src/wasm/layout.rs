//! Which functions a module has, and where they go.

use std::{collections::HashMap, convert::Infallible};

use anyhow::Result;
use wasm_encoder::{
    CodeSection, FunctionSection, Module,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{CodeSectionReader, CustomSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

use super::order::order;

/// A module's own functions by number, from 0.
pub(crate) struct Functions<'a> {
    /// Those before them, which the module imports.
    imported: u32,
    types: Vec<u32>,
    bodies: Vec<&'a [u8]>,
}

impl<'a> Functions<'a> {
    pub(crate) fn of(wasm: &'a [u8]) -> Result<Self> {
        let mut functions = Self { imported: 0, types: Vec::new(), bodies: Vec::new() };
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        functions.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::FunctionSection(section) => functions.types = section.into_iter().collect::<Result<_, _>>()?,
                Payload::CodeSectionEntry(body) => functions.bodies.push(body.as_bytes()),
                _ => {}
            }
        }
        Ok(functions)
    }
}

/// Where the functions of a module go.
pub(crate) struct Layout {
    imported: u32,
    /// The functions in their new order, each by its old number.
    kept: Vec<u32>,
    /// The new number of each old one.
    place: Vec<u32>,
}

impl Layout {
    /// One function for all that are equal; `None` where all differ.
    pub(crate) fn merged(functions: &Functions<'_>) -> Option<Self> {
        let (mut kept, mut place, mut known) = (Vec::new(), Vec::new(), HashMap::new());
        for (old, function) in (0..).zip(functions.types.iter().zip(&functions.bodies)) {
            place.push(*known.entry(function).or_insert_with(|| {
                kept.push(old);
                kept.len() as u32 - 1
            }));
        }
        (kept.len() < place.len()).then_some(Self { imported: functions.imported, kept, place })
    }

    /// Each function beside those that it is like.
    pub(crate) fn ordered(functions: &Functions<'_>) -> Self {
        let kept = order(&functions.bodies);
        let mut place = vec![0; kept.len()];
        for (new, &old) in (0..).zip(&kept) {
            place[old as usize] = new;
        }
        Self { imported: functions.imported, kept, place }
    }

    pub(crate) fn applied_to(mut self, wasm: &[u8]) -> Result<Vec<u8>> {
        let mut module = Module::new();
        self.parse_core_module(&mut module, Parser::new(0), wasm)?;
        Ok(module.finish())
    }
}

impl Reencode for Layout {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(index.checked_sub(self.imported).map_or(index, |own| self.imported + self.place[own as usize]))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for old in self.kept.clone() {
            functions.function(self.type_index(types[old as usize])?);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for old in self.kept.clone() {
            self.parse_function_body(code, bodies[old as usize].clone())?;
        }
        Ok(())
    }

    /// Names are for debuggers, and would have to be sorted anew.
    fn parse_custom_section(&mut self, module: &mut Module, section: CustomSectionReader<'_>) -> Result<(), Error> {
        match section.name() {
            "name" => Ok(()),
            _ => utils::parse_custom_section(self, module, section),
        }
    }
}
