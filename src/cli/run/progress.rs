//! What a run tells while it works: a line for each step, and on a terminal what it is doing right now.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Where progress is told.
#[derive(Debug)]
pub struct Progress(Kind);

#[derive(Debug)]
enum Kind {
    Silent,
    Lines,
    Terminal(ProgressBar),
}

impl Progress {
    /// Nobody listens.
    pub fn silent() -> Self {
        Self(Kind::Silent)
    }

    /// On standard error: plain lines, and a moving one where that is a terminal.
    pub fn to_stderr() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(Kind::Lines);
        }
        let bar = ProgressBar::new_spinner();
        bar.set_style(ProgressStyle::default_spinner());
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(Kind::Terminal(bar))
    }

    /// What is being done right now.
    pub fn doing(&self, what: impl Into<String>) {
        if let Kind::Terminal(bar) = &self.0 {
            bar.set_message(what.into());
        }
    }

    /// A step that is done, or something to know.
    pub fn tell(&self, what: impl AsRef<str>) {
        match &self.0 {
            Kind::Silent => {}
            Kind::Lines => eprintln!("{}", what.as_ref()),
            Kind::Terminal(bar) => bar.println(what.as_ref()),
        }
    }

    /// Nothing more will be done.
    pub fn finish(&self) {
        if let Kind::Terminal(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
