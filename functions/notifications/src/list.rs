//! `GET /notifications`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{
    Caller, CaseId, Cause, CommentId, ContentState, ExamInfoId, FriendshipId, LectureChange, LectureId, NotificationId,
    NotificationKind, PostId, ReviewId, ThreadId, Time,
};
use campus_core::http::{AuthorView, CursorScope, Listing, PageParams, PageRequest, Problem};
use campus_core::store::SeenNotification;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of notifications, and the number of unread ones.
#[derive(Serialize, ToSchema)]
#[schema(as = NotificationPage)]
pub(crate) struct NotificationPageView {
    items: Vec<NotificationView>,
    /// The `cursor` of the next page. Null if this is the last page.
    next_cursor: Option<String>,
    /// The number of notifications that you have not read, at most 100.
    #[schema(maximum = 100)]
    unread_count: usize,
}

/// A notification. It shows what you would see if you opened the thing that it is about: what is deleted, hidden or blocked
/// since has neither `actor_name` nor `preview`.
#[derive(Serialize, ToSchema)]
#[schema(as = Notification)]
pub(crate) struct NotificationView {
    /// Changes when the notification grows.
    id: NotificationId,
    kind: NotificationKind,
    /// The post that it is about, or the post of the comment.
    post_id: Option<PostId>,
    comment_id: Option<CommentId>,
    /// The thread of the message.
    thread_id: Option<ThreadId>,
    review_id: Option<ReviewId>,
    exam_info_id: Option<ExamInfoId>,
    /// The friend request, or the friendship.
    friendship_id: Option<FriendshipId>,
    lecture_id: Option<LectureId>,
    /// Of kind `lecture`: what has changed last. `listed` is a lecture that takes place after all. Empty for other kinds.
    changes: Vec<LectureChange>,
    /// Of kind `moderation`: the state that your post, comment, message, review or exam info has got. Null if it is about your
    /// account: `restrictions` of `GET /auth/me` says more.
    state: Option<ContentState>,
    /// Who has caused it last, such as `익명2` or a nickname.
    actor_name: Option<String>,
    /// The first 100 characters of the newest comment or message, or the title of the post that has become hot or of the lecture.
    #[schema(max_length = 100)]
    preview: Option<String>,
    /// How many things have happened. Those about the same thing become one notification until you read it.
    count: u32,
    is_read: bool,
    /// When the first of them happened.
    created_at: Time,
    /// When the newest of them happened.
    updated_at: Time,
}

/// Lists your notifications, newest first.
///
/// Notifications are kept for 90 days. Something about the same post, thread or other thing becomes part of an unread
/// notification, which moves to the top.
#[utoipa::path(get, path = "/notifications", tag = "notifications", params(PageParams),
    responses((status = 200, description = "A page of notifications.", body = NotificationPageView)))]
pub(crate) async fn list_notifications(
    caller: Caller,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<NotificationPageView>, Problem> {
    let list = CursorScope::of(&caller, &format!("notifications of {}", caller.user), &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.notifications.list(&caller, after, page.limit).await?;
    let Listing { items, next_cursor } = Listing::new(found.page, &app.cursors, &list, NotificationView::from);
    Ok(Json(NotificationPageView { items, next_cursor, unread_count: found.unread_count }))
}

impl From<SeenNotification> for NotificationView {
    fn from(seen: SeenNotification) -> Self {
        let SeenNotification { id, notification, is_read, actor, preview } = seen;
        let view = Self {
            id,
            kind: notification.cause.kind(),
            post_id: None,
            comment_id: None,
            thread_id: None,
            review_id: None,
            exam_info_id: None,
            friendship_id: None,
            lecture_id: None,
            changes: Vec::new(),
            state: None,
            actor_name: actor.map(|actor| AuthorView::from(actor).name),
            preview,
            count: notification.count,
            is_read,
            created_at: notification.created_at,
            updated_at: notification.updated_at,
        };
        view.about(&notification.cause)
    }
}

impl NotificationView {
    /// The view with the ids of the thing that it is about.
    fn about(self, cause: &Cause) -> Self {
        match *cause {
            Cause::Comment { comment_id } | Cause::Reply { comment_id } => {
                self.about_thing(CaseId::Comment(comment_id))
            }
            Cause::Message { thread_id, .. } => Self { thread_id: Some(thread_id), ..self },
            Cause::Hot { post_id } => self.about_thing(CaseId::Post(post_id)),
            Cause::FriendRequest { friendship_id } | Cause::FriendAccepted { friendship_id } => {
                Self { friendship_id: Some(friendship_id), ..self }
            }
            Cause::State { thing, state, .. } => Self { state: Some(state), ..self.about_thing(thing) },
            Cause::Restriction { .. } => self,
            Cause::Lecture { lecture_id, ref changes, .. } => {
                Self { lecture_id: Some(lecture_id), changes: changes.clone(), ..self }
            }
        }
    }

    fn about_thing(self, thing: CaseId) -> Self {
        match thing {
            CaseId::Post(post) => Self { post_id: Some(post), ..self },
            CaseId::Comment(comment) => Self { post_id: Some(comment.post()), comment_id: Some(comment), ..self },
            CaseId::Message(thread, _) => Self { thread_id: Some(thread), ..self },
            CaseId::Review(review) => Self { review_id: Some(review), ..self },
            CaseId::ExamInfo(exam_info) => Self { exam_info_id: Some(exam_info), ..self },
        }
    }
}
