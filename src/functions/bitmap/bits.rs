//! A bitmap of 32,768 bits as a BINARY value.
//!
//! Few values are an index vector: their number in two bytes, the larger first, and each position in two bytes, the
//! smaller first; zeros fill it up to ten bytes. Many values are twelve bytes that begin with `FFFF` and then the bits
//! themselves.

use crate::error::{Error, Result};

/// The bits of one bitmap.
pub const BITS: u32 = 32_768;

const WORDS: usize = BITS as usize / 64;
/// The most values of an index vector: more take more room than the bits do.
const MOST_INDEXED: usize = 2_048;
/// The shortest value.
const SHORTEST: usize = 10;
const FULL_HEADER: [u8; 12] = [0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// The set bits of one bitmap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bits(Vec<u64>);

impl Default for Bits {
    fn default() -> Self {
        Self(vec![0; WORDS])
    }
}

impl Bits {
    /// Sets the bit of a position; false when there is no such bit.
    pub fn set(&mut self, position: u32) -> bool {
        let Some(word) = self.0.get_mut(position as usize / 64) else {
            return false;
        };
        *word |= 1 << (position % 64);
        true
    }

    /// Keeps the bits that are set in both.
    pub fn and(&mut self, other: &Self) {
        self.0
            .iter_mut()
            .zip(&other.0)
            .for_each(|(own, other)| *own &= other);
    }

    /// Adds the bits of another.
    pub fn or(&mut self, other: &Self) {
        self.0
            .iter_mut()
            .zip(&other.0)
            .for_each(|(own, other)| *own |= other);
    }

    /// How many bits are set.
    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The positions of the set bits, in order.
    pub fn positions(&self) -> impl Iterator<Item = u32> {
        self.0.iter().zip(0_u32..).flat_map(|(word, at)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| at * 64 + bit)
        })
    }

    /// The bitmap that a value holds.
    ///
    /// # Errors
    /// 100137 when it holds none.
    pub fn read(function: &str, bytes: &[u8]) -> Result<Self> {
        let mut bits = Self::default();
        let invalid = || Error::invalid_argument(function, hex::encode_upper(bytes), "it is no bitmap");
        if let Some(words) = bytes.strip_prefix(FULL_HEADER.as_slice()) {
            let (words, rest) = words.as_chunks::<8>();
            if words.len() != WORDS || !rest.is_empty() {
                return Err(invalid());
            }
            bits.0 = words.iter().map(|word| u64::from_le_bytes(*word)).collect();
            return Ok(bits);
        }
        let (count, positions) = bytes.split_first_chunk::<2>().ok_or_else(invalid)?;
        let count = usize::from(u16::from_be_bytes(*count));
        let (positions, rest) = positions.as_chunks::<2>();
        let whole = bytes.len() == SHORTEST.max(2 + 2 * count) && rest.is_empty();
        let positions = positions.get(..count).filter(|_| whole).ok_or_else(invalid)?;
        for position in positions {
            if !bits.set(u32::from(u16::from_le_bytes(*position))) {
                return Err(invalid());
            }
        }
        Ok(bits)
    }

    /// Writes the value that stands for this bitmap.
    pub fn write(&self, out: &mut Vec<u8>) {
        let count = self.count();
        if count > MOST_INDEXED {
            out.extend_from_slice(&FULL_HEADER);
            self.0
                .iter()
                .for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
            return;
        }
        let start = out.len();
        out.extend_from_slice(&(count as u16).to_be_bytes());
        for position in self.positions() {
            out.extend_from_slice(&(position as u16).to_le_bytes());
        }
        out.resize((start + SHORTEST).max(out.len()), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(bits: &Bits) -> Vec<u8> {
        let mut out = Vec::new();
        bits.write(&mut out);
        out
    }

    #[test]
    fn values_of_either_form_read_back() {
        for step in [1, 7, 100, 40_000] {
            let mut bits = Bits::default();
            for position in (0..BITS).step_by(step) {
                assert!(bits.set(position));
            }
            assert_eq!(Bits::read("F", &bytes(&bits)).unwrap(), bits);
        }
        let mut bits = Bits::default();
        (0..4).for_each(|position| assert!(bits.set(position)));
        assert_eq!(hex::encode(bytes(&bits)), "00040000010002000300");
        assert!(!bits.set(BITS));
    }

    #[test]
    fn other_bytes_are_refused() {
        for hex in [
            "",
            "00",
            "0001",
            "ffff",
            "00020000",
            "0001ffff000000000000",
            "00010000000000000000ff",
        ] {
            let bytes = hex::decode(hex).unwrap();
            assert_eq!(Bits::read("F", &bytes).unwrap_err().code(), 100_137, "{hex}");
        }
    }
}
