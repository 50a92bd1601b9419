//! Scalar and table functions, over rows of arguments.
//! <https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-scalar-functions>,
//! <https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-tabular-functions>
//!
//! One engine serves all rows that a statement gives it, so global variables outlive a row.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayBuilder, ArrayRef, UInt32Builder};
use datafusion::arrow::compute::kernels::cmp::not_distinct;
use rquickjs::function::{Args, This};
use rquickjs::{Function, Object, Value};

use super::fault::Failure;
use super::machine::{self, Machine, Settings};
use super::read::{Column, Reader};
use super::write::Writer;
use crate::error::{Error, Result};
use crate::types::SnowType;

/// The most rows that a table function gives for one partition.
const MOST_ROWS: usize = 10_000_000;

/// What a function gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A value for each row of arguments.
    Scalar(SnowType),
    /// Rows for all rows of arguments together, which are one partition. A further column tells of which row of arguments
    /// each comes; NULL for those that `finalize` writes.
    Table(Vec<(String, SnowType)>),
}

/// A function in JavaScript.
#[derive(Debug, Clone)]
pub struct Handler {
    /// What its engine is made with.
    pub settings: Settings,
    /// Its arguments' names and types.
    pub arguments: Vec<(String, SnowType)>,
    /// What it gives.
    pub kind: Kind,
}

/// A compiled function, which runs over rows: arguments and their number in, columns out.
pub type Compiled<'a> = dyn FnMut(&[ArrayRef], usize) -> Result<Vec<ArrayRef>> + 'a;

impl Handler {
    /// Compiles the function and hands it on.
    ///
    /// # Errors
    /// 100131 when the body is no JavaScript, 100132 when it is no function of this kind; what `act` fails with.
    pub fn run<T>(&self, act: impl FnOnce(&mut Compiled<'_>) -> Result<T>) -> Result<T> {
        machine::with(
            &self.settings,
            |_| Ok(()),
            |machine| match &self.kind {
                Kind::Scalar(returns) => {
                    let names: Vec<&str> = self.arguments.iter().map(|(name, _)| name.as_str()).collect();
                    let function = machine.handler(&names)?;
                    act(&mut |arguments, rows| {
                        Ok(vec![self.scalar(machine, &function, *returns, arguments, rows)?])
                    })
                }
                Kind::Table(columns) => {
                    let script = format!("(\n{}\n)", self.settings.body);
                    let object: Value = machine.compile(script)?;
                    let processes = object
                        .as_object()
                        .and_then(|object| object.get::<_, Value>("processRow").ok());
                    if !processes.is_some_and(|member| member.is_function()) {
                        return Err(self.no_table_function());
                    }
                    let object = object.into_object().ok_or_else(|| self.no_table_function())?;
                    act(&mut |arguments, rows| self.table(machine, &object, columns, arguments, rows))
                }
            },
        )
    }

    fn no_table_function(&self) -> Error {
        let name = &self.settings.name;
        let message =
            format!("JavaScript execution error: the body of {name} is no object with a function processRow");
        Error::new(100_132, "P0000", message)
    }

    fn columns(&self, machine: &Machine<'_>, arguments: &[ArrayRef]) -> Result<Vec<Column>> {
        let types = &machine.settings.types;
        let columns = arguments.iter().zip(&self.arguments);
        columns
            .map(|(array, (_, data_type))| Column::new(array, *data_type, types, Reader::Argument))
            .collect()
    }

    fn scalar<'js>(
        &self,
        machine: &Machine<'js>,
        function: &Function<'js>,
        returns: SnowType,
        arguments: &[ArrayRef],
        rows: usize,
    ) -> Result<ArrayRef> {
        let columns = self.columns(machine, arguments)?;
        let mut writer = Writer::new(returns, &machine.settings.types);
        let mut one = |row: usize| -> std::result::Result<(), Failure> {
            let mut given = Args::new(machine.ctx.clone(), columns.len());
            for column in &columns {
                given.push_arg(column.value(&machine.house, row)?)?;
            }
            writer.push(&machine.house, function.call_arg(given)?)
        };
        for row in 0..rows {
            self.settings.watch.begin();
            one(row).map_err(|failure| machine.fault(failure))?;
        }
        writer.finish()
    }

