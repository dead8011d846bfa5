//! The web client's files, and the API under `/api`, on one origin. On AWS a CloudFront distribution serves the same URLs.

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use rust_embed::{Embed, EmbeddedFile};
use tower_http::compression::CompressionLayer;

/// The Content-Security-Policy of the web client, one directive a line. `{import_map}` is the hash of the import map in
/// `index.html`, `{pictures}` the origin of pictures, and `{uploads}` that of uploads. The policy on AWS also has
/// `upgrade-insecure-requests`.
pub const CONTENT_SECURITY_POLICY: &str = include_str!("../../../web/content-security-policy.txt");

/// The other security headers of the web client's files. On AWS there is also `Strict-Transport-Security`.
pub const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The path of the files that `index.html` loads. A deployment replaces `dev` by a hash of all files.
const ASSETS: &str = "/assets/dev/";

/// The page of all paths. The web client decides what it shows.
const INDEX: &str = "index.html";

/// The files that are also at the root: a service worker controls only pages below its own path, browsers expect the others
/// there, and pictures of notifications are needed for longer than a version.
const ROOT_FILES: [&str; 5] = ["sw.js", "manifest.webmanifest", "favicon.ico", "icon-192.png", "badge-96.png"];

/// The files of the web client. Debug builds read them from the disk for each request, release builds contain them.
#[derive(Embed)]
#[folder = "../../web/app"]
struct App;

/// The modules of the typed API client.
#[derive(Embed)]
#[folder = "../../web/api"]
#[include = "*.js"]
#[allow_missing = true]
struct Client;

/// The files of the web client, compressed as on AWS, and `api` under `/api`. Pages may load pictures from the origin
/// `media`, and upload them there.
///
/// `Location` headers of the API are paths of the API: `/posts/…`, not `/api/posts/…`.
pub fn front_door(api: Router, media: &str) -> Router {
    let files = get(file).layer(CompressionLayer::new());
    Router::new().nest_service("/api", api).fallback_service(files.with_state(media.to_owned()))
}

/// Responds with a file.
async fn file(State(media): State<String>, uri: Uri, headers: HeaderMap) -> Response {
    let file = find(uri.path());
    let policy = content_security_policy(file.as_ref(), &media);
    let mut response = match file {
        Some(file) => respond(&file, headers.get(header::IF_NONE_MATCH)),
        None => StatusCode::NOT_FOUND.into_response(),
    };
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The file with the URL's path. A path without a dot in its last part is a page.
fn find(path: &str) -> Option<EmbeddedFile> {
    let path_in_root = path.strip_prefix('/')?;
    if let Some(asset) = path.strip_prefix(ASSETS) {
        return match asset.strip_prefix("client/") {
            Some(module) => Client::get(module),
            None => App::get(asset),
        };
    }
    if ROOT_FILES.contains(&path_in_root) {
        return App::get(path_in_root);
    }
    let (_, last) = path.rsplit_once('/')?;
    let is_page = !path.starts_with("/assets/") && !last.contains('.');
    (is_page || path == "/index.html").then(|| App::get(INDEX)).flatten()
}

/// The response with the file, or without it if the client already has it.
fn respond(file: &EmbeddedFile, known: Option<&HeaderValue>) -> Response {
    let tag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(file.metadata.sha256_hash()));
    let known = known.and_then(|known| known.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
    let caching = [(header::CACHE_CONTROL, "no-cache".to_owned()), (header::ETAG, tag)];
    if is_known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let content_type = match file.metadata.mimetype() {
        text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        other => other.to_owned(),
    };
    (caching, [(header::CONTENT_TYPE, content_type)], file.data.clone()).into_response()
}

/// The Content-Security-Policy of a file. The import map of a page is an inline script, which the policy allows by its hash.
fn content_security_policy(file: Option<&EmbeddedFile>, media: &str) -> String {
    let import_map = file
        .and_then(|file| import_map(&file.data))
        .map_or_else(String::new, |map| format!("'sha256-{}'", BASE64_STANDARD.encode(digest(&SHA256, map))));
    let policy = CONTENT_SECURITY_POLICY
        .replace("{import_map}", &import_map)
        .replace("{pictures}", media)
        .replace("{uploads}", media);
    policy.lines().map(str::trim).collect::<Vec<_>>().join(" ").replace(" ;", ";")
}

/// The import map of a page.
fn import_map(page: &[u8]) -> Option<&[u8]> {
    let (_, map) = std::str::from_utf8(page).ok()?.split_once("<script type=\"importmap\">")?;
    Some(map.split_once("</script>")?.0.as_bytes())
}
