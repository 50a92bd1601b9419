//! What handlers throw, in Snowflake's words.
//!
//! A failed call of the API that nobody caught is `Execution error in store procedure`; anything else that is thrown is a
//! `JavaScript execution error` with the line of the body on which it was thrown and the functions on the way there.
//! Places in an engine's stack trace are where an expression stands; V8, whose places Snowflake shows, points to the
//! name of a property that cannot be read and to the `throw` of what was thrown. That is made up for here, as far as the
//! text tells.

use rquickjs::{Object, Value};

use super::machine::{FIRST_LINE, HANDLER, Machine};
use crate::error::Error;

/// Why a handler did not do what it was asked for.
#[derive(Debug)]
pub enum Failure {
    /// The engine says so: mostly, something was thrown.
    Script(rquickjs::Error),
    /// A value has no form in SQL.
    Value(Error),
}

impl From<rquickjs::Error> for Failure {
    fn from(error: rquickjs::Error) -> Self {
        Self::Script(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Value(error)
    }
}

/// A place on a stack trace. Lines are counted from 1, positions from 0.
#[derive(Debug, PartialEq)]
struct Frame {
    function: String,
    line: usize,
    position: usize,
}

/// The error that a statement fails with.
pub(super) fn of(machine: &Machine<'_>, failure: Failure, compiling: bool) -> Error {
    let watch = &machine.settings.watch;
    let name = &machine.settings.name;
    if watch.is_stopped() {
        return Error::cancelled();
    }
    if watch.is_spent() {
        let message = format!("JavaScript execution error: {name} took too long and was ended");
        return Error::new(100_132, "P0000", message);
    }
    match failure {
        Failure::Value(error) => error,
        Failure::Script(rquickjs::Error::Exception) => thrown(machine, machine.ctx.catch(), compiling),
        Failure::Script(rquickjs::Error::Allocation) => out_of_memory(),
        Failure::Script(error) => Error::new(
            100_132,
            "P0000",
            format!("JavaScript execution error: {error} in {name}"),
        ),
    }
}

fn out_of_memory() -> Error {
    let message = "JavaScript out of memory error: UDF thread memory limit exceeded";
    Error::new(100_176, "P0000", message)
}

fn thrown<'js>(machine: &Machine<'js>, value: Value<'js>, compiling: bool) -> Error {
    let Ok(described) = machine.house.call::<_, Object>("describe", (value,)) else {
        // Only a lack of memory keeps an error from being described.
        machine.ctx.catch();
        return out_of_memory();
    };
    let text: String = described.get("text").unwrap_or_default();
    let at: Option<String> = described.get("at").unwrap_or_default();
    let stack: String = described.get("stack").unwrap_or_default();
    let syntax: bool = described.get("syntax").unwrap_or_default();
    let name = &machine.settings.name;
    if let Some(at) = at {
        let message = format!("Execution error in store procedure {name}:\n{text}\nAt {at}");
        return Error::new(100_183, "P0000", message);
    }
    if text.ends_with("out of memory") {
        return out_of_memory();
    }
    let text = reworded(&text);
    let frames = frames(&stack);
    let body = &machine.settings.body;
    if compiling && syntax {
        let (line, shown, position) = place(body, &text, frames.first());
        let message = format!(
            "JavaScript compilation error: Uncaught {text} in {name} at '{shown}' position {position}"
        );
        return Error::new(100_131, "P0000", message).at(line as u32, position as u32);
    }
    let (line, shown, position) = place(body, &text, frames.first());
    let mut message = format!(
        "JavaScript execution error: Uncaught {text} in {name} at '{shown}' position {position}\nstackstrace: \n"
    );
    let outer = frames.len().saturating_sub(1);
    for frame in frames
        .iter()
        .take(outer)
        .filter(|frame| !frame.function.starts_with('<'))
    {
        message.push_str(&format!("{} line: {}\n", frame.function, frame.line));
    }
    let reached = frames
        .get(1..)
        .and_then(<[_]>::last)
        .map_or(line, |frame| frame.line);
    message.push_str(&format!("{name} line: {reached}"));
    Error::new(100_132, "P0000", message)
}

/// What the engine says of a property of nothing, as V8 says it.
fn reworded(text: &str) -> String {
    let read = text
        .strip_prefix("TypeError: cannot read property '")
        .map(|rest| (rest, "read", "reading"));
    let set = text
        .strip_prefix("TypeError: cannot set property '")
        .map(|rest| (rest, "set", "setting"));
    match read.or(set).and_then(|(rest, verb, doing)| {
        let (property, of) = rest.rsplit_once("' of ")?;
        Some(format!(
            "TypeError: Cannot {verb} properties of {of} ({doing} '{property}')"
        ))
    }) {
        Some(text) => text,
        None => text.to_string(),
    }
}

