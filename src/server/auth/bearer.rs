//! `Authorization: Bearer …`: the proof that goes with each request to the SQL API and to Snowpipe's REST API.
//! <https://docs.snowflake.com/en/developer-guide/sql-api/authenticating>

use std::net::IpAddr;

use hyper::header::AUTHORIZATION;
use hyper::{HeaderMap, StatusCode};

use super::{Users, digest, jwt, only_from_here};
use crate::clock::{Clock, SystemClock};
use crate::server::envelope::Refusal;

/// Tells what kind of token it is; guessed without it.
const TOKEN_TYPE: &str = "x-snowflake-authorization-token-type";
/// Who asks where nobody has to say.
const ANYBODY: &str = "SNOWGLOBE";

/// The user of a request, by upper-case name. Without users any token will do, from this machine.
///
/// # Errors
/// HTTP 401 without a token (390101), for a JWT (390144) or an access token (394400) that is none of a user's, for
/// a kind of token that is not taken here (390303); HTTP 403 (390422) from elsewhere where nobody has a token.
pub fn user(users: &Users, headers: &HeaderMap, from: IpAddr) -> Result<String, Refusal> {
    let unauthorized = |code, message: &str| Refusal::status(StatusCode::UNAUTHORIZED, code, message);
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let token = text(AUTHORIZATION.as_str())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty())
        .ok_or_else(|| unauthorized(390_101, "Authorization header not found in the request data."))?;
    if users.is_empty() {
        only_from_here(from).map_err(|refusal| Refusal {
            status: StatusCode::FORBIDDEN,
            ..refusal
        })?;
        return Ok(jwt::subject(token).unwrap_or_else(|| ANYBODY.to_owned()));
    }
    let guessed = match jwt::subject(token) {
        Some(_) => "KEYPAIR_JWT",
        None => "PROGRAMMATIC_ACCESS_TOKEN",
    };
    match text(TOKEN_TYPE).unwrap_or(guessed).to_uppercase().as_str() {
        "KEYPAIR_JWT" => {
            let name = jwt::subject(token).filter(|name| {
                let keys = users
                    .0
                    .get(name)
                    .map(|user| user.keys.as_slice())
                    .unwrap_or_default();
                jwt::check(token, name, keys, SystemClock.now().as_second())
            });
            name.ok_or_else(|| unauthorized(390_144, "JWT token is invalid."))
        }
        "PROGRAMMATIC_ACCESS_TOKEN" => {
            let secret = digest(token);
            let owner = users.0.iter().find(|(_, user)| user.tokens.contains(&secret));
            owner
                .map(|(name, _)| name.clone())
                .ok_or_else(|| unauthorized(394_400, "Programmatic access token is invalid."))
        }
        _ => Err(unauthorized(
            390_303,
            "Invalid access token: KEYPAIR_JWT and PROGRAMMATIC_ACCESS_TOKEN are taken here.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use hyper::header::HeaderValue;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            let name = hyper::header::HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        });
        pairs.collect()
    }

    fn refused(users: &Users, from: IpAddr, pairs: &[(&'static str, &'static str)]) -> (u16, String) {
        let refusal = user(users, &headers(pairs), from).unwrap_err();
        (refusal.status.as_u16(), refusal.code.to_string())
    }

    #[test]
    fn without_users_any_token_will_do_from_here() {
        let open = Users::default();
        let any = [("authorization", "bearer x")];
        assert_eq!(user(&open, &headers(&any), HERE), Ok("SNOWGLOBE".to_owned()));
        // {"sub":"ACC.ann"}
        let of_ann = [("authorization", "Bearer e30.eyJzdWIiOiJBQ0MuYW5uIn0.x")];
        assert_eq!(user(&open, &headers(&of_ann), HERE), Ok("ANN".to_owned()));
        assert_eq!(refused(&open, HERE, &[]), (401, "390101".to_owned()));
        assert_eq!(
            refused(&open, HERE, &[("authorization", "Basic eDp5")]),
            (401, "390101".to_owned())
        );
        assert_eq!(
            refused(&open, HERE, &[("authorization", "Bearer ")]),
            (401, "390101".to_owned())
        );
        let far = "192.0.2.7".parse().unwrap();
        assert_eq!(refused(&open, far, &any), (403, "390422".to_owned()));
    }

    #[test]
    fn with_users_a_token_is_of_one_of_them() {
        let mut users = Users::default();
        users.add_token("Ann", "pat");
        let own = headers(&[("authorization", "Bearer pat")]);
        assert_eq!(user(&users, &own, HERE), Ok("ANN".to_owned()));
        let refused = |token, kind: Option<&'static str>| {
            let kind = kind.map(|kind| (TOKEN_TYPE, kind));
            let pairs: Vec<_> = std::iter::once(("authorization", token)).chain(kind).collect();
            refused(&users, HERE, &pairs)
        };
        assert_eq!(refused("Bearer other", None), (401, "394400".to_owned()));
        assert_eq!(
            refused("Bearer pat", Some("KEYPAIR_JWT")),
            (401, "390144".to_owned())
        );
        assert_eq!(
            refused("Bearer e30.eyJzdWIiOiJBQ0MuYW5uIn0.x", None),
            (401, "390144".to_owned())
        );
        assert_eq!(refused("Bearer pat", Some("OAUTH")), (401, "390303".to_owned()));
    }
}
