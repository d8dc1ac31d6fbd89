//! Sums of products of whole numbers of 16 bits.

/// A sum in four parts.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Default)]
pub(super) struct Sum([i32; 4]);

#[cfg(not(target_arch = "wasm32"))]
impl Sum {
    /// Adds eight products.
    pub(super) fn add(&mut self, values: &[i16; 8], weights: &[i16; 8]) {
        let product = |at: usize| i32::from(values[at]) * i32::from(weights[at]);
        self.0.iter_mut().enumerate().for_each(|(at, sum)| *sum += product(2 * at) + product(2 * at + 1));
    }

    /// The wholes of four sums.
    pub(super) fn totals(sums: [Self; 4]) -> [i32; 4] {
        sums.map(|sum| sum.0.iter().sum())
    }
}

/// A sum in four parts, as the processor has it: the compiler does not find the instruction for eight products by itself.
#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy)]
pub(super) struct Sum(core::arch::wasm32::v128);

#[cfg(target_arch = "wasm32")]
impl Default for Sum {
    fn default() -> Self {
        Self(core::arch::wasm32::i32x4_splat(0))
    }
}

#[cfg(target_arch = "wasm32")]
impl Sum {
    #[inline]
    pub(super) fn add(&mut self, values: &[i16; 8], weights: &[i16; 8]) {
        use core::arch::wasm32::{i16x8, i32x4_add, i32x4_dot_i16x8};
        let eight = |&[a, b, c, d, e, f, g, h]: &[i16; 8]| i16x8(a, b, c, d, e, f, g, h);
        self.0 = i32x4_add(self.0, i32x4_dot_i16x8(eight(values), eight(weights)));
    }

    #[inline]
    pub(super) fn totals(sums: [Self; 4]) -> [i32; 4] {
        use core::arch::wasm32::{i32x4_add, i32x4_extract_lane as lane, i32x4_shuffle, v128};
        /// The sums of neighbours: two of the left and two of the right.
        fn pairs(left: v128, right: v128) -> v128 {
            i32x4_add(i32x4_shuffle::<0, 2, 4, 6>(left, right), i32x4_shuffle::<1, 3, 5, 7>(left, right))
        }
        let [a, b, c, d] = sums.map(|sum| sum.0);
        let totals = pairs(pairs(a, b), pairs(c, d));
        [lane::<0>(totals), lane::<1>(totals), lane::<2>(totals), lane::<3>(totals)]
    }
}
