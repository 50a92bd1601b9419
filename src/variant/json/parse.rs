//! The scanner: one pass over the text, no recursion, values written as they are met.
//!
//! Finished values of open containers lie in `scratch` in the order of the text, each object entry as key and value
//! side by side. When a container closes, its header is put before its elements and an object's entries are put in
//! key order; the outermost container is written straight to the column. Rows of one feed mostly have one shape, so
//! the order found for an object is tried first on the next object at its depth.

use crate::variant::encoding::{self as tag, DOUBLES, holds_double, write_double};
use crate::variant::{MAX_DEPTH, MAX_SIZE};

use super::entries::{Entry, duplicate, key_of, offset, too_large, write_elements, write_ordered};
use super::fault::Fault;
use super::{JsonOptions, number, string};

/// A reader of JSON documents that keeps its buffers from one to the next.
pub struct Parser {
    options: JsonOptions,
    scratch: Vec<u8>,
    entries: Vec<Entry>,
    frames: Vec<Frame>,
    /// The container being closed, before it goes back to `scratch`.
    closing: Vec<u8>,
    /// Per depth, the order of the last object's entries.
    orders: Vec<Vec<u32>>,
}

/// An open container.
#[derive(Clone, Copy)]
struct Frame {
    object: bool,
    /// Its first entry.
    first: u32,
    /// Where its elements start in `scratch`.
    start: u32,
    /// Whether an element holds a double.
    doubles: bool,
    /// Whether an array has an element that is not a hole.
    filled: bool,
}

/// What the scanner expects next.
enum Next {
    Value,
    Key,
    Element,
    AfterValue,
}

impl Parser {
    /// A reader with options.
    pub fn new(options: JsonOptions) -> Self {
        Self {
            options,
            scratch: Vec::new(),
            entries: Vec::new(),
            frames: Vec::new(),
            closing: Vec::new(),
            orders: Vec::new(),
        }
    }

