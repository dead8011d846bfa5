//! The command, as an operator runs it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use aws_sdk_dynamodb::types::AttributeValue;
use campus::desk::{Engine, Folder};
use serde_json::Value;
use tempfile::TempDir;

fn campus() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_campus"));
    command.env_remove("CAMPUS_TABLE").env_remove("RUST_LOG");
    command
}

fn run(arguments: &[&str]) -> Output {
    campus().args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn succeeds(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", err(&output));
    out(&output)
}

#[track_caller]
fn fails(arguments: &[&str], code: i32, message: &str) {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", err(&output));
    assert!(err(&output).contains(message), "{arguments:?}: {}", err(&output));
}

/// A `campus dev` that runs until it is dropped.
struct Dev {
    process: Child,
    address: String,
    data: String,
    /// Kept open: a server whose output nobody can take any more must not stumble over it.
    _output: BufReader<std::process::ChildStdout>,
}

impl Dev {
    fn start(data: &Path, more: &[&str]) -> Self {
        let data = data.to_str().unwrap().to_owned();
        let mut process = campus()
            .args(["dev", "--port", "0", "--media-port", "0", "--data", &data])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let (mut address, mut line) = (String::new(), String::new());
        while !line.starts_with("Ready") {
            line.clear();
            assert!(output.read_line(&mut line).unwrap() > 0, "it ended before it was ready");
            if let Some(url) = line.strip_prefix("Campus is at http://") {
                address = url.trim().to_owned();
            }
        }
        Self { process, address, data, _output: output }
    }

    fn request(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: campus\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        (status, serde_json::from_str(body).unwrap_or(Value::String(body.to_owned())))
    }

    fn get(&self, path: &str) -> Value {
        let (status, body) = self.request("GET", path, "", "");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    fn log_in(&self, login_id: &str) -> Value {
        let body = format!(r#"{{"login_id": "{login_id}", "password": "gaon-maru-2026!"}}"#);
        let (status, session) = self.request("POST", "/auth/login", "", &body);
        assert_eq!(status, 200, "{session}");
        session
    }

    /// Ends it as Ctrl-C does, and waits until it has ended.
    #[cfg(unix)]
    fn interrupt(mut self) -> Option<i32> {
        let interrupted = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status().unwrap();
        assert!(interrupted.success());
        self.process.wait().unwrap().code()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn names(schools: &Value) -> Vec<&str> {
    schools["items"].as_array().unwrap().iter().map(|school| school["name"].as_str().unwrap()).collect()
}

#[test]
fn a_desk_starts_empty_takes_an_import_while_it_runs_and_keeps_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let schools = file(
        &folder,
        "schools.csv",
        "name,email_domains\n가온대학교,gaon.example\nHanbit University,h.example;cs.h.example\n",
    );
    let dev = Dev::start(&data, &[]);
    assert!(names(&dev.get("/schools")).is_empty());
    assert_eq!(
        succeeds(&["schools", "import", &schools, "--data", &dev.data]),
        "2 schools added, 0 changed, 0 unchanged.\n"
    );
    let first = dev.get("/schools");
    assert_eq!(names(&first), ["Hanbit University", "가온대학교"]);
    assert_eq!(first["items"][0]["email_domains"], serde_json::json!(["h.example", "cs.h.example"]));
    #[cfg(unix)]
    assert_eq!(dev.interrupt(), Some(0));
    #[cfg(not(unix))]
    drop(dev);

    assert_eq!(
        succeeds(&["schools", "import", &schools, "--data", data.to_str().unwrap()]),
        "0 schools added, 0 changed, 2 unchanged.\n"
    );
    let changed = file(
        &folder,
        "changed.csv",
        "\u{FEFF}email_domains,name\r\n,HANBIT university\r\nnarae.example,나래대학교\r\n",
    );
    assert_eq!(
        succeeds(&["schools", "import", &changed, "--data", data.to_str().unwrap()]),
        "1 schools added, 1 changed, 0 unchanged.\n"
    );
    let dev = Dev::start(&data, &[]);
    let second = dev.get("/schools");
    assert_eq!(names(&second), ["Hanbit University", "가온대학교", "나래대학교"]);
    assert_eq!(second["items"][0]["id"], first["items"][0]["id"], "a school keeps its id");
    assert_eq!(second["items"][0]["email_domains"], serde_json::json!([]));
}

#[test]
fn the_demo_has_what_it_says_and_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let dev = Dev::start(folder.path(), &["--demo"]);
        assert_eq!(names(&dev.get("/schools")), ["가온대학교"]);
        let (maru, narae) = (dev.log_in("maru"), dev.log_in("narae"));
        assert_eq!((&maru["user"]["role"], &narae["user"]["role"]), (&"admin".into(), &"student".into()));
        let token = narae["access_token"].as_str().unwrap();
        let (_, boards) = dev.request("GET", "/boards", token, "");
        assert_eq!(boards["items"].as_array().unwrap().len(), 4);
        let board = boards["items"][3]["id"].as_str().unwrap();
        let (_, posts) = dev.request("GET", &format!("/boards/{board}/posts"), token, "");
        assert_eq!(posts["items"].as_array().unwrap().len(), 4);
        let (_, hot) = dev.request("GET", "/posts/hot", token, "");
        assert_eq!(hot["items"].as_array().unwrap().len(), 1);
        let path = format!("/posts/{}/comments", hot["items"][0]["id"].as_str().unwrap());
        let (_, comments) = dev.request("GET", &path, token, "");
        assert_eq!(comments["items"][0]["replies"][1]["author"]["name"], "익명(글쓴이)");
    }
}

#[test]
fn the_reference_is_served_whole_from_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]);
    let page = dev.get("/docs/").as_str().unwrap().to_owned();
    assert!(page.contains("swagger-ui") && !page.contains("https://"), "{page}");
    assert_eq!(dev.get("/openapi.json")["info"]["title"], "Campus");
    assert_eq!(dev.request("GET", "/docs/swagger-ui-bundle.js", "", "").0, 200);
}

