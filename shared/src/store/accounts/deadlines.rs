//! Verification deadlines: an account that is not verified 14 days after the sign-up is deleted (rule 16). Each unverified
//! account has a row until then, sorted by the deadline, so that the schedule finds the accounts without reading others.
//! The transaction that verifies the student deletes the row.
//!
//! In a school whose policy is `open`, every account counts as verified and gets no row.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | verification deadline | `UNVERIFIED#<shard>` | `<deadline>#<school>#<user>` |

use serde::{Deserialize, Serialize};

use crate::domain::{SchoolId, Time, User, UserId};
use crate::store::dynamo::{Error, Key, KeyCondition, Range, RowUpdate, Transaction};

pub(crate) const UNVERIFIED: &str = "UNVERIFIED#";

/// The number of partitions. A partition takes 1,000 write units a second, and a sign-up or a verification 2: that is more
/// than all schools together need at the start of a semester.
pub(crate) const SHARDS: u8 = 16;

/// The row. Its key says everything.
#[derive(Serialize, Deserialize)]
pub(crate) struct VerificationDeadline {
    pub(crate) school_id: SchoolId,
    pub(crate) user_id: UserId,
    pub(crate) deadline: Time,
}

impl VerificationDeadline {
    pub(crate) fn of(student: &User) -> Self {
        Self { school_id: student.school_id, user_id: student.id, deadline: student.verification_deadline() }
    }

    /// The random last byte of the user id chooses the partition.
    pub(crate) fn key(&self) -> Key {
        let shard = self.user_id.as_uuid().as_bytes().last().map_or(0, |byte| byte % SHARDS);
        Key::new(partition(shard), format!("{}#{}#{}", self.deadline, self.school_id, self.user_id))
    }
}

fn partition(shard: u8) -> String {
    format!("{UNVERIFIED}{shard}")
}

/// The deadlines of a partition that have passed, in order.
pub(crate) fn passed(shard: u8, now: Time) -> Range {
    // A sort key is longer than its deadline, so it sorts after it.
    Range::oldest_first(partition(shard), KeyCondition::Between("0".to_owned(), now.to_string()))
}

impl Transaction {
    /// Adds the deadline of a new student.
    pub(crate) fn create_deadline(self, student: &User) -> Result<Self, Error> {
        let deadline = VerificationDeadline::of(student);
        self.create(&deadline.key(), &deadline)
    }

    /// Removes the deadline of a student, if there is one.
    pub(crate) fn delete_deadline(self, student: &User) -> Result<Self, Error> {
        self.delete_if(VerificationDeadline::of(student).key(), RowUpdate::default())
    }
}
