//! What can go wrong.

use std::path::PathBuf;

use crate::Element;

/// A SMILES that is not a molecule. Offsets are in bytes from the start of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmilesError {
    /// The text does not follow the grammar of SMILES.
    ///
    /// Cause: a character that cannot stand here, or an end that comes too early. Remedy: the
    /// message says what could have stood there.
    #[error("byte {offset}: expected {expected}, found {found}")]
    Unexpected {
        /// Where the unexpected text begins.
        offset: usize,
        /// What could have stood there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A bracket, parenthesis or ring bond was opened and never closed.
    ///
    /// Remedy: close it, or remove what opened it, at the offset.
    #[error("byte {offset}: expected an end to this {what}, found the end of the text")]
    Unclosed {
        /// Where it was opened.
        offset: usize,
        /// What was opened.
        what: &'static str,
    },
    /// Two ends of a ring bond that cannot be one bond.
    ///
    /// Cause: the ends carry different bond symbols, lie on one atom, or on atoms that are bonded
    /// already. Remedy: correct the ring-bond number or the bond symbol.
    #[error("byte {offset}: expected {expected} for ring bond {number}, found {found}")]
    RingBond {
        /// Where the closing number begins.
        offset: usize,
        /// The number of the ring bond.
        number: u16,
        /// What was expected of it.
        expected: &'static str,
        /// What came.
        found: String,
    },
    /// A number in a bracket atom does not fit.
    ///
    /// Cause: an isotope above 999, a charge beyond ±15, or an atom class above 9999. Remedy:
    /// give a smaller number.
    #[error("byte {offset}: expected {expected}, found {found}")]
    Range {
        /// Where the number begins.
        offset: usize,
        /// Which numbers are allowed.
        expected: &'static str,
        /// What came.
        found: String,
    },
    /// An atom with more bonds and hydrogens than it can have.
    ///
    /// Remedy: correct the bonds, the hydrogens or the charge of the atom at the offset.
    #[error(
        "byte {offset}: expected at most {most} bonds and hydrogens on {element} of charge \
         {charge:+}, found {found}"
    )]
    Valence {
        /// Where the atom begins.
        offset: usize,
        /// The element.
        element: Element,
        /// Its formal charge.
        charge: i8,
        /// Sum of bond orders and hydrogens.
        found: u32,
        /// The largest sum for this element and charge.
        most: u32,
    },
    /// Aromatic atoms for which single and double bonds cannot be chosen.
    ///
    /// Cause: an aromatic atom outside of rings, or a missing hydrogen, such as `n1cccc1` for
    /// pyrrole `[nH]1cccc1`. Remedy: add the hydrogen, or write single and double bonds.
    #[error("byte {offset}: expected {expected} for the aromatic {element}, found none")]
    Kekule {
        /// Where an atom begins that cannot be served.
        offset: usize,
        /// The element of that atom.
        element: Element,
        /// What is missing.
        expected: &'static str,
    },
    /// More atoms than this reader takes.
    ///
    /// Cause: the text is not a small molecule. Remedy: leave it out.
    #[error("byte {offset}: expected at most {most} atoms, found more")]
    TooLarge {
        /// Where the first atom too many begins.
        offset: usize,
        /// The limit.
        most: usize,
    },
}

impl SmilesError {
    /// Where in the text, in bytes from its start.
    pub fn offset(&self) -> usize {
        match self {
            Self::Unexpected { offset, .. }
            | Self::Unclosed { offset, .. }
            | Self::RingBond { offset, .. }
            | Self::Range { offset, .. }
            | Self::Valence { offset, .. }
            | Self::Kekule { offset, .. }
            | Self::TooLarge { offset, .. } => *offset,
        }
    }

    /// A short name of the reason, by which reports count.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unexpected { .. } | Self::Unclosed { .. } | Self::Range { .. } => "syntax",
            Self::RingBond { .. } => "ring bond",
            Self::Valence { .. } => "valence",
            Self::Kekule { .. } => "no Kekulé form",
            Self::TooLarge { .. } => "too large",
        }
    }
}

