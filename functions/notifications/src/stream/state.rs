//! The state of this function.

use std::sync::Arc;

use campus_core::clock::Clock;
use campus_core::store::{
    Announcements, Applicants, LectureIndex, MailKey, MailSealer, Mails, Notifications, PasswordResets,
    StudentSanctions, Suppressions, Table, Users, VerifiedAddresses,
};

use super::mailer::Mailer;
use super::push::PushSender;

/// What writing notifications, sending mails and applying sanctions needs. Clones are cheap.
#[derive(Clone)]
pub struct NotificationsStreamState {
    pub(crate) clock: Clock,
    pub(crate) mails: Mails,
    pub(crate) sealer: Arc<MailSealer>,
    pub(crate) suppressions: Suppressions,
    pub(crate) addresses: VerifiedAddresses,
    pub(crate) users: Users,
    pub(crate) applicants: Arc<Applicants>,
    pub(crate) password_resets: PasswordResets,
    pub(crate) mailer: Mailer,
    pub(crate) pushes: PushSender,
    pub(crate) sanctions: StudentSanctions,
    pub(crate) lecture_index: LectureIndex,
    pub(crate) announcements: Announcements,
    pub(crate) notifications: Notifications,
    /// The URL of the web client, to which links lead.
    pub(crate) app_url: Arc<str>,
}

/// Why the function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The table has no mail key.
    #[error("the table has no mail key: run `campus keys generate`")]
    NoMailKey,
    /// The table has no push key.
    #[error("the table has no push key: run `campus keys generate`")]
    NoPushKey,
    /// The mail key is malformed.
    #[error("the mail key is not 256 bits in base64url")]
    InvalidMailKey,
}

impl NotificationsStreamState {
    /// Builds the state. `app_url` is the URL of the web client.
    ///
    /// # Errors
    /// [`StateError::InvalidMailKey`].
    pub fn new(
        table: Table,
        key: &MailKey,
        mailer: Mailer,
        pushes: PushSender,
        app_url: String,
    ) -> Result<Self, StateError> {
        Ok(Self {
            clock: table.clock().clone(),
            mails: Mails::new(table.clone()),
            sealer: Arc::new(MailSealer::new(key).ok_or(StateError::InvalidMailKey)?),
            suppressions: Suppressions::new(table.clone(), key).ok_or(StateError::InvalidMailKey)?,
            addresses: VerifiedAddresses::new(table.clone()),
            users: Users::new(table.clone()),
            applicants: Arc::new(Applicants::new(table.clone(), key).ok_or(StateError::InvalidMailKey)?),
            password_resets: PasswordResets::new(table.clone()),
            sanctions: StudentSanctions::new(table.clone()),
            lecture_index: LectureIndex::new(table.clone()),
            announcements: Announcements::new(table.clone()),
            notifications: Notifications::new(table),
            mailer,
            pushes,
            app_url: app_url.into(),
        })
    }
}
