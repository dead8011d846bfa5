//! The preflight requests of `campus smoke`.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use crate::support::{Dev, fails, succeeds};

#[test]
fn the_smoke_test_asks_whether_pages_of_the_origin_may_call_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo", "--origin", "https://app.example"]);
    let (url, school) = (format!("http://{}", dev.address), "가온대학교");
    succeeds(&["schools", "set", &dev.school_id(), "--policy", "open", "--data", &dev.data]);
    let printed = succeeds(&["smoke", &url, "--school", school, "--origin", "https://app.example"]);
    assert!(printed.contains("Send a preflight request from a web origin\n"), "{printed}");
    let refused = "Send a preflight request from a web origin: the service does not allow the origin";
    fails(&["smoke", &url, "--school", school, "--origin", "https://other.example"], 1, refused);
}

#[test]
fn the_smoke_test_fails_if_preflight_requests_are_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // Answers every request with 405, as a router without a route for OPTIONS does.
    thread::spawn(move || {
        for mut connection in listener.incoming().map(Result::unwrap) {
            let _ = connection.read(&mut [0; 4096]);
            let _ = connection
                .write_all(b"HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    fails(&["smoke", &url], 1, "Send a preflight request from a foreign origin: the status is neither 200 nor 204");
}