/// Atoms and bonds that are not a molecule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoleculeError {
    /// A bond names an atom that does not exist, one atom twice, or two atoms that are bonded.
    ///
    /// Remedy: add every atom before its bonds, and every bond once.
    #[error(
        "adding a bond: expected two different unbonded atoms below {atoms}, found {a} and {b}"
    )]
    Bond {
        /// Number of atoms.
        atoms: usize,
        /// One end.
        a: usize,
        /// The other end.
        b: usize,
    },
    /// An atom with more bonds and hydrogens than it can have.
    ///
    /// Remedy: remove bonds or hydrogens, or change the charge.
    #[error(
        "building a molecule: expected at most {most} bonds and hydrogens on atom {atom} \
         ({element} of charge {charge:+}), found {found}"
    )]
    Valence {
        /// Index of the atom.
        atom: usize,
        /// The element.
        element: Element,
        /// Its formal charge.
        charge: i8,
        /// Sum of bond orders and hydrogens.
        found: u32,
        /// The largest sum for this element and charge.
        most: u32,
    },
    /// More atoms than a [`crate::Molecule`] may have.
    ///
    /// Remedy: leave the molecule out; perception is made for small molecules.
    #[error("building a molecule: expected at most {most} atoms, found {found}")]
    TooLarge {
        /// The limit.
        most: usize,
        /// Number of atoms.
        found: usize,
    },
    /// Numbers that are no graph of atoms.
    ///
    /// Remedy: use the vocabulary that the graph was made with; leave empty graphs out.
    #[error("building a molecule from a graph: expected {expected}, found {found}")]
    Graph {
        /// What was expected.
        expected: &'static str,
        /// What came.
        found: String,
    },
    /// A renumbering that is not a permutation of the atoms.
    ///
    /// Remedy: give every index below the number of atoms once.
    #[error("renumbering {atoms} atoms: expected each index once, found {found}")]
    NotAPermutation {
        /// Number of atoms.
        atoms: usize,
        /// What is wrong.
        found: String,
    },
}

/// Files of molecules, and sets of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file cannot be opened or read.
    ///
    /// Remedy: check path, permission, and that a compressed file is complete.
    #[error("reading {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is not the table of comma-separated values that it should be.
    ///
    /// Cause: bytes that are not UTF-8, or a row of another length than the header. Remedy: mend
    /// the row.
    #[error("{path}, line {line}: expected {expected}, found {found}")]
    Table {
        /// The file.
        path: PathBuf,
        /// Line number from 1, 0 where unknown.
        line: u64,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A column that must be there is missing from the header.
    ///
    /// Remedy: name the column, or read the file as a list of SMILES.
    #[error("{path}, line 1: expected a column `{column}`, found {found}")]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
        /// The header.
        found: String,
    },
    /// A property that is not a finite number.
    ///
    /// Remedy: mend the field, or remove the row.
    #[error("{path}, line {line}, column `{column}`: expected a finite number, found `{found}`")]
    Number {
        /// The file.
        path: PathBuf,
        /// Line number from 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// The field.
        found: String,
    },
    /// A directory that was asked for holds none of the files.
    ///
    /// Remedy: name the directory that holds them, or leave it out to use generated molecules.
    #[error("looking for QM9: expected one of {looked_for:?}, found none")]
    MissingFile {
        /// The paths tried.
        looked_for: Vec<PathBuf>,
    },
    /// No molecule is left.
    ///
    /// Cause: an empty file, or only rows that are refused. Remedy: look at the counts of
    /// reasons.
    #[error("{path}: expected at least one molecule, found none ({refused} rows refused)")]
    Empty {
        /// The file.
        path: PathBuf,
        /// Rows with a SMILES that is not a molecule.
        refused: usize,
    },
    /// Fewer molecules than asked for.
    ///
    /// Remedy: ask for fewer, or enumerate larger ones.
    #[error("choosing {requested} of the {origin}: expected at least as many, found {available}")]
    NotEnough {
        /// Where the molecules come from.
        origin: String,
        /// How many were asked for.
        requested: usize,
        /// How many there are.
        available: usize,
    },
    /// A molecule could not be made.
    ///
    /// Cause: elements whose valences do not fit. Remedy: as the error inside says.
    #[error(transparent)]
    Molecule(#[from] MoleculeError),
}
