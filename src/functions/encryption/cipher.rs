//! AES with keys of 128, 192 and 256 bits, and its modes without a tag.

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};

use super::gcm;
use super::method::{Method, Mode};

/// Bytes of a block.
pub const BLOCK: usize = 16;

/// One block.
pub type Block = [u8; BLOCK];

/// AES with a key.
pub enum Aes {
    Short(Aes128),
    Middle(Aes192),
    Long(Aes256),
}

impl Aes {
    /// `None` for a key of another size.
    pub fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Aes128::new_from_slice(key).ok().map(Self::Short),
            24 => Aes192::new_from_slice(key).ok().map(Self::Middle),
            32 => Aes256::new_from_slice(key).ok().map(Self::Long),
            _ => None,
        }
    }

    /// Encrypts one block.
    pub fn encrypt(&self, block: &mut Block) {
        match self {
            Self::Short(aes) => aes.encrypt_block(block.into()),
            Self::Middle(aes) => aes.encrypt_block(block.into()),
            Self::Long(aes) => aes.encrypt_block(block.into()),
        }
    }

    fn decrypt(&self, block: &mut Block) {
        match self {
            Self::Short(aes) => aes.decrypt_block(block.into()),
            Self::Middle(aes) => aes.decrypt_block(block.into()),
            Self::Long(aes) => aes.decrypt_block(block.into()),
        }
    }
}

/// What encryption gives.
pub struct Sealed {
    /// The encrypted value.
    pub text: Vec<u8>,
    /// The tag, of GCM.
    pub tag: Option<Block>,
}

fn vector_block(vector: &[u8]) -> Block {
    vector.first_chunk::<BLOCK>().copied().unwrap_or_default()
}

fn xor(block: &mut Block, other: &[u8]) {
    block.iter_mut().zip(other).for_each(|(own, other)| *own ^= other);
}

/// Encrypts; `None` when the value has no whole blocks and nothing fills them up.
pub fn seal(aes: &Aes, method: Method, vector: &[u8], authenticated: &[u8], value: &[u8]) -> Option<Sealed> {
    let (text, tag) = match method.mode {
        Mode::Gcm => {
            let text = gcm::apply(aes, vector, value);
            let tag = gcm::tag(aes, vector, authenticated, &text);
            (text, Some(tag))
        }
        Mode::Ecb | Mode::Cbc => (seal_blocks(aes, method, vector, value)?, None),
        mode => (stream(aes, mode, vector, value, true), None),
    };
    Some(Sealed { text, tag })
}

/// Decrypts; `None` when something does not fit.
pub fn open(
    aes: &Aes,
    method: Method,
    vector: &[u8],
    authenticated: &[u8],
    text: &[u8],
    tag: &[u8],
) -> Option<Vec<u8>> {
    match method.mode {
        Mode::Gcm => {
            let expected = gcm::tag(aes, vector, authenticated, text);
            (expected.as_slice() == tag).then(|| gcm::apply(aes, vector, text))
        }
        Mode::Ecb | Mode::Cbc => open_blocks(aes, method, vector, text),
        mode => Some(stream(aes, mode, vector, text, false)),
    }
}

fn seal_blocks(aes: &Aes, method: Method, vector: &[u8], value: &[u8]) -> Option<Vec<u8>> {
    let mut padded = value.to_vec();
    if method.padded {
        let missing = BLOCK - value.len() % BLOCK;
        padded.resize(value.len() + missing, missing as u8);
    }
    let (blocks, rest) = padded.as_chunks::<BLOCK>();
    if !rest.is_empty() {
        return None;
    }
    let mut before = vector_block(vector);
    let mut out = Vec::with_capacity(padded.len());
    for block in blocks {
        let mut block = *block;
        if method.mode == Mode::Cbc {
            xor(&mut block, &before);
        }
        aes.encrypt(&mut block);
        before = block;
        out.extend_from_slice(&block);
    }
    Some(out)
}

fn open_blocks(aes: &Aes, method: Method, vector: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    if !rest.is_empty() {
        return None;
    }
    let mut before = vector_block(vector);
    let mut out = Vec::with_capacity(text.len());
    for sealed in blocks {
        let mut block = *sealed;
        aes.decrypt(&mut block);
        if method.mode == Mode::Cbc {
            xor(&mut block, &before);
        }
        before = *sealed;
        out.extend_from_slice(&block);
    }
    if method.padded {
        let missing = usize::from(*out.last()?);
        let kept = out.len().checked_sub(missing)?;
        let whole = (1..=BLOCK).contains(&missing)
            && out
                .get(kept..)
                .is_some_and(|padding| padding.iter().all(|byte| usize::from(*byte) == missing));
        if !whole {
            return None;
        }
        out.truncate(kept);
    }
    Some(out)
}

/// The modes that add a stream of bytes to the text.
fn stream(aes: &Aes, mode: Mode, vector: &[u8], text: &[u8], sealing: bool) -> Vec<u8> {
    let mut state = vector_block(vector);
    let mut out = Vec::with_capacity(text.len());
    for piece in text.chunks(BLOCK) {
        let mut key = state;
        aes.encrypt(&mut key);
        let start = out.len();
        out.extend(piece.iter().zip(key).map(|(byte, key)| byte ^ key));
        match mode {
            Mode::Ctr => state = u128::from_be_bytes(state).wrapping_add(1).to_be_bytes(),
            Mode::Cfb => {
                let sealed = if sealing { out.get(start..) } else { Some(piece) };
                state
                    .iter_mut()
                    .zip(sealed.unwrap_or_default())
                    .for_each(|(own, byte)| *own = *byte);
            }
            _ => state = key,
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NIST SP 800-38A, F.1.1, F.2.1, F.3.13, F.4.1 and F.5.1, first two blocks.
    #[test]
    fn modes_give_the_published_texts() {
        let key = hex::decode("2b7e151628aed2a6abf7158809cf4f3c").unwrap();
        let vector = hex::decode("000102030405060708090a0b0c0d0e0f").unwrap();
        let counter = hex::decode("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff").unwrap();
        let text = hex::decode("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51").unwrap();
        let aes = Aes::new(&key).unwrap();
        for (mode, vector, sealed) in [
            (
                Mode::Ecb,
                &vector,
                "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf",
            ),
            (
                Mode::Cbc,
                &vector,
                "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2",
            ),
            (
                Mode::Cfb,
                &vector,
                "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b",
            ),
            (
                Mode::Ofb,
                &vector,
                "3b3fd92eb72dad20333449f8e83cfb4a7789508d16918f03f53c52dac54ed825",
            ),
            (
                Mode::Ctr,
                &counter,
                "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff",
            ),
        ] {
            let method = Method { mode, padded: false };
            let ours = seal(&aes, method, vector, &[], &text).unwrap();
            assert_eq!(hex::encode(&ours.text), sealed, "{mode:?}");
            assert_eq!(open(&aes, method, vector, &[], &ours.text, &[]).unwrap(), text);
        }
    }

    #[test]
    fn padding_gives_every_length_back() {
        let aes = Aes::new(&[1; 24]).unwrap();
        for length in 0..40 {
            let method = Method {
                mode: Mode::Cbc,
                padded: true,
            };
            let text = vec![9; length];
            let sealed = seal(&aes, method, &[2; 16], &[], &text).unwrap();
            assert_eq!(
                open(&aes, method, &[2; 16], &[], &sealed.text, &[]).unwrap(),
                text
            );
            assert!(open(&aes, method, &[2; 16], &[], b"short", &[]).is_none());
        }
    }
}
