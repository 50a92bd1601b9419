//! A run as JUnit's XML, which CI servers read.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::super::runner::{Report, Verdict};
use super::{Totals, text};

/// The run as one test suite: a test case for each case.
///
/// # Errors
/// Never in practice: memory takes all bytes.
pub fn report(reports: &[Report], seconds: f64) -> std::io::Result<Vec<u8>> {
    let totals = Totals::of(reports);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut suite = BytesStart::new("testsuite");
    suite.push_attribute(("name", "snowglobe"));
    for (name, count) in [
        ("tests", totals.cases()),
        ("failures", totals.failed + totals.new),
        ("errors", totals.misused),
        ("skipped", totals.skipped),
    ] {
        suite.push_attribute((name, count.to_string().as_str()));
    }
    suite.push_attribute(("time", format!("{seconds:.3}").as_str()));
    writer.write_event(Event::Start(suite))?;
    for report in reports {
        case(&mut writer, report)?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    let mut xml = writer.into_inner();
    xml.push(b'\n');
    Ok(xml)
}

fn case(writer: &mut Writer<Vec<u8>>, report: &Report) -> std::io::Result<()> {
    let (class, name) = report
        .case
        .name
        .rsplit_once('/')
        .unwrap_or(("", &report.case.name));
    let mut start = BytesStart::new("testcase");
    start.push_attribute(("classname", class));
    start.push_attribute(("name", name));
    start.push_attribute(("time", format!("{:.3}", report.took.as_secs_f64()).as_str()));
    let told = match &report.verdict {
        Verdict::Passed => return writer.write_event(Event::Empty(start)),
        Verdict::Failed => ("failure", "not as the snapshot says".to_owned()),
        Verdict::New => ("failure", "no snapshot yet".to_owned()),
        Verdict::Broken(_) => ("failure", "it did not come to its end".to_owned()),
        Verdict::Skipped(why) => ("skipped", why.clone()),
        Verdict::Misused(misuse) => ("error", misuse.to_string()),
    };
    writer.write_event(Event::Start(start))?;
    let (element, message) = told;
    let mut inner = BytesStart::new(element);
    inner.push_attribute(("message", allowed(&message).as_str()));
    match report.fails() {
        true => {
            writer.write_event(Event::Start(inner))?;
            let details = text::details(report, text::Colours(false));
            writer.write_event(Event::Text(BytesText::new(&allowed(&details))))?;
            writer.write_event(Event::End(BytesEnd::new(element)))?;
        }
        false => writer.write_event(Event::Empty(inner))?,
    }
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

/// A text without the characters that XML cannot hold.
fn allowed(text: &str) -> String {
    let fits = |c: &char| {
        matches!(c, '\t' | '\n' | '\r') || !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().filter(fits).collect()
}
