//! The products, in vector registers: sums over the fields, then over the frequencies.

use groups::Real;
use pulp::{Simd, WithSimd};

/// Templates that are worked on side by side.
pub(super) const LANES: usize = 16;

/// Codes that are worked on side by side: eight sums are in the registers, more than an addition
/// that follows a product has to wait for.
pub(super) const SIDE_BY_SIDE: usize = 4;

/// Scalars as they lie in vector registers.
pub(super) trait Register: Real {
    /// Several of them; their number divides [`LANES`].
    type Vector<S: Simd>: Copy;

    /// A slice as vectors, without what is left over.
    fn vectors<S: Simd>(values: &[Self]) -> &[Self::Vector<S>];

    /// The same, to be written to.
    fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [Self::Vector<S>];

    /// One value in all places.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;

    /// `a·b + c`, fused where the processor can.
    fn multiply_add<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
        c: Self::Vector<S>,
    ) -> Self::Vector<S>;

    /// `max(a, b)`
    fn larger<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
}

macro_rules! register {
    ($scalar:ty, $vector:ident, $vectors:ident, $vectors_mut:ident, $splat:ident, $mul_add:ident, $max:ident) => {
        impl Register for $scalar {
            type Vector<S: Simd> = S::$vector;

            #[inline(always)]
            fn vectors<S: Simd>(values: &[Self]) -> &[Self::Vector<S>] {
                S::$vectors(values).0
            }

            #[inline(always)]
            fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [Self::Vector<S>] {
                S::$vectors_mut(values).0
            }

            #[inline(always)]
            fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S> {
                simd.$splat(value)
            }

            #[inline(always)]
            fn multiply_add<S: Simd>(
                simd: S,
                a: Self::Vector<S>,
                b: Self::Vector<S>,
                c: Self::Vector<S>,
            ) -> Self::Vector<S> {
                simd.$mul_add(a, b, c)
            }

            #[inline(always)]
            fn larger<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S> {
                simd.$max(a, b)
            }
        }
    };
}

register!(f32, f32s, as_simd_f32s, as_mut_simd_f32s, splat_f32s, mul_add_e_f32s, max_f32s);
register!(f64, f64s, as_simd_f64s, as_mut_simd_f64s, splat_f64s, mul_add_e_f64s, max_f64s);

/// What is kept of the products with a template.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    /// Those in all poses: of all templates in the first, then in the second, and so on.
    All,
    /// The largest over all poses.
    Largest,
}

/// The products of codes with [`LANES`] templates.
pub(super) struct Products<'a, T> {
    /// `N`
    pub(super) order: usize,
    /// For each pose `g` up to `N/2` and each frequency `j` below, `cos(2πgj/N)` and `sin(2πgj/N)`.
    pub(super) waves: &'a [[T; 2]],
    /// For each frequency and field the `c`, and if there are sines the `d`, of all lanes.
    pub(super) filters: &'a [T],
    /// For each [`SIDE_BY_SIDE`] codes, frequency and field the `a`, and if there are sines the `b`, of
    /// these codes.
    pub(super) spectra: &'a [T],
    /// `X_0, X_1, Y_1, X_2, Y_2, …`, each for some lanes of [`SIDE_BY_SIDE`] codes, then for the next lanes.
    pub(super) sums: &'a mut [T],
    pub(super) wanted: Wanted,
    /// All templates, and the first of these.
    pub(super) templates: usize,
    pub(super) start: usize,
    /// What is wanted of one code after the other.
    pub(super) out: &'a mut [T],
}

impl<T: Register> WithSimd for Products<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { order, waves, filters, spectra, sums, wanted, templates, start, out } = self;
        let row = filters.len() / LANES * SIDE_BY_SIDE;
        let wide = match wanted {
            Wanted::All => order * templates,
            Wanted::Largest => templates,
        };
        let (filters, sums) = (T::vectors::<S>(filters), T::vectors_mut::<S>(sums));
        let sums = sums.as_chunks_mut::<SIDE_BY_SIDE>().0;
        let parts = sums.len() / order;
        for (spectra, out) in spectra.chunks_exact(row).zip(out.chunks_mut(wide * SIDE_BY_SIDE)) {
            for (part, sums) in sums.chunks_exact_mut(order).enumerate() {
                let first = start + part * (LANES / parts);
                if first >= templates {
                    break;
                }
                over_fields::<S, T>(simd, (part, parts), filters, spectra, sums);
                let place = Place { first, count: (LANES / parts).min(templates - first) };
                match wanted {
                    Wanted::All => {
                        let mut all = All { out: &mut *out, wide, templates, place };
                        over_frequencies(simd, waves, sums, &mut all);
                    }
                    Wanted::Largest => {
                        let mut largest =
                            Largest([T::splat(simd, T::neg_infinity()); SIDE_BY_SIDE]);
                        over_frequencies(simd, waves, sums, &mut largest);
                        for (values, out) in largest.0.into_iter().zip(out.chunks_exact_mut(wide)) {
                            place.put::<S, T>(values, out);
                        }
                    }
                }
            }
        }
    }
}

