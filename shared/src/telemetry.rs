//! Logs. One line a request at level `info`, without personal data: no bodies, no queries, no ids of people, and the
//! route instead of the path.

use std::env;
use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Logs as JSON, a line each, as CloudWatch Logs Insights reads them. The level is `RUST_LOG`'s, or `info`.
pub fn init_json() {
    let lines = fmt::layer().json().flatten_event(true).with_current_span(true).with_span_list(false);
    tracing_subscriber::registry().with(lines).with(levels()).init();
}

/// Logs for people to read, on standard error. The level is `RUST_LOG`'s, or `info`.
pub fn init_readable() {
    let colours = std::io::stderr().is_terminal();
    let lines = fmt::layer().compact().with_target(false).with_ansi(colours).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(lines).with(levels()).init();
}

/// From which level on each part of the program logs. Filters by more than that need regular expressions, whose code
/// would be a good part of a function's size.
fn levels() -> Targets {
    let wanted = env::var("RUST_LOG").ok().and_then(|levels| levels.parse().ok());
    wanted.unwrap_or_else(|| Targets::new().with_default(Level::INFO).with_target("dynoxide", Level::ERROR))
}
