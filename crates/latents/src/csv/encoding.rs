//! Text in other encodings than UTF-8, as Excel and PowerShell write it.

use std::io::{self, Cursor, ErrorKind, Read};

/// Text of a file.
pub(super) type Input = Box<dyn Read + Send>;

/// The text in UTF-8 without a byte order mark, and what it was in where that is not UTF-8.
pub(super) fn utf8(mut input: Input) -> io::Result<(Input, Option<&'static str>)> {
    let mut start = Vec::new();
    input.by_ref().take(4).read_to_end(&mut start)?;
    let (skip, encoding) = match start[..] {
        [0xef, 0xbb, 0xbf, ..] => (3, None),
        [0xff, 0xfe, 0, 0] | [0, 0, 0xfe, 0xff] => {
            let reason = "text in UTF-32: save it as UTF-8";
            return Err(io::Error::new(ErrorKind::InvalidData, reason));
        }
        [0xff, 0xfe, ..] => (2, Some(false)),
        [0xfe, 0xff, ..] => (2, Some(true)),
        // ASCII in pairs of bytes, without a mark.
        [a, 0, b, 0] if a > 0 && b > 0 => (0, Some(false)),
        [0, a, 0, b] if a > 0 && b > 0 => (0, Some(true)),
        _ => (0, None),
    };
    start.drain(..skip);
    let input = Cursor::new(start).chain(input);
    Ok(match encoding {
        None => (Box::new(input), None),
        Some(big_endian) => (
            Box::new(Utf16 { input, big_endian, units: Vec::new(), text: Cursor::default() }),
            Some("UTF-16"),
        ),
    })
}

/// UTF-16 read as UTF-8.
struct Utf16<R> {
    input: R,
    big_endian: bool,
    /// The first half of a pair, whose second half has not come yet.
    units: Vec<u16>,
    text: Cursor<Vec<u8>>,
}

impl<R: Read> Utf16<R> {
    /// Decodes the next bytes. Whether there were any.
    fn fill(&mut self) -> io::Result<bool> {
        let mut bytes = Vec::new();
        self.input.by_ref().take(1 << 16).read_to_end(&mut bytes)?;
        let end = bytes.len() < 1 << 16;
        let invalid = |reason| io::Error::new(ErrorKind::InvalidData, reason);
        if bytes.len() % 2 == 1 {
            return Err(invalid("text in UTF-16 that ends within a character"));
        }
        self.units.extend(bytes.chunks_exact(2).map(|pair| {
            let pair = [pair[0], pair[1]];
            if self.big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
        }));
        let high =
            self.units.last().filter(|unit| !end && (0xd800..0xdc00).contains(*unit)).copied();
        let whole = self.units.len() - usize::from(high.is_some());
        let text = String::from_utf16(&self.units[..whole])
            .map_err(|_| invalid("text in UTF-16 with half a character"))?;
        self.units = high.into_iter().collect();
        self.text = Cursor::new(text.into_bytes());
        Ok(!bytes.is_empty())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.text.read(buffer)?;
            if read > 0 || buffer.is_empty() || !self.fill()? {
                return Ok(read);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_units_are_whole_across_blocks() {
        // Four bytes each, so that blocks of 64 KiB cut one in two after an odd unit.
        let text = format!("a{}\n", "𝄞".repeat(50_000));
        for big_endian in [false, true] {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            let bytes: Vec<u8> = units
                .flat_map(|u| if big_endian { u.to_be_bytes() } else { u.to_le_bytes() })
                .collect();
            let (mut input, encoding) = utf8(Box::new(Cursor::new(bytes))).unwrap();
            let mut read = String::new();
            input.read_to_string(&mut read).unwrap();
            assert_eq!((read == text, encoding), (true, Some("UTF-16")));
        }
    }

    #[test]
    fn half_a_character_is_an_error() {
        for bytes in [&[0xff, 0xfe, 0x00, 0xd8][..], &[0xff, 0xfe, 0x31]] {
            let (mut input, _) = utf8(Box::new(Cursor::new(bytes.to_vec()))).unwrap();
            assert!(input.read_to_end(&mut Vec::new()).is_err());
        }
    }
}
