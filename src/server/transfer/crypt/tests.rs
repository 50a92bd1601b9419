use super::*;
use futures::{TryStreamExt, stream};

fn pieces(bytes: &[u8], size: usize) -> ByteStream {
    let pieces: Vec<_> = bytes
        .chunks(size)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    stream::iter(pieces).boxed()
}

/// A key of one byte. A wrong key passes for the right one once in 256 times, so the keys of what must fail are not drawn.
fn keys_of(byte: u8) -> Keys {
    Keys::of_text(&STANDARD.encode(vec![byte; BLOCK])).unwrap()
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
    let keys = keys_of(1);
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
    let other = keys_of(2);
    assert!(other.read(&keys.described(&file)).is_none());
    assert!(keys.read(&json!({"WrappedContentKey": 1})).is_none());
}

#[test]
fn keys_of_either_size_are_wrapped_and_unwrapped() {
    for size in [BLOCK, LONG] {
        let keys = Keys::of_text(&STANDARD.encode(vec![7; size])).unwrap();
        assert_eq!(keys.bits(), size * 8);
        let file = FileKey {
            key: vec![9; size],
            first: [4; BLOCK],
        };
        let [wrapped, first] = keys.wrapped(&file);
        assert!(keys.unwrapped(&wrapped, &first) == Some(file.clone()));
        assert!(keys_of(3).unwrapped(&wrapped, &first).is_none());
        let sent = encrypt(&file, b"some bytes of a file");
        assert_eq!(decrypt(&file, &sent).unwrap(), &b"some bytes of a file"[..]);
        assert!(decrypt(&file, &sent[1..]).is_err());
    }
    for text in ["", "AAAA", "?"] {
        assert!(Keys::of_text(text).is_none(), "{text}");
    }
}

#[test]
fn the_chain_is_the_standard_one() {
    // The first example of CBC with AES-128 in NIST SP 800-38A.
    let file = FileKey {
        key: hex::decode("2b7e151628aed2a6abf7158809cf4f3c").unwrap(),
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
