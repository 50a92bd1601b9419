//! Reading a large file in pieces on all cores, with the result of reading it from front to end.
//!
//! Where a record begins cannot be known in the middle of a file: a newline there may stand inside an enclosed
//! field or a JSON string. So the pieces are read on a guess, each from the first likely record start after a mark
//! up to the next piece's start, and the guesses are checked afterwards from front to end: a piece counts only if
//! the one before it ended exactly where this one started, and is read again otherwise. The marks lie a fixed
//! number of bytes apart, so neither the result nor its division into batches depends on the number of cores.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes between two marks.
pub const PIECE_BYTES: usize = 2 << 20;

/// How far beyond its piece a guess may read before it is given up: a little more than the longest value.
const OVERRUN: usize = 24 << 20;

/// What a reader is asked to read: the records that start in `start..stop`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The first record's start.
    pub start: usize,
    /// The first record that starts here or later belongs to the next piece.
    pub stop: usize,
    /// Bytes from here on are out of sight; a record that reaches it ends there.
    pub sight: usize,
    /// Whether this is the file's first piece.
    pub first: bool,
    /// What the reader left for this piece to know; a guess assumes `true`, the file's start is `false`.
    pub carry: bool,
}

/// Where a piece ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The start of the first record of the next piece.
    pub position: usize,
    /// What the next piece is to know.
    pub carry: bool,
}

/// Reads `data[begin..end]` piece by piece. `align` gives the first likely record start at or after a mark;
/// `read` gives its result and where it ended.
pub fn read<T: Send>(
    begin: usize,
    end: usize,
    piece_bytes: usize,
    align: impl Fn(usize) -> Option<usize>,
    read: impl Fn(Piece) -> (T, End) + Sync,
) -> Vec<T> {
    let starts = starts(begin, end, piece_bytes.max(1), align);
    let guesses: Vec<Piece> = starts
        .iter()
        .enumerate()
        .map(|(index, &start)| {
            let stop = starts.get(index + 1).copied().unwrap_or(end);
            let sight = if index == 0 {
                end
            } else {
                stop.saturating_add(OVERRUN).min(end)
            };
            Piece {
                start,
                stop,
                sight,
                first: index == 0,
                carry: index > 0,
            }
        })
        .collect();
    let results = on_all_cores(guesses.len(), |index| {
        guesses.get(index).map(|piece| read(*piece))
    });

    let mut accepted = Vec::with_capacity(results.len());
    let mut at = End {
        position: begin,
        carry: false,
    };
    for (guess, result) in guesses.into_iter().zip(results) {
        if !guess.first && at.position >= guess.stop {
            continue; // a record of an earlier piece reaches over this one
        }
        let (value, next) = match result {
            Some((value, next))
                if (End {
                    position: guess.start,
                    carry: guess.carry,
                }) == at
                    && (next.position < guess.sight || guess.sight == end) =>
            {
                (value, next)
            }
            _ => read(Piece {
                start: at.position,
                carry: at.carry,
                sight: end,
                ..guess
            }),
        };
        accepted.push(value);
        at = next;
    }
    accepted
}

fn starts(
    begin: usize,
    end: usize,
    piece_bytes: usize,
    align: impl Fn(usize) -> Option<usize>,
) -> Vec<usize> {
    let mut starts = vec![begin];
    let mut mark = begin.saturating_add(piece_bytes);
    while mark < end {
        match align(mark) {
            Some(start) if start < end => {
                if starts.last().is_some_and(|last| start > *last) {
                    starts.push(start);
                }
                // Marks that fall before this start would align to it again.
                let passed = (start - begin) / piece_bytes;
                mark = begin
                    .saturating_add((passed + 1).saturating_mul(piece_bytes))
                    .max(mark + piece_bytes);
            }
            _ => break,
        }
    }
    starts
}

/// Runs `task` for `0..count` on as many threads as there are cores; results in order. A task that panicked gives
/// `None`.
pub fn on_all_cores<T: Send>(count: usize, task: impl Fn(usize) -> Option<T> + Sync) -> Vec<Option<T>> {
    let cores = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(count);
    if cores <= 1 {
        return (0..count).map(task).collect();
    }
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return done;
            }
            done.push((index, task(index)));
        }
    };
    let mut results: Vec<Option<T>> = std::iter::repeat_with(|| None).take(count).collect();
    std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..cores).map(|_| scope.spawn(worker)).collect();
        let mut done = worker();
        for helper in helpers {
            done.extend(helper.join().unwrap_or_default());
        }
        for (index, result) in done {
            if let Some(slot) = results.get_mut(index) {
                *slot = result;
            }
        }
    });
    results
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Records end with a newline; inside parentheses a newline is text.
    fn record_end(data: &[u8], start: usize, sight: usize) -> usize {
        let mut inside = false;
        for (at, byte) in data.iter().enumerate().take(sight).skip(start) {
            match byte {
                b'(' => inside = true,
                b')' => inside = false,
                b'\n' if !inside => return at + 1,
                _ => {}
            }
        }
        sight
    }

    fn records(data: &[u8], piece: Piece) -> (Vec<Vec<u8>>, End) {
        let mut found = Vec::new();
        let mut position = piece.start;
        while position < piece.stop {
            let end = record_end(data, position, piece.sight);
            found.push(data[position..end].to_vec());
            position = end;
        }
        (
            found,
            End {
                position,
                carry: true,
            },
        )
    }

    fn whole_of(data: &[u8]) -> Piece {
        Piece {
            start: 0,
            stop: data.len(),
            sight: data.len(),
            first: true,
            carry: false,
        }
    }

    proptest! {
        #[test]
        fn pieces_give_what_one_pass_gives(text in "[ab()\n]{0,200}", piece_bytes in 1usize..40) {
            let data = text.as_bytes();
            let align = |mark: usize| memchr::memchr(b'\n', data.get(mark..)?).map(|at| mark + at + 1);
            let whole = records(data, whole_of(data)).0;
            let pieces = read(0, data.len(), piece_bytes, align, |piece| records(data, piece));
            prop_assert_eq!(pieces.concat(), whole);
        }
    }
}
