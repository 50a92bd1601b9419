//! What `snowflake.execute` and `Statement.execute` reach: the statement goes to the procedure's host, and its result comes
//! back as an object that the classes of `prelude/api.js` read.

use std::rc::Rc;
use std::sync::Arc;

use rquickjs::{Array, Ctx, Function, Object, Value};

use super::fault::Failure;
use super::machine::House;
use super::read::{Column, Reader};
use super::write;
use crate::error::{Error, Result};
use crate::script::host::Outcome;
use crate::script::value::Bindings;
use crate::types::cast::{CastMode, cast};
use crate::types::{SnowType, TypeContext};

/// The kinds that the `isColumn…` methods ask about.
const KINDS: [&str; 10] = [
    "Text",
    "Array",
    "Binary",
    "Boolean",
    "Date",
    "Number",
    "Object",
    "Time",
    "Timestamp",
    "Variant",
];

/// Runs a statement for a handler that waits. `None` ends the handler: nobody wants its result any more.
pub trait Ask {
    /// Runs one statement with the values of its bind variables.
    fn ask(&self, text: String, bindings: Bindings) -> Option<Result<Outcome>>;
}

/// Adds what procedures have and functions have not.
pub(super) fn install<'js>(
    house: &House<'js>,
    ask: impl Ask + 'static,
    types: &TypeContext,
) -> rquickjs::Result<()> {
    let ctx = house.ctx();
    house.set("kinds", KINDS.to_vec())?;
    let types = Arc::new(types.clone());
    let run = move |house: Object<'js>, text: String, binds: Array<'js>| -> rquickjs::Result<Object<'js>> {
        let house = House(house);
        let mut bindings = Bindings::new();
        for (at, value) in binds.iter::<Value>().enumerate() {
            match write::bind(&house, value?) {
                Ok(value) => bindings.insert((at + 1).to_string(), value),
                Err(Failure::Script(error)) => return Err(error),
                Err(Failure::Value(error)) => return failed(house.ctx(), &error),
            };
        }
        let text = text.trim().trim_end_matches(';').trim_end().to_string();
        match ask.ask(text, bindings) {
            Some(Ok(outcome)) => result(house.ctx(), outcome, &types),
            Some(Err(error)) => failed(house.ctx(), &error),
            // The watch ends the handler at once; what is thrown here is not seen.
            None => Err(house.ctx().throw(Value::new_null(house.ctx().clone()))),
        }
    };
    house.set("run", Function::new(ctx.clone(), run)?)
}

fn failed<'js>(ctx: &Ctx<'js>, error: &Error) -> rquickjs::Result<Object<'js>> {
    let described = Object::new(ctx.clone())?;
    described.set("code", error.code())?;
    described.set("state", error.sqlstate())?;
    described.set("message", error.message())?;
    let object = Object::new(ctx.clone())?;
    object.set("error", described)?;
    Ok(object)
}

fn result<'js>(ctx: &Ctx<'js>, outcome: Outcome, types: &Arc<TypeContext>) -> rquickjs::Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    object.set("id", outcome.query_id.to_string())?;
    object.set("rows", outcome.row_count() as f64)?;
    object.set("affected", outcome.affected.unwrap_or_default() as f64)?;
    let columns = Array::new(ctx.clone())?;
    for (at, field) in outcome.schema.fields().iter().enumerate() {
        let data_type = SnowType::from_field(field).unwrap_or(SnowType::VARCHAR);
        let (kind, javascript) = kind_of(&data_type);
        let column = Object::new(ctx.clone())?;
        column.set("name", field.name().as_str())?;
        column.set("type", javascript)?;
        column.set("kind", kind)?;
        column.set("sqlType", data_type.name())?;
        column.set("nullable", field.is_nullable())?;
        let scale = match data_type {
            SnowType::Number { scale, .. } => scale,
            _ => 0,
        };
        column.set("scale", scale)?;
        columns.set(at, column)?;
    }
    object.set("columns", columns)?;
    let outcome = Rc::new(outcome);
    let cell = reader(Rc::clone(&outcome), Arc::clone(types), false);
    object.set("cell", Function::new(ctx.clone(), cell)?)?;
    let text = reader(outcome, Arc::clone(types), true);
    object.set("text", Function::new(ctx.clone(), text)?)?;
    Ok(object)
}

/// Reads cells: as they are, or as texts.
fn reader<'js>(
    outcome: Rc<Outcome>,
    types: Arc<TypeContext>,
    as_text: bool,
) -> impl Fn(Object<'js>, usize, usize) -> rquickjs::Result<Value<'js>> {
    move |house, row, column| {
        let house = House(house);
        let read = || -> Result<Option<Column>> {
            let Some(mut cell) = outcome.cell(row, column) else {
                return Ok(None);
            };
            // JavaScript writes a double with all its digits.
            if as_text && cell.data_type != SnowType::Float {
                let to = SnowType::VARCHAR;
                cell.array = cast(&cell.array, &cell.data_type, &to, CastMode::Strict, &types)?;
                cell.data_type = to;
            }
            Column::new(&cell.array, cell.data_type, &types, Reader::Result).map(Some)
        };
        match read() {
            Ok(Some(cell)) => cell.value(&house, 0),
            Ok(None) => Ok(Value::new_null(house.ctx().clone())),
            Err(error) => Err(rquickjs::Exception::throw_message(house.ctx(), error.message())),
        }
    }
}

/// Which `isColumn…` method says yes to a type, and what the type is in JavaScript.
fn kind_of(data_type: &SnowType) -> (&'static str, &'static str) {
    match data_type {
        SnowType::Varchar { .. } => ("Text", "string"),
        SnowType::Array => ("Array", "JSON"),
        SnowType::Structured(structured) => kind_of(&structured.semi_structured()),
        SnowType::Vector { .. } => ("Vector", "JSON"),
        SnowType::Binary { .. } => ("Binary", "Uint8Array"),
        SnowType::Boolean => ("Boolean", "number"),
        SnowType::Date => ("Date", "date"),
        SnowType::Number { .. } | SnowType::Float => ("Number", "number"),
        SnowType::Object => ("Object", "JSON"),
        SnowType::Time { .. } => ("Time", "string"),
        SnowType::TimestampNtz { .. } | SnowType::TimestampLtz { .. } | SnowType::TimestampTz { .. } => {
            ("Timestamp", "SfDate")
        }
        SnowType::Variant => ("Variant", "JSON"),
    }
}
