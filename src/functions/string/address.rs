//! IP addresses: PARSE_IP, and SEARCH_IP, which looks for one in texts.

use std::net::Ipv6Addr;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;

use super::tokens::{Searched, search_type};
use crate::error::{Error, Result};
use crate::functions::arguments::{at_least, between};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::variant::{Value, VariantBuilder, encoded, encoding};

/// The functions. SEARCH_IP takes what is searched for first, and then what is searched.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["PARSE_IP"],
        between(2, 3),
        |a| Returns::strict(a, SnowType::Object),
        parse_ip,
        "parse_ip",
    ),
    Scalar::new(
        &["$SEARCH_IP"],
        at_least(2),
        |a| search_type(a, 1),
        search_ip,
        "search_ip",
    ),
];

/// An address, with the length of its network's prefix if one was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Address {
    /// An IPv4 address in the lowest 32 bits, or an IPv6 address.
    bits: u128,
    /// 32 or 128.
    width: u32,
    prefix: Option<u32>,
}

fn ipv4(text: &str) -> Option<u128> {
    let mut bits = 0;
    let mut parts = 0;
    for part in text.split('.') {
        let digits = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        bits = bits << 8 | u128::from(part.parse::<u8>().ok().filter(|_| digits)?);
        parts += 1;
    }
    (parts == 4).then_some(bits)
}

impl Address {
    fn parse(text: &str) -> Option<Self> {
        let (host, prefix) = match text.split_once('/') {
            Some((host, prefix)) => (host, Some(prefix.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let (bits, width) = match host.contains(':') {
            true => (host.parse::<Ipv6Addr>().ok()?.to_bits(), 128),
            false => (ipv4(host)?, 32),
        };
        let fits = prefix.is_none_or(|prefix| prefix <= width);
        fits.then_some(Self { bits, width, prefix })
    }

    /// The first and the last address of the network.
    fn range(&self) -> (u128, u128) {
        let free = self.width - self.prefix.unwrap_or(self.width);
        let mask = 1_u128.checked_shl(free).map_or(u128::MAX, |bit| bit - 1);
        (self.bits & !mask, self.bits | mask)
    }

    fn holds(&self, other: &Self) -> bool {
        let (first, last) = self.range();
        self.width == other.width && (first..=last).contains(&other.bits)
    }

    /// The object of PARSE_IP.
    fn write(&self, host: &str, kind: &str, builder: &mut VariantBuilder) -> Result<()> {
        let integer = |value: u128| encoded(&Value::Integer(value as i128));
        let field = |shift: u32| integer(self.bits >> shift & u128::from(u32::MAX));
        let fields: Vec<Vec<u8>> = match self.width {
            32 => vec![field(0), integer(0), integer(0), integer(0)],
            _ => [96, 64, 32, 0].into_iter().map(field).collect(),
        };
        let mut array = Vec::new();
        encoding::write_array(fields.iter().map(Vec::as_slice), &mut array)?;
        let shown = |value: u128| match self.width {
            32 => integer(value),
            _ => encoded(&Value::String(&format!("{value:032X}"))),
        };
        let (own, start, end) = match self.width {
            32 => ("ipv4", "ipv4_range_start", "ipv4_range_end"),
            _ => ("hex_ipv6", "hex_ipv6_range_start", "hex_ipv6_range_end"),
        };
        let family = if self.width == 32 { 4 } else { 6 };
        let mut values = vec![
            ("family", integer(family)),
            ("host", encoded(&Value::String(host))),
            ("ip_fields", array),
            ("ip_type", encoded(&Value::String(kind))),
            (own, shown(self.bits)),
            ("snowflake$type", encoded(&Value::String("ip_address"))),
        ];
        if let Some(prefix) = self.prefix {
            let (first, last) = self.range();
            values.push((start, shown(first)));
            values.push((end, shown(last)));
            values.push(("netmask_prefix_length", integer(prefix.into())));
        }
        let mut entries = values
            .iter()
            .map(|(key, value)| (*key, value.as_slice()))
            .collect();
        builder.append_object(&mut entries)
    }
}

fn parse_ip(call: &Call) -> Result<ArrayRef> {
    let (texts, kinds) = (call.texts(0)?, call.texts(1)?);
    let permissive = (call.len() > 2).then(|| call.integers(2)).transpose()?;
    let mut builder = VariantBuilder::new();
    for row in 0..call.rows() {
        let permissive = match &permissive {
            Some(permissive) => permissive.get(row),
            None => Some(0),
        };
        let (Some(text), Some(kind), Some(permissive)) = (texts.get(row), kinds.get(row), permissive) else {
            builder.append_null();
            continue;
        };
        let lower = kind.to_lowercase();
        if !matches!(lower.as_str(), "inet" | "cidr") {
            let rule = "the type is INET or CIDR";
            return Err(Error::invalid_argument(call.name(), kind, rule));
        }
        match Address::parse(text) {
            Some(address) => {
                let host = text.split('/').next().unwrap_or_default();
                address.write(host, &lower, &mut builder)?;
            }
            None if permissive == 0 => {
                return Err(Error::invalid_argument(call.name(), text, "it is no IP address"));
            }
            None => {
                let message = encoded(&Value::String(&format!("'{text}' is no IP address")));
                builder.append_object(&mut vec![("error", message.as_slice())])?;
            }
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// What may be part of an address.
fn of_address(character: char) -> bool {
    character.is_ascii_hexdigit() || matches!(character, '.' | ':')
}

fn search_ip(call: &Call) -> Result<ArrayRef> {
    call.must_be_constant(0)?;
    let Some(wanted) = call.constant_text(0) else {
        return build::booleans(call.rows(), |_| Ok(None));
    };
    let address = Address::parse(wanted)
        .ok_or_else(|| Error::invalid_argument("SEARCH_IP", wanted, "it is no IP address"))?;
    let searched = Searched::of(call, 1)?;
    searched.any(call.rows(), |text| {
        text.split(|character| !of_address(character))
            .filter_map(|piece| Address::parse(piece.trim_matches('.')))
            .any(|found| address.holds(&found))
    })
}
