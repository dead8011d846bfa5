//! The operations on exam infos, of the timetable function.

use super::*;
use crate::support::fixture::exam_info_body;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "list_exam_infos",
            name: "GET /lectures/{id}/exam-infos",
            access: Access::read(200).in_school(),
            request: |Things { reviewed, .. }, _| Specimen::new(format!("/lectures/{reviewed}/exam-infos?limit=1")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(", 1 exam info", "~catalogue, exam infos, own exam infos, likes", "")],
            events: vec![Event::plain().path("/lectures/${TAKEN_LECTURE_ID}/exam-infos")],
        },
        Operation {
            id: "create_exam_info",
            name: "POST /lectures/{id}/exam-infos",
            access: Access::write(201).in_school().only(&[Author], NOT_TAKEN),
            request: |Things { taken, .. }, _| {
                Specimen::with_body(format!("/lectures/{taken}/exam-infos"), exam_info_body())
            },
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, ~catalogue, taken lectures", "own exam info, exam info, location"),
                Minimum::case(
                    ", Idempotency-Key",
                    "sessions, key, ~catalogue, taken lectures",
                    "own exam info, exam info, location, key",
                ),
            ],
            events: vec![Event::plain().body(
                r#"{
                    "exam": "final", "semester": "2026-2", "question_types": ["essay", "short_answer"],
                    "strategy": "수업에서 강조한 정리의 증명이 나옵니다. 과제를 다시 풀어 보세요."
                }"#,
            )],
        },
        Operation {
            id: "delete_exam_info",
            name: "DELETE /exam-infos/{id}",
            access: Access::write(204).in_school().only(&[Author, Admin], NOT_AUTHOR),
            request: |Things { exam_info, .. }, _| Specimen::new(format!("/exam-infos/{exam_info}")),
            caller: Author,
            repeat: Repeat::Refused(404, "not_found"),
            minimums: vec![
                Minimum::plain("sessions, exam info, own exam info", "own exam info, exam info, location")
                    .because(BY_ID)
                    .detour(BY_ID),
            ],
            events: vec![Event::plain()],
        },
        Operation {
            id: "like_exam_info",
            name: "POST /exam-infos/{id}/like",
            access: Access::write(200).in_school().except(Author, OWN_CONTENT),
            request: |Things { exam_info, .. }, _| Specimen::new(format!("/exam-infos/{exam_info}/like")),
            caller: Student,
            repeat: Repeat::Refused(409, "already_liked"),
            minimums: vec![
                Minimum::plain("sessions, exam info, own exam info", "like, exam info").because(BY_ID).detour(BY_ID),
            ],
            events: vec![Event::plain().path("/exam-infos/${OTHERS_EXAM_INFO_ID}/like")],
        },
    ]
}
