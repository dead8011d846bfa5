//! Examples of parameters and bodies, and the ids in them.
//!
//! A request that consists of the examples works with the demo data of `campus dev --demo`, if its sender is `maru`. The
//! ids in the demo data are random, so `campus dev --demo` replaces the ids below by them when it serves the document.

use serde_json::{Value, json};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder};
use utoipa::openapi::{OpenApi, RefOr, Schema};

use super::{bodies, walk};

pub const SCHOOL: &str = "01a051ba-2e58-7a19-83bc-fca364556c74";
pub const BOARD: &str = "01a05c4b-8119-7db0-bf82-b964d39c1f11";
/// A post of another student.
pub const POST: &str = "01a06cad5efc73729bfb642c57cb24db01a05c4b81197db0bf82b964d39c1f11";
/// A post of the sender.
pub const OWN_POST: &str = "01a06cb15e9d7f08a4c12d7730f5b6e801a05c4b81197db0bf82b964d39c1f11";
/// A comment of another student on the post.
pub const COMMENT: &str = "01a06cad5efc73729bfb642c57cb24db01a05c4b81197db0bf82b964d39c1f11\
    01a035fe5c0d7cd789027bb7cd99c40b";
pub const THREAD: &str = "01a08e75-a1a6-78be-b86e-cad62019c9d8";
/// A lecture of a course that the sender took and did not review. It is not in the timetable.
pub const LECTURE: &str = "01a0551e-0c99-706a-bcdd-625bce4ca2ff";
/// A timetable of the sender.
pub const TIMETABLE: &str = "01a09542-55a3-706a-b8ab-93d494b7348f";
/// An entry of the timetable that is not a lecture.
pub const ENTRY: &str = "01a03bb8-e49e-7d8b-969e-194619bd67f3";
/// A review by another student.
pub const REVIEW: &str = "4f0c2b5e-93d1-4a67-8b1f-2e7d60c9a418";
/// A review by the sender, which reports have hidden.
pub const OWN_REVIEW: &str = "b86e31a7-5d42-4f0e-a9c3-17f2d4e8650b";
/// A block of the sender.
pub const BLOCK: &str = "01a0b1a6-5f0e-7c42-9b3d-7e21c8d4f590";
/// An exam info by another student.
pub const EXAM_INFO: &str = "9d2e6f04-1b7a-4c83-a5f6-30c8e1d4b792";
pub const OWN_EXAM_INFO: &str = "c51f8a3d-70e2-4b96-8d1c-e4a7306b2f59";
pub const FRIEND: &str = "01a0808f-aee2-7322-be02-06f020802b27";
/// A notification of the sender.
pub const NOTIFICATION: &str = "00000001";
/// A friend request that the sender received.
pub const FRIEND_REQUEST: &str = "01a03a9e-b186-7a8c-9a47-597ebbd93651";
/// The token of a link to the timetable.
pub const SHARE_TOKEN: &str = "m6a25D3pbB2fMIQ1NmJca1_HWWZYpcCxaohoU2_6B5g";
/// A refresh token of the sender.
pub const REFRESH_TOKEN: &str = "AaBRui5YehmDvPyjZFVsdIB1aFR5TUxxv8O2HQbyT9MBoI51oaZ4vrhuytYgGcnYAAAAAG_E3_ddQdUaUJ9R\
    rtwsiAseLQmxMG33G1v4Nc4I5Uo5zxY-e-YXUnJzinRgBl2fPHAw-2FairqcoWsXyjp1htY";
/// The token of a link that sets a new password.
const RESET_TOKEN: &str = "8xu1aUk2dZ7wQm0n5oYc3bV6tRfH9sLgKjXpEiBDaTe";
/// A device token of the sender.
pub const DEVICE_TOKEN: &str = "pU3KGCUwux1tEyze1iN7LtkeP3IfyxlxF0SU1kk8nVw0YL4xIB5p_tqg7ui5mX9cfCmZ_a_lkyU81lSvTfrXFCegrr\
    P-6SMvivIhH57kkcWxC-y1Vjv8Hm-TQn7LyP4pVeXNjkbcjtS3wnZNKlpNdncG-F2GkAJK1r2jQBvpyMvMyTX2zR9h\
    ImrhUziuGjQATTO6DSRqwEyBsbryPg";

