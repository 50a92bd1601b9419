//! Micro-partitions, table versions, row identity and change sets.
