//! A seeded generator of customer events, with the mess of real sources.
