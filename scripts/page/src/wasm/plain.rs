//! A module without relaxed SIMD, for browsers that do not have it.
//!
//! The convolutions multiply and add by one instruction of relaxed SIMD. Here it becomes those that every browser has, so that the
//! product is rounded before it is added.

use std::convert::Infallible;

use anyhow::{Context, Result};
use wasm_encoder::{
    CodeSection, Function, Instruction, Module, ValType,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{FunctionBody, Operator, Parser, Payload, Validator, WasmFeatures};

use super::relaxed::multiplies_and_adds;

/// The same module in plain SIMD; `None` if it has no relaxed SIMD. It is an error if a browser without that would refuse it.
pub(crate) fn plain(wasm: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut lowering = Lowering { parameters: parameters(wasm)?.into_iter(), lowered: 0 };
    let mut module = Module::new();
    lowering.parse_core_module(&mut module, Parser::new(0), wasm)?;
    if lowering.lowered == 0 {
        return Ok(None);
    }
    let plain = module.finish();
    // The second version of WebAssembly has SIMD, and the third added relaxed SIMD.
    Validator::new_with_features(WasmFeatures::WASM2)
        .validate_all(&plain)
        .context("browsers without relaxed SIMD would refuse the file for them")?;
    Ok(Some(plain))
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
        if !operators.any(|operator| operator.is_ok_and(|operator| multiplies_and_adds(&operator))) {
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
            let operator = operator?;
            if !multiplies_and_adds(&operator) {
                function.instruction(&self.instruction(operator)?);
                continue;
            }
            self.lowered += 1;
            function.instruction(&Instruction::LocalSet(addend)).instruction(&Instruction::F32x4Mul);
            if matches!(operator, Operator::F32x4RelaxedNmadd) {
                function.instruction(&Instruction::F32x4Neg);
            }
            function.instruction(&Instruction::LocalGet(addend)).instruction(&Instruction::F32x4Add);
        }
        code.function(&function);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{ExportKind, ExportSection, FunctionSection, TypeSection};

    use super::*;

    /// Two functions of three numbers; the second has a local of its own, and this operator.
    fn module(operator: &Instruction<'_>) -> Vec<u8> {
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
        second.instruction(operator).instruction(&Instruction::End);
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
    fn what_multiplies_and_adds_does_so_in_plain_operators_and_keeps_what_is_added_in_a_local_of_its_own() {
        // Three parameters and a local come before the new one.
        let addend = 4;
        let operands = (0..3).map(|local_index| Operator::LocalGet { local_index });
        let product = [Operator::LocalSet { local_index: addend }, Operator::F32x4Mul];
        let sum = [Operator::LocalGet { local_index: addend }, Operator::F32x4Add, Operator::End];
        for (operator, negated) in
            [(Instruction::F32x4RelaxedMadd, None), (Instruction::F32x4RelaxedNmadd, Some(Operator::F32x4Neg))]
        {
            let wasm = plain(&module(&operator)).unwrap().unwrap();
            let [(0, first), (2, second)] = &read(&wasm)[..] else { panic!("only the second function gets a local") };
            assert_eq!(first[..], [Operator::LocalGet { local_index: 0 }, Operator::End]);
            let expected = operands.clone().chain(product.clone()).chain(negated).chain(sum.clone());
            assert_eq!(second[..], expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_module_that_has_no_relaxed_simd_needs_no_second_file() {
        assert!(plain(&module(&Instruction::V128Bitselect)).unwrap().is_none());
    }

    #[test]
    fn a_file_that_a_browser_without_relaxed_simd_would_refuse_is_an_error() {
        let mut both = Function::new([]);
        for operand in [0, 1, 2, 2, 2] {
            both.instruction(&Instruction::LocalGet(operand));
        }
        both.instruction(&Instruction::F32x4RelaxedMadd).instruction(&Instruction::Drop);
        both.instruction(&Instruction::F32x4RelaxedMin).instruction(&Instruction::End);
        let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
        types.ty().function([ValType::V128; 3], [ValType::V128]);
        functions.function(0);
        code.function(&both);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code);
        let refused = format!("{:#}", plain(&module.finish()).unwrap_err());
        assert!(refused.contains("relaxed SIMD support is not enabled"), "{refused}");
    }
}
