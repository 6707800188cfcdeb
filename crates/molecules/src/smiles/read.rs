//! Text to atoms and bonds.

use std::collections::{BTreeMap, BTreeSet};

use crate::molecule::{MAX_ATOMS, Molecule};
use crate::smiles::{assemble, bracket};
use crate::{Atom, Element, SmilesError};

/// A molecule and what the text said beyond it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reading {
    /// The molecule.
    pub molecule: Molecule,
    /// Stereo marks that were dropped.
    pub stereo_marks: usize,
}

/// Reads a SMILES.
///
/// # Errors
/// [`SmilesError`], with the byte offset and what was expected there.
pub fn parse(text: &str) -> Result<Molecule, SmilesError> {
    read(text).map(|reading| reading.molecule)
}

/// Reads a SMILES and counts the stereo marks that are dropped.
///
/// ```
/// let reading = molecules::smiles::read("C/C=C/[C@H](O)F")?;
/// assert_eq!(reading.stereo_marks, 3);
/// # Ok::<(), molecules::SmilesError>(())
/// ```
///
/// # Errors
/// [`SmilesError`], with the byte offset and what was expected there.
pub fn read(text: &str) -> Result<Reading, SmilesError> {
    let mut reader = Reader::new(text);
    reader.run()?;
    let stereo_marks = reader.stereo_marks;
    let molecule = assemble::assemble(reader.atoms, reader.bonds)?;
    Ok(Reading { molecule, stereo_marks })
}

/// An atom as written.
pub(super) struct RawAtom {
    pub(super) atom: Atom,
    /// Whether it was written without brackets, so that its hydrogens follow from its valence.
    pub(super) bare: bool,
    /// Where it begins.
    pub(super) offset: usize,
}

/// A bond symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    /// None: single, or aromatic between aromatic atoms of a ring.
    Absent,
    Single,
    Double,
    Triple,
    Quadruple,
    Aromatic,
}

/// A bond as written.
pub(super) struct RawBond {
    pub(super) ends: [usize; 2],
    pub(super) symbol: Symbol,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    atoms: Vec<RawAtom>,
    bonds: Vec<RawBond>,
    /// The atom that the next one is bonded to.
    last: Option<usize>,
    /// A bond symbol that waits for its second atom, and where it is.
    symbol: Option<(Symbol, usize)>,
    /// Atoms that branches return to, and where the branches begin.
    branches: Vec<(usize, usize)>,
    rings: BTreeMap<u16, OpenRing>,
    /// For each atom the one before it in its chain.
    before: Vec<Option<usize>>,
    /// Atoms that ring bonds join: the smaller index, the larger one.
    closed: BTreeSet<[usize; 2]>,
    stereo_marks: usize,
}

#[derive(Clone, Copy)]
struct OpenRing {
    atom: usize,
    symbol: Symbol,
    offset: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            atoms: Vec::new(),
            bonds: Vec::new(),
            last: None,
            symbol: None,
            branches: Vec::new(),
            rings: BTreeMap::new(),
            before: Vec::new(),
            closed: BTreeSet::new(),
            stereo_marks: 0,
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn run(&mut self) -> Result<(), SmilesError> {
        self.atom("an atom")?;
        while let Some(byte) = self.byte() {
            match byte {
                b'(' => self.open_branch()?,
                b')' => self.close_branch()?,
                b'0'..=b'9' | b'%' => self.ring_bond()?,
                b'.' => {
                    self.at += 1;
                    self.last = None;
                    self.atom("an atom after `.`")?;
                }
                _ if self.bond_symbol() => match self.byte() {
                    Some(b'0'..=b'9' | b'%') => self.ring_bond()?,
                    _ => self.atom("an atom or a ring-bond number after the bond")?,
                },
                _ => self.atom("an atom, bond, branch, ring-bond number or `.`")?,
            }
        }
        if let Some(&(_, offset)) = self.branches.first() {
            return Err(SmilesError::Unclosed { offset, what: "branch" });
        }
        if let Some(offset) = self.rings.values().map(|ring| ring.offset).min() {
            return Err(SmilesError::Unclosed { offset, what: "ring bond" });
        }
        Ok(())
    }