pub(super) const USER: &str = "80756854-794d-4c71-bfc3-b61d06f24fd3";
pub(super) const MEDIA: &str = "01a0694f-d61c-734b-8927-e130ef84fdb0";
pub(super) const MESSAGE: &str = "01a03451-8775-7788-b39c-2022b828a01a";
/// The case of the comment, whose id it contains.
pub(super) const CASE: &str = "c01a06cad5efc73729bfb642c57cb24db01a05c4b81197db0bf82b964d39c1f11\
    01a035fe5c0d7cd789027bb7cd99c40b";
/// The link to the post in the web client.
pub(super) const LINK: &str = "https://campus.example/posts/\
    01a06cad5efc73729bfb642c57cb24db01a05c4b81197db0bf82b964d39c1f11";
/// The token of a link that confirms a takedown request.
const TAKEDOWN_TOKEN: &str = "Vn3kTq8sJ0hYw5RzLd2mXc7uAe9fGb1PoKiNyQtHxSU";
/// A takedown request that the sender can decide.
pub const TAKEDOWN: &str = "9c4e6f2d-4b1c-4c35-9d04-5e8a7bb0c9f2";
/// The keys of a browser, from RFC 8291 §5.
pub(super) const PUSH_PUBLIC_KEY: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
pub(super) const PUSH_AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
pub(super) const REQUEST: &str = "01a04691-41ae-7fb6-9d2d-7ba7c737e2b6";

/// The password of the demo students.
pub(super) const PASSWORD: &str = "gaon-maru-2026!";

