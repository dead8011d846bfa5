//! The language of the texts in a response.

use axum::http::{HeaderMap, header};

use crate::domain::Language;

impl Language {
    /// The language that the `Accept-Language` header (RFC 9110 §12.5.4) prefers. Korean if the header prefers neither.
    pub fn preferred_by(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (mut best, mut best_weight) = (Self::default(), 0.0);
        for range in accepted.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let language = match tag.trim().split('-').next() {
                Some(tag) if tag.eq_ignore_ascii_case("ko") => Self::Korean,
                Some(tag) if tag.eq_ignore_ascii_case("en") => Self::English,
                _ => continue,
            };
            let weight: f32 = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0);
            if weight > best_weight {
                (best, best_weight) = (language, weight);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_language_is_used_and_korean_by_default() {
        for (accepted, language) in [
            ("", Language::Korean),
            ("en", Language::English),
            ("en-GB,en;q=0.9", Language::English),
            ("ko-KR,ko;q=0.9,en;q=0.8", Language::Korean),
            ("en;q=0.5, ko;q=0.6", Language::Korean),
            ("fr, en;q=0.1", Language::English),
            ("fr", Language::Korean),
            ("en;q=0", Language::Korean),
            ("en;q=x;;,", Language::Korean),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, accepted.parse().unwrap())]);
            assert_eq!(Language::preferred_by(&headers), language, "{accepted}");
        }
    }
}