    fn open_branch(&mut self) -> Result<(), SmilesError> {
        let offset = self.at;
        let Some(last) = self.last else {
            return Err(self.unexpected("an atom before the branch"));
        };
        self.branches.push((last, offset));
        self.at += 1;
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.last = None;
        } else {
            self.bond_symbol();
        }
        self.atom("an atom at the start of the branch")
    }

    fn close_branch(&mut self) -> Result<(), SmilesError> {
        let Some((atom, _)) = self.branches.pop() else {
            return Err(self.unexpected("no `)`, as no branch is open"));
        };
        self.at += 1;
        self.last = Some(atom);
        Ok(())
    }

    /// Reads a bond symbol, if there is one.
    fn bond_symbol(&mut self) -> bool {
        let symbol = match self.byte() {
            Some(b'-') => Symbol::Single,
            Some(b'=') => Symbol::Double,
            Some(b'#') => Symbol::Triple,
            Some(b'$') => Symbol::Quadruple,
            Some(b':') => Symbol::Aromatic,
            Some(b'/' | b'\\') => {
                self.stereo_marks += 1;
                Symbol::Absent
            }
            _ => return false,
        };
        self.symbol = Some((symbol, self.at));
        self.at += 1;
        true
    }

    fn atom(&mut self, expected: &'static str) -> Result<(), SmilesError> {
        let offset = self.at;
        let (atom, bare) = if self.byte() == Some(b'[') {
            let (atom, end, stereo_marks) = bracket::read(self.text, offset)?;
            self.at = end;
            self.stereo_marks += stereo_marks;
            (atom, false)
        } else {
            let Some((element, aromatic, length)) = bare_symbol(&self.text.as_bytes()[offset..])
            else {
                return Err(self.unexpected(expected));
            };
            self.at += length;
            let mut atom = Atom::new(element);
            atom.aromatic = aromatic;
            (atom, true)
        };
        if self.atoms.len() == MAX_ATOMS {
            return Err(SmilesError::TooLarge { offset, most: MAX_ATOMS });
        }
        let index = self.atoms.len();
        self.atoms.push(RawAtom { atom, bare, offset });
        let symbol = self.symbol.take().map_or(Symbol::Absent, |(symbol, _)| symbol);
        self.before.push(self.last);
        if let Some(last) = self.last {
            self.bonds.push(RawBond { ends: [last, index], symbol });
        }
        self.last = Some(index);
        Ok(())
    }

    fn ring_bond(&mut self) -> Result<(), SmilesError> {
        let offset = self.at;
        let symbol = self.symbol.take().map_or(Symbol::Absent, |(symbol, _)| symbol);
        let number = self.ring_number()?;
        let Some(atom) = self.last else {
            self.at = offset;
            return Err(self.unexpected("an atom before the ring-bond number"));
        };
        let Some(open) = self.rings.remove(&number) else {
            self.rings.insert(number, OpenRing { atom, symbol, offset });
            return Ok(());
        };
        let wrong = |expected, found: &str| {
            Err(SmilesError::RingBond { offset, number, expected, found: found.to_owned() })
        };
        let symbol = match (open.symbol, symbol) {
            (Symbol::Absent, symbol) | (symbol, Symbol::Absent) => symbol,
            (first, second) if first == second => first,
            _ => return wrong("one bond symbol at both ends", "two different ones"),
        };
        if open.atom == atom {
            return wrong("two different atoms", "one atom");
        }
        let ends = [open.atom, atom];
        let (early, late) = (open.atom.min(atom), open.atom.max(atom));
        if self.before[late] == Some(early) || !self.closed.insert([early, late]) {
            return wrong("two atoms without another bond", "two bonded atoms");
        }
        self.bonds.push(RawBond { ends, symbol });
        Ok(())
    }

    /// `1`, `%12` or `%(123)`.
    fn ring_number(&mut self) -> Result<u16, SmilesError> {
        if self.byte() != Some(b'%') {
            return self.digit("a ring-bond number");
        }
        self.at += 1;
        if self.byte() != Some(b'(') {
            let expected = "two digits after `%`";
            return Ok(self.digit(expected)? * 10 + self.digit(expected)?);
        }
        self.at += 1;
        let expected = "one to four digits between `%(` and `)`";
        let mut number = self.digit(expected)?;
        for _ in 0..3 {
            if self.byte() == Some(b')') {
                break;
            }
            number = number * 10 + self.digit(expected)?;
        }
        if self.byte() != Some(b')') {
            return Err(self.unexpected("`)` after at most four digits"));
        }
        self.at += 1;
        Ok(number)
    }

    fn digit(&mut self, expected: &'static str) -> Result<u16, SmilesError> {
        match self.byte() {
            Some(byte @ b'0'..=b'9') => {
                self.at += 1;
                Ok(u16::from(byte - b'0'))
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    fn unexpected(&self, expected: &'static str) -> SmilesError {
        unexpected(self.text, self.at, expected)
    }
}

/// That something else was expected at an offset.
pub(super) fn unexpected(text: &str, offset: usize, expected: &'static str) -> SmilesError {
    let rest = text.get(offset..).unwrap_or("");
    let found = match rest.chars().next() {
        Some(character) => format!("`{}`", character.escape_debug()),
        None => "the end of the text".to_owned(),
    };
    SmilesError::Unexpected { offset, expected, found }
}

/// An atom of the organic subset at the start of `rest`: element, whether aromatic, and length.
fn bare_symbol(rest: &[u8]) -> Option<(Element, bool, usize)> {
    let (element, aromatic) = match rest.first()? {
        b'C' if rest.get(1) == Some(&b'l') => return Some((Element::Cl, false, 2)),
        b'B' if rest.get(1) == Some(&b'r') => return Some((Element::Br, false, 2)),
        b'B' => (Element::B, false),
        b'C' => (Element::C, false),
        b'N' => (Element::N, false),
        b'O' => (Element::O, false),
        b'P' => (Element::P, false),
        b'S' => (Element::S, false),
        b'F' => (Element::F, false),
        b'I' => (Element::I, false),
        b'b' => (Element::B, true),
        b'c' => (Element::C, true),
        b'n' => (Element::N, true),
        b'o' => (Element::O, true),
        b'p' => (Element::P, true),
        b's' => (Element::S, true),
        _ => return None,
    };
    Some((element, aromatic, 1))
}
