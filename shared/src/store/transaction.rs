//! Transactions: all of it or nothing, and a domain error for each condition.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put, ReturnConsumedCapacity,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use serde::Serialize;

use super::change::{Change, Expressions};
use super::error::cancellation;
use super::table::{Backoff, Item, Key, Table, in_time};
use super::usage::Call;
use super::{Error, Image};

/// Turns the row on which a condition failed, if there was one, into an error.
type OnFailed = Box<dyn FnOnce(Option<Item>) -> Error + Send>;

/// Writes that take effect together. Each has a condition or none; where conditions fail, the error of the first
/// write that failed is the transaction's.
#[must_use = "a transaction does nothing until it is committed"]
pub(crate) struct Transaction {
    table: Table,
    writes: Vec<TransactWriteItem>,
    on_failed: Vec<OnFailed>,
}

impl Transaction {
    pub(super) fn new(table: Table) -> Self {
        Self { table, writes: Vec::new(), on_failed: Vec::new() }
    }

    /// Writes a row where there must be none.
    pub(crate) fn create<T: Serialize>(self, key: &Key, entity: &T) -> Result<Self, Error> {
        let put = self.put_builder(key, entity)?.condition_expression("attribute_not_exists(pk)");
        self.push_put(put)
    }

    /// Writes a row where there must be none that still counts: a row past its time to live is as good as none.
    pub(crate) fn create_expiring<T: Serialize>(self, key: &Key, entity: &T) -> Result<Self, Error> {
        let now = AttributeValue::N(self.table.clock().now().as_secs().to_string());
        let put = self
            .put_builder(key, entity)?
            .condition_expression("attribute_not_exists(pk) OR expires_at <= :now")
            .expression_attribute_values(":now", now);
        self.push_put(put)
    }

    /// Writes a row, unless one stands there that still counts and has the same attribute.
    pub(crate) fn overwrite_unless_same<T: Serialize>(
        self,
        key: &Key,
        entity: &T,
        attribute: &str,
    ) -> Result<Self, Error> {
        let row = key.row(entity)?;
        let value = row.get(attribute).cloned().ok_or_else(|| Error::broken("no such attribute"))?;
        let now = AttributeValue::N(self.table.clock().now().as_secs().to_string());
        let put = self
            .put_builder(key, entity)?
            .condition_expression("attribute_not_exists(pk) OR expires_at <= :now OR #attribute <> :value")
            .expression_attribute_names("#attribute", attribute)
            .expression_attribute_values(":now", now)
            .expression_attribute_values(":value", value);
        self.push_put(put)
    }

    /// Overwrites a row that must be there and whose `updated_at` must still be `seen`.
    pub(crate) fn replace<T: Serialize>(self, key: &Key, entity: &T, seen: impl Serialize) -> Result<Self, Error> {
        let put = self
            .put_builder(key, entity)?
            .condition_expression("updated_at = :seen")
            .expression_attribute_values(":seen", serde_dynamo::to_attribute_value(seen)?);
        self.push_put(put)
    }

    /// Writes a row, whatever stood there.
    pub(crate) fn overwrite<T: Serialize>(self, key: &Key, entity: &T) -> Result<Self, Error> {
        let put = self.put_builder(key, entity)?;
        self.push_put(put)
    }

