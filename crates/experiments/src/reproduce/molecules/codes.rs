//! Codes of one network, raw and projected.

use groups::{Permutation, Symmetric};
use molecules::vae::Autoencoder;
use ndarray::{Array2, ArrayView2, Axis, Slice};
use projections::{Canonicalize, ColumnSort, CrossSection, LexSort, Projection, Sort, SortedKeys};

use super::data::Molecules;
use super::settings::Settings;

/// Codes `(n, nodes·d)`, held-out ones last.
#[derive(Debug)]
pub(super) struct Codes {
    pub(super) all: Array2<f32>,
    pub(super) train: usize,
    pub(super) nodes: usize,
    pub(super) latent: usize,
}

impl Codes {
    pub(super) fn encode(network: &dyn Autoencoder, molecules: &Molecules) -> anyhow::Result<Self> {
        Ok(Self {
            all: to_array(network.encode(&molecules.graphs)?)?,
            train: molecules.train,
            nodes: network.config().nodes,
            latent: network.config().latent,
        })
    }

    pub(super) fn training(&self) -> ArrayView2<'_, f32> {
        self.all.slice_axis(Axis(0), Slice::from(..self.train))
    }

    pub(super) fn held_out(&self) -> ArrayView2<'_, f32> {
        self.all.slice_axis(Axis(0), Slice::from(self.train..))
    }

    /// The cross-section that a decoder understands: [`Sort`] for one scalar a node, else
    /// [`LexSort`].
    pub(super) fn section(&self) -> anyhow::Result<Section> {
        Ok(match self.latent {
            1 => Box::new(Sort::new(self.nodes)?),
            d => Box::new(LexSort::new(self.nodes, d)?),
        })
    }

    /// The projection for distances: [`Sort`] for one scalar a node, else [`SortedKeys`].
    pub(super) fn metric(
        &self,
        settings: &Settings,
        seed: u64,
    ) -> anyhow::Result<Box<dyn Projection<f32>>> {
        Ok(match self.latent {
            1 => Box::new(Sort::new(self.nodes)?),
            d => Box::new(SortedKeys::random(self.nodes, d, settings.keys, seed)?),
        })
    }

    /// All projections that are compared.
    pub(super) fn catalogue(
        &self,
        settings: &Settings,
        seed: u64,
    ) -> anyhow::Result<Vec<Box<dyn Projection<f32>>>> {
        if self.latent == 1 {
            return Ok(vec![Box::new(Sort::new(self.nodes)?)]);
        }
        let rep = Symmetric::new(self.nodes)?.node_features(self.latent);
        let template = self.all.row(0).to_vec();
        Ok(vec![
            self.metric(settings, seed)?,
            Box::new(LexSort::new(self.nodes, self.latent)?),
            Box::new(Canonicalize::to_template(&rep, &template)?),
            Box::new(ColumnSort::new(self.nodes, self.latent)?),
        ])
    }
}

/// A cross-section under permutations of nodes.
pub(super) type Section = Box<dyn CrossSection<f32, Element = Permutation>>;

/// Rows of one length as an array.
pub(crate) fn to_array(rows: Vec<Vec<f32>>) -> anyhow::Result<Array2<f32>> {
    let columns = rows.first().map_or(0, Vec::len);
    Ok(Array2::from_shape_vec((rows.len(), columns), rows.concat())?)
}

/// The rows of an array.
pub(super) fn to_rows(codes: ArrayView2<'_, f32>) -> Vec<Vec<f32>> {
    codes.rows().into_iter().map(|row| row.to_vec()).collect()
}
