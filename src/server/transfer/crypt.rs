//! The encryption that clients use on the way to a stage and back.
//!
//! Each file has a key of its own, itself encrypted with the master key that the instructions carry: AES in CBC mode
//! with PKCS7 padding for the bytes, AES of single blocks with the same padding for the key.

use std::pin::Pin;
use std::task::{Context, Poll};

use aes::Aes128;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use ring::hmac;
use serde_json::{Value, json};

use crate::error::Result;
use crate::server::random;
use crate::world::s3::{ByteStream, StorageError};

/// Bytes of a block, of a key and of the first value of a chain.
const BLOCK: usize = 16;

type Block = [u8; BLOCK];

/// The key that the keys of files are encrypted with. What lies in a stage is not encrypted, so that nobody needs this
/// key after the server's end.
pub struct Keys {
    master: Block,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// How one file is encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct FileKey {
    key: Block,
    first: Block,
}

impl Keys {
    /// A new master key.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn new() -> Result<Self> {
        Ok(Self {
            master: random::bytes()?,
        })
    }

    /// The master key, as clients are told it.
    pub fn master_text(&self) -> String {
        STANDARD.encode(self.master)
    }

    /// The key of a file that is to be sent: always the same for the same content of the same file, since clients ask
    /// for the head before the body.
    pub fn of_file(&self, name: &str, etag: &str) -> FileKey {
        let mac = hmac::Key::new(hmac::HMAC_SHA256, &self.master);
        let tag = hmac::sign(&mac, format!("{name}\n{etag}").as_bytes());
        let mut file = FileKey {
            key: [0; BLOCK],
            first: [0; BLOCK],
        };
        for (byte, random) in file.key.iter_mut().chain(&mut file.first).zip(tag.as_ref()) {
            *byte = *random;
        }
        file
    }

    /// The header that tells how a file is encrypted.
    pub fn described(&self, file: &FileKey) -> Value {
        let cipher = Aes128::new(&Array::from(self.master));
        let mut wrapped = Vec::with_capacity(2 * BLOCK);
        for block in [file.key, [BLOCK as u8; BLOCK]] {
            let mut block = Array::from(block);
            cipher.encrypt_block(&mut block);
            wrapped.extend_from_slice(&block);
        }
        json!({
            "EncryptionMode": "FullBlob",
            "WrappedContentKey": {
                "KeyId": "symmKey1",
                "EncryptedKey": STANDARD.encode(wrapped),
                "Algorithm": "AES_CBC_256",
            },
            "EncryptionAgent": {"Protocol": "1.0", "EncryptionAlgorithm": "AES_CBC_256"},
            "ContentEncryptionIV": STANDARD.encode(file.first),
            "KeyWrappingMetadata": {"EncryptionLibrary": "Java 5.3.0"},
        })
    }

    /// How a file that comes is encrypted; `None` for a header that is none.
    pub fn read(&self, header: &Value) -> Option<FileKey> {
        let decoded = |value: &Value| STANDARD.decode(value.as_str()?).ok();
        let wrapped = decoded(header.get("WrappedContentKey")?.get("EncryptedKey")?)?;
        let first = decoded(header.get("ContentEncryptionIV")?)?;
        let (blocks, []) = wrapped.as_chunks::<BLOCK>() else {
            return None;
        };
        let [key, padding] = blocks else {
            return None;
        };
        let cipher = Aes128::new(&Array::from(self.master));
        let open = |block: &Block| {
            let mut block = Array::from(*block);
            cipher.decrypt_block(&mut block);
            <Block>::from(block)
        };
        (open(padding) == [BLOCK as u8; BLOCK]).then_some(FileKey {
            key: open(key),
            first: first.try_into().ok()?,
        })
    }
}

/// The size of encrypted bytes.
pub fn encrypted_size(size: u64) -> u64 {
    (size / BLOCK as u64 + 1) * BLOCK as u64
}

/// Bytes that are encrypted or decrypted as they come.
struct Chain {
    cipher: Aes128,
    previous: Block,
    /// What does not fill a block yet; when decrypting, also the block that may be the last.
    rest: Vec<u8>,
    encrypt: bool,
}

impl Chain {
    fn new(file: &FileKey, encrypt: bool) -> Self {
        Self {
            cipher: Aes128::new(&Array::from(file.key)),
            previous: file.first,
            rest: Vec::new(),
            encrypt,
        }
    }

    fn push(&mut self, bytes: &[u8]) -> Bytes {
        self.rest.extend_from_slice(bytes);
        let mut whole = self.rest.len() / BLOCK;
        if !self.encrypt && self.rest.len().is_multiple_of(BLOCK) {
            whole = whole.saturating_sub(1);
        }
        let rest = self.rest.split_off(whole * BLOCK);
        let mut taken = std::mem::replace(&mut self.rest, rest);
        self.blocks(&mut taken);
        taken.into()
    }

