//! Transactions: several writes that take effect together or not at all.
//!
//! **Failed conditions become domain errors.** A write may have a condition. The call after it says which error its
//! failure means: `.create(..)?.on_condition_failed(Refusal::NicknameTaken)`. If several conditions fail, the first of
//! them in the order of the writes decides. A failed condition without such a call is a bug, [`Error::Unexpected`].
//!
//! **Optimistic locking.** Nothing locks a row between reading and writing it. Instead, the write has the condition
//! that the row is still as it was read: its `updated_at` is the same ([`Transaction::replace`],
//! [`Transaction::delete_unchanged`]), or its counters are. If the condition fails, a concurrent request was first: the
//! error is [`Error::Stale`] or [`Error::Modified`], and the caller reads the row again and repeats the change, or
//! gives up.
//!
//! **Conflicts** are different: another transaction is writing the same rows at this moment, and DynamoDB cancels this
//! one whether or not its conditions hold. [`Transaction::commit`] retries them.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put, ReturnConsumedCapacity,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use serde::Serialize;

use super::authority::Authority;
use super::error::{CurrentItem, Error, cancellation};
use super::item::Item;
use super::key::Key;
use super::retry::{Backoff, within_time_left};
use super::shared_pages::written_partition;
use super::table::Table;
use super::update::{Expressions, RowUpdate};
use super::usage::MeteredCall;
use crate::domain::Time;

/// Makes the error for a failed condition from the current row, if there is one.
type OnFailed = Box<dyn FnOnce(Option<Item>) -> Error + Send>;

/// The condition that a row does not exist, or expired before `:now`.
const ABSENT_OR_EXPIRED: &str = "attribute_not_exists(pk) OR expires_at <= :now";

/// A transaction to be filled with writes and committed.
#[must_use = "a transaction does nothing until it is committed"]
pub(crate) struct Transaction {
    table: Table,
    writes: Vec<TransactWriteItem>,
    on_failed: Vec<OnFailed>,
}

impl Table {
    /// Starts an empty transaction.
    pub(crate) fn transaction(&self, _by: impl Authority) -> Transaction {
        Transaction { table: self.clone(), writes: Vec::new(), on_failed: Vec::new() }
    }
}

impl Transaction {
    /// Writes a row. Fails if a row with this key exists.
    pub(crate) fn create<T: Serialize>(self, key: &Key, entity: &T) -> Result<Self, Error> {
        let put = self.put_builder(key, entity)?.condition_expression("attribute_not_exists(pk)");
        self.push_put(put)
    }

    /// Writes a row. Fails if a row with this key exists and has not expired: DynamoDB may delete an expired row days
    /// later.
    pub(crate) fn create_expiring<T: Serialize>(self, key: &Key, entity: &T) -> Result<Self, Error> {
        let now = AttributeValue::N(self.table.clock().now().as_secs().to_string());
        let put = self
            .put_builder(key, entity)?
            .condition_expression(ABSENT_OR_EXPIRED)
            .expression_attribute_values(":now", now);
        self.push_put(put)
    }

    /// Writes a row, and may overwrite one. Fails if the existing row has not expired and has the same value in this
    /// attribute.
    pub(crate) fn overwrite_unless_same<T: Serialize>(
        self,
        key: &Key,
        entity: &T,
        attribute: &str,
    ) -> Result<Self, Error> {
        let row = key.row(entity)?;
        let value =
            row.get(attribute).cloned().ok_or_else(|| Error::unexpected("the entity lacks the compared attribute"))?;
        let now = AttributeValue::N(self.table.clock().now().as_secs().to_string());
        let put = self
            .put_builder(key, entity)?
            .condition_expression("attribute_not_exists(pk) OR expires_at <= :now OR #attribute <> :value")
            .expression_attribute_names("#attribute", attribute)
            .expression_attribute_values(":now", now)
            .expression_attribute_values(":value", value);
        self.push_put(put)
    }

    /// Overwrites a row. Fails unless the row exists and its `updated_at` is still `seen`.
    pub(crate) fn replace<T: Serialize>(self, key: &Key, entity: &T, seen: impl Serialize) -> Result<Self, Error> {
        let put = self
            .put_builder(key, entity)?
            .condition_expression("updated_at = :seen")
            .expression_attribute_values(":seen", serde_dynamo::to_attribute_value(seen)?);
        self.push_put(put)
    }