/// The sums of one part of the lanes. Each runs over the fields in their order, wherever the code stands.
#[inline(always)]
fn over_fields<S: Simd, T: Register>(
    simd: S,
    (part, parts): (usize, usize),
    filters: &[T::Vector<S>],
    spectra: &[T],
    sums: &mut [[T::Vector<S>; SIDE_BY_SIDE]],
) {
    let order = sums.len();
    let fields = filters.len() / (order * parts);
    let mut column = 0;
    while column < order {
        let start = column * fields;
        let filters = &filters[start * parts..];
        let spectra = &spectra[start * SIDE_BY_SIDE..];
        let mut x = [T::splat(simd, T::zero()); SIDE_BY_SIDE];
        // A frequency that is its own negative has no sines.
        let real = column == 0 || column + 1 == order;
        if real {
            let filters = filters.chunks_exact(parts);
            let spectra = spectra.as_chunks::<SIDE_BY_SIDE>().0;
            for (filter, a) in filters.zip(spectra).take(fields) {
                let c = filter[part];
                for code in 0..SIDE_BY_SIDE {
                    x[code] = T::multiply_add(simd, T::splat(simd, a[code]), c, x[code]);
                }
            }
        } else {
            let mut y = x;
            let filters = filters.chunks_exact(2 * parts);
            let spectra = spectra.as_chunks::<SIDE_BY_SIDE>().0.as_chunks::<2>().0;
            for (filter, [a, b]) in filters.zip(spectra).take(fields) {
                let (c, d) = (filter[part], filter[parts + part]);
                for code in 0..SIDE_BY_SIDE {
                    let cos = T::splat(simd, a[code]);
                    x[code] = T::multiply_add(simd, cos, c, x[code]);
                    y[code] = T::multiply_add(simd, cos, d, y[code]);
                    x[code] = T::multiply_add(simd, T::splat(simd, b[code]), d, x[code]);
                    y[code] = T::multiply_add(simd, T::splat(simd, -b[code]), c, y[code]);
                }
            }
            sums[column + 1] = y;
        }
        sums[column] = x;
        column += if real { 1 } else { 2 };
    }
}

/// From the sums of some codes to their products in all poses, `g` and `−g` together.
#[inline(always)]
fn over_frequencies<S: Simd, T: Register>(
    simd: S,
    waves: &[[T; 2]],
    sums: &[[T::Vector<S>; SIDE_BY_SIDE]],
    sink: &mut impl Sink<S, T>,
) {
    let n = sums.len();
    let Some((constant, sums)) = sums.split_first() else { return };
    let (sums, alternating) = sums.as_chunks::<2>();
    let (one, minus) = (T::splat(simd, T::one()), T::splat(simd, -T::one()));
    for g in 0..=n / 2 {
        let (mut even, mut odd) = (*constant, [T::splat(simd, T::zero()); SIDE_BY_SIDE]);
        if let [last] = alternating {
            let sign = if g.is_multiple_of(2) { one } else { minus };
            for code in 0..SIDE_BY_SIDE {
                even[code] = T::multiply_add(simd, sign, last[code], even[code]);
            }
        }
        for ([cos, sin], [x, y]) in waves[g * sums.len()..].iter().zip(sums) {
            let (cos, sin) = (T::splat(simd, *cos), T::splat(simd, *sin));
            for code in 0..SIDE_BY_SIDE {
                even[code] = T::multiply_add(simd, cos, x[code], even[code]);
                odd[code] = T::multiply_add(simd, sin, y[code], odd[code]);
            }
        }
        let mut products = even;
        for code in 0..SIDE_BY_SIDE {
            products[code] = T::multiply_add(simd, odd[code], minus, even[code]);
        }
        sink.take(simd, g, products);
        if g > 0 && 2 * g < n {
            for code in 0..SIDE_BY_SIDE {
                products[code] = T::multiply_add(simd, odd[code], one, even[code]);
            }
            sink.take(simd, n - g, products);
        }
    }
}

/// Where products go.
trait Sink<S: Simd, T: Register> {
    /// Takes those of some codes in one pose.
    fn take(&mut self, simd: S, pose: usize, values: [T::Vector<S>; SIDE_BY_SIDE]);
}

struct All<'a, T> {
    out: &'a mut [T],
    /// Numbers of one code.
    wide: usize,
    templates: usize,
    place: Place,
}

impl<S: Simd, T: Register> Sink<S, T> for All<'_, T> {
    #[inline(always)]
    fn take(&mut self, _: S, pose: usize, values: [T::Vector<S>; SIDE_BY_SIDE]) {
        for (values, out) in values.into_iter().zip(self.out.chunks_exact_mut(self.wide)) {
            self.place.put::<S, T>(values, &mut out[pose * self.templates..]);
        }
    }
}

struct Largest<V>([V; SIDE_BY_SIDE]);

impl<S: Simd, T: Register> Sink<S, T> for Largest<T::Vector<S>> {
    #[inline(always)]
    fn take(&mut self, simd: S, _: usize, values: [T::Vector<S>; SIDE_BY_SIDE]) {
        for code in 0..SIDE_BY_SIDE {
            self.0[code] = T::larger(simd, self.0[code], values[code]);
        }
    }
}

/// The templates that a vector holds.
#[derive(Clone, Copy)]
struct Place {
    first: usize,
    /// The last vector may hold fewer than it could.
    count: usize,
}

impl Place {
    #[inline(always)]
    fn put<S: Simd, T: Register>(self, values: T::Vector<S>, to: &mut [T]) {
        let to = &mut to[self.first..][..self.count];
        if let [all] = T::vectors_mut::<S>(to) {
            *all = values;
        } else {
            let mut all = [T::zero(); LANES];
            T::vectors_mut::<S>(&mut all)[0] = values;
            to.copy_from_slice(&all[..to.len()]);
        }
    }
}
