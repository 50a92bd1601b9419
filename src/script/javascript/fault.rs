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
    let reached = frames.last().map_or(line, |frame| frame.line);
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
        let mut numbers = place.trim_end_matches(')').split(':').skip(1);
        let line = numbers.next()?.parse::<usize>().ok()?;
        let position = numbers
            .next()
            .map_or(Some(1), |number| number.parse::<usize>().ok())?;
        let function = before.trim().strip_prefix("at ").unwrap_or_default();
        Some(Frame {
            function: function.trim_end_matches('(').trim_end().to_string(),
            line: (line + 1).checked_sub(FIRST_LINE).filter(|line| *line > 0)?,
            position: position.saturating_sub(1),
        })
    };
    stack.lines().filter_map(frame).collect()
}

/// The line on which something was thrown, its text, and the position on it.
fn place<'b>(body: &'b str, text: &str, frame: Option<&Frame>) -> (usize, &'b str, usize) {
    let only_throw = |line: &str| {
        let mut places = line
            .match_indices("throw")
            .map(|(at, _)| line[..at].chars().count());
        let first = places.next()?;
        places.next().is_none().then_some(first)
    };
    let Some(frame) = frame else {
        // What is no Error has no place; a body with one `throw` can only have thrown there.
        let mut throws = body
            .lines()
            .enumerate()
            .filter_map(|(at, line)| Some((at + 1, line, only_throw(line)?)));
        return match (throws.next(), throws.next()) {
            (Some(place), None) => place,
            _ => (1, body.lines().next().unwrap_or_default(), 0),
        };
    };
    let last = body.lines().count().max(1);
    let number = frame.line.min(last);
    let line = body.lines().nth(number - 1).unwrap_or_default();
    let position = match only_throw(line) {
        Some(position) => position,
        None => of_property(line, text, frame.position).unwrap_or(frame.position),
    };
    (number, line, position)
}

/// Where V8 sees a failed access of a property: at its name when it is read, at the `=` when it is set.
fn of_property(line: &str, text: &str, near: usize) -> Option<usize> {
    let (rest, set) = match text.rsplit_once("(reading '") {
        Some((_, rest)) => (rest, false),
        None => (text.rsplit_once("(setting '")?.1, true),
    };
    let property = rest.strip_suffix("')")?;
    let dotted = format!(".{property}");
    let places = line.match_indices(&dotted).map(|(at, _)| at + 1);
    let place = places.min_by_key(|at| line[..*at].chars().count().abs_diff(near))?;
    let place = match set {
        true => place + line[place..].find('=')?,
        false => place,
    };
    Some(line[..place].chars().count())
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
        let read = "TypeError: Cannot read properties of null (reading 'x')";
        let set = "TypeError: Cannot set properties of null (setting 'y')";
        assert_eq!(of_property("  return   null.x;", read, 11), Some(16));
        assert_eq!(of_property("undefined.y = 1; return 1;", set, 0), Some(12));
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
