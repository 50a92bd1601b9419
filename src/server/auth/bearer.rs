//! `Authorization: Bearer …`: who sends a request to the SQL API or to Snowpipe's REST API, which have no logins: the
//! bearer of a key pair's JWT or of a programmatic access token.
//! <https://docs.snowflake.com/en/developer-guide/sql-api/authenticating>
//!
//! Where no users were set up any bearer is let in from this machine, under the name that a JWT gives.

use std::net::IpAddr;

use hyper::header::AUTHORIZATION;
use hyper::{HeaderMap, StatusCode};

use super::{Credentials, Users, jwt};
use crate::server::envelope::Refusal;
use crate::server::login;

/// The header that says what sort of token there is.
const TOKEN_TYPE: &str = "x-snowflake-authorization-token-type";

/// The sorts of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenKind {
    KeyPair,
    AccessToken,
    OAuth,
}

/// The user who sends a request, by upper-case name.
///
/// # Errors
/// HTTP 401 without a token that is good, 403 from elsewhere where nobody has a token; 400 for a sort of token that is
/// unknown.
pub fn user(users: &Users, headers: &HeaderMap, from: IpAddr) -> Result<String, Refusal> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let token = header(AUTHORIZATION.as_str()).and_then(bearer).ok_or_else(|| {
        let message = "Authorization header not found in the request data.";
        unauthorized(Refusal::new(390_101, message))
    })?;
    let named = jwt::subject(token);
    let kind = match header(TOKEN_TYPE) {
        None if named.is_some() => TokenKind::KeyPair,
        None => TokenKind::AccessToken,
        Some(kind) => kind_of(kind)?,
    };
    let (name, authenticator) = match kind {
        // There is nobody to ask about it; where everybody is let in, that does not matter.
        TokenKind::OAuth if !users.is_empty() => {
            let message = "Invalid OAuth access token: OAuth is not supported here. Use a key pair or a programmatic \
                           access token.";
            return Err(unauthorized(Refusal::new(390_303, message)));
        }
        TokenKind::KeyPair | TokenKind::OAuth => (named, "SNOWFLAKE_JWT"),
        TokenKind::AccessToken => (users.owner(token).map(str::to_owned), "PROGRAMMATIC_ACCESS_TOKEN"),
    };
    let name = name.unwrap_or_default();
    let credentials = Credentials {
        authenticator: Some(authenticator.to_owned()),
        password: None,
        token: Some(token.to_owned()),
    };
    users.check(&name, from, &credentials).map_err(unauthorized)?;
    Ok(login::user_name(&name))
}

/// A refusal as HTTP 401, or 403 when it is the place that a request comes from.
fn unauthorized(refusal: Refusal) -> Refusal {
    let status = match refusal.code {
        390_422 => StatusCode::FORBIDDEN,
        _ => StatusCode::UNAUTHORIZED,
    };
    Refusal { status, ..refusal }
}

/// The token of an `Authorization: Bearer …`.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn kind_of(name: &str) -> Result<TokenKind, Refusal> {
    match name.trim().to_ascii_uppercase().as_str() {
        "KEYPAIR_JWT" => Ok(TokenKind::KeyPair),
        "PROGRAMMATIC_ACCESS_TOKEN" => Ok(TokenKind::AccessToken),
        "OAUTH" => Ok(TokenKind::OAuth),
        other => Err(Refusal::status(
            StatusCode::BAD_REQUEST,
            390_142,
            format!("Bad request: tokens of type {other} are not known here."),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderMap;

    fn asked(users: &Users, headers: &[(&'static str, &str)], peer: &str) -> Result<String, (u16, i32)> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let outcome = user(users, &map, peer.parse().unwrap());
        outcome.map_err(|refusal| (refusal.status.as_u16(), refusal.code))
    }

    /// A JWT of ANN that nobody signed.
    const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJBLkFOTi5TSEEyNTY6eCIsInN1YiI6IkEuQU5OIn0.c2ln";

    #[test]
    fn without_users_any_bearer_of_this_machine_is_let_in() {
        let users = Users::default();
        let jwt = format!("Bearer {JWT}");
        assert_eq!(
            asked(&users, &[("authorization", &jwt)], "127.0.0.1"),
            Ok("ANN".to_owned())
        );
        let any = [("authorization", "bearer x"), (TOKEN_TYPE, "OAUTH")];
        assert_eq!(asked(&users, &any, "127.0.0.1"), Ok("SNOWGLOBE".to_owned()));
        assert_eq!(asked(&users, &any, "192.0.2.1"), Err((403, 390_422)));
        assert_eq!(asked(&users, &[], "127.0.0.1"), Err((401, 390_101)));
        for bad in ["Bearer", "Bearer ", "Basic dTpw", "Snowflake Token=\"x\""] {
            assert_eq!(
                asked(&users, &[("authorization", bad)], "127.0.0.1"),
                Err((401, 390_101))
            );
        }
        let odd = [("authorization", "Bearer x"), (TOKEN_TYPE, "COOKIE")];
        assert_eq!(asked(&users, &odd, "127.0.0.1"), Err((400, 390_142)));
    }

    #[test]
    fn with_users_the_token_must_be_one_of_theirs() {
        let mut users = Users::default();
        users.add_token("bob", "pat");
        let with = |token: &str, kind: Option<&str>| {
            let token = format!("Bearer {token}");
            let mut headers = vec![("authorization", token.as_str())];
            headers.extend(kind.map(|kind| (TOKEN_TYPE, kind)));
            asked(&users, &headers, "192.0.2.1")
        };
        assert_eq!(with("pat", None), Ok("BOB".to_owned()));
        assert_eq!(
            with("pat", Some("programmatic_access_token")),
            Ok("BOB".to_owned())
        );
        assert_eq!(with("other", None), Err((401, 394_400)));
        assert_eq!(with("pat", Some("KEYPAIR_JWT")), Err((401, 390_144)));
        assert_eq!(with(JWT, None), Err((401, 390_144)));
        assert_eq!(with("pat", Some("OAUTH")), Err((401, 390_303)));
    }
}
