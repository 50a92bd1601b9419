use super::*;

const SMALL: &str = r#"
name = "small"
start = 2026-03-02T09:00:00Z
[kafka]
topic = "t"
[generator]
kind = "customer_events"
events = 10
[sink]
bucket = "b"
prefix = "in/"
[waves]
count = 3
advance = "5 minutes"
"#;

fn refused(text: &str) -> String {
    match Pipeline::parse(text, "pipeline.toml") {
        Ok(_) => panic!("accepted: {text}"),
        Err(error) => error.message().to_owned(),
    }
}

fn figures() -> Figures {
    [("sent", 12), ("dead_letters", 2)].into_iter().collect()
}

fn check(extra: &str) -> Check {
    let text = format!("{SMALL}\n[[checks]]\nname = \"c\"\n{extra}");
    Pipeline::parse(&text, "pipeline.toml").unwrap().checks.remove(0)
}

fn cells(rows: &[&[Option<&str>]]) -> Vec<Vec<Option<String>>> {
    rows.iter()
        .map(|row| row.iter().map(|cell| cell.map(str::to_owned)).collect())
        .collect()
}

#[test]
fn the_shipped_pipeline_is_valid_and_its_scripts_are_found_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/customer_events");
    let pipeline = Pipeline::load(&folder).unwrap();
    let SourcePart::Kafka(kafka, _) = &pipeline.source else {
        panic!("{:?}", pipeline.source)
    };
    assert_eq!(kafka.topic, "customer-events");
    assert_eq!(pipeline.session["TIMEZONE"], "'UTC'");
    assert!(pipeline.checks.len() >= 10 && pipeline.show.len() >= 5);
    let names: Vec<String> = pipeline
        .script_files(&folder)
        .unwrap()
        .iter()
        .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert!(names.len() >= 5 && names.is_sorted() && names[0].starts_with("01_"));
}

#[test]
fn even_waves_share_the_events_and_lose_none() {
    let pipeline = Pipeline::parse(SMALL, "x").unwrap();
    let sizes: Vec<u64> = pipeline.waves_of(10).iter().map(|wave| wave.events).collect();
    assert_eq!(sizes, [3, 3, 4]);
    assert_eq!(pipeline.waves_of(0).len(), 3);
}

#[test]
fn a_rate_decides_how_many_waves_there_are() {
    let text = SMALL.replace("events = 10", "events = 10\nrate = 0.01");
    let pipeline = Pipeline::parse(&text, "x").unwrap();
    assert_eq!(pipeline.waves_of(10).len(), 4); // three events in five minutes
    assert_eq!(
        pipeline.waves_of(10).iter().map(|wave| wave.events).sum::<u64>(),
        10
    );
}

#[test]
fn listed_waves_keep_their_proportions() {
    let listed = "[[waves]]\nevents = 1\nadvance = \"1 minute\"\n[[waves]]\nevents = 3\nadvance = \"10m\"\n";
    let text = SMALL
        .replace("[waves]\ncount = 3\nadvance = \"5 minutes\"\n", listed)
        .replace("events = 10", "");
    let pipeline = Pipeline::parse(&text, "x").unwrap();
    assert_eq!(pipeline.generator.events, 4);
    let waves = pipeline.waves_of(8);
    assert_eq!((waves[0].events, waves[1].events), (2, 6));
    assert_eq!(waves[1].advance, SignedDuration::from_mins(10));
}

#[test]
fn the_first_wave_happens_before_the_clock_starts() {
    let config = Pipeline::parse(SMALL, "x").unwrap().generator_config(10);
    assert_eq!(config.start.to_string(), "2026-03-02T08:55:00Z");
    assert!((config.rate - 10.0 / 900.0).abs() < 1e-9);
}

fn sink_config(pipeline: &Pipeline) -> SinkConfig {
    match &pipeline.source {
        SourcePart::Kafka(kafka, CarrierPart::Sink(sink)) => {
            pipeline.sink_config(&kafka.topic, sink, "localhost:9092", Duration::from_secs(9))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_sink_is_told_what_the_file_says() {
    let csv = SMALL.replace("prefix =", "format = \"csv\"\nprefix =");
    let pipeline = Pipeline::parse(&csv, "x").unwrap();
    let config = sink_config(&pipeline);
    assert_eq!(
        (
            config.topic.as_str(),
            config.group.as_str(),
            config.prefix.as_str()
        ),
        ("t", "small-sink", "in/")
    );
    assert_eq!((config.format, config.records_per_file), (FileFormat::Csv, 1000));
    assert!(config.csv_columns.iter().any(|column| column == "address.street"));
    let chosen = csv.replace("prefix =", "columns = [\"eventId\"]\nprefix =");
    let chosen = sink_config(&Pipeline::parse(&chosen, "x").unwrap());
    assert_eq!(chosen.csv_columns, ["eventId"]);
}

#[test]
fn mistakes_are_named() {
    assert!(refused(&SMALL.replace("topic", "topik")).contains("topik"));
    assert!(refused(&SMALL.replace("5 minutes", "5 parsecs")).contains("5 minutes"));
    assert!(refused(&SMALL.replace("customer_events", "weather")).contains("weather"));
    assert!(refused(&SMALL.replace("prefix = \"in/\"", "prefix = \"in\"")).contains("in/"));
    assert!(refused(&SMALL.replace("prefix = \"in/\"", "prefix = \"\"")).contains("Snowpipe"));
    assert!(refused(&SMALL.replace("count = 3", "count = 0")).contains("count"));
    assert!(refused(&SMALL.replace("events = 10", "")).contains("generator.events"));
    assert!(
        refused(&format!("{SMALL}[[checks]]\nname = \"c\"\nsql = \"select 1\"")).contains("empty = true")
    );
    let unknown = format!("{SMALL}[[checks]]\nname = \"c\"\nsql = \"select ${{rows}}\"\nempty = true");
    assert!(refused(&unknown).contains("${sent}"));
}

#[test]
fn a_check_compares_values_and_not_their_spelling() {
    let check = check("sql = \"select ${sent}\"\nexpect = [[12, true, \"NULL\", \"a\", 1.5]]");
    assert_eq!(check.query(&figures()).unwrap(), "select 12");
    let good = cells(&[&[Some("12.00"), Some("TRUE"), None, Some("a"), Some("1.50")]]);
    assert_eq!(check.judge(&good, &figures()).unwrap(), Ok(()));
    let bad = cells(&[&[Some("13"), Some("TRUE"), None, Some("a"), Some("1.5")]]);
    assert!(check.judge(&bad, &figures()).unwrap().unwrap_err().contains("13"));
}

#[test]
fn a_check_knows_the_figures_and_emptiness() {
    let value = check("sql = \"select 1\"\nexpect = \"${dead_letters}\"");
    assert_eq!(value.judge(&cells(&[&[Some("2")]]), &figures()).unwrap(), Ok(()));
    assert!(value.judge(&cells(&[]), &figures()).unwrap().is_err());
    let empty = check("sql = \"select 1\"\nempty = true");
    assert_eq!(empty.judge(&[], &figures()).unwrap(), Ok(()));
    assert!(
        empty
            .judge(&cells(&[&[Some("x"), None]]), &figures())
            .unwrap()
            .unwrap_err()
            .contains("(x, NULL)")
    );
}
