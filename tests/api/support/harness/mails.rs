//! The mails that the service would send.

use campus_core::domain::{Email, Parse};
use campus_core::store::{AttemptStart, Keys, Mail, MailContent, MailSealer, Mails};
use serde_json::json;

use super::{Answer, Student, TestApp};
use crate::support::table::{self, StoredRow};

impl TestApp {
    /// Takes all mails that wait to be sent, in no order.
    pub async fn take_mails(&self) -> Vec<Mail> {
        let table = self.table();
        let (_, keys) = Keys::new(table.clone()).cursor_and_auth().await.unwrap();
        let (sealer, queue) = (MailSealer::new(&keys.unwrap().mail).unwrap(), Mails::new(table));
        let mut mails = Vec::new();
        for partition in queue.partitions() {
            for queued in queue.due(partition, None).await.unwrap().items {
                let AttemptStart::Attempt(attempt) = queue.start_attempt(&sealer, &queued).await.unwrap() else {
                    continue;
                };
                queue.finish(&attempt).await.unwrap();
                mails.push(attempt.mail);
            }
        }
        mails
    }

    /// Takes the only mail that waits to be sent: a verification code to this address. Returns the code.
    pub async fn take_code(&self, address: &str) -> String {
        let mut mails = self.take_mails().await;
        let mail = mails.pop().unwrap();
        assert!(mails.is_empty(), "{mails:?}");
        assert_eq!(mail.to, Email::parse(address.to_owned()).unwrap().into());
        let MailContent::VerificationCode { code, .. } = mail.content else { panic!("{:?}", mail.content) };
        code
    }

    /// Asks for a code for this address.
    pub async fn request_code(&self, by: &Student, address: &str) -> Answer {
        self.post("/auth/verification").by(by).json(&json!({ "email": address })).send().await
    }

    pub async fn confirm_code(&self, by: &Student, code: &str) -> Answer {
        self.post("/auth/verification/confirm").by(by).json(&json!({ "code": code })).send().await
    }

    /// Lets the verification codes expire in 2100, for a table that is copied for tests which may run much later.
    pub fn keep_codes_valid(&self) {
        let is_code = |row: &StoredRow| ["CODE", "LIMIT#CODE#"].iter().any(|sk| table::text(row, "sk").starts_with(sk));
        let expires_at = dynoxide::types::AttributeValue::N("4102444800".to_owned());
        let valid = |mut row: StoredRow| {
            row.insert("expires_at".to_owned(), expires_at.clone());
            row
        };
        table::write(&self.engine, table::scan(&self.engine).into_iter().filter(is_code).map(valid).collect());
    }

    /// Verifies this address.
    pub async fn verify_address(&self, by: &Student, address: &str) {
        self.request_code(by, address).await.is(202);
        let code = self.take_code(address).await;
        self.confirm_code(by, &code).await.is(200);
    }
}

/// A code that is not this one.
pub fn another_code(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}
