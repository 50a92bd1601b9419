//! The parts of the world as the file writes them: where events go first, and what carries them on.
//!
//! A new part is a table here, its setting in [`super`], and its start in the driver of a run.

use jiff::SignedDuration;
use serde::Deserialize;

use super::mover;
use super::{CarrierPart, FilesPart, KafkaPart, ProcessPart, SinkPart, SourcePart};
use crate::world::events::GeneratorKind;
use crate::world::process::{Column, ProcessSpec, Windows, outcome};
use crate::world::sink::FileFormat;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kafka {
    topic: String,
    #[serde(default = "one")]
    partitions: i32,
}

fn one() -> i32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sink {
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Files {
    bucket: String,
    #[serde(default)]
    prefix: String,
    name: String,
    #[serde(default = "yes")]
    header: bool,
    #[serde(default = "records_per_file")]
    records_per_file: u64,
    #[serde(default = "seconds_per_file")]
    seconds_per_file: u64,
    mover: Option<mover::Mover>,
}

fn yes() -> bool {
    true
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
pub(super) struct Process {
    bucket: String,
    rows: String,
    windows: String,
    #[serde(default = "checkpoint")]
    checkpoint: String,
    #[serde(default = "dead_letter")]
    dead_letter: String,
    #[serde(default = "seconds_per_file")]
    seconds_per_batch: u64,
    unique: String,
    time: String,
    watermark: String,
    columns: Vec<Column>,
    window: Window,
}

fn checkpoint() -> String {
    "checkpoint/".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    length: String,
    by: Vec<String>,
    sums: Vec<String>,
}

/// The parts that a file names.
pub(super) struct Parts {
    pub kafka: Option<Kafka>,
    pub sink: Option<Sink>,
    pub process: Option<Process>,
    pub files: Option<Files>,
}

impl Parts {
    /// Puts the parts together.
    pub(super) fn source(self, kind: &GeneratorKind) -> Result<SourcePart, String> {
        if self.kafka.is_some() && kind.is_csv() {
            return Err(
                "generator.form = \"csv\": messages in a topic are JSON; [files] take lines of CSV"
                    .to_owned(),
            );
        }
        match (self.kafka, self.sink, self.process, self.files) {
            (Some(kafka), Some(sink), None, None) => {
                let sink = self::sink(sink, kind.fields())?;
                Ok(SourcePart::Kafka(self::kafka(kafka)?, CarrierPart::Sink(sink)))
            }
            (Some(kafka), None, Some(process), None) => {
                let process = Box::new(self::process(process, kind)?);
                Ok(SourcePart::Kafka(
                    self::kafka(kafka)?,
                    CarrierPart::Process(process),
                ))
            }
            (Some(_), _, _, None) => Err(
                "[kafka] needs either a [sink] or a [process], which carries its messages to S3".to_owned(),
            ),
            (None, None, None, Some(files)) => Ok(SourcePart::Files(self::files(files)?)),
            (None, _, _, None) => {
                Err("[kafka] or [files] is missing: where the generator's events go first".to_owned())
            }
            (_, _, _, Some(_)) => {
                Err("[files] go straight into the bucket: leave [kafka], [sink] and [process] out".to_owned())
            }
        }
    }
}

/// The tables that a check can name as its outcome.
pub(super) fn tables(source: &SourcePart, kind: &GeneratorKind) -> &'static [&'static str] {
    match source {
        SourcePart::Kafka(_, CarrierPart::Process(_)) => &outcome::TABLES,
        _ => kind.tables(),
    }
}

fn process(process: Process, kind: &GeneratorKind) -> Result<ProcessPart, String> {
    if !matches!(kind, GeneratorKind::Records(_)) {
        return Err("[process] takes messages of the generator kind \"records\"".to_owned());
    }
    bucket("process.bucket", &process.bucket)?;
    let places = [
        ("process.rows", &process.rows),
        ("process.windows", &process.windows),
        ("process.checkpoint", &process.checkpoint),
        ("process.dead_letter", &process.dead_letter),
    ];
    for (at, (key, text)) in places.iter().enumerate() {
        prefix(key, text)?;
        for (other, beside) in places.iter().skip(at + 1) {
            if text.starts_with(beside.as_str()) || beside.starts_with(text.as_str()) {
                return Err(format!(
                    "{other} = \"{beside}\" and {key} = \"{text}\" lie within one another"
                ));
            }
        }
    }
    if process.seconds_per_batch == 0 {
        return Err("process.seconds_per_batch: at least 1".to_owned());
    }
    let duration = |key: &str, text: &str| {
        text.parse::<SignedDuration>()
            .map_err(|error| format!("{key} = \"{text}\": {error}; write it as \"2 minutes\""))
    };
    let spec = ProcessSpec {
        unique: process.unique,
        time: process.time,
        columns: process.columns,
        watermark: duration("process.watermark", &process.watermark)?,
        windows: Windows {
            length: duration("process.window.length", &process.window.length)?,
            by: process.window.by,
            sums: process.window.sums,
        },
    };
    spec.check()?;
    Ok(ProcessPart {
        bucket: process.bucket,
        rows: process.rows,
        windows: process.windows,
        checkpoint: process.checkpoint,
        dead_letter: process.dead_letter,
        seconds_per_batch: process.seconds_per_batch,
        spec,
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

fn sink(sink: Sink, fields: Vec<String>) -> Result<SinkPart, String> {
    bucket("sink.bucket", &sink.bucket)?;
    prefix("sink.prefix", &sink.prefix)?;
    prefix("sink.dead_letter", &sink.dead_letter)?;
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
            fields
        } else {
            sink.columns
        },
        records_per_file: sink.records_per_file,
        seconds_per_file: sink.seconds_per_file,
    })
}

fn files(files: Files) -> Result<FilesPart, String> {
    bucket("files.bucket", &files.bucket)?;
    prefix("files.prefix", &files.prefix)?;
    if files.name.is_empty() || files.name.contains(['/', '+']) {
        return Err(format!(
            "files.name = \"{}\": a name without '/' and '+'",
            files.name
        ));
    }
    if files.records_per_file == 0 || files.seconds_per_file == 0 {
        return Err("files.records_per_file and files.seconds_per_file: at least 1".to_owned());
    }
    Ok(FilesPart {
        bucket: files.bucket,
        prefix: files.prefix,
        name: files.name,
        header: files.header,
        records_per_file: files.records_per_file,
        seconds_per_file: files.seconds_per_file,
        mover: files.mover.map(mover::Mover::part).transpose()?,
    })
}

fn bucket(key: &str, name: &str) -> Result<(), String> {
    if name.is_empty() || name.contains('/') {
        return Err(format!("{key} = \"{name}\": the bare name of a bucket"));
    }
    Ok(())
}

fn prefix(key: &str, text: &str) -> Result<(), String> {
    let strange = text.starts_with('/') || text.contains("//") || (!text.is_empty() && !text.ends_with('/'));
    if strange {
        return Err(format!(
            "{key} = \"{text}\": write it as \"{}/\"",
            text.trim_matches('/')
        ));
    }
    Ok(())
}
