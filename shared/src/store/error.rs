//! What the store answers when it cannot do what it was asked.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Item;
use crate::domain::{Invalid, Refusal};

type Source = Box<dyn StdError + Send + Sync>;

/// Why the store did not do it. Nothing was written in any of these cases, except where [`Error::Unavailable`] hides
/// an answer that was lost on its way.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule that only the table can check, such as uniqueness.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A field of the request names what only the table knows not to be there.
    #[error("{} breaks a rule", .0.field)]
    Invalid(Invalid),
    /// There is no such thing in this school.
    #[error("no such thing")]
    NotFound,
    /// The session that the caller's token belongs to has ended.
    #[error("the session has ended")]
    SessionEnded,
    /// What was read has changed since, or what was to be made is there.
    #[error("it has changed since it was read")]
    Stale,
    /// A row has changed since it was read, and this is what it is now.
    #[error("it has changed since it was read")]
    Changed(Image),
    /// The password has changed since it was read.
    #[error("the password has changed")]
    PasswordChanged,
    /// A request with this idempotency key was carried out before and made the thing with this id.
    #[error("this was done before")]
    Replayed(Uuid),
    /// The idempotency key was used before for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Others kept changing the same things until the time was up.
    #[error("conflicts outlasted the retries")]
    Contention,
    /// This was done too often.
    #[error("too often; again in {retry_after_s} s")]
    RateLimited {
        /// In how many seconds it may be done again; at least 1.
        retry_after_s: u64,
    },
    /// DynamoDB throttled, failed or did not answer, and the retries did not help.
    #[error("the table cannot be reached")]
    Unavailable(#[source] Source),
    /// A mistake in this program or in the table: a request that DynamoDB refuses, an item that cannot be read.
    #[error("the table and this program disagree")]
    Broken(#[source] Source),
}

/// A row as it is now, which differs from what was read.
#[derive(Debug)]
pub struct Image(pub(super) Item);

impl Image {
    /// What the row holds.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        Ok(serde_dynamo::from_item(self.0)?)
    }
}

impl Error {
    pub(crate) fn broken(source: impl Into<Source>) -> Self {
        Self::Broken(source.into())
    }

    /// Done too often; it may be done again in so many seconds, which are 1 at the least.
    pub(super) fn rate_limited(retry_after_s: i64) -> Self {
        Self::RateLimited { retry_after_s: u64::try_from(retry_after_s).unwrap_or_default().max(1) }
    }
}

/// Codes of errors that DynamoDB asks to try again later, as the SDK's retries have done already.
const TRANSIENT: [&str; 6] = [
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionInProgressException",
];

/// Whether a single write was refused because a transaction is at its row.
pub(super) fn is_conflict<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    code == Some("TransactionConflictException")
}

impl<E, R> From<SdkError<E, R>> for Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        if is_conflict(&error) {
            return Self::Contention;
        }
        let transient = match &error {
            SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
            SdkError::ServiceError(service) => service.err().code().is_some_and(|code| TRANSIENT.contains(&code)),
            _ => false,
        };
        if transient { Self::Unavailable(Box::new(error)) } else { Self::Broken(Box::new(error)) }
    }
}

impl From<serde_dynamo::Error> for Error {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::broken(error)
    }
}

impl From<aws_sdk_dynamodb::error::BuildError> for Error {
    fn from(error: aws_sdk_dynamodb::error::BuildError) -> Self {
        Self::broken(error)
    }
}

/// The reasons for which a transaction was cancelled, one for each of its items.
pub(super) fn cancellation(
    error: &SdkError<TransactWriteItemsError>,
) -> Option<&[aws_sdk_dynamodb::types::CancellationReason]> {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            Some(cancelled.cancellation_reasons())
        }
        _ => None,
    }
}
