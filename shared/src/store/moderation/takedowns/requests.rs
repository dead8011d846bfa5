//! Requests of applicants, and their confirmation.

use serde::{Deserialize, Serialize};

use crate::domain::{
    CaseId, Refusal, SchoolId, Takedown, TakedownExplanation, TakedownId, TakedownRight, TakedownState, Time,
};
use crate::hash::sha256;
use crate::store::dynamo::{Backoff, Error, Key, Read, RowUpdate, ServiceAuthority};
use crate::store::keys::generate_secret;
use crate::store::mails::{Mail, MailContent, MailSealer, Recipient};
use crate::store::moderation::subjects::{FoundSubject, first_key};
use crate::store::moderation::takedowns::applicants::{ApplicantRow, applicant_key};
use crate::store::moderation::takedowns::{
    APPLICANT_KEPT_FOR_S, Applicant, ApplicantSealer, ListedTakedown, Takedowns, listed_key, takedown_key,
};
use crate::store::schools::Schools;

pub(crate) const TAKEDOWN_REQUEST: &str = "TAKEDOWNREQUEST#";
pub(crate) const REQUEST: &str = "REQUEST";

/// How long an applicant can confirm the address, in seconds: a day.
const VALID_FOR_S: i64 = 24 * 3600;

/// When the request about an unknown thing is declined, in seconds after its confirmation: 2 to 24 hours. An answer at
/// once would tell that the thing does not exist.
const UNKNOWN_DECLINED_AFTER_S: std::ops::Range<u32> = 2 * 3600..24 * 3600;

/// What an applicant asks for.
#[derive(Clone, Debug)]
pub struct NewTakedownRequest {
    pub case_id: CaseId,
    pub right: TakedownRight,
    pub explanation: TakedownExplanation,
    pub applicant: Applicant,
}

/// A request whose address is confirmed. It does not tell whether the thing exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedRequest {
    pub right: TakedownRight,
    pub confirmed_at: Time,
}

/// A request, until its token expires.
#[derive(Serialize, Deserialize)]
pub(crate) struct RequestRow {
    /// What waits for the confirmation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting: Option<WaitingRequest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed: Option<ConfirmedRequest>,
    expires_at: i64,
}

#[derive(Serialize, Deserialize)]
struct WaitingRequest {
    takedown_id: TakedownId,
    case_id: CaseId,
    right: TakedownRight,
    explanation: TakedownExplanation,
    /// The applicant, sealed.
    applicant: String,
}

fn request_key(token: &str) -> Key {
    Key::new(format!("{TAKEDOWN_REQUEST}{}", sha256(token.as_bytes())), REQUEST)
}

impl Takedowns {
    /// The link of a mail: it leads to the page of the web client at `app_url`, and has the token in its fragment, which
    /// browsers send to no server.
    pub fn confirmation_link(app_url: &str, token: &str) -> String {
        format!("{}/takedown/confirm#{token}", app_url.trim_end_matches('/'))
    }

    /// Writes a request, and the mail with the token that confirms its address.
    pub async fn request(
        &self,
        sealers: (&MailSealer, &ApplicantSealer),
        request: &NewTakedownRequest,
    ) -> Result<(), Error> {
        self.write_request(sealers, request).await.map(drop)
    }

    /// Writes a request and confirms it, for the demo data, which reads no mails.
    pub async fn request_confirmed(
        &self,
        (mails, applicants): (&MailSealer, &ApplicantSealer),
        request: &NewTakedownRequest,
    ) -> Result<(), Error> {
        let token = self.write_request((mails, applicants), request).await?;
        self.confirm(mails, &token).await.map(drop)
    }

    /// Returns the token: 256 random bits, in base64url.
    async fn write_request(
        &self,
        (mails, applicants): (&MailSealer, &ApplicantSealer),
        request: &NewTakedownRequest,
    ) -> Result<String, Error> {
        let now = self.table.clock().now();
        let (token, expires_at) = (generate_secret().map_err(Error::unexpected)?, now.plus_secs(VALID_FOR_S));
        let NewTakedownRequest { case_id, right, explanation, applicant } = request;
        let takedown_id = TakedownId::random();
        let waiting = WaitingRequest {
            takedown_id,
            case_id: *case_id,
            right: *right,
            explanation: explanation.clone(),
            applicant: applicants.seal(takedown_id, applicant)?,
        };
        let row = RequestRow { waiting: Some(waiting), confirmed: None, expires_at: expires_at.as_secs() };
        let key = request_key(&token);
        let content = MailContent::TakedownConfirmation { token: token.clone(), expires_at };
        let mail = Mail { to: Recipient::Address(applicant.email.clone()), language: applicant.language, content };
        let transaction = self.table.transaction(ServiceAuthority).create(&key, &row)?;
        transaction.send_mail(mails, &mail)?.commit().await.map(|()| token)
    }

