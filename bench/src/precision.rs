//! What single precision costs each projection.

use groups::{Cyclic, Dihedral, FiniteGroup, Real, Representation, Symmetric};
use ndarray::Array2;
use projections::Projection;
use projections::catalogue::{self, Choice};
use serde::{Deserialize, Serialize};

use crate::draws::gaussian;

/// Codes that are tried.
const CODES: usize = 200;
/// Elements of the group that move each of them.
const MOVES: usize = 5;

/// One projection of one representation in both precisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Precision {
    pub(crate) representation: String,
    pub(crate) projection: String,
    /// `max ‖s₃₂(z) − s₆₄(z)‖ / ‖s₆₄(z)‖` over codes whose entries are single numbers.
    pub(crate) rounding: f64,
    /// `max ‖s(ρ(g)z) − s(z)‖ / ‖s(z)‖` in single precision.
    pub(crate) single: f64,
    /// The same in double precision.
    pub(crate) double: f64,
}

/// All projections that apply, on fields, irreps of a dihedral group and nodes.
pub(crate) fn table() -> anyhow::Result<Vec<Precision>> {
    let mut rows = of(&Representation::regular(&Cyclic::new(8)?).copies(16))?;
    rows.extend(of(&Representation::regular(&Dihedral::new(4)?).copies(4))?);
    rows.extend(of(&Symmetric::new(9)?.node_features(1))?);
    rows.extend(of(&Symmetric::new(9)?.node_features(4))?);
    Ok(rows)
}

fn of<G: FiniteGroup>(rep: &Representation<G>) -> anyhow::Result<Vec<Precision>> {
    let codes = gaussian(CODES, rep.dim(), 3);
    let wide = codes.mapv(f64::from);
    let order = rep.group().order();
    let elements: Vec<_> = (1..=MOVES).map(|i| rep.group().element(i * 7_919 % order)).collect();
    let mut rows = Vec::new();
    for choice in Choice::all() {
        let single = catalogue::build::<f32>(rep, &choice, 0);
        let double = catalogue::build::<f64>(rep, &choice, 0);
        let (Ok(single), Ok(double)) = (single, double) else { continue };
        let (s, d) = (single.project(codes.view())?, double.project(wide.view())?);
        rows.push(Precision {
            representation: rep.name(),
            projection: choice.to_string(),
            rounding: worst(&s.mapv(f64::from), &d),
            single: invariance_error(&single, rep, &codes, &elements, &s)?,
            double: invariance_error(&double, rep, &wide, &elements, &d)?,
        });
    }
    Ok(rows)
}

/// How far the images of moved codes are from those of the codes.
fn invariance_error<G: FiniteGroup, T: Real>(
    projection: &dyn Projection<T>,
    rep: &Representation<G>,
    codes: &Array2<T>,
    elements: &[G::Element],
    images: &Array2<T>,
) -> anyhow::Result<f64> {
    let images = images.mapv(|v| v.as_f64());
    let mut most = 0.0f64;
    for g in elements {
        let mut moved = codes.clone();
        for mut row in moved.rows_mut() {
            let code: Vec<f64> = row.iter().map(|v| v.as_f64()).collect();
            row.iter_mut().zip(rep.act(g, &code)).for_each(|(v, w)| *v = T::of(w));
        }
        let moved = projection.project(moved.view())?.mapv(|v| v.as_f64());
        most = most.max(worst(&moved, &images));
    }
    Ok(most)
}

/// The largest `‖a − b‖ / ‖b‖` over rows.
fn worst(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    let ratio = |(a, b): (ndarray::ArrayView1<'_, f64>, ndarray::ArrayView1<'_, f64>)| {
        let gap = &a - &b;
        gap.dot(&gap).sqrt() / b.dot(&b).sqrt().max(f64::MIN_POSITIVE)
    };
    a.rows().into_iter().zip(b.rows()).map(ratio).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn double_precision_is_finer_than_single() {
        let rows = of(&Representation::regular(&Cyclic::new(4).unwrap()).copies(2)).unwrap();
        assert!(rows.len() > 10);
        for row in rows {
            assert!(row.double < 1e-9, "{row:?}");
            assert!(row.rounding.is_finite() && row.single.is_finite(), "{row:?}");
        }
    }
}
