//! A run as one page that needs nothing else: cases with their times, and differences side by side.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::super::difference::Tone;
use super::super::judge::Judged;
use super::super::outcome::{Outcome, Table};
use super::super::runner::{Report, Verdict};
use super::{Finding, Totals, word};

/// Rows of an outcome that a page shows.
const MOST_ROWS: usize = 200;

/// How pages look.
const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; --bad: #d33; --good: #2a2; --badback: #d3333328; --goodback: #22aa2228 }
body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem }
h1 { font-size: 1.3rem } h1 small { font-weight: normal; opacity: .7 }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; padding: .4rem .8rem }
summary { cursor: pointer } summary time { float: right; opacity: .6 }
.ok { color: var(--good) } .bad { color: var(--bad) } .skip { opacity: .6 }
pre { overflow-x: auto; background: #8881; padding: .6rem; border-radius: 4px; margin: .4rem 0 }
table { border-collapse: collapse; font: 12px/1.4 ui-monospace, monospace }
td, th { border: 1px solid var(--line); padding: .15rem .5rem; text-align: left; white-space: pre }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem } .sides > div { overflow-x: auto; min-width: 0 }
.missing { background: var(--badback) } .extra { background: var(--goodback) } b.loud { outline: 1px solid; border-radius: 2px }
i.null { opacity: .5 }
";

/// The page.
pub fn page(reports: &[Report], title: &str, seconds: f64) -> String {
    let totals = Totals::of(reports);
    shell(
        title,
        &super::text::totals(&totals, seconds),
        &html! {
            @for report in reports.iter().filter(|report| report.fails()) { (case(report)) }
            @for report in reports.iter().filter(|report| !report.fails()) { (case(report)) }
        },
    )
}

/// A page that needs nothing else: its title, what it comes to in a few words, and the rest.
pub(super) fn shell(title: &str, told: &str, rest: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) " " small { (told) } }
                (rest)
            }
        }
    };
    page.into_string()
}

fn case(report: &Report) -> Markup {
    let class = match report.verdict {
        Verdict::Passed => "ok",
        Verdict::Skipped(_) => "skip",
        _ => "bad",
    };
    html! {
        details open[report.fails()] {
            summary {
                span class=(class) { (word(&report.verdict)) } " " (report.case.name)
                time { (report.took.as_millis()) " ms, " (report.statements.len()) " statements" }
            }
            @match &report.verdict {
                Verdict::Skipped(why) | Verdict::Broken(why) => { pre { (why) } }
                Verdict::Misused(misuse) => { pre { (misuse) } }
                Verdict::New => { p { "It has no snapshot yet." } }
                Verdict::Passed | Verdict::Failed => {}
            }
            @for judged in &report.statements {
                @if let Some(finding) = Finding::of(judged) { (difference(judged, &finding)) }
            }
        }
    }
}

/// A statement that is not as expected.
pub(super) fn difference(judged: &Judged, finding: &Finding) -> Markup {
    html! {
        @if let Some(place) = &finding.place { p { code { (place) } } }
        pre { (finding.text) }
        p class="bad" { (finding.what) }
        @if !finding.lines.is_empty() {
            pre {
                @for line in &finding.lines {
                    @let (mark, class) = match line.tone {
                        Tone::Same => ("  ", ""),
                        Tone::Missing => ("- ", "missing"),
                        Tone::Extra => ("+ ", "extra"),
                    };
                    span class=(class) {
                        (mark)
                        @for (text, loud) in &line.parts {
                            @if *loud { b class="loud" { (text) } } @else { (text) }
                        }
                    }
                    "\n"
                }
            }
        }
        div class="sides" {
            @if let Some(outcome) = judged.wanted() { div { p { "expected" } (side(outcome)) } }
            @if let Some(outcome) = judged.found() { div { p { "found" } (side(outcome)) } }
        }
    }
}

fn side(outcome: &Outcome) -> Markup {
    match outcome {
        Outcome::Refused(refused) => html! {
            pre { (refused.code) " (" (refused.sqlstate) ")\n" (refused.message) }
        },
        Outcome::Table(table) => grid(table),
    }
}

fn grid(table: &Table) -> Markup {
    html! {
        table {
            tr {
                @for column in &table.columns {
                    th title=(super::super::snapshot::column_text(column)) { (column.name) }
                }
            }
            @for row in table.rows.iter().take(MOST_ROWS) {
                tr {
                    @for cell in row {
                        td { @match cell { Some(text) => { (text) } None => { i class="null" { "NULL" } } } }
                    }
                }
            }
        }
        @if table.rows.len() > MOST_ROWS { p { "… " (table.rows.len() - MOST_ROWS) " more rows" } }
    }
}
