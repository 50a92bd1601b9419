//! `--review`: one difference at a time, accepted or rejected.

use std::io::{BufRead, Write};
use std::process::ExitCode;

use super::{DIFFERENCES, colours, write};
use crate::cli::failure::Failure;
use crate::harness::directive::Place;
use crate::harness::judge::{Judged, Status};
use crate::harness::report::{Finding, text};
use crate::harness::runner::{Report, Verdict};
use crate::harness::snapshot::{Entry, Origin, Snapshot};

/// What a person says to a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Accept,
    Reject,
    AcceptRest,
    Quit,
}

/// Asks about every difference, and writes the snapshots of what was accepted.
///
/// # Errors
/// A snapshot that cannot be written; a terminal that is gone.
pub fn run(reports: &[Report]) -> Result<ExitCode, Failure> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    review(reports, &mut input, &mut output)
}

fn review(
    reports: &[Report],
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> Result<ExitCode, Failure> {
    let asked =
        |report: &&Report| matches!(report.verdict, Verdict::Failed | Verdict::New) && !report.is_wrong();
    let mut rejected = 0;
    let (mut accepted, mut quit) = (0, false);
    for report in reports.iter().filter(|report| report.fails() && !asked(report)) {
        write!(output, "{}", text::details(report, colours()))?;
        rejected += 1;
    }
    for report in reports.iter().filter(asked) {
        let mut entries: Vec<Entry> = Vec::new();
        let mut changed = false;
        let mut all = false;
        for judged in &report.statements {
            if !judged.status.is_difference() {
                entries.extend(judged.expected.clone());
                continue;
            }
            let answer = match (all, quit) {
                (true, _) => Answer::Accept,
                (_, true) => Answer::Reject,
                _ => ask(report, judged, input, output)?,
            };
            all |= answer == Answer::AcceptRest;
            quit |= answer == Answer::Quit;
            if matches!(answer, Answer::Accept | Answer::AcceptRest) {
                // What is gone is gone, everything else is as it was found.
                entries.extend(judged.played.as_ref().and_then(|played| played.entry()));
                (accepted, changed) = (accepted + 1, true);
            } else {
                entries.extend(judged.expected.clone());
                rejected += 1;
            }
        }
        if changed {
            let snapshot = Snapshot {
                origin: Origin::Snowglobe,
                entries,
            };
            write::save(&report.case.snapshot(Place::Emulator), &snapshot)?;
        }
    }
    writeln!(output, "{accepted} accepted, {rejected} left as they are")?;
    Ok(match rejected {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(DIFFERENCES),
    })
}

fn ask(
    report: &Report,
    judged: &Judged,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> Result<Answer, Failure> {
    writeln!(output, "──── {} ────", report.case.name)?;
    if let Some(finding) = Finding::of(judged) {
        write!(output, "{}", text::shown(&finding, colours()))?;
    }
    if let (Status::New, Some(entry)) = (
        &judged.status,
        judged.played.as_ref().and_then(|played| played.entry()),
    ) {
        let mut written = String::new();
        crate::harness::snapshot::write_entry(&mut written, &entry);
        writeln!(output, "{written}")?;
    }
    loop {
        write!(output, "[a]ccept  [r]eject  accept [c]ase  [q]uit > ")?;
        output.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(Answer::Quit);
        }
        match line.trim().to_lowercase().as_str() {
            "a" | "accept" | "y" | "yes" => return Ok(Answer::Accept),
            "r" | "reject" | "n" | "no" => return Ok(Answer::Reject),
            "c" | "case" => return Ok(Answer::AcceptRest),
            "q" | "quit" => return Ok(Answer::Quit),
            _ => {}
        }
    }
}
