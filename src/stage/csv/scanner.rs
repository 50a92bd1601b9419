//! Splitting bytes into records and fields, without copying and without understanding any value.

use super::dialect::{Dialect, RecordEnd};

/// A field's place in the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its content's first byte, after an opening quote.
    pub start: usize,
    /// The byte after its content, before a closing quote.
    pub end: usize,
    /// Where the field begins in the record, an opening quote included.
    pub at: usize,
    /// Whether it is enclosed.
    pub enclosed: bool,
    /// Whether its content has escapes or doubled quotes to resolve.
    pub escaped: bool,
}

/// A record's place in the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// The byte after its last field.
    pub content_end: usize,
    /// The byte after its delimiter: where the next record starts.
    pub end: usize,
    /// What is wrong with its form.
    pub flaw: Option<Flaw>,
}

/// A fault of form; `field` counts from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Something other than a delimiter after a closing quote.
    AfterEnclosure {
        /// The field.
        field: usize,
        /// The byte that should not be there.
        at: usize,
    },
    /// A quote that is never closed.
    Unclosed {
        /// The field.
        field: usize,
        /// The opening quote.
        at: usize,
    },
    /// A record delimiter inside an enclosed field though MULTI_LINE is FALSE.
    DelimiterInside {
        /// The field.
        field: usize,
        /// The opening quote.
        at: usize,
    },
}

/// Fields are counted, but no more than this many are kept.
pub const MAX_FIELDS: usize = 1 << 20;

impl Dialect {
    /// Reads the record that starts at `start` and puts its fields into `fields`. The data's end ends a record.
    pub fn record(&self, data: &[u8], start: usize, fields: &mut Vec<Field>) -> Record {
        fields.clear();
        let mut position = start;
        let mut flaw = None;
        loop {
            let (field, after) = match self.enclosure(data, position) {
                Some(quote_at) => self.enclosed(data, position, quote_at, fields.len(), &mut flaw),
                None => self.unenclosed(data, position),
            };
            if fields.len() < MAX_FIELDS {
                fields.push(field);
            }
            if self.delimiter_at(data, after) {
                position = after + self.delimiter.len();
                continue;
            }
            let end = after + self.record_end_at(data, after).unwrap_or(0);
            return Record {
                content_end: after,
                end: end.max(start + usize::from(end == start)),
                flaw,
            };
        }
    }

    /// The position of a quote that opens the field at `position`.
    #[inline]
    fn enclosure(&self, data: &[u8], position: usize) -> Option<usize> {
        let quote = self.quote?;
        let mut at = position;
        if self.trim {
            while data.get(at).is_some_and(|byte| is_space(*byte)) && !self.delimiter_at(data, at) {
                at += 1;
            }
        }
        (data.get(at) == Some(&quote)).then_some(at)
    }

    /// Reads an unenclosed field; gives it and the position of the delimiter after it.
    #[inline]
    fn unenclosed(&self, data: &[u8], start: usize) -> (Field, usize) {
        let mut escaped = false;
        let mut position = start;
        // A carriage return that was escaped belongs to the field.
        let mut taken = start;
        let stop = loop {
            position = self.next_stop(data, position);
            let Some(&byte) = data.get(position) else {
                break position;
            };
            if Some(byte) == self.escape_unenclosed {
                escaped = true;
                position += 1 + self.escaped_length(data, position + 1);
                taken = position;
            } else if self.delimiter_at(data, position) {
                break position;
            } else if self.record_end_at(data, position).is_some() {
                let carriage = self.record_end == RecordEnd::Newline
                    && byte == b'\n'
                    && position > taken
                    && data.get(position - 1) == Some(&b'\r');
                break position - usize::from(carriage);
            } else {
                position += 1;
            }
        };
        let stop = stop.min(data.len());
        let (mut first, mut last) = (start, stop);
        if self.trim {
            while first < last && data.get(first).is_some_and(|byte| is_space(*byte)) {
                first += 1;
            }
            while first < last && data.get(last - 1).is_some_and(|byte| is_space(*byte)) {
                last -= 1;
            }
        }
        (
            Field {
                start: first,
                end: last,
                at: start,
                enclosed: false,
                escaped,
            },
            stop,
        )
    }

