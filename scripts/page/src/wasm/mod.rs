//! Makes of a wasm module what browsers load.
//!
//! It becomes smaller for those who load it, which is gzipped: what is never called is left out, equal functions become one, and
//! similar ones stand side by side. gzip looks back 32 KB and no further, and a generic function's instances lie anywhere. What the
//! module does stays the same.
//! Where it has relaxed SIMD, a second file has the same without, for browsers that do not know it.

mod layout;
mod order;
mod plain;
mod relaxed;
mod uncalled;

use std::path::Path;

use anyhow::{Context, Result};

use crate::site::{read, write};
use layout::{Functions, Layout};
use plain::plain;

/// The module that most browsers load.
pub(crate) const WASM: &str = "tabfit_bg.wasm";
/// That for browsers without relaxed SIMD.
const PLAIN: &str = "tabfit_plain_bg.wasm";

/// The files to load, by name: the same module, made smaller, and where it has relaxed SIMD also one without.
pub(crate) fn files(wasm: Vec<u8>) -> Result<Vec<(&'static str, Vec<u8>)>> {
    relaxed::check(&wasm)?;
    let smaller = smaller(uncalled::without(wasm)?)?;
    let plain = plain(&smaller)?.map(|plain| (PLAIN, plain));
    Ok([(WASM, smaller)].into_iter().chain(plain).collect())
}

/// Writes a module with relaxed SIMD to another file, in plain SIMD: a suite of tests, which is no part of the page.
pub(crate) fn write_plain(wasm: &Path, to: &Path) -> Result<()> {
    let bytes = read(wasm)?;
    relaxed::check(&bytes)?;
    let plain = plain(&bytes)?.with_context(|| format!("{} has no relaxed SIMD", wasm.display()))?;
    write(to, &plain)
}

/// The same module, made smaller.
fn smaller(mut wasm: Vec<u8>) -> Result<Vec<u8>> {
    // Those that call equal functions may be equal, too, once these are one.
    while let Some(merged) = Layout::merged(&Functions::of(&wasm)?) {
        wasm = merged.applied_to(&wasm)?;
    }
    Layout::ordered(&Functions::of(&wasm)?).applied_to(&wasm)
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction, Module, TypeSection, ValType,
    };
    use wasmparser::{Operator, Parser, Payload};

    /// Exported functions of one instruction, which makes a number.
    fn module(functions: &[(&str, Instruction<'_>)]) -> Vec<u8> {
        let (mut types, mut section) = (TypeSection::new(), FunctionSection::new());
        let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
        types.ty().function([], [ValType::I32]);
        for (index, (name, instruction)) in (0..).zip(functions) {
            section.function(0);
            exports.export(name, ExportKind::Func, index);
            let mut function = Function::new([]);
            function.instruction(instruction).instruction(&Instruction::End);
            code.function(&function);
        }
        let mut module = Module::new();
        module.section(&types).section(&section).section(&exports).section(&code);
        module.finish()
    }

    /// What is exported, and what each function says first.
    fn read(wasm: &[u8]) -> (Vec<u32>, Vec<Operator<'_>>) {
        let (mut exported, mut first) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::ExportSection(section) => {
                    exported = section.into_iter().map(|export| export.unwrap().index).collect();
                }
                Payload::CodeSectionEntry(body) => first.push(body.get_operators_reader().unwrap().read().unwrap()),
                _ => {}
            }
        }
        (exported, first)
    }

    #[test]
    fn equal_functions_and_then_their_callers_become_one_and_every_export_says_what_it_said() {
        let instructions = [
            ("a", Instruction::I32Const(1)),
            ("b", Instruction::I32Const(2)),
            ("c", Instruction::I32Const(1)),
            ("d", Instruction::Call(0)),
            ("e", Instruction::Call(2)),
        ];
        let wasm = super::smaller(module(&instructions)).unwrap();
        let (exported, first) = read(&wasm);
        let [a, b, c, d, e] = exported[..] else { panic!("five exports, not {exported:?}") };
        assert_eq!((first.len(), a, d), (3, c, e));
        assert!(matches!(first[a as usize], Operator::I32Const { value: 1 }));
        assert!(matches!(first[b as usize], Operator::I32Const { value: 2 }));
        assert!(matches!(first[d as usize], Operator::Call { function_index } if function_index == a));
    }
}
