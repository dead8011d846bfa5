//! Checks that a caller may write.

use crate::domain::{Caller, Refusal, Restriction};
use crate::store::accounts::sessions::SessionsRow;
use crate::store::accounts::write_access::{IdempotencyKey, IdempotencyRecord, WriteAccess};
use crate::store::accounts::{sessions, users};
use crate::store::dynamo::{Error, Read, Table};
use crate::store::policies::Policies;

/// Grants write access to callers whose session is live, if the account may do what the request asks for. The sessions
/// row says both, so a check costs one read, and holds also against an access token from before a change. Which policies
/// apply is read at the same time, at most once a minute.
#[derive(Clone, Debug)]
pub struct Authorizer {
    table: Table,
    policies: Policies,
}

/// What a write requires besides a live session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Requirement {
    /// Nothing.
    LiveSession,
    /// Consent to the policies.
    Consent,
    /// A verified account, and consent to the policies.
    VerifiedAndConsent,
    /// The same, and that no sanction bars the caller from writing.
    NoSanction,
}

impl Requirement {
    fn needs_consent(self) -> bool {
        self != Self::LiveSession
    }

    fn needs_verification(self) -> bool {
        matches!(self, Self::VerifiedAndConsent | Self::NoSanction)
    }
}

impl Authorizer {
    pub(crate) fn new(table: Table, policies: Policies) -> Self {
        Self { table, policies }
    }

    /// Grants write access to a verified caller whose session is live, who has accepted the policies, and whom no sanction
    /// bars from writing. The first of these that is missing decides the error.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] if the session has ended, for example by logout, although the access token has not expired;
    /// [`Refusal::SchoolUnverified`]; [`Refusal::ConsentNeeded`]; [`Refusal::WriteSuspended`].
    pub async fn authorize(&self, caller: &Caller) -> Result<WriteAccess, Error> {
        self.check(caller, Requirement::NoSanction).await
    }

    /// Like [`authorize`](Self::authorize), for operations that do not write content: they only arrange what the caller
    /// sees, end something, or decide as an admin. A sanction does not bar them.
    ///
    /// # Errors
    /// Those of [`authorize`](Self::authorize), except [`Refusal::WriteSuspended`].
    pub async fn authorize_despite_sanction(&self, caller: &Caller) -> Result<WriteAccess, Error> {
        self.check(caller, Requirement::VerifiedAndConsent).await
    }

    /// Grants write access to what unverified callers may change, such as a private timetable or the profile, if the
    /// session is live and the caller has accepted the policies.
    ///
    /// # Errors
    /// [`Error::SessionEnded`]; [`Refusal::ConsentNeeded`].
    pub async fn authorize_private(&self, caller: &Caller) -> Result<WriteAccess, Error> {
        self.check(caller, Requirement::Consent).await
    }

    /// Grants write access if the session is live. For what nothing bars: what concerns the caller's account, deleting
    /// what the caller wrote, reports, appeals, blocks, hiding posts, and reading messages.
    ///
    /// Does not check that the account is verified. The extractor [`Caller`] refuses the access tokens of unverified
    /// accounts; handlers that take [`MaybeUnverified`](crate::http::MaybeUnverified) instead serve every account. An
    /// account stops being verified only if the policy of its school was `open` and has changed. Its access tokens then
    /// pass the extractor until they expire, after at most ten minutes.
    ///
    /// # Errors
    /// [`Error::SessionEnded`].
    pub async fn authorize_account(&self, caller: &Caller) -> Result<WriteAccess, Error> {
        self.check(caller, Requirement::LiveSession).await
    }

    /// Like [`authorize`](Self::authorize), for a request that creates something, with its idempotency key if it has one.
    /// The transaction that creates the resource must call `record_idempotency`.
    ///
    /// # Errors
    /// Those of [`authorize`](Self::authorize); [`Error::Replayed`] if an earlier request with this key succeeded;
    /// [`Error::KeyReused`] if the key was used for a different request.
    pub async fn authorize_once(&self, caller: &Caller, key: Option<&IdempotencyKey>) -> Result<WriteAccess, Error> {
        self.check_once(caller, key, Requirement::NoSanction).await
    }

