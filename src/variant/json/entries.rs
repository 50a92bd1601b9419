//! The elements of open containers in the scanner's scratch buffer, and how they become a container.

use crate::variant::MAX_SIZE;
use crate::variant::encoding::{ARRAY, OBJECT, width_code, write_offset};

use super::fault::Fault;

/// An element of an open container, as offsets into `scratch`: an object's key is `start..key_end`, its value
/// `key_end..end`; an array's element is `start..end`.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) start: u32,
    pub(super) key_end: u32,
    pub(super) end: u32,
    /// The last byte of the key in the text, its closing quote included; for messages.
    pub(super) last: u32,
}

/// The bytes of an entry's key.
#[inline]
pub(super) fn key_of<'a>(scratch: &'a [u8], entry: &Entry) -> &'a [u8] {
    scratch
        .get(entry.start as usize..entry.key_end as usize)
        .unwrap_or_default()
}

/// The fault of the first key that repeats an earlier one.
#[cold]
pub(super) fn duplicate(scratch: &[u8], entries: &[Entry]) -> Option<Fault> {
    let mut seen = std::collections::HashSet::new();
    let repeated = entries
        .iter()
        .find(|entry| !seen.insert(key_of(scratch, entry)))?;
    let name = String::from_utf8_lossy(key_of(scratch, repeated));
    Some(Fault::new(
        format_args!("duplicate object attribute \"{name}\""),
        repeated.last as usize,
    ))
}

pub(super) fn too_large() -> Fault {
    Fault::everywhere(format_args!("document is too large, max size {MAX_SIZE} bytes"))
}

/// An offset into `scratch`, which stays below four gigabytes.
#[inline]
pub(super) fn offset(value: usize) -> Result<u32, Fault> {
    u32::try_from(value).map_err(|_| too_large())
}

/// Writes an object's entries in key order.
pub(super) fn write_ordered(
    scratch: &[u8],
    entries: &[Entry],
    order: &[u32],
    doubles: u8,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let ordered = order.iter().filter_map(|index| entries.get(*index as usize));
    let length = ordered
        .clone()
        .map(|entry| (entry.end - entry.start) as usize)
        .sum();
    let code = width_code(length).map_err(|_| too_large())?;
    out.reserve(1 + (order.len() * 2 + 1) * (1 << code) + length);
    out.push(OBJECT | code | doubles);
    write_offset(order.len(), code, out);
    let mut end = 0;
    for entry in ordered.clone() {
        write_offset(end + (entry.key_end - entry.start) as usize, code, out);
        end += (entry.end - entry.start) as usize;
        write_offset(end, code, out);
    }
    for entry in ordered {
        out.extend_from_slice(
            scratch
                .get(entry.start as usize..entry.end as usize)
                .unwrap_or_default(),
        );
    }
    Ok(())
}

/// Writes an array's elements.
pub(super) fn write_elements(
    scratch: &[u8],
    start: u32,
    entries: &[Entry],
    doubles: u8,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let elements = scratch.get(start as usize..).unwrap_or_default();
    let code = width_code(elements.len()).map_err(|_| too_large())?;
    out.reserve(1 + (entries.len() + 1) * (1 << code) + elements.len());
    out.push(ARRAY | code | doubles);
    write_offset(entries.len(), code, out);
    for entry in entries {
        write_offset((entry.end - start) as usize, code, out);
    }
    out.extend_from_slice(elements);
    Ok(())
}
