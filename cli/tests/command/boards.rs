//! `campus boards`.

use serde_json::{Value, json};

use crate::support::{Dev, fails, file, names, run, stderr, succeeds};

/// The sample that ships with the docs.
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/samples/boards.csv");

fn import(dev: &Dev, file: &str) -> String {
    succeeds(&["boards", "import", file, "--school", &dev.school_id(), "--data", &dev.data])
}

/// The board with this name.
fn board(dev: &Dev, token: &str, name: &str) -> Value {
    let boards = dev.get_as(token, "/boards?limit=50");
    let found = boards["items"].as_array().unwrap().iter().find(|board| board["name"] == name);
    found.unwrap_or_else(|| panic!("no board {name}: {boards}")).clone()
}

#[test]
fn the_sample_opens_a_school_and_only_admins_manage_its_boards() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    // The demo school has 자유게시판 and 비밀게시판 already.
    assert_eq!(import(&dev, SAMPLE), "4 boards added, 1 changed, 1 unchanged.\n");
    assert_eq!(import(&dev, SAMPLE), "0 boards added, 0 changed, 6 unchanged.\n", "a second time");
    let (admin, student) = (dev.token("maru"), dev.token("narae"));
    let boards = dev.get_as(&student, "/boards?limit=4");
    assert_eq!(names(&boards), ["공지", "새내기게시판", "장터게시판", "취업·진로"], "in the order of the file");

    let notices = board(&dev, &student, "공지");
    let (posting, can_manage) = (&notices["posting"], &notices["can_manage"]);
    assert_eq!((posting, can_manage), (&json!("admins"), &json!(false)));
    assert_eq!(board(&dev, &admin, "공지")["can_manage"], true);
    let posts = format!("/boards/{}/posts", notices["id"].as_str().unwrap());
    let post = r#"{"title": "개강", "content": "2일에 개강합니다.", "is_anonymous": false}"#;
    let (status, refused) = dev.request("POST", &posts, &student, post);
    assert_eq!((status, &refused["code"]), (403, &json!("board_admins_only")));
    let (status, post) = dev.request("POST", &posts, &admin, post);
    assert_eq!(status, 201, "{post}");
    let comments = format!("/posts/{}/comments", post["id"].as_str().unwrap());
    let (status, comment) =
        dev.request("POST", &comments, &student, r#"{"content": "감사합니다", "is_anonymous": false}"#);
    assert_eq!(status, 201, "everybody comments: {comment}");
    dev.audit();
}

#[test]
fn an_import_changes_what_the_file_says_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let token = dev.token("maru");
    let before = board(&dev, &token, "장터");
    let boards = file(&folder, "boards.csv", "name,category,posting\n장터,거래,\n 운영진 공지 ,안내,admins\n");
    assert_eq!(import(&dev, &boards), "1 boards added, 1 changed, 0 unchanged.\n");
    let mut expected = before.clone();
    let after = board(&dev, &token, "장터");
    (expected["category"], expected["updated_at"]) = (json!("거래"), after["updated_at"].clone());
    assert_eq!(after, expected, "id, description, anonymity and posting stay");
    assert_eq!(board(&dev, &token, "운영진 공지")["hot_enabled"], true, "the default");
    dev.audit();
}

#[test]
fn a_file_with_an_error_is_refused_with_line_and_column_and_nothing_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let (school, token) = (dev.school_id(), dev.token("maru"));
    let before = dev.get_as(&token, "/boards");
    let wrong = "name,category,description,anonymity,posting,hot_enabled\n\
        새 게시판,일반,,,,\n,일반,,,,\n가,,,,,\n나,일반,,sometimes,,\n다,일반,,,teachers,\n라,일반,,,,yes\n새 게시판,일반,,,,\n마,일반\n";
    let wrong = file(&folder, "wrong.csv", wrong);
    let output = run(&["boards", "import", &wrong, "--school", &school, "--data", &dev.data]);
    let printed = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    for message in [
        "line 3: refused: column name: \"\" is not a name of 1 to 50 characters",
        "line 4: refused: column category: \"\" is not a category of 1 to 20 characters",
        "line 5: refused: column anonymity: \"sometimes\" is not optional, always or never",
        "line 6: refused: column posting: \"teachers\" is not everyone or admins",
        "line 7: refused: column hot_enabled: \"yes\" is not true or false",
        "line 8: refused: column name: 새 게시판 is in line 2 already",
        "line 9: refused: it has 2 fields, and the header has 6",
    ] {
        assert!(printed.lines().any(|line| line == message), "{message}: {printed}");
    }
    let refused = |content: &str, message: &str| {
        let wrong = file(&folder, "wrong.csv", content);
        fails(&["boards", "import", &wrong, "--school", &school, "--data", &dev.data], 1, message);
    };
    refused("name\n가\n", "line 1: there is no column category");
    refused("name,category\n", "has no boards");
    let nowhere = "018f3a52-5c9e-7c3a-9d7e-000000000000";
    fails(&["boards", "import", SAMPLE, "--school", nowhere, "--data", &dev.data], 1, "there is no school");
    assert_eq!(dev.get_as(&token, "/boards"), before);
}
