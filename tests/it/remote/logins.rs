//! Who may log in, and how: passwords, key pairs, access tokens, HTTPS. No secret is ever shown.

use std::path::Path;

use snowglobe::error::Error;
use snowglobe::remote::{Client, Connection};
use snowglobe::world::tls::Tls;

use super::{World, quick, value};

const AUTHORITY: &[u8] = include_bytes!("../server/certificates/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("../server/certificates/server.pem");
const KEY: &[u8] = include_bytes!("../server/certificates/server.key");

async fn users() -> World {
    World::with(|config| {
        config.users.add_password("u", "s3cret");
        config.users.add_token("u", "t0ken");
        let key = include_str!("../../../src/remote/key/keys/public.pem");
        config.users.add_key("u", key).unwrap();
    })
    .await
}

async fn login(connection: &Connection) -> Result<Client, Error> {
    Client::connect(connection, quick()).await
}

fn key(name: &str) -> String {
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/remote/key/keys");
    keys.join(name).display().to_string()
}

#[tokio::test]
async fn every_way_to_log_in_is_taken_with_the_right_secret_alone() {
    let world = users().await;
    for right in [
        "password = 's3cret'".to_owned(),
        "authenticator = 'snowflake'\npassword = 's3cret'".to_owned(),
        "authenticator = 'PROGRAMMATIC_ACCESS_TOKEN'\ntoken = 't0ken'".to_owned(),
        format!("private_key_file = '{}'", key("plain.pem")),
        format!(
            "authenticator = 'SNOWFLAKE_JWT'\nprivate_key_path = '{}'\nprivate_key_file_pwd = 'open'",
            key("aes256.pem")
        ),
        format!(
            "private_key_file = '{}'\nprivate_key_passphrase = 'open'",
            key("des3.pem")
        ),
    ] {
        let mut client = login(&world.connection(&right)).await.unwrap();
        assert_eq!(value(&mut client, "SELECT CURRENT_USER()").await, "U", "{right}");
        client.close().await.unwrap();
    }
    for (wrong, code) in [
        ("password = 'S3cret'".to_owned(), 390_100),
        (
            "authenticator = 'PROGRAMMATIC_ACCESS_TOKEN'\ntoken = 's3cret'".to_owned(),
            394_400,
        ),
        ("authenticator = 'OAUTH'\ntoken = 't0ken'".to_owned(), 390_100),
        ("password = 's3cret'\nrole = 'NO_SUCH_ROLE'".to_owned(), 390_189),
        (format!("private_key_file = '{}'", key("other.pem")), 390_144),
    ] {
        let connection = world.connection(&wrong);
        let error = login(&connection).await.unwrap_err();
        assert_eq!(error.code(), code, "{wrong}: {error}");
        let shown = format!("{error} {error:?} {connection:?}");
        for secret in ["3cret", "t0ken"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[tokio::test]
async fn https_is_spoken_with_whom_somebody_vouches_for() {
    let world = World::with(|config| config.tls = Some(Tls::new(CERTIFICATE, KEY).unwrap())).await;
    let more = "protocol = 'https'\npassword = 's3cret'";
    let connection = world.connection(more);
    let mut options = quick();
    options.authorities.push(AUTHORITY.to_vec());
    let mut client = Client::connect(&connection, options).await.unwrap();
    let large = "SELECT SEQ4(), REPEAT('x', 1000) FROM TABLE(GENERATOR(ROWCOUNT => 6000))";
    assert_eq!(client.execute(large).await.unwrap().row_count(), 6000);
    // Nobody that is known here vouches: there is no second attempt, and no secret went out.
    let error = login(&connection).await.unwrap_err();
    assert!(
        error.message().contains("certificate") && !error.message().contains("attempts"),
        "{error}"
    );
    assert!(!format!("{error:?}{client:?}").contains("3cret"));
    // A server without TLS is no account either.
    let plain = World::new().await;
    let mut hasty = quick();
    hasty.retries.within = std::time::Duration::from_millis(100);
    assert!(Client::connect(&plain.connection(more), hasty).await.is_err());
}

#[tokio::test]
async fn an_account_that_is_not_there_is_told_so() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut hasty = quick();
    hasty.retries.within = std::time::Duration::from_millis(100);
    let error = Client::connect(&super::connection(port, "password = 's3cret'"), hasty)
        .await
        .unwrap_err();
    assert!(
        error.message().contains("no connection") && !error.message().contains("3cret"),
        "{error}"
    );
}
