//! Runs the command, and sends requests to a running `campus dev`.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) fn campus() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_campus"));
    command.env_remove("CAMPUS_TABLE").env_remove("RUST_LOG");
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    campus().args(arguments).output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Checks that the command succeeds. Returns its output.
#[track_caller]
pub(crate) fn succeeds(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    stdout(&output)
}

/// Checks the exit code and a part of the error message.
#[track_caller]
pub(crate) fn fails(arguments: &[&str], code: i32, message: &str) {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
    assert!(stderr(&output).contains(message), "{arguments:?}: {}", stderr(&output));
}

/// Writes a file and returns its path.
pub(crate) fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The names of the items of a list.
pub(crate) fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

pub(crate) struct Response {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Sends a request over a connection of its own.
pub(crate) fn send(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}");
    send_raw(address, &format!("{head}content-length: {}\r\n\r\n{body}", body.len()))
}

/// Sends the bytes of a request, after which the server closes the connection.
pub(crate) fn send_raw(address: &str, request: &str) -> Response {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    let end = response.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(response[..end].to_vec()).unwrap();
    Response { status: head.split(' ').nth(1).unwrap().parse().unwrap(), head, body: response[end + 4..].to_vec() }
}

/// A running `campus dev`. It is killed when it is dropped.
pub(crate) struct Dev {
    process: Child,
    pub(crate) first_line: String,
    pub(crate) app_address: String,
    pub(crate) address: String,
    pub(crate) media_address: String,
    /// The data folder.
    pub(crate) data: String,
    output: Option<BufReader<ChildStdout>>,
}

impl Dev {
    /// Starts the service and waits until it is ready.
    pub(crate) fn start(data: &Path, options: &[&str]) -> Self {
        let data = data.to_str().unwrap().to_owned();
        let mut process = campus()
            .args(["dev", "--app-port", "0", "--port", "0", "--media-port", "0", "--data", &data])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let (mut app_address, mut address, mut media_address) = (String::new(), String::new(), String::new());
        let (mut first_line, mut line) = (String::new(), String::new());
        while !line.starts_with("Ready") {
            line.clear();
            assert!(output.read_line(&mut line).unwrap() > 0, "it ended before it was ready");
            if first_line.is_empty() {
                first_line.clone_from(&line);
            }
            if let Some(url) = line.strip_prefix("App   http://") {
                app_address = url.trim().to_owned();
            }
            if let Some(url) = line.strip_prefix("Campus is at http://") {
                address = url.trim().to_owned();
            }
            if let Some(url) = line.strip_prefix("  Pictures        http://") {
                media_address = url.trim_end().trim_end_matches("/campus-media").to_owned();
            }
        }
        Self { process, first_line, app_address, address, media_address, data, output: Some(output) }
    }

    /// Sends a request. Returns the status, and the body as JSON or as a string.
    pub(crate) fn request(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, Value) {
        let token = format!("Bearer {token}");
        let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
        let response = send(&self.address, method, path, &headers, body);
        let body = String::from_utf8(response.body).unwrap();
        (response.status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
    }

    /// Sends a GET request, which must succeed, with an access token.
    #[track_caller]
    pub(crate) fn get_as(&self, token: &str, path: &str) -> Value {
        let (status, body) = self.request("GET", path, token, "");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Sends a GET request, which must succeed, without an access token.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        self.get_as("", path)
    }

    /// Logs a demo student in. Returns the session.
    #[track_caller]
    pub(crate) fn log_in(&self, login_id: &str) -> Value {
        let (status, session) = self.try_log_in(login_id);
        assert_eq!(status, 200, "{session}");
        session
    }

    pub(crate) fn try_log_in(&self, login_id: &str) -> (u16, Value) {
        let body = format!(r#"{{"login_id": "{login_id}", "password": "gaon-maru-2026!"}}"#);
        self.request("POST", "/auth/login", "", &body)
    }

    /// Logs a demo student in. Returns the access token.
    #[track_caller]
    pub(crate) fn token(&self, login_id: &str) -> String {
        self.log_in(login_id)["access_token"].as_str().unwrap().to_owned()
    }

    /// Audits the table until nothing is wrong: at first, the consumer of the stream may not have indexed the lectures of all
    /// timetables. Returns what the audit prints.
    #[track_caller]
    pub(crate) fn audit(&self) -> String {
        let began = Instant::now();
        loop {
            let output = run(&["audit", "--data", &self.data]);
            if output.status.success() {
                return stdout(&output);
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{}{}", stdout(&output), stderr(&output));
        }
    }

    /// The id of the first school.
    pub(crate) fn school_id(&self) -> String {
        self.get("/schools")["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Closes the pipe to which the service prints.
    pub(crate) fn close_output(&mut self) {
        self.output = None;
    }

    /// Stops the service like Ctrl-C. Returns the exit code.
    #[cfg(unix)]
    pub(crate) fn interrupt(mut self) -> Option<i32> {
        let interrupted = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status().unwrap();
        assert!(interrupted.success());
        self.process.wait().unwrap().code()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // Fails if the service has ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
