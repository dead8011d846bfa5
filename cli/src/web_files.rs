//! `campus web-files`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use aws_lc_rs::digest::{Context as Hash, SHA256};
use clap::Args;

use crate::output::print;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The folder to create
    folder: PathBuf,
    /// The folder of the web client's source
    #[arg(long, default_value = "web", value_name = "DIR")]
    source: PathBuf,
}

/// The path of the assets in the source. The front door of `campus dev` serves them there.
const DEVELOPMENT_ASSETS: &str = "assets/dev/";

/// The version in the service worker.
const DEVELOPMENT_VERSION: &str = "const VERSION = \"dev\";";

/// The files at the root, in the order of their upload. The page goes after what it names. The service worker goes last: when
/// it installs, it keeps the page of its own version.
const ROOT_FILES: [&str; 6] = ["favicon.ico", "icon-192.png", "badge-96.png", "manifest.webmanifest", PAGE, "sw.js"];

const PAGE: &str = "index.html";

/// The root files with paths of assets, or with the version.
const VERSIONED_FILES: [&str; 3] = ["manifest.webmanifest", "sw.js", PAGE];

/// For an asset: its path contains the hash of all files.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// For a root file: it must be revalidated for each request.
const REVALIDATED: &str = "no-cache";

/// Creates the folder and prints its files in the order in which they must be uploaded: the path, the Content-Type and the
/// Cache-Control of each, separated by tabs.
pub(crate) fn run(options: &Options) -> Result<()> {
    let files = read_source(&options.source)?;
    let folder = options.folder.display();
    fs::create_dir(&options.folder).with_context(|| format!("cannot create the folder {folder}"))?;
    for (path, content) in deployed(files)? {
        let file = options.folder.join(&path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        }
        fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
        let caching = if path.starts_with("assets/") { FOREVER } else { REVALIDATED };
        print(format_args!("{path}\t{}\t{caching}", content_type(&path)?))?;
    }
    Ok(())
}

/// The files that the page loads, by their paths below its base: the files of `app`, and the modules of `api` in `client/`.
fn read_source(source: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    read_folder(&source.join("app"), "", &mut files)?;
    let api = source.join("api");
    for name in if api.exists() { names(&api)? } else { Vec::new() } {
        if name.ends_with(".js") {
            files.insert(format!("client/{name}"), read(&api.join(&name))?);
        }
    }
    Ok(files)
}

fn read_folder(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for name in names(folder)? {
        let (file, path) = (folder.join(&name), format!("{prefix}{name}"));
        if file.is_dir() {
            read_folder(&file, &format!("{path}/"), files)?;
        } else {
            files.insert(path, read(&file)?);
        }
    }
    Ok(())
}

/// The names in a folder, without hidden files.
fn names(folder: &Path) -> Result<Vec<String>> {
    let cannot_read = || format!("cannot read the folder {}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot_read)? {
        let name = entry.with_context(cannot_read)?.file_name();
        let name = name.to_str().with_context(|| format!("{} is not UTF-8", name.display()))?;
        if !name.starts_with('.') {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// The files with their paths in the bucket, in the order of their upload.
fn deployed(mut files: BTreeMap<String, Vec<u8>>) -> Result<Vec<(String, Vec<u8>)>> {
    let version = version(&files);
    for name in VERSIONED_FILES {
        if let Some(content) = files.get_mut(name) {
            *content = with_version(name, content, &version)?.into_bytes();
        }
    }
    if !files.contains_key(PAGE) {
        bail!("the web client has no {PAGE}");
    }
    let unversioned = |(_, content): &(&String, &Vec<u8>)| contains(content, DEVELOPMENT_ASSETS);
    if let Some((path, _)) = files.iter().find(unversioned) {
        bail!("{path} contains {DEVELOPMENT_ASSETS}: use a path relative to the page's base");
    }
    let at_root = ROOT_FILES.iter().filter_map(|name| Some(((*name).to_owned(), files.get(*name)?.clone())));
    let at_root: Vec<_> = at_root.collect();
    let assets = files.into_iter().map(|(path, content)| (format!("assets/{version}/{path}"), content));
    Ok(assets.chain(at_root).collect())
}

/// The first 16 hexadecimal digits of the SHA-256 of all files.
fn version(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hash = Hash::new(&SHA256);
    for (path, content) in files {
        for part in [path.as_bytes(), content] {
            hash.update(&part.len().to_be_bytes());
            hash.update(part);
        }
    }
    hash.finish().as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A root file with this version instead of that of the source.
fn with_version(name: &str, content: &[u8], version: &str) -> Result<String> {
    let text = std::str::from_utf8(content).with_context(|| format!("{name} is not UTF-8"))?;
    let required = match name {
        PAGE => "<base href=\"/assets/dev/\">",
        "sw.js" => DEVELOPMENT_VERSION,
        _ => "",
    };
    if !text.contains(required) {
        bail!("{name} does not contain {required}");
    }
    let text = text.replace(DEVELOPMENT_ASSETS, &format!("assets/{version}/"));
    Ok(text.replace(DEVELOPMENT_VERSION, &format!("const VERSION = \"{version}\";")))
}

fn contains(content: &[u8], text: &str) -> bool {
    content.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The Content-Type of a file, by its name.
fn content_type(path: &str) -> Result<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    Ok(match extension {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("txt" | "md") | None => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/vnd.microsoft.icon",
        Some("woff2") => "font/woff2",
        Some(_) => bail!("{path} has an unknown type: add it to content_type in cli/src/web_files.rs"),
    })
}
