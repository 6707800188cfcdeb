//! One side of an equivariant map: codes, sorted by the irreps that they are made of.

use candle_core::{DType, Device, Tensor};
use groups::{Component, Group, IrrepTheory, Representation};

use super::to_tensor;
use crate::{FieldType, NnError};

/// A representation, summand by summand, with the change of basis to irreps.
#[derive(Debug)]
pub(super) struct Side {
    ty: FieldType,
    dim: usize,
    summands: Vec<Summand>,
    /// Dimension of each irrep of the theory, and how often it occurs in all.
    irreps: Vec<(usize, usize)>,
    dtype: DType,
    device: Device,
}

/// Equal blocks side by side.
#[derive(Debug)]
struct Summand {
    offset: usize,
    copies: usize,
    dim: usize,
    /// The irreps in one block.
    components: Vec<Component>,
    /// `Q` of one block, (dim, dim), and its transpose; nothing for blocks of dimension 1.
    basis: Option<(Tensor, Tensor)>,
}

impl Side {
    pub(super) fn new<G: Group>(
        theory: &impl IrrepTheory<G>,
        rho: &Representation<G>,
        ty: FieldType,
        dtype: DType,
        device: &Device,
    ) -> Result<Self, NnError> {
        let mut irreps: Vec<_> =
            theory.irreps().iter().map(|psi| (psi.representation().dim(), 0)).collect();
        let mut offset = 0;
        let mut summands = Vec::new();
        for (block, copies) in rho.summands() {
            let isotypic = theory.isotypic(&block)?;
            let dim = block.dim();
            for component in &isotypic.components {
                irreps[component.irrep].1 += component.multiplicity * copies;
            }
            // In dimension 1 the basis is a sign.
            let basis = if dim == 1 {
                None
            } else {
                let rows: Vec<f64> = isotypic.basis.transpose().iter().copied().collect();
                let basis = to_tensor(rows, (dim, dim), dtype, device)?;
                let transposed = basis.t()?.contiguous()?;
                Some((basis, transposed))
            };
            summands.push(Summand { offset, copies, dim, components: isotypic.components, basis });
            offset += copies * dim;
        }
        Ok(Self { ty, dim: rho.dim(), summands, irreps, dtype, device: device.clone() })
    }

    pub(super) fn ty(&self) -> &FieldType {
        &self.ty
    }

    pub(super) fn dim(&self) -> usize {
        self.dim
    }

    pub(super) fn dtype(&self) -> DType {
        self.dtype
    }

    pub(super) fn device(&self) -> &Device {
        &self.device
    }

    /// How often an irrep occurs.
    pub(super) fn multiplicity(&self, irrep: usize) -> usize {
        self.irreps[irrep].1
    }

    pub(super) fn irrep_dim(&self, irrep: usize) -> usize {
        self.irreps[irrep].0
    }

    /// Multiplications of one change of basis.
    pub(super) fn cost(&self) -> usize {
        let of = |s: &Summand| if s.basis.is_some() { s.copies * s.dim * s.dim } else { 0 };
        self.summands.iter().map(of).sum()
    }

    /// All copies of an irrep in codes (B, dim): (B, multiplicity, d).
    pub(super) fn part(&self, x: &Tensor, irrep: usize) -> Result<Tensor, NnError> {
        let (batch, d) = (x.dim(0)?, self.irrep_dim(irrep));
        let mut parts = Vec::new();
        for summand in &self.summands {
            let Some(component) = summand.components.iter().find(|c| c.irrep == irrep) else {
                continue;
            };
            let Summand { offset, copies, dim, .. } = *summand;
            let block = x.narrow(1, offset, copies * dim)?.contiguous()?;
            let coordinates = match &summand.basis {
                // Only the columns that are wanted.
                Some((basis, _)) => {
                    let columns = &component.columns;
                    let columns = basis.narrow(1, columns.start, columns.len())?.contiguous()?;
                    block.reshape((batch * copies, dim))?.matmul(&columns)?
                }
                None => block,
            };
            parts.push(coordinates.reshape((batch, copies * component.multiplicity, d))?);
        }
        Ok(Tensor::cat(&parts, 1)?)
    }

    /// Codes (B, dim) with the given copies of irreps, (B, multiplicity, d) each, and zeros for all
    /// other irreps.
    pub(super) fn join(
        &self,
        parts: Vec<(usize, Tensor)>,
        batch: usize,
    ) -> Result<Tensor, NnError> {
        let mut taken = vec![0; self.irreps.len()];
        let mut blocks = Vec::with_capacity(self.summands.len());
        for summand in &self.summands {
            let Summand { copies, dim, .. } = *summand;
            let mut sum: Option<Tensor> = None;
            for component in &summand.components {
                let (irrep, m) = (component.irrep, component.multiplicity);
                let Some((_, part)) = parts.iter().find(|(i, _)| *i == irrep) else { continue };
                let mine = part.narrow(1, taken[irrep], copies * m)?.contiguous()?;
                taken[irrep] += copies * m;
                let flat = mine.reshape((batch * copies, component.columns.len()))?;
                let coordinates = match &summand.basis {
                    Some((_, transposed)) => {
                        let rows = &component.columns;
                        flat.matmul(&transposed.narrow(0, rows.start, rows.len())?)?
                    }
                    None => flat,
                };
                sum = Some(match sum {
                    Some(sum) => (sum + coordinates)?,
                    None => coordinates,
                });
            }
            let block = match sum {
                Some(block) => block.reshape((batch, copies * dim))?,
                None => Tensor::zeros((batch, copies * dim), self.dtype, &self.device)?,
            };
            blocks.push(block);
        }
        Ok(Tensor::cat(&blocks, 1)?)
    }
}
