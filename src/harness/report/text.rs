//! A run as a person at a terminal wants to see it: the first difference first, each with its place, cells marked.

use std::fmt::Write;

use super::super::difference::{Line, Tone};
use super::super::runner::{Report, Verdict};
use super::{Finding, Totals, word};

/// So many lines of a statement are shown.
const STATEMENT_LINES: usize = 12;

/// Whether and how a terminal shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colours(pub bool);

impl Colours {
    fn paint(self, code: &str, text: &str) -> String {
        match self.0 && !text.is_empty() {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }
}

/// One line for a case, as it ends.
pub fn line(report: &Report, colours: Colours) -> String {
    let code = match report.verdict {
        Verdict::Passed => "32",
        Verdict::Skipped(_) => "33",
        _ => "31",
    };
    let word = format!("{:<8}", word(&report.verdict));
    let reason = match &report.verdict {
        Verdict::Skipped(reason) => format!("  ({reason})"),
        _ => String::new(),
    };
    let millis = report.took.as_millis();
    format!(
        "{} {} {millis} ms{reason}",
        colours.paint(code, &word),
        report.case.name
    )
}

/// Everything there is to say about a case that does not pass.
pub fn details(report: &Report, colours: Colours) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(
        out,
        "{}",
        colours.paint("1", &format!("──── {} ────", report.case.name))
    );
    match &report.verdict {
        Verdict::New => {
            let _ = writeln!(
                out,
                "it has no snapshot yet: --update writes {}\n",
                report
                    .case
                    .snapshot(super::super::directive::Place::Emulator)
                    .display()
            );
            return out;
        }
        Verdict::Misused(misuse) => {
            let _ = writeln!(out, "{misuse}\n");
            return out;
        }
        _ => {}
    }
    for judged in &report.statements {
        if let Some(finding) = Finding::of(judged) {
            out.push_str(&shown(&finding, colours));
        }
    }
    if let Verdict::Broken(told) = &report.verdict {
        let _ = writeln!(out, "{told}\n");
    }
    out
}

/// One finding.
pub fn shown(finding: &Finding, colours: Colours) -> String {
    let mut out = String::new();
    if let Some(place) = &finding.place {
        let _ = writeln!(out, "{}", colours.paint("36", place));
    }
    let lines: Vec<&str> = finding.text.lines().collect();
    for line in lines.iter().take(STATEMENT_LINES) {
        let _ = writeln!(out, "  {line}");
    }
    if lines.len() > STATEMENT_LINES {
        let _ = writeln!(out, "  … {} more lines", lines.len() - STATEMENT_LINES);
    }
    let _ = writeln!(out, "{}", colours.paint("1", &finding.what));
    out.push_str(&difference(&finding.lines, colours));
    out.push('\n');
    out
}

fn difference(lines: &[Line], colours: Colours) -> String {
    if !colours.0 {
        return super::super::difference::plain(lines);
    }
    let mut out = String::new();
    for line in lines {
        let (mark, code, loud) = match line.tone {
            Tone::Same => ("  ", "2", "2"),
            Tone::Missing => ("- ", "31", "1;31;7"),
            Tone::Extra => ("+ ", "32", "1;32;7"),
        };
        out.push_str(&colours.paint(code, mark));
        for (text, differs) in &line.parts {
            out.push_str(&colours.paint(if *differs { loud } else { code }, text));
        }
        out.push('\n');
    }
    out
}

/// The last line.
pub fn totals(totals: &Totals, seconds: f64) -> String {
    let mut parts = vec![format!("{} passed", totals.passed)];
    for (count, what) in [
        (totals.failed, "failed"),
        (totals.new, "without a snapshot"),
        (totals.skipped, "skipped"),
        (totals.misused, "could not be begun"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let cases = totals.cases();
    let plural = if cases == 1 { "case" } else { "cases" };
    format!("{cases} {plural}: {} ({seconds:.2} s)", parts.join(", "))
}
