//! Verification by a code: a student proves to read the mail of an address (rule 16). An account has one code at a time,
//! which is bound to the address to which it was sent. Another one replaces it.
//!
//! The row holds a keyed hash of the code, because somebody who reads the table could try all codes in a moment. Each guess
//! is counted before it is compared, in a counter of its own, so concurrent guesses cannot exceed the maximum.
//!
//! A used code stays until it expires. A client that sends it again, because the response was lost, gets the account that
//! it has verified.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | verification code | `SCHOOL#<school>#USER#<user>` | `CODE` |
//! | a code's guesses | `SCHOOL#<school>#USER#<user>` | `LIMIT#CODE#<id of the code>` |

use std::num::NonZeroU32;

use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Caller, Email, Language, Refusal, Restrictions, SchoolId, Time, User, UserId, VerificationCode};
use crate::store::accounts::resting::RestingNames;
use crate::store::accounts::sanctions::Inheritance;
use crate::store::accounts::sessions::{self, SessionsRow};
use crate::store::accounts::users::{self, Users};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::dynamo::{Backoff, Error, Key, Read, RowUpdate, Table, Transaction};
use crate::store::keys::AccountKey;
use crate::store::limits::LIMIT;
use crate::store::mails::{Mail, MailContent, MailSealer};

const CODE: &str = "CODE";
const ID: &[&str] = &["id"];
const IS_USED: &[&str] = &["is_used"];
const GUESSES: NonZeroU32 = match NonZeroU32::new(VerificationCode::GUESSES) {
    Some(guesses) => guesses,
    None => NonZeroU32::MIN,
};

/// Access to verification codes.
#[derive(Clone, Debug)]
pub struct VerificationCodes {
    table: Table,
}

/// Hashes verification codes with a key.
pub struct CodeHasher {
    key: hmac::Key,
}

/// A code that was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SentCode {
    id: Uuid,
    /// The address to which the code was sent.
    address: Email,
    /// The keyed hash of the code, in base64url.
    code_hash: String,
    /// Whether the code has verified its address.
    is_used: bool,
    expires_at: i64,
}

/// A code that the student has entered: the student reads the mail of its address.
#[derive(Debug)]
pub struct ConfirmedCode(SentCode);

impl CodeHasher {
    /// `None` if the key is malformed.
    pub fn new(key: &AccountKey) -> Option<Self> {
        Some(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key.derive("campus verification codes")?) })
    }

    fn hash(&self, id: Uuid, code: &VerificationCode) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, &text(id, code)))
    }

    /// Whether this is the code that was sent. The time that this takes tells nothing about the code.
    fn matches(&self, sent: &SentCode, code: &VerificationCode) -> bool {
        let hash = BASE64_URL_SAFE_NO_PAD.decode(&sent.code_hash).unwrap_or_default();
        hmac::verify(&self.key, &text(sent.id, code), &hash).is_ok()
    }
}

/// What is hashed. The id binds the code to its row, and so to the account and the address.
fn text(id: Uuid, code: &VerificationCode) -> Vec<u8> {
    [id.as_bytes(), code.as_str().as_bytes()].concat()
}

pub(crate) fn key(school: SchoolId, user: UserId) -> Key {
    Key::new(users::partition(school, user), CODE)
}

impl VerificationCodes {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Sends a new code to the address, which replaces the code before. Returns when it expires.
    pub async fn send(
        &self,
        access: &WriteAccess,
        student: &User,
        (address, language): (Email, Language),
        hasher: &CodeHasher,
        sealer: &MailSealer,
    ) -> Result<Time, Error> {
        let (now, id, mut random) = (self.table.clock().now(), Uuid::new_v4(), [0; 8]);
        rand::fill(&mut random).map_err(Error::unexpected)?;
        let code = VerificationCode::from_random(random);
        let expires_at = now.plus_secs(VerificationCode::VALID_FOR_S);
        let (code_hash, text) = (hasher.hash(id, &code), code.as_str().to_owned());
        let sent =
            SentCode { id, address: address.clone(), code_hash, is_used: false, expires_at: expires_at.as_secs() };
        let content = MailContent::VerificationCode { code: text, expires_at };
        self.table
            .transaction(access)
            .overwrite(&key(student.school_id, student.id), &sent)?
            .send_mail(sealer, &Mail { to: address.into(), language, content })?
            .commit()
            .await?;
        Ok(expires_at)
    }

    /// The caller's code, if one was sent and has not expired.
    pub async fn sent(&self, caller: &Caller) -> Result<Option<SentCode>, Error> {
        self.read(caller.school, caller.user).await
    }