    /// Reads a text that is one document, appending the value to `out`; false (and nothing appended) for SQL NULL.
    pub fn document(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<bool, Fault> {
        let kept = out.len();
        let Some((end, present)) = self.next_document(text, out)? else {
            return Ok(false);
        };
        match text.get(skip_blanks(text, end)) {
            None => Ok(present),
            Some(b'{' | b'[' | b'"') => {
                out.truncate(kept);
                Err(Fault::everywhere("more than one document in the input"))
            }
            Some(_) => {
                out.truncate(kept);
                Err(Fault::everywhere("garbage after valid input document"))
            }
        }
    }

    /// Reads the first document of a text. Gives the offset behind it and whether a value was appended to `out` (a bare
    /// `undefined` is SQL NULL), or `None` when the text is blank. A failure appends nothing.
    pub fn next_document(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<Option<(usize, bool)>, Fault> {
        let start = skip_blanks(text, 0);
        match text.get(start) {
            None => return Ok(None),
            Some(b',') => return Err(Fault::everywhere("garbage after valid input document")),
            Some(_) => {}
        }
        let kept = out.len();
        self.scratch.clear();
        self.entries.clear();
        self.frames.clear();
        // A document above the largest size shows as one that does not end within it.
        let limited = text.get(..start + MAX_SIZE + 1).unwrap_or(text);
        let cut = limited.len() < text.len();
        let result = self.scan(limited, start, out).and_then(|end| {
            // Checked per document, because a text may hold many and only this one has to be sound.
            let written = out.len() - kept;
            if end - start > MAX_SIZE || written > MAX_SIZE {
                return Err(too_large());
            }
            match std::str::from_utf8(text.get(start..end).unwrap_or_default()) {
                Ok(_) => Ok(Some((end, written > 0))),
                Err(error) => Err(Fault::new("invalid UTF-8 sequence", start + error.valid_up_to())),
            }
        });
        result.map_err(|fault| {
            out.truncate(kept);
            if cut && fault.at() == Some(limited.len()) {
                too_large()
            } else {
                self.earlier_fault(fault)
            }
        })
    }

    fn scan(&mut self, text: &[u8], mut at: usize, out: &mut Vec<u8>) -> Result<usize, Fault> {
        let mut next = Next::Value;
        loop {
            at = skip_blanks(text, at);
            let Some(&byte) = text.get(at) else {
                return self.end_of_text(text, next, at, out);
            };
            next = match next {
                Next::Value => match byte {
                    b'"' | b'\'' => {
                        self.scratch.push(tag::STRING);
                        at = string::read(text, at, byte, &mut self.scratch)?;
                        Next::AfterValue
                    }
                    b'0'..=b'9' => {
                        at = number::read(text, at, &mut self.scratch)?;
                        Next::AfterValue
                    }
                    b'{' => self.open(true, &mut at)?,
                    b'[' => self.open(false, &mut at)?,
                    _ => {
                        at = self.other_value(text, at, byte)?;
                        Next::AfterValue
                    }
                },
                Next::Key => {
                    if byte == b'}' {
                        self.close(&mut at, out)?
                    } else {
                        at = self.key(text, at, byte)?;
                        Next::Value
                    }
                }
                Next::Element => match byte {
                    b']' => {
                        // A comma before the bracket leaves a hole, unless there are only holes.
                        let frame = self.frames.last();
                        if frame.is_some_and(|frame| frame.filled) {
                            self.hole();
                        }
                        self.close(&mut at, out)?
                    }
                    b',' => {
                        self.hole();
                        at += 1;
                        Next::Element
                    }
                    _ => Next::Value,
                },
                Next::AfterValue => {
                    let Some(object) = self.add_value() else {
                        out.extend_from_slice(self.root_value());
                        return Ok(at);
                    };
                    match (byte, object) {
                        (b',', true) => {
                            at += 1;
                            Next::Key
                        }
                        (b',', false) => {
                            at += 1;
                            Next::Element
                        }
                        (b'}', true) | (b']', false) => self.close(&mut at, out)?,
                        (b'}' | b']', _) => {
                            return Err(Fault::new(format_args!("misplaced {}", char::from(byte)), at));
                        }
                        _ if starts_value(byte) => return Err(Fault::new("missing comma", at)),
                        (b':', _) => return Err(Fault::new("misplaced colon", at)),
                        _ => return Err(Fault::invalid_character(text, at)),
                    }
                }
            };
            if self.frames.is_empty() && !matches!(next, Next::AfterValue | Next::Value) {
                return Ok(at);
            }
        }
    }

    /// The bytes of a document that is a scalar; none for `undefined`.
    fn root_value(&self) -> &[u8] {
        if tag::is_undefined(&self.scratch) {
            &[]
        } else {
            &self.scratch
        }
    }

    /// The text has ended: fine behind a scalar document, else the innermost open container is incomplete.
    fn end_of_text(&mut self, text: &[u8], next: Next, at: usize, out: &mut Vec<u8>) -> Result<usize, Fault> {
        match (self.frames.last(), next) {
            (None, Next::AfterValue) => {
                out.extend_from_slice(self.root_value());
                Ok(at)
            }
            (Some(frame), _) => {
                let kind = if frame.object { "object" } else { "array" };
                Err(Fault::new(format_args!("incomplete {kind} value"), text.len()))
            }
            (None, _) => Err(Fault::new("unexpected end of input", text.len())),
        }
    }

    fn open(&mut self, object: bool, at: &mut usize) -> Result<Next, Fault> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(Fault::new(
                format_args!("document is nested too deeply, max depth {MAX_DEPTH}"),
                *at,
            ));
        }
        let (first, start) = (self.entries.len() as u32, offset(self.scratch.len())?);
        self.frames.push(Frame {
            object,
            first,
            start,
            doubles: false,
            filled: false,
        });
        *at += 1;
        Ok(if object { Next::Key } else { Next::Element })
    }