#[test]
fn an_admin_is_granted_while_the_desk_runs() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let granted = succeeds(&["admin", "grant", "NARAE", "--data", &dev.data]);
    assert_eq!(granted, "narae is an admin from the next login on.\n");
    assert_eq!(dev.log_in("narae")["user"]["role"], "admin");
    fails(&["admin", "grant", "nobody", "--data", &dev.data], 1, "nobody has the login id nobody");
    fails(&["admin", "grant", "no-id", "--data", &dev.data], 1, "no-id is not a login id");
}

#[tokio::test]
async fn a_desk_has_limits_when_asked_for() {
    let wrong = r#"{"login_id": "nobody", "password": "wrong"}"#;
    for (options, sixth) in [(&["--limits"][..], 429), (&[], 401)] {
        let folder = tempfile::tempdir().unwrap();
        let dev = Dev::start(folder.path(), options);
        // On a slow machine the first waits may be over before the next attempt; longer ones follow.
        let statuses: Vec<_> = (0..12).map(|_| dev.request("POST", "/auth/login", "", wrong).0).collect();
        assert!(statuses.contains(&sixth) && statuses[..5] == [401; 5], "{statuses:?}");
        assert_eq!(statuses.contains(&429), sixth == 429, "{statuses:?}");

        // SHA-256 of 127.0.0.1: it is the other end of the connection that is counted.
        let here = "LIMIT#ADDRESS#tC6akNZ5PIJZswK1HR4yKUq-oWk3mmjZw-kuX1pjWdI";
        let connection = Engine::connection_to(&Folder::announced(folder.path()).unwrap());
        let rows = connection.client.scan().table_name(connection.table).send().await.unwrap();
        let counted = rows.items().iter().any(|row| row["pk"].as_s().is_ok_and(|pk| pk == here));
        assert_eq!(counted, sixth == 429, "{rows:?}");
    }
}

#[test]
fn keys_are_generated_once_and_the_public_one_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let keys: Value = serde_json::from_str(&succeeds(&["keys", "generate", "--data", data])).unwrap();
    assert_eq!(keys["keys"][0]["crv"], "Ed25519");
    assert!(keys["keys"][0].get("d").is_none(), "the private half");
    fails(&["keys", "generate", "--data", data], 1, "the table has keys already");
    assert_eq!(serde_json::from_str::<Value>(&succeeds(&["keys", "show", "--data", data])).unwrap(), keys);
    let dev = Dev::start(folder.path(), &[]);
    assert_eq!(dev.get("/.well-known/jwks.json"), keys, "the desk uses them");
    let rotate = || serde_json::from_str::<Value>(&succeeds(&["keys", "rotate", "--data", data])).unwrap();
    let both = rotate();
    assert_eq!((&both["keys"][0], both["keys"].as_array().unwrap().len()), (&keys["keys"][0], 2));
    let switched = rotate();
    assert_eq!((&switched["keys"][0], &switched["keys"][1]), (&both["keys"][1], &both["keys"][0]));
    let retired = rotate();
    assert_eq!((&retired["keys"][0], retired["keys"].as_array().unwrap().len()), (&both["keys"][1], 1));
}

#[test]
fn a_port_or_a_folder_in_use_or_one_that_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    fails(&["dev", "--port", &port, "--data", data.to_str().unwrap()], 1, "choose another with --port");
    let taken = ["dev", "--port", "0", "--media-port", &port, "--data", data.to_str().unwrap()];
    fails(&taken, 1, "choose another with --media-port");
    assert!(!data.exists(), "nothing was begun");

    let dev = Dev::start(&data, &[]);
    fails(&["dev", "--port", "0", "--media-port", "0", "--data", &dev.data], 1, "another process works in the folder");

    let not_a_folder = file(&folder, "file", "");
    fails(
        &["dev", "--port", "0", "--media-port", "0", "--data", &format!("{not_a_folder}/data")],
        1,
        "cannot write in the folder",
    );
}

