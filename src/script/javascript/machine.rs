//! One engine: made for one handler, used on one thread, gone with it.

use std::rc::Rc;
use std::sync::Arc;

use jiff::Timestamp;
use rquickjs::context::EvalOptions;
use rquickjs::function::IntoArgs;
use rquickjs::{Context, Ctx, FromJs, Function, IntoJs, Object, Runtime, Value};

use super::fault::{self, Failure};
use super::watch::Watch;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::script::log::{Level, Log, Message};
use crate::types::TypeContext;
use crate::types::zone::LocalClock;

/// The most memory of one engine, in bytes.
const MEMORY_BYTES: usize = 128 * 1024 * 1024;

/// How much of the thread's stack a handler may use, in bytes. The rest is for what it calls.
const HANDLER_STACK_BYTES: usize = 8 * 1024 * 1024;

/// The name of the script that a handler is, as stack traces have it.
pub(super) const HANDLER: &str = "<handler>";

/// The line of the script on which a handler's body begins.
pub(super) const FIRST_LINE: usize = 2;

/// The scripts that run before a handler, in order.
const PRELUDE: [(&str, &str); 5] = [
    ("<guard>", include_str!("prelude/guard.js")),
    ("<date>", include_str!("prelude/date.js")),
    ("<values>", include_str!("prelude/values.js")),
    ("<faults>", include_str!("prelude/faults.js")),
    ("<api>", include_str!("prelude/api.js")),
];

/// What an engine is made with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name of the routine.
    pub name: String,
    /// Its body.
    pub body: String,
    /// The session's zone and formats.
    pub types: TypeContext,
    /// What `Date` reads.
    pub clock: Arc<dyn Clock>,
    /// What `Math.random` begins with.
    pub seed: u32,
    /// What ends the handler.
    pub watch: Arc<Watch>,
    /// Where its messages go.
    pub log: Arc<dyn Log>,
}

/// An engine at work.
pub struct Machine<'js> {
    pub(super) ctx: Ctx<'js>,
    pub(super) house: House<'js>,
    pub(super) settings: Rc<Settings>,
}

/// The functions of the prelude that Rust calls, and of Rust that the prelude calls. No handler sees it.
#[derive(Clone)]
pub struct House<'js>(pub(super) Object<'js>);

impl<'js> House<'js> {
    /// Calls one of its functions.
    pub(super) fn call<A: IntoArgs<'js>, R: FromJs<'js>>(&self, name: &str, args: A) -> rquickjs::Result<R> {
        self.0.get::<_, Function>(name)?.call(args)
    }

    pub(super) fn set<V: IntoJs<'js>>(&self, name: &str, value: V) -> rquickjs::Result<()> {
        self.0.set(name, value)
    }

    pub(super) fn ctx(&self) -> &Ctx<'js> {
        self.0.ctx()
    }
}

/// Makes an engine and does something with it. `install` adds to the house before the prelude runs.
///
/// # Errors
/// What `act` fails with; 000603 when there is no engine to be had.
pub fn with<T>(
    settings: &Settings,
    install: impl for<'js> FnOnce(&House<'js>) -> rquickjs::Result<()>,
    act: impl for<'js> FnOnce(&Machine<'js>) -> Result<T>,
) -> Result<T> {
    let runtime = Runtime::new().map_err(no_engine)?;
    runtime.set_memory_limit(MEMORY_BYTES);
    runtime.set_max_stack_size(HANDLER_STACK_BYTES);
    let watch = Arc::clone(&settings.watch);
    runtime.set_interrupt_handler(Some(Box::new(move || watch.ends())));
    let context = Context::full(&runtime).map_err(no_engine)?;
    context.with(|ctx| {
        let house = furnish(&ctx, settings, install).map_err(no_engine)?;
        act(&Machine {
            ctx: ctx.clone(),
            house,
            settings: Rc::new(settings.clone()),
        })
    })
}

fn no_engine(error: rquickjs::Error) -> Error {
    Error::internal(format!("no JavaScript engine: {error}"))
}

