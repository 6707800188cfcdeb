//! What separates the columns of a table.

use std::io::{self, Cursor, Read};

use super::number;

/// What separates columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// One byte, and empty fields between two of them.
    Byte(u8),
    /// Spaces and tabs, as many as there are.
    Space,
}

/// The first that fits best is taken.
const SEPARATORS: [Separator; 5] = [
    Separator::Byte(b','),
    Separator::Byte(b';'),
    Separator::Byte(b'\t'),
    Separator::Byte(b'|'),
    Separator::Space,
];

impl Separator {
    /// The one that makes the most numbers of the first lines of a file.
    pub(super) fn of(lines: &[&str]) -> Self {
        // The first line may hold names.
        let data = if lines.len() > 1 { &lines[1..] } else { lines };
        let Some(first) = data.first() else { return SEPARATORS[0] };
        let (mut best, mut most) = (None, 2e-3);
        for separator in SEPARATORS {
            let width = separator.split(first).len();
            if width < 2 {
                continue;
            }
            let (mut numbers, mut fields) = (0, 0);
            for line in data {
                let line = separator.split(line);
                fields += line.len();
                if line.len() == width {
                    numbers += line.iter().filter(|field| is_number(field)).count();
                }
            }
            // Of two that make as many, the one that names fit to.
            let named = separator.split(lines[0]).len() == width;
            let share = numbers as f64 / fields as f64 + if named { 1e-3 } else { 0.0 };
            // Words alone may hold spaces.
            if share > most || (best.is_none() && separator != Self::Space) {
                (best, most) = (Some(separator), share);
            }
        }
        best.unwrap_or(SEPARATORS[0])
    }

    /// Its name, for notes. None for commas.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Byte(b';') => Some("semicolons"),
            Self::Byte(b'\t') => Some("tabs"),
            Self::Byte(b'|') => Some("bars"),
            Self::Byte(_) => None,
            Self::Space => Some("spaces"),
        }
    }

    /// The byte between columns, once [`Spaces`] has made one of several.
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Byte(byte) => byte,
            Self::Space => b' ',
        }
    }

    /// The fields of a line.
    pub(super) fn split(self, line: &str) -> Vec<&str> {
        let mut quoted = false;
        let is_end = |c: char| {
            quoted ^= c == '"';
            !quoted
                && match self {
                    Self::Byte(byte) => c == char::from(byte),
                    Self::Space => matches!(c, ' ' | '\t'),
                }
        };
        let fields = line.split(is_end).map(|field| field.trim().trim_matches('"'));
        match self {
            Self::Byte(_) => fields.collect(),
            Self::Space => fields.filter(|field| !field.is_empty()).collect(),
        }
    }
}

fn is_number(field: &str) -> bool {
    number(field.as_bytes(), false).or_else(|| number(field.as_bytes(), true)).is_some()
}

/// Text with one space between two fields, and none before the first and after the last.
pub(super) struct Spaces<R> {
    input: R,
    /// Nothing of the line has come yet.
    start: bool,
    /// A space is due before the next field.
    due: bool,
    quoted: bool,
    raw: Vec<u8>,
    text: Cursor<Vec<u8>>,
}

impl<R> Spaces<R> {
    pub(super) fn new(input: R) -> Self {
        let raw = vec![0; 1 << 16];
        Self { input, start: true, due: false, quoted: false, raw, text: Cursor::default() }
    }
}

impl<R: Read> Read for Spaces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.text.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let read = self.input.read(&mut self.raw)?;
            if read == 0 {
                return Ok(0);
            }
            let text = self.text.get_mut();
            text.clear();
            for &byte in &self.raw[..read] {
                match byte {
                    b' ' | b'\t' if !self.quoted => self.due = !self.start,
                    b'\n' | b'\r' if !self.quoted => {
                        (self.start, self.due) = (true, false);
                        text.push(byte);
                    }
                    byte => {
                        if std::mem::take(&mut self.due) {
                            text.push(b' ');
                        }
                        self.start = false;
                        self.quoted ^= byte == b'"';
                        text.push(byte);
                    }
                }
            }
            self.text.set_position(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_makes_numbers() {
        for (text, expected) in [
            ("a,b\n1,2", Separator::Byte(b',')),
            ("1.5, 2.5\n1.5, 2.5", Separator::Byte(b',')),
            ("a;b\n1,5;2,5\n3,25;4", Separator::Byte(b';')),
            ("1;2;3", Separator::Byte(b';')),
            ("a\tb\n1,5\t2,5", Separator::Byte(b'\t')),
            ("a|b\n1|2", Separator::Byte(b'|')),
            ("1.0e0 2.0\n 3  4", Separator::Space),
            ("1,5 2,5\n3,5 4,5", Separator::Space),
            ("name,x\n\"a;b\",1\n\"c;d\",2", Separator::Byte(b',')),
            ("a;b\n1.234,5;2", Separator::Byte(b';')),
            ("tree\nred oak\nwild elm", Separator::Byte(b',')),
            ("1\n2", Separator::Byte(b',')),
        ] {
            let lines: Vec<_> = text.lines().collect();
            assert_eq!(Separator::of(&lines), expected, "{text}");
        }
    }

    #[test]
    fn runs_of_spaces_become_one_for_every_size_of_the_buffer() {
        let text = "  a \t b  \r\n\"x  y\"   2 \n\n 3\t4";
        for size in 1..30 {
            let mut spaces = Spaces::new(text.as_bytes());
            let (mut read, mut buffer) = (Vec::new(), vec![0; size]);
            loop {
                let n = spaces.read(&mut buffer).unwrap();
                if n == 0 {
                    break;
                }
                read.extend(&buffer[..n]);
            }
            assert_eq!(String::from_utf8(read).unwrap(), "a b\r\n\"x  y\" 2\n\n3 4", "{size}");
        }
    }
}
