//! The operations of the notifications function.

use super::*;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "mute_post",
            name: "PUT /posts/{id}/mute",
            access: Access::write(204).in_school(),
            request: |Things { post, .. }, _| Specimen::new(format!("/posts/{post}/mute")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, post, board", "reaction")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "unmute_post",
            name: "DELETE /posts/{id}/mute",
            access: Access::write(204).in_school(),
            request: |Things { post, .. }, _| Specimen::new(format!("/posts/{post}/mute")),
            caller: Manager,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, post, board, reaction", "reaction").because(SAFE)],
            events: vec![Event::plain()],
        },
    ]
}
