//! The registry: every function there is, by its upper-case name.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use super::arguments::Count;
use super::{FAMILIES, aggregates, interpolate, windows};
use crate::error::Result;

/// What a name can mean. One name may be both an aggregate and a window function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One value per row.
    Scalar,
    /// One value per group; also usable over a window.
    Aggregate,
    /// One value per row, from its window.
    Window,
}

/// All functions, see [`registry`].
#[derive(Debug, Default)]
pub struct Registry {
    scalars: HashMap<&'static str, (Arc<ScalarUDF>, Count)>,
    aggregates: HashMap<&'static str, (Arc<AggregateUDF>, Count)>,
    windows: HashMap<&'static str, (Arc<WindowUDF>, Count)>,
    pages: BTreeMap<(&'static str, Kind), String>,
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::build);

/// The functions that SQL and the planner have. Names are upper case; those that begin with `$` cannot be written in
/// SQL and serve the planner.
pub fn registry() -> &'static Registry {
    &REGISTRY
}

impl Registry {
    fn build() -> Self {
        let mut all = Self::default();
        for entry in FAMILIES.iter().copied().flatten() {
            let udf = entry.udf();
            for name in entry.names() {
                all.scalars.insert(name, (Arc::clone(&udf), entry.count()));
                all.pages.insert((name, Kind::Scalar), entry.documentation());
            }
        }
        for entry in aggregates::FUNCTIONS.iter().copied().flatten() {
            let udf = entry.udaf();
            for name in entry.names() {
                all.aggregates.insert(name, (Arc::clone(&udf), entry.count()));
                all.pages.insert((name, Kind::Aggregate), entry.documentation());
            }
        }
        for entry in windows::FUNCTIONS.iter().chain(interpolate::FUNCTIONS) {
            let udf = entry.udwf();
            for name in entry.names() {
                all.windows.insert(name, (Arc::clone(&udf), entry.count()));
                all.pages.insert((name, Kind::Window), entry.documentation());
            }
        }
        all
    }

    /// Whether there is a function of a name.
    pub fn has(&self, name: &str) -> bool {
        self.scalars.contains_key(name)
            || self.aggregates.contains_key(name)
            || self.windows.contains_key(name)
    }

    /// The scalar function of a name.
    pub fn scalar(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        self.scalars.get(name).map(|(udf, _)| Arc::clone(udf))
    }

    /// The aggregate function of a name.
    pub fn aggregate(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        self.aggregates.get(name).map(|(udf, _)| Arc::clone(udf))
    }

    /// The window function of a name; an aggregate over a window is in [`aggregate`](Self::aggregate).
    pub fn window(&self, name: &str) -> Option<Arc<WindowUDF>> {
        self.windows.get(name).map(|(udf, _)| Arc::clone(udf))
    }

    /// Checks how many arguments a call has, so that a planner can report the call as it was written.
    /// `call` is for instance `LEFT('a')`. A name that is not known passes.
    ///
    /// # Errors
    /// 000938 for too few, 000939 for too many.
    pub fn check_arguments(&self, name: &str, given: usize, call: impl Fn() -> String) -> Result<()> {
        let count = self.scalars.get(name).map(|(_, count)| *count);
        let count = count.or_else(|| self.aggregates.get(name).map(|(_, count)| *count));
        let count = count.or_else(|| self.windows.get(name).map(|(_, count)| *count));
        count.map_or(Ok(()), |count| count.check(given, call))
    }

    /// Every name that SQL can write, with its kind and documentation page, sorted.
    pub fn names(&self) -> impl Iterator<Item = (&'static str, Kind, &str)> {
        let written = self.pages.iter().filter(|((name, _), _)| !name.starts_with('$'));
        written.map(|((name, kind), page)| (*name, *kind, page.as_str()))
    }
}
