//! The limit of wrong verification codes from a network (rule 16). Somebody who signs up many accounts, and asks for codes to
//! the addresses of others, has a few guesses for each code. This limits all of these guesses together.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

use crate::domain::{Caller, Network};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::dynamo::{Authority, Error, Key, MeteredCall, ServiceAuthority, Table, retry_on_conflict};
use crate::store::limits::{Limiter, UserAction, address_partition};

/// A guess that is counted as wrong until [`Limiter::forget_guess`].
#[must_use]
#[derive(Debug)]
pub struct CountedGuess {
    /// `None` without limits.
    counter: Option<Key>,
}

impl Limiter {
    /// Counts a guess of the caller's code, by the student, and as a wrong one by the network. Call it before comparing the
    /// code, so that guesses at the same moment cannot exceed the limit.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if a limit is reached.
    pub async fn count_guess(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        from: Network,
    ) -> Result<CountedGuess, Error> {
        let Some(limits) = &self.limits else { return Ok(CountedGuess { counter: None }) };
        self.count(UserAction::GuessCode, access, caller).await?;
        let (partition, rate) = (address_partition(from), limits.wrong_codes_per_address);
        let counter = self.add_one(ServiceAuthority, partition, "WRONGCODES", rate).await?;
        Ok(CountedGuess { counter: Some(counter) })
    }

    /// Takes back a guess of the network, because the code was right.
    ///
    /// If a response is lost, the SDK sends the update again, and the limit is then looser by one.
    pub async fn forget_guess(&self, guess: CountedGuess) -> Result<(), Error> {
        match guess.counter {
            Some(counter) => self.table.count_down(ServiceAuthority, counter).await,
            None => Ok(()),
        }
    }
}

impl Table {
    /// Subtracts 1 from a counter, unless it is 0 or has expired.
    async fn count_down(&self, _by: impl Authority, counter: Key) -> Result<(), Error> {
        let call = MeteredCall::begin();
        let write = self
            .client()
            .update_item()
            .table_name(self.name())
            .set_key(Some(counter.into_item()))
            .update_expression("ADD #n :minus_one")
            .condition_expression("#n > :zero")
            .expression_attribute_names("#n", "n")
            .expression_attribute_values(":minus_one", AttributeValue::N("-1".to_owned()))
            .expression_attribute_values(":zero", AttributeValue::N("0".to_owned()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let result = retry_on_conflict(|| write.clone().send()).await?;
        let is_over = |error: &UpdateItemError| error.is_conditional_check_failed_exception();
        match result {
            Ok(output) => {
                call.end_writing(output.consumed_capacity.as_slice());
                Ok(())
            }
            Err(error) => {
                call.end_writing(&[]);
                if error.as_service_error().is_some_and(is_over) { Ok(()) } else { Err(error.into()) }
            }
        }
    }
}
