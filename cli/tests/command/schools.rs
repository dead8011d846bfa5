//! `campus schools`.

use crate::support::{Dev, fails, file, run, succeeds};

#[test]
fn schools_are_listed_by_name_with_their_ids() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    assert_eq!(succeeds(&["schools", "list", "--data", data]), "");
    let schools = file(
        &folder,
        "schools.csv",
        "name,email_domains\n나래대학교,\nHanbit University,h.example;cs.h.example\n가온대학교,gaon.example\n",
    );
    succeeds(&["schools", "import", &schools, "--data", data]);
    let list = |query: &[&str]| {
        let printed = succeeds(&[&["schools", "list", "--data", data], query].concat());
        let fields = printed.lines().map(|line| line.split('\t').map(str::to_owned).collect());
        fields.collect::<Vec<Vec<String>>>()
    };
    let all = list(&[]);
    let names_and_domains: Vec<_> = all.iter().map(|fields| fields[1..].to_vec()).collect();
    assert_eq!(
        names_and_domains,
        [
            ["Hanbit University", "h.example cs.h.example", "email"],
            ["가온대학교", "gaon.example", "email"],
            ["나래대학교", "", "manual"]
        ]
    );
    assert_eq!(list(&["--query", "HANBIT"]), all[..1]);
    assert_eq!(list(&["--query", "대학교"]), all[1..]);
    assert!(list(&["--query", "한빛"]).is_empty());

    let dev = Dev::start(folder.path(), &[]);
    assert_eq!(list(&[]), all, "while the service runs");
    assert_eq!(dev.school_id(), all[0][0]);
}

#[test]
fn a_file_with_an_error_is_refused_with_line_and_column_and_nothing_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let data = data.to_str().unwrap();
    let cases: [(&[u8], &str); 14] = [
        (b"", "line 1: there is no column name"),
        (b"name\nGaon\n", "line 1: there is no column email_domains"),
        (b"name,email_domains\n", "has no schools"),
        (b"name,email_domains\nGaon,gaon.example\n,x.example\n", "line 3: refused: column name: \"\" is not a name"),
        (b"name,email_domains\nGaon,gaon\n", "line 2: refused: column email_domains: \"gaon\" is not a domain"),
        (b"name,email_domains\nGaon,a.example b@c\n", "line 2: refused: column email_domains: \"b@c\" is not a domain"),
        (b"name,email_domains\nGaon,\nNarae,\ngaon,\n", "line 4: refused: column name: gaon is in line 2 already"),
        (b"name,email_domains\nGaon\n", "line 2: refused: it has 1 fields, and the header has 2"),
        (b"name,email_domains\nGaon\xff,\n", "line 2 is neither in UTF-8 nor in CP949"),
        (b"name,email_domains,policy\nGaon,,email\n", "line 2: refused: column policy: a school without email domains"),
        (
            b"name,policy,email_domains\nGaon,open,g.example\n",
            "line 2: refused: column policy: only `campus schools set",
        ),
        (b"name,email_domains,policy\nGaon,,Manual\n", "line 2: refused: column policy: \"Manual\" is not"),
        (b"name|email_domains\nGaon|\n", "line 1: there is no column name, only name|email_domains"),
        (b"name,email_domains\r\n\r\nGaon,\r\n,x\r\n,\r\n", "line 4: refused: column name: \"\" is not a name"),
    ];
    for (content, message) in cases {
        let wrong = file(&folder, "wrong.csv", content);
        fails(&["schools", "import", &wrong, "--data", data], 1, message);
    }
    let twice = file(&folder, "twice.csv", "name,email_domains\r\nGaon,\r\nNarae,\r\nGAON,\r\nnarae,x\r\nGaon,\r\n");
    let output = run(&["schools", "import", &twice, "--data", data]);
    let printed = String::from_utf8_lossy(&output.stderr);
    for message in [
        "line 4: refused: column name: GAON is in line 2 already",
        "line 5: refused: column email_domains: \"x\" is not a domain",
        "line 6: refused: column name: Gaon is in line 2 already",
    ] {
        assert!(printed.lines().any(|line| line == message), "{message}: {printed}");
    }
    fails(&["schools", "import", "nothing.csv", "--data", data], 1, "cannot read nothing.csv");
    assert_eq!(succeeds(&["schools", "list", "--data", data]), "");
}

