//! Which web pages may call the local service, and under which host names it answers.

use axum::http::HeaderValue;
use tower_http::cors::AllowOrigin;

/// Hosts of pages that are served from this machine.
const LOOPBACK_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Allows pages from this machine, on any port, and pages of the other origins.
pub fn allow_origins(others: Vec<HeaderValue>) -> AllowOrigin {
    AllowOrigin::predicate(move |origin, _| is_allowed(origin, &others))
}

/// Whether the origin is this machine, on any port, or one of the others.
pub(crate) fn is_allowed(origin: &HeaderValue, others: &[HeaderValue]) -> bool {
    is_loopback(origin) || others.contains(origin)
}

/// Whether the value of a `Host` header is this machine, on any port.
pub(crate) fn is_loopback_host(host: &HeaderValue) -> bool {
    let Ok(host) = host.to_str() else { return false };
    // Host names have no case.
    is_this_machine(&host.to_ascii_lowercase())
}

fn is_loopback(origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")).is_some_and(is_this_machine)
}

/// Whether a host, with or without a port, is this machine.
fn is_this_machine(host: &str) -> bool {
    LOOPBACK_HOSTS.iter().filter_map(|name| host.strip_prefix(name)).any(is_port)
}

/// Whether the text is empty or a colon and a port.
fn is_port(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback_hosts() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:1"] {
            assert!(is_loopback_host(&HeaderValue::from_static(host)), "{host}");
        }
        for host in ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "127.0.0.1:evil", "::1"]
        {
            assert!(!is_loopback_host(&HeaderValue::from_static(host)), "{host}");
        }
    }

    #[test]
    fn only_pages_from_this_machine_are_loopback_origins() {
        for origin in [
            "http://localhost",
            "http://localhost:3000",
            "https://localhost:5173",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
        ] {
            assert!(is_loopback(&HeaderValue::from_static(origin)), "{origin}");
        }
        for origin in [
            "",
            "null",
            "localhost",
            "file://localhost",
            "http://",
            "http://localhost.evil.example",
            "http://localhost:evil.example",
            "http://localhost:65536",
            "http://localhost@evil.example",
            "http://127.0.0.1.evil.example",
            "http://127.0.0.10",
            "http://evil.example",
            "http://evil.example/http://localhost",
        ] {
            assert!(!is_loopback(&HeaderValue::from_static(origin)), "{origin}");
        }
    }
}
