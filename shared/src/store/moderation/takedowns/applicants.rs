//! The applicants of takedown requests.

use serde::{Deserialize, Serialize};

use crate::domain::{ApplicantName, Email, Language, TakedownId};
use crate::sealer::Sealer;
use crate::store::dynamo::{Error, Key, Read, RowUpdate, Table, Transaction};
use crate::store::keys::MailKey;
use crate::store::moderation::takedowns::APPLICANT_KEPT_FOR_S;

pub(crate) const APPLICANT: &str = "APPLICANT#";

/// Who asks for a takedown. Neither admins nor the author learn it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    pub name: ApplicantName,
    pub email: Email,
    pub language: Language,
}

/// An applicant in the table. Nobody can read it without the key.
#[derive(Serialize, Deserialize)]
pub(crate) struct ApplicantRow {
    pub(crate) sealed: String,
    /// `None` as long as the takedown is open or restricts something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<i64>,
}

/// Seals applicants, so that only the functions with the mail key can read them.
pub struct ApplicantSealer(Sealer);

impl ApplicantSealer {
    /// `None` if the key is malformed.
    pub fn new(key: &MailKey) -> Option<Self> {
        Some(Self(Sealer::new(&key.derive("campus takedown applicants")?)?))
    }

    pub(super) fn seal(&self, takedown: TakedownId, applicant: &Applicant) -> Result<String, Error> {
        let json = serde_json::to_string(applicant).map_err(Error::unexpected)?;
        match self.0.seal(&takedown.to_string(), &json) {
            sealed if sealed.is_empty() => Err(Error::unexpected("the random number generator has failed")),
            sealed => Ok(sealed),
        }
    }

    fn open(&self, takedown: TakedownId, sealed: &str) -> Option<Applicant> {
        serde_json::from_str(&self.0.open(&takedown.to_string(), sealed)?).ok()
    }
}

pub(crate) fn applicant_key(takedown: TakedownId) -> Key {
    Key::new(format!("{APPLICANT}{takedown}"), "APPLICANT")
}

/// Looks up applicants, to send them a mail.
pub struct Applicants {
    table: Table,
    sealer: ApplicantSealer,
}

impl Applicants {
    /// `None` if the key is malformed.
    pub fn new(table: Table, key: &MailKey) -> Option<Self> {
        Some(Self { table, sealer: ApplicantSealer::new(key)? })
    }

    /// The applicant. `None` once the takedown has been over for 30 days, or if another key has sealed the row.
    pub async fn get(&self, takedown: TakedownId) -> Result<Option<Applicant>, Error> {
        let row: Option<ApplicantRow> = self.table.get(applicant_key(takedown), Read::Consistent).await?;
        let now = self.table.clock().now().as_secs();
        let row = row.filter(|row| row.expires_at.is_none_or(|expires_at| now < expires_at));
        Ok(row.and_then(|row| self.sealer.open(takedown, &row.sealed)))
    }
}

impl Transaction {
    /// Deletes the applicant 30 days from now.
    pub(super) fn expire_applicant(self, takedown: TakedownId) -> Result<Self, Error> {
        let expires_at = self.now().as_secs().saturating_add(APPLICANT_KEPT_FOR_S);
        let change = RowUpdate::of_existing().set(&["expires_at"], expires_at)?;
        Ok(self.update(applicant_key(takedown), change)?.on_condition_failed(Error::Stale))
    }
}
