//! The operators of relaxed SIMD, each of which has more than one right answer.

use anyhow::{Result, ensure};
use wasmparser::{Operator, Parser, Payload, TypeRef};

/// Refuses all of them but the two that multiply and add, which differ by a rounding alone. The others answer NaN, or numbers out of
/// range, as the processor likes. The compiler may write some of them for what the program has said exactly.
pub(crate) fn check(wasm: &[u8]) -> Result<()> {
    let (mut function, mut found) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            // A module counts the functions that it imports first.
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    function += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader()? {
                    let operator = operator?;
                    let name = format!("{operator:?}");
                    if name.contains("Relaxed") && !multiplies_and_adds(&operator) {
                        found.push(format!("function {function} has the operator {name}"));
                    }
                }
                function += 1;
            }
            _ => {}
        }
    }
    ensure!(
        found.is_empty(),
        "{}: its answer depends on the processor, and browsers without relaxed SIMD do not know it",
        found.join(", ")
    );
    Ok(())
}

/// Whether `plain` has plain operators for it.
pub(crate) fn multiplies_and_adds(operator: &Operator<'_>) -> bool {
    matches!(operator, Operator::F32x4RelaxedMadd | Operator::F32x4RelaxedNmadd)
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, EntityType, Function, FunctionSection, ImportSection, Instruction, Module, TypeSection, ValType,
    };

    use super::*;

    /// An imported function, and one of its own, which has this operator of three numbers.
    fn module(operator: &Instruction<'_>) -> Vec<u8> {
        let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
        types.ty().function([ValType::V128; 3], [ValType::V128]);
        imports.import("host", "other", EntityType::Function(0));
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        functions.function(0);
        let mut function = Function::new([]);
        for operand in 0..3 {
            function.instruction(&Instruction::LocalGet(operand));
        }
        function.instruction(operator).instruction(&Instruction::End);
        code.function(&function);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&code);
        module.finish()
    }

    #[test]
    fn an_operator_whose_answer_depends_on_the_processor_is_refused_with_its_function() {
        for (operator, name) in [
            (Instruction::F32x4RelaxedMax, "F32x4RelaxedMax"),
            (Instruction::I8x16RelaxedLaneselect, "I8x16RelaxedLaneselect"),
            (Instruction::F64x2RelaxedMadd, "F64x2RelaxedMadd"),
        ] {
            let sentence = check(&module(&operator)).unwrap_err().to_string();
            assert!(sentence.starts_with(&format!("function 1 has the operator {name}: ")), "{sentence}");
        }
    }

    #[test]
    fn what_multiplies_and_adds_and_what_is_not_relaxed_is_let_through() {
        for operator in [Instruction::F32x4RelaxedMadd, Instruction::F32x4RelaxedNmadd, Instruction::F32x4PMax] {
            check(&module(&operator)).unwrap();
        }
    }
}
