//! Logins of the users that CREATE USER made.
//!
//! They are let in beside the users of the command line, where there are any; where there are none, everybody is, from
//! this machine. A user's defaults hold for a login that does not say otherwise.

use std::net::IpAddr;
use std::sync::Arc;

use super::jwt::{self, PublicKey};
use super::{Credentials, wrong_jwt, wrong_password};
use crate::catalog::user::User;
use crate::catalog::{Object, ObjectKind};
use crate::clock::{Clock, SystemClock};
use crate::server::Shared;
use crate::server::envelope::Refusal;

/// The user of a login that is let in: the object, for one that CREATE USER made.
///
/// # Errors
/// Those of [`Users::check`](super::Users::check); 390101 for a user that is disabled.
pub fn check(
    shared: &Shared,
    login: &str,
    from: IpAddr,
    credentials: &Credentials,
) -> Result<Option<Arc<Object>>, Refusal> {
    let snapshot = shared.account.catalog().snapshot();
    let found = snapshot.all(ObjectKind::User).find(|object| {
        let given = object.as_user().and_then(|user| text(user, "LOGIN_NAME"));
        given.as_ref().unwrap_or(&object.name).eq_ignore_ascii_case(login)
    });
    let Some((object, user)) = found.and_then(|object| Some((object, object.as_user()?))) else {
        shared.users.check(login, from, credentials)?;
        return Ok(None);
    };
    if text(user, "DISABLED").as_deref() == Some("TRUE") {
        return Err(Refusal::new(
            390_101,
            "User access disabled. Contact your local system administrator.",
        ));
    }
    if shared.users.is_empty() || shared.users.knows(login) {
        shared.users.check(login, from, credentials)?;
    } else {
        prove(user, login, credentials)?;
    }
    Ok(Some(Arc::clone(object)))
}

/// A property as text.
pub fn text(user: &User, name: &str) -> Option<String> {
    user.options.get(name)?.text()
}

fn prove(user: &User, login: &str, credentials: &Credentials) -> Result<(), Refusal> {
    let authenticator = credentials.authenticator.as_deref().unwrap_or("").to_uppercase();
    if authenticator == "SNOWFLAKE_JWT" {
        let keys = ["RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2"].iter();
        let keys = keys.filter_map(|name| PublicKey::parse(&text(user, name)?).ok());
        let keys: Vec<PublicKey> = keys.collect();
        let token = credentials.token.as_deref().unwrap_or_default();
        return match jwt::check(token, login, &keys, SystemClock.now().as_second()) {
            true => Ok(()),
            false => Err(wrong_jwt()),
        };
    }
    let by_password = matches!(authenticator.as_str(), "" | "SNOWFLAKE" | "USERNAME_PASSWORD_MFA");
    let password = credentials.password.as_deref().unwrap_or_default();
    let right = user
        .password
        .as_ref()
        .is_some_and(|digest| digest.matches(password));
    match by_password && right {
        true => Ok(()),
        false => Err(wrong_password()),
    }
}