    /// Changes a row, as far as its conditions hold.
    pub(crate) fn update(mut self, key: Key, change: Change) -> Result<Self, Error> {
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

    /// Leaves a row as it is, which must meet the conditions.
    pub(crate) fn check(mut self, key: Key, conditions: Change) -> Result<Self, Error> {
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

    /// Deletes a row whose `updated_at` must still be `seen`.
    pub(crate) fn delete_unchanged(self, key: Key, seen: impl Serialize) -> Result<Self, Error> {
        self.delete_if(key, Change::default().if_equal(&["updated_at"], seen)?)
    }

    /// Deletes a row, which must meet the conditions.
    pub(crate) fn delete_if(mut self, key: Key, conditions: Change) -> Result<Self, Error> {
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

    /// Deletes a row that must be there.
    pub(crate) fn delete(mut self, key: Key) -> Result<Self, Error> {
        let delete = Delete::builder()
            .table_name(self.table.name())
            .set_key(Some(key.into_item()))
            .condition_expression("attribute_exists(pk)")
            .build()?;
        self.push(TransactWriteItem::builder().delete(delete).build());
        Ok(self)
    }

    /// What the failed condition of the last write means.
    pub(crate) fn on_condition_failed(self, error: impl Into<Error> + Send + 'static) -> Self {
        self.on_condition_failed_with(|_| error.into())
    }

    /// What the failed condition of the last write means, seen the row on which it failed.
    pub(crate) fn on_condition_failed_with(
        mut self,
        error: impl FnOnce(Option<Item>) -> Error + Send + 'static,
    ) -> Self {
        if let Some(last) = self.on_failed.last_mut() {
            *last = Box::new(error);
        }
        self
    }

    /// That the failed condition of the last write means that the row is not as it was read: it is gone, or
    /// [`Error::Changed`].
    pub(crate) fn on_change(self) -> Self {
        self.on_condition_failed_with(|row| row.map_or(Error::NotFound, |row| Error::Changed(Image(row))))
    }

    /// Carries it out. Conflicts with other transactions are tried again within the time that is left; the SDK tries
    /// again what was throttled or lost, under one token for all attempts, so that it takes effect once.
    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            match self.commit_unless_in_the_way(&mut backoff).await {
                Err(Error::Contention) if backoff.pause().await => {}
                result => return result,
            }
        }
    }

    /// Carries it out, unless another transaction is in its way, which is [`Error::Contention`]. For a transaction that
    /// had better be made anew from what the other one leaves.
    pub(crate) async fn commit_once(mut self) -> Result<(), Error> {
        self.commit_unless_in_the_way(&mut Backoff::begin()).await
    }

    async fn commit_unless_in_the_way(&mut self, backoff: &mut Backoff) -> Result<(), Error> {
        loop {
            match self.attempt().await? {
                Attempt::Done => return Ok(()),
                Attempt::Conflict => return Err(Error::Contention),
                Attempt::Throttled(_) if backoff.pause().await => {}
                Attempt::Throttled(error) => return Err(Error::Unavailable(error)),
            }
        }
    }

    async fn attempt(&mut self) -> Result<Attempt, Error> {
        let call = Call::begin();
        let sending = self
            .table
            .client()
            .transact_write_items()
            .set_transact_items(Some(self.writes.clone()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send();
        let result = in_time(sending).await?;
        let error = match result {
            Ok(output) => {
                call.end_writing(output.consumed_capacity());
                return Ok(Attempt::Done);
            }
            Err(error) => error,
        };
        call.end_writing(&[]);
        match verdict(&error) {
            Verdict::Failed { write, row } => {
                let on_failed = std::mem::take(&mut self.on_failed).into_iter().nth(write);
                Err(on_failed.map_or_else(|| error.into(), |on_failed| on_failed(row)))
            }
            Verdict::Conflict => Ok(Attempt::Conflict),
            Verdict::Throttled => Ok(Attempt::Throttled(Box::new(error))),
            Verdict::Other => Err(error.into()),
        }
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
        self.on_failed.push(Box::new(|_| Error::broken("a condition failed that nobody gave a meaning")));
    }
}

/// What came of an attempt that may be made again.
enum Attempt {
    Done,
    /// Another transaction was at the same rows.
    Conflict,
    /// One of the writes was throttled.
    Throttled(Box<SdkError<TransactWriteItemsError>>),
}

/// What a failed transaction calls for.
enum Verdict {
    /// The condition of this write failed, on this row.
    Failed { write: usize, row: Option<Item> },
    /// Another transaction was at the same rows.
    Conflict,
    /// One of the writes was throttled.
    Throttled,
    /// Something else.
    Other,
}

fn verdict(error: &SdkError<TransactWriteItemsError>) -> Verdict {
    let Some(reasons) = cancellation(error) else { return Verdict::Other };
    let is = |code: &'static str| move |reason: &CancellationReason| reason.code() == Some(code);
    if let Some(write) = reasons.iter().position(is("ConditionalCheckFailed")) {
        let row = reasons.get(write).and_then(|reason| reason.item.clone()).filter(|row| !row.is_empty());
        return Verdict::Failed { write, row };
    }
    if reasons.iter().any(is("TransactionConflict")) {
        return Verdict::Conflict;
    }
    if reasons.iter().any(|reason| is("ThrottlingError")(reason) || is("ProvisionedThroughputExceeded")(reason)) {
        return Verdict::Throttled;
    }
    Verdict::Other
}
