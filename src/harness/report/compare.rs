//! What `compare` tells: each statement of each case, equal to the recording or in what it differs.

use std::fmt::Write;

use maud::html;
use serde_json::{Value, json};

use super::super::difference;
use super::super::fidelity::{Fidelity, Standing, source};
use super::super::judge::Judged;
use super::super::runner::{Report, Verdict};
use super::text::{self, Colours};
use super::{Finding, html as page, json as object};

/// A comparison: the cases that have recordings, and the names of those that have none.
#[derive(Debug)]
pub struct Comparison {
    /// The cases with recordings.
    pub reports: Vec<Report>,
    /// The names of the others.
    pub without: Vec<String>,
}

impl Comparison {
    /// All statements counted.
    pub fn fidelity(&self) -> Fidelity {
        self.reports.iter().map(Fidelity::of).sum()
    }

    /// Whether something differs, or did not come to its end.
    pub fn differs(&self) -> bool {
        let fidelity = self.fidelity();
        let broken = |report: &Report| matches!(report.verdict, Verdict::Broken(_) | Verdict::Misused(_));
        fidelity.equal < fidelity.compared() || self.reports.iter().any(broken)
    }
}

/// A statement in one line.
fn short(judged: &Judged) -> String {
    let line = judged.text().split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(70) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

fn why(report: &Report) -> Option<String> {
    match &report.verdict {
        Verdict::Broken(why) | Verdict::Skipped(why) => Some(why.clone()),
        Verdict::Misused(misuse) => Some(misuse.to_string()),
        Verdict::Passed | Verdict::Failed | Verdict::New => None,
    }
}

/// For people.
pub fn shown(comparison: &Comparison, colours: Colours) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    for report in &comparison.reports {
        let _ = writeln!(out, "──── {} ────", report.case.name);
        if let Some(source) = source(report) {
            let _ = writeln!(out, "recorded from {source}");
        }
        for judged in &report.statements {
            let standing = Standing::of(judged);
            let place = judged.place().unwrap_or_default();
            let line = place.rsplit(':').next().unwrap_or_default();
            let _ = writeln!(out, "{:<8} {line:>5}  {}", standing.word(), short(judged));
        }
        for judged in &report.statements {
            let differs = matches!(Standing::of(judged), Standing::Differs(_));
            if let Some(finding) = Finding::of(judged).filter(|_| differs) {
                let _ = write!(out, "\n{}", text::shown(&finding, colours));
            }
        }
        if let Some(why) = why(report) {
            let _ = writeln!(out, "{why}");
        }
        let _ = writeln!(out, "{}\n", Fidelity::of(report).told());
    }
    for name in &comparison.without {
        let _ = writeln!(out, "no recording: {name}");
    }
    let cases = comparison.reports.len();
    let plural = if cases == 1 { "case" } else { "cases" };
    let _ = writeln!(
        out,
        "{cases} {plural} compared, {} without a recording: {}",
        comparison.without.len(),
        comparison.fidelity().told()
    );
    out
}

/// For programs.
pub fn value(comparison: &Comparison) -> Value {
    let cases = comparison.reports.iter().map(|report| {
        let statements = report.statements.iter().map(|judged| {
            json!({
                "place": judged.place(),
                "statement": judged.text(),
                "standing": Standing::of(judged).word(),
                "recorded": judged.wanted().map(object::outcome),
                "found": judged.found().map(object::outcome),
                "difference": match (judged.wanted(), judged.found()) {
                    (Some(wanted), Some(found)) if wanted != found =>
                        Some(difference::plain(&difference::lines(wanted, found))),
                    _ => None,
                },
            })
        });
        json!({
            "name": report.case.name,
            "recorded_from": source(report),
            "why": why(report),
            "fidelity": counts(&Fidelity::of(report)),
            "statements": statements.collect::<Vec<_>>(),
        })
    });
    json!({
        "fidelity": counts(&comparison.fidelity()),
        "cases": cases.collect::<Vec<_>>(),
        "without_recording": comparison.without,
    })
}

fn counts(fidelity: &Fidelity) -> Value {
    json!({
        "compared": fidelity.compared(),
        "equal": fidelity.equal,
        "rows": fidelity.rows,
        "types": fidelity.types,
        "names": fidelity.names,
        "error": fidelity.error,
        "missing": fidelity.missing,
        "refused": fidelity.refused,
        "share": fidelity.share(),
    })
}

/// As one page.
pub fn written(comparison: &Comparison) -> String {
    let told = comparison.fidelity().told();
    let cases = html! {
        @for report in &comparison.reports {
            @let fidelity = Fidelity::of(report);
            details open[fidelity.equal < fidelity.compared()] {
                summary { (report.case.name) " " time { (fidelity.told()) } }
                @if let Some(source) = source(report) { p { "Recorded from " (source) "." } }
                @if let Some(why) = why(report) { pre { (why) } }
                table {
                    @for judged in &report.statements {
                        tr {
                            td { (Standing::of(judged).word()) }
                            td { (judged.place().unwrap_or_default()) }
                            td { (short(judged)) }
                        }
                    }
                }
                @for judged in &report.statements {
                    @if matches!(Standing::of(judged), Standing::Differs(_)) {
                        @if let Some(finding) = Finding::of(judged) { (page::difference(judged, &finding)) }
                    }
                }
            }
        }
        @if !comparison.without.is_empty() {
            h2 { "Without a recording" }
            ul { @for name in &comparison.without { li { (name) } } }
        }
    };
    page::shell("snowglobe compare", &told, &cases)
}
