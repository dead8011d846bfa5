//! The state that every router receives: the clock, the keys, and a handle for each part of the store. Handlers extract it
//! with `State<App>`, or as part of the function's own state.

use std::ops::Deref;
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::cursor::Cursors;
use crate::store::{
    AuthKeys, Authorizer, Blocks, Boards, Cases, Catalogues, Comments, Connection, Error, ExamInfos, Friends, Grades,
    Keys, Limiter, Logins, Mails, MediaDeletions, Messages, Notifications, PasswordResets, Pins, Policies, PostSearch,
    Posts, PushKeys, PushSubscriptions, Reactions, Reviews, Schools, SearchSizes, Sessions, Table, Takedowns, Terms,
    Timetables, Uploads, UserDirectory, Users, VerificationCodes, Withdrawals,
};
use crate::tokens::{KeyError, Verifier};

/// The state of a running function. Clones are cheap and share the same [`Parts`].
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`]. `App` dereferences to them.
pub struct Parts {
    pub clock: Clock,
    pub verifier: Verifier,
    pub cursors: Cursors,
    pub keys: Keys,
    pub schools: Schools,
    pub policies: Policies,
    pub users: Users,
    pub logins: Logins,
    pub sessions: Sessions,
    pub withdrawals: Withdrawals,
    pub verification_codes: VerificationCodes,
    pub mails: Mails,
    pub password_resets: PasswordResets,
    pub authorizer: Authorizer,
    pub limiter: Limiter,
    pub blocks: Blocks,
    pub boards: Boards,
    pub pins: Pins,
    pub posts: Posts,
    pub search: PostSearch,
    pub reactions: Reactions,
    pub comments: Comments,
    pub messages: Messages,
    pub uploads: Uploads,
    pub media_deletions: MediaDeletions,
    pub catalogues: Catalogues,
    pub terms: Terms,
    pub timetables: Timetables,
    pub reviews: Reviews,
    pub exam_infos: ExamInfos,
    pub user_directory: UserDirectory,
    pub friends: Friends,
    pub cases: Cases,
    pub takedowns: Takedowns,
    pub grades: Grades,
    pub push_keys: PushKeys,
    pub push_subscriptions: PushSubscriptions,
    pub notifications: Notifications,
}

/// Why a function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An environment variable is not set or invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The verification keys are not a valid key set.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The table cannot be read.
    #[error("cannot read the table")]
    Table(#[from] Error),
    /// The table has no cursor key, or its cursor key is not 256 bits long.
    #[error("the table has no usable cursor key: run `campus keys generate`")]
    NoCursorKey,
}

impl App {
    /// Reads the cursor key from the table and builds the state.
    ///
    /// The read also opens the connection to DynamoDB. Call this during initialization, when Lambda gives a function a
    /// full CPU, so that the first request does not have to wait for the TLS handshake.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(config: &Config, connection: Connection, clock: Clock) -> Result<Self, StartError> {
        let table = Table::new(connection, clock.clone());
        let cursor_key = Keys::new(table.clone()).cursor().await?;
        Self::new(config, table, clock, cursor_key)
    }

    /// Like [`start`](Self::start), but also reads the keys of the auth function, in the same call. They are `None` if the
    /// table has none. Only the auth function is allowed to read them.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start_with_auth_keys(
        config: &Config,
        connection: Connection,
        clock: Clock,
    ) -> Result<(Self, Option<AuthKeys>), StartError> {
        let table = Table::new(connection, clock.clone());
        let (cursor_key, auth_keys) = Keys::new(table.clone()).cursor_and_auth().await?;
        Ok((Self::new(config, table, clock, cursor_key)?, auth_keys))
    }

    fn new(config: &Config, table: Table, clock: Clock, cursor_key: Option<String>) -> Result<Self, StartError> {
        let cursors = cursor_key.and_then(|key| Cursors::new(&key)).ok_or(StartError::NoCursorKey)?;
        let policies = Policies::new(table.clone());
        Ok(Self(Arc::new(Parts {
            clock,
            verifier: Verifier::new(&config.verification_keys, &config.issuer)?,
            cursors,
            keys: Keys::new(table.clone()),
            schools: Schools::new(table.clone()),
            users: Users::new(table.clone()),
            logins: Logins::new(table.clone()),
            sessions: Sessions::new(table.clone()),
            withdrawals: Withdrawals::new(table.clone()),
            verification_codes: VerificationCodes::new(table.clone()),
            mails: Mails::new(table.clone()),
            password_resets: PasswordResets::new(table.clone()),
            authorizer: Authorizer::new(table.clone(), policies.clone()),
            policies,
            limiter: Limiter::new(table.clone(), config.limits),
            blocks: Blocks::new(table.clone()),
            boards: Boards::new(table.clone()),
            pins: Pins::new(table.clone()),
            posts: Posts::new(table.clone()),
            search: PostSearch::new(table.clone(), SearchSizes::default()),
            reactions: Reactions::new(table.clone()),
            comments: Comments::new(table.clone()),
            messages: Messages::new(table.clone()),
            uploads: Uploads::new(table.clone()),
            media_deletions: MediaDeletions::new(table.clone()),
            catalogues: Catalogues::new(table.clone()),
            terms: Terms::new(table.clone()),
            timetables: Timetables::new(table.clone()),
            reviews: Reviews::new(table.clone()),
            exam_infos: ExamInfos::new(table.clone()),
            user_directory: UserDirectory::new(table.clone()),
            friends: Friends::new(table.clone()),
            cases: Cases::new(table.clone()),
            takedowns: Takedowns::new(table.clone()),
            grades: Grades::new(table.clone()),
            push_keys: PushKeys::new(table.clone()),
            push_subscriptions: PushSubscriptions::new(table.clone()),
            notifications: Notifications::new(table),
        })))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
