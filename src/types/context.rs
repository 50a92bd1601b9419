//! The session parameters that change how values are read and shown.
//!
//! A [`TypeContext`] travels in DataFusion's `ConfigOptions.extensions`, so that every function and cast of a statement
//! sees the parameters of its session; [`TypeContext::of`] finds it there. Formats are compiled when a parameter is set
//! and shared from then on.

use std::any::Any;
use std::sync::{Arc, LazyLock};

use datafusion::common::config::{ConfigEntry, ConfigExtension, ConfigOptions, ExtensionOptions};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::SnowType;
use super::format::DateTimeFormat;
use super::stop::Stop;
use super::zone;
use crate::error::{Error, Result};

/// How BINARY values are written as text (<https://docs.snowflake.com/en/sql-reference/binary-input-output>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BinaryFormat {
    /// Two hexadecimal digits a byte.
    #[default]
    Hex,
    /// RFC 4648.
    Base64,
    /// The bytes are the text.
    Utf8,
}

impl BinaryFormat {
    /// The format of a name (`HEX`, `BASE64`, `UTF-8`, `UTF8`), in any letter case.
    pub fn parse(name: &str) -> Option<Self> {
        match name.trim().to_ascii_uppercase().as_str() {
            "HEX" => Some(Self::Hex),
            "BASE64" => Some(Self::Base64),
            "UTF-8" | "UTF8" => Some(Self::Utf8),
            _ => None,
        }
    }

    /// The name as SHOW PARAMETERS gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hex => "HEX",
            Self::Base64 => "BASE64",
            Self::Utf8 => "UTF-8",
        }
    }
}

/// Which type the name TIMESTAMP stands for (TIMESTAMP_TYPE_MAPPING).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimestampMapping {
    /// TIMESTAMP_NTZ.
    #[default]
    Ntz,
    /// TIMESTAMP_LTZ.
    Ltz,
    /// TIMESTAMP_TZ.
    Tz,
}

/// The session parameters of values (<https://docs.snowflake.com/en/sql-reference/parameters>), and the time at which
/// the statement began.
#[derive(Debug, Clone)]
pub struct TypeContext {
    /// TIMEZONE.
    pub timezone: TimeZone,
    /// DATE_INPUT_FORMAT.
    pub date_input: Arc<DateTimeFormat>,
    /// TIME_INPUT_FORMAT.
    pub time_input: Arc<DateTimeFormat>,
    /// TIMESTAMP_INPUT_FORMAT.
    pub timestamp_input: Arc<DateTimeFormat>,
    /// DATE_OUTPUT_FORMAT.
    pub date_output: Arc<DateTimeFormat>,
    /// TIME_OUTPUT_FORMAT.
    pub time_output: Arc<DateTimeFormat>,
    /// TIMESTAMP_OUTPUT_FORMAT.
    pub timestamp_output: Arc<DateTimeFormat>,
    /// TIMESTAMP_NTZ_OUTPUT_FORMAT; `None` is the empty text, which means TIMESTAMP_OUTPUT_FORMAT.
    pub timestamp_ntz_output: Option<Arc<DateTimeFormat>>,
    /// TIMESTAMP_LTZ_OUTPUT_FORMAT, likewise.
    pub timestamp_ltz_output: Option<Arc<DateTimeFormat>>,
    /// TIMESTAMP_TZ_OUTPUT_FORMAT, likewise.
    pub timestamp_tz_output: Option<Arc<DateTimeFormat>>,
    /// TIMESTAMP_TYPE_MAPPING.
    pub timestamp_type: TimestampMapping,
    /// BINARY_INPUT_FORMAT.
    pub binary_input: BinaryFormat,
    /// BINARY_OUTPUT_FORMAT; never UTF-8.
    pub binary_output: BinaryFormat,
    /// WEEK_START: 0 for the older behaviour (Monday), 1 to 7 for Monday to Sunday.
    pub week_start: u8,
    /// WEEK_OF_YEAR_POLICY: 0 for ISO weeks, 1 when week 1 holds the first of January.
    pub week_of_year_policy: u8,
    /// TWO_DIGIT_CENTURY_START: the first year that two digits can mean, 1900 to 2100.
    pub two_digit_century_start: u16,
    /// TIMESTAMP_DAY_IS_ALWAYS_24H: whether DATEADD takes a day for 24 hours also where the clocks change.
    pub day_is_24h: bool,
    /// JSON_INDENT: blanks per level of semi-structured values in results, 0 to 16; 0 for one line without blanks.
    pub json_indent: u8,
    /// STRICT_JSON_OUTPUT.
    pub strict_json: bool,
    /// When the statement began.
    pub now: Timestamp,
    /// What ends the statement before it is done.
    pub stop: Stop,
}

