//! Who is known under which login id and e-mail address, for those of the same school who were told. Logins and addresses
//! themselves are over all schools and beside a password's hash, so that only auth may read them; these rows say nothing
//! but who it is, and stand in the school.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | person by login id | `SCHOOL#<school>#LOGIN#<login id>` | `PERSON` |
//! | person by e-mail address | `SCHOOL#<school>#EMAIL#<folded address>` | `PERSON` |

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Kind};
use super::{Error, Key, Read, Table, Transaction, schools, users};
use crate::domain::{Person, SchoolId, User, UserId};

const PERSON: &str = "PERSON";
const LOGIN: &str = "#LOGIN#";
const EMAIL: &str = "#EMAIL#";

/// Access to who is known under what.
#[derive(Clone, Debug)]
pub struct People {
    table: Table,
}

#[derive(Serialize, Deserialize)]
struct Known {
    user_id: UserId,
}

fn key(school: SchoolId, person: &Person) -> Key {
    let school = schools::partition(school);
    let pk = match person {
        Person::LoginId(login_id) => format!("{school}{LOGIN}{}", login_id.as_str()),
        Person::Email(email) => format!("{school}{EMAIL}{}", email.folded()),
    };
    Key::new(pk, PERSON)
}

/// The two rows of a student.
fn keys(user: &User) -> [Key; 2] {
    let known_by = [Person::LoginId(user.login_id.clone()), Person::Email(user.email.clone())];
    known_by.map(|person| key(user.school_id, &person))
}

impl People {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Who it is, if there is such a person in the school.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn find(&self, school: SchoolId, person: &Person) -> Result<Option<UserId>, Error> {
        let known: Option<Known> = self.table.get(key(school, person), Read::Latest).await?;
        Ok(known.map(|known| known.user_id))
    }
}

impl Transaction {
    /// Makes a new student known.
    pub(super) fn introduce(self, user: &User) -> Result<Self, Error> {
        keys(user).iter().try_fold(self, |transaction, key| transaction.create(key, &Known { user_id: user.id }))
    }

    /// Takes back what makes a student known.
    pub(super) fn withdraw_introduction(self, user: &User) -> Result<Self, Error> {
        keys(user).into_iter().try_fold(self, Self::delete)
    }
}

/// A person is a student who has this login id or this address.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    let (school, rest) = schools::of_partition(pk)?;
    if sk != PERSON || !(rest.starts_with(LOGIN) || rest.starts_with(EMAIL)) {
        return None;
    }
    if let Some(Known { user_id }) = entry.read() {
        entry.post(-1, users::owned(&known_at(pk), school, user_id));
    }
    Some("person")
}

/// Enters that the student is known.
pub(super) fn audit_known(entry: &mut Entry<'_>, user: &User) {
    for Key { pk, .. } in keys(user) {
        entry.post(1, users::owned(&known_at(&pk), user.school_id, user.id));
    }
}

/// What the auditor calls what is known of a person.
fn known_at(pk: &str) -> String {
    format!("what is known at {pk:?}")
}