#[test]
fn a_place_has_to_be_said_and_to_exist() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let schools = file(&folder, "schools.csv", "name,email_domains\n가온대학교,\n");
    fails(&["schools", "import", &schools], 2, "--data");
    fails(&["schools", "import", &schools, "--data", "a", "--table", "b"], 2, "cannot be used with");
    fails(&["schools", "import", &schools, "--data", nowhere.to_str().unwrap()], 1, "there is no folder");
    fails(&["schools", "drop"], 2, "unrecognized subcommand");
    assert!(!nowhere.exists());
}

#[test]
fn a_wrong_file_is_told_by_line_and_column_and_nothing_of_it_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    drop(Dev::start(&data, &[]));
    let data = data.to_str().unwrap();
    let good = "name,email_domains\n가온대학교,gaon.example\n";
    let cases: [(&[u8], &str); 9] = [
        (b"", "line 1: there is no column name"),
        (b"name\nGaon\n", "line 1: there is no column email_domains"),
        (b"name,email_domains\n", "has no schools"),
        (b"name,email_domains\nGaon,gaon.example\n,x.example\n", "line 3: column name: \"\" is not a name"),
        (b"name,email_domains\nGaon,gaon\n", "line 2: column email_domains: \"gaon\" is not a domain"),
        (b"name,email_domains\nGaon,a.example b@c\n", "line 2: column email_domains: \"b@c\" is not a domain"),
        (b"name,email_domains\nGaon,\nNarae,\ngaon,\n", "line 4, column name: gaon stands in line 2 already"),
        (b"name,email_domains\nGaon\n", "line: 2"),
        (b"name,email_domains\nGaon\xff,\n", "(line 2"),
    ];
    for (content, message) in cases {
        let wrong = file(&folder, "wrong.csv", content);
        fails(&["schools", "import", &wrong, "--data", data], 1, message);
    }
    fails(&["schools", "import", "nothing.csv", "--data", data], 1, "cannot read nothing.csv");
    let good = file(&folder, "good.csv", good);
    assert_eq!(succeeds(&["schools", "import", &good, "--data", data]), "1 schools added, 0 changed, 0 unchanged.\n");
}

/// Imports a file of lectures; gives the exit code and what was printed.
fn import_lectures(dev: &Dev, school: &str, file: &str) -> (Option<i32>, String) {
    let output = run(&["lectures", "import", file, "--school", school, "--data", &dev.data]);
    (output.status.code(), out(&output))
}

#[test]
fn lectures_are_imported_and_each_line_of_the_file_is_accounted_for() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let school = dev.get("/schools")["items"][0]["id"].as_str().unwrap().to_owned();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/samples/lectures.csv");
    let done = |counts: &str| counts.to_owned() + " lectures no longer listed.\n";
    assert_eq!(
        import_lectures(&dev, &school, sample),
        (Some(0), done("0 lectures added, 0 changed, 14 unchanged, 0 lines refused, 0")),
        "the demo has them"
    );
    let header = "semester,code,section,title,credit,professor,department,classification,academic_year,times,places,\
                  quota,remark";
    let lines = [
        "2026-2,GA101,001,글쓰기,3,한여울,국어국문학과,교양,1학년,월 09:00-10:15,인문관 201,30,",
        "2026-2,GA101,001,글쓰기,3,한여울,국어국문학과,교양,1학년,월 09:00-10:15,인문관 201,30,",
        "2026-2,GA101,002,글쓰기의 기초,three,노을빛,국어국문학과,교양,1학년,,,30,",
        "2026-2,GA120,001,영화와 사회,2,도담희",
        "2026-winter,W1,001,\"계절\n학기\",3,,,,,,,,",
        "2026-winter,W2,001,겨울 산행,1,,,,,sun 09:00-08:00,,,",
        "2026-winter,W3,001,스키,two,,,,,sat 09:00-18:00,,,",
        "2026-winter,W3,001,스키,1,,,,,sat 09:00-18:00,,,",
        "2026-winter,W3,001,스키,1,,,,,sat 09:00-18:00,,,",
    ];
    let mut changed = format!("\u{FEFF}{header}\n{}\n", lines.join("\n")).into_bytes();
    changed.extend(b"2026-2,CS231,001,\xbf\xec\xb8\xae,1,,,,,,,,\n");
    let changed = file(&folder, "changed.csv", changed);
    let (code, printed) = import_lectures(&dev, &school, &changed);
    assert_eq!(code, Some(1), "{printed}");
    for line in [
        "line 3: refused: GA101 001 stands in line 2 already",
        "line 4: refused: column credit: \"three\" does not have the right form",
        "line 5: refused: it has 6 fields, and the header has 13",
        "line 6: refused: column title: \"계절\\n학기\" has characters that are not allowed",
        "line 8: refused: column times: \"sun 09:00-08:00\" ends before it begins",
        "line 9: refused: column credit: \"two\" does not have the right form",
        "line 11: refused: W3 001 stands in line 10 already",
        "line 12: refused: it is not UTF-8",
        "2026-2 CS230 001: no longer listed, kept: 자료구조",
        "1 lectures added, 1 changed, 0 unchanged, 8 lines refused, 10 lectures no longer listed.",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line}: {printed}");
    }
    for there in ["GA101 002", "GA120 001", "CS231 001"] {
        assert!(!printed.contains(&format!("{there}: no longer")), "it is there, though nobody can read it: {printed}");
    }
    succeeds(&["audit", "--data", &dev.data]);

    let nowhere = "01a2040a-429e-7195-914a-77eecf906c0d";
    let import = |school: &str, file: &str, message: &str| {
        fails(&["lectures", "import", file, "--school", school, "--data", &dev.data], 1, message);
    };
    import(nowhere, sample, "there is no school");
    import("x", sample, "x is not the id of a school");
    import(&school, "nothing.csv", "cannot read nothing.csv");
    import(&school, &file(&folder, "empty.csv", format!("{header}\n")), "it has no lectures");
    import(&school, &file(&folder, "other.csv", "semester,code\n"), "line 1: there is no column section");
}

