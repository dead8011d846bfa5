//! `GET` and `PATCH /notifications/settings`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, NotificationKind, NotificationSettings, NotificationSwitch};
use campus_core::http::{JsonBody, Problem};
use campus_core::request;
use serde::Serialize;
use utoipa::ToSchema;

/// What you are notified of. A switch that is off keeps new notifications of its kind away.
#[derive(Serialize, ToSchema)]
#[schema(as = NotificationSettings)]
pub(crate) struct SettingsView {
    /// Comments on your posts.
    comment: bool,
    /// Replies to your comments.
    reply: bool,
    message: bool,
    /// Posts of yours that become hot.
    hot: bool,
    friend_request: bool,
    /// Friend requests of yours that are accepted.
    friend_accepted: bool,
    /// What moderation does to your things or to your account.
    moderation: bool,
    /// Changes of the lectures in your timetables.
    lecture: bool,
    /// Whether your devices get them by Web Push.
    push: bool,
}

request! {
    /// Changes to your settings. Switches that you leave out stay as they are.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NotificationSettingsUpdate {}
    optional {
        comment: bool,
        reply: bool,
        message: bool,
        hot: bool,
        friend_request: bool,
        friend_accepted: bool,
        moderation: bool,
        lecture: bool,
        push: bool,
    }
}

impl From<NotificationSettings> for SettingsView {
    fn from(settings: NotificationSettings) -> Self {
        let NotificationSettings {
            comment,
            reply,
            message,
            hot,
            friend_request,
            friend_accepted,
            moderation,
            lecture,
            push,
        } = settings;
        Self { comment, reply, message, hot, friend_request, friend_accepted, moderation, lecture, push }
    }
}

impl NotificationSettingsUpdate {
    fn changes(&self) -> Vec<(NotificationSwitch, bool)> {
        let kind = NotificationSwitch::Kind;
        let switches = [
            (kind(NotificationKind::Comment), self.comment),
            (kind(NotificationKind::Reply), self.reply),
            (kind(NotificationKind::Message), self.message),
            (kind(NotificationKind::Hot), self.hot),
            (kind(NotificationKind::FriendRequest), self.friend_request),
            (kind(NotificationKind::FriendAccepted), self.friend_accepted),
            (kind(NotificationKind::Moderation), self.moderation),
            (kind(NotificationKind::Lecture), self.lecture),
            (NotificationSwitch::Push, self.push),
        ];
        switches.into_iter().filter_map(|(switch, is_on)| Some((switch, is_on?))).collect()
    }
}

/// Shows what you are notified of.
#[utoipa::path(get, path = "/notifications/settings", tag = "notifications",
    responses((status = 200, description = "Your settings.", body = SettingsView)))]
pub(crate) async fn show_notification_settings(
    caller: Caller,
    State(app): State<App>,
) -> Result<Json<SettingsView>, Problem> {
    Ok(Json(app.notifications.settings(&caller).await?.into()))
}

/// Changes what you are notified of.
#[utoipa::path(patch, path = "/notifications/settings", tag = "notifications", request_body = NotificationSettingsUpdate,
    responses((status = 200, description = "Your settings.", body = SettingsView)))]
pub(crate) async fn update_notification_settings(
    caller: Caller,
    State(app): State<App>,
    JsonBody(body): JsonBody<NotificationSettingsUpdate>,
) -> Result<Json<SettingsView>, Problem> {
    let (access, settings) =
        tokio::join!(app.authorizer.authorize_account(&caller), app.notifications.settings(&caller));
    let (access, settings) = (access?, settings?);
    let changes = body.changes();
    app.notifications.change_settings(&access, &caller, &changes).await?;
    Ok(Json(settings.changed(&changes).into()))
}