/// The parameters that [`TypeContext::set`] takes, in alphabetical order.
pub const PARAMETERS: [&str; 19] = [
    "BINARY_INPUT_FORMAT",
    "BINARY_OUTPUT_FORMAT",
    "DATE_INPUT_FORMAT",
    "DATE_OUTPUT_FORMAT",
    "JSON_INDENT",
    "STRICT_JSON_OUTPUT",
    "TIMESTAMP_DAY_IS_ALWAYS_24H",
    "TIMESTAMP_INPUT_FORMAT",
    "TIMESTAMP_LTZ_OUTPUT_FORMAT",
    "TIMESTAMP_NTZ_OUTPUT_FORMAT",
    "TIMESTAMP_OUTPUT_FORMAT",
    "TIMESTAMP_TYPE_MAPPING",
    "TIMESTAMP_TZ_OUTPUT_FORMAT",
    "TIMEZONE",
    "TIME_INPUT_FORMAT",
    "TIME_OUTPUT_FORMAT",
    "TWO_DIGIT_CENTURY_START",
    "WEEK_OF_YEAR_POLICY",
    "WEEK_START",
];

static DEFAULT: LazyLock<TypeContext> = LazyLock::new(|| {
    let auto = Arc::new(DateTimeFormat::auto());
    let format =
        |text: &str| Arc::new(DateTimeFormat::parse(text).unwrap_or_else(|_| DateTimeFormat::auto()));
    TypeContext {
        timezone: zone::lookup("America/Los_Angeles").unwrap_or(TimeZone::UTC),
        date_input: auto.clone(),
        time_input: auto.clone(),
        timestamp_input: auto,
        date_output: format("YYYY-MM-DD"),
        time_output: format("HH24:MI:SS"),
        timestamp_output: format("YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"),
        timestamp_ntz_output: Some(format("YYYY-MM-DD HH24:MI:SS.FF3")),
        timestamp_ltz_output: None,
        timestamp_tz_output: None,
        timestamp_type: TimestampMapping::Ntz,
        binary_input: BinaryFormat::Hex,
        binary_output: BinaryFormat::Hex,
        week_start: 0,
        week_of_year_policy: 0,
        two_digit_century_start: 1970,
        day_is_24h: false,
        json_indent: 2,
        strict_json: false,
        now: Timestamp::UNIX_EPOCH,
        stop: Stop::default(),
    }
});

impl Default for TypeContext {
    /// Snowflake's defaults; `now` is 1970-01-01.
    fn default() -> Self {
        DEFAULT.clone()
    }
}

impl TypeContext {
    /// The context of a statement, or the defaults when none was put in.
    pub fn of(options: &ConfigOptions) -> &Self {
        options.extensions.get::<Self>().unwrap_or(&DEFAULT)
    }

    /// The format that a TIMESTAMP_* of this type is shown in.
    pub fn timestamp_format(&self, data_type: &SnowType) -> &Arc<DateTimeFormat> {
        let own = match data_type {
            SnowType::TimestampNtz { .. } => &self.timestamp_ntz_output,
            SnowType::TimestampLtz { .. } => &self.timestamp_ltz_output,
            _ => &self.timestamp_tz_output,
        };
        own.as_ref().unwrap_or(&self.timestamp_output)
    }

    /// The type that the bare name TIMESTAMP means.
    pub fn timestamp(&self, scale: u8) -> SnowType {
        match self.timestamp_type {
            TimestampMapping::Ntz => SnowType::TimestampNtz { scale },
            TimestampMapping::Ltz => SnowType::TimestampLtz { scale },
            TimestampMapping::Tz => SnowType::TimestampTz { scale },
        }
    }

