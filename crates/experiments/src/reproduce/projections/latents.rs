//! Latent codes that the other suites have written.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use groups::{Cyclic, Dihedral, Representation, Symmetric};
use ndarray::Array2;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use terminal::sha256;

use super::settings::Settings;
use super::space::{Space, Subject, first, thirds};
use crate::reproduce::{Run, images, molecules};

/// A file of codes.
#[derive(Debug)]
pub(super) struct Latents {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// The files of one seed that there are, those of images first.
pub(super) fn find(out: &Path, seed: u64) -> anyhow::Result<Vec<Latents>> {
    let of_suite = |suite: &str| out.join(suite).join(format!("seed-{seed}"));
    let mut paths = vec![of_suite(images::NAME).join("latents.safetensors")];
    let folder = of_suite(molecules::NAME);
    if folder.is_dir() {
        let mut networks = Vec::new();
        for entry in
            fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?
        {
            networks.push(entry?.path().join("latents.safetensors"));
        }
        networks.sort();
        paths.extend(networks);
    }
    paths
        .into_iter()
        .filter(|path| path.is_file())
        .map(|path| {
            let bytes =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(Latents { path, bytes })
        })
        .collect()
}

impl Latents {
    /// SHA-256 of the file.
    pub(super) fn fingerprint(&self) -> String {
        sha256(&self.bytes)
    }

    /// Judges all projections of these codes.
    pub(super) fn judge(&self, settings: &Settings, run: &Run) -> anyhow::Result<Space> {
        self.read(settings, run).with_context(|| format!("in {}", self.path.display()))
    }

    fn read(&self, settings: &Settings, run: &Run) -> anyhow::Result<Space> {
        let (_, header) = SafeTensors::read_metadata(&self.bytes)?;
        let facts = header.metadata().clone().context("no metadata")?;
        let group = facts.get("group").context("the metadata name no group")?;
        let (family, size) = group.split_at_checked(1).context("the group has no name")?;
        let size: usize =
            size.parse().with_context(|| format!("group `{group}`, expected such as C8"))?;
        let file = SafeTensors::deserialize(&self.bytes)?;
        match family {
            "C" | "D" => {
                let codes = floats(&file, "test")?;
                let labels = labels(&file.tensor("test_labels")?)?;
                let codes = first(&codes, settings.codes);
                let labels = labels.get(..codes.nrows()).context("fewer labels than codes")?;
                if family == "C" {
                    let rep = fields(Representation::regular(&Cyclic::new(size)?), codes.ncols())?;
                    let name = &format!("digits, {}", rep.name());
                    Subject { name, representation: &rep, codes, labels: Some(labels) }
                        .judge(settings, run)
                } else {
                    let rep =
                        fields(Representation::regular(&Dihedral::new(size)?), codes.ncols())?;
                    let name = &format!("digits, {}", rep.name());
                    Subject { name, representation: &rep, codes, labels: Some(labels) }
                        .judge(settings, run)
                }
            }
            "S" => {
                let codes = floats(&file, "codes")?;
                let properties = floats(&file, "properties")?;
                ensure!(properties.ncols() > 0, "no properties");
                let codes = first(&codes, settings.codes);
                let values: Vec<f64> =
                    properties.column(0).iter().take(codes.nrows()).copied().collect();
                ensure!(codes.ncols().is_multiple_of(size), "{} columns", codes.ncols());
                let rep = Symmetric::new(size)?.node_features(codes.ncols() / size);
                let name = &format!("molecules, {}", rep.name());
                Subject { name, representation: &rep, codes, labels: Some(&thirds(&values)) }
                    .judge(settings, run)
            }
            _ => anyhow::bail!("group `{group}`, expected such as C8, D4 or S9"),
        }
    }
}

fn fields<G: groups::FiniteGroup>(
    regular: Representation<G>,
    columns: usize,
) -> anyhow::Result<Representation<G>> {
    let order = regular.dim();
    ensure!(columns.is_multiple_of(order), "{columns} columns are no fields of {order}");
    Ok(regular.copies(columns / order))
}

fn floats(file: &SafeTensors<'_>, name: &str) -> anyhow::Result<Array2<f64>> {
    let tensor = file.tensor(name)?;
    let (&[rows, columns], Dtype::F32) = (tensor.shape(), tensor.dtype()) else {
        anyhow::bail!(
            "`{name}` is {:?} of {:?}, expected a matrix of F32",
            tensor.dtype(),
            tensor.shape()
        );
    };
    let values = tensor
        .data()
        .chunks_exact(4)
        .map(|b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]])))
        .collect();
    Ok(Array2::from_shape_vec((rows, columns), values)?)
}

fn labels(tensor: &TensorView<'_>) -> anyhow::Result<Vec<usize>> {
    ensure!(tensor.dtype() == Dtype::I64, "labels are {:?}, expected I64", tensor.dtype());
    let number = |b: &[u8]| i64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]);
    tensor.data().chunks_exact(8).map(|b| Ok(usize::try_from(number(b))?)).collect()
}
