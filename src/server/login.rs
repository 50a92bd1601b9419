//! The life of a session: login, new tokens, signs of life, the end.

use std::net::IpAddr;
use std::sync::Arc;

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Shared;
use super::auth::{Credentials, account};
use super::envelope::{self, ObjectWriter, Refusal};
use super::http::Reply;
use super::parameters;
use super::query_string::QueryString;
use super::sessions::{Client, ClientSession};
use crate::catalog::user::User;
use crate::engine::Session;
use crate::sql::statement::ObjectKind;

/// The version that the server says it has: that of the Snowflake release whose protocol it speaks.
const SERVER_VERSION: &str = "9.30.0";

#[derive(Deserialize)]
struct Body {
    data: Login,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", default)]
struct Login {
    client_app_id: Option<String>,
    client_app_version: Option<String>,
    login_name: Option<String>,
    client_capabilities: Option<Map<String, Value>>,
    session_parameters: Option<Map<String, Value>>,
    #[serde(flatten)]
    credentials: Credentials,
}

/// The token of an `Authorization: Snowflake Token="…"`.
///
/// # Errors
/// 390101 without one.
pub fn token(headers: &HeaderMap) -> Result<&str, Refusal> {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = given.and_then(|text| {
        let rest = text.strip_prefix("Snowflake Token=")?;
        rest.strip_prefix('"')?.strip_suffix('"')
    });
    token.ok_or_else(|| Refusal::new(390_101, "Authorization header not found in the request data."))
}

/// The session of a request.
///
/// # Errors
/// 390101, 390104, 390112: see [`token`] and [`super::sessions::Sessions::find`].
pub fn session(shared: &Shared, headers: &HeaderMap) -> Result<Arc<ClientSession>, Refusal> {
    shared.sessions.find(token(headers)?)
}

/// POST /session/v1/login-request.
///
/// # Errors
/// A wrong credential; a role that does not exist; parameters that the session cannot have.
pub async fn login(
    shared: &Shared,
    query: &QueryString,
    body: &[u8],
    from: IpAddr,
) -> Result<Reply, Refusal> {
    let Body { data: login } = serde_json::from_slice(body).map_err(Refusal::malformed)?;
    let name = login.login_name.as_deref().unwrap_or_default();
    let made = account::check(shared, name, from, &login.credentials)?;
    let user = match &made {
        Some(object) => object.name.clone(),
        None => user_name(name),
    };
    let mut session = shared.account.session(&user);
    let made = made.as_ref().and_then(|object| object.as_user());
    if let Some(made) = made {
        let applied = session.apply_parameters(&made.options);
        applied.map_err(|error| Refusal::statement("", &error))?;
    }
    if let Some(wanted) = &login.session_parameters {
        parameters::apply(session.context_mut(), wanted).map_err(|error| Refusal::statement("", &error))?;
    }
    choose_names(&mut session, query, made)?;
    let client = Client {
        name: login.client_app_id.unwrap_or_default(),
        version: login.client_app_version.unwrap_or_default(),
        key_ids_as_text: login
            .client_capabilities
            .and_then(|capabilities| capabilities.get("SMK_ID_AS_STRING")?.as_bool())
            .unwrap_or(false),
    };
    tracing::info!(user, client = client.name, version = client.version, "login");
    let context = session.context().clone();
    let (added, pair) = shared.sessions.add(session, client)?;
    let validity = shared.sessions.validity();
    let mut data = ObjectWriter::of_success(8 << 10);
    data.value("masterToken", pair.master);
    data.value("token", pair.session);
    data.value("validityInSeconds", validity.session.as_secs());
    data.value("masterValidityInSeconds", validity.master.as_secs());
    data.value("displayUserName", added.user.clone());
    data.value("serverVersion", SERVER_VERSION);
    // No account says this: whoever records answers can tell where they are from.
    data.value("emulator", concat!("Snowglobe ", env!("CARGO_PKG_VERSION")));
    data.value("firstLogin", false);
    data.value("remMeToken", Value::Null);
    data.value("remMeValidityInSeconds", 0);
    data.value("healthCheckInterval", 45);
    data.value("newClientForUpgrade", Value::Null);
    data.value("sessionId", added.id);
    data.raw("parameters", added.told_parameters.of(&context).as_bytes());
    data.value(
        "sessionInfo",
        json!({
            "databaseName": context.database,
            "schemaName": context.schema,
            "warehouseName": context.warehouse,
            "roleName": context.role,
        }),
    );
    data.value("idToken", Value::Null);
    data.value("idTokenValidityInSeconds", 0);
    data.value("responseData", Value::Null);
    data.value("mfaToken", Value::Null);
    data.value("mfaTokenValidityInSeconds", 0);
    Ok(data.succeed())
}

/// A user's name as sessions carry it; a client that gives none is let in under the house's own.
pub fn user_name(given: &str) -> String {
    match given {
        "" => "SNOWGLOBE".to_owned(),
        name => name.to_uppercase(),
    }
}

/// Makes the names of the address current. As on Snowflake, one that is not there is left out, but for the role.
fn choose_names(session: &mut Session, query: &QueryString, user: Option<&User>) -> Result<(), Refusal> {
    let names = [
        (ObjectKind::Role, "roleName"),
        (ObjectKind::Warehouse, "warehouse"),
        (ObjectKind::Database, "databaseName"),
        (ObjectKind::Schema, "schemaName"),
    ];
    for (kind, parameter) in names {
        let Some(name) = query.get(parameter).filter(|name| !name.is_empty()) else {
            choose_default(session, query, user, kind);
            continue;
        };
        let chosen = session.make_current(kind, &as_stored(name));
        if kind == ObjectKind::Role && chosen.is_err() {
            return Err(unknown_role(name));
        }
    }
    Ok(())
}

/// 390189: the refusal of a role that does not exist.
pub fn unknown_role(name: &str) -> Refusal {
    Refusal::new(
        390_189,
        format!(
            "Role '{name}' specified in the connect string does not exist or not authorized. Contact your local \
             system administrator, or attempt to login with another role, e.g. PUBLIC."
        ),
    )
}

/// Makes a user's own default current, where the address has none. One that is not there is left out.
fn choose_default(session: &mut Session, query: &QueryString, user: Option<&User>, kind: ObjectKind) {
    let property = match kind {
        ObjectKind::Role => "DEFAULT_ROLE",
        ObjectKind::Warehouse => "DEFAULT_WAREHOUSE",
        ObjectKind::Database => "DEFAULT_NAMESPACE",
        _ => return,
    };
    let Some(text) = user.and_then(|user| account::text(user, property)) else {
        return;
    };
    let names: Vec<String> = text.split('.').map(as_stored).collect();
    let mut chosen = Vec::new();
    if let Some(name) = names.first() {
        chosen.push((kind, name));
    }
    // The schema of a namespace, unless the address names one.
    if let Some(name) = names.get(1)
        && query.get("schemaName").is_none_or(str::is_empty)
    {
        chosen.push((ObjectKind::Schema, name));
    }
    for (kind, name) in chosen {
        if let Err(error) = session.make_current(kind, name) {
            tracing::debug!(%error, "a user's default");
        }
    }
}

/// A name of the address as it is stored: folded unless it is quoted.
fn as_stored(name: &str) -> String {
    let quoted = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match quoted {
        Some(name) => name.replace("\"\"", "\""),
        None => name.to_uppercase(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Renewal {
    request_type: Option<String>,
}

/// POST /session/token-request: new tokens for the master token.
///
/// # Errors
/// 390101, 390114, 390115; a request for anything but new tokens.
pub fn renew(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Reply, Refusal> {
    let wanted: Renewal = serde_json::from_slice(body).map_err(Refusal::malformed)?;
    match wanted.request_type.as_deref() {
        None | Some("RENEW") => {}
        Some(other) => {
            return Err(Refusal::malformed(format_args!(
                "requestType {other} is not known here"
            )));
        }
    }
    let (session, pair) = shared.sessions.renew(token(headers)?)?;
    let validity = shared.sessions.validity();
    let data = json!({
        "sessionToken": pair.session,
        "validityInSecondsST": validity.session.as_secs(),
        "masterToken": pair.master,
        "validityInSecondsMT": validity.master.as_secs(),
        "sessionId": session.id,
    });
    Ok(envelope::success(data.to_string()))
}

/// POST /session/heartbeat.
///
/// # Errors
/// Those of [`session`].
pub fn heartbeat(shared: &Shared, headers: &HeaderMap) -> Result<Reply, Refusal> {
    let session = session(shared, headers)?;
    shared.sessions.touch(&session);
    Ok(envelope::success("null"))
}

/// POST /session?delete=true: the end. Statements that clients wait for end with it, asynchronous ones go on; its
/// temporary objects go once nothing of it runs any more.
/// <https://docs.snowflake.com/en/sql-reference/parameters#abort-detached-query>
///
/// # Errors
/// Those of [`session`]; a request without `delete`.
pub fn end(shared: &Shared, headers: &HeaderMap, query: &QueryString) -> Result<Reply, Refusal> {
    if query.get("delete") != Some("true") {
        return Err(Refusal::malformed("only delete=true is known here"));
    }
    let session = session(shared, headers)?;
    shared.sessions.remove(&session);
    let running = shared.jobs.running(session.id).into_iter();
    running
        .filter(|job| !job.asynchronous)
        .for_each(|job| job.cancel.cancel());
    Ok(envelope::success("null"))
}