    /// Overwrites a row. Fails unless the row exists and its `version` is still `seen`.
    pub(crate) fn replace_version<T: Serialize>(
        self,
        key: &Key,
        entity: &T,
        seen: impl Serialize,
    ) -> Result<Self, Error> {
        let put = self
            .put_builder(key, entity)?
            .condition_expression("version = :seen")
            .expression_attribute_values(":seen", serde_dynamo::to_attribute_value(seen)?);
        self.push_put(put)
    }

    /// Writes a row without a condition.
    pub(crate) fn overwrite<T: Serialize>(self, key: &Key, entity: &T) -> Result<Self, Error> {
        let put = self.put_builder(key, entity)?;
        self.push_put(put)
    }

    /// Updates a row. Fails unless the update's conditions hold.
    pub(crate) fn update(mut self, key: Key, change: RowUpdate) -> Result<Self, Error> {
        let Expressions { update, condition, names, values } = change.into_expressions();
        let update = Update::builder()
            .table_name(self.table.name())
            .set_key(Some(key.into_item()))
            .update_expression(update)
            .set_condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        self.push(TransactWriteItem::builder().update(update).build());
        Ok(self)
    }

    /// Only checks a row. Fails unless the conditions hold.
    pub(crate) fn check(mut self, key: Key, conditions: RowUpdate) -> Result<Self, Error> {
        let Expressions { condition, names, values, .. } = conditions.into_expressions();
        let check = ConditionCheck::builder()
            .table_name(self.table.name())
            .set_key(Some(key.into_item()))
            .set_condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .build()?;
        self.push(TransactWriteItem::builder().condition_check(check).build());
        Ok(self)
    }

    /// Only checks a key. Fails if a row with this key exists and has not expired.
    pub(crate) fn check_absent(mut self, key: Key) -> Result<Self, Error> {
        let now = AttributeValue::N(self.table.clock().now().as_secs().to_string());
        let check = ConditionCheck::builder()
            .table_name(self.table.name())
            .set_key(Some(key.into_item()))
            .condition_expression(ABSENT_OR_EXPIRED)
            .expression_attribute_values(":now", now)
            .build()?;
        self.push(TransactWriteItem::builder().condition_check(check).build());
        Ok(self)
    }

    /// Deletes a row. Fails unless its `updated_at` is still `seen`.
    pub(crate) fn delete_unchanged(self, key: Key, seen: impl Serialize) -> Result<Self, Error> {
        self.delete_if(key, RowUpdate::default().if_equal(&["updated_at"], seen)?)
    }

    /// Deletes a row. Fails unless the conditions hold.
    pub(crate) fn delete_if(mut self, key: Key, conditions: RowUpdate) -> Result<Self, Error> {
        let Expressions { condition, names, values, .. } = conditions.into_expressions();
        let delete = Delete::builder()
            .table_name(self.table.name())
            .set_key(Some(key.into_item()))
            .set_condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        self.push(TransactWriteItem::builder().delete(delete).build());
        Ok(self)
    }

    /// Deletes a row. Fails unless it exists.
    pub(crate) fn delete(mut self, key: Key) -> Result<Self, Error> {
        let delete = Delete::builder()
            .table_name(self.table.name())
            .set_key(Some(key.into_item()))
            .condition_expression("attribute_exists(pk)")
            .build()?;
        self.push(TransactWriteItem::builder().delete(delete).build());
        Ok(self)
    }

    /// Sets the error for a failed condition of the last added write.
    pub(crate) fn on_condition_failed(self, error: impl Into<Error> + Send + 'static) -> Self {
        self.on_condition_failed_with(|_| error.into())
    }

    /// Sets the error for a failed condition of the last added write, made from the current row if there is one.
    pub(crate) fn on_condition_failed_with(
        mut self,
        error: impl FnOnce(Option<Item>) -> Error + Send + 'static,
    ) -> Self {
        if let Some(last) = self.on_failed.last_mut() {
            *last = Box::new(error);
        }
        self
    }

    /// Makes a failed condition of the last added write [`Error::Modified`] with the current row, or
    /// [`Error::NotFound`] if the row does not exist.
    pub(crate) fn on_modified(self) -> Self {
        self.on_condition_failed_with(|row| row.map_or(Error::NotFound, |row| Error::Modified(CurrentItem(row))))
    }

