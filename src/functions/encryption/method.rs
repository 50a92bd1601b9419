//! Encryption methods: `AES[-<mode>][/pad:<padding>]`, in any letter case.

use datafusion::arrow::array::StringArray;

use crate::error::{Error, Result};
use crate::functions::call::{Call, Column};

/// A block cipher mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Ecb,
    Cbc,
    Gcm,
    Ctr,
    Ofb,
    Cfb,
}

/// How to encrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// The mode.
    pub mode: Mode,
    /// Whether ECB and CBC fill up the last block.
    pub padded: bool,
}

impl Method {
    /// AES-GCM.
    pub const DEFAULT: Self = Self {
        mode: Mode::Gcm,
        padded: true,
    };

    fn parse(text: &str) -> Option<Self> {
        let upper: String = text.to_uppercase().split_whitespace().collect();
        let (name, padding) = match upper.split_once('/') {
            Some((name, padding)) => (name, Some(padding.strip_prefix("PAD:")?)),
            None => (upper.as_str(), None),
        };
        let padded = match padding {
            None | Some("PKCS") => true,
            Some("NONE") => false,
            Some(_) => return None,
        };
        let mode = match name.strip_prefix("AES")? {
            "" | "-GCM" => Mode::Gcm,
            "-ECB" => Mode::Ecb,
            "-CBC" => Mode::Cbc,
            "-CTR" => Mode::Ctr,
            "-OFB" => Mode::Ofb,
            "-CFB" => Mode::Cfb,
            _ => return None,
        };
        Some(Self { mode, padded })
    }

    /// How many bytes an initialization vector has.
    pub fn vector(self) -> usize {
        match self.mode {
            Mode::Ecb => 0,
            Mode::Gcm => 12,
            _ => 16,
        }
    }
}

/// The method of each row; read once where it is a constant.
pub struct Methods {
    texts: Option<Column<StringArray>>,
    constant: Option<Method>,
}

impl Methods {
    /// The argument at `index`, which need not be there.
    pub fn of(call: &Call, index: usize) -> Result<Self> {
        let texts = (call.len() > index).then(|| call.texts(index)).transpose()?;
        let constant = match texts.as_ref().map(Column::constant) {
            None => Some(Method::DEFAULT),
            Some(Some(text)) => Some(read(call, text)?),
            Some(None) => None,
        };
        Ok(Self { texts, constant })
    }

    /// The method of a row.
    ///
    /// # Errors
    /// 100137 for what is no method.
    pub fn get(&self, call: &Call, row: usize) -> Result<Method> {
        match self.constant {
            Some(method) => Ok(method),
            None => read(call, self.texts.as_ref().and_then(|texts| texts.get(row))),
        }
    }
}

fn read(call: &Call, text: Option<&str>) -> Result<Method> {
    let Some(text) = text else {
        return Ok(Method::DEFAULT);
    };
    Method::parse(text).ok_or_else(|| {
        let rule = "a method is AES-ECB, -CBC, -GCM, -CTR, -OFB or -CFB, with /pad:PKCS or /pad:NONE";
        Error::invalid_argument(call.name(), text, rule)
    })
}
