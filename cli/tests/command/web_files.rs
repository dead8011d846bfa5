//! `campus web-files`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::{fails, succeeds};

const PAGE: &str =
    "<!doctype html>\n<base href=\"/assets/dev/\">\n<script type=\"importmap\">{ \"imports\": {} }</script>\n";

/// A web client with a file of each kind.
fn web_client() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("web");
    for (path, content) in [
        ("app/index.html", PAGE),
        ("app/sw.js", "const VERSION = \"dev\";\nconst FILES = `/assets/${VERSION}/`;\n"),
        ("app/manifest.webmanifest", "{ \"icons\": [{ \"src\": \"/assets/dev/icons/icon.svg\" }] }\n"),
        ("app/favicon.ico", "icon"),
        ("app/src/main.js", "import \"./lib/time.js\";\n"),
        ("app/src/lib/time.js", "export {};\n"),
        ("app/styles/base.css", "body {}\n"),
        ("app/icons/icon.svg", "<svg/>\n"),
        ("app/vendor/LICENSE", "MIT\n"),
        ("app/.hidden", "hidden"),
        ("api/client.js", "export {};\n"),
        ("api/package.json", "{}\n"),
        ("tests/unit/main.test.js", "test();\n"),
    ] {
        write(&source.join(path), content);
    }
    (folder, source)
}

fn write(file: &Path, content: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}

/// The created folder: the lines that the command prints, and the version of the assets.
fn create(source: &Path, target: &Path) -> (Vec<String>, String) {
    let printed = succeeds(&["web-files", target.to_str().unwrap(), "--source", source.to_str().unwrap()]);
    let lines: Vec<_> = printed.lines().map(str::to_owned).collect();
    let version = lines[0].strip_prefix("assets/").unwrap().split('/').next().unwrap().to_owned();
    assert!(version.len() == 16 && version.chars().all(|digit| digit.is_ascii_hexdigit()), "{version}");
    (lines, version)
}

#[test]
fn assets_never_change_and_root_files_are_revalidated() {
    let (folder, source) = web_client();
    let target = folder.path().join("files");
    let (lines, version) = create(&source, &target);
    let lines: Vec<_> = lines.iter().map(|line| line.split('\t').collect::<Vec<_>>()).collect();
    let (assets, root): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line[0].starts_with("assets/"));
    assert!(assets.iter().all(|asset| asset[2] == "public, max-age=31536000, immutable"), "{assets:?}");
    assert!(root.iter().all(|file| file[2] == "no-cache"), "{root:?}");
    // The service worker keeps the page of its version, so it is the last one.
    let names: Vec<_> = root.iter().map(|file| file[0]).collect();
    assert_eq!(names, ["favicon.ico", "manifest.webmanifest", "index.html", "sw.js"]);
    assert!(lines[..assets.len()].iter().all(|line| line[0].starts_with("assets/")), "{lines:?}");

    let types: BTreeMap<_, _> = lines.iter().map(|line| (line[0].replace(&version, "VERSION"), line[1])).collect();
    for (path, content_type) in [
        ("assets/VERSION/src/main.js", "text/javascript; charset=utf-8"),
        ("assets/VERSION/src/lib/time.js", "text/javascript; charset=utf-8"),
        ("assets/VERSION/client/client.js", "text/javascript; charset=utf-8"),
        ("assets/VERSION/styles/base.css", "text/css; charset=utf-8"),
        ("assets/VERSION/icons/icon.svg", "image/svg+xml"),
        ("assets/VERSION/vendor/LICENSE", "text/plain; charset=utf-8"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("index.html", "text/html; charset=utf-8"),
    ] {
        assert_eq!(types[path], content_type, "{path}");
    }
    // The root files are also among the assets, as in `campus dev`. Nothing else is deployed.
    assert_eq!(types.len(), 6 + 4 + 4, "{types:?}");
    for line in &lines {
        assert!(target.join(line[0]).is_file(), "{}", line[0]);
    }
}

#[test]
fn the_root_files_name_the_version() {
    let (folder, source) = web_client();
    let target = folder.path().join("files");
    let (_, version) = create(&source, &target);
    let text = |file: &str| fs::read_to_string(target.join(file)).unwrap();
    assert_eq!(text("index.html"), PAGE.replace("dev", &version));
    assert!(text("sw.js").starts_with(&format!("const VERSION = \"{version}\";\n")));
    assert!(text("manifest.webmanifest").contains(&format!("\"/assets/{version}/icons/icon.svg\"")));
    assert_eq!(text(&format!("assets/{version}/index.html")), text("index.html"));
    assert_eq!(text(&format!("assets/{version}/src/main.js")), "import \"./lib/time.js\";\n");
}

#[test]
fn the_version_changes_with_each_file() {
    let (folder, source) = web_client();
    let version = |name: &str| create(&source, &folder.path().join(name)).1;
    let first = version("first");
    assert_eq!(version("again"), first);
    let mut versions = vec![first];
    for (number, file) in ["app/index.html", "app/src/lib/time.js", "api/client.js"].iter().enumerate() {
        let content = fs::read_to_string(source.join(file)).unwrap();
        write(&source.join(file), &format!("{content}\n"));
        versions.push(version(&number.to_string()));
    }
    fs::rename(source.join("app/src/main.js"), source.join("app/src/other.js")).unwrap();
    versions.push(version("renamed"));
    versions.sort();
    versions.dedup();
    assert_eq!(versions.len(), 5);
}

#[test]
fn a_web_client_that_cannot_be_deployed_is_refused() {
    for (file, content, message) in [
        ("app/index.html", "<!doctype html>\n", "index.html does not contain <base href=\"/assets/dev/\">"),
        ("app/sw.js", "const VERSION = 'dev';\n", "sw.js does not contain const VERSION = \"dev\";"),
        ("app/src/main.js", "import \"/assets/dev/src/lib/time.js\";\n", "src/main.js contains assets/dev/"),
        ("app/photo.tiff", "photo", "photo.tiff has an unknown type"),
    ] {
        let (folder, source) = web_client();
        write(&source.join(file), content);
        let target = folder.path().join("files");
        fails(&["web-files", target.to_str().unwrap(), "--source", source.to_str().unwrap()], 1, message);
    }
    let (folder, source) = web_client();
    fs::remove_file(source.join("app/index.html")).unwrap();
    let arguments = ["web-files", &format!("{}/files", folder.path().display()), "--source", source.to_str().unwrap()];
    fails(&arguments, 1, "the web client has no index.html");
}

#[test]
fn an_existing_folder_is_not_overwritten() {
    let (folder, source) = web_client();
    let target = folder.path().to_str().unwrap();
    fails(&["web-files", target, "--source", source.to_str().unwrap()], 1, "cannot create the folder");
}

#[test]
fn the_web_client_of_this_repository_can_be_deployed() {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
    create(&source, &folder.path().join("files"));
}
