//! Atoms in brackets: `[13CH3+:2]`.

use crate::smiles::read::unexpected;
use crate::{Atom, Element, SmilesError};

/// Reads a bracket atom that begins at `start`; returns it, where it ends, and how many stereo
/// marks it has.
pub(super) fn read(text: &str, start: usize) -> Result<(Atom, usize, usize), SmilesError> {
    let mut bracket = Bracket { text, start, at: start + 1 };
    let isotope = bracket.number(3, "an isotope from 0 to 999")?;
    let (element, aromatic) = bracket.symbol()?;
    let stereo_marks = bracket.stereo()?;
    let hydrogens = match bracket.accept(b'H') {
        true => bracket.number(1, "one digit of hydrogens")?.unwrap_or(1),
        false => 0,
    };
    let charge = bracket.charge()?;
    let class = match bracket.accept(b':') {
        true => match bracket.number(4, "an atom class from 0 to 9999")? {
            Some(class) => Some(class),
            None => return Err(bracket.unexpected("an atom class after `:`")),
        },
        false => None,
    };
    if !bracket.accept(b']') {
        return Err(bracket.unexpected("`]`, or more of the bracket atom"));
    }
    let mut atom = Atom::new(element);
    atom.charge = charge;
    atom.isotope = isotope;
    atom.explicit_hydrogens = u8::try_from(hydrogens).unwrap_or(u8::MAX);
    atom.aromatic = aromatic;
    atom.class = class;
    Ok((atom, bracket.at, stereo_marks))
}

struct Bracket<'a> {
    text: &'a str,
    start: usize,
    at: usize,
}

impl Bracket<'_> {
    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or(&[])
    }

    fn accept(&mut self, byte: u8) -> bool {
        let found = self.rest().first() == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn unexpected(&self, expected: &'static str) -> SmilesError {
        match self.rest() {
            [] => SmilesError::Unclosed { offset: self.start, what: "bracket" },
            _ => unexpected(self.text, self.at, expected),
        }
    }

    /// A number of at most so many digits, if there is one.
    fn number(&mut self, digits: usize, range: &'static str) -> Result<Option<u16>, SmilesError> {
        let offset = self.at;
        let length = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length > digits {
            let found = String::from_utf8_lossy(&self.rest()[..length.min(20)]).into_owned();
            return Err(SmilesError::Range { offset, expected: range, found });
        }
        let digits = &self.rest()[..length];
        let number = digits.iter().fold(0, |sum, byte| sum * 10 + u16::from(byte - b'0'));
        self.at += length;
        Ok((length > 0).then_some(number))
    }

    fn symbol(&mut self) -> Result<(Element, bool), SmilesError> {
        let rest = self.rest();
        let letters = rest.iter().take(2).take_while(|byte| byte.is_ascii_alphabetic()).count();
        // `[Sc]` is scandium, so two letters are tried first; but `[nH]`, `[CH3]`.
        for length in (1..=letters).rev() {
            let Ok(word) = std::str::from_utf8(&rest[..length]) else { continue };
            if let Some(element) = Element::from_symbol(word) {
                self.at += length;
                return Ok((element, false));
            }
            let mut upper = word.to_owned();
            upper[..1].make_ascii_uppercase();
            if word.as_bytes()[0].is_ascii_lowercase()
                && let Some(element) = Element::from_symbol(&upper)
                && element.can_be_aromatic()
            {
                self.at += length;
                return Ok((element, true));
            }
        }
        Err(self.unexpected("the symbol of an element"))
    }

    /// `@`, `@@`, or `@` with a class and a number such as `@TH1`.
    fn stereo(&mut self) -> Result<usize, SmilesError> {
        if !self.accept(b'@') {
            return Ok(0);
        }
        if self.accept(b'@') {
            return Ok(1);
        }
        for class in [b"TH", b"AL", b"SP", b"TB", b"OH"] {
            let named = self.rest().starts_with(class);
            // `[C@H]` has a hydrogen, `[Co@OH12]` a class.
            if named && self.rest().get(2).is_some_and(u8::is_ascii_digit) {
                self.at += 2;
                self.number(2, "a stereo permutation of one or two digits")?;
                return Ok(1);
            }
        }
        Ok(1)
    }

    fn charge(&mut self) -> Result<i8, SmilesError> {
        let offset = self.at;
        let (sign, step) = match self.rest().first() {
            Some(b'+') => (b'+', 1),
            Some(b'-') => (b'-', -1),
            _ => return Ok(0),
        };
        let run = self.rest().iter().take_while(|byte| **byte == sign).count();
        self.at += run;
        let range = "a charge from -15 to +15";
        let size = match run {
            1 => self.number(2, range)?.unwrap_or(1),
            run => u16::try_from(run).unwrap_or(u16::MAX),
        };
        if size > 15 {
            return Err(SmilesError::Range { offset, expected: range, found: size.to_string() });
        }
        Ok(size as i8 * step)
    }
}
