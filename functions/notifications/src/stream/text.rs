//! The texts of the mails, in Korean and English. They hold the code or the link, and what to do if the recipient did not
//! ask for it; never a nickname or content, and the login id only in its reminder, because the school may read the mailbox
//! (rule 18).

use std::fmt::Write as _;

use campus_core::domain::{Language, LoginId, TakedownState};
use campus_core::http::escape_markup;

/// The text of a mail.
#[derive(Debug)]
pub(crate) struct Text {
    language: Language,
    pub(crate) subject: String,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Paragraph(&'static str),
    /// What the recipient copies.
    Value(String),
    Link {
        label: &'static str,
        url: String,
    },
}

pub(crate) fn verification_code(language: Language, code: &str) -> Text {
    let subject = language.pick("[Campus] 학교 인증 코드", "[Campus] Your verification code");
    let asked = language.pick(
        "Campus에 이 코드를 입력하면 학교 인증이 끝납니다. 코드는 10분 동안 쓸 수 있습니다.",
        "Enter this code in Campus to verify your school. It is valid for 10 minutes.",
    );
    let not_asked = language.pick(
        "직접 요청하지 않으셨다면 이 메일을 무시해 주세요. 코드는 아무에게도 알려 주지 마세요.",
        "If you did not ask for this code, ignore this mail. Never tell the code to anybody.",
    );
    let parts = vec![Part::Paragraph(asked), Part::Value(code.to_owned()), Part::Paragraph(not_asked)];
    Text { language, subject: subject.to_owned(), parts }
}

pub(crate) fn password_reset(language: Language, url: String) -> Text {
    let subject = language.pick("[Campus] 비밀번호 재설정", "[Campus] Set a new password");
    let asked = language.pick(
        "아래 링크에서 새 비밀번호를 정할 수 있습니다. 링크는 30분 동안 한 번만 쓸 수 있습니다.",
        "Set a new password with the link below. It is valid once, for 30 minutes.",
    );
    let label = language.pick("새 비밀번호 정하기", "Set a new password");
    let not_asked = language.pick(
        "직접 요청하지 않으셨다면 이 메일을 무시해 주세요. 비밀번호는 그대로입니다.",
        "If you did not ask for this link, ignore this mail. Your password stays the same.",
    );
    let parts = vec![Part::Paragraph(asked), Part::Link { label, url }, Part::Paragraph(not_asked)];
    Text { language, subject: subject.to_owned(), parts }
}

pub(crate) fn login_id_reminder(language: Language, login_id: &LoginId) -> Text {
    let subject = language.pick("[Campus] 로그인 아이디 안내", "[Campus] Your login id");
    let asked = language.pick("요청하신 Campus 로그인 아이디입니다.", "This is your login id for Campus.");
    let not_asked = language
        .pick("직접 요청하지 않으셨다면 이 메일을 무시해 주세요.", "If you did not ask for it, ignore this mail.");
    let parts = vec![Part::Paragraph(asked), Part::Value(login_id.as_str().to_owned()), Part::Paragraph(not_asked)];
    Text { language, subject: subject.to_owned(), parts }
}

pub(crate) fn address_replaced(language: Language) -> Text {
    let subject = language.pick("[Campus] 인증 이메일이 변경되었습니다", "[Campus] Your address was replaced");
    let replaced = language.pick(
        "이 주소로 인증한 Campus 계정의 이메일이 다른 주소로 바뀌었습니다. 앞으로 이 주소로는 메일을 보내지 않습니다.",
        "The Campus account with this address has verified another address. Campus sends no more mail to this one.",
    );
    let not_you = language.pick(
        "직접 바꾸지 않으셨다면 로그인해서 비밀번호를 바꾸고 이 주소로 다시 인증해 주세요. 로그인할 수 없다면 \
         운영자에게 문의해 주세요. 운영자가 비밀번호 재설정 링크를 보내 드립니다.",
        "If this was not you, log in, change your password, and verify this address again. If you cannot log in, write to \
         the operator, who can give you a link for a new password.",
    );
    let parts = vec![Part::Paragraph(replaced), Part::Paragraph(not_you)];
    Text { language, subject: subject.to_owned(), parts }
}

pub(crate) fn takedown_confirmation(language: Language, url: String) -> Text {
    let subject = language.pick("[Campus] 게시 중단 요청 확인", "[Campus] Confirm your takedown request");
    let asked = language.pick(
        "아래 링크에서 게시 중단 요청을 확인해 주세요. 확인하면 학교의 관리자가 검토합니다. 링크는 24시간 동안 쓸 수 있습니다.",
        "Confirm your takedown request with the link below. Then an admin of the school looks at it. The link is valid for \
         24 hours.",
    );
    let label = language.pick("요청 확인하기", "Confirm the request");
    let not_asked = language.pick(
        "직접 요청하지 않으셨다면 이 메일을 무시해 주세요. 확인하지 않으면 아무 일도 일어나지 않습니다.",
        "If you did not ask for this, ignore this mail. Without the confirmation nothing happens.",
    );
    let parts = vec![Part::Paragraph(asked), Part::Link { label, url }, Part::Paragraph(not_asked)];
    Text { language, subject: subject.to_owned(), parts }
}

/// The state of a takedown request, for its applicant. There is no text for an open one.
pub(crate) fn takedown(language: Language, state: TakedownState) -> Option<Text> {
    let (subject, decided) = match state {
        TakedownState::Open => return None,
        TakedownState::Restricted => (
            language.pick("[Campus] 게시 중단 요청이 받아들여졌습니다", "[Campus] Your takedown request was granted"),
            language.pick(
                "요청하신 내용을 30일 동안 다른 사람이 볼 수 없게 했습니다. 작성자가 이의를 제기하지 않으면 그 뒤에 삭제됩니다. \
                 30일이 지나면 결과를 다시 알려 드립니다.",
                "Nobody else can see it for 30 days. If its author does not object, it is removed afterwards. You get \
                 another mail at the end.",
            ),
        ),
        TakedownState::Declined => (
            language.pick("[Campus] 게시 중단 요청이 거절되었습니다", "[Campus] Your takedown request was declined"),
            language.pick(
                "요청하신 내용이 없거나, 검토한 결과 게시를 중단하지 않기로 했습니다.",
                "There is nothing at the link that you sent, or it was decided that it stays.",
            ),
        ),
        TakedownState::Restored => (
            language.pick("[Campus] 게시 중단이 끝났습니다", "[Campus] The restriction has ended"),
            language.pick(
                "작성자가 이의를 제기했거나 관리자가 달리 결정하여, 요청하신 내용의 게시 중단이 끝났습니다.",
                "The restriction that you asked for has ended, because the author has objected, or an admin has decided so.",
            ),
        ),
        TakedownState::Removed => (
            language.pick("[Campus] 요청하신 내용이 삭제되었습니다", "[Campus] What you asked for was removed"),
            language.pick(
                "게시 중단을 요청하신 내용은 이제 볼 수 없습니다.",
                "What your takedown request was about cannot be seen any more.",
            ),
        ),
    };
    let not_asked = language.pick(
        "직접 요청하지 않으셨다면 이 메일을 무시해 주세요.",
        "If you did not send a takedown request, ignore this mail.",
    );
    let parts = vec![Part::Paragraph(decided), Part::Paragraph(not_asked)];
    Some(Text { language, subject: subject.to_owned(), parts })
}

/// What a takedown request has done to something, for its author. It does not say to what. There is a text only for a
/// restriction and its end.
pub(crate) fn restriction(language: Language, state: TakedownState) -> Option<Text> {
    let (subject, happened) = match state {
        TakedownState::Open | TakedownState::Declined => return None,
        TakedownState::Restricted => (
            language.pick("[Campus] 작성하신 내용의 게시가 중단되었습니다", "[Campus] Something you wrote is restricted"),
            language.pick(
                "권리가 침해되었다는 요청에 따라 작성하신 내용을 30일 동안 다른 사람이 볼 수 없습니다. 로그인해서 그 내용을 열면 \
                 사유를 확인하고 이의를 제기할 수 있습니다. 30일 안에 이의를 제기하면 그 뒤에 다시 보이고, 그러지 않으면 삭제됩니다.",
                "Somebody says that something you wrote infringes a right, so nobody else can see it for 30 days. Log in and \
                 open it to see the reason and to object. If you object within the 30 days, it is visible again afterwards. \
                 If not, it is removed.",
            ),
        ),
        TakedownState::Restored => (
            language.pick("[Campus] 게시 중단이 끝났습니다", "[Campus] A restriction has ended"),
            language.pick(
                "게시가 중단되었던 내용의 30일이 지났습니다. 이의를 제기하셨으므로 게시 중단이 끝났습니다.",
                "The 30 days of something you wrote are over. You have objected, so the restriction has ended.",
            ),
        ),
        TakedownState::Removed => (
            language.pick("[Campus] 게시가 중단되었던 내용이 삭제되었습니다", "[Campus] Something restricted was removed"),
            language.pick(
                "게시가 중단되었던 내용의 30일이 지났습니다. 이의가 없어 다른 사람에게 더 이상 보이지 않습니다.",
                "The 30 days of something you wrote are over. Without an objection, others cannot see it any more.",
            ),
        ),
    };
    let not_yours = language
        .pick("작성한 내용이 없다면 이 메일을 무시해 주세요.", "If you have written nothing, ignore this mail.");
    let parts = vec![Part::Paragraph(happened), Part::Paragraph(not_yours)];
    Some(Text { language, subject: subject.to_owned(), parts })
}

impl Text {
    pub(crate) fn plain(&self) -> String {
        let part = |part: &Part| match part {
            Part::Paragraph(text) => (*text).to_owned(),
            Part::Value(value) => format!("    {value}"),
            Part::Link { url, .. } => url.clone(),
        };
        let parts: Vec<String> = self.parts.iter().map(part).collect();
        format!("{}\n", parts.join("\n\n"))
    }

