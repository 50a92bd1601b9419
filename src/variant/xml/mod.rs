//! XML in semi-structured values: text in ([`XmlReader`], [`parse_xml`]) and out ([`write_xml`]).
//!
//! An element is an object: `"@"` is its name, `"$"` its content, `"@name"` each attribute, and each name of its
//! children tells where among the content they are, a number or an array of them. Content of one piece, a text or an
//! element, is that piece; of none, the empty text; of several, an array. Texts that are plainly numbers or booleans
//! become such. An object with a name and a content is what is shown as XML.
//!
//! See <https://docs.snowflake.com/en/user-guide/semistructured-data-formats#label-xml-format>.

mod read;
mod scalar;
mod write;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::error::{Error, Result};

pub use read::XmlReader;
pub use write::{is_xml, write_xml};

/// The key of an element's name.
pub const NAME: &str = "@";

/// The key of an element's content.
pub const CONTENT: &str = "$";

/// How to read XML.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct XmlOptions {
    /// Keep blanks around texts: the file format option PRESERVE_SPACE.
    pub preserve_space: bool,
    /// Leave numbers and booleans as text: the parameter and file format option DISABLE_AUTO_CONVERT.
    pub disable_auto_convert: bool,
    /// Take elements named `SnowflakeData` for elements like others: the file format option DISABLE_SNOWFLAKE_DATA.
    /// Otherwise they are refused: the typed values that TO_XML writes in them are not read here.
    pub disable_snowflake_data: bool,
    /// Read the children of the outermost element, each by itself: the file format option STRIP_OUTER_ELEMENT.
    pub strip_outer_element: bool,
}

/// What is wrong with an XML text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlFault {
    /// What.
    pub what: String,
    /// How many bytes were read when it was found.
    pub position: usize,
}

impl fmt::Display for XmlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, pos {}", self.what, self.position)
    }
}

impl From<XmlFault> for Error {
    fn from(fault: XmlFault) -> Self {
        Error::xml(fault)
    }
}

fn document(text: &str, options: XmlOptions) -> std::result::Result<Option<Vec<u8>>, XmlFault> {
    let mut reader = XmlReader::new(text, options);
    let Some(element) = reader.next_element()? else {
        return Ok(None);
    };
    match reader.next_element()? {
        None => Ok(Some(element)),
        Some(_) => Err(XmlFault {
            what: "more than one outermost element".to_string(),
            position: reader.position(),
        }),
    }
}

/// Reads a document of one element; `None` for a text without one.
///
/// # Errors
/// 100100 for what is no XML document.
pub fn parse_xml(text: &str, options: XmlOptions) -> Result<Option<Vec<u8>>> {
    Ok(document(text, options)?)
}

/// What is wrong with a document, as CHECK_XML tells it; `None` when nothing is.
pub fn check_xml(text: &str, options: XmlOptions) -> Option<String> {
    document(text, options).err().map(|fault| fault.to_string())
}
