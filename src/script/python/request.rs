//! What a worker is asked, and what it answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use serde_json::{Value, json};

use super::process::Message;
use super::{arrow, kind, read, write};
use crate::catalog::routine::{Handler, Returns, Routine};
use crate::error::{Error, Result};
use crate::script::log::{self, Level, Log};
use crate::types::{SnowType, TypeContext};

/// The code that is run.
#[derive(Debug)]
pub struct Code<'a> {
    /// The function or procedure.
    pub routine: &'a Routine,
    /// What it says of Python.
    pub handler: &'a Handler,
    /// Where one module lives: calls of one scope share it.
    pub scope: u64,
    /// Where the handler's messages go.
    pub log: Arc<dyn Log>,
}

/// What is asked.
#[derive(Debug)]
pub enum Call<'a> {
    /// The values of a scalar function.
    Scalar,
    /// The rows of a table function for one partition.
    Table,
    /// A procedure's result, with what its session is connected with.
    Procedure(&'a Connection),
}

/// How a procedure's session is connected.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Connection {
    /// The account's name, which nothing depends on.
    pub account: String,
    /// `http`.
    pub protocol: String,
    /// The server's host.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// Who logs in.
    pub user: String,
    /// What with.
    pub password: String,
    /// The role.
    pub role: Option<String>,
    /// The current database.
    pub database: Option<String>,
    /// The current schema.
    pub schema: Option<String>,
    /// The current warehouse.
    pub warehouse: Option<String>,
    /// Session parameters.
    pub session_parameters: BTreeMap<String, String>,
}

/// What a worker answers.
#[derive(Debug)]
pub struct Reply {
    /// The columns' names and types, where the routine does not tell them.
    pub schema: Option<Vec<(String, SnowType)>>,
    /// The columns.
    pub columns: Vec<ArrayRef>,
    /// Of a table function, for each row the row of arguments that it comes of; nothing for those of the partition's end.
    pub inputs: Vec<Option<u32>>,
}

