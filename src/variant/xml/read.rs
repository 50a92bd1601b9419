//! XML text to values. Comments, processing instructions, declarations and document types say nothing about the data
//! and are passed over; entities other than those of XML itself are unknown.

use std::borrow::Cow;
use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::scalar::convert;
use super::{CONTENT, NAME, XmlFault, XmlOptions};
use crate::variant::{MAX_DEPTH, MAX_SIZE, Value, encoded, encoding};

type Found<T> = std::result::Result<T, XmlFault>;

/// The name of the element in which TO_XML wraps values that are no XML.
const WRAPPED: &str = "SnowflakeData";

/// Reads the elements of a text one after the other.
pub struct XmlReader<'a> {
    reader: Reader<&'a [u8]>,
    options: XmlOptions,
    /// Elements of which the end is still to come; an outer element that is stripped is not among them.
    open: Vec<Element>,
    /// The name of the outer element that is being stripped.
    stripped: Option<String>,
}

/// An element half read.
struct Element {
    name: String,
    attributes: Vec<(String, Vec<u8>)>,
    /// The pieces of the content, with their names where they are elements.
    content: Vec<(Option<String>, Vec<u8>)>,
    /// Text that no piece was made of yet.
    text: String,
}

impl<'a> XmlReader<'a> {
    /// A reader of a text.
    pub fn new(text: &'a str, options: XmlOptions) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        // Names are compared here, where the fault can be told in Snowflake's words.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self {
            reader,
            options,
            open: Vec::new(),
            stripped: None,
        }
    }

    /// How many bytes were read.
    pub fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The next element in the form of VARIANT; `None` at the end.
    ///
    /// # Errors
    /// Where the text is no XML.
    pub fn next_element(&mut self) -> Found<Option<Vec<u8>>> {
        loop {
            let event = self.reader.read_event().map_err(|error| XmlFault {
                what: error.to_string(),
                position: self.position(),
            })?;
            let done = match event {
                Event::Start(start) => self.start(&start)?,
                Event::Empty(start) => match self.start(&start)? {
                    None if self.open.is_empty() => self.strip_end(),
                    None => self.end()?,
                    done => done,
                },
                Event::End(end) => {
                    let name = String::from_utf8_lossy(end.name().into_inner()).into_owned();
                    self.close(&name)?
                }
                Event::Text(text) => {
                    let content = text.xml_content(XmlVersion::Implicit1_0);
                    let content = content.map_err(|error| self.fault(error))?;
                    self.text(&content)?;
                    None
                }
                Event::CData(text) => {
                    let content = text.xml_content(XmlVersion::Implicit1_0);
                    let content = content.map_err(|error| self.fault(error))?;
                    self.text(&content)?;
                    None
                }
                Event::GeneralRef(reference) => {
                    let text = self.entity(&reference)?;
                    self.text(&text)?;
                    None
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => None,
                Event::Eof => {
                    if self.open.is_empty() && self.stripped.is_none() {
                        return Ok(None);
                    }
                    return Err(self.fault("prematurely terminated XML document"));
                }
            };
            if done.is_some() {
                return Ok(done);
            }
        }
    }

    fn fault(&self, what: impl ToString) -> XmlFault {
        XmlFault {
            what: what.to_string(),
            position: self.position(),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Found<Option<Vec<u8>>> {
        let name = String::from_utf8_lossy(start.name().into_inner()).into_owned();
        if name.is_empty() {
            return Err(self.fault("an element without a name"));
        }
        if name == WRAPPED && !self.options.disable_snowflake_data {
            return Err(self.fault(format_args!("<{WRAPPED}> is not understood")));
        }
        if self.open.is_empty() && self.options.strip_outer_element && self.stripped.is_none() {
            self.stripped = Some(name);
            return Ok(None);
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(self.fault("elements are nested too deep"));
        }
        let mut attributes: Vec<(String, Vec<u8>)> = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.fault(error))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.fault(error))?;
            let key = format!("{NAME}{}", String::from_utf8_lossy(attribute.key.into_inner()));
            attributes.push((key, self.scalar(&value)));
        }
        if let Some(parent) = self.open.last_mut() {
            parent.flush(self.options);
        }
        self.open.push(Element {
            name,
            attributes,
            content: Vec::new(),
            text: String::new(),
        });
        Ok(None)
    }

