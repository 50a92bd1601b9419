//! The encryption that clients use on the way to a stage and back.
//!
//! Each file has a key of its own, itself encrypted with the master key that the instructions carry: AES in CBC mode
//! with PKCS7 padding for the bytes, AES of single blocks with the same padding for the key. Keys are of 128 bits, or of
//! 256 where an account wants it (CLIENT_ENCRYPTION_KEY_SIZE).

use std::pin::Pin;
use std::task::{Context, Poll};

use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use ring::hmac;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::server::random;
use crate::world::s3::{ByteStream, StorageError};

/// Bytes of a block, of a short key and of the first value of a chain.
const BLOCK: usize = 16;
/// Bytes of a long key.
const LONG: usize = 32;

type Block = [u8; BLOCK];

/// AES with a key of either size.
enum Cipher {
    Short(Aes128),
    Long(Aes256),
}

impl Cipher {
    /// `None` for a key of another size.
    fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            BLOCK => Aes128::new_from_slice(key).ok().map(Self::Short),
            LONG => Aes256::new_from_slice(key).ok().map(Self::Long),
            _ => None,
        }
    }

    fn encrypt(&self, block: &mut Array<u8, aes::cipher::consts::U16>) {
        match self {
            Self::Short(cipher) => cipher.encrypt_block(block),
            Self::Long(cipher) => cipher.encrypt_block(block),
        }
    }

    fn decrypt(&self, block: &mut Array<u8, aes::cipher::consts::U16>) {
        match self {
            Self::Short(cipher) => cipher.decrypt_block(block),
            Self::Long(cipher) => cipher.decrypt_block(block),
        }
    }
}

/// The key that the keys of files are encrypted with. What lies in a stage is not encrypted, so that nobody needs this
/// key after the server's end.
pub struct Keys {
    master: Vec<u8>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// How one file is encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct FileKey {
    key: Vec<u8>,
    first: Block,
}

impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileKey")
    }
}

impl FileKey {
    /// The first value of the chain, another one for each file.
    pub fn first(&self) -> &[u8] {
        &self.first
    }
}

impl Keys {
    /// A new master key.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn new() -> Result<Self> {
        Ok(Self {
            master: random::bytes::<BLOCK>()?.to_vec(),
        })
    }

    /// The master key that an account's instructions carry, in base64; `None` for what is none.
    pub fn of_text(text: &str) -> Option<Self> {
        let master = STANDARD.decode(text).ok()?;
        Cipher::new(&master).is_some().then_some(Self { master })
    }

    /// How many bits the keys have.
    pub fn bits(&self) -> usize {
        self.master.len() * 8
    }

    /// A new key for a file, of the master key's size.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn new_file(&self) -> Result<FileKey> {
        let mut key = random::bytes::<LONG>()?.to_vec();
        key.truncate(self.master.len());
        Ok(FileKey {
            key,
            first: random::bytes()?,
        })
    }

    /// The master key, as clients are told it.
    pub fn master_text(&self) -> String {
        STANDARD.encode(&self.master)
    }

    /// The key of a file that is to be sent: always the same for the same content of the same file, since clients ask
    /// for the head before the body.
    pub fn of_file(&self, name: &str, etag: &str) -> FileKey {
        let mac = hmac::Key::new(hmac::HMAC_SHA256, &self.master);
        let tag = hmac::sign(&mac, format!("{name}\n{etag}").as_bytes());
        let mut file = FileKey {
            key: vec![0; BLOCK],
            first: [0; BLOCK],
        };
        for (byte, random) in file.key.iter_mut().chain(&mut file.first).zip(tag.as_ref()) {
            *byte = *random;
        }
        file
    }

    /// A file's key, encrypted, and the first value of its chain, both in base64.
    pub fn wrapped(&self, file: &FileKey) -> [String; 2] {
        let mut wrapped = file.key.clone();
        wrapped.extend_from_slice(&[BLOCK as u8; BLOCK]);
        if let Some(cipher) = Cipher::new(&self.master) {
            for block in wrapped.as_chunks_mut::<BLOCK>().0 {
                let mut work = Array::from(*block);
                cipher.encrypt(&mut work);
                *block = work.into();
            }
        }
        [STANDARD.encode(wrapped), STANDARD.encode(file.first)]
    }

    /// The opposite of [`wrapped`](Self::wrapped); `None` for what was wrapped with another key.
    pub fn unwrapped(&self, wrapped: &str, first: &str) -> Option<FileKey> {
        let mut wrapped = STANDARD.decode(wrapped).ok()?;
        let first = STANDARD.decode(first).ok()?.try_into().ok()?;
        let cipher = Cipher::new(&self.master)?;
        let (blocks, []) = wrapped.as_chunks_mut::<BLOCK>() else {
            return None;
        };
        for block in blocks {
            let mut work = Array::from(*block);
            cipher.decrypt(&mut work);
            *block = work.into();
        }
        let key = wrapped.strip_suffix(&[BLOCK as u8; BLOCK])?.to_vec();
        Cipher::new(&key).is_some().then_some(FileKey { key, first })
    }

    /// The header that tells how a file is encrypted.
    pub fn described(&self, file: &FileKey) -> Value {
        header(&self.wrapped(file))
    }

    /// How a file that comes is encrypted; `None` for a header that is none.
    pub fn read(&self, header: &Value) -> Option<FileKey> {
        let [wrapped, first] = of_header(header)?;
        self.unwrapped(&wrapped, &first)
    }
}