    /// The next position that an unenclosed field may end at, or the data's end.
    #[inline]
    fn next_stop(&self, data: &[u8], position: usize) -> usize {
        let rest = data.get(position..).unwrap_or_default();
        let stop = rest.iter().position(|byte| self.stops[usize::from(*byte)]);
        stop.map_or(data.len(), |at| position + at)
    }

    /// How many bytes an escape character takes with it: one, which keeps a delimiter from being seen, or both of a
    /// newline of two bytes.
    fn escaped_length(&self, data: &[u8], position: usize) -> usize {
        match (&self.record_end, data.get(position..)) {
            (RecordEnd::Newline, Some([b'\r', b'\n', ..])) => 2,
            (_, Some([])) | (_, None) => 0,
            _ => 1,
        }
    }

    /// Reads an enclosed field whose opening quote is at `quote_at`.
    fn enclosed(
        &self,
        data: &[u8],
        start: usize,
        quote_at: usize,
        index: usize,
        flaw: &mut Option<Flaw>,
    ) -> (Field, usize) {
        let quote = self.quote.unwrap_or(b'"');
        let escape = self.escape.unwrap_or(quote);
        let mut field = Field {
            start: quote_at + 1,
            end: quote_at + 1,
            at: start,
            enclosed: true,
            escaped: false,
        };
        let mut position = quote_at + 1;
        loop {
            let rest = data.get(position..).unwrap_or_default();
            let Some(found) = memchr::memchr2(quote, escape, rest) else {
                position = data.len();
                if !self.multi_line
                    && let Some(at) = self.delimiter_inside(data, field.start, position)
                {
                    flaw.get_or_insert(Flaw::DelimiterInside {
                        field: index,
                        at: quote_at,
                    });
                    field.end = at;
                    return (field, at);
                }
                flaw.get_or_insert(Flaw::Unclosed {
                    field: index,
                    at: quote_at,
                });
                field.end = position;
                return (field, position);
            };
            position += found;
            let byte = data.get(position).copied().unwrap_or(quote);
            let next = data.get(position + 1).copied();
            if byte == quote && next != Some(quote) {
                break;
            }
            // A doubled quote, or an escape character and what it escapes.
            field.escaped = true;
            position += 2;
        }
        if !self.multi_line
            && let Some(at) = self.delimiter_inside(data, field.start, position)
        {
            flaw.get_or_insert(Flaw::DelimiterInside {
                field: index,
                at: quote_at,
            });
            field.end = at;
            return (field, at);
        }
        field.end = position;
        position += 1;
        let mut after = position;
        while data.get(after).is_some_and(|byte| is_space(*byte)) && !self.delimiter_at(data, after) {
            after += 1;
        }
        if after >= data.len() || self.delimiter_at(data, after) || self.record_end_at(data, after).is_some()
        {
            return (field, after.min(data.len()));
        }
        flaw.get_or_insert(Flaw::AfterEnclosure {
            field: index,
            at: after,
        });
        let (_, stop) = self.unenclosed(data, after);
        (field, stop)
    }

    /// The first record delimiter in a stretch of data.
    fn delimiter_inside(&self, data: &[u8], start: usize, end: usize) -> Option<usize> {
        let stretch = data.get(start..end)?;
        match &self.record_end {
            RecordEnd::Newline => memchr::memchr(b'\n', stretch).map(|at| start + at),
            RecordEnd::Bytes(bytes) => memchr::memmem::find(stretch, bytes).map(|at| start + at),
            RecordEnd::Never => None,
        }
    }
}

#[inline]
fn is_space(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}