#[test]
fn a_policy_stays_until_a_file_or_an_operator_changes_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let data = data.to_str().unwrap();
    let import = |rows: &str| {
        let schools = file(&folder, "schools.csv", format!("name,email_domains,policy\n{rows}\n"));
        succeeds(&["schools", "import", &schools, "--data", data])
    };
    let school = || succeeds(&["schools", "list", "--data", data]).trim_end().replace('\t', ",");
    let policy = || school().rsplit(',').next().unwrap().to_owned();
    let set = |policy: &'static str| {
        let id = school().split(',').next().unwrap().to_owned();
        move || run(&["schools", "set", &id, "--policy", policy, "--data", data])
    };
    for (rows, expected) in [
        ("Gaon,,", "manual"),
        ("Gaon,gaon.example,", "email"),
        ("Gaon,gaon.example,manual", "manual"),
        ("Gaon,g.example,", "manual"),
        ("Gaon,g.example,email", "email"),
        ("Gaon,,", "manual"),
    ] {
        import(rows);
        assert!(import(rows).contains("0 schools added, 0 changed, 1 unchanged"), "{rows}");
        assert_eq!(policy(), expected, "{rows}");
    }
    assert!(!set("email")().status.success(), "the school has no domains");
    assert!(set("open")().status.success());
    import("Gaon,gaon.example,");
    assert_eq!(policy(), "open");
    assert!(set("email")().status.success());
    assert_eq!(policy(), "email");
    succeeds(&["audit", "--data", data]);
}

#[test]
fn a_renamed_school_keeps_its_id_and_its_students() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let (id, token) = (dev.school_id(), dev.token("maru"));
    let data = dev.data.as_str();
    let schools = file(&folder, "schools.csv", "name,email_domains\nHanbit University,\n");
    succeeds(&["schools", "import", &schools, "--data", data]);
    let rename = |name: &'static str| ["schools", "rename", id.as_str(), name, "--data", data];
    assert_eq!(succeeds(&rename("국립가온대학교")), "가온대학교 is now 국립가온대학교.\n");
    assert_eq!(dev.get_as(&token, "/auth/me")["school"]["name"], "국립가온대학교");
    let list = succeeds(&["schools", "list", "--query", "가온", "--data", data]);
    assert_eq!(list, format!("{id}\t국립가온대학교\tgaon.example\temail\n"));
    dev.token("maru");
    fails(&rename("HANBIT university"), 1, "another school has the name HANBIT university");
    fails(&rename(" "), 2, "a name has 1 to 100 characters");
    succeeds(&rename("국립 가온 (Gaon)"));
    assert_eq!(succeeds(&rename("국립 가온 (GAON)")), "국립 가온 (Gaon) is now 국립 가온 (GAON).\n");
    succeeds(&["schools", "set", &id, "--young-days", "3", "--data", data]);
    let old_name =
        file(&folder, "old.csv", "name,email_domains\n가온대학교,gaon.example\n국립 가온 (gaon),gaon.example\n");
    let printed = succeeds(&["schools", "import", &old_name, "--data", data]);
    assert_eq!(printed, "1 schools added, 0 changed, 1 unchanged.\n", "the old name is free");
    let nowhere = "018f3a52-5c9e-7c3a-9d7e-000000000000";
    fails(&["schools", "rename", nowhere, "x", "--data", data], 1, "there is no school");
    dev.audit();
}

#[test]
fn the_settings_of_a_school_are_changed_by_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let data = data.to_str().unwrap();
    let schools = file(&folder, "schools.csv", "name,email_domains\n가온대학교,gaon.example\n");
    succeeds(&["schools", "import", &schools, "--data", data]);
    let list = succeeds(&["schools", "list", "--data", data]);
    let id = list.split('\t').next().unwrap();
    let set = |options: &[&'static str]| [&["schools", "set", id, "--data", data], options].concat();
    let printed = succeeds(&set(&["--young-days", "14"]));
    assert_eq!(printed, "The settings of 가온대학교 are changed.\n");
    let changed = file(&folder, "schools.csv", "name,email_domains\n가온대학교,g.example\n");
    succeeds(&["schools", "import", &changed, "--data", data]);
    succeeds(&["audit", "--data", data]);
    fails(&set(&["--young-days", "366"]), 2, "this is not a number of days from 0 to 365");
    fails(&set(&[]), 2, "--young-days");
    let nowhere = "018f3a52-5c9e-7c3a-9d7e-000000000000";
    let unknown = ["schools", "set", nowhere, "--young-days", "0", "--data", data];
    fails(&unknown, 1, "there is no school");
}
