//! Who asks: signature version 4 in the Authorization header.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use hyper::Method;
use hyper::header::{AUTHORIZATION, HeaderMap};
use ring::hmac;
use sha2::{Digest, Sha256};

use super::error::SqsError;

/// What of a request is signed.
pub(super) struct Signed<'a> {
    pub method: &'a Method,
    pub path: &'a str,
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// Refuses a request that was not signed with these keys.
pub(super) fn check(request: &Signed<'_>, access_key: &str, secret_key: &str) -> Result<(), SqsError> {
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let missing = || SqsError::denied("The request is not signed with signature version 4.");
    let authorization = header(AUTHORIZATION.as_str()).ok_or_else(missing)?;
    let fields = authorization
        .strip_prefix("AWS4-HMAC-SHA256")
        .ok_or_else(missing)?;
    let field = |name: &str| {
        let mut fields = fields.split(',').map(str::trim);
        fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
    };
    let credential = field("Credential").ok_or_else(missing)?;
    let names = field("SignedHeaders").ok_or_else(missing)?;
    let signature = field("Signature").ok_or_else(missing)?;
    let (key, scope) = credential.split_once('/').ok_or_else(missing)?;
    if key != access_key {
        return Err(SqsError {
            name: "InvalidClientTokenId",
            code: "InvalidClientTokenId",
            ..SqsError::denied("The security token included in the request is invalid.")
        });
    }
    let mut headers = String::new();
    for name in names.split(';') {
        let values: Vec<&str> = request
            .headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .map(str::trim)
            .collect();
        headers.push_str(&format!("{name}:{}\n", values.join(",")));
    }
    let mut query: Vec<&str> = request.query.split('&').filter(|pair| !pair.is_empty()).collect();
    query.sort_unstable();
    let canonical = format!(
        "{}\n{}\n{}\n{headers}\n{names}\n{}",
        request.method,
        request.path,
        query.join("&"),
        hex::encode(Sha256::digest(request.body))
    );
    let moment = header("x-amz-date").ok_or_else(missing)?;
    let text = format!(
        "AWS4-HMAC-SHA256\n{moment}\n{scope}\n{}",
        hex::encode(Sha256::digest(canonical.as_bytes()))
    );
    let mut key = format!("AWS4{secret_key}").into_bytes();
    for part in scope.split('/') {
        key = sign(&key, part.as_bytes()).as_ref().to_vec();
    }
    let own = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let given = hex::decode(signature).unwrap_or_default();
    hmac::verify(&own, text.as_bytes(), &given).map_err(|_| {
        SqsError::denied("The request signature we calculated does not match the signature you provided.")
    })
}

fn sign(key: &[u8], text: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text)
}
