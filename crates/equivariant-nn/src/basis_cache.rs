//! Changes of basis to irreps, kept on disk between runs.

use std::collections::BTreeMap;
use std::path::PathBuf;

use candle_core::{DType, Device, Tensor};
use groups::{
    ClebschGordan, Component, Group, GroupError, Irrep, IrrepTheory, Isotypic, Representation,
};
use nalgebra::DMatrix;
use sha2::{Digest, Sha256};

use crate::NnError;
use crate::checkpoint::{load, save};

/// Version of the files. Part of their names: files of other versions are never read.
const FORMAT: u32 = 2;

/// Irreps of a group whose decompositions are kept in a folder, so that a large representation is
/// decomposed once and not in every run.
///
/// Give it to [`EquivariantLinear`](crate::layers::EquivariantLinear) in place of the irreps. A file
/// is named by a hash of the format, of the irreps' matrices and of those of the representation, at
/// the generators; whatever changes, another file is meant. Files are written under another name and
/// renamed, so any number of runs may share the folder. A file that cannot be read or written is
/// reported as a warning, and the decomposition is computed.
///
/// ```
/// use equivariant_nn::BasisCache;
/// use groups::{IrrepTheory, Irreps, Representation, Symmetric};
/// let folder = tempfile::tempdir()?;
/// let s4 = Symmetric::new(4)?;
/// let cache = BasisCache::new(Irreps::of(&s4)?, folder.path());
/// let rho = Representation::regular(&s4);
/// let computed = cache.isotypic(&rho)?;
/// assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
/// assert_eq!(cache.isotypic(&rho)?, computed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct BasisCache<T> {
    theory: T,
    folder: PathBuf,
}

impl<T> BasisCache<T> {
    /// Keeps the decompositions by a theory in a folder, which is made when needed.
    pub fn new(theory: T, folder: impl Into<PathBuf>) -> Self {
        Self { theory, folder: folder.into() }
    }

    /// The irreps by themselves.
    pub fn theory(&self) -> &T {
        &self.theory
    }

    fn path<G: Group>(&self, rho: &Representation<G>) -> PathBuf
    where
        T: IrrepTheory<G>,
    {
        let mut hash = Sha256::new();
        hash.update(FORMAT.to_le_bytes());
        hash.update((rho.dim() as u64).to_le_bytes());
        for s in self.theory.group().generators() {
            for psi in self.theory.irreps() {
                hash_operator(&mut hash, psi.representation(), &s);
            }
            hash_operator(&mut hash, rho, &s);
        }
        let digest: String =
            hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{digest}.v{FORMAT}.basis.safetensors"))
    }
}

/// `ρ(s)`: where coordinates go, or all entries.
fn hash_operator<G: Group>(hash: &mut Sha256, rho: &Representation<G>, s: &G::Element) {
    let operator = rho.operator(s);
    hash.update((rho.dim() as u64).to_le_bytes());
    match operator.sources() {
        Some(sources) => sources.iter().for_each(|i| hash.update((*i as u64).to_le_bytes())),
        None => operator.matrix().iter().for_each(|v| hash.update(v.to_bits().to_le_bytes())),
    }
}

impl<G: Group, T: IrrepTheory<G>> IrrepTheory<G> for BasisCache<T> {
    fn group(&self) -> &G {
        self.theory.group()
    }

    fn irreps(&self) -> &[Irrep<G>] {
        self.theory.irreps()
    }

