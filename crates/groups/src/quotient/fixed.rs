//! The part of codes that the group fixes.

use std::borrow::Cow;

use nalgebra::{DMatrix, DVector};

use crate::representation::Operator;
use crate::{Group, Representation};

/// Means of matrices below this are zero.
const ZERO: f64 = 1e-12;

/// What a group fixes: as it says nothing of the best pose, and may be large, it is taken off first.
#[derive(Debug, Clone, Default)]
pub(super) struct Fixed {
    /// Coordinates, orbit after orbit.
    coordinates: Vec<usize>,
    /// Where orbits end.
    ends: Vec<usize>,
    /// Offset of each dense block, and the projector on what is fixed in it.
    projectors: Vec<(usize, DMatrix<f64>)>,
}

impl Fixed {
    /// That of a representation. `operators` are those of all elements, where they are known: dense blocks
    /// are left alone without.
    pub(super) fn of<G: Group>(representation: &Representation<G>, operators: &[Operator]) -> Self {
        let mut fixed = Self::default();
        let mut offset = 0;
        for (summand, copies) in representation.summands() {
            let orbits = summand.coordinate_orbits().unwrap_or_default();
            for _ in 0..copies {
                for orbit in &orbits {
                    fixed.coordinates.extend(orbit.iter().map(|i| offset + i));
                    fixed.ends.push(fixed.coordinates.len());
                }
                offset += summand.dim();
            }
        }
        fixed.projectors = projectors(operators);
        fixed
    }

    /// Takes from each orbit of coordinates its entry closest to zero, where all have one sign and differ by
    /// less than this, and from each dense block what is fixed. Differences of an orbit's entries are as
    /// accurate as they can be: a mean would be rounded to the largest of them.
    pub(super) fn remove(&self, code: &mut Cow<'_, [f64]>) {
        let mut start = 0;
        for &end in &self.ends {
            let orbit = &self.coordinates[start..end];
            start = end;
            let shift = common(code, orbit);
            if shift != 0.0 {
                let code = code.to_mut();
                orbit.iter().for_each(|&i| code[i] -= shift);
            }
        }
        if self.is_dense() {
            self.remove_from_both(code.to_mut(), &mut []);
        }
    }

    /// Whether something is fixed in dense blocks.
    pub(super) fn is_dense(&self) -> bool {
        !self.projectors.is_empty()
    }

    /// Takes what is fixed in the dense blocks of a code from it, and the same from another.
    pub(super) fn remove_from_both(&self, code: &mut [f64], other: &mut [f64]) {
        for (offset, projector) in &self.projectors {
            let range = *offset..offset + projector.nrows();
            let fixed = projector * DVector::from_column_slice(&code[range.clone()]);
            for code in [&mut *code, &mut *other].into_iter().filter(|code| !code.is_empty()) {
                code[range.clone()].iter_mut().zip(&fixed).for_each(|(v, fixed)| *v -= fixed);
            }
        }
    }
}

/// What all entries at these places have in common, where it is larger than what lies between them.
fn common(code: &[f64], orbit: &[usize]) -> f64 {
    let first = orbit.first().map_or(0.0, |&i| code[i]);
    // Nearly always two entries of different signs are met soon.
    if !first.is_finite() || orbit.iter().any(|&i| (code[i] > 0.0) != (first > 0.0)) {
        return 0.0;
    }
    let (mut least, mut most) = (first.abs(), first.abs());
    for &i in orbit {
        let size = code[i].abs();
        (least, most) = (least.min(size), most.max(size));
    }
    if least >= most - least { least.copysign(first) } else { 0.0 }
}

/// The mean of all operators over the group projects on what it fixes.
fn projectors(operators: &[Operator]) -> Vec<(usize, DMatrix<f64>)> {
    let mut means: Vec<(usize, usize, DMatrix<f64>)> = Vec::new();
    for operator in operators {
        for (i, (offset, copies, matrix)) in operator.dense_blocks().enumerate() {
            match means.get_mut(i) {
                Some((.., sum)) => *sum += matrix,
                None => means.push((offset, copies, matrix.clone())),
            }
        }
    }
    let mut projectors = Vec::new();
    for (offset, copies, sum) in means {
        let mean = sum / operators.len() as f64;
        if mean.amax() > ZERO {
            let dim = mean.nrows();
            projectors.extend((0..copies).map(|copy| (offset + copy * dim, mean.clone())));
        }
    }
    projectors
}