impl Code<'_> {
    /// The request for a call over rows of arguments, of which those columns that can go as Arrow do so if `arrow` says so.
    ///
    /// # Errors
    /// When an argument is not in the Arrow form of its type.
    pub fn request(
        &self,
        call: &Call<'_>,
        arguments: &[ArrayRef],
        rows: usize,
        arrow: bool,
        types: &TypeContext,
    ) -> Result<Message> {
        let described = |data_type: &SnowType| match data_type {
            SnowType::Number { precision, .. } => json!({"kind": kind(data_type), "precision": precision}),
            _ => json!({"kind": kind(data_type)}),
        };
        let declared = self.routine.arguments.iter();
        let returns = match &self.routine.returns {
            Returns::Scalar { data_type, .. } => Value::from(vec![described(data_type)]),
            // A procedure's rows tell their types.
            Returns::Table(_) if matches!(call, Call::Procedure(_)) => Value::Null,
            Returns::Table(columns) => columns
                .iter()
                .map(|(_, data_type)| described(data_type))
                .collect(),
        };
        let (name, session) = match call {
            Call::Scalar => ("scalar", Value::Null),
            Call::Table => ("table", Value::Null),
            Call::Procedure(connection) => ("procedure", json!(connection)),
        };
        let head = json!({
            "call": name,
            "code": {
                "scope": self.scope,
                "handler": self.handler.name,
                "body": self.routine.body,
                "packages": self.handler.packages,
            },
            "log_level": self.log.least().map_or(NO_LEVEL, python_level),
            "timezone": types.timezone.iana_name().unwrap_or("UTC"),
            "arguments": declared.clone().map(|argument| described(&argument.data_type)).collect::<Value>(),
            "returns": returns,
            "session": session,
            "rows": rows,
            "arrow": arrow,
        });
        let mut out = head.to_string();
        out.pop();
        out.push_str(",\"columns\":[");
        let mut columns = Vec::new();
        for (at, (argument, values)) in declared.zip(arguments).enumerate() {
            if at > 0 {
                out.push(',');
            }
            let packed = match arrow {
                true => arrow::packed(values, &argument.data_type, types)?,
                false => None,
            };
            match packed {
                Some(packed) => {
                    columns.push((at, packed));
                    out.push_str("null");
                }
                None => write::column(values, &argument.data_type, types, &mut out)?,
            }
        }
        out.push_str("]}");
        Ok(Message {
            json: out.into_bytes(),
            arrow: arrow::stream(columns)?,
        })
    }

    /// Reads a worker's answer.
    ///
    /// # Errors
    /// 100357 with what the handler raised; a value that RETURNS does not hold.
    pub fn reply(&self, message: &Message, types: &TypeContext) -> Result<Reply> {
        let broken = || Error::internal("a worker's reply is broken");
        let mut reply: Value = serde_json::from_slice(&message.json).map_err(|_| broken())?;
        let packed = arrow::columns(&message.arrow)?;
        self.note(reply.get_mut("log").map(Value::take));
        let function = format!(
            " in function {} with handler {}",
            self.routine.name, self.handler.name
        );
        if let Some(raised) = reply.get("raised").and_then(Value::as_str) {
            return Err(Error::python(&format!("{raised}{function}")));
        }
        if let Some(refused) = reply.get("refused").and_then(Value::as_str) {
            return Err(match refused.starts_with("Unsupported feature") {
                true => Error::new(2, "0A000", refused),
                false => Error::python(&format!("{refused}\n{function}")),
            });
        }
        let schema = match reply.get_mut("schema").map(Value::take) {
            None => None,
            Some(schema) => {
                let pairs: Vec<(String, String)> = serde_json::from_value(schema).map_err(|_| broken())?;
                let typed = pairs
                    .into_iter()
                    .map(|(name, text)| Some((name, SnowType::parse(&text)?)));
                Some(typed.collect::<Option<Vec<_>>>().ok_or_else(broken)?)
            }
        };
        let declared: Vec<SnowType> = match (&schema, &self.routine.returns) {
            (Some(schema), _) => schema.iter().map(|(_, data_type)| *data_type).collect(),
            (None, Returns::Scalar { data_type, .. }) => vec![*data_type],
            (None, Returns::Table(columns)) => columns.iter().map(|(_, data_type)| *data_type).collect(),
        };
        let columns = reply
            .get("columns")
            .and_then(Value::as_array)
            .ok_or_else(broken)?;
        if columns.len() != declared.len() {
            return Err(broken());
        }
        let columns = columns.iter().zip(&declared).enumerate();
        let columns = columns.map(
            |(at, (values, data_type))| match (values.as_array(), packed.get(&at)) {
                (Some(values), _) => read::column(values, data_type, types),
                (None, Some(column)) => arrow::unpacked(column, data_type, types),
                (None, None) => Err(broken()),
            },
        );
        let inputs = match reply.get("inputs") {
            Some(inputs) => serde_json::from_value(inputs.clone()).map_err(|_| broken())?,
            None => Vec::new(),
        };
        Ok(Reply {
            inputs,
            columns: columns.collect::<Result<Vec<_>>>()?,
            schema,
        })
    }
}

impl Code<'_> {
    /// Passes on what a handler logged.
    fn note(&self, logged: Option<Value>) {
        type Logged = (i64, String, String, serde_json::Map<String, Value>);
        let Some(logged) = logged else { return };
        let messages: Vec<Logged> = serde_json::from_value(logged).unwrap_or_default();
        for (level, text, scope, attributes) in messages {
            self.log.note(log::Message {
                level: level_of(level),
                text,
                attributes: Some(Value::Object(attributes).to_string()),
                scope: Some(scope),
            });
        }
    }
}

/// The number above those of all levels that Python has.
const NO_LEVEL: i64 = 1_000;

/// Python's number of a level.
fn python_level(level: Level) -> i64 {
    match level {
        Level::Trace => 1,
        Level::Debug => 10,
        Level::Info => 20,
        Level::Warn => 30,
        Level::Error => 40,
        Level::Fatal => 50,
    }
}

/// The level of Python's number.
fn level_of(number: i64) -> Level {
    match number {
        ..10 => Level::Trace,
        10..20 => Level::Debug,
        20..30 => Level::Info,
        30..40 => Level::Warn,
        40..50 => Level::Error,
        _ => Level::Fatal,
    }
}

impl Reply {
    /// The only column.
    ///
    /// # Errors
    /// When there is none.
    pub fn values(&self) -> Result<ArrayRef> {
        let values = self.columns.first().map(Arc::clone);
        values.ok_or_else(|| Error::internal("a worker's reply without values"))
    }
}
