//! The client's address behind the web client's distribution. Only requests with the distribution's secret are believed.

use aws_lc_rs::digest::{SHA256, digest};
use campus_core::http::OriginSecrets;
use campus_core::lambda::Function;
use serde_json::json;
use tracing::instrument::WithSubscriber;

use crate::guarantees::limits::{LogBuffer, event, two_logins_per_address};
use crate::support::harness::{TestApp, second_subscriber};

const SECRET: &str = "Vq3fZ8pYx1LrT6nHsE0bKd9WmJc4uAgR7iXoQ2yN5hBtPzUvCkGjDeSwFlMa81Oy";
const NEXT_SECRET: &str = "b7GkLw2RzQ9nXe4TsVu0YhCj6MfPd1oIa8ErBv3KxWcZt5JyNqHgSmDlUoFiAp70";

/// The address of the distribution's server, which the gateway reports.
const EDGE: &str = "203.0.113.7";

fn sha256(secret: &str) -> String {
    digest(&SHA256, secret.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The auth function, with these secrets of the distribution.
async fn function(secrets: &[&str]) -> (TestApp, Function) {
    let app = TestApp::start_with_limits(two_logins_per_address()).await;
    let hashes: Vec<_> = secrets.iter().map(|secret| sha256(secret)).collect();
    let secrets = OriginSecrets::parse(&hashes.join(",")).unwrap();
    let function = campus_auth::function(app.service.auth.clone().with_origin_secrets(secrets));
    (app, function)
}

/// The status of a login with these headers. Each number is another login id.
async fn log_in(function: &Function, number: usize, headers: &[(&str, &str)]) -> u64 {
    let mut event = event(&format!("nobody_{number}"), EDGE, "198.51.100.99");
    for (name, value) in headers {
        event["headers"][*name] = json!(value);
    }
    function.handle(event).await.unwrap()["statusCode"].as_u64().unwrap()
}

/// The statuses of logins with this secret, from these addresses.
async fn statuses(function: &Function, secret: &str, addresses: &[&str]) -> Vec<u64> {
    let mut statuses = Vec::new();
    for (number, address) in addresses.iter().enumerate() {
        let headers = [("x-origin-secret", secret), ("x-viewer-address", address)];
        statuses.push(log_in(function, number, &headers).await);
    }
    statuses
}

#[tokio::test]
async fn behind_the_distribution_each_client_has_its_own_limit() {
    let (_app, function) = function(&[SECRET]).await;
    let addresses = ["198.51.100.1", "198.51.100.1", "198.51.100.1", "198.51.100.2", "2001:db8:1:2::1"];
    assert_eq!(statuses(&function, SECRET, &addresses).await, [401, 401, 429, 401, 401]);
    // An IPv6 address counts by its first 64 bits.
    let addresses = ["2001:db8:1:2::2", "2001:db8:1:2:ffff::3", "2001:db8:1:3::1"];
    assert_eq!(statuses(&function, SECRET, &addresses).await, [401, 429, 401]);
}

#[tokio::test]
async fn an_address_without_the_secret_of_the_distribution_changes_nothing() {
    let (_app, function) = function(&[SECRET]).await;
    for (number, status) in [(1, 401), (2, 401), (3, 429), (4, 429)] {
        let forged = format!("198.51.100.{number}");
        let headers = [("x-viewer-address", forged.as_str()), ("cloudfront-viewer-address", "198.51.100.5:443")];
        assert_eq!(log_in(&function, number, &headers).await, status, "{number}");
    }
}

#[tokio::test]
async fn an_address_with_a_wrong_secret_changes_nothing() {
    let forged = ["198.51.100.1", "198.51.100.2", "198.51.100.3"];
    for wrong in ["", "secret", &SECRET[1..], &SECRET.to_lowercase(), &sha256(SECRET), NEXT_SECRET] {
        let (_app, function) = function(&[SECRET]).await;
        assert_eq!(statuses(&function, wrong, &forged).await, [401, 401, 429], "{wrong}");
    }
}

#[tokio::test]
async fn without_configured_secrets_no_secret_is_right() {
    for secret in ["", SECRET] {
        let (_app, function) = function(&[]).await;
        let forged = ["198.51.100.1", "198.51.100.2", "198.51.100.3"];
        assert_eq!(statuses(&function, secret, &forged).await, [401, 401, 429], "{secret}");
    }
}

#[tokio::test]
async fn while_the_secret_is_replaced_both_are_right() {
    let (_app, function) = function(&[SECRET, NEXT_SECRET]).await;
    assert_eq!(statuses(&function, SECRET, &["198.51.100.1", "198.51.100.1"]).await, [401, 401]);
    assert_eq!(statuses(&function, NEXT_SECRET, &["198.51.100.1", "198.51.100.2"]).await, [429, 401]);
}

#[tokio::test]
async fn without_a_usable_address_from_the_distribution_the_gateway_determines_it() {
    let (_app, function) = function(&[SECRET]).await;
    let addresses = ["", "unknown", "198.51.100.1:443, 198.51.100.2"];
    assert_eq!(statuses(&function, SECRET, &addresses).await, [401, 401, 429]);
    assert_eq!(log_in(&function, 4, &[("x-origin-secret", SECRET)]).await, 429);
}

#[tokio::test]
async fn neither_the_secret_nor_the_address_is_logged() {
    let (app, function) = function(&[SECRET]).await;
    let _second = second_subscriber();
    let log = LogBuffer::default();
    let writer = log.clone();
    let everything = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let addresses = ["198.51.100.1"; 3];
    assert_eq!(statuses(&function, SECRET, &addresses).with_subscriber(everything).await, [401, 401, 429]);
    let log = log.text();
    assert!(log.contains("answered"), "{log}");
    for text in [log, app.snapshot().await.join("\n")] {
        assert!(!text.contains(SECRET) && !text.contains("198.51.100.1"), "{text}");
    }
}
