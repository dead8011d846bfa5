//! `campus dev`.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use campus_local::{Engine, Folder};

use crate::support::{Dev, fails, file, names, send, send_raw, succeeds};

#[test]
fn a_local_service_starts_empty_takes_an_import_while_it_runs_and_keeps_its_data() {
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
fn the_demo_data_is_created_once() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let dev = Dev::start(folder.path(), &["--demo"]);
        assert_eq!(names(&dev.get("/schools")), ["가온대학교"]);
        let (maru, narae) = (dev.log_in("maru"), dev.log_in("narae"));
        assert_eq!((&maru["user"]["role"], &narae["user"]["role"]), (&"admin".into(), &"student".into()));
        assert_eq!(narae["user"]["verification"]["state"], "verified");
        assert_eq!(dev.log_in("baram")["user"]["verification"]["state"], "unverified");
        let token = narae["access_token"].as_str().unwrap();
        let boards = dev.get_as(token, "/boards");
        assert_eq!(boards["items"].as_array().unwrap().len(), 4);
        let board = boards["items"][3]["id"].as_str().unwrap();
        let posts = dev.get_as(token, &format!("/boards/{board}/posts"));
        assert_eq!(posts["items"].as_array().unwrap().len(), 4);
        let hot = dev.get_as(token, "/posts/hot");
        assert_eq!(hot["items"].as_array().unwrap().len(), 1);
        let comments = dev.get_as(token, &format!("/posts/{}/comments", hot["items"][0]["id"].as_str().unwrap()));
        assert_eq!(comments["items"][0]["replies"][1]["author"]["name"], "익명(글쓴이)");
    }
}

#[test]
#[cfg(unix)]
fn only_the_owner_can_read_the_data_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let dev = Dev::start(&data, &[]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for file in ["lock", "access-key", "dynamodb.url", "campus.db", "campus.db-wal", "campus.db-shm"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
    let key = fs::read_to_string(data.join("access-key")).unwrap();
    drop(dev);
    let _dev = Dev::start(&data, &[]);
    assert_eq!(fs::read_to_string(data.join("access-key")).unwrap(), key, "later starts keep the key");
}

#[test]
fn a_folder_with_other_files_is_not_taken_as_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let shared = folder.path().join("shared");
    fs::create_dir(&shared).unwrap();
    fs::write(shared.join("notes.txt"), "").unwrap();
    let before = fs::metadata(&shared).unwrap().permissions();
    let data = shared.to_str().unwrap();
    let ports = ["--app-port", "0", "--port", "0", "--media-port", "0"];
    let arguments = [&["dev", "--data", data], &ports[..]].concat();
    fails(&arguments, 1, "contains other files: choose a new or empty folder with --data");
    assert_eq!(fs::metadata(&shared).unwrap().permissions(), before);
    assert_eq!(fs::read_dir(&shared).unwrap().count(), 1, "nothing is created");
}

#[test]
fn no_port_answers_under_a_foreign_host_name() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]);
    for address in [&dev.app_address, &dev.address, &dev.media_address] {
        let is_refused = |hosts: &str| {
            let request = format!("GET /schools HTTP/1.1\r\n{hosts}connection: close\r\n\r\n");
            let response = send_raw(address, &request);
            response.status == 403 && response.body.starts_with(b"This service answers only under")
        };
        for hosts in ["host: evil.example\r\n", "host: localhost\r\nhost: evil.example\r\n", ""] {
            assert!(is_refused(hosts), "{address} {hosts}");
        }
        assert!(!is_refused("host: localhost\r\n"), "{address}");
    }
}

#[test]
fn the_students_of_the_demo_data_have_timetables_with_entries() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    for (login_id, name, entries) in [("maru", "2학기 시간표", 6), ("narae", "이번 학기", 8)] {
        let token = dev.token(login_id);
        let timetables = dev.get_as(&token, "/timetables");
        let mut timetables = timetables["items"].as_array().unwrap().iter();
        let timetable = timetables.find(|timetable| timetable["name"] == name).unwrap();
        let timetable = dev.get_as(&token, &format!("/timetables/{}", timetable["id"].as_str().unwrap()));
        assert_eq!(timetable["entries"].as_array().unwrap().len(), entries, "{login_id}");
    }
}

#[test]
fn a_post_of_the_demo_data_has_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let token = dev.token("maru");
    let hot = dev.get_as(&token, "/posts/hot");
    let post = dev.get_as(&token, &format!("/posts/{}", hot["items"][0]["id"].as_str().unwrap()));
    let url = post["media"][0]["url"].as_str().unwrap();
    let path = url.strip_prefix(&format!("http://{}", dev.media_address)).unwrap();
    let picture = send(&dev.media_address, "GET", path, &[], "");
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")));
    assert!(picture.body.starts_with(b"\x89PNG"));
}

#[test]
fn the_api_reference_needs_nothing_from_the_internet() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]);
    let page = dev.get("/docs/").as_str().unwrap().to_owned();
    assert!(page.contains("swagger-ui") && !page.contains("https://"), "{page}");
    assert_eq!(dev.get("/openapi.json")["info"]["title"], "Campus");
    assert_eq!(dev.request("GET", "/docs/swagger-ui-bundle.js", "", "").0, 200);
}

