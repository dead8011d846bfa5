//! A takedown request for the admin to decide.

use anyhow::{Context, Result};
use campus_core::domain::{ContentLink, Language, Parse, TakedownRight};
use campus_core::store::{Applicant, ApplicantSealer, MailSealer, NewTakedownRequest};
use campus_local::LocalService;

/// Sends and confirms a takedown request about a post, as somebody without an account.
pub(super) async fn create(service: &LocalService, post: &str) -> Result<()> {
    let (mails, applicants) = MailSealer::new(&service.mail_key)
        .zip(ApplicantSealer::new(&service.mail_key))
        .context("the mail key is malformed")?;
    let ContentLink(case_id) = parse(format!("/posts/{post}"))?;
    let applicant = Applicant {
        name: parse("강바다".to_owned())?,
        email: parse("bada@mail.example".to_owned())?,
        language: Language::Korean,
    };
    let explanation = parse("허락 없이 제가 찍은 사진을 올렸습니다.".to_owned())?;
    let request = NewTakedownRequest { case_id, right: TakedownRight::Copyright, explanation, applicant };
    Ok(service.app.takedowns.request_confirmed((&mails, &applicants), &request).await?)
}

fn parse<T: Parse<Raw = String>>(text: String) -> Result<T> {
    T::parse(text.clone()).ok().with_context(|| format!("{text} is invalid"))
}
