//! The five matrices of Winograd's algorithm for four neighbouring outputs of a window of three.
//!
//! Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015): the outputs are `y = Aᵀ[(G g) ⊙ (Bᵀ d)]`
//! for six inputs `d` and the window's weights `g`, with 6 products in place of 12. The gradient of the weights is
//! `Gᵀ[(A dy) ⊙ (Bᵀ d)]`. The matrices follow from six points at which polynomials are multiplied: 0, `±P`, `±Q` and
//! infinity.

use pulp::Simd;

/// The points. The usual ones, 1 and 2, round three times as coarsely. The squares and cubes of these are exact, too.
const P: f32 = 0.75;
const Q: f32 = 1.5;
const PP: f32 = P * P;
const QQ: f32 = Q * Q;
/// The factors of the rows of `G`.
const AT_ZERO: f32 = 1.0 / (PP * QQ);
const AT_P: f32 = 1.0 / (2.0 * PP * (PP - QQ));
const AT_Q: f32 = 1.0 / (2.0 * QQ * (QQ - PP));

/// A matrix of `O` rows and `I` columns.
pub(super) trait Matrix<const I: usize, const O: usize> {
    /// The product with a column, for every lane.
    fn times<S: Simd>(simd: S, column: [S::f32s; I]) -> [S::f32s; O];

    /// The product with a square from the left, and with the transposed matrix from the right. `load` gives a row of the
    /// square, and `store` gets a column of the result. `half` has room for what lies between: it is memory, because the
    /// registers are too few for it.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "both loops go along two arrays at once")]
    fn both_ways<S: Simd>(
        simd: S,
        half: &mut [[S::f32s; I]; O],
        load: impl Fn(usize) -> [S::f32s; I],
        mut store: impl FnMut(usize, [S::f32s; O]),
    ) {
        for row in 0..I {
            let line = Self::times(simd, load(row));
            for column in 0..O {
                half[column][row] = line[column];
            }
        }
        for column in 0..O {
            store(column, Self::times(simd, half[column]));
        }
    }
}

/// `factor · x`.
#[inline(always)]
fn scaled<S: Simd>(simd: S, factor: f32, x: S::f32s) -> S::f32s {
    simd.mul_f32s(simd.splat_f32s(factor), x)
}

/// `p · x + q · y`.
#[inline(always)]
fn sum<S: Simd>(simd: S, [p, q]: [f32; 2], x: S::f32s, y: S::f32s) -> S::f32s {
    simd.add_f32s(scaled(simd, p, x), scaled(simd, q, y))
}

/// `even + odd` and `even - odd`: a polynomial at a point and at its negative.
#[inline(always)]
fn at_both<S: Simd>(simd: S, even: S::f32s, odd: S::f32s) -> [S::f32s; 2] {
    [simd.add_f32s(even, odd), simd.sub_f32s(even, odd)]
}

/// `Bᵀ`, of the pictures.
pub(super) struct Picture;

impl Matrix<6, 6> for Picture {
    #[inline(always)]
    fn times<S: Simd>(simd: S, d: [S::f32s; 6]) -> [S::f32s; 6] {
        let less = |x, factor, y| simd.sub_f32s(x, scaled(simd, factor, y));
        let end = |a, b, c| simd.add_f32s(less(scaled(simd, PP * QQ, a), PP + QQ, b), c);
        let [p, minus_p] = at_both(simd, less(d[4], QQ, d[2]), scaled(simd, P, less(d[3], QQ, d[1])));
        let [q, minus_q] = at_both(simd, less(d[4], PP, d[2]), scaled(simd, Q, less(d[3], PP, d[1])));
        [end(d[0], d[2], d[4]), p, minus_p, q, minus_q, end(d[1], d[3], d[5])]
    }
}

/// `G`, of the kernel.
pub(super) struct Kernel;

impl Matrix<3, 6> for Kernel {
    #[inline(always)]
    fn times<S: Simd>(simd: S, [a, b, c]: [S::f32s; 3]) -> [S::f32s; 6] {
        let [p, minus_p] = at_both(simd, sum(simd, [AT_P, AT_P * PP], a, c), scaled(simd, AT_P * P, b));
        let [q, minus_q] = at_both(simd, sum(simd, [AT_Q, AT_Q * QQ], a, c), scaled(simd, AT_Q * Q, b));
        [scaled(simd, AT_ZERO, a), p, minus_p, q, minus_q, c]
    }
}

/// `Aᵀ`, of the products that make the output.
pub(super) struct Output;

impl Matrix<6, 4> for Output {
    #[inline(always)]
    fn times<S: Simd>(simd: S, m: [S::f32s; 6]) -> [S::f32s; 4] {
        let [even_p, odd_p] = at_both(simd, m[1], m[2]);
        let [even_q, odd_q] = at_both(simd, m[3], m[4]);
        [
            simd.add_f32s(simd.add_f32s(even_p, even_q), m[0]),
            sum(simd, [P, Q], odd_p, odd_q),
            sum(simd, [PP, QQ], even_p, even_q),
            simd.add_f32s(sum(simd, [P * PP, Q * QQ], odd_p, odd_q), m[5]),
        ]
    }
}

/// `A`, of the output's gradient.
pub(super) struct Gradient;

impl Matrix<4, 6> for Gradient {
    #[inline(always)]
    fn times<S: Simd>(simd: S, y: [S::f32s; 4]) -> [S::f32s; 6] {
        let even = |square| simd.add_f32s(y[0], scaled(simd, square, y[2]));
        let [p, minus_p] = at_both(simd, even(PP), sum(simd, [P, P * PP], y[1], y[3]));
        let [q, minus_q] = at_both(simd, even(QQ), sum(simd, [Q, Q * QQ], y[1], y[3]));
        [y[0], p, minus_p, q, minus_q, y[3]]
    }
}

/// `Gᵀ`, of the products that make the kernel's gradient.
pub(super) struct KernelGradient;

impl Matrix<6, 3> for KernelGradient {
    #[inline(always)]
    fn times<S: Simd>(simd: S, m: [S::f32s; 6]) -> [S::f32s; 3] {
        let [even_p, odd_p] = at_both(simd, m[1], m[2]);
        let [even_q, odd_q] = at_both(simd, m[3], m[4]);
        [
            simd.add_f32s(scaled(simd, AT_ZERO, m[0]), sum(simd, [AT_P, AT_Q], even_p, even_q)),
            sum(simd, [AT_P * P, AT_Q * Q], odd_p, odd_q),
            simd.add_f32s(sum(simd, [AT_P * PP, AT_Q * QQ], even_p, even_q), m[5]),
        ]
    }
}
