//! Log output. At level `info` a function writes one line per request. Lines hold no personal data: no request bodies,
//! no query strings, no user ids, and the route template instead of the path.

use std::env;
use std::io::IsTerminal;

use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

/// Writes logs to standard output as JSON, one event per line, for CloudWatch Logs Insights. `RUST_LOG` sets the level;
/// the default is `info`.
pub fn init_json() {
    tracing_subscriber::registry().with(json_lines(std::io::stdout)).with(level_filter()).init();
}

fn json_lines<S, W>(writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + 'static,
{
    fmt::layer().json().flatten_event(true).with_current_span(true).with_span_list(false).with_writer(writer)
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

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;
    use crate::http;

    /// A writer that keeps what is written.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines that a request of a router writes on Lambda.
    async fn lines(router: Router, path: &str) -> String {
        let written = Lines::default();
        let writer = written.clone();
        let lines = json_lines(move || writer.clone());
        let subscriber = tracing_subscriber::registry().with(lines).with(Targets::new().with_default(Level::INFO));
        let guard = tracing::subscriber::set_default(subscriber);
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        http::finish(router).oneshot(request).await.unwrap();
        drop(guard);
        String::from_utf8(written.0.lock().unwrap().clone()).unwrap()
    }

    #[tokio::test]
    async fn a_request_writes_one_short_line() {
        let router = Router::new().route("/boards/{board_id}/posts", get(async || "posts"));
        let lines = lines(router, "/boards/01J0000000000000000000000/posts?query=secret").await;
        let line: Value = serde_json::from_str(lines.trim()).unwrap();
        assert_eq!(line["route"], "/boards/{board_id}/posts");
        assert_eq!(line["status"], 200);
        assert!(line["span"]["request_id"].is_string());
        assert!(line.get("read_units").is_none(), "units of a request without a read");
        // CloudWatch bills each byte. API Gateway's id of a request has 16 characters, the one of this test 36.
        assert!(lines.len() <= 270, "{} bytes: {lines}", lines.len());
    }
}