#[test]
fn a_term_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let school = dev.get("/schools")["items"][0]["id"].as_str().unwrap().to_owned();
    let token = dev.log_in("narae")["access_token"].as_str().unwrap().to_owned();
    let timetable = dev.request("GET", "/timetables?limit=50", &token, "").1["items"][1]["id"].clone();
    let calendar = || {
        let path = format!("/timetables/{}/calendar.ics", timetable.as_str().unwrap());
        dev.request("GET", &path, &token, "").1.as_str().unwrap().to_owned()
    };
    assert!(calendar().contains("UNTIL=20261221T145959Z"));
    let set = |days: [&'static str; 2]| {
        ["terms", "set", "2026-2", days[0], days[1], "--school", &school, "--data", &dev.data].map(str::to_owned)
    };
    let arguments = set(["2026-08-31", "2026-12-18"]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    assert_eq!(succeeds(&arguments), "2026-2 is from 2026-08-31 to 2026-12-18.\n");
    assert!(calendar().contains("UNTIL=20261218T145959Z"));
    for days in [["2026-12-18", "2026-08-31"], ["2027-12-01", "2027-12-18"], ["+262142-12-31", "+262142-12-31"]] {
        let wrong = set(days);
        let wrong: Vec<&str> = wrong.iter().map(String::as_str).collect();
        fails(&wrong, 1, "a term ends after it begins, within a year, and begins within a year of its usual first day");
    }
    assert!(calendar().contains("UNTIL=20261218T145959Z"));
}

#[tokio::test]
async fn an_audit_tells_what_is_wrong_and_fails_if_anything_is() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let clean = succeeds(&["audit", "--data", &dev.data]);
    assert!(clean.contains("        12  profile\n"), "{clean}");
    assert!(clean.ends_with("  rows in all\nNothing is wrong.\n"), "{clean}");

    let connection = Engine::connection_to(&fs::read_to_string(folder.path().join("dynamodb.url")).unwrap());
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let delete = connection.client.delete_item().table_name(connection.table);
    delete.key("pk", text("LOGIN#maru")).key("sk", text("LOGIN")).send().await.unwrap();
    let is_told = || {
        let output = run(&["audit", "--data", folder.path().to_str().unwrap()]);
        assert_eq!((output.status.code(), err(&output).as_str()), (Some(1), ""));
        let report = out(&output);
        let (_, findings) = report.split_once("Wrong in 1 place:\n").unwrap_or_else(|| panic!("{report}"));
        assert!(findings.starts_with("\"SCHOOL#") && findings.lines().count() == 1, "{findings}");
        assert!(findings.contains("\" \"PROFILE\": it says that login id \"maru\" belongs to user"), "{findings}");
    };
    is_told();
    drop(dev);
    is_told();
    fails(&["audit"], 2, "--data");
    fails(&["audit", "--data", "nowhere"], 1, "error: there is no folder nowhere");
}

#[test]
fn the_openapi_document_is_printed() {
    let document: Value = serde_json::from_str(&succeeds(&["openapi"])).unwrap();
    assert!(document["paths"].get("/auth/signup").is_some());
}
