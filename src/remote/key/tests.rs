use super::*;
use crate::server::auth::jwt::{self, PublicKey};

const PLAIN: &str = include_str!("keys/plain.pem");
const PUBLIC: &str = include_str!("keys/public.pem");
/// What `openssl rsa -pubout -outform DER | openssl dgst -sha256 -binary | base64` says of the public key.
const FINGERPRINT: &str = "SHA256:DIIv8ij9QCapBAFoe8W/KZDzdcgjHZ+1txHPK4iXM9Q=";

/// One key, encrypted in the ways that OpenSSL knows.
const ENCRYPTED: [(&str, &str); 4] = [
    ("PBKDF2 with SHA-256, AES-256", include_str!("keys/aes256.pem")),
    ("PBKDF2 with SHA-1, AES-128", include_str!("keys/aes128_sha1.pem")),
    ("PBKDF2 with SHA-1, triple DES", include_str!("keys/des3.pem")),
    ("scrypt, AES-256", include_str!("keys/scrypt.pem")),
];

fn refusal(pem: &str, passphrase: Option<&str>) -> String {
    let passphrase = passphrase.map(Secret::new);
    PrivateKey::read(pem, passphrase.as_ref())
        .unwrap_err()
        .message()
        .to_owned()
}

#[test]
fn a_key_is_read_in_every_form_that_openssl_gives_it() {
    for pem in [PLAIN, include_str!("keys/pkcs1.pem")] {
        assert_eq!(PrivateKey::read(pem, None).unwrap().fingerprint(), FINGERPRINT);
    }
    let open = Secret::new("open");
    for (way, pem) in ENCRYPTED {
        let key = PrivateKey::read(pem, Some(&open)).unwrap_or_else(|error| panic!("{way}: {error}"));
        assert_eq!(key.fingerprint(), FINGERPRINT, "{way}");
        assert!(refusal(pem, Some("wr0ng")).contains("does not open it"), "{way}");
        assert!(!refusal(pem, Some("wr0ng")).contains("wr0ng"), "{way}");
        assert!(refusal(pem, None).contains("no passphrase"), "{way}");
    }
    let crlf = PLAIN.replace('\n', "\r\n");
    assert!(PrivateKey::read(&crlf, None).is_ok());
}

#[test]
fn what_is_no_such_key_is_refused_by_name() {
    assert!(refusal(include_str!("keys/ec.pem"), None).contains("cannot be used"));
    assert!(refusal(include_str!("keys/pbes1.pem"), Some("open")).contains("not PBES2"));
    assert!(refusal(include_str!("keys/old.pem"), Some("open")).contains("old way"));
    assert!(refusal(PUBLIC, None).contains("a PUBLIC KEY is none"));
    for text in [
        "",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----",
    ] {
        assert!(refusal(text, None).contains("there is none in PEM"), "{text}");
    }
    let damaged = PLAIN.replace("MII", "MIA");
    assert!(refusal(&damaged, None).contains("cannot be used"));
}

#[test]
fn its_token_is_good_for_the_owner_of_the_public_key() {
    let key = PrivateKey::read(PLAIN, None).unwrap();
    let now = Timestamp::from_second(1_700_000_000).unwrap();
    let token = key.token("myorg-acc.privatelink", "ann", now).unwrap();
    let keys = [PublicKey::parse(PUBLIC).unwrap()];
    assert!(jwt::check(&token, "ANN", &keys, now.as_second() + VALID));
    assert!(!jwt::check(&token, "BOB", &keys, now.as_second()));
    assert!(!jwt::check(&token, "ANN", &keys, now.as_second() + 2 * VALID));
    let claims = token.split('.').nth(1).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(claims["sub"], "MYORG-ACC.ANN");
    assert_eq!(claims["iss"], format!("MYORG-ACC.ANN.{FINGERPRINT}"));
    assert!(!format!("{key:?}").contains("MII"));
}

#[test]
fn accounts_lose_their_region() {
    assert_eq!(bare_account("xy12345.eu-central-1.aws"), "XY12345");
    assert_eq!(bare_account("my-acc-x1y2.global"), "MY-ACC");
    assert_eq!(bare_account("myorg-acc"), "MYORG-ACC");
}