    /// A page without pictures, scripts or anything else that a mail program would load.
    pub(crate) fn html(&self) -> String {
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>{}</title></head>\n<body style=\"font-family: sans-serif; line-height: 1.6; \
             max-width: 32em; margin: 0 auto; padding: 1em\">\n",
            self.language.tag(),
            escape_markup(&self.subject),
        );
        for part in &self.parts {
            // Writing to a string does not fail.
            let _ = match part {
                Part::Paragraph(text) => writeln!(html, "<p>{}</p>", escape_markup(text)),
                Part::Value(value) => {
                    writeln!(
                        html,
                        "<p style=\"font-size: 1.5em; letter-spacing: 0.1em\"><strong>{}</strong></p>",
                        escape_markup(value)
                    )
                }
                Part::Link { label, url } => {
                    let (url, label) = (escape_markup(url), escape_markup(label));
                    writeln!(html, "<p><a href=\"{url}\">{label}</a></p>\n<p style=\"word-break: break-all\">{url}</p>")
                }
            };
        }
        html + "</body>\n</html>\n"
    }
}

#[cfg(test)]
mod tests {
    use campus_core::domain::Parse;

    use super::*;

    fn all(language: Language) -> Vec<Text> {
        let mut all = vec![
            verification_code(language, "123456"),
            password_reset(language, "https://campus.example/reset-password#a&b".to_owned()),
            login_id_reminder(language, &LoginId::parse("student1".to_owned()).unwrap()),
            address_replaced(language),
            takedown_confirmation(language, "https://campus.example/takedown/confirm#a&b".to_owned()),
        ];
        for state in TakedownState::ALL {
            all.extend([takedown(language, state), restriction(language, state)].into_iter().flatten());
        }
        all
    }

    #[test]
    fn plain_text_and_html_say_the_same() {
        for text in all(Language::Korean).into_iter().chain(all(Language::English)) {
            let (plain, html) = (text.plain(), text.html());
            for part in plain.trim().split("\n\n") {
                assert!(html.contains(&escape_markup(part.trim())), "{html} lacks {part}");
            }
        }
    }

    #[test]
    fn html_is_escaped_and_loads_nothing() {
        for text in all(Language::Korean).into_iter().chain(all(Language::English)) {
            let html = text.html();
            for word in ["<script", "<img", "<link", "src=", "url(", "a&b"] {
                assert!(!html.contains(word), "{html} contains {word}");
            }
        }
    }

    #[test]
    fn korean_mails_are_in_korean_and_english_ones_are_not() {
        let is_korean = |text: &Text| text.plain().chars().any(|c| ('가'..='힣').contains(&c));
        assert!(all(Language::Korean).iter().all(is_korean));
        assert!(!all(Language::English).iter().any(is_korean));
    }
}