    /// Reads a key and its colon.
    #[inline]
    fn key(&mut self, text: &[u8], at: usize, byte: u8) -> Result<usize, Fault> {
        let start = offset(self.scratch.len())?;
        let mut end = match byte {
            b'"' | b'\'' => string::read(text, at, byte, &mut self.scratch)?,
            b'0'..=b'9' => return Err(Fault::new("object attribute name cannot be a number", at)),
            byte if is_word(byte) => {
                let end = word_end(text, at);
                self.scratch
                    .extend_from_slice(text.get(at..end).unwrap_or_default());
                end
            }
            b',' => return Err(Fault::new("misplaced comma", at)),
            b':' => return Err(Fault::new("misplaced colon", at)),
            b']' | b'[' | b'{' => {
                return Err(Fault::new(format_args!("misplaced {}", char::from(byte)), at));
            }
            _ => return Err(Fault::invalid_character(text, at)),
        };
        let key_end = offset(self.scratch.len())?;
        self.entries.push(Entry {
            start,
            key_end,
            end: key_end,
            last: (end - 1) as u32,
        });
        if text.get(end) != Some(&b':') {
            end = skip_blanks(text, end);
        }
        match text.get(end) {
            Some(b':') => Ok(end + 1),
            None => Err(Fault::new("incomplete object value", text.len())),
            Some(b',') => Err(Fault::new("misplaced comma", end)),
            Some(&byte @ (b'}' | b']' | b'[')) => {
                Err(Fault::new(format_args!("misplaced {}", char::from(byte)), end))
            }
            Some(&byte) if starts_value(byte) => Err(Fault::new("missing colon", end)),
            Some(_) => Err(Fault::invalid_character(text, end)),
        }
    }

