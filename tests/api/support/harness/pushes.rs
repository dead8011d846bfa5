//! Browsers that subscribe to pushes.

use campus_core::domain::{BlockTarget, Cause, NotificationDraft, StudentKey};
use campus_core::store::{Notifications, Notified};
use campus_local::{BrowserSubscription, PushMessage};
use serde_json::{Value, json};

use super::{Answer, Student, TestApp};

impl TestApp {
    /// Makes a subscription of a browser, for the current key of the service.
    pub async fn browser(&self, by: &Student) -> BrowserSubscription {
        let key = self.get("/notifications/push-key").by(by).send().await.is(200).text_at("/public_key");
        self.push_service.subscribe(&key).unwrap()
    }

    pub async fn put_subscription(&self, by: &Student, browser: &BrowserSubscription) -> Answer {
        self.put("/notifications/push-subscription").by(by).json(&subscription_body(browser)).send().await
    }

    /// Subscribes a new browser to the student's pushes.
    pub async fn subscribe(&self, by: &Student) -> BrowserSubscription {
        let browser = self.browser(by).await;
        self.put_subscription(by, &browser).await.is(204);
        browser
    }

    /// Notifies a student, as the consumer of the stream does.
    pub async fn notify(&self, student: &Student, cause: Cause, is_about_anonymous: bool) -> Notified {
        let caller = student.caller();
        let key = StudentKey { school: caller.school, user: caller.user };
        let draft = NotificationDraft { cause, at: self.clock.now(), actor: None::<BlockTarget>, is_about_anonymous };
        Notifications::new(self.table()).notify(key, &draft).await.unwrap()
    }

    /// The messages that the browser has got, oldest first.
    pub fn pushes_to(&self, browser: &BrowserSubscription) -> Vec<PushMessage> {
        let mut messages = self.push_service.messages();
        messages.retain(|message| message.endpoint == browser.endpoint);
        messages
    }

    /// Lets this number of seconds pass, and stops the clock.
    pub fn pass_secs(&self, seconds: i64) {
        self.clock.stop_at_millis(self.clock.now().plus_secs(seconds).as_millis());
    }
}

/// The body of a request that subscribes a browser.
pub fn subscription_body(browser: &BrowserSubscription) -> Value {
    json!({
        "endpoint": browser.endpoint,
        "keys": { "p256dh": browser.keys.p256dh, "auth": browser.keys.auth },
    })
}
