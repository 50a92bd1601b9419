//! The file as it is written, and the way from there to a [`Pipeline`].

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::check::{Check, Expected, FIGURES, Figures};
use super::parts;
use super::{GeneratorPart, Pipeline, Show, Wave, Waves};
use crate::error::{Error, Result};
use crate::sql::quote_text;
use crate::world::events::GeneratorKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    #[serde(default)]
    description: String,
    start: toml::Value,
    generator: toml::Table,
    kafka: Option<parts::Kafka>,
    sink: Option<parts::Sink>,
    process: Option<parts::Process>,
    files: Option<parts::Files>,
    waves: toml::Value,
    scripts: Option<Vec<String>>,
    #[serde(default)]
    session: toml::Table,
    #[serde(default)]
    checks: Vec<RawCheck>,
    #[serde(default)]
    show: Vec<RawShow>,
}

/// The settings that all kinds of generators have.
#[derive(Deserialize)]
struct Generator {
    kind: String,
    events: Option<u64>,
    #[serde(default)]
    seed: u64,
    rate: Option<f64>,
    entities: Option<u64>,
}

const GENERATOR_KEYS: [&str; 5] = ["kind", "events", "seed", "rate", "entities"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvenWaves {
    count: u64,
    advance: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneWave {
    events: u64,
    advance: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCheck {
    name: String,
    sql: String,
    expect: Option<toml::Value>,
    #[serde(default)]
    empty: bool,
    outcome: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShow {
    title: String,
    sql: String,
    chart: Option<String>,
}

/// Reads and validates; see [`Pipeline::parse`].
pub(super) fn parse(text: &str, origin: &str) -> Result<Pipeline> {
    let file: File =
        toml::from_str(text).map_err(|error| Error::configuration(format!("{origin}: {error}")))?;
    validate(file).map_err(|what| Error::configuration(format!("{origin}: {what}")))
}

fn validate(file: File) -> Result<Pipeline, String> {
    let waves = waves(file.waves)?;
    let generator = generator(file.generator, &waves)?;
    let parts = parts::Parts {
        kafka: file.kafka,
        sink: file.sink,
        process: file.process,
        files: file.files,
    };
    let source = parts.source(&generator.kind)?;
    let tables = parts::tables(&source, &generator.kind);
    let checks = file.checks.into_iter().map(|raw| check(raw, tables));
    let checks = checks.collect::<Result<_, _>>()?;
    let mut session = IndexMap::new();
    for (name, value) in file.session {
        session.insert(name.to_ascii_uppercase(), parameter(&name, &value)?);
    }
    let scripts = file.scripts.map(script_names).transpose()?;
    Ok(Pipeline {
        name: file.name,
        description: file.description,
        start: moment(&file.start)?,
        generator,
        source,
        waves,
        scripts,
        session,
        checks,
        show: file
            .show
            .into_iter()
            .map(|show| Show {
                title: show.title,
                sql: show.sql,
                chart: show.chart,
            })
            .collect(),
    })
}

fn moment(value: &toml::Value) -> Result<Timestamp, String> {
    let text = match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Datetime(moment) => moment.to_string(),
        other => {
            return Err(format!(
                "start: a time such as \"2026-03-02T09:00:00Z\" is needed, not {other}"
            ));
        }
    };
    text.parse()
        .map_err(|error| format!("start = \"{text}\": {error}; write it as \"2026-03-02T09:00:00Z\""))
}

fn advance(text: &str) -> Result<SignedDuration, String> {
    let duration: SignedDuration = text
        .parse()
        .map_err(|error| format!("waves.advance = \"{text}\": {error}; write it as \"5 minutes\""))?;
    if duration.is_negative() {
        return Err(format!("waves.advance = \"{text}\": time never moves backwards"));
    }
    Ok(duration)
}

fn waves(value: toml::Value) -> Result<Waves, String> {
    let unreadable = |error: toml::de::Error| format!("waves: {}", error.message());
    if value.is_array() {
        let list: Vec<OneWave> = value.try_into().map_err(unreadable)?;
        if list.is_empty() {
            return Err("waves: at least one is needed".to_owned());
        }
        let list = list.iter().map(|wave| {
            Ok(Wave {
                events: wave.events,
                advance: advance(&wave.advance)?,
            })
        });
        return Ok(Waves::Each(list.collect::<Result<_, String>>()?));
    }
    let even: EvenWaves = value.try_into().map_err(unreadable)?;
    if !(1..=100_000).contains(&even.count) {
        return Err(format!("waves.count = {}: from 1 to 100000", even.count));
    }
    Ok(Waves::Even {
        count: even.count,
        advance: advance(&even.advance)?,
    })
}

fn generator(mut settings: toml::Table, waves: &Waves) -> Result<GeneratorPart, String> {
    let mut common = toml::Table::new();
    for key in GENERATOR_KEYS {
        common.extend(settings.remove_entry(key));
    }
    let generator: Generator = toml::Value::Table(common)
        .try_into()
        .map_err(|error: toml::de::Error| format!("generator: {}", error.message()))?;
    let kind = GeneratorKind::parse(&generator.kind, settings)?;
    let events = match (generator.events, waves.total()) {
        (Some(events), Some(total)) if events != total => {
            return Err(format!(
                "generator.events = {events}, but the waves add up to {total}; leave one out"
            ));
        }
        (Some(events), _) => events,
        (None, Some(total)) => total,
        (None, None) => return Err("generator.events is missing".to_owned()),
    };
    if let Some(rate) = generator.rate
        && !(rate.is_finite() && rate > 0.0)
    {
        return Err(format!(
            "generator.rate = {rate}: messages per second, more than 0"
        ));
    }
    if generator.entities == Some(0) {
        return Err("generator.entities = 0: at least 1".to_owned());
    }
    Ok(GeneratorPart {
        kind,
        events,
        seed: generator.seed,
        rate: generator.rate,
        entities: generator.entities,
    })
}

fn parameter(name: &str, value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(quote_text(text)),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(truth) => Ok(truth.to_string().to_ascii_uppercase()),
        other => Err(format!(
            "session.{name} = {other}: a text, a whole number or a truth value"
        )),
    }
}

fn script_names(names: Vec<String>) -> Result<Vec<String>, String> {
    let mut seen = std::collections::BTreeSet::new();
    for name in &names {
        if !seen.insert(name) {
            return Err(format!("scripts: {name} is listed twice"));
        }
    }
    Ok(names)
}

/// `tables` are those that the generator's outcome has.
fn check(check: RawCheck, tables: &[&str]) -> Result<Check, String> {
    let name = check.name;
    let expected = match (check.expect, check.empty, check.outcome) {
        (None, true, None) => Expected::Empty,
        (Some(value), false, None) => rows(&value).map_err(|what| format!("check \"{name}\": {what}"))?,
        (None, false, Some(table)) if tables.contains(&table.as_str()) => Expected::Outcome(table),
        (None, false, Some(table)) => {
            let known = tables.join(", ");
            return Err(format!(
                "check \"{name}\": outcome = \"{table}\": there are {known}"
            ));
        }
        (None, false, None) => {
            return Err(format!(
                "check \"{name}\": expect = …, outcome = … or empty = true is needed"
            ));
        }
        _ => {
            return Err(format!(
                "check \"{name}\": expect, outcome and empty = true exclude each other"
            ));
        }
    };
    let check = Check {
        name,
        sql: check.sql,
        expected,
    };
    // Figures come at the end of a run; a misspelt one is told at its start.
    let trial: Figures = FIGURES.iter().map(|figure| (*figure, 0)).collect();
    let tried = check
        .query(&trial)
        .and_then(|_| check.judge(&[], &trial).map(|_| ()));
    tried.map_err(|error| format!("check \"{}\": {}", check.name, error.message()))?;
    Ok(check)
}

fn rows(value: &toml::Value) -> Result<Expected, String> {
    let toml::Value::Array(list) = value else {
        return Ok(Expected::Rows(vec![vec![cell(value)?]]));
    };
    let row = |row: &toml::Value| match row {
        toml::Value::Array(cells) => cells.iter().map(cell).collect(),
        other => Err(format!("expect holds rows, each in brackets: [[{other}]]")),
    };
    Ok(Expected::Rows(list.iter().map(row).collect::<Result<_, _>>()?))
}

fn cell(value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Float(number) => Ok(number.to_string()),
        toml::Value::Boolean(truth) => Ok(truth.to_string()),
        toml::Value::Datetime(moment) => Ok(moment.to_string()),
        other => Err(format!("expect: {other} is no value of a cell")),
    }
}