/// The places of a stack trace that lie in the handler's body, the innermost first.
fn frames(stack: &str) -> Vec<Frame> {
    let frame = |line: &str| {
        let (before, place) = line.rsplit_once(HANDLER)?;
        let function = before.trim().strip_prefix("at")?;
        let function = function.trim_end_matches('(').trim();
        let mut numbers = place.trim_end_matches(')').split(':').skip(1);
        let line = numbers.next()?.parse::<usize>().ok()?;
        let position = numbers.next().and_then(|number| number.parse::<usize>().ok());
        // What the script itself does, around the body, is nobody's business.
        (function != "<eval>").then(|| Frame {
            function: function.to_string(),
            line: (line + 1).saturating_sub(FIRST_LINE),
            position: position.unwrap_or(1).saturating_sub(1),
        })
    };
    // The engine knows the places of calls and operators. Where a function failed before the first of them, it tells the
    // function's own, which for the handler is the line above the body.
    let inside = |frame: Frame| match frame.line {
        0 => Frame {
            line: 1,
            position: 0,
            ..frame
        },
        _ => frame,
    };
    stack.lines().filter_map(frame).map(inside).collect()
}

/// The line on which something was thrown, its text, and the position on it.
fn place<'b>(body: &'b str, text: &str, frame: Option<&Frame>) -> (usize, &'b str, usize) {
    let lines = || body.lines().enumerate().map(|(at, line)| (at + 1, line));
    let Some(frame) = frame else {
        // What is no Error has no place; a body with one `throw` can only have thrown there.
        let mut throws = lines().filter_map(|(number, line)| Some((number, line, only_throw(line)?)));
        return match (throws.next(), throws.next()) {
            (Some(place), None) => place,
            _ => (1, body.lines().next().unwrap_or_default(), 0),
        };
    };
    if let Some(access) = Access::of(text) {
        let behind = lines().skip(frame.line.saturating_sub(1));
        let mut places = behind.filter_map(|(number, line)| {
            let from = if number == frame.line { frame.position } else { 0 };
            Some((number, line, access.find(line, from)?))
        });
        if let Some(place) = places.next() {
            return place;
        }
    }
    let number = frame.line.min(body.lines().count().max(1));
    let line = body.lines().nth(number - 1).unwrap_or_default();
    (number, line, only_throw(line).unwrap_or(frame.position))
}

/// The position of `throw` on a line that has one.
fn only_throw(line: &str) -> Option<usize> {
    let mut places = line.match_indices("throw");
    let (first, _) = places.next()?;
    let before = line.get(..first)?;
    places.next().is_none().then(|| before.chars().count())
}

/// A failed access of a property, which the engine's places are often before.
struct Access<'a> {
    property: &'a str,
    sets: bool,
}

impl<'a> Access<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (rest, sets) = match text.rsplit_once("(reading '") {
            Some((_, rest)) => (rest, false),
            None => (text.rsplit_once("(setting '")?.1, true),
        };
        let property = rest.strip_suffix("')")?;
        Some(Self { property, sets })
    }

    /// Where V8 sees it: at the property's name when that is read, at the `=` when it is set.
    fn find(&self, line: &str, from: usize) -> Option<usize> {
        let dotted = format!(".{}", self.property);
        let mut places = line.match_indices(&dotted).map(|(at, _)| at + 1);
        let count = |place: usize| line.get(..place).map(|before| before.chars().count());
        let place = places.find(|place| count(*place).is_some_and(|position| position >= from))?;
        match self.sets {
            true => count(place + line.get(place..)?.find('=')?),
            false => count(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_handlers_own_places_count() {
        let stack = "    at inner (<handler>:3:31)\n    at run (<api>:9:1)\n    at G8 (<handler>:2:50)\n    at <eval> (<handler>:1:1)\n";
        let found = frames(stack);
        let names: Vec<(&str, usize, usize)> = found
            .iter()
            .map(|frame| (frame.function.as_str(), frame.line, frame.position))
            .collect();
        assert_eq!(names, [("inner", 2, 30), ("G8", 1, 49)]);
        assert_eq!(frames("    at F (<handler>:1:1)")[0].line, 1);
    }

    #[test]
    fn a_property_of_nothing_is_worded_as_v8_does() {
        assert_eq!(
            reworded("TypeError: cannot read property 'x' of null"),
            "TypeError: Cannot read properties of null (reading 'x')"
        );
        assert_eq!(reworded("Error: of null"), "Error: of null");
    }

    #[test]
    fn the_place_is_that_of_the_property_or_of_the_throw() {
        let read = Access::of("TypeError: Cannot read properties of null (reading 'x')").unwrap();
        let set = Access::of("TypeError: Cannot set properties of null (setting 'y')").unwrap();
        assert_eq!(read.find("  return   null.x;", 0), Some(16));
        assert_eq!(read.find("a.x; return null.x;", 4), Some(17));
        assert_eq!(set.find("undefined.y = 1; return 1;", 0), Some(12));
        assert!(Access::of("Error: no").is_none());
        let frame = |line, position| Frame {
            function: "F".to_string(),
            line,
            position,
        };
        let body = "var a = 1;\n  throw new Error('x');";
        assert_eq!(
            place(body, "Error: x", Some(&frame(2, 8))),
            (2, "  throw new Error('x');", 2)
        );
        assert_eq!(place(body, "text", None), (2, "  throw new Error('x');", 2));
        assert_eq!(place("", "text", Some(&frame(7, 3))), (1, "", 3));
    }
}