#[test]
fn the_api_reference_and_the_api_share_a_port() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]);
    let origin = ("origin", "http://localhost:3000");
    for (method, path, status) in [
        ("GET", "/", 307),
        ("GET", "/docs/", 200),
        ("POST", "/openapi.json", 405),
        ("GET", "/schools", 200),
        ("GET", "/schools/", 200),
        ("DELETE", "/schools", 405),
        ("GET", "/no/such/path", 404),
    ] {
        let response = send(&dev.address, method, path, &[origin], "");
        assert_eq!(response.status, status, "{method} {path}");
        assert_eq!(response.header("access-control-allow-origin"), Some(origin.1), "{method} {path}");
        let is_problem = response.header("content-type") == Some("application/problem+json");
        assert_eq!(is_problem, status > 400 && path != "/openapi.json", "{method} {path}");
    }
}

#[test]
fn pages_of_loopback_and_other_given_origins_may_call_the_api_and_upload_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--origin", "https://app.example", "--origin", "http://app.example:8000"]);
    let allowed_origin = |address: &str, path: &str, method: &str, headers: &[(&str, &str)]| {
        let response = send(address, method, path, headers, "");
        response.header("access-control-allow-origin").map(str::to_owned)
    };
    for (origin, is_allowed) in [
        ("http://localhost:3000", true),
        ("http://localhost:5173", true),
        ("http://127.0.0.1:8000", true),
        ("http://[::1]:8000", true),
        ("https://app.example", true),
        ("http://app.example:8000", true),
        ("http://app.example", false),
        ("https://other.example", false),
        ("http://localhost.other.example", false),
        ("null", false),
    ] {
        let expected = is_allowed.then(|| origin.to_owned());
        let request = [("origin", origin)];
        assert_eq!(allowed_origin(&dev.address, "/schools", "GET", &request), expected, "{origin}");
        for (address, path) in [(&dev.address, "/boards"), (&dev.media_address, "/campus-media/pending/x")] {
            let preflight = [
                ("origin", origin),
                ("access-control-request-method", "PUT"),
                ("access-control-request-headers", "content-type"),
            ];
            assert_eq!(allowed_origin(address, path, "OPTIONS", &preflight), expected, "{origin} {path}");
        }
    }
}

#[test]
fn a_preflight_response_of_the_api_names_what_pages_may_send() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]);
    let preflight = [
        ("origin", "http://localhost:3000"),
        ("access-control-request-method", "PATCH"),
        ("access-control-request-headers", "authorization,idempotency-key"),
    ];
    let response = send(&dev.address, "OPTIONS", "/auth/me", &preflight, "");
    assert_eq!(response.status, 200);
    assert_eq!(response.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(response.header("access-control-max-age"), Some("7200"));
    assert_eq!(response.header("access-control-allow-methods"), Some("GET,POST,PUT,PATCH,DELETE"));
    let headers = "authorization,content-type,idempotency-key,accept-language,if-none-match";
    assert_eq!(response.header("access-control-allow-headers"), Some(headers));
}

#[tokio::test]
async fn a_local_service_has_rate_limits_only_with_the_option() {
    let wrong = r#"{"login_id": "nobody", "password": "wrong"}"#;
    for (options, is_limited) in [(&["--limits"][..], true), (&[], false)] {
        let folder = tempfile::tempdir().unwrap();
        let dev = Dev::start(folder.path(), options);
        // On a slow machine the first delays may pass before the next attempt. Longer delays follow.
        let statuses: Vec<_> = (0..12).map(|_| dev.request("POST", "/auth/login", "", wrong).0).collect();
        assert_eq!(statuses[..5], [401; 5], "{statuses:?}");
        assert_eq!(statuses.contains(&429), is_limited, "{statuses:?}");

        // The row of the client's address has the SHA-256 of 127.0.0.1.
        let limit = "LIMIT#ADDRESS#tC6akNZ5PIJZswK1HR4yKUq-oWk3mmjZw-kuX1pjWdI";
        let connection = Engine::connection_to(&Folder::announced(folder.path()).unwrap());
        let rows = connection.client.scan().table_name(connection.table).send().await.unwrap();
        let is_counted = rows.items().iter().any(|row| row["pk"].as_s().is_ok_and(|pk| pk == limit));
        assert_eq!(is_counted, is_limited, "{rows:?}");
    }
}

#[test]
fn a_port_or_folder_that_cannot_be_used_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let used_port = listener.local_addr().unwrap().port().to_string();
    let dev_fails = |[app_port, port, media_port]: [&str; 3], data: &str, message: &str| {
        let ports = ["--app-port", app_port, "--port", port, "--media-port", media_port];
        fails(&[&["dev", "--data", data], &ports[..]].concat(), 1, message);
    };
    dev_fails([&used_port, "0", "0"], data, "choose another port with --app-port");
    dev_fails(["0", &used_port, "0"], data, "choose another port with --port");
    dev_fails(["0", "0", &used_port], data, "choose another port with --media-port");
    assert!(!folder.path().join("data").exists(), "nothing is created before the ports are known to be free");

    let dev = Dev::start(&folder.path().join("data"), &[]);
    dev_fails(["0"; 3], &dev.data, "another process uses the folder");

    let not_a_folder = file(&folder, "file", "");
    dev_fails(["0"; 3], &format!("{not_a_folder}/data"), "cannot write in the folder");
}

#[test]
fn the_first_line_is_the_address_of_the_web_client() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    assert!(dev.first_line.starts_with("App   http://127.0.0.1:"), "{}", dev.first_line);
    let page = send(&dev.app_address, "GET", "/boards", &[], "");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let media = format!("http://{}", dev.media_address);
    assert!(page.header("content-security-policy").unwrap().contains(&media), "pages may load pictures");
    assert_eq!(
        send(&dev.app_address, "GET", "/api/schools", &[], "").body,
        send(&dev.address, "GET", "/schools", &[], "").body
    );
}
