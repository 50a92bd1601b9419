//! Text to statements: splitting a script, the Snowflake dialect, one statement type per command.
