//! Tasks: schedules, task graphs, runs and their history.
