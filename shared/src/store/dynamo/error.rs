//! The store's error type, and how errors of the DynamoDB SDK map to it. `http` maps it to a problem response.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::item::Item;
use crate::domain::{Invalid, Refusal};

type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a store operation failed.
///
/// Every operation can fail with [`Error::Unavailable`] and [`Error::Unexpected`]; the docs of a method list only its
/// other errors. After an error nothing was written, except that after [`Error::Unavailable`] the write may have
/// happened and only its response was lost.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The change breaks a rule that needs the table to check, such as uniqueness.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A field of the request breaks a rule that needs the table to check, such as that what it refers to exists.
    #[error("field {} is invalid", .0.field)]
    Invalid(Invalid),
    /// The row does not exist in this school.
    #[error("not found")]
    NotFound,
    /// The session of the caller's access token has ended.
    #[error("the session has ended")]
    SessionEnded,
    /// The row has changed since it was read, or the row to create already exists.
    #[error("the row has changed since it was read")]
    Stale,
    /// The row has changed since it was read. Carries the current row, which saves another read.
    #[error("the row has changed since it was read")]
    Modified(CurrentItem),
    /// The password has changed since it was read.
    #[error("the password has changed since it was read")]
    PasswordChanged,
    /// An earlier request with this idempotency key succeeded and created the resource with this id.
    #[error("a request with this idempotency key has already succeeded")]
    Replayed(Uuid),
    /// The idempotency key was used before for a different request.
    #[error("the idempotency key was used for a different request")]
    KeyReused,
    /// Concurrent writes to the same rows continued until the time for retries was up. The request can be sent again.
    #[error("write conflicts continued until the time was up")]
    Contention,
    /// A rate limit is reached.
    #[error("rate limit reached; retry in {retry_after_s} s")]
    RateLimited {
        /// Seconds until the operation is allowed again; at least 1.
        retry_after_s: u64,
    },
    /// DynamoDB throttled, failed or did not respond, and retries did not help.
    #[error("DynamoDB is unavailable")]
    Unavailable(#[source] BoxError),
    /// A bug in Campus or bad data in the table: DynamoDB rejected the request, or a row cannot be deserialized.
    #[error("unexpected item format or DynamoDB response")]
    Unexpected(#[source] BoxError),
}

/// The current row, returned by DynamoDB with a failed condition.
#[derive(Debug)]
pub struct CurrentItem(pub(crate) Item);

impl CurrentItem {
    pub(crate) fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        Ok(serde_dynamo::from_item(self.0)?)
    }
}

impl Error {
    pub(crate) fn unexpected(source: impl Into<BoxError>) -> Self {
        Self::Unexpected(source.into())
    }

    /// [`Error::RateLimited`]; a wait of less than a second counts as 1 s.
    pub(crate) fn rate_limited(retry_after_s: i64) -> Self {
        Self::RateLimited { retry_after_s: u64::try_from(retry_after_s).unwrap_or_default().max(1) }
    }
}

/// DynamoDB error codes that are worth a retry. The SDK has already retried them, without success.
const TRANSIENT: [&str; 6] = [
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionInProgressException",
];

/// Whether DynamoDB rejected a single write because a transaction is writing the same row.
pub(crate) fn is_conflict<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
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
        if transient { Self::Unavailable(Box::new(error)) } else { Self::Unexpected(Box::new(error)) }
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<serde_dynamo::Error> for Error {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::unexpected(error)
    }
}

impl From<aws_sdk_dynamodb::error::BuildError> for Error {
    fn from(error: aws_sdk_dynamodb::error::BuildError) -> Self {
        Self::unexpected(error)
    }
}

/// Why a transaction was cancelled: one reason for each of its writes, in order.
pub(crate) fn cancellation(
    error: &SdkError<TransactWriteItemsError>,
) -> Option<&[aws_sdk_dynamodb::types::CancellationReason]> {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            Some(cancelled.cancellation_reasons())
        }
        _ => None,
    }
}
