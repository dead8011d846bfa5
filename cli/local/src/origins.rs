//! Which web pages may call the local service, and under which host names it answers.

use std::net::IpAddr;

use axum::http::HeaderValue;
use axum::http::uri::Authority;
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

/// Whether the value of a `Host` header is `localhost` or an IP address, with or without a port. A web page can reach this
/// machine under a domain name of its own, but not under an IP address of its own.
pub(crate) fn is_own_host(host: &HeaderValue) -> bool {
    let Some(authority) = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()) else { return false };
    let host = authority.host();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok()
}

fn is_loopback(origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let Some(host_and_port) = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) else {
        return false;
    };
    LOOPBACK_HOSTS.iter().filter_map(|host| host_and_port.strip_prefix(host)).any(is_port)
}

/// Whether the text is empty or a colon and a port.
fn is_port(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_localhost_and_addresses_are_own_hosts() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:1", "172.17.0.1:80"] {
            assert!(is_own_host(&HeaderValue::from_static(host)), "{host}");
        }
        for host in
            ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "evil.example,localhost"]
        {
            assert!(!is_own_host(&HeaderValue::from_static(host)), "{host}");
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