    /// Keywords, signed numbers, and what is no value.
    fn other_value(&mut self, text: &[u8], at: usize, byte: u8) -> Result<usize, Fault> {
        match byte {
            b'-' | b'+' => match text.get(at + 1) {
                None => return Err(Fault::new("no number after a sign", text.len())),
                Some(b'-' | b'+') => return Err(Fault::new("stray minus sign", at + 1)),
                Some(b'.' | b'0'..=b'9') => return number::read(text, at, &mut self.scratch),
                Some(_) => {}
            },
            b'.' => return number::read(text, at, &mut self.scratch),
            b',' => return Err(Fault::new("misplaced comma", at)),
            b':' => return Err(Fault::new("misplaced colon", at)),
            b'}' | b']' => return Err(Fault::new(format_args!("misplaced {}", char::from(byte)), at)),
            byte if is_word(byte) => {}
            _ => return Err(Fault::invalid_character(text, at)),
        }
        let end = word_end(text, at + 1);
        let word = text.get(at..end).unwrap_or_default();
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword.as_bytes());
        let out = &mut self.scratch;
        if is("null") {
            out.push(tag::NULL);
        } else if is("true") {
            out.push(tag::TRUE);
        } else if is("false") {
            out.push(tag::FALSE);
        } else if is("undefined") {
            // An object has no holes.
            let inside = self.frames.last().is_some_and(|frame| frame.object);
            out.push(if inside { tag::NULL } else { tag::UNDEFINED });
        } else if is("nan") || is("+nan") {
            write_double(f64::NAN, out);
        } else if is("inf") || is("infinity") || is("+inf") || is("+infinity") {
            write_double(f64::INFINITY, out);
        } else if is("-inf") || is("-infinity") {
            write_double(f64::NEG_INFINITY, out);
        } else {
            let word = String::from_utf8_lossy(word);
            return Err(Fault::new(format_args!("unknown keyword \"{word}\""), end));
        }
        Ok(end)
    }

    fn hole(&mut self) {
        if self.options.strip_null_values {
            return;
        }
        let start = self.scratch.len() as u32;
        self.scratch.push(tag::UNDEFINED);
        self.entries.push(Entry {
            start,
            key_end: start,
            end: start + 1,
            last: 0,
        });
    }

    /// Makes the value at the end of `scratch` an element of the innermost container, and tells whether that is an
    /// object; `None` outside all containers.
    #[inline]
    fn add_value(&mut self) -> Option<bool> {
        let frame = self.frames.last_mut()?;
        frame.filled = true;
        let end = self.scratch.len() as u32;
        let start = if frame.object {
            let entry = self.entries.last_mut()?;
            entry.end = end;
            entry.key_end
        } else {
            // Elements lie side by side, so one starts where the one before it ends.
            let inside = self.entries.len() > frame.first as usize;
            let start = self
                .entries
                .last()
                .filter(|_| inside)
                .map_or(frame.start, |entry| entry.end);
            self.entries.push(Entry {
                start,
                key_end: start,
                end,
                last: 0,
            });
            start
        };
        let value = self.scratch.get(start as usize..).unwrap_or_default();
        frame.doubles |= holds_double(value);
        if self.options.strip_null_values && tag::is_json_null(value) {
            let object = frame.object;
            if let Some(entry) = self.entries.pop() {
                self.scratch.truncate(entry.start as usize);
            }
            return Some(object);
        }
        Some(frame.object)
    }

    /// Closes the innermost container: to `out` when it is the document, else back to `scratch` as a value.
    fn close(&mut self, at: &mut usize, out: &mut Vec<u8>) -> Result<Next, Fault> {
        *at += 1;
        let Some(frame) = self.frames.pop() else {
            return Ok(Next::AfterValue);
        };
        let first = frame.first as usize;
        let depth = self.frames.len();
        let doubles = if frame.doubles { DOUBLES } else { 0 };
        if frame.object {
            self.order_entries(first, depth)?;
        }
        let outermost = depth == 0;
        let mut closing = std::mem::take(&mut self.closing);
        let target = if outermost { &mut *out } else { &mut closing };
        let entries = self.entries.get(first..).unwrap_or_default();
        let written = if frame.object {
            let order = self.orders.get(depth).map_or(&[][..], Vec::as_slice);
            write_ordered(&self.scratch, entries, order, doubles, target)
        } else {
            write_elements(&self.scratch, frame.start, entries, doubles, target)
        };
        if !outermost {
            self.scratch.truncate(frame.start as usize);
            self.scratch.extend_from_slice(&closing);
            closing.clear();
        }
        self.closing = closing;
        self.entries.truncate(first);
        written?;
        // `Key` only tells the scanner that the document is complete.
        Ok(if outermost { Next::Key } else { Next::AfterValue })
    }

    /// Finds the key order of the entries from `first` on; it is left in `orders[depth]`.
    #[inline]
    fn order_entries(&mut self, first: usize, depth: usize) -> Result<(), Fault> {
        while self.orders.len() <= depth {
            self.orders.push(Vec::new());
        }
        let Some(order) = self.orders.get_mut(depth) else {
            return Ok(());
        };
        let entries = self.entries.get(first..).unwrap_or_default();
        let scratch = &self.scratch;
        let key = |index: &u32| entries.get(*index as usize).map(|entry| key_of(scratch, entry));
        if order.len() == entries.len() && order.is_sorted_by(|left, right| key(left) < key(right)) {
            return Ok(());
        }
        order.clear();
        order.extend(0..entries.len() as u32);
        // Stable, so that of equal keys the later entry comes last.
        order.sort_by(|left, right| key(left).cmp(&key(right)));
        if order.is_sorted_by(|left, right| key(left) < key(right)) {
            return Ok(());
        }
        if !self.options.allow_duplicate {
            return Err(duplicate(scratch, entries)
                .unwrap_or_else(|| Fault::everywhere("duplicate object attribute")));
        }
        let mut kept = 0;
        for index in 0..order.len() {
            let (this, following) = (order.get(index).copied(), order.get(index + 1));
            let replaced = following.is_some_and(|following| this.as_ref().and_then(key) == key(following));
            if let (false, Some(this), Some(slot)) = (replaced, this, order.get_mut(kept)) {
                *slot = this;
                kept += 1;
            }
        }
        order.truncate(kept);
        Ok(())
    }

    /// A key that an open object names twice is met before whatever else is wrong further on.
    #[cold]
    fn earlier_fault(&self, fault: Fault) -> Fault {
        if self.options.allow_duplicate {
            return fault;
        }
        let mut end = self.entries.len();
        let mut earliest = fault;
        for frame in self.frames.iter().rev() {
            let entries = self.entries.get(frame.first as usize..end).unwrap_or_default();
            end = frame.first as usize;
            if frame.object
                && let Some(found) = duplicate(&self.scratch, entries)
                && (earliest.at().is_none() || found.at() < earliest.at())
            {
                earliest = found;
            }
        }
        earliest
    }
}

#[inline]
fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C) = text.get(at) {
        at += 1;
    }
    at
}

/// Bytes of unquoted keys and of keywords.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn word_end(text: &[u8], at: usize) -> usize {
    let tail = text.get(at..).unwrap_or_default();
    at + tail.iter().position(|byte| !is_word(*byte)).unwrap_or(tail.len())
}

/// Whether a value could start with this byte, which decides between a missing separator and a stray character.
fn starts_value(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'-' | b'+' | b'.' | b'"' | b'\'' | b'{' | b'[')
}