    fn isotypic(&self, rho: &Representation<G>) -> Result<Isotypic, GroupError> {
        // Elements of another group mean nothing to this representation.
        same_group(self.group(), rho.group())?;
        let path = self.path(rho);
        match read(&path, rho.dim()) {
            Ok(found) => return Ok(found),
            Err(NnError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!("{error}; decomposing {rho} again"),
        }
        let computed = self.theory.isotypic(rho)?;
        if let Err(error) = write(&self.folder, &path, &computed) {
            tracing::warn!("the decomposition of {rho} cannot be kept: {error}");
        }
        Ok(computed)
    }

    fn endomorphisms(&self, irrep: usize) -> Result<Vec<DMatrix<f64>>, GroupError> {
        self.theory.endomorphisms(irrep)
    }

    fn couplings(&self, i: usize, j: usize) -> Result<Vec<ClebschGordan>, GroupError> {
        self.theory.couplings(i, j)
    }
}

/// Checks that a representation is one of the group.
pub(crate) fn same_group<G: Group>(group: &G, of: &G) -> Result<(), GroupError> {
    if group == of {
        return Ok(());
    }
    Err(GroupError::GroupMismatch { left: group.name(), right: of.name() })
}

fn write(
    folder: &std::path::Path,
    path: &std::path::Path,
    isotypic: &Isotypic,
) -> Result<(), NnError> {
    std::fs::create_dir_all(folder).map_err(|e| NnError::io(folder, e))?;
    let shape = isotypic.basis.shape();
    let basis = Tensor::from_slice(isotypic.basis.as_slice(), shape, &Device::Cpu)?;
    let rows: Vec<i64> = isotypic
        .components
        .iter()
        .flat_map(|c| [c.irrep, c.multiplicity, c.columns.start, c.columns.end])
        .map(|v| v as i64)
        .collect();
    let components = Tensor::from_vec(rows, (isotypic.components.len(), 4), &Device::Cpu)?;
    let tensors =
        BTreeMap::from([("basis".to_owned(), basis), ("components".to_owned(), components)]);
    save(path, &tensors, &BTreeMap::new())
}

fn read(path: &std::path::Path, dim: usize) -> Result<Isotypic, NnError> {
    let damaged = |reason: &str| NnError::Damaged { path: path.into(), reason: reason.to_owned() };
    let file = load(path, &Device::Cpu)?;
    let tensor = |name: &str| file.tensors.get(name).ok_or_else(|| damaged("a tensor is missing"));
    let (basis, components) = (tensor("basis")?, tensor("components")?);
    if basis.dims() != [dim, dim] || basis.dtype() != DType::F64 {
        return Err(damaged("the basis has another shape"));
    }
    let number = |v: i64| usize::try_from(v).map_err(|_| damaged("a number is negative"));
    let components: Vec<Component> = components
        .to_vec2::<i64>()?
        .iter()
        .map(|row| match row[..] {
            [irrep, multiplicity, start, end] => Ok(Component {
                irrep: number(irrep)?,
                multiplicity: number(multiplicity)?,
                columns: number(start)?..number(end)?,
            }),
            _ => Err(damaged("a component has other numbers")),
        })
        .collect::<Result<_, _>>()?;
    // Written column by column, as nalgebra keeps it.
    let values = basis.flatten_all()?.to_vec1::<f64>()?;
    Ok(Isotypic { components, basis: DMatrix::from_vec(dim, dim, values) })
}

#[cfg(test)]
mod tests {
    use groups::{Irreps, PermutationGroup};

    use super::*;
    use crate::layers::EquivariantLinear;
    use crate::{Layer, Mode, Parameters};

    fn files(folder: &std::path::Path) -> Vec<PathBuf> {
        let mut all: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        all.sort();
        all
    }

    #[test]
    fn a_layer_is_the_same_with_and_without_the_cache() {
        let group = PermutationGroup::alternating(5).unwrap();
        let irreps = Irreps::of(&group).unwrap();
        let rho = group.natural().tensor(&group.natural()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let cache = BasisCache::new(irreps.clone(), folder.path().join("bases"));
        let x = Tensor::arange(0f64, 75.0, &Device::Cpu).unwrap().sin().unwrap();
        let x = x.reshape((3, 25)).unwrap();
        let output = |theory: &dyn Fn(&Parameters) -> EquivariantLinear| {
            let layer = theory(&Parameters::new(0, DType::F64, Device::Cpu));
            layer.forward(&x, Mode::Eval).unwrap().to_vec2::<f64>().unwrap()
        };
        let plain =
            output(&|p| EquivariantLinear::new(&irreps, &rho, &rho, true, p.builder()).unwrap());
        let cached =
            || output(&|p| EquivariantLinear::new(&cache, &rho, &rho, true, p.builder()).unwrap());
        assert_eq!(cached(), plain);
        assert_eq!(files(&folder.path().join("bases")).len(), 1);
        assert_eq!(cached(), plain);
    }

    /// Damaged files are replaced, and runs at the same time do not disturb each other.
    #[test]
    fn damage_and_parallel_runs_do_no_harm() {
        let group = PermutationGroup::alternating(4).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let cache = BasisCache::new(Irreps::of(&group).unwrap(), folder.path());
        let rho = Representation::regular(&group);
        let expected = cache.theory().isotypic(&rho).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        assert_eq!(cache.isotypic(&rho).unwrap(), expected);
                    }
                });
            }
        });
        let [path] = &files(folder.path())[..] else { panic!("one file was expected") };
        let whole = std::fs::read(path).unwrap();
        for damage in [&whole[..whole.len() / 2], b"", b"{}"] {
            std::fs::write(path, damage).unwrap();
            assert_eq!(cache.isotypic(&rho).unwrap(), expected);
            assert_eq!(std::fs::read(path).unwrap(), whole);
        }
        // A folder that cannot be made costs a warning.
        let nowhere = BasisCache::new(Irreps::of(&group).unwrap(), path.join("below a file"));
        assert_eq!(nowhere.isotypic(&rho).unwrap(), expected);
    }
}
