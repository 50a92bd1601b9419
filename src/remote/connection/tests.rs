use std::path::Path;

use tempfile::TempDir;

use super::*;

/// A folder of Snowflake's own, with files of which only the owner may do anything.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(&folder.path().join(name), text, 0o600);
    }
    folder
}

fn write(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let _ = mode;
}

fn places(folder: &TempDir, variables: &[(&str, &str)]) -> Places {
    let home = ("SNOWFLAKE_HOME", folder.path().to_str().unwrap());
    let all = variables.iter().copied().chain([home]);
    Places::new(all.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

const DEV: &str = r#"
default_connection_name = "dev"

[connections.dev]
account = "myorg-my_account"
user = "ann"
password = "s3cret"
role = "R"
session_parameters = { QUERY_TAG = "x", WEEK_START = 1 }

[connections.local]
account = "test"
user = "u"
password = "p"
host = "localhost"
port = 8080
protocol = "http"
"#;

#[test]
fn a_connection_is_what_the_file_says() {
    let folder = folder(&[("config.toml", DEV)]);
    let places = places(&folder, &[]);
    let dev = Connection::named(None, &places).unwrap();
    assert_eq!(dev.name, "dev");
    assert_eq!(dev.base(), "https://myorg-my-account.snowflakecomputing.com:443");
    assert_eq!((dev.user.as_str(), dev.role.as_deref()), ("ann", Some("R")));
    assert_eq!(dev.session_parameters["WEEK_START"], 1);
    assert!(matches!(dev.credential, Credential::Password(_)));
    let local = Connection::named(Some("local"), &places).unwrap();
    assert_eq!(local.base(), "http://localhost:8080");
}

#[test]
fn no_secret_is_ever_shown() {
    let folder = folder(&[("config.toml", DEV)]);
    let places = places(&folder, &[("SNOWFLAKE_TOKEN", "t0ken")]);
    let shown = format!("{:?} {places:?}", Connection::named(None, &places).unwrap());
    assert!(!shown.contains("s3cret") && !shown.contains("t0ken"), "{shown}");
    write(
        &folder.path().join("config.toml"),
        "[connections.dev]\npassword = s3cret\n",
        0o600,
    );
    let error = Connection::named(None, &places).unwrap_err().to_string();
    assert!(error.contains("line 2") && !error.contains("s3cret"), "{error}");
}

#[test]
fn connections_toml_stands_before_config_toml() {
    let other = "[dev]\naccount = 'a'\nuser = 'u'\npassword = 'p'\n[other]\naccount = 'a'\n";
    let folder = folder(&[("config.toml", DEV), ("connections.toml", other)]);
    let places = places(&folder, &[]);
    assert_eq!(Connection::named(None, &places).unwrap().account, "a");
    let missing = Connection::named(Some("local"), &places).unwrap_err();
    assert!(missing.message().contains("no connection 'local'"), "{missing}");
    assert!(missing.message().contains("dev, other"), "{missing}");
    let lacking = Connection::named(Some("other"), &places).unwrap_err();
    assert!(lacking.message().contains("user: it is not set"), "{lacking}");
}

#[test]
fn variables_of_the_connection_win_and_general_ones_fill_gaps() {
    let folder = folder(&[("config.toml", DEV)]);
    let variables = [
        ("SNOWFLAKE_CONNECTIONS_DEV_USER", "bob"),
        ("SNOWFLAKE_USER", "eve"),
        ("SNOWFLAKE_WAREHOUSE", "WH"),
        ("SNOWFLAKE_ROLE", "OTHER"),
        ("SNOWFLAKE_DEFAULT_CONNECTION_NAME", "dev"),
    ];
    let dev = Connection::named(None, &places(&folder, &variables)).unwrap();
    assert_eq!((dev.user.as_str(), dev.role.as_deref()), ("bob", Some("R")));
    assert_eq!(dev.warehouse.as_deref(), Some("WH"));
}

#[test]
fn the_environment_alone_is_enough() {
    let folder = folder(&[]);
    let alone = [
        ("SNOWFLAKE_ACCOUNT", "xy12345.eu-central-1"),
        ("SNOWFLAKE_USER", "u"),
        ("SNOWFLAKE_AUTHENTICATOR", "programmatic_access_token"),
        ("SNOWFLAKE_TOKEN", "t"),
    ];
    let from = Connection::named(None, &places(&folder, &alone)).unwrap();
    assert_eq!(from.host, "xy12345.eu-central-1.snowflakecomputing.com");
    assert!(matches!(from.credential, Credential::AccessToken(_)));
    // A name that is asked for must be known by it.
    assert!(Connection::named(Some("dev"), &places(&folder, &alone)).is_err());
    let named = [
        ("SNOWFLAKE_CONNECTIONS_CI_ACCOUNT", "a"),
        ("SNOWFLAKE_CONNECTIONS_CI_USER", "u"),
        ("SNOWFLAKE_CONNECTIONS_CI_PASSWORD", "p"),
    ];
    assert!(Connection::named(Some("ci"), &places(&folder, &named)).is_ok());
}

#[cfg(unix)]
#[test]
fn files_are_their_owners_alone() {
    let folder = folder(&[]);
    let path = folder.path().join("config.toml");
    let named = |variables: &[(&str, &str)]| Connection::named(None, &places(&folder, variables));
    write(&path, DEV, 0o644);
    assert!(named(&[]).unwrap_err().message().contains("read it (mode 0644)"));
    assert!(named(&[("SF_SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION", "true")]).is_ok());
    write(&path, DEV, 0o620);
    let refused = named(&[("SF_SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION", "true")]).unwrap_err();
    assert!(refused.message().contains("change it"), "{refused}");
}

#[test]
fn what_is_not_done_is_named() {
    let refusal = |line: &str| {
        let text = format!("[c]\naccount = 'a'\nuser = 'u'\n{line}\n");
        let folder = folder(&[("connections.toml", &text)]);
        Connection::named(Some("c"), &places(&folder, &[]))
            .unwrap_err()
            .message()
            .to_owned()
    };
    assert!(refusal("authenticator = 'externalbrowser'").contains("EXTERNALBROWSER"));
    assert!(refusal("authenticator = 'https://x.okta.com'").contains("Okta"));
    assert!(refusal("authenticator = 'nonsense'").contains("no way of this name"));
    assert!(refusal("password = 'p'\nproxy_host = 'h'").contains("proxy_host"));
    assert!(refusal("password = 'p'\nprotocol = 'ftp'").contains("protocol"));
    assert!(refusal("password = 'p'\nport = 'x'").contains("port"));
    assert!(refusal("password = 'p'\nhost = 'a/b'").contains("host"));
    assert!(refusal("password = ['p']").contains("password"));
    assert!(refusal("authenticator = 'oauth'").contains("token_file_path"));
    assert!(refusal("authenticator = 'snowflake_jwt'").contains("private_key_file"));
    assert!(refusal("private_key_file = '/no/such'").contains("/no/such"));
    assert!(refusal("").contains("password: it is not set"));
}

#[test]
fn tokens_may_lie_in_files() {
    let folder = folder(&[]);
    let token = folder.path().join("token");
    write(&token, "  abc\n", 0o600);
    let text = format!(
        "[c]\naccount = 'a'\nuser = 'u'\nauthenticator = 'oauth'\ntoken_file_path = '{}'\n",
        token.display()
    );
    write(&folder.path().join("connections.toml"), &text, 0o600);
    let connection = Connection::named(Some("c"), &places(&folder, &[])).unwrap();
    match connection.credential {
        Credential::OAuth(token) => assert_eq!(token.reveal(), "abc"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn hosts_follow_the_account() {
    assert_eq!(host_of("MYORG-ACC", None), "myorg-acc.snowflakecomputing.com");
    assert_eq!(
        host_of("xy1", Some("EU-WEST-1")),
        "xy1.eu-west-1.snowflakecomputing.com"
    );
    assert_eq!(
        host_of("xy1.cn-northwest-1", None),
        "xy1.cn-northwest-1.snowflakecomputing.cn"
    );
}