    fn close(&mut self, name: &str) -> Found<Option<Vec<u8>>> {
        let expected = match self.open.last() {
            Some(element) => Some(element.name.as_str()),
            None => self.stripped.as_deref(),
        };
        if expected != Some(name) {
            return Err(self.fault(format_args!("no opening tag for </{name}>")));
        }
        match self.open.is_empty() {
            true => Ok(self.strip_end()),
            false => self.end(),
        }
    }

    fn strip_end(&mut self) -> Option<Vec<u8>> {
        self.stripped = None;
        None
    }

    /// Ends the innermost element: a piece of the one around it, or what was looked for.
    fn end(&mut self) -> Found<Option<Vec<u8>>> {
        let Some(mut element) = self.open.pop() else {
            return Ok(None);
        };
        element.flush(self.options);
        let mut bytes = Vec::new();
        let written = element.write(&mut bytes);
        if written.is_err() || bytes.len() > MAX_SIZE {
            return Err(self.fault("the document is too large"));
        }
        match self.open.last_mut() {
            Some(parent) => {
                parent.content.push((Some(element.name), bytes));
                Ok(None)
            }
            None => Ok(Some(bytes)),
        }
    }

    fn text(&mut self, text: &str) -> Found<()> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.chars().all(|c| c.is_whitespace() || c == '\u{feff}') => {}
            None => return Err(self.fault("text outside of the outermost element")),
        }
        Ok(())
    }

    fn entity(&self, reference: &BytesRef<'_>) -> Found<Cow<'static, str>> {
        if let Some(character) = reference.resolve_char_ref().map_err(|error| self.fault(error))? {
            return Ok(Cow::Owned(character.to_string()));
        }
        let name = reference.decode().map_err(|error| self.fault(error))?;
        match resolve_predefined_entity(&name) {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => Err(self.fault(format_args!("unknown entity &{name};"))),
        }
    }

    fn scalar(&self, text: &str) -> Vec<u8> {
        scalar(text, self.options)
    }
}

fn scalar(text: &str, options: XmlOptions) -> Vec<u8> {
    match options.disable_auto_convert {
        true => encoded(&Value::String(text)),
        false => encoded(&convert(text)),
    }
}

impl Element {
    /// Makes a piece of the text so far.
    fn flush(&mut self, options: XmlOptions) {
        let text = match options.preserve_space {
            true => self.text.as_str(),
            false => self.text.trim(),
        };
        if !text.is_empty() {
            self.content.push((None, scalar(text, options)));
        }
        self.text.clear();
    }

    fn write(&self, out: &mut Vec<u8>) -> crate::error::Result<()> {
        let mut content = Vec::new();
        match self.content.as_slice() {
            [] => encoding::encode(&Value::String(""), &mut content),
            [(_, only)] => content.extend_from_slice(only),
            several => {
                encoding::write_array(several.iter().map(|(_, piece)| piece.as_slice()), &mut content)?
            }
        }
        let mut places: BTreeMap<&str, Vec<Vec<u8>>> = BTreeMap::new();
        for ((name, _), place) in self.content.iter().zip(0_i128..) {
            if let Some(name) = name {
                let place = encoded(&Value::Integer(place));
                places.entry(name).or_default().push(place);
            }
        }
        let mut indexes: Vec<(&str, Vec<u8>)> = Vec::with_capacity(places.len());
        for (name, places) in &places {
            let mut index = Vec::new();
            match places.as_slice() {
                [only] => index.extend_from_slice(only),
                several => encoding::write_array(several.iter().map(Vec::as_slice), &mut index)?,
            }
            indexes.push((name, index));
        }
        let name = encoded(&Value::String(&self.name));
        let mut entries: Vec<(&str, &[u8])> = vec![(NAME, &name), (CONTENT, &content)];
        let attributes = self
            .attributes
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_slice()));
        entries.extend(attributes);
        entries.extend(indexes.iter().map(|(key, value)| (*key, value.as_slice())));
        encoding::write_object(&mut entries, out)
    }
}
