//! Who answered: what a recording says of where it is from.
//!
//! A recording is Snowflake's only where Snowflake's own host was asked, and what answered does not call itself
//! Snowglobe. Snowglobe's server says who it is in the answer to every login (`emulator`).

use crate::clock::{Clock, SystemClock};
use crate::error::{Error, Result};
use crate::harness::snapshot::Origin;
use crate::remote::{Client, Connection};

/// The domains of Snowflake's accounts.
const DOMAINS: [&str; 2] = [".snowflakecomputing.com", ".snowflakecomputing.cn"];

/// What a recording from this session is to say.
///
/// # Errors
/// A server that is neither Snowflake's nor Snowglobe.
pub async fn of(client: &mut Client, connection: &Connection) -> Result<Origin> {
    let server = client.about().clone();
    let release = one_value(client, "SELECT CURRENT_VERSION()").await;
    let told = Told {
        host: &connection.host,
        emulator: server.emulator.as_deref(),
        version: release.as_deref().unwrap_or(&server.version),
        region: server.region.as_deref(),
        edition: server.edition.as_deref(),
    };
    let day = SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    told.origin(&day.to_string())
}

async fn one_value(client: &mut Client, query: &str) -> Option<String> {
    let result = client.execute(query).await.ok()?;
    let rows = result.to_text(client.types()).ok()?;
    rows.into_iter().next()?.into_iter().next()?
}

struct Told<'a> {
    host: &'a str,
    emulator: Option<&'a str>,
    version: &'a str,
    region: Option<&'a str>,
    edition: Option<&'a str>,
}

impl Told<'_> {
    fn origin(&self, day: &str) -> Result<Origin> {
        if self.emulator.is_some() {
            return Ok(Origin::Snowglobe);
        }
        let host = self.host.trim_end_matches('.').to_ascii_lowercase();
        if !DOMAINS.iter().any(|domain| host.ends_with(domain)) {
            return Err(Error::configuration(format!(
                "what answers at {host} is not known to be Snowflake, so that nothing is recorded from it"
            )));
        }
        let not_told = "not told";
        let facts = [
            ("version", self.version),
            ("region", self.region.unwrap_or(not_told)),
            ("edition", self.edition.unwrap_or(not_told)),
            ("recorded", day),
        ];
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Ok(Origin::Snowflake(facts.map(owned).to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(host: &'static str, emulator: Option<&'static str>) -> Told<'static> {
        Told {
            host,
            emulator,
            version: "9.31.1",
            region: Some("AWS_EU_CENTRAL_1"),
            edition: None,
        }
    }

    #[test]
    fn only_snowflakes_own_hosts_are_called_snowflake() {
        let Origin::Snowflake(facts) = told("org-acct.snowflakecomputing.com", None)
            .origin("2026-01-02")
            .unwrap()
        else {
            panic!("an account is an account");
        };
        let facts: Vec<String> = facts
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            facts,
            [
                "version=9.31.1",
                "region=AWS_EU_CENTRAL_1",
                "edition=not told",
                "recorded=2026-01-02"
            ]
        );
        for host in [
            "localhost",
            "snowflakecomputing.com.example.org",
            "evilsnowflakecomputing.com",
        ] {
            assert!(told(host, None).origin("2026-01-02").is_err(), "{host}");
        }
    }

    #[test]
    fn what_calls_itself_snowglobe_is_never_called_snowflake() {
        for host in ["localhost", "org-acct.snowflakecomputing.com"] {
            let origin = told(host, Some("Snowglobe 0.1.0")).origin("2026-01-02").unwrap();
            assert_eq!(origin, Origin::Snowglobe, "{host}");
        }
    }
}
