//! The registers of the processor, and the multiplication that adds.

#[cfg(target_family = "wasm")]
use std::arch::wasm32::{f32x4, f32x4_extract_lane, f32x4_ne, f32x4_relaxed_madd, i32x4_max, i32x4_min, v128, v128_or};
use std::hint::black_box;
use std::sync::atomic::{Ordering, compiler_fence};

use pulp::{Simd, WithSimd};

/// Runs an operation with the widest registers that the processor has.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn dispatch<Op: WithSimd>(operation: Op) -> Op::Output {
    pulp::Arch::new().dispatch(operation)
}

/// Runs an operation with the registers of WebAssembly.
#[cfg(target_family = "wasm")]
pub(crate) fn dispatch<Op: WithSimd>(operation: Op) -> Op::Output {
    /// Only where both are enabled does the compiler put [`mul_add`] into the loop that calls it.
    #[target_feature(enable = "simd128,relaxed-simd")]
    fn run<Op: WithSimd>(simd: pulp::wasm::Simd128, operation: Op) -> Op::Output {
        operation.with_simd(simd)
    }
    run(pulp::wasm::Simd128::try_new().expect("the crate is compiled for simd128"), operation)
}

/// `a · b + c`, number by number. Where the processor can, that is one instruction, which rounds once; else the product is rounded too.
#[cfg(not(target_family = "wasm"))]
#[inline(always)]
pub(crate) fn mul_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
    simd.mul_add_e_f32s(a, b, c)
}

/// `a · b + c`, number by number, by relaxed SIMD. Where the processor can, that is one instruction, which rounds once; else the
/// product is rounded too. `scripts/page/src/wasm/plain.rs` says what becomes of it in browsers without relaxed SIMD.
#[cfg(target_family = "wasm")]
#[inline(always)]
pub(crate) fn mul_add<S: Simd>(_: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
    numbers::<S>(f32x4_relaxed_madd(register::<S>(a), register::<S>(b), register::<S>(c)))
}

/// The limits of [`between`] that no number is beyond.
#[cfg(not(target_family = "wasm"))]
pub(crate) const NO_LEAST: f32 = f32::NEG_INFINITY;
#[cfg(not(target_family = "wasm"))]
pub(crate) const NO_MOST: f32 = f32::INFINITY;

/// The same in WebAssembly: the bits of the smallest and of the largest integer, because there the bits are compared.
#[cfg(target_family = "wasm")]
pub(crate) const NO_LEAST: f32 = f32::from_bits(i32::MIN.cast_unsigned());
#[cfg(target_family = "wasm")]
pub(crate) const NO_MOST: f32 = f32::from_bits(i32::MAX.cast_unsigned());

/// Numbers between two limits, of which the least is 0 if there is one; NaN stays.
#[cfg(not(target_family = "wasm"))]
#[inline(always)]
pub(crate) fn between<S: Simd>(simd: S, x: S::f32s, least: S::f32s, most: S::f32s) -> S::f32s {
    let x = simd.select_f32s(simd.less_than_f32s(most, x), most, x);
    simd.select_f32s(simd.less_than_f32s(x, least), simd.splat_f32s(0.0), x)
}

/// The same in WebAssembly. Read as signed integers, the bits of numbers below 0 are below 0, and those from 0 on
/// have the order of the numbers. A comparison of floats and a selection take twice as many instructions; and of `f32x4.pmax` the
/// compiler makes, where relaxed SIMD is enabled, an instruction for which each processor has its own answer to NaN.
#[cfg(target_family = "wasm")]
#[inline(always)]
pub(crate) fn between<S: Simd>(_: S, x: S::f32s, least: S::f32s, most: S::f32s) -> S::f32s {
    let x = register::<S>(x);
    let nan = f32x4_ne(x, x);
    numbers::<S>(v128_or(i32x4_min(i32x4_max(x, register::<S>(least)), register::<S>(most)), nan))
}

#[cfg(target_family = "wasm")]
#[inline(always)]
fn register<S: Simd>(numbers: S::f32s) -> v128 {
    let [a, b, c, d]: [f32; 4] = pulp::cast(numbers);
    f32x4(a, b, c, d)
}

#[cfg(target_family = "wasm")]
#[inline(always)]
fn numbers<S: Simd>(register: v128) -> S::f32s {
    pulp::cast([
        f32x4_extract_lane::<0>(register),
        f32x4_extract_lane::<1>(register),
        f32x4_extract_lane::<2>(register),
        f32x4_extract_lane::<3>(register),
    ])
}

/// Adds the products of a number with registers of weights to as many sums.
#[inline(always)]
pub(crate) fn add_products<S: Simd, const V: usize>(
    simd: S,
    value: f32,
    weights: [S::f32s; V],
    sums: &mut [S::f32s; V],
) {
    let value = simd.splat_f32s(value);
    for vector in 0..V {
        sums[vector] = mul_add(simd, value, weights[vector], sums[vector]);
    }
    // Makes no instruction. Without it the compiler has the numbers of all pixels of a tile read before their first products, and
    // there are not enough registers for them.
    compiler_fence(Ordering::SeqCst);
}

/// Whether the convolutions add a product without rounding it first. What computes one way and what computes the other way get
/// numbers that differ in their last bits.
#[must_use]
pub fn rounds_once() -> bool {
    struct Square;
    impl WithSimd for Square {
        type Output = bool;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> bool {
            // (1 + 2^-12)² = 1 + 2^-11 + 2^-24, of which a rounded product loses the last term.
            let [x, rounded] =
                black_box([1.0 + 1.0 / 4096.0, -(1.0 + 1.0 / 2048.0)]).map(|number| simd.splat_f32s(number));
            simd.reduce_sum_f32s(mul_add(simd, x, x, rounded)) != 0.0
        }
    }
    dispatch(Square)
}