    /// Executes the transaction, and retries conflicts within the time that the request has for them.
    ///
    /// The SDK repeats a throttled or lost call with the same client token, so the transaction takes effect once even
    /// if a response is lost.
    ///
    /// # Errors
    /// The error set for the first failed condition; [`Error::Contention`] if conflicts continue until the time is up.
    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            match self.commit_or_conflict(&mut backoff).await {
                Err(Error::Contention) => backoff.pause().await?,
                result => return result,
            }
        }
    }

    /// Executes the transaction without retrying conflicts. For a transaction whose conditions the conflicting one will
    /// break anyway, so that the caller should read the rows again first.
    ///
    /// # Errors
    /// As [`Transaction::commit`], but [`Error::Contention`] at the first conflict.
    pub(crate) async fn commit_once(mut self) -> Result<(), Error> {
        self.commit_or_conflict(&mut Backoff::begin()).await
    }

    async fn commit_or_conflict(&mut self, backoff: &mut Backoff) -> Result<(), Error> {
        loop {
            match self.attempt().await? {
                Attempt::Committed => return Ok(()),
                Attempt::Conflict => return Err(Error::Contention),
                Attempt::Throttled(_) if backoff.pause_after_throttling().await => {}
                Attempt::Throttled(error) => return Err(Error::Unavailable(error)),
            }
        }
    }

    async fn attempt(&mut self) -> Result<Attempt, Error> {
        let call = MeteredCall::begin();
        let sending = self
            .table
            .client()
            .transact_write_items()
            .set_transact_items(Some(self.writes.clone()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send();
        let result = within_time_left(sending).await;
        self.table.shared_pages.drop_partitions(self.writes.iter().filter_map(written_partition));
        let error = match result? {
            Ok(output) => {
                call.end_writing(output.consumed_capacity());
                return Ok(Attempt::Committed);
            }
            Err(error) => error,
        };
        call.end_writing(&[]);
        match classify(&error) {
            Failure::Condition { write, row } => {
                let on_failed = std::mem::take(&mut self.on_failed).into_iter().nth(write);
                Err(on_failed.map_or_else(|| error.into(), |on_failed| on_failed(row)))
            }
            Failure::Conflict => Ok(Attempt::Conflict),
            Failure::Throttled => Ok(Attempt::Throttled(Box::new(error))),
            Failure::Other => Err(error.into()),
        }
    }

    /// The current time of the table's clock.
    pub(crate) fn now(&self) -> Time {
        self.table.clock().now()
    }

    fn put_builder<T: Serialize>(
        &self,
        key: &Key,
        entity: &T,
    ) -> Result<aws_sdk_dynamodb::types::builders::PutBuilder, Error> {
        Ok(Put::builder()
            .table_name(self.table.name())
            .set_item(Some(key.row(entity)?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld))
    }

    fn push_put(mut self, put: aws_sdk_dynamodb::types::builders::PutBuilder) -> Result<Self, Error> {
        self.push(TransactWriteItem::builder().put(put.build()?).build());
        Ok(self)
    }

    fn push(&mut self, write: TransactWriteItem) {
        self.writes.push(write);
        self.on_failed.push(Box::new(|_| Error::unexpected("a condition failed that has no error set")));
    }
}

/// The outcome of one attempt to commit, apart from errors that are final.
enum Attempt {
    Committed,
    /// Another transaction was writing the same rows.
    Conflict,
    /// DynamoDB throttled one of the writes.
    Throttled(Box<SdkError<TransactWriteItemsError>>),
}

/// Why an attempt failed.
enum Failure {
    /// The condition of the write at this index failed, on this row if one exists.
    Condition {
        write: usize,
        row: Option<Item>,
    },
    Conflict,
    Throttled,
    Other,
}

fn classify(error: &SdkError<TransactWriteItemsError>) -> Failure {
    let Some(reasons) = cancellation(error) else { return Failure::Other };
    let is = |code: &'static str| move |reason: &CancellationReason| reason.code() == Some(code);
    if let Some(write) = reasons.iter().position(is("ConditionalCheckFailed")) {
        let row = reasons.get(write).and_then(|reason| reason.item.clone()).filter(|row| !row.is_empty());
        return Failure::Condition { write, row };
    }
    if reasons.iter().any(is("TransactionConflict")) {
        return Failure::Conflict;
    }
    if reasons.iter().any(|reason| is("ThrottlingError")(reason) || is("ProvisionedThroughputExceeded")(reason)) {
        return Failure::Throttled;
    }
    Failure::Other
}