/// The examples of a schema of requests. Each has a name, which the document shows if there are several. The fields of
/// the schema have the values of the first example that contains them.
fn of_schema(name: &str) -> Vec<(&'static str, Value)> {
    let one = |value| vec![("example", value)];
    match name {
        "SignUp" => vec![
            (
                "without policies",
                json!({
                    "school_id": SCHOOL, "login_id": "miri_2026", "password": "gaon-miri-2026!",
                    "email": "miri@gaon.example", "nickname": "미리내", "admission_year": 2026, "name": "은미리",
                }),
            ),
            (
                "with policies",
                json!({
                    "school_id": SCHOOL, "login_id": "sebyeok_2026", "password": "gaon-sebyeok-2026!",
                    "email": "sebyeok@gaon.example", "nickname": "새벽", "admission_year": 2026,
                    "consents": { "terms": "2026-03-01", "privacy": "2026-03-01" }, "is_14_or_older": true,
                }),
            ),
        ],
        "AcceptedPolicies" => one(json!({ "terms": "2026-03-01", "privacy": "2026-03-01" })),
        "VerificationRequest" => one(json!({ "email": "maru@gaon.example" })),
        "VerificationConfirmation" => one(json!({ "code": "123456" })),
        "RecoveryRequest" => one(json!({ "email": "maru@gaon.example" })),
        "PasswordReset" => one(json!({ "token": RESET_TOKEN, "new_password": "gaon-maru-2027!" })),
        "LogIn" => vec![
            ("new device", json!({ "login_id": "maru", "password": PASSWORD })),
            ("known device", json!({ "login_id": "maru", "password": PASSWORD, "device_token": DEVICE_TOKEN })),
        ],
        "Refresh" => vec![("cookie", json!({})), ("token", json!({ "refresh_token": REFRESH_TOKEN }))],
        "LogOut" => vec![
            ("cookie", json!({ "everywhere": false })),
            ("token", json!({ "refresh_token": REFRESH_TOKEN, "everywhere": false })),
        ],
        "AccountUpdate" => one(json!({ "nickname": "마루", "admission_year": 2026, "name": "강마루" })),
        "PasswordChange" => one(json!({ "current_password": PASSWORD, "new_password": "gaon-maru-2027!" })),
        "Withdrawal" => one(json!({ "password": PASSWORD })),
        "NewBoard" => one(json!({
            "category": "단체", "name": "새내기 모임", "description": "26학번이 모이는 곳입니다.",
            "anonymity": "optional", "hot_enabled": true,
        })),
        "BoardUpdate" => one(json!({
            "category": "일반", "name": "자유게시판", "description": "무슨 이야기든 편하게 나누는 곳입니다.",
            "anonymity": "optional", "hot_enabled": true, "is_archived": false,
        })),
        "NewPost" => one(json!({
            "title": "학교 앞 맛집 추천해 주세요", "content": "점심으로 먹을 만한 곳이 있을까요?",
            "is_anonymous": true, "is_question": true, "media_ids": [],
        })),
        "PostUpdate" => one(json!({
            "title": "산악 동아리 신입 부원 모집", "content": "이번 달에는 셋째 주 토요일에 산에 갑니다.",
        })),
        "NewMedia" => one(json!({ "content_type": "image/png", "size": 250_000 })),
        "NewComment" => one(json!({ "content": "네, 내일도 됩니다.", "is_anonymous": false, "parent_id": COMMENT })),
        "NewThread" => vec![
            ("comment", json!({ "comment_id": COMMENT, "content": "아직 구하고 계신가요?" })),
            ("post", json!({ "post_id": POST, "content": "교재를 사고 싶습니다." })),
        ],
        "NewMessage" => one(json!({ "content": "열람실 운영 시간이 늘어난다고 합니다." })),
        "NewTimetable" => one(json!({ "semester": "2026-2", "name": "새 시간표", "visibility": "friends" })),
        "TimetableUpdate" => one(json!({ "name": "2학기 시간표", "visibility": "friends", "is_primary": true })),
        "TimetableCopy" => one(json!({ "name": "2학기 시간표 사본" })),
        "NewEntry" => vec![
            (
                "custom",
                json!({
                    "title": "합창 연습", "professor": "노을빛", "credit": 0, "color": "#aed6f1",
                    "slots": [{ "day": "wed", "start": "19:00", "end": "21:00", "place": "음악관 연습실" }],
                }),
            ),
            ("lecture", json!({ "lecture_id": LECTURE, "color": "#aed6f1" })),
        ],
        "EntryUpdate" => one(json!({
            "title": "근로 장학", "professor": null, "credit": 0, "color": "#f9e79f",
            "slots": [{ "day": "fri", "start": "09:30", "end": "12:00", "place": "중앙도서관" }],
        })),
        "NewSlot" | "Slot" => one(json!({ "day": "fri", "start": "09:30", "end": "12:00", "place": "중앙도서관" })),
        "NewPushSubscriptionKeys" => one(json!({ "p256dh": PUSH_PUBLIC_KEY, "auth": PUSH_AUTH })),
        "NewPushSubscription" => one(json!({
            "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABnXo3x",
            "keys": { "p256dh": PUSH_PUBLIC_KEY, "auth": PUSH_AUTH },
        })),
        "NotificationsRead" => one(json!({ "up_to": NOTIFICATION })),
        "NotificationSettingsUpdate" => one(json!({
            "comment": true, "reply": true, "message": true, "hot": false, "friend_request": true, "friend_accepted": true,
            "moderation": true, "lecture": true, "push": true,
        })),
        "NewReview" => one(json!({
            "rating": 5, "content": "설명이 친절하고 과제가 수업에 도움이 됩니다.", "semester": "2026-2",
            "homework": "some", "team_work": "none", "grading": "average", "attendance": "called", "exams": "two",
        })),
        "NewBlock" => vec![("comment", json!({ "comment_id": COMMENT })), ("post", json!({ "post_id": POST }))],
        "NewReport" => one(json!({ "comment_id": COMMENT, "reason": "abuse", "detail": "욕설이 있어요." })),
        "NewAppeal" => one(json!({ "review_id": OWN_REVIEW, "text": "개인 정보가 없습니다." })),
        "NewDecision" => one(json!({ "verdict": "restore", "sanction": "none", "note": "욕설이 아닙니다." })),
        "NewTakedown" => one(json!({
            "link": LINK, "right": "privacy", "explanation": "제 전화번호가 적혀 있습니다.", "name": "강바다",
            "email": "bada@mail.example",
        })),
        "TakedownConfirmation" => one(json!({ "token": TAKEDOWN_TOKEN })),
        "NewTakedownDecision" => one(json!({ "verdict": "restrict", "note": "전화번호가 있습니다." })),
        "NewExamInfo" => one(json!({
            "exam": "midterm", "semester": "2026-2", "question_types": ["essay", "short_answer"],
            "strategy": "과제에서 푼 문제가 조금 바뀌어 나옵니다. 정의를 정확히 외우세요.",
        })),
        "NewSemesterGrades" => one(json!({ "courses": [
            { "title": "확률과정론", "credit": 3, "grade": "A+", "is_major": true, "is_retake": false, "lecture_id": LECTURE },
            { "title": "사회봉사", "credit": 0.5, "grade": "P", "is_major": false },
        ] })),
        "NewGradedCourse" => one(json!({
            "title": "확률과정론", "credit": 3, "grade": "A+", "is_major": true, "is_retake": false, "lecture_id": LECTURE,
        })),
        "GradesUpdate" => one(json!({ "scale": 4.3, "goal_credits": 130 })),
        "NewFriendRequest" => one(json!({ "login_id": "bada" })),
        _ => Vec::new(),
    }
}

