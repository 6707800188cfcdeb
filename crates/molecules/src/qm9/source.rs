//! Finding QM9, or making molecules.

use std::path::{Path, PathBuf};

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::enumerate::Enumeration;
use crate::qm9::{Entry, Origin, Set, read};
use crate::{DataError, smiles};

/// The environment variable that names the directory of the data.
pub const DATA_VARIABLE: &str = "EQUIVARIANT_DATA";

/// Names of the table with properties.
const TABLES: [&str; 2] = ["qm9.csv.gz", "qm9.csv"];

/// Names of the list of SMILES.
const LISTS: [&str; 2] = ["qm9_smiles.csv.gz", "qm9_smiles.csv"];

/// What to load, and from where.
///
/// [`Source::load`] takes the first of these that applies:
///
/// 1. enumerated molecules, if [`Source::generated`] is set;
/// 2. the directory [`Source::data`];
/// 3. the directory that the environment variable `EQUIVARIANT_DATA` names;
/// 4. the directory `data` in the current one;
/// 5. enumerated molecules.
///
/// Each directory is looked at directly and under `qm9/`, for `qm9.csv.gz` and `qm9.csv`. A
/// directory that was asked for (2, 3) must hold one of them.
///
/// ```
/// use molecules::qm9::Source;
///
/// let source = Source { generated: true, count: Some(500), heavy_atoms: 4, ..Source::default() };
/// assert_eq!(source.load()?.entries.len(), 500);
/// # Ok::<(), molecules::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The directory given by a flag.
    pub data: Option<PathBuf>,
    /// Whether to enumerate molecules even where there are files.
    pub generated: bool,
    /// Whether to read the list of SMILES, `qm9_smiles.csv.gz` or `qm9_smiles.csv`, instead of
    /// the table.
    pub list: bool,
    /// Most heavy atoms of enumerated molecules.
    pub heavy_atoms: usize,
    /// How many molecules, drawn at random in the order of the file; all if not given.
    pub count: Option<usize>,
    /// Seed of the draw.
    pub seed: u64,
}

impl Default for Source {
    fn default() -> Self {
        let heavy_atoms = Enumeration::default().heavy_atoms;
        Self { data: None, generated: false, list: false, heavy_atoms, count: None, seed: 0 }
    }
}

impl Source {
    /// Loads the molecules.
    ///
    /// # Errors
    /// [`DataError::MissingFile`] where a given directory lacks the file, any error of [`read`],
    /// [`DataError::NotEnough`] where there are fewer molecules than asked for.
    pub fn load(&self) -> Result<Set, DataError> {
        let variable = std::env::var_os(DATA_VARIABLE).filter(|value| !value.is_empty());
        self.load_from(variable.map(PathBuf::from).as_deref(), Path::new("data"))
    }

    /// As [`Source::load`], with `variable` in place of the environment variable and `implicit`
    /// in place of `data`.
    ///
    /// # Errors
    /// As [`Source::load`].
    pub fn load_from(&self, variable: Option<&Path>, implicit: &Path) -> Result<Set, DataError> {
        let asked_for = self.data.as_deref().or(variable);
        let found = match (self.generated, asked_for) {
            (true, _) => None,
            (false, Some(dir)) => Some(self.find(dir)?),
            (false, None) => self.find(implicit).ok(),
        };
        let mut set = match found {
            Some(path) => read(&path)?,
            None => self.enumerate()?,
        };
        self.choose(&mut set)?;
        tracing::info!(
            origin = %set.origin,
            molecules = set.entries.len(),
            refused = set.refused.len(),
            "molecules loaded"
        );
        Ok(set)
    }

    fn find(&self, dir: &Path) -> Result<PathBuf, DataError> {
        let names = if self.list { LISTS } else { TABLES };
        let places = [dir.to_path_buf(), dir.join("qm9")];
        let looked_for: Vec<PathBuf> =
            places.iter().flat_map(|place| names.map(|name| place.join(name))).collect();
        match looked_for.iter().find(|path| path.is_file()) {
            Some(path) => Ok(path.clone()),
            None => Err(DataError::MissingFile { looked_for }),
        }
    }

    fn enumerate(&self) -> Result<Set, DataError> {
        let settings = Enumeration { heavy_atoms: self.heavy_atoms, ..Enumeration::default() };
        let entry = |(line, molecule)| Entry {
            line,
            smiles: smiles::canonical(&molecule),
            molecule,
            properties: None,
        };
        let entries = (1..).zip(settings.run()?).map(entry).collect();
        let origin = Origin::Enumerated { heavy_atoms: self.heavy_atoms, seed: self.seed };
        Ok(Set { entries, refused: Vec::new(), stereo_marks: 0, origin })
    }

    /// Keeps `count` random entries in their order.
    fn choose(&self, set: &mut Set) -> Result<(), DataError> {
        let Some(count) = self.count else { return Ok(()) };
        let available = set.entries.len();
        if count > available {
            let origin = set.origin.to_string();
            return Err(DataError::NotEnough { origin, requested: count, available });
        }
        let mut keep: Vec<bool> = (0..available).map(|index| index < count).collect();
        keep.shuffle(&mut ChaCha8Rng::seed_from_u64(self.seed));
        let mut keep = keep.into_iter();
        set.entries.retain(|_| keep.next().unwrap_or(false));
        Ok(())
    }
}
