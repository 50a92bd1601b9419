//! A look over a request's outline before it is decoded.
//!
//! The decoder reserves memory for as many array elements as a request announces. So that a few bytes cannot claim
//! all memory, every length and count is first checked against the bytes that are there, and the number of elements
//! against a bound. The outlines themselves stand in [`super::shapes`].

/// Most array elements, and tagged fields, in one request.
const MOST_ELEMENTS: usize = 200_000;

/// What a field looks like on the wire.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// That many bytes.
    Fixed(usize),
    /// Text, possibly null.
    Text,
    /// Bytes, possibly null.
    Blob,
    /// An array of structures, possibly null.
    Structs(&'static [Field]),
    /// An array of text.
    Texts,
    /// An array of elements of that many bytes.
    Scalars(usize),
}

/// A field, and the versions of the request that have it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    shape: Shape,
    from: i16,
    until: i16,
}

/// A field of all versions.
pub(crate) const fn all(shape: Shape) -> Field {
    Field {
        shape,
        from: 0,
        until: i16::MAX,
    }
}

/// A field of this version and later ones.
pub(crate) const fn since(from: i16, shape: Shape) -> Field {
    Field {
        shape,
        from,
        until: i16::MAX,
    }
}

/// A field of these versions, the last one included.
pub(crate) const fn within(from: i16, until: i16, shape: Shape) -> Field {
    Field { shape, from, until }
}

/// Looks whether `body` has the outline of `fields` in `version`, and answers how many bytes are left behind it;
/// `flexible` versions have compact lengths and tagged fields.
pub(crate) fn rest(fields: &[Field], body: &[u8], version: i16, flexible: bool) -> Option<usize> {
    let mut walk = Walk {
        rest: body,
        version,
        flexible,
        elements: MOST_ELEMENTS,
    };
    walk.structure(fields)?;
    Some(walk.rest.len())
}

struct Walk<'a> {
    rest: &'a [u8],
    version: i16,
    flexible: bool,
    elements: usize,
}

impl Walk<'_> {
    fn structure(&mut self, fields: &[Field]) -> Option<()> {
        for field in fields {
            if (field.from..=field.until).contains(&self.version) {
                self.field(field.shape)?;
            }
        }
        if self.flexible {
            for _ in 0..self.uvarint()? {
                self.uvarint()?; // the tag
                let size = usize::try_from(self.uvarint()?).ok()?;
                self.skip(size)?;
                self.elements = self.elements.checked_sub(1)?;
            }
        }
        Some(())
    }

    fn field(&mut self, shape: Shape) -> Option<()> {
        match shape {
            Shape::Fixed(bytes) => self.skip(bytes),
            Shape::Text => {
                let length = self.length(2)?;
                self.skip(length)
            }
            Shape::Blob => {
                let length = self.length(4)?;
                self.skip(length)
            }
            Shape::Structs(fields) => (0..self.count()?).try_for_each(|_| self.structure(fields)),
            Shape::Texts => (0..self.count()?).try_for_each(|_| self.field(Shape::Text)),
            Shape::Scalars(bytes) => {
                let count = self.count()?;
                self.skip(count.checked_mul(bytes)?)
            }
        }
    }

    /// An array's count; null counts as none.
    fn count(&mut self) -> Option<usize> {
        let count = self.length(4)?;
        self.elements = self.elements.checked_sub(count)?;
        Some(count)
    }

    /// A length: compact, or in `bytes` bytes; null counts as none.
    fn length(&mut self, bytes: usize) -> Option<usize> {
        if self.flexible {
            return usize::try_from(self.uvarint()?.saturating_sub(1)).ok();
        }
        let (head, tail) = self.rest.split_at_checked(bytes)?;
        self.rest = tail;
        let value = match *head {
            [a, b] => i32::from(i16::from_be_bytes([a, b])),
            [a, b, c, d] => i32::from_be_bytes([a, b, c, d]),
            _ => return None,
        };
        if value == -1 {
            Some(0)
        } else {
            usize::try_from(value).ok()
        }
    }

    fn uvarint(&mut self) -> Option<u32> {
        let mut value = 0_u64;
        for shift in (0..35).step_by(7) {
            let (byte, tail) = self.rest.split_first()?;
            self.rest = tail;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(value).ok();
            }
        }
        None
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        all(Shape::Structs(&[all(Shape::Text), all(Shape::Scalars(4))])),
        since(4, Shape::Fixed(1)),
    ];

    #[test]
    fn outlines_are_checked_in_both_forms() {
        let plain = [0, 0, 0, 1, 0, 1, b'a', 0, 0, 0, 1, 0, 0, 0, 7, 1];
        assert_eq!(rest(FIELDS, &plain, 4, false), Some(0));
        assert_eq!(rest(FIELDS, &plain, 3, false), Some(1));
        assert_eq!(rest(FIELDS, &plain[..15], 4, false), None);
        let flexible = [2, 2, b'a', 2, 0, 0, 0, 7, 0, 1, 1, 9, 1, b'x'];
        assert_eq!(rest(FIELDS, &flexible, 4, true), Some(0));
        assert_eq!(rest(FIELDS, &flexible[..13], 4, true), None);
    }

    #[test]
    fn announced_counts_must_be_there() {
        assert_eq!(rest(FIELDS, &[0x7f, 0xff, 0xff, 0xff], 4, false), None);
        assert_eq!(rest(FIELDS, &[0xff, 0xff, 0xff, 0xff, 0x0f], 4, true), None);
        assert_eq!(rest(FIELDS, &[0x80; 64], 4, true), None);
        let many = [&[0, 0x10, 0, 0][..], &vec![0; 8 << 20]].concat();
        assert_eq!(
            rest(FIELDS, &many, 3, false),
            None,
            "a million elements are too many, though they are there"
        );
    }
}