    /// Confirms the address of a request. If the thing exists, the admins of its school see the takedown. If not, the
    /// request is declined some hours later. Nothing tells which.
    ///
    /// A token that has confirmed before does nothing, and returns the same.
    ///
    /// # Errors
    /// [`Refusal::TakedownTokenInvalid`] if the token is wrong or has expired.
    pub async fn confirm(&self, mails: &MailSealer, token: &str) -> Result<ConfirmedRequest, Error> {
        let (key, mut backoff) = (request_key(token), Backoff::begin());
        loop {
            let row: Option<RequestRow> = self.table.get(key.clone(), Read::Consistent).await?;
            let now = self.table.clock().now();
            let row = row.filter(|row| now.as_secs() < row.expires_at).ok_or(Refusal::TakedownTokenInvalid)?;
            let waiting = match (row.confirmed, row.waiting) {
                (Some(confirmed), _) => return Ok(confirmed),
                (None, Some(waiting)) => waiting,
                (None, None) => return Err(Error::unexpected("the takedown request is empty")),
            };
            let confirmed = ConfirmedRequest { right: waiting.right, confirmed_at: now };
            match self.try_confirm(mails, &key, waiting, confirmed).await {
                Err(Error::Stale) => backoff.pause().await?,
                result => return result.map(|()| confirmed),
            }
        }
    }

    async fn try_confirm(
        &self,
        mails: &MailSealer,
        key: &Key,
        waiting: WaitingRequest,
        confirmed: ConfirmedRequest,
    ) -> Result<(), Error> {
        let WaitingRequest { takedown_id: id, case_id, right, explanation, applicant } = waiting;
        let now = confirmed.confirmed_at;
        let found = self.find_in_any_school(case_id).await?;
        let expires_at = match found {
            Some(_) => None,
            None => Some(now.as_secs().saturating_add(APPLICANT_KEPT_FOR_S)),
        };
        let change = RowUpdate::default().if_present(&["waiting"]).remove(&["waiting"]);
        let transaction = self
            .table
            .transaction(ServiceAuthority)
            .update(key.clone(), change.set(&["confirmed"], confirmed)?)?
            .on_condition_failed(Error::Stale)
            .create(&applicant_key(id), &ApplicantRow { sealed: applicant, expires_at })?;
        let transaction = match found {
            Some((school, found)) => {
                let takedown = Takedown {
                    id,
                    case_id,
                    author_id: found.subject.author_id,
                    right,
                    explanation,
                    state: TakedownState::Open,
                    listed_at: now,
                    created_at: now,
                    decision: None,
                    until: None,
                    before: None,
                    objected_at: None,
                };
                let listed = ListedTakedown::new(&takedown);
                let transaction = transaction.create(&takedown_key(school, id), &takedown)?;
                transaction.create(&listed_key(school, &takedown), &listed)?
            }
            None => {
                let content = MailContent::Takedown { state: TakedownState::Declined };
                let mail = Mail::to(Recipient::Applicant(id), content);
                transaction.send_mail_later(mails, &mail, UNKNOWN_DECLINED_AFTER_S)?
            }
        };
        transaction.commit().await
    }

    /// Finds a thing in any school. Makes the same calls if there is none, so that the time does not tell.
    async fn find_in_any_school(&self, id: CaseId) -> Result<Option<(SchoolId, FoundSubject)>, Error> {
        let schools = Schools::new(self.table.clone()).all().await?;
        let keys = schools.iter().map(|school| first_key(school.id, id));
        let rows = self.table.batch_get(keys, Read::Eventual).await?;
        let has = |school: &SchoolId| rows.has(&first_key(*school, id));
        let ids = || schools.iter().map(|school| school.id);
        let Some(school) = ids().find(has).or_else(|| ids().next()) else { return Ok(None) };
        let (found, _) = self.cases.find_in(school, id, Vec::new()).await?;
        Ok(found.map(|found| (school, found)))
    }
}