    /// Sets a parameter by its Snowflake name, in any letter case. `false` when the name is none of [`PARAMETERS`].
    ///
    /// # Errors
    /// 001008 when the parameter does not take the value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<bool> {
        let name = name.trim().to_ascii_uppercase();
        let refuse = || Error::invalid_property(&name, value);
        let format = || DateTimeFormat::parse(value).map(Arc::new).map_err(|_| refuse());
        let optional = || {
            if value.trim().is_empty() {
                Ok(None)
            } else {
                format().map(Some)
            }
        };
        let number = |low: u16, high: u16| {
            value
                .trim()
                .parse::<u16>()
                .ok()
                .filter(|n| (low..=high).contains(n))
                .ok_or_else(refuse)
        };
        let boolean = || match value.trim().to_ascii_uppercase().as_str() {
            "TRUE" => Ok(true),
            "FALSE" => Ok(false),
            _ => Err(refuse()),
        };
        match name.as_str() {
            "TIMEZONE" => self.timezone = zone::lookup(value).ok_or_else(refuse)?,
            "DATE_INPUT_FORMAT" => self.date_input = format()?,
            "TIME_INPUT_FORMAT" => self.time_input = format()?,
            "TIMESTAMP_INPUT_FORMAT" => self.timestamp_input = format()?,
            "DATE_OUTPUT_FORMAT" => self.date_output = output(value, "YYYY-MM-DD").map_err(|_| refuse())?,
            "TIME_OUTPUT_FORMAT" => self.time_output = output(value, "HH24:MI:SS").map_err(|_| refuse())?,
            "TIMESTAMP_OUTPUT_FORMAT" => {
                self.timestamp_output =
                    output(value, "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM").map_err(|_| refuse())?;
            }
            "TIMESTAMP_NTZ_OUTPUT_FORMAT" => self.timestamp_ntz_output = optional()?,
            "TIMESTAMP_LTZ_OUTPUT_FORMAT" => self.timestamp_ltz_output = optional()?,
            "TIMESTAMP_TZ_OUTPUT_FORMAT" => self.timestamp_tz_output = optional()?,
            "TIMESTAMP_TYPE_MAPPING" => {
                self.timestamp_type = match value.trim().to_ascii_uppercase().as_str() {
                    "TIMESTAMP_NTZ" => TimestampMapping::Ntz,
                    "TIMESTAMP_LTZ" => TimestampMapping::Ltz,
                    "TIMESTAMP_TZ" => TimestampMapping::Tz,
                    _ => return Err(refuse()),
                }
            }
            "BINARY_INPUT_FORMAT" => self.binary_input = BinaryFormat::parse(value).ok_or_else(refuse)?,
            "BINARY_OUTPUT_FORMAT" => {
                let format = BinaryFormat::parse(value).filter(|f| *f != BinaryFormat::Utf8);
                self.binary_output = format.ok_or_else(refuse)?;
            }
            "WEEK_START" => self.week_start = number(0, 7)? as u8,
            "WEEK_OF_YEAR_POLICY" => self.week_of_year_policy = number(0, 1)? as u8,
            "TWO_DIGIT_CENTURY_START" => self.two_digit_century_start = number(1900, 2100)?,
            "JSON_INDENT" => self.json_indent = number(0, 16)? as u8,
            "STRICT_JSON_OUTPUT" => self.strict_json = boolean()?,
            "TIMESTAMP_DAY_IS_ALWAYS_24H" => self.day_is_24h = boolean()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A parameter's present value as SHOW PARAMETERS gives it; `None` for a name that is none of [`PARAMETERS`].
    pub fn get(&self, name: &str) -> Option<String> {
        let optional = |format: &Option<Arc<DateTimeFormat>>| match format {
            Some(format) => format.source().to_string(),
            None => String::new(),
        };
        Some(match name.trim().to_ascii_uppercase().as_str() {
            "TIMEZONE" => self.timezone.iana_name().unwrap_or("UTC").to_string(),
            "DATE_INPUT_FORMAT" => self.date_input.source().to_string(),
            "TIME_INPUT_FORMAT" => self.time_input.source().to_string(),
            "TIMESTAMP_INPUT_FORMAT" => self.timestamp_input.source().to_string(),
            "DATE_OUTPUT_FORMAT" => self.date_output.source().to_string(),
            "TIME_OUTPUT_FORMAT" => self.time_output.source().to_string(),
            "TIMESTAMP_OUTPUT_FORMAT" => self.timestamp_output.source().to_string(),
            "TIMESTAMP_NTZ_OUTPUT_FORMAT" => optional(&self.timestamp_ntz_output),
            "TIMESTAMP_LTZ_OUTPUT_FORMAT" => optional(&self.timestamp_ltz_output),
            "TIMESTAMP_TZ_OUTPUT_FORMAT" => optional(&self.timestamp_tz_output),
            "TIMESTAMP_TYPE_MAPPING" => match self.timestamp_type {
                TimestampMapping::Ntz => "TIMESTAMP_NTZ".to_string(),
                TimestampMapping::Ltz => "TIMESTAMP_LTZ".to_string(),
                TimestampMapping::Tz => "TIMESTAMP_TZ".to_string(),
            },
            "BINARY_INPUT_FORMAT" => self.binary_input.name().to_string(),
            "BINARY_OUTPUT_FORMAT" => self.binary_output.name().to_string(),
            "WEEK_START" => self.week_start.to_string(),
            "WEEK_OF_YEAR_POLICY" => self.week_of_year_policy.to_string(),
            "TWO_DIGIT_CENTURY_START" => self.two_digit_century_start.to_string(),
            "JSON_INDENT" => self.json_indent.to_string(),
            "STRICT_JSON_OUTPUT" => self.strict_json.to_string(),
            "TIMESTAMP_DAY_IS_ALWAYS_24H" => self.day_is_24h.to_string(),
            _ => return None,
        })
    }
}

/// An output format; AUTO and the empty text are the default.
fn output(value: &str, default: &str) -> Result<Arc<DateTimeFormat>> {
    let format = DateTimeFormat::parse(if value.trim().is_empty() { default } else { value })?;
    Ok(Arc::new(if format.is_auto() {
        DateTimeFormat::parse(default)?
    } else {
        format
    }))
}

impl ConfigExtension for TypeContext {
    const PREFIX: &'static str = "snowflake";
}

impl ExtensionOptions for TypeContext {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, value: &str) -> datafusion::common::Result<()> {
        if Self::set(self, key, value)? {
            return Ok(());
        }
        Err(Error::invalid_property(key, value).into())
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        let entry = |name: &&str| ConfigEntry {
            key: format!("{}.{name}", Self::PREFIX),
            value: self.get(name),
            description: "a Snowflake session parameter",
        };
        PARAMETERS.iter().map(entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_as_documented() {
        let context = TypeContext::default();
        assert_eq!(context.get("timezone").unwrap(), "America/Los_Angeles");
        assert_eq!(
            context.get("TIMESTAMP_NTZ_OUTPUT_FORMAT").unwrap(),
            "YYYY-MM-DD HH24:MI:SS.FF3"
        );
        assert_eq!(context.get("TIMESTAMP_TZ_OUTPUT_FORMAT").unwrap(), "");
        assert_eq!(
            context.timestamp_format(&SnowType::TIMESTAMP_TZ).source(),
            "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"
        );
        assert_eq!(context.get("NO_SUCH"), None);
    }

    #[test]
    fn every_parameter_sets_what_it_gets() {
        let mut context = TypeContext::default();
        for name in PARAMETERS {
            let value = context.get(name).unwrap();
            assert!(context.set(name, &value).unwrap(), "{name}");
            assert_eq!(context.get(name).unwrap(), value);
        }
        assert!(!context.set("QUERY_TAG", "x").unwrap());
    }

    #[test]
    fn wrong_values_are_refused() {
        let mut context = TypeContext::default();
        for (name, value) in [
            ("TIMEZONE", "Mars/Olympus"),
            ("WEEK_START", "8"),
            ("TWO_DIGIT_CENTURY_START", "1850"),
            ("BINARY_OUTPUT_FORMAT", "UTF-8"),
            ("TIMESTAMP_TYPE_MAPPING", "TIMESTAMP"),
            ("DATE_OUTPUT_FORMAT", "\"open"),
        ] {
            assert_eq!(context.set(name, value).unwrap_err().code(), 1008, "{name}");
        }
    }

    #[test]
    fn it_travels_in_the_configuration() {
        let mut options = ConfigOptions::new();
        assert_eq!(TypeContext::of(&options).two_digit_century_start, 1970);
        let mut context = TypeContext::default();
        context.set("TWO_DIGIT_CENTURY_START", "1980").unwrap();
        options.extensions.insert(context);
        assert_eq!(TypeContext::of(&options).two_digit_century_start, 1980);
    }
}
