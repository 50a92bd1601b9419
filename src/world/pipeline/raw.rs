//! The file as it is written, and the way from there to a [`Pipeline`].

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::check::{Check, Expected, FIGURES, Figures};
use super::{GeneratorKind, GeneratorPart, KafkaPart, Pipeline, Show, SinkPart, Wave, Waves};
use crate::error::{Error, Result};
use crate::world::events::FIELDS;
use crate::world::sink::FileFormat;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    #[serde(default)]
    description: String,
    start: toml::Value,
    kafka: Kafka,
    generator: Generator,
    sink: Sink,
    waves: toml::Value,
    scripts: Option<Vec<String>>,
    #[serde(default)]
    session: toml::Table,
    #[serde(default)]
    checks: Vec<RawCheck>,
    #[serde(default)]
    show: Vec<RawShow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kafka {
    topic: String,
    #[serde(default = "one")]
    partitions: i32,
}

fn one() -> i32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Generator {
    kind: Kind,
    events: Option<u64>,
    #[serde(default)]
    seed: u64,
    rate: Option<f64>,
    customers: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    CustomerEvents,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sink {
    bucket: String,
    #[serde(default)]
    prefix: String,
    #[serde(default = "dead_letter")]
    dead_letter: String,
    #[serde(default)]
    format: FileFormat,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default = "records_per_file")]
    records_per_file: u64,
    #[serde(default = "seconds_per_file")]
    seconds_per_file: u64,
}

fn dead_letter() -> String {
    "dead-letter/".to_owned()
}

fn records_per_file() -> u64 {
    1000
}

fn seconds_per_file() -> u64 {
    60
}

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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShow {
    title: String,
    sql: String,
}

/// Reads and validates; see [`Pipeline::parse`].
pub(super) fn parse(text: &str, origin: &str) -> Result<Pipeline> {
    let file: File =
        toml::from_str(text).map_err(|error| Error::configuration(format!("{origin}: {error}")))?;
    validate(file).map_err(|what| Error::configuration(format!("{origin}: {what}")))
}

fn validate(file: File) -> Result<Pipeline, String> {
    let waves = waves(file.waves)?;
    let kafka = kafka(file.kafka)?;
    let generator = generator(file.generator, &waves)?;
    let sink = sink(file.sink)?;
    let mut session = IndexMap::new();
    for (name, value) in file.session {
        session.insert(name.to_ascii_uppercase(), parameter(&name, &value)?);
    }
    let scripts = file.scripts.map(script_names).transpose()?;
    Ok(Pipeline {
        name: file.name,
        description: file.description,
        start: moment(&file.start)?,
        kafka,
        generator,
        sink,
        waves,
        scripts,
        session,
        checks: file.checks.into_iter().map(check).collect::<Result<_, _>>()?,
        show: file
            .show
            .into_iter()
            .map(|show| Show {
                title: show.title,
                sql: show.sql,
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

fn kafka(kafka: Kafka) -> Result<KafkaPart, String> {
    // Kafka's own rule for topic names.
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let topic = kafka.topic;
    if topic.is_empty() || topic.len() > 249 || topic == "." || topic == ".." || !topic.chars().all(legal) {
        return Err(format!(
            "kafka.topic = \"{topic}\": letters, digits, '.', '_' and '-', at most 249 of them"
        ));
    }
    if !(1..=1000).contains(&kafka.partitions) {
        return Err(format!("kafka.partitions = {}: from 1 to 1000", kafka.partitions));
    }
    Ok(KafkaPart {
        topic,
        partitions: kafka.partitions,
    })
}

fn generator(generator: Generator, waves: &Waves) -> Result<GeneratorPart, String> {
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
    if generator.customers == Some(0) {
        return Err("generator.customers = 0: at least 1".to_owned());
    }
    let Kind::CustomerEvents = generator.kind;
    Ok(GeneratorPart {
        kind: GeneratorKind::CustomerEvents,
        events,
        seed: generator.seed,
        rate: generator.rate,
        customers: generator.customers,
    })
}

fn sink(sink: Sink) -> Result<SinkPart, String> {
    if sink.bucket.is_empty() || sink.bucket.contains('/') {
        return Err(format!(
            "sink.bucket = \"{}\": the bare name of a bucket",
            sink.bucket
        ));
    }
    let prefix = |key: &str, text: &str| {
        let strange =
            text.starts_with('/') || text.contains("//") || (!text.is_empty() && !text.ends_with('/'));
        if strange {
            Err(format!(
                "sink.{key} = \"{text}\": write it as \"{}/\"",
                text.trim_matches('/')
            ))
        } else {
            Ok(())
        }
    };
    prefix("prefix", &sink.prefix)?;
    prefix("dead_letter", &sink.dead_letter)?;
    if sink.dead_letter.starts_with(&sink.prefix) {
        return Err(format!(
            "sink.dead_letter = \"{}\" lies under sink.prefix = \"{}\", where Snowpipe would load it; choose another",
            sink.dead_letter, sink.prefix
        ));
    }
    if sink.records_per_file == 0 || sink.seconds_per_file == 0 {
        return Err("sink.records_per_file and sink.seconds_per_file: at least 1".to_owned());
    }
    Ok(SinkPart {
        bucket: sink.bucket,
        prefix: sink.prefix,
        dead_letter: sink.dead_letter,
        format: sink.format,
        columns: if sink.columns.is_empty() {
            FIELDS.map(str::to_owned).to_vec()
        } else {
            sink.columns
        },
        records_per_file: sink.records_per_file,
        seconds_per_file: sink.seconds_per_file,
    })
}

fn parameter(name: &str, value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))),
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

fn check(check: RawCheck) -> Result<Check, String> {
    let name = check.name;
    let expected = match (check.expect, check.empty) {
        (None, true) => Expected::Empty,
        (Some(value), false) => rows(&value).map_err(|what| format!("check \"{name}\": {what}"))?,
        (Some(_), true) => {
            return Err(format!(
                "check \"{name}\": expect and empty = true exclude each other"
            ));
        }
        (None, false) => return Err(format!("check \"{name}\": expect = … or empty = true is needed")),
    };
    let check = Check {
        name,
        sql: check.sql,
        expected,
    };
    // Figures come at the end of a run; a misspelt one is told at its start.
    let trial: Figures = FIGURES.iter().map(|figure| (*figure, 0)).collect();
    let tried = check.query(&trial).and_then(|_| check.judge(&[], &trial));
    let _verdict = tried.map_err(|error| format!("check \"{}\": {}", check.name, error.message()))?;
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
