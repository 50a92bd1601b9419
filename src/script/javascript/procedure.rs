//! A procedure in JavaScript. The engine waits for its statements, the session does not: the handler runs on a thread of
//! its own, and its statements come to the [`Host`] through a channel.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rquickjs::Value as JsValue;
use rquickjs::function::Args;
use tokio::sync::mpsc::{Sender, channel};

use super::machine::{self, Settings};
use super::read::{Column, Reader};
use super::statement::{self, Ask};
use super::watch::Watch;
use super::{STACK_BYTES, write};
use crate::error::{Error, Result};
use crate::script::host::{Host, Outcome};
use crate::script::is_fatal;
use crate::script::value::{Bindings, Value};
use crate::types::SnowType;

/// A call of a procedure.
#[derive(Debug)]
pub struct Procedure {
    /// What its engine is made with; the watch is the call's own.
    pub settings: Settings,
    /// Its arguments by their names.
    pub arguments: Vec<(String, Value)>,
    /// What it returns.
    pub returns: SnowType,
}

/// What the handler's thread tells the session.
enum Message {
    Execute(String, Bindings, SyncSender<Result<Outcome>>),
    Returned(Result<Value>),
}

/// Ends the handler when nobody waits for it any more.
struct Waiting(Arc<Watch>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// The handler's way to the session.
struct Line {
    messages: Sender<Message>,
    watch: Arc<Watch>,
}

impl Ask for Line {
    fn ask(&self, text: String, bindings: Bindings) -> Option<Result<Outcome>> {
        let (reply, answer) = sync_channel(1);
        let sent = self
            .messages
            .blocking_send(Message::Execute(text, bindings, reply));
        let answer = sent.ok().and_then(|()| answer.recv().ok());
        if answer.is_none() {
            self.watch.stop();
        }
        answer
    }
}

/// Calls a procedure. Dropping the call ends it.
///
/// # Errors
/// 100131 when the body is no JavaScript, 100183 for a failed statement that was not caught, 100132 for anything else that
/// was thrown; whatever ended a statement for good.
pub async fn call(host: &mut dyn Host, procedure: Procedure) -> Result<Value> {
    let (messages, mut inbox) = channel(1);
    let watch = Arc::clone(&procedure.settings.watch);
    let _waiting = Waiting(Arc::clone(&watch));
    let line = Line {
        messages: messages.clone(),
        watch,
    };
    let body = move || {
        let returned = run(procedure, line);
        // Without a session there is nobody to tell.
        let _ = messages.blocking_send(Message::Returned(returned));
    };
    thread::Builder::new()
        .name("javascript".to_string())
        .stack_size(STACK_BYTES)
        .spawn(body)
        .map_err(|error| Error::internal(format!("no thread for a procedure: {error}")))?;
    while let Some(message) = inbox.recv().await {
        match message {
            Message::Execute(text, bindings, reply) => {
                let outcome = host.immediate(&text, &bindings).await;
                if let Err(error) = &outcome
                    && is_fatal(error)
                {
                    return Err(error.clone());
                }
                // A handler that is gone says so itself.
                let _ = reply.send(outcome);
            }
            Message::Returned(returned) => return returned,
        }
    }
    Err(Error::internal("a procedure in JAVASCRIPT ended without a word"))
}

fn run(procedure: Procedure, line: Line) -> Result<Value> {
    let Procedure {
        settings,
        arguments,
        returns,
    } = procedure;
    let types = settings.types.clone();
    machine::with(
        &settings,
        |house| statement::install(house, line, &types),
        |machine| {
            let names: Vec<&str> = arguments.iter().map(|(name, _)| name.as_str()).collect();
            let handler = machine.handler(&names)?;
            let mut given = Args::new(machine.ctx.clone(), arguments.len());
            for (_, value) in &arguments {
                let column = Column::new(
                    &value.array,
                    value.data_type,
                    &machine.settings.types,
                    Reader::Argument,
                )?;
                let value = column.value(&machine.house, 0);
                let pushed = value.and_then(|value| given.push_arg(value));
                pushed.map_err(|error| machine.fault(error))?;
            }
            let returned: JsValue = handler.call_arg(given).map_err(|error| machine.fault(error))?;
            let value = write::value(&machine.house, returned, returns, &machine.settings.types);
            value.map_err(|error| machine.fault(error))
        },
    )
}
