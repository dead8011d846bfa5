//! The operations of the auth function.

use serde_json::{Value, json};

use super::*;
use crate::support::harness::{PASSWORD, sign_up_body};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "search_schools",
            name: "GET /schools",
            access: Access::public(200),
            request: |_, _| Specimen::new("/schools?limit=1"),
            caller: Nobody,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("~schools", "")],
            events: vec![
                Event::plain().path("/schools"),
                Event::variant("by-name").path("/schools?query=%EA%B0%80%EC%98%A8&limit=10"),
                Event::variant("wrong-method").refused(405).method("DELETE").path("/schools"),
            ],
        },
        Operation {
            id: "show_policies",
            name: "GET /policies",
            access: Access::public(200),
            request: |_, _| Specimen::new("/policies"),
            caller: Nobody,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("current policies, 2 policy texts", "").by_pointers()],
            events: vec![Event::plain()],
        },
        Operation {
            id: "sign_up",
            name: "POST /auth/signup",
            access: Access::public(201),
            request: |Things { school, .. }, _| {
                let mut body = sign_up_body(school, "newcomer");
                body["consents"] = consents();
                body["is_14_or_older"] = true.into();
                Specimen::with_body("/auth/signup", body)
            },
            caller: Nobody,
            repeat: Repeat::Refused(409, "login_id_taken"),
            minimums: vec![
                Minimum::plain("~school", "login, nickname, profile, sessions, deadline")
                    .because("checking the resting names in the transaction costs as much as writing them"),
            ],
            events: vec![Event::plain().body(
                r#"{
                    "school_id": "${SCHOOL_ID}", "login_id": "saenae_${UNIQUE}", "password": "mulgyeol-3-bada!",
                    "email": "saenae.${UNIQUE}@gaon.example", "nickname": "새내기${UNIQUE}", "name": "한별",
                    "admission_year": 2026
                }"#,
            )],
        },
        Operation {
            id: "log_in",
            name: "POST /auth/login",
            access: Access::public(200).except(Withdrawn, BAD_CREDENTIALS),
            request: |things, who| {
                let student = things.student(who).or(things.student(Student)).unwrap();
                Specimen::with_body("/auth/login", json!({ "login_id": student.login_id, "password": PASSWORD }))
            },
            caller: Nobody,
            repeat: Repeat::Another,
            minimums: vec![
                Minimum::plain("login, profile, school, sessions", "login, sessions")
                    .detour("the login leads to the student"),
            ],
            events: vec![
                Event::plain().body(r#"{"login_id":"maru","password":"gaon-maru-2026!"}"#),
                Event::variant("base64").base64_body(r#"{"login_id":"maru","password":"gaon-maru-2026!"}"#),
                Event::variant("wrong-password")
                    .refused(401)
                    .body(r#"{"login_id":"maru","password":"gaon-maru-2025!"}"#),
            ],
        },
        Operation {
            id: "refresh",
            name: "POST /auth/refresh",
            access: Access::public(200).except(Ended, BAD_REFRESH_TOKEN).except(Withdrawn, BAD_REFRESH_TOKEN),
            request: |things, who| Specimen::with_body("/auth/refresh", refresh_token(things, who)),
            caller: Student,
            repeat: Repeat::Refused(409, "refresh_conflict"),
            minimums: vec![Minimum::plain("profile, school, sessions", "sessions").because(SAFE)],
            events: vec![
                Event::plain().body(r#"{"refresh_token":"${REFRESH_TOKEN}"}"#),
                Event::variant("by-cookie")
                    .cookies(&["theme=dark", "__Host-campus_refresh=${REFRESH_TOKEN}"])
                    .without_body(),
            ],
        },
        Operation {
            id: "request_password_reset",
            name: "POST /auth/password-reset",
            access: Access::public(202),
            request: |things, _| Specimen::with_body("/auth/password-reset", address(things)),
            caller: Nobody,
            repeat: Repeat::Another,
            minimums: vec![Minimum::plain("", "mail").because(SAFE)],
            events: vec![Event::plain().body(r#"{"email":"maru@gaon.example"}"#)],
        },
        Operation {
            id: "reset_password",
            name: "POST /auth/password-reset/confirm",
            access: Access::public(204),
            request: |things, _| {
                Specimen::with_body(
                    "/auth/password-reset/confirm",
                    json!({ "token": things.reset, "new_password": "nine otters juggle" }),
                )
            },
            caller: Nobody,
            repeat: Repeat::Refused(403, "reset_token_invalid"),
            minimums: vec![
                Minimum::plain("password reset, login", "password reset, login, sessions")
                    .detour("the password reset leads to the login"),
            ],
            // Only the mail has the token.
            events: vec![Event::plain().refused(403).body(
                r#"{
                    "token": "8xu1aUk2dZ7wQm0n5oYc3bV6tRfH9sLgKjXpEiBDaTe", "new_password": "nine otters juggle"
                }"#,
            )],
        },
        Operation {
            id: "remind_login_id",
            name: "POST /auth/login-id-reminder",
            access: Access::public(202),
            request: |things, _| Specimen::with_body("/auth/login-id-reminder", address(things)),
            caller: Nobody,
            repeat: Repeat::Another,
            minimums: vec![Minimum::plain("", "mail").because(SAFE)],
            events: vec![Event::plain().body(r#"{"email":"maru@gaon.example"}"#)],
        },
        Operation {
            id: "log_out",
            name: "POST /auth/logout",
            access: Access::public(204),
            request: |things, who| Specimen::with_body("/auth/logout", refresh_token(things, who)),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions", "sessions").because(SAFE)],
            events: vec![Event::plain().body(r#"{"refresh_token":"${REFRESH_TOKEN}","everywhere":true}"#)],
        },
        Operation {
            id: "show_me",
            name: "GET /auth/me",
            access: Access::read(200).open_to_unverified().except(Withdrawn, SESSION_ENDED),
            request: |_, _| Specimen::new("/auth/me"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("profile, school, sessions", "")],
            events: vec![Event::plain(), Event::variant("without-token").refused(401).without_token()],
        },
        Operation {
            id: "update_me",
            name: "PATCH /auth/me",
            access: Access::write(200).open_to_unverified(),
            request: |_, _| Specimen::with_body("/auth/me", json!({ "nickname": "새이름", "name": null })),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, profile, school", "profile").because(SAFE),
                Minimum::case(", nickname", "sessions, profile, school", "profile, 2 nicknames"),
            ],
            events: vec![Event::plain().body(r#"{"nickname":"새이름${UNIQUE}","name":null}"#)],
        },
        Operation {
            id: "withdraw",
            name: "DELETE /auth/me",
            access: Access::write(204).open_to_unverified(),
            request: |_, _| Specimen::with_body("/auth/me", json!({ "password": PASSWORD })),
            caller: Student,
            repeat: Repeat::Refused(401, "token_invalid"),
            minimums: vec![
                Minimum::plain(
                    "sessions, profile, login",
                    "login, nickname, profile, sessions, 2 resting names, withdrawn student, purge",
                )
                .detour("the profile leads to the login"),
            ],
            events: vec![Event::plain().body(r#"{"password":"gaon-maru-2026!"}"#)],
        },
        Operation {
            id: "accept_policies",
            name: "PUT /auth/me/consents",
            access: Access::write(200).open_to_unverified(),
            request: |_, _| Specimen::with_body("/auth/me/consents", consents()),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, profile, school", "profile, sessions")],
            // The demo data have no policies.
            events: vec![Event::plain().refused(422).body(r#"{"terms":"2026-03-01","privacy":"2026-03-01"}"#)],
        },
        Operation {
            id: "change_password",
            name: "PUT /auth/me/password",
            access: Access::write(204).open_to_unverified(),
            request: |_, _| {
                Specimen::with_body(
                    "/auth/me/password",
                    json!({ "current_password": PASSWORD, "new_password": "nine otters juggle" }),
                )
            },
            caller: Student,
            repeat: Repeat::Refused(403, "wrong_password"),
            minimums: vec![
                Minimum::plain("sessions, profile, login", "login, sessions")
                    .because("the sessions are read again after the password is hashed")
                    .detour(
                        "the profile leads to the login, and the sessions are read again after the password is hashed",
                    ),
            ],
            events: vec![Event::plain().body(
                r#"{
                    "current_password": "gaon-maru-2026!", "new_password": "nine otters juggle"
                }"#,
            )],
        },
        Operation {
            id: "request_verification",
            name: "POST /auth/verification",
            access: Access::write(202).open_to_unverified(),
            request: |_, _| Specimen::new("/auth/verification"),
            caller: Student,
            repeat: Repeat::Another,
            minimums: vec![Minimum::plain("sessions, profile, school", "code, mail")],
            events: vec![Event::plain().body(r#"{"email":"maru+${UNIQUE}@gaon.example"}"#)],
        },
        Operation {
            id: "confirm_verification",
            name: "POST /auth/verification/confirm",
            access: Access::write(200).open_to_unverified(),
            request: |things, who| {
                let code = things.code(who).or(things.code(Student)).unwrap();
                Specimen::with_body("/auth/verification/confirm", json!({ "code": code }))
            },
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain(
                    "sessions, profile, school, code, sanction of the address",
                    "code, profile, sessions, email address",
                )
                .detour(GUESS),
                Minimum::case(
                    ", unverified",
                    "sessions, profile, school, code, sanction of the address",
                    "code, profile, sessions, email address, deadline",
                )
                .detour(GUESS),
                Minimum::case(
                    ", another address",
                    "sessions, profile, school, code, sanction of the address",
                    "code, profile, sessions, 2 email addresses, mail",
                )
                .detour(GUESS),
            ],
            events: vec![Event::plain().refused(403).body(r#"{"code":"012345"}"#)],
        },
        Operation {
            id: "publish_keys",
            name: "GET /.well-known/jwks.json",
            access: Access::public(200),
            request: |_, _| Specimen::new("/.well-known/jwks.json"),
            caller: Nobody,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("", "")],
            events: vec![Event::plain()],
        },
    ]
}

/// The policies of the fixture.
fn consents() -> Value {
    json!({ "terms": "1", "privacy": "1" })
}

/// The address of the student.
fn address(things: &Things) -> Value {
    json!({ "email": things.student(Student).unwrap().email })
}

/// The body with the refresh token of the caller, or of the student for a caller without one.
fn refresh_token(things: &Things, who: Who) -> Value {
    let student = things.student(who).or(things.student(Student)).unwrap();
    json!({ "refresh_token": student.refresh_token })
}
