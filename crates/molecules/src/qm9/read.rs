//! Files to molecules.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use rayon::prelude::*;

use crate::molecule::Molecule;
use crate::qm9::Property;
use crate::{DataError, SmilesError, smiles};

/// First two bytes of gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A molecule of a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The line of the file, from 1, or the place in an enumeration.
    pub line: u64,
    /// The SMILES as given.
    pub smiles: String,
    /// The molecule.
    pub molecule: Molecule,
    /// The properties, in the order of [`Property::ALL`], where the file has them.
    pub properties: Option<Vec<f64>>,
}

impl Entry {
    /// A property, where the file has them.
    pub fn property(&self, property: Property) -> Option<f64> {
        let at = Property::ALL.iter().position(|&known| known == property)?;
        self.properties.as_ref()?.get(at).copied()
    }
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The line of the file, from 1.
    pub line: u64,
    /// The SMILES as given.
    pub smiles: String,
    /// Why it is not a molecule.
    pub error: SmilesError,
}

/// Where molecules come from. It is printed with every result that rests on them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// Read from a file.
    File(PathBuf),
    /// Made by [`crate::enumerate`].
    Enumerated {
        /// Most heavy atoms.
        heavy_atoms: usize,
        /// The seed of the choice.
        seed: u64,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "molecules of {}", path.display()),
            Self::Enumerated { heavy_atoms, seed } => {
                write!(f, "enumerated molecules of up to {heavy_atoms} heavy atoms, seed {seed}")
            }
        }
    }
}

/// Molecules, and the rows that are none.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Set {
    /// The molecules, in order of the file.
    pub entries: Vec<Entry>,
    /// The rows left out, in order of the file.
    pub refused: Vec<Refused>,
    /// Stereo marks that were dropped.
    pub stereo_marks: usize,
    /// Where the molecules come from.
    pub origin: Origin,
}

impl Set {
    /// How many rows were left out for each reason.
    pub fn reasons(&self) -> BTreeMap<&'static str, usize> {
        let mut reasons = BTreeMap::new();
        for refused in &self.refused {
            *reasons.entry(refused.error.reason()).or_default() += 1;
        }
        reasons
    }
}

/// Reads a file of molecules.
///
/// The first line decides what it is: with a field `smiles`, a table of comma-separated values
/// whose property columns are read if any is there; otherwise a list with a SMILES at the start of
/// each line. The first two bytes decide whether it is compressed.
///
/// SMILES are read in parallel; the result is the same for any number of threads.
///
/// # Errors
/// [`DataError`], naming file, line and column. Rows whose SMILES is not a molecule are no error,
/// unless none is left.
pub fn read(path: &Path) -> Result<Set, DataError> {
    let text = read_text(path)?;
    let first = text.lines().next().unwrap_or("");
    let is_table = first.split(',').any(|field| field.trim().trim_matches('"') == "smiles");
    let rows = if is_table { table(path, &text)? } else { list(&text) };
    let count = rows.len();
    let read: Vec<_> = rows.into_par_iter().map(|row| (smiles::read(&row.smiles), row)).collect();
    let (mut entries, mut refused, mut stereo_marks) = (Vec::with_capacity(count), Vec::new(), 0);
    for (reading, Row { line, smiles, properties }) in read {
        match reading {
            Ok(reading) => {
                stereo_marks += reading.stereo_marks;
                entries.push(Entry { line, smiles, molecule: reading.molecule, properties });
            }
            Err(error) => refused.push(Refused { line, smiles, error }),
        }
    }
    if entries.is_empty() {
        return Err(DataError::Empty { path: path.to_owned(), refused: refused.len() });
    }
    Ok(Set { entries, refused, stereo_marks, origin: Origin::File(path.to_owned()) })
}

fn read_text(path: &Path) -> Result<String, DataError> {
    let failed = |source| DataError::Io { path: path.to_owned(), source };
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    let mut text = String::new();
    let read = if file.fill_buf().map_err(failed)?.starts_with(&GZIP) {
        MultiGzDecoder::new(file).read_to_string(&mut text)
    } else {
        file.read_to_string(&mut text)
    };
    read.map_err(failed)?;
    Ok(text)
}

struct Row {
    line: u64,
    smiles: String,
    properties: Option<Vec<f64>>,
}

fn list(text: &str) -> Vec<Row> {
    (1..)
        .zip(text.lines())
        .filter_map(|(line, text)| {
            let smiles = text.split_whitespace().next()?.to_owned();
            Some(Row { line, smiles, properties: None })
        })
        .collect()
}

fn table(path: &Path, text: &str) -> Result<Vec<Row>, DataError> {
    let broken = |error: csv::Error, line: u64| DataError::Table {
        path: path.to_owned(),
        line: error.position().map_or(line, csv::Position::line),
        expected: "a row of as many comma-separated fields as the header".to_owned(),
        found: error.to_string(),
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| broken(error, 1))?.clone();
    let find = |name: &str| header.iter().position(|column| column == name);
    let column = |name: &'static str| {
        find(name).ok_or_else(|| DataError::MissingColumn {
            path: path.to_owned(),
            column: name,
            found: header.iter().collect::<Vec<_>>().join(","),
        })
    };
    let smiles = column("smiles")?;
    let columns: Vec<(Property, usize)> =
        if Property::ALL.iter().any(|property| find(property.name()).is_some()) {
            Property::ALL
                .iter()
                .map(|&property| Ok((property, column(property.name())?)))
                .collect::<Result<_, DataError>>()?
        } else {
            Vec::new()
        };
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| broken(error, 0))? {
        let line = record.position().map_or(0, csv::Position::line);
        let number = |&(property, at): &(Property, usize)| {
            let field = record.get(at).unwrap_or("");
            field.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(|| {
                let (path, column) = (path.to_owned(), property.name());
                DataError::Number { path, line, column, found: field.to_owned() }
            })
        };
        let properties = match columns.is_empty() {
            true => None,
            false => Some(columns.iter().map(number).collect::<Result<_, _>>()?),
        };
        rows.push(Row { line, smiles: record.get(smiles).unwrap_or("").to_owned(), properties });
    }
    Ok(rows)
}