    fn blocks(&mut self, bytes: &mut [u8]) {
        let (blocks, _) = bytes.as_chunks_mut::<BLOCK>();
        for block in blocks {
            let mut work = Array::from(*block);
            if self.encrypt {
                mix(&mut work, &self.previous);
                self.cipher.encrypt_block(&mut work);
                self.previous = work.into();
            } else {
                self.cipher.decrypt_block(&mut work);
                mix(&mut work, &self.previous);
                self.previous = *block;
            }
            *block = work.into();
        }
    }

    fn finish(&mut self) -> Result<Bytes, StorageError> {
        let damaged = || StorageError::Unsupported("a file that is not encrypted as it says".to_owned());
        let mut last = std::mem::take(&mut self.rest);
        if self.encrypt {
            let missing = BLOCK - last.len() % BLOCK;
            last.resize(last.len() + missing, missing as u8);
            self.blocks(&mut last);
            return Ok(last.into());
        }
        if last.len() != BLOCK {
            return Err(damaged());
        }
        self.blocks(&mut last);
        let padding = usize::from(last.last().copied().unwrap_or_default());
        let kept = BLOCK
            .checked_sub(padding)
            .filter(|kept| *kept < BLOCK)
            .ok_or_else(damaged)?;
        if last.iter().skip(kept).any(|byte| usize::from(*byte) != padding) {
            return Err(damaged());
        }
        last.truncate(kept);
        Ok(last.into())
    }
}

fn mix(block: &mut [u8], with: &Block) {
    for (byte, other) in block.iter_mut().zip(with) {
        *byte ^= other;
    }
}

/// Bytes on their way through a [`Chain`].
struct Crypted {
    inner: ByteStream,
    chain: Option<Chain>,
}

impl Stream for Crypted {
    type Item = Result<Bytes, StorageError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.chain.is_none() {
            return Poll::Ready(None);
        }
        let next = std::task::ready!(Pin::new(&mut self.inner).poll_next(context));
        let Some(chain) = &mut self.chain else {
            return Poll::Ready(None);
        };
        Poll::Ready(Some(match next {
            Some(Ok(bytes)) => Ok(chain.push(&bytes)),
            Some(Err(error)) => {
                self.chain = None;
                Err(error)
            }
            None => {
                let last = chain.finish();
                self.chain = None;
                last
            }
        }))
    }
}

/// Encrypts bytes as they pass.
pub fn encrypted(file: &FileKey, inner: ByteStream) -> ByteStream {
    let chain = Some(Chain::new(file, true));
    Crypted { inner, chain }.boxed()
}

/// Decrypts bytes as they pass; the end is an error if they are not encrypted so.
pub fn decrypted(file: &FileKey, inner: ByteStream) -> ByteStream {
    let chain = Some(Chain::new(file, false));
    Crypted { inner, chain }.boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{TryStreamExt, stream};

    fn pieces(bytes: &[u8], size: usize) -> ByteStream {
        let pieces: Vec<_> = bytes
            .chunks(size)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        stream::iter(pieces).boxed()
    }

    async fn whole(stream: ByteStream) -> Result<Vec<u8>, StorageError> {
        let pieces: Vec<Bytes> = stream.try_collect().await?;
        Ok(pieces.concat())
    }

    #[tokio::test]
    async fn what_was_encrypted_is_decrypted() {
        let keys = Keys::new().unwrap();
        for length in [0, 1, 15, 16, 17, 32, 1000] {
            let plain: Vec<u8> = (0..length).map(|n| n as u8).collect();
            let file = keys.of_file("a", &length.to_string());
            for size in [1, 7, 16, 33, 4096] {
                let sent = whole(encrypted(&file, pieces(&plain, size))).await.unwrap();
                assert_eq!(sent.len() as u64, encrypted_size(plain.len() as u64));
                let read = keys.read(&keys.described(&file)).unwrap();
                let back = whole(decrypted(&read, pieces(&sent, size))).await.unwrap();
                assert_eq!(back, plain);
            }
        }
    }

    #[tokio::test]
    async fn damaged_bytes_are_an_error() {
        let keys = Keys::new().unwrap();
        let file = keys.of_file("a", "1");
        for bytes in [&[][..], &[1; 15], &[0; 16], &[7; 40]] {
            assert!(
                whole(decrypted(&file, pieces(bytes, 5))).await.is_err(),
                "{bytes:?}"
            );
        }
        let mut both = decrypted(&file, pieces(&[1; 15], 4));
        while both.next().await.is_some() {}
        assert!(both.next().await.is_none());
        let other = Keys::new().unwrap();
        assert!(other.read(&keys.described(&file)).is_none());
        assert!(keys.read(&json!({"WrappedContentKey": 1})).is_none());
    }

    #[test]
    fn the_chain_is_the_standard_one() {
        // The first example of CBC with AES-128 in NIST SP 800-38A.
        let file = FileKey {
            key: hex::decode("2b7e151628aed2a6abf7158809cf4f3c")
                .unwrap()
                .try_into()
                .unwrap(),
            first: hex::decode("000102030405060708090a0b0c0d0e0f")
                .unwrap()
                .try_into()
                .unwrap(),
        };
        let plain = hex::decode("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51").unwrap();
        let sent = Chain::new(&file, true).push(&plain);
        assert_eq!(
            hex::encode(sent),
            "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
        );
    }
}
