//! `COMPAT.md`: what Snowglobe does as Snowflake does it, as the cases prove it. A tick stands only where a case passes, and
//! what a case says is refused is listed with the words of the refusal.

use std::fmt::Write;

use super::super::outcome::Outcome;
use super::super::runner::{Report, Verdict};

/// The table as Markdown.
pub fn table(reports: &[Report]) -> String {
    let passed = reports.iter().filter(|report| report.verdict == Verdict::Passed);
    // Writing to a text cannot fail.
    let mut out = String::from("# Compatibility\n\n");
    let _ = writeln!(
        out,
        "Written by `snowglobe test`: each row is a case, and a tick stands only where it passes. The expectations are\n\
         those of Snowflake's documentation, unless a case says otherwise. {} of {} cases pass.\n",
        passed.count(),
        reports.len()
    );
    out.push_str("| | what | case |\n| --- | --- | --- |\n");
    for report in reports {
        let mark = match report.verdict {
            Verdict::Passed => "✓",
            Verdict::Skipped(_) => "not run",
            _ => "fails",
        };
        let title = report.case.title().unwrap_or_else(|| report.case.name.clone());
        let _ = writeln!(out, "| {mark} | {} | `{}` |", cell(&title), report.case.name);
    }
    let refusals: Vec<(String, String, String)> = reports.iter().flat_map(refusals).collect();
    if !refusals.is_empty() {
        out.push_str("\n## Refused\n\n| statement | what Snowglobe says | case |\n| --- | --- | --- |\n");
        for (statement, message, case) in refusals {
            let _ = writeln!(out, "| `{}` | {} | `{case}` |", cell(&statement), cell(&message));
        }
    }
    out
}

/// The statements of `@refused` that were refused, with the messages.
fn refusals(report: &Report) -> Vec<(String, String, String)> {
    let refused = report.statements.iter().filter_map(|judged| {
        let played = judged.played.as_ref()?;
        match &played.outcome {
            Some(Outcome::Refused(refused)) if played.statement.refused && played.problem.is_none() => {
                Some((
                    played.statement.text.clone(),
                    refused.message.clone(),
                    report.case.name.clone(),
                ))
            }
            _ => None,
        }
    });
    refused.collect()
}

/// A text as a cell of a table, on one line.
fn cell(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('|', "\\|").replace('`', "'")
}
