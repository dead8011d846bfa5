//! Telling students what an import, or its undoing, has changed of the lectures in their timetables.

use campus_core::domain::{Cause, NotificationDraft};
use campus_core::store::{Announcement, Error, LectureNotice};
use futures_util::future::try_join_all;

use super::state::NotificationsStreamState;

/// How many students are told at the same time.
const CONCURRENT_NOTICES: usize = 5;

/// Does the next step of the announcement, unless it was done before. If a student cannot be told, the step is done again
/// when the record is delivered again.
pub async fn announce(state: &NotificationsStreamState, announcement: Announcement) -> Result<(), Error> {
    let Some(step) = state.announcements.begin(announcement).await? else { return Ok(()) };
    for notices in step.notices.chunks(CONCURRENT_NOTICES) {
        try_join_all(notices.iter().map(|notice| notify(state, notice))).await?;
    }
    state.announcements.finish(step).await
}

async fn notify(state: &NotificationsStreamState, notice: &LectureNotice) -> Result<(), Error> {
    let LectureNotice { student, lecture, edition, changed_at } = notice;
    let (title, changes) = (lecture.title.clone(), lecture.changes.clone());
    let cause = Cause::Lecture { lecture_id: lecture.id, edition: *edition, title, changes };
    let draft = NotificationDraft { cause, at: *changed_at, actor: None, is_about_anonymous: false };
    state.notifications.notify(*student, &draft).await.map(drop)
}
