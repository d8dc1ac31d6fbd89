//! A module without relaxed SIMD, for browsers that do not have it.
//!
//! The kernels multiply and add by one instruction of relaxed SIMD. Here it becomes the two that every browser has, so that the
//! product is rounded before it is added.

use std::convert::Infallible;

use anyhow::Result;
use wasm_encoder::{
    CodeSection, Function, Instruction, Module, ValType,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{FunctionBody, Operator, Parser, Payload};

/// The same module in plain SIMD; `None` if it has no relaxed SIMD.
pub(crate) fn plain(wasm: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut lowering = Lowering { parameters: parameters(wasm)?.into_iter(), lowered: 0 };
    let mut module = Module::new();
    lowering.parse_core_module(&mut module, Parser::new(0), wasm)?;
    Ok((lowering.lowered > 0).then(|| module.finish()))
}

/// How many parameters each of the module's own functions has.
fn parameters(wasm: &[u8]) -> Result<Vec<u32>> {
    let (mut of_types, mut functions) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => {
                for of_type in section.into_iter_err_on_gc_types() {
                    of_types.push(of_type?.params().len() as u32);
                }
            }
            Payload::FunctionSection(section) => {
                for function in section {
                    functions.push(of_types[function? as usize]);
                }
            }
            _ => {}
        }
    }
    Ok(functions)
}

struct Lowering {
    /// Of the functions that follow.
    parameters: std::vec::IntoIter<u32>,
    /// How many instructions were replaced.
    lowered: usize,
}

impl Reencode for Lowering {
    type Error = Infallible;

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Result<(), Error> {
        let parameters = self.parameters.next().unwrap_or(0);
        let mut operators = body.get_operators_reader()?.into_iter();
        if !operators.any(|operator| matches!(operator, Ok(Operator::F32x4RelaxedMadd))) {
            return utils::parse_function_body(self, code, body);
        }
        let mut locals = Vec::new();
        for declared in body.get_locals_reader()? {
            let (count, of_type) = declared?;
            locals.push((count, self.val_type(of_type)?));
        }
        // One more, for what is added while its product is computed. The numbers of parameters and locals follow each other.
        let addend = parameters + locals.iter().map(|(count, _)| count).sum::<u32>();
        locals.push((1, ValType::V128));
        let mut function = Function::new(locals);
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::F32x4RelaxedMadd => {
                    self.lowered += 1;
                    function.instruction(&Instruction::LocalSet(addend)).instruction(&Instruction::F32x4Mul);
                    function.instruction(&Instruction::LocalGet(addend)).instruction(&Instruction::F32x4Add);
                }
                operator => drop(function.instruction(&self.instruction(operator)?)),
            }
        }
        code.function(&function);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{ExportKind, ExportSection, FunctionSection, TypeSection};

    use super::*;

    /// Two functions of three numbers; the second has a local of its own, multiplies and adds.
    fn module(multiplies: bool) -> Vec<u8> {
        let (mut types, mut section) = (TypeSection::new(), FunctionSection::new());
        let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
        types.ty().function([ValType::V128; 3], [ValType::V128]);
        section.function(0).function(0);
        exports.export("sum", ExportKind::Func, 1);
        let mut first = Function::new([]);
        first.instruction(&Instruction::LocalGet(0)).instruction(&Instruction::End);
        let mut second = Function::new([(1, ValType::I32)]);
        for operand in 0..3 {
            second.instruction(&Instruction::LocalGet(operand));
        }
        match multiplies {
            true => second.instruction(&Instruction::F32x4RelaxedMadd),
            false => second.instruction(&Instruction::V128Bitselect),
        };
        second.instruction(&Instruction::End);
        code.function(&first).function(&second);
        let mut module = Module::new();
        module.section(&types).section(&section).section(&exports).section(&code);
        module.finish()
    }

    /// The instructions of each function, and how many locals it has of its own.
    fn read(wasm: &[u8]) -> Vec<(u32, Vec<Operator<'_>>)> {
        let bodies = Parser::new(0).parse_all(wasm).filter_map(|payload| match payload.unwrap() {
            Payload::CodeSectionEntry(body) => Some(body),
            _ => None,
        });
        bodies
            .map(|body| {
                let locals = body.get_locals_reader().unwrap().into_iter().map(|local| local.unwrap().0).sum();
                (locals, body.get_operators_reader().unwrap().into_iter().map(Result::unwrap).collect())
            })
            .collect()
    }

    #[test]
    fn what_multiplies_and_adds_does_so_in_two_instructions_and_keeps_what_is_added_in_a_local_of_its_own() {
        let wasm = plain(&module(true)).unwrap().unwrap();
        let [(0, first), (2, second)] = &read(&wasm)[..] else { panic!("only the second function gets a local") };
        assert_eq!(first[..], [Operator::LocalGet { local_index: 0 }, Operator::End]);
        // Three parameters and a local come before the new one.
        let expected = [
            Operator::LocalGet { local_index: 0 },
            Operator::LocalGet { local_index: 1 },
            Operator::LocalGet { local_index: 2 },
            Operator::LocalSet { local_index: 4 },
            Operator::F32x4Mul,
            Operator::LocalGet { local_index: 4 },
            Operator::F32x4Add,
            Operator::End,
        ];
        assert_eq!(second[..], expected);
    }

    #[test]
    fn a_module_that_has_no_relaxed_simd_needs_no_second_file() {
        assert!(plain(&module(false)).unwrap().is_none());
    }
}
