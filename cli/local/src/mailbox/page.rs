//! The page with all mails, in Korean or in English. It loads nothing and runs no script.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse};
use campus_core::domain::Language;
use campus_core::http::escape_markup;

use super::{Mailbox, SentMail};

const STYLE: &str = "
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.6 }
body { max-width: 42rem; margin: 0 auto; padding: 1rem }
article { border: 1px solid #8888; border-radius: .5rem; padding: 0 1rem; margin: 1rem 0 }
h2 { font-size: 1.1rem; margin-bottom: 0 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }
.about { opacity: .75; font-size: .9rem; overflow-wrap: anywhere; margin: 0 }
";

const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Responds with the page, newest mail first.
pub(super) async fn show(State(mailbox): State<Mailbox>, headers: HeaderMap) -> impl IntoResponse {
    let page = render(Language::preferred_by(&headers), &mailbox.mails());
    ([(header::CACHE_CONTROL, "no-store"), (header::CONTENT_SECURITY_POLICY, POLICY)], Html(page))
}

fn render(language: Language, mails: &[SentMail]) -> String {
    let title = language.pick("메일함", "Mailbox");
    let about = language.pick(
        "이 서비스가 보낸 메일입니다. 실제로 발송되지는 않습니다. 최근 메일이 위에 있습니다.",
        "The mails of this service. None of them leaves this machine. The newest is at the top.",
    );
    let (reload, empty) = (
        language.pick("새로 고침", "Reload"),
        language.pick("아직 보낸 메일이 없습니다.", "No mail has been sent yet."),
    );
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{title} · Campus</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>{title}</h1>\n<p>{about}</p>\n<p><a href=\"\">{reload}</a></p>\n",
        language.tag(),
    );
    for mail in mails.iter().rev() {
        // Writing to a string does not fail.
        let _ = writeln!(
            page,
            "<article>\n<h2>{}</h2>\n<p class=\"about\">{} · <time>{}</time></p>\n<pre>{}</pre>\n</article>",
            escape_markup(&mail.subject),
            escape_markup(&mail.to),
            mail.sent_at,
            link_urls(&mail.text),
        );
    }
    if mails.is_empty() {
        let _ = writeln!(page, "<p>{empty}</p>");
    }
    page + "</main>\n</body>\n</html>\n"
}

/// The text in HTML, with lines that are URLs as links.
fn link_urls(text: &str) -> String {
    let line = |line: &str| {
        let escaped = escape_markup(line);
        let is_url = ["http://", "https://"].iter().any(|scheme| line.starts_with(scheme));
        if is_url { format!("<a href=\"{escaped}\">{escaped}</a>") } else { escaped }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use campus_core::domain::Time;

    use super::*;

    #[test]
    fn the_page_shows_mails_escaped_and_links_their_urls() {
        let mail = |subject: &str, text: &str| SentMail {
            to: "a@b.kr".to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: String::new(),
            sent_at: Time::from_secs(0),
        };
        let page = render(Language::Korean, &[mail("<1>", "x & y"), mail("2", "see\nhttps://a.kr/#t")]);
        assert!(
            page.contains("&lt;1&gt;") && page.contains("x &amp; y") && page.contains("<html lang=\"ko\">"),
            "{page}"
        );
        assert!(page.contains("<a href=\"https://a.kr/#t\">https://a.kr/#t</a>"), "{page}");
        assert!(page.find(">2<") < page.find("&lt;1&gt;"), "{page}");
        assert!(render(Language::English, &[]).contains("No mail has been sent yet."));
    }
}