/// The example of a parameter, unless it is that of the parameter's type.
fn of_parameter(method: &str, path: &str, name: &str) -> Option<Value> {
    let example = match (method, path, name) {
        (_, "/schools", "query") => "가온",
        (_, "/boards", "category") => "일반",
        (_, "/boards", "name") => "자유",
        (_, "/lectures", "query") => "통계",
        (_, "/lectures", "professor") => "온새미",
        (_, "/lectures", "code") => "ST220",
        (_, "/lectures", "department") => "통계",
        (_, "/lectures", "classification") => "전선",
        (_, "/lectures", "academic_year") => "2학년",
        (_, "/lectures", "credit") => return Some(json!(2)),
        (_, "/lectures", "day") => "thu",
        (_, "/lectures", "to") => "19:00",
        ("patch", "/posts/{id}", "id") => OWN_POST,
        ("delete", "/reviews/{id}", "id") => OWN_REVIEW,
        ("delete", "/exam-infos/{id}", "id") => OWN_EXAM_INFO,
        (_, "/friends/requests/{id}" | "/friends/requests/{id}/accept", "id") => FRIEND_REQUEST,
        (_, _, "token") => SHARE_TOKEN,
        _ => return None,
    };
    Some(example.into())
}

/// Adds the examples.
pub(super) fn add(document: &mut OpenApi) {
    walk::operations(document, |method, path, operation| {
        add_to_parameters(method, path, operation);
        add_to_body(operation);
    });
    for (name, schema) in walk::named_schemas(document) {
        for (_, example) in of_schema(name).into_iter().rev() {
            add_to_fields(schema, &example);
        }
    }
}

fn add_to_parameters(method: &str, path: &str, operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        let of_type = take_example_of_type(parameter);
        let example = of_parameter(method, path, &parameter.name).or(of_type);
        *parameter = ParameterBuilder::from(std::mem::take(parameter)).example(example).build();
    }
}

/// Removes the example from the parameter's schema and returns it.
fn take_example_of_type(parameter: &mut Parameter) -> Option<Value> {
    match &mut parameter.schema {
        Some(RefOr::T(Schema::Object(object))) => object.examples.pop(),
        _ => None,
    }
}

fn add_to_body(operation: &mut Operation) {
    let Some(name) = bodies::name(operation) else { return };
    let Some(content) = walk::json_body(operation).and_then(|body| walk::json_content(&mut body.content)) else {
        return;
    };
    let mut examples = of_schema(&name);
    match examples.len() {
        1 => content.example = examples.pop().map(|(_, value)| value),
        _ => content.examples.extend(
            examples
                .into_iter()
                .map(|(name, value)| (name.to_owned(), ExampleBuilder::new().value(Some(value)).build().into())),
        ),
    }
}

/// Sets the examples of the fields that the example contains. Of several alternative objects, the example belongs to those
/// whose required fields it contains.
fn add_to_fields(schema: &mut RefOr<Schema>, example: &Value) {
    match schema {
        RefOr::T(Schema::OneOf(one)) => one.items.iter_mut().for_each(|item| add_to_fields(item, example)),
        RefOr::T(Schema::Object(object)) if object.required.iter().all(|name| example.get(name).is_some()) => {
            for (name, property) in &mut object.properties {
                let Some(value) = example.get(name) else { continue };
                match property {
                    RefOr::T(Schema::Object(field)) => field.examples = vec![value.clone()],
                    RefOr::T(Schema::Array(field)) => field.examples = vec![value.clone()],
                    _ => {}
                }
            }
        }
        _ => {}
    }
}
