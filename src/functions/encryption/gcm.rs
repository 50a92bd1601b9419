//! Galois/Counter Mode (NIST SP 800-38D) with initialization vectors of 96 bits and tags of 128.

use super::cipher::{Aes, BLOCK, Block};

/// Bytes of a tag.
pub const TAG: usize = 16;

/// The product of two elements of the field, bit by bit.
fn multiply(left: u128, mut right: u128) -> u128 {
    let mut product = 0;
    for bit in (0..128).rev() {
        if left >> bit & 1 == 1 {
            product ^= right;
        }
        let carry = right & 1 == 1;
        right >>= 1;
        if carry {
            right ^= 0xe1 << 120;
        }
    }
    product
}

fn element(bytes: &[u8]) -> u128 {
    let mut block: Block = [0; BLOCK];
    block.iter_mut().zip(bytes).for_each(|(own, byte)| *own = *byte);
    u128::from_be_bytes(block)
}

fn first_counter(vector: &[u8]) -> u128 {
    let prefix = element(vector.get(..12).unwrap_or(vector));
    prefix | 1
}

/// Encrypts, or decrypts, which is the same.
pub fn apply(aes: &Aes, vector: &[u8], text: &[u8]) -> Vec<u8> {
    let counter = first_counter(vector);
    let mut out = Vec::with_capacity(text.len());
    for (block, number) in text.chunks(BLOCK).zip(1_u32..) {
        let low = (counter as u32).wrapping_add(number);
        let mut stream: Block = (counter & !u128::from(u32::MAX) | u128::from(low)).to_be_bytes();
        aes.encrypt(&mut stream);
        out.extend(block.iter().zip(stream).map(|(byte, key)| byte ^ key));
    }
    out
}

/// The tag of a ciphertext and what is authenticated with it.
pub fn tag(aes: &Aes, vector: &[u8], authenticated: &[u8], ciphertext: &[u8]) -> Block {
    let mut key: Block = [0; BLOCK];
    aes.encrypt(&mut key);
    let key = u128::from_be_bytes(key);
    let blocks = authenticated.chunks(BLOCK).chain(ciphertext.chunks(BLOCK));
    let hash = blocks.fold(0, |hash, block| multiply(hash ^ element(block), key));
    let lengths = ((authenticated.len() as u128 * 8) << 64) | (ciphertext.len() as u128 * 8);
    let hash = multiply(hash ^ lengths, key);
    let mut mask: Block = first_counter(vector).to_be_bytes();
    aes.encrypt(&mut mask);
    (hash ^ u128::from_be_bytes(mask)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

    use super::*;

    #[test]
    fn agrees_with_another_implementation() {
        for (algorithm, size) in [(&AES_128_GCM, 16), (&AES_256_GCM, 32)] {
            for length in [0, 1, 15, 16, 17, 100] {
                let key: Vec<u8> = (0..size).collect();
                let text: Vec<u8> = (0..length).map(|byte: u8| byte.wrapping_mul(3)).collect();
                let (vector, authenticated) = ([7; 12], b"not secret".as_slice());
                let theirs = LessSafeKey::new(UnboundKey::new(algorithm, &key).unwrap());
                let mut sealed = text.clone();
                let nonce = Nonce::assume_unique_for_key(vector);
                theirs
                    .seal_in_place_append_tag(nonce, Aad::from(authenticated), &mut sealed)
                    .unwrap();
                let aes = Aes::new(&key).unwrap();
                let mut ours = apply(&aes, &vector, &text);
                let tag = tag(&aes, &vector, authenticated, &ours);
                ours.extend_from_slice(&tag);
                assert_eq!(ours, sealed, "{size} {length}");
            }
        }
    }
}