/// The header of a wrapped key and the first value of its chain.
pub fn header([wrapped, first]: &[String; 2]) -> Value {
    json!({
        "EncryptionMode": "FullBlob",
        "WrappedContentKey": {
            "KeyId": "symmKey1",
            "EncryptedKey": wrapped,
            "Algorithm": "AES_CBC_256",
        },
        "EncryptionAgent": {"Protocol": "1.0", "EncryptionAlgorithm": "AES_CBC_256"},
        "ContentEncryptionIV": first,
        "KeyWrappingMetadata": {"EncryptionLibrary": "Java 5.3.0"},
    })
}

/// What a header has of both; `None` for a header that is none.
pub fn of_header(header: &Value) -> Option<[String; 2]> {
    let wrapped = header.get("WrappedContentKey")?.get("EncryptedKey")?.as_str()?;
    let first = header.get("ContentEncryptionIV")?.as_str()?;
    Some([wrapped.to_owned(), first.to_owned()])
}

/// All bytes of a file, encrypted.
pub fn encrypt(file: &FileKey, bytes: &[u8]) -> Bytes {
    let mut chain = Chain::new(file, true);
    let mut out = chain.push(bytes).to_vec();
    // Encrypting cannot fail.
    out.extend_from_slice(&chain.finish().unwrap_or_default());
    out.into()
}

/// The opposite.
///
/// # Errors
/// Bytes that are not encrypted so.
pub fn decrypt(file: &FileKey, bytes: &[u8]) -> Result<Bytes> {
    let mut chain = Chain::new(file, false);
    let mut out = chain.push(bytes).to_vec();
    let last = chain.finish();
    out.extend_from_slice(&last.map_err(|_| Error::outside("a file that is not encrypted as it says"))?);
    Ok(out.into())
}

/// The size of encrypted bytes.
pub fn encrypted_size(size: u64) -> u64 {
    (size / BLOCK as u64 + 1) * BLOCK as u64
}

/// Bytes that are encrypted or decrypted as they come.
struct Chain {
    /// `None` for a key of a size that keys never have.
    cipher: Option<Cipher>,
    previous: Block,
    /// What does not fill a block yet; when decrypting, also the block that may be the last.
    rest: Vec<u8>,
    encrypt: bool,
}

impl Chain {
    fn new(file: &FileKey, encrypt: bool) -> Self {
        Self {
            cipher: Cipher::new(&file.key),
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
        let Some(cipher) = &self.cipher else {
            return;
        };
        for block in blocks {
            let mut work = Array::from(*block);
            if self.encrypt {
                mix(&mut work, &self.previous);
                cipher.encrypt(&mut work);
                self.previous = work.into();
            } else {
                cipher.decrypt(&mut work);
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
mod tests;
