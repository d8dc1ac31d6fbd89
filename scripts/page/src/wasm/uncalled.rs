//! Leaves out what the crates of a part bring along and tabfit never calls.
//!
//! The compiler keeps each function that a table or a branch names, whether or not anybody gets there. Here such functions become
//! the one instruction that ends the program, and what only they call goes with them.

use anyhow::Result;
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ModuleConfig, passes};

/// What the names of such functions contain.
const UNCALLED: [&str; 4] = [
    // Quantized tensors, of which tabfit has none; each kernel of cubecl could read them.
    " as cubecl_std::quant::base::RunWithQuantType>::",
    "::qtensor::QTensorOps<",
    // Products of tensors of 64-bit numbers, of which tabfit has none either.
    "gemm_f64::",
    // Kernels as text, which pliron reads and nobody writes.
    " as pliron::parsable::Parsable>::",
];

/// How the name of a function that drops a value begins.
const DROP: &str = "core::ptr::drop_in_place<";

/// The same module without them. It must have the names of its functions, or nothing is left out.
pub(crate) fn without(wasm: Vec<u8>) -> Result<Vec<u8>> {
    // What the compiler writes is well-formed.
    let mut module = ModuleConfig::new().strict_validate(false).generate_producers_section(false).parse(&wasm)?;
    let uncalled: Vec<FunctionId> =
        module.funcs.iter_local().map(|(id, _)| id).filter(|&id| is_uncalled(&module, id)).collect();
    if uncalled.is_empty() {
        return Ok(wasm);
    }
    for id in uncalled {
        let (parameters, results) = module.types.params_results(module.funcs.get(id).ty());
        let (parameters, results) = (parameters.to_vec(), results.to_vec());
        let mut function = FunctionBuilder::new(&mut module.types, &parameters, &results);
        function.func_body().unreachable();
        let parameters = parameters.into_iter().map(|of_type| module.locals.add(of_type)).collect();
        module.funcs.get_mut(id).kind = FunctionKind::Local(function.local_func(parameters));
    }
    passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// What drops a value bears the value's name. The compiler may have made one of several that do the same, of which some are called.
fn is_uncalled(module: &Module, id: FunctionId) -> bool {
    let named = |name: &String| !name.contains(DROP) && UNCALLED.iter().any(|part| name.contains(part));
    module.funcs.get(id).name.as_ref().is_some_and(named)
}

#[cfg(test)]
mod tests {
    use walrus::ir::Value;

    use super::*;

    /// An exported function that calls a named one, which calls another.
    fn module(name: &str) -> Vec<u8> {
        let mut module = Module::with_config(ModuleConfig::new());
        let mut add = |name: &str, called: Option<FunctionId>| {
            let mut function = FunctionBuilder::new(&mut module.types, &[], &[]);
            function.name(name.to_string());
            match called {
                Some(called) => function.func_body().call(called),
                None => function.func_body().const_(Value::I32(1)).drop(),
            };
            function.finish(vec![], &mut module.funcs)
        };
        let helper = add("tabfit::helper", None);
        let named = add(name, Some(helper));
        let first = add("tabfit::first", Some(named));
        module.exports.add("first", first);
        module.emit_wasm()
    }

    fn names(wasm: &[u8]) -> Vec<String> {
        let module = Module::from_buffer(wasm).unwrap();
        let mut names: Vec<_> =
            module.funcs.iter_local().filter_map(|(id, _)| module.funcs.get(id).name.clone()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_never_called_becomes_empty_and_takes_along_what_only_it_calls() {
        let name = "<burn_cubecl::Kernel as cubecl_std::quant::base::RunWithQuantType>::execute";
        let smaller = without(module(name)).unwrap();
        assert_eq!(names(&smaller), [name, "tabfit::first"]);
        let module = Module::from_buffer(&smaller).unwrap();
        let id = module.funcs.by_name(name).unwrap();
        assert_eq!(module.funcs.get(id).kind.unwrap_local().size(), 1);
    }

    #[test]
    fn a_module_that_has_no_such_function_is_the_same_to_the_last_byte() {
        for name in ["tabfit::second", "core::ptr::drop_in_place<gemm_f64::gemm::Product>"] {
            let wasm = module(name);
            assert_eq!(without(wasm.clone()).unwrap(), wasm);
        }
    }
}
