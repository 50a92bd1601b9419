//! CREATE USER and ALTER USER … SET. <https://docs.snowflake.com/en/sql-reference/sql/create-user>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-user>
//!
//! Who logs in with what is the servers' affair; here a user's properties are checked and kept, the password as a digest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::catalog::user::{PasswordDigest, User};
use crate::catalog::{ObjectKind, Options};
use crate::engine::{Work, options, parameters};
use crate::error::{Error, Result};
use crate::sql::{Properties, PropertyValue};

/// The properties that are kept as they are.
const KEPT: [&str; 10] = [
    "LOGIN_NAME",
    "DISPLAY_NAME",
    "FIRST_NAME",
    "MIDDLE_NAME",
    "LAST_NAME",
    "EMAIL",
    "DEFAULT_WAREHOUSE",
    "DEFAULT_NAMESPACE",
    "DEFAULT_ROLE",
    "DISABLED",
];

/// Gives a user properties, which are all new to it or in place of older ones.
///
/// # Errors
/// 001008 for a value that a property does not take; a refusal of properties whose effect is not there.
pub(super) fn apply(work: &Work<'_>, name: &str, user: &mut User, properties: &Properties) -> Result<()> {
    for property in properties.iter() {
        let key = property.name.as_str();
        match key {
            "COMMENT" => continue,
            "PASSWORD" => {
                let PropertyValue::String(password) = &property.value else {
                    return Err(Error::invalid_property("PASSWORD", "*****"));
                };
                // Whoever has the digest has the salt; it only has to be another one each time.
                let moment = work.now.as_nanosecond();
                let salt = Sha256::digest(format!("{name} {moment} {}", work.context.query_id));
                user.password = Some(PasswordDigest::of(password, hex::encode(salt)));
                continue;
            }
            "MUST_CHANGE_PASSWORD" if properties.bool(key)? == Some(false) => continue,
            "DEFAULT_SECONDARY_ROLES" if properties.texts(key)?.as_deref() == Some(&["ALL"]) => continue,
            "DISABLED" => {
                properties.bool(key)?;
            }
            "TYPE" => super::common::check_word(properties, key, &["PERSON", "SERVICE", "LEGACY_SERVICE"])?,
            "RSA_PUBLIC_KEY" | "RSA_PUBLIC_KEY_2" => {
                check_key(properties.text(key)?.unwrap_or_default()).ok_or_else(|| property.invalid())?
            }
            _ if KEPT.contains(&key) && options::value(property)?.text().is_some() => {}
            _ if parameters::is_known(key) => {
                let value = options::value(property)?
                    .text()
                    .ok_or_else(|| property.invalid())?;
                parameters::check(key, &value)?;
            }
            _ => return Err(Error::unsupported(format!("{key} of a user"))),
        }
        user.options.set(key, options::value(property)?);
    }
    let service = user.options.get("TYPE").and_then(|value| value.text());
    if service.as_deref() == Some("SERVICE") && user.password.is_some() {
        let message = "SQL compilation error:\nA user of TYPE = SERVICE cannot have a PASSWORD.";
        return Err(Error::new(1_008, "22023", message));
    }
    let login = login_name(name, &user.options);
    let snapshot = work.snapshot();
    let mut others = snapshot.all(ObjectKind::User).filter(|other| other.name != name);
    let taken = others.any(|other| {
        let options = other.as_user().map(|user| &user.options);
        options.is_some_and(|options| login_name(&other.name, options).eq_ignore_ascii_case(&login))
    });
    match taken {
        true => Err(Error::already_exists(login)),
        false => Ok(()),
    }
}

/// LOGIN_NAME, or the user's own.
pub(in crate::engine) fn login_name(name: &str, options: &Options) -> String {
    let given = options.get("LOGIN_NAME").and_then(|value| value.text());
    given.unwrap_or_else(|| name.to_string())
}

/// Something if a text can be a public key: base64, maybe in PEM, of a DER sequence.
fn check_key(text: &str) -> Option<()> {
    let lines = text.lines().filter(|line| !line.starts_with("-----"));
    let body: String = lines.flat_map(str::split_whitespace).collect();
    let der = STANDARD.decode(body).ok()?;
    (der.first() == Some(&0x30)).then_some(())
}