fn furnish<'js>(
    ctx: &Ctx<'js>,
    settings: &Settings,
    install: impl FnOnce(&House<'js>) -> rquickjs::Result<()>,
) -> rquickjs::Result<House<'js>> {
    let house = House(Object::new(ctx.clone())?);
    house.set("seed", settings.seed)?;
    house.set("body", settings.body.as_str())?;
    house.set("first", FIRST_LINE as i32)?;
    time(&house, settings)?;
    let (name, sink) = (settings.name.clone(), Arc::clone(&settings.log));
    let log = move |level: String, message: String, attributes: String| {
        note(sink.as_ref(), &name, &level, message, attributes);
    };
    house.set("log", Function::new(ctx.clone(), log)?)?;
    install(&house)?;
    for (name, text) in PRELUDE {
        let script: Function = ctx.eval_with_options(text, options(name))?;
        let () = script.call((house.0.clone(),))?;
    }
    Ok(house)
}

/// The clock and the zone. Milliseconds throughout, as `Date` has them.
fn time<'js>(house: &House<'js>, settings: &Settings) -> rquickjs::Result<()> {
    let ctx = house.ctx();
    let clock = Arc::clone(&settings.clock);
    let now = move || clock.now().as_millisecond() as f64;
    let zone = settings.types.timezone.clone();
    let offset = move |at: f64| LocalClock::new(&zone).offset_at(seconds(at)) as f64 * 1000.0;
    let zone = settings.types.timezone.clone();
    let utc = move |local: f64| {
        let second = seconds(local);
        local + (LocalClock::new(&zone).to_utc(second).saturating_sub(second)) as f64 * 1000.0
    };
    let zone = settings.types.timezone.clone();
    let abbreviation = move |at: f64| match Timestamp::from_second(seconds(at)) {
        Ok(at) => match zone.to_offset_info(at).abbreviation() {
            "UTC" => "Coordinated Universal Time".to_string(),
            short => short.to_string(),
        },
        Err(_) => String::new(),
    };
    house.set("now", Function::new(ctx.clone(), now)?)?;
    house.set("offset", Function::new(ctx.clone(), offset)?)?;
    house.set("utc", Function::new(ctx.clone(), utc)?)?;
    house.set("zone", Function::new(ctx.clone(), abbreviation)?)?;
    // The getters that know the machine's zone, before the prelude replaces them.
    let native: Object = ctx.eval("Object.getOwnPropertyDescriptors(Date.prototype)")?;
    let machine = Object::new(ctx.clone())?;
    for field in [
        "FullYear",
        "Month",
        "Date",
        "Hours",
        "Minutes",
        "Seconds",
        "Milliseconds",
    ] {
        let name = format!("get{field}");
        let getter: Object = native.get(name.as_str())?;
        machine.set(name.as_str(), getter.get::<_, Value>("value")?)?;
    }
    house.set("machine", machine)
}

fn seconds(milliseconds: f64) -> i64 {
    (milliseconds / 1000.0).floor() as i64
}

/// Passes on what a handler logs. Events and attributes of spans go to the log of the program: there are no spans.
/// <https://docs.snowflake.com/en/developer-guide/logging-tracing/logging-javascript>
fn note(log: &dyn Log, handler: &str, level: &str, text: String, attributes: String) {
    match (level, Level::parse(level)) {
        (_, Some(level)) => log.note(Message {
            level,
            text,
            // Only an object has attributes.
            attributes: attributes.starts_with('{').then_some(attributes),
            scope: None,
        }),
        ("off", None) => {}
        (kind, None) => tracing::debug!(handler, attributes, kind, "{text}"),
    }
}

fn options(name: &str) -> EvalOptions {
    let mut options = EvalOptions::default();
    options.strict = false;
    options.filename = Some(name.to_string());
    options
}

impl<'js> Machine<'js> {
    /// Runs a script that holds the body behind [`FIRST_LINE`].
    pub(super) fn compile<T: FromJs<'js>>(&self, script: String) -> Result<T> {
        if script.contains('\0') {
            return Err(Error::compilation("a NUL in a handler's body"));
        }
        let value = self.ctx.eval_with_options(script, options(HANDLER));
        value.map_err(|error| fault::of(self, Failure::Script(error), true))
    }

    /// The handler as a function of its arguments, which has the routine's name if that is one in JavaScript.
    pub(super) fn handler(&self, arguments: &[&str]) -> Result<Function<'js>> {
        let Settings { name, body, .. } = &*self.settings;
        let () = self.compile(format!(
            "function {name}({}) {{\n{body}\n}}",
            arguments.join(", ")
        ))?;
        let handler = self.ctx.globals().get(name.as_str());
        handler.map_err(|error| self.fault(error))
    }

    /// What a failure is called in SQL.
    pub(super) fn fault(&self, failure: impl Into<Failure>) -> Error {
        fault::of(self, failure.into(), false)
    }
}