    /// One partition: `initialize`, `processRow` for each row, `finalize`.
    fn table<'js>(
        &self,
        machine: &Machine<'js>,
        object: &Object<'js>,
        columns: &[(String, SnowType)],
        arguments: &[ArrayRef],
        rows: usize,
    ) -> Result<Vec<ArrayRef>> {
        let given = self.columns(machine, arguments)?;
        let written = machine.rows(columns).map_err(|error| machine.fault(error))?;
        let process = || -> std::result::Result<Vec<ArrayRef>, Failure> {
            let ctx = &machine.ctx;
            let context = Object::new(ctx.clone())?;
            let call =
                |name: &str, first: Object<'js>, second: Option<Object<'js>>| -> rquickjs::Result<()> {
                    self.settings.watch.begin();
                    let Some(function) = object.get::<_, Option<Function>>(name)? else {
                        return Ok(());
                    };
                    let this = This(object.clone());
                    match second {
                        Some(second) => function.call::<_, Value>((this, first, second, context.clone()))?,
                        None => function.call::<_, Value>((this, first, context.clone()))?,
                    };
                    Ok(())
                };
            let mut inputs = UInt32Builder::new();
            call("initialize", self.information(machine, arguments, &given)?, None)?;
            for row in 0..rows {
                let values = Object::new(ctx.clone())?;
                for ((name, _), column) in self.arguments.iter().zip(&given) {
                    values.set(name.as_str(), column.value(&machine.house, row)?)?;
                }
                call("processRow", values, Some(written.writer.clone()))?;
                let input = u32::try_from(row).map_err(|_| Error::internal("a partition of 2^32 rows"))?;
                inputs.append_value_n(input, written.count() - inputs.len());
            }
            call("finalize", written.writer.clone(), None)?;
            inputs.append_nulls(written.count() - inputs.len());
            let mut columns = written.columns(machine, columns)?;
            columns.push(Arc::new(inputs.finish()));
            Ok(columns)
        };
        process().map_err(|failure| machine.fault(failure))
    }

    /// `argumentInfo`. An argument counts as constant where all rows of the partition have the same value.
    fn information<'js>(
        &self,
        machine: &Machine<'js>,
        arguments: &[ArrayRef],
        columns: &[Column],
    ) -> std::result::Result<Object<'js>, Failure> {
        let all = Object::new(machine.ctx.clone())?;
        for (((name, data_type), array), column) in self.arguments.iter().zip(arguments).zip(columns) {
            let constant = match array.len() {
                0 => false,
                rows => {
                    let (before, behind) = (array.slice(0, rows - 1), array.slice(1, rows - 1));
                    not_distinct(&before, &behind).map_err(Error::from)?.false_count() == 0
                }
            };
            let one = Object::new(machine.ctx.clone())?;
            one.set("type", data_type.name())?;
            one.set("isConst", constant)?;
            if constant {
                one.set("constValue", column.value(&machine.house, 0)?)?;
            }
            all.set(name.as_str(), one)?;
        }
        Ok(all)
    }
}

/// The rows that a partition writes.
struct Rows<'js> {
    /// `rowWriter`.
    writer: Object<'js>,
    /// The rows' values, column by column, in a JavaScript array: the engine must know of what it holds.
    values: rquickjs::Array<'js>,
    count: Rc<RefCell<usize>>,
}

impl<'js> Machine<'js> {
    fn rows(&self, columns: &[(String, SnowType)]) -> rquickjs::Result<Rows<'js>> {
        let values = rquickjs::Array::new(self.ctx.clone())?;
        let count = Rc::new(RefCell::new(0));
        let names: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
        let counting = Rc::clone(&count);
        let write = move |values: rquickjs::Array<'js>, row: Object<'js>| -> rquickjs::Result<()> {
            let mut count = counting.borrow_mut();
            if *count >= MOST_ROWS {
                let message = format!("more than {MOST_ROWS} rows for one partition");
                return Err(rquickjs::Exception::throw_range(row.ctx(), &message));
            }
            for (at, name) in names.iter().enumerate() {
                values.set(*count * names.len() + at, row.get::<_, Value>(name.as_str())?)?;
            }
            *count += 1;
            Ok(())
        };
        let write = Function::new(self.ctx.clone(), write)?;
        let writer: Object = self.house.call("rowWriter", (write, values.clone()))?;
        Ok(Rows {
            writer,
            values,
            count,
        })
    }
}

impl<'js> Rows<'js> {
    /// How many were written.
    fn count(&self) -> usize {
        *self.count.borrow()
    }

    fn columns(
        &self,
        machine: &Machine<'js>,
        columns: &[(String, SnowType)],
    ) -> std::result::Result<Vec<ArrayRef>, Failure> {
        let count = self.count();
        let mut arrays = Vec::with_capacity(columns.len());
        for (at, (_, data_type)) in columns.iter().enumerate() {
            let mut writer = Writer::new(*data_type, &machine.settings.types);
            for row in 0..count {
                writer.push(&machine.house, self.values.get(row * columns.len() + at)?)?;
            }
            arrays.push(writer.finish()?);
        }
        Ok(arrays)
    }
}
