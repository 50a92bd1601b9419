//! PARSE_URL (<https://docs.snowflake.com/en/sql-reference/functions/parse_url>).

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;

use crate::error::{Error, Result};
use crate::functions::arguments::between;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::variant::{Value, VariantBuilder, encoded, encoding};

/// The function.
pub const FUNCTIONS: &[Scalar] = &[Scalar::new(
    &["PARSE_URL"],
    between(1, 2),
    |a| Returns::strict(a, SnowType::Object),
    parse_url,
    "parse_url",
)];

/// The parts of a URL.
#[derive(Debug, Default, PartialEq, Eq)]
struct Url<'a> {
    scheme: &'a str,
    host: Option<&'a str>,
    port: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

impl<'a> Url<'a> {
    /// The error is the reason.
    fn parse(text: &'a str) -> std::result::Result<Self, &'static str> {
        let of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let (scheme, rest) = text
            .split_once(':')
            .filter(|(scheme, _)| {
                scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(of_scheme)
            })
            .ok_or("scheme not specified")?;
        let (rest, fragment) = cut(rest, '#');
        let (rest, query) = cut(rest, '?');
        let mut url = Self {
            scheme,
            path: rest,
            query,
            fragment,
            ..Self::default()
        };
        let Some(rest) = rest.strip_prefix("//") else {
            url.path = rest.strip_prefix('/').unwrap_or(rest);
            return Ok(url);
        };
        let (authority, path) = cut(rest, '/');
        url.path = path.unwrap_or_default();
        let port = authority
            .rsplit_once(':')
            .filter(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
        match port {
            Some((host, port)) => (url.host, url.port) = (Some(host), Some(port)),
            None => url.host = Some(authority),
        }
        Ok(url)
    }

    fn write(&self, builder: &mut VariantBuilder) -> Result<()> {
        let text = |text: Option<&str>| encoded(&text.map_or(Value::Null, Value::String));
        let parameters = match self.query {
            None => text(None),
            Some(query) => {
                let pairs = query.split('&').filter(|pair| !pair.is_empty());
                let values: Vec<(&str, Vec<u8>)> = pairs
                    .map(|pair| {
                        let (key, value) = cut(pair, '=');
                        (key, text(value))
                    })
                    .collect();
                let mut entries = values
                    .iter()
                    .map(|(key, value)| (*key, value.as_slice()))
                    .collect();
                let mut out = Vec::new();
                encoding::write_object(&mut entries, &mut out)?;
                out
            }
        };
        let values = [
            ("fragment", text(self.fragment)),
            ("host", text(self.host)),
            ("parameters", parameters),
            ("path", text(Some(self.path))),
            ("port", text(self.port)),
            ("query", text(self.query)),
            ("scheme", text(Some(self.scheme))),
        ];
        let mut entries = values
            .iter()
            .map(|(key, value)| (*key, value.as_slice()))
            .collect();
        builder.append_object(&mut entries)
    }
}

/// With a second argument other than 0, what is wrong with a text is said in its object.
fn parse_url(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let permissive = (call.len() > 1).then(|| call.integers(1)).transpose()?;
    let mut builder = VariantBuilder::new();
    for row in 0..call.rows() {
        let permissive = match &permissive {
            Some(permissive) => permissive.get(row),
            None => Some(0),
        };
        let (Some(text), Some(permissive)) = (texts.get(row), permissive) else {
            builder.append_null();
            continue;
        };
        match Url::parse(text) {
            Ok(url) => url.write(&mut builder)?,
            Err(reason) if permissive == 0 => {
                return Err(Error::new(
                    100_139,
                    "22000",
                    format!("Error parsing URL: {reason}"),
                ));
            }
            Err(reason) => {
                let reason = encoded(&Value::String(reason));
                builder.append_object(&mut vec![("error", reason.as_slice())])?;
            }
        }
    }
    Ok(Arc::new(builder.finish()))
}