    async fn read(&self, school: SchoolId, user: UserId) -> Result<Option<SentCode>, Error> {
        let sent: Option<SentCode> = self.table.get(key(school, user), Read::Consistent).await?;
        let now = self.table.clock().now().as_secs();
        Ok(sent.filter(|sent| now < sent.expires_at))
    }

    /// Counts a guess and compares it with the code. Guesses of a used code are not counted: it verifies nothing more.
    ///
    /// # Errors
    /// [`Refusal::CodeInvalid`] if it is wrong, or if there were too many guesses.
    pub async fn guess(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        sent: SentCode,
        guess: &VerificationCode,
        hasher: &CodeHasher,
    ) -> Result<ConfirmedCode, Error> {
        let counter = Key::new(users::partition(caller.school, caller.user), format!("{LIMIT}{CODE}#{}", sent.id));
        let is_allowed = sent.is_used || self.table.count_up(access, counter, GUESSES, sent.expires_at).await?;
        match is_allowed && hasher.matches(&sent, guess) {
            true => Ok(ConfirmedCode(sent)),
            false => Err(Refusal::CodeInvalid.into()),
        }
    }

    /// Makes the student verified with the address of the code, and uses up the code. If the profile or the
    /// restrictions have changed since they were read, reads them again and repeats the change. Tells the address that the student confirmed before. Returns the
    /// new profile, and the restrictions if the student has inherited some with the address. If the code has verified the
    /// student before, only returns the profile.
    ///
    /// # Errors
    /// [`Refusal::CodeInvalid`] if the code was replaced meanwhile; [`Refusal::EmailTaken`]; [`Refusal::AddressResting`];
    /// [`Error::SessionEnded`] if the student has withdrawn.
    pub async fn confirm(
        &self,
        access: &WriteAccess,
        mut student: User,
        ConfirmedCode(mut code): ConfirmedCode,
        language: Language,
        resting: &RestingNames,
        sealer: &MailSealer,
    ) -> Result<(User, Option<Restrictions>), Error> {
        let (school, id, mut backoff) = (student.school_id, student.id, Backoff::begin());
        let mut restrictions = access.restrictions().clone();
        while !code.is_used {
            let now = self.table.clock().now();
            let confirmed = student.confirm(code.address.clone(), now);
            let inheritance = Inheritance::of(&self.table, &student, &code.address, resting).await?;
            let inherited = inheritance.as_ref().map(Inheritance::restrictions);
            let used = RowUpdate::default().if_equal(ID, code.id)?.if_equal(IS_USED, false)?.set(IS_USED, true)?;
            let transaction = self
                .table
                .transaction(access)
                .update(key(school, id), used)?
                .on_condition_failed(Error::Stale)
                .set_confirmed(&student, &confirmed, &restrictions, inheritance.as_ref())?
                .keep_sanction_of_replaced(
                    resting,
                    &student,
                    &code.address,
                    inherited.as_ref().unwrap_or(&restrictions),
                    now,
                )?
                .claim_address(&student, &code.address, resting)?
                .notify_replaced(&student, &code.address, language, sealer)?;
            match transaction.commit().await {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    let current = self.read(school, id).await?.filter(|current| current.id == code.id);
                    code = current.ok_or(Refusal::CodeInvalid)?;
                    student = self.profile(school, id).await?;
                    restrictions = self.restrictions(school, id).await?;
                }
                result => return result.map(|()| (confirmed, inherited)),
            }
        }
        // The profile may have been read before the code was used.
        Ok((self.profile(school, id).await?, None))
    }

    async fn restrictions(&self, school: SchoolId, user: UserId) -> Result<Restrictions, Error> {
        let row: Option<SessionsRow> = self.table.get(sessions::key(school, user), Read::Consistent).await?;
        row.map(|row| row.restrictions).ok_or(Error::SessionEnded)
    }

    async fn profile(&self, school: SchoolId, user: UserId) -> Result<User, Error> {
        let profile = Users::new(self.table.clone()).get(school, user).await;
        profile.map_err(|error| match error {
            Error::NotFound => Error::SessionEnded,
            error => error,
        })
    }
}

impl Transaction {
    /// Tells the owner of the address that the student confirmed before that another address replaces it: somebody who has
    /// taken over the account may have done that.
    fn notify_replaced(
        self,
        student: &User,
        address: &Email,
        language: Language,
        sealer: &MailSealer,
    ) -> Result<Self, Error> {
        match student.verification.email().filter(|before| before.folded() != address.folded()) {
            Some(before) => {
                let content = MailContent::AddressReplaced;
                self.send_mail(sealer, &Mail { to: before.clone().into(), language, content })
            }
            None => Ok(self),
        }
    }
}
