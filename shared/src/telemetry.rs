//! Log output. At level `info` a function writes one line per request. Lines hold no personal data: no request bodies,
//! no query strings, no user ids, and the route template instead of the path.

use std::env;
use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Writes logs to standard output as JSON, one event per line, for CloudWatch Logs Insights. `RUST_LOG` sets the level;
/// the default is `info`.
pub fn init_json() {
    let lines = fmt::layer().json().flatten_event(true).with_current_span(true).with_span_list(false);
    tracing_subscriber::registry().with(lines).with(level_filter()).init();
}

/// Writes logs to standard error in a readable format. `RUST_LOG` sets the level; the default is `info`.
pub fn init_readable() {
    let colours = std::io::stderr().is_terminal();
    let lines = fmt::layer().compact().with_target(false).with_ansi(colours).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(lines).with(level_filter()).init();
}

/// The minimum level for each target. `EnvFilter` can filter by more than that, but it needs the `regex` crate, which
/// makes the binaries noticeably larger.
fn level_filter() -> Targets {
    let wanted = env::var("RUST_LOG").ok().and_then(|levels| levels.parse().ok());
    wanted.unwrap_or_else(|| Targets::new().with_default(Level::INFO).with_target("dynoxide", Level::ERROR))
}
