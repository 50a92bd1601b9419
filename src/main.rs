//! The `snowglobe` program; see [`snowglobe::cli`].

fn main() {}
