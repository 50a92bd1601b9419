//! The summary as text.

use std::fmt;

use super::summary::Summary;
use super::waves::clock_text;
use crate::cli::table::{Grid, count, thousands};

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.pipeline, self.description)?;
        writeln!(
            f,
            "Warehouse time {} to {} UTC, events {}",
            clock_text(self.started),
            clock_text(self.ended),
            self.source
        )?;
        self.events(f)?;
        self.loaded(f)?;
        self.tasks(f)?;
        self.offsets(f)?;
        for shown in &self.results {
            heading(f, &shown.title)?;
            match (&shown.grid, &shown.error) {
                (Some(grid), _) => writeln!(f, "{}", draw(grid, shown.chart.as_deref()))?,
                (None, error) => writeln!(f, "✗ {}", error.as_deref().unwrap_or_default())?,
            }
        }
        self.proof(f)
    }
}

/// A result, with the bars of its chart.
fn draw(grid: &Grid, chart: Option<&str>) -> String {
    match chart {
        Some(column) => grid.with_bars(column).draw(),
        None => grid.draw(),
    }
}

fn heading(f: &mut fmt::Formatter<'_>, title: &str) -> fmt::Result {
    writeln!(f, "\n{title}")
}

impl Summary {
    fn events(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        heading(f, "Events")?;
        let topic = &self.topic;
        writeln!(
            f,
            "  {} in {}, {} of them from this run",
            count(topic.messages, "message"),
            topic.place,
            thousands(topic.messages_of_run)
        )?;
        let letters = &self.dead_letters;
        if !letters.place.is_empty() {
            let letters_told = count(letters.count, "dead letter");
            writeln!(f, "  {letters_told} in {}", letters.place)?;
        }
        for letter in &letters.samples {
            writeln!(
                f,
                "    partition {} offset {}: {}: {}",
                letter.partition, letter.offset, letter.reason, letter.message
            )?;
        }
        more(f, letters.count.saturating_sub(letters.samples.len() as u64))?;
        for lost in &self.lost {
            writeln!(f, "  ! {lost}")?;
        }
        Ok(())
    }

    fn loaded(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        heading(f, "Loaded from files")?;
        if self.loads.is_empty() {
            return writeln!(f, "  nothing");
        }
        let numbers = ["FILES", "FILES FAILED", "ROWS LOADED", "ROWS REJECTED"];
        let mut grid = Grid::new(
            &[
                "BY",
                "INTO",
                "FILES",
                "FILES FAILED",
                "ROWS LOADED",
                "ROWS REJECTED",
            ],
            &numbers,
        );
        for load in &self.loads {
            grid.push([
                load.by.clone(),
                load.table.clone(),
                load.files.to_string(),
                load.failed_files.to_string(),
                load.rows_loaded.to_string(),
                load.rows_rejected.to_string(),
            ]);
        }
        writeln!(f, "{}", grid.draw())?;
        for error in &self.file_errors {
            writeln!(f, "  ! {}: {}: {}", error.file, error.status, error.error)?;
        }
        more(f, self.more_file_errors)
    }

    fn tasks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        heading(f, "Task runs")?;
        if self.task_runs.is_empty() {
            writeln!(f, "  none")?;
        } else {
            let failed = self.task_runs.iter().any(|run| run.error.is_some());
            let columns: &[&str] = if failed {
                &["SCHEDULED (UTC)", "TASK", "STATE", "ERROR"]
            } else {
                &["SCHEDULED (UTC)", "TASK", "STATE"]
            };
            let mut grid = Grid::new(columns, &[]);
            for run in &self.task_runs {
                let mut row = vec![
                    Some(run.scheduled_text()),
                    Some(run.task.clone()),
                    Some(run.state.clone()),
                ];
                if failed {
                    row.push(Some(run.error.clone().unwrap_or_default()));
                }
                grid.rows.push(row);
            }
            writeln!(f, "{}", grid.draw())?;
        }
        more(f, self.more_task_runs)?;
        for skipped in &self.skipped {
            writeln!(f, "  {} SKIPPED: {}", skipped.task, count(skipped.runs, "run"))?;
        }
        Ok(())
    }

    fn offsets(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        heading(f, "Streams")?;
        if self.streams.is_empty() {
            return writeln!(f, "  none");
        }
        let mut grid = Grid::new(
            &["STREAM", "ON", "OFFSET (COMMIT)", "HAS DATA"],
            &["OFFSET (COMMIT)"],
        );
        for stream in &self.streams {
            grid.push([
                stream.stream.clone(),
                stream.source.clone(),
                stream.offset.to_string(),
                stream.has_data.clone(),
            ]);
        }
        writeln!(f, "{}", grid.draw())
    }

    fn proof(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        heading(f, "Checks")?;
        for check in &self.checks {
            let sign = match (check.asked, check.holds) {
                (false, _) => '–',
                (true, true) => '✓',
                (true, false) => '✗',
            };
            writeln!(f, "  {sign} {}", check.name)?;
            for line in check.why.iter().flat_map(|why| why.lines()) {
                writeln!(f, "      {line}")?;
            }
        }
        let failed = self.checks.iter().filter(|check| !check.holds).count();
        match (failed, self.checks.iter().filter(|check| check.asked).count()) {
            (0, all) if self.holds() => writeln!(f, "\n{} hold.", count(all as u64, "check")),
            (0, _) => writeln!(f, "\nEvery check holds, but not every result could be shown."),
            (failed, all) => writeln!(f, "\n{failed} of {} failed.", count(all as u64, "check")),
        }
    }
}

fn more(f: &mut fmt::Formatter<'_>, more: u64) -> fmt::Result {
    if more > 0 {
        writeln!(f, "    … and {} more", thousands(more))?;
    }
    Ok(())
}
