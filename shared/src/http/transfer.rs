//! Saves transfer: compresses long responses, and answers 304 to a client that has the response already.

use std::io::Write;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::MethodRouter;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::{BodyExt, Collected};

use crate::hash::sha256;

/// The paths whose `GET` responses are compressed.
///
/// The length of a compressed response tells whether parts of it are alike. Somebody who chooses a part, such as the text
/// of a message, and sees the length of the encrypted response could therefore guess another part ([BREACH]). So this
/// list has no response in which a secret stands beside what others choose: no tokens, no messages, no requests of
/// friends, no cases, no personal data of the account.
///
/// [BREACH]: https://www.breachattack.com
pub const COMPRESSED: [&str; 30] = [
    "/boards",
    "/boards/pinned",
    "/boards/{id}/posts",
    "/friends/{id}/timetable",
    "/grades",
    "/grades/{semester}",
    "/lectures",
    "/lectures/{id}",
    "/lectures/{id}/exam-infos",
    "/lectures/{id}/reviews",
    "/policies",
    "/posts/best",
    "/posts/commented",
    "/posts/hidden",
    "/posts/hot",
    "/posts/mine",
    "/posts/scraps",
    "/posts/search",
    "/posts/{id}",
    "/posts/{id}/comments",
    "/schools",
    "/semesters",
    "/semesters/{semester}/filters",
    "/shared-timetables/{token}",
    "/shared-timetables/{token}/calendar.ics",
    "/shared-timetables/{token}/picture.svg",
    "/timetables",
    "/timetables/{id}",
    "/timetables/{id}/calendar.ics",
    "/timetables/{id}/picture.svg",
];

/// The paths whose `GET` responses have an `ETag`: what clients fetch often and what seldom changes.
///
/// A page with a cursor never stays the same, because each response encrypts its cursor again. A page of posts changes with
/// every like.
pub const REVALIDATED: [&str; 12] = [
    "/.well-known/jwks.json",
    "/boards/pinned",
    "/friends/{id}/timetable",
    "/policies",
    "/semesters",
    "/semesters/{semester}/filters",
    "/shared-timetables/{token}",
    "/shared-timetables/{token}/calendar.ics",
    "/timetables",
    "/timetables/{id}",
    "/timetables/{id}/calendar.ics",
    "/timetables/{id}/picture.svg",
];

/// The size in bytes from which a response is compressed. A shorter one fits into one packet with its headers.
const COMPRESSED_FROM: usize = 1024;

/// How the responses of a route are sent.
#[derive(Clone, Copy)]
struct Transfer {
    is_compressed: bool,
    is_revalidated: bool,
}

/// Makes a route of `GET` compress its responses and answer 304, if its path is in the lists.
pub(super) fn save<S: Clone + Send + Sync + 'static>(path: &str, route: MethodRouter<S>) -> MethodRouter<S> {
    let transfer = Transfer { is_compressed: COMPRESSED.contains(&path), is_revalidated: REVALIDATED.contains(&path) };
    match transfer {
        Transfer { is_compressed: false, is_revalidated: false } => route,
        _ => route.layer(from_fn(move |request, next| transfer.send(request, next))),
    }
}

impl Transfer {
    async fn send(self, request: Request, next: Next) -> Response {
        let accepts_gzip = accepts_gzip(request.headers());
        let known = texts(request.headers(), &header::IF_NONE_MATCH).map(str::to_owned).collect::<Vec<_>>();
        let response = next.run(request).await;
        if response.status() != StatusCode::OK {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        // A handler's body is in memory, so reading it cannot fail.
        let mut body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
        if self.is_revalidated {
            // Weak, because it is the same for the compressed body.
            let tag = format!("W/\"{}\"", sha256(&body));
            let is_known = known.contains(&tag);
            if let Ok(tag) = HeaderValue::try_from(tag) {
                parts.headers.insert(header::ETAG, tag);
            }
            if is_known {
                parts.status = StatusCode::NOT_MODIFIED;
                parts.headers.remove(header::CONTENT_TYPE);
                parts.headers.remove(header::CONTENT_LENGTH);
                return Response::from_parts(parts, Body::empty());
            }
        }
        if self.is_compressed {
            parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
            if accepts_gzip
                && body.len() >= COMPRESSED_FROM
                && let Some(compressed) = gzip(&body)
            {
                parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                parts.headers.remove(header::CONTENT_LENGTH);
                body = compressed.into();
            }
        }
        Response::from_parts(parts, Body::from(body))
    }
}

/// The elements of a header with a list of values.
fn texts<'headers>(headers: &'headers HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'headers str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// Whether the client accepts gzip (RFC 9110, section 12.5.3). A quality of zero refuses it.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    texts(headers, &header::ACCEPT_ENCODING).any(|coding| {
        let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
        let quality = parameters.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case("gzip") && quality.is_ok_and(|quality| quality > 0.0)
    })
}

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::new(4));
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_client_that_accepts_gzip_gets_it() {
        let accepts = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::try_from(value).unwrap());
            accepts_gzip(&headers)
        };
        for value in ["gzip", "gzip, deflate, br", "br;q=1.0, GZIP;q=0.8", "deflate,gzip;q=0.001"] {
            assert!(accepts(value), "{value}");
        }
        for value in ["", "br", "identity", "gzip;q=0", "gzip; q=0.0", "gzip;q=x", "gzipped", "*;q=0"] {
            assert!(!accepts(value), "{value}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