    /// Like [`authorize_despite_sanction`](Self::authorize_despite_sanction), for a request that creates something.
    ///
    /// # Errors
    /// Those of [`authorize_despite_sanction`](Self::authorize_despite_sanction); those of the idempotency key.
    pub async fn authorize_despite_sanction_once(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
    ) -> Result<WriteAccess, Error> {
        self.check_once(caller, key, Requirement::VerifiedAndConsent).await
    }

    /// Like [`authorize_private`](Self::authorize_private), for a request that creates something.
    ///
    /// # Errors
    /// [`Error::SessionEnded`]; [`Refusal::ConsentNeeded`]; those of the idempotency key.
    pub async fn authorize_private_once(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
    ) -> Result<WriteAccess, Error> {
        self.check_once(caller, key, Requirement::Consent).await
    }

    /// Like [`authorize_account`](Self::authorize_account), for a request that creates something.
    ///
    /// # Errors
    /// [`Error::SessionEnded`]; those of the idempotency key.
    pub async fn authorize_account_once(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
    ) -> Result<WriteAccess, Error> {
        self.check_once(caller, key, Requirement::LiveSession).await
    }

    async fn check(&self, caller: &Caller, requirement: Requirement) -> Result<WriteAccess, Error> {
        let sessions = self.table.get(sessions::key(caller.school, caller.user), Read::Consistent);
        let (sessions, ()) = tokio::try_join!(sessions, self.read_policies(requirement))?;
        self.check_sessions(caller, sessions, requirement).await
    }

    async fn check_once(
        &self,
        caller: &Caller,
        idempotency_key: Option<&IdempotencyKey>,
        requirement: Requirement,
    ) -> Result<WriteAccess, Error> {
        let Some(idempotency_key) = idempotency_key else { return self.check(caller, requirement).await };
        let sessions_key = sessions::key(caller.school, caller.user);
        let record_key = idempotency_key.record_key(users::partition(caller.school, caller.user));
        let rows = self.table.batch_get([sessions_key.clone(), record_key.clone()], Read::Consistent);
        let (mut rows, ()) = tokio::try_join!(rows, self.read_policies(requirement))?;
        let access = self.check_sessions(caller, rows.take(&sessions_key)?, requirement).await?;
        let now = self.table.clock().now().as_secs();
        match rows.take::<IdempotencyRecord>(&record_key)? {
            Some(record) if record.is_valid_at(now) => Err(record.error_for(&idempotency_key.fingerprint)),
            _ => Ok(access.with_record(record_key, idempotency_key, now)),
        }
    }

    /// Reads which policies apply, if the requirement needs them and this instance does not remember them.
    async fn read_policies(&self, requirement: Requirement) -> Result<(), Error> {
        match requirement.needs_consent() {
            false => Ok(()),
            true => self.policies.current().await.map(drop),
        }
    }

    async fn check_sessions(
        &self,
        caller: &Caller,
        sessions: Option<SessionsRow>,
        requirement: Requirement,
    ) -> Result<WriteAccess, Error> {
        let now = self.table.clock().now();
        let sessions = sessions.filter(|sessions| sessions.get(caller.session, now).is_some());
        let sessions = sessions.ok_or(Error::SessionEnded)?;
        if requirement.needs_verification() {
            caller.check_verified()?;
            if !sessions.is_verified() {
                return Err(Refusal::SchoolUnverified.into());
            }
        }
        if requirement.needs_consent() && !self.policies.are_accepted(sessions.consents.as_ref()).await? {
            return Err(Refusal::ConsentNeeded.into());
        }
        match sessions.restrictions.barring(now) {
            Some(Restriction { until, .. }) if requirement == Requirement::NoSanction => {
                Err(Refusal::WriteSuspended { until }.into())
            }
            _ => Ok(WriteAccess::new(sessions.restrictions)),
        }
    }
}
