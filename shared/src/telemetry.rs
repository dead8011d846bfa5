//! Logs. One line a request at level `info`, without personal data: no bodies, no queries, no ids of people, and the
//! route instead of the path.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Logs as JSON, a line each, as CloudWatch Logs Insights reads them. The level is `RUST_LOG`'s, or `info`.
pub fn init_json() {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter())
        .init();
}

/// Logs for people to read, on standard error. The level is `RUST_LOG`'s, or `info`.
pub fn init_readable() {
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().compact().with_target(false).with_ansi(colours);
    lines.with_writer(std::io::stderr).with_env_filter(filter()).init();
}

fn filter() -> EnvFilter {
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,dynoxide=error"))
}
