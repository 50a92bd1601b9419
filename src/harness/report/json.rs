//! A run as JSON, for programs.

use serde_json::{Value, json};

use super::super::difference;
use super::super::judge::{Judged, Status};
use super::super::outcome::Outcome;
use super::super::runner::{Report, Verdict};
use super::{Finding, Totals, word};

/// The run as one object: totals, and each case with its statements that are not as they should be.
pub fn report(reports: &[Report], seconds: f64) -> Value {
    let totals = Totals::of(reports);
    json!({
        "passed": totals.passed,
        "failed": totals.failed,
        "new": totals.new,
        "skipped": totals.skipped,
        "misused": totals.misused,
        "seconds": seconds,
        "cases": reports.iter().map(case).collect::<Vec<_>>(),
    })
}

fn case(report: &Report) -> Value {
    let why = match &report.verdict {
        Verdict::Skipped(why) | Verdict::Broken(why) => Some(why.clone()),
        Verdict::Misused(misuse) => Some(misuse.to_string()),
        Verdict::Passed | Verdict::Failed | Verdict::New => None,
    };
    let findings = report.statements.iter().filter_map(|judged| {
        let finding = Finding::of(judged)?;
        Some(json!({
            "place": finding.place,
            "statement": finding.text,
            "status": status(judged),
            "what": finding.what,
            "expected": judged.wanted().map(outcome),
            "found": judged.found().map(outcome),
            "difference": difference::plain(&finding.lines),
        }))
    });
    json!({
        "name": report.case.name,
        "verdict": word(&report.verdict).to_lowercase(),
        "why": why,
        "seconds": report.took.as_secs_f64(),
        "statements": report.statements.len(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

/// One word for how a statement stands.
pub fn status(judged: &Judged) -> &'static str {
    match &judged.status {
        Status::Equal => "equal",
        Status::Differs(kind) => kind.word(),
        Status::Changed(_) => "changed",
        Status::New => "new",
        Status::Gone => "gone",
        Status::Skipped(_) => "skipped",
        Status::Wrong(_) => "wrong",
    }
}

/// An outcome as JSON.
pub fn outcome(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Table(table) => json!({
            "columns": table.columns.iter().map(|column| json!({
                "name": column.name,
                "type": column.data_type,
                "nullable": column.nullable,
            })).collect::<Vec<_>>(),
            "rows": table.rows,
        }),
        Outcome::Refused(refused) => json!({
            "error": refused.code,
            "sqlstate": refused.sqlstate,
            "message": refused.message,
        }),
    }
}
