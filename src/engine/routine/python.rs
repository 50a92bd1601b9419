//! Functions in Python: the [`Evaluator`] of the language, and what procedures in Python share with it.
//! <https://docs.snowflake.com/en/developer-guide/udf/python/udf-python-creating>

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use datafusion::arrow::array::{Array, ArrayRef, new_empty_array};
use datafusion::arrow::compute::concat;
use futures::future::BoxFuture;
use parking_lot::RwLock;

use super::evaluator::{Evaluator, FunctionCall, Site, TableRows, blocking};
use super::imports::{self, Found};
use crate::catalog::routine::{Handler, Returns, Routine};
use crate::engine::Account;
use crate::error::{Error, Result};
use crate::script::log::{Log, ProgramLog};
use crate::script::python::{Call, Code, Connection, Interpreter, Process, Reply};
use crate::types::SnowType;

/// The most rows that are sent at once.
const MOST_ROWS: usize = 4096;

/// From how many rows on they are sent as Arrow: importing `pyarrow` takes longer than a few rows of JSON.
const ARROW_ROWS: usize = 256;

/// Python, as an account has it.
#[derive(Debug, Default)]
pub struct Python {
    /// What handlers run in.
    pub interpreter: Interpreter,
    door: RwLock<Option<Arc<dyn Door>>>,
    scopes: AtomicU64,
}

/// The way by which procedures in Python reach their account as clients do.
pub trait Door: Debug + Send + Sync {
    /// Lets one user in for one call.
    fn open(&self, account: &Arc<Account>, user: &str) -> BoxFuture<'static, Result<Opened>>;
}

/// A door that is open until this is dropped.
#[derive(Debug)]
pub struct Opened {
    /// How to come in. Names are for the caller to fill in.
    pub connection: Connection,
    /// What shuts it.
    pub guard: Box<dyn Held>,
}

/// What holds a door open.
pub trait Held: Debug + Send {}

impl Python {
    /// Has procedures come in by a door.
    pub fn set_door(&self, door: Arc<dyn Door>) {
        *self.door.write() = Some(door);
    }

    /// The door, if there is one.
    pub(in crate::engine) fn door(&self) -> Option<Arc<dyn Door>> {
        self.door.read().clone()
    }

    /// A number that no other module's life has.
    pub(in crate::engine) fn new_scope(&self) -> u64 {
        self.scopes.fetch_add(1, Ordering::Relaxed)
    }

    /// A process for code with these imports, and what it is to be put back under.
    ///
    /// # Errors
    /// Those of [`Interpreter::take`].
    pub(in crate::engine) fn process(&self, account: &Account, found: &[Found]) -> Result<(String, Process)> {
        let key = imports::key(found);
        let process = self.interpreter.take(&key, || imports::fetch(account, found))?;
        Ok((key, process))
    }
}

/// Runs functions in Python.
#[derive(Debug)]
pub(in crate::engine) struct Functions {
    account: Weak<Account>,
    /// One module per call in a statement.
    scope: u64,
    log: Arc<dyn Log>,
}

impl Functions {
    pub(in crate::engine) fn new(account: Weak<Account>) -> Self {
        let handler = String::new();
        Self {
            account,
            scope: 0,
            log: Arc::new(ProgramLog { handler }),
        }
    }

    /// The replies to a call, of which each is over so many rows.
    fn run(&self, call: &FunctionCall<'_>, kind: &Call<'_>, at_once: usize) -> Result<Vec<Reply>> {
        let account = self.account.upgrade();
        let account = account.ok_or_else(|| Error::internal("a function that outlives its account"))?;
        let handler = handler_of(call.function)?;
        let home = account.catalog().snapshot().home(call.object);
        let code = Code {
            routine: call.function,
            handler,
            scope: self.scope,
            log: Arc::clone(&self.log),
        };
        blocking(|| {
            let found = imports::find(&account, home.as_ref(), handler)?;
            let (key, process) = account.python().process(&account, &found)?;
            let mut pieces = Vec::new();
            for start in (0..call.rows).step_by(at_once) {
                let rows = at_once.min(call.rows - start);
                let arguments: Vec<ArrayRef> = call
                    .arguments
                    .iter()
                    .map(|values| values.slice(start, rows))
                    .collect();
                let arrow = rows >= ARROW_ROWS && process.takes_arrow(&call.types.stop)?;
                let request = code.request(kind, &arguments, rows, arrow, call.types)?;
                let reply = process.ask(request, &call.types.stop)?;
                let reply = code.reply(&reply, call.types);
                match reply {
                    Ok(reply) => pieces.push(reply),
                    Err(error) => {
                        account.python().interpreter.put_back(&key, process);
                        return Err(error);
                    }
                }
            }
            account.python().interpreter.put_back(&key, process);
            Ok(pieces)
        })
    }
}

impl Evaluator for Functions {
    fn for_statement(&self, site: &Site<'_>) -> Option<Arc<dyn Evaluator>> {
        let account = self.account.upgrade()?;
        Some(Arc::new(Self {
            account: Weak::clone(&self.account),
            scope: account.python().new_scope(),
            log: site.log(),
        }))
    }

    fn scalar(&self, call: &FunctionCall<'_>) -> Result<ArrayRef> {
        let Returns::Scalar { data_type, not_null } = &call.function.returns else {
            return Err(Error::internal("a table function as a scalar one"));
        };
        if call.rows == 0 {
            return Ok(new_empty_array(&data_type.arrow()));
        }
        let pieces = self.run(call, &Call::Scalar, MOST_ROWS)?;
        let values = pieces.iter().flat_map(|reply| &reply.columns);
        let values: Vec<&dyn Array> = values.map(|values| values.as_ref()).collect();
        let values = concat(&values)?;
        if *not_null && values.null_count() > 0 {
            return Err(Error::null_result(format_args!(
                "function {}",
                call.function.name
            )));
        }
        Ok(values)
    }

    fn table(&self, call: &FunctionCall<'_>) -> Result<TableRows> {
        let mut pieces = self.run(call, &Call::Table, call.rows.max(1))?;
        match pieces.pop() {
            Some(Reply { columns, inputs, .. }) => Ok(TableRows { columns, inputs }),
            // A partition without rows is none.
            None => Ok(TableRows {
                columns: call.function.columns().into_iter().flatten().map(empty).collect(),
                inputs: Vec::new(),
            }),
        }
    }
}

fn empty((_, data_type): &(String, SnowType)) -> ArrayRef {
    new_empty_array(&data_type.arrow())
}

/// What a routine says of Python.
pub(in crate::engine) fn handler_of(routine: &Routine) -> Result<&Handler> {
    let handler = routine.language.handler();
    handler.ok_or_else(|| Error::internal("a routine in PYTHON without a handler"))
}
