//! Push services that refuse, fail or do not answer.

use std::time::Duration;

use campus_core::store::PushKeys;
use campus_local::PushFault;
use campus_notifications::generate_push_key;

use super::Phone;
use crate::support::harness::TestApp;
use crate::support::table;

#[tokio::test]
async fn a_subscription_that_is_gone_is_deleted() {
    for status in [404, 410] {
        let phone = Phone::start().await;
        match status {
            410 => assert!(phone.app.push_service.unsubscribe(&phone.browser.endpoint)),
            _ => phone.app.push_service.set_fault(Some(PushFault::Status(status))),
        }
        for _ in 0..2 {
            phone.app.pass_secs(1);
            phone.notify(false).await;
            phone.app.consume_stream().await;
        }
        assert_eq!((phone.app.push_service.requests(), phone.waiting().await), (1, 0), "{status}");
        assert_eq!(phone.app.count_rows("PUSHENDPOINT#").await, 0);
        phone.app.audit().await;
    }
}

#[tokio::test]
async fn a_subscription_that_misses_three_pushes_and_three_days_is_deleted() {
    for fault in [PushFault::Status(400), PushFault::Status(500)] {
        let phone = Phone::start().await;
        let mut posts = Vec::new();
        for number in 0..7 {
            posts.push(phone.app.write_post(&phone.student, &phone.board, &format!("글 {number}"), false).await);
        }
        let subscriptions = async |post: &str, days: i64, fault: Option<PushFault>| {
            phone.app.push_service.set_fault(fault);
            phone.app.pass_secs(days * 24 * 3600);
            phone.notify_about(post, false).await;
            phone.app.consume_stream().await;
            for _ in 0..5 {
                phone.app.pass_secs(16 * 60);
                phone.app.run_mail_schedule().await;
            }
            assert_eq!(phone.waiting().await, 0);
            phone.app.count_rows("PUSHENDPOINT#").await
        };
        // A browser that is reached in between begins again.
        for (post, days, fault, left) in [
            (0, 0, Some(&fault), 1),
            (1, 4, Some(&fault), 1),
            (2, 0, None, 1),
            (3, 0, Some(&fault), 1),
            (4, 0, Some(&fault), 1),
            (5, 0, Some(&fault), 1),
            (6, 4, Some(&fault), 0),
        ] {
            assert_eq!(subscriptions(&posts[post], days, fault.cloned()).await, left, "{post} {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_push_service_that_asks_to_wait_gets_no_other_pushes_meanwhile() {
    let phone = Phone::start().await;
    phone.app.push_service.set_fault(Some(PushFault::RateLimited { retry_after: 100 }));
    phone.notify(false).await;
    phone.app.consume_stream().await;
    for seconds in [1, 1] {
        phone.app.pass_secs(seconds);
        phone.notify(false).await;
        phone.app.consume_stream().await;
    }
    assert_eq!((phone.app.push_service.requests(), phone.waiting().await), (1, 3));
    phone.app.push_service.set_fault(None);
    phone.app.pass_secs(130);
    phone.app.run_mail_schedule().await;
    assert_eq!((phone.received().len(), phone.waiting().await), (3, 0));
}

#[tokio::test]
async fn keys_that_cannot_be_read_hold_up_only_the_browsers_that_need_them() {
    let phone = Phone::start().await;
    let keys = PushKeys::new(phone.app.table());
    let ring = keys.ring().await.unwrap().unwrap();
    keys.replace(&ring.current, &generate_push_key().unwrap()).await.unwrap();
    let session = phone.app.log_in(&phone.student.login_id).await;
    let other = phone.app.subscribe(&session).await;
    let rows = table::scan(&phone.app.engine);
    let key = rows.iter().find(|row| table::text(row, "pk") == "PUSH-KEY" && table::text(row, "sk") == "KEY").unwrap();
    let mut malformed = key.clone();
    malformed.remove("pkcs8");
    table::write(&phone.app.engine, vec![malformed]);
    phone.notify(false).await;
    phone.app.consume_stream().await;
    assert_eq!((phone.received().len(), phone.app.pushes_to(&other).len(), phone.waiting().await), (1, 0, 1));
    table::write(&phone.app.engine, vec![key.clone()]);
    phone.app.pass_secs(60);
    phone.app.run_mail_schedule().await;
    assert_eq!((phone.received().len(), phone.app.pushes_to(&other).len(), phone.waiting().await), (1, 1, 0));
}

#[tokio::test]
async fn a_push_that_is_refused_for_good_is_given_up_and_the_subscription_stays() {
    for fault in [PushFault::Status(400), PushFault::Status(403), PushFault::Status(413)] {
        let phone = Phone::start().await;
        phone.app.push_service.set_fault(Some(fault));
        phone.notify(false).await;
        phone.app.consume_stream().await;
        assert_eq!((phone.app.push_service.requests(), phone.waiting().await), (1, 0));
        assert_eq!(phone.app.count_rows("PUSHENDPOINT#").await, 1);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let phone = Phone::start().await;
    let other = TestApp::start().await;
    let url = format!("http://127.0.0.1:{}/push/x", other.push_service.port());
    phone.app.push_service.set_fault(Some(PushFault::Redirect(url)));
    phone.notify(false).await;
    phone.app.consume_stream().await;
    assert_eq!((phone.app.push_service.requests(), other.push_service.requests()), (1, 0));
    assert_eq!((phone.received().len(), phone.waiting().await), (0, 0));
}

#[tokio::test]
async fn a_busy_push_service_is_asked_again_when_it_says() {
    let phone = Phone::start().await;
    phone.app.push_service.set_fault(Some(PushFault::RateLimited { retry_after: 600 }));
    phone.notify(false).await;
    phone.app.consume_stream().await;
    phone.app.push_service.set_fault(None);
    phone.app.pass_secs(599);
    phone.app.run_mail_schedule().await;
    assert_eq!((phone.app.push_service.requests(), phone.waiting().await), (1, 1));
    phone.app.pass_secs(31);
    phone.app.run_mail_schedule().await;
    assert_eq!((phone.received().len(), phone.waiting().await), (1, 0));
}

#[tokio::test]
async fn a_push_service_can_ask_for_an_hour_at_most() {
    let phone = Phone::start().await;
    phone.app.push_service.set_fault(Some(PushFault::RateLimited { retry_after: u32::MAX }));
    phone.notify(false).await;
    phone.app.consume_stream().await;
    phone.app.push_service.set_fault(None);
    phone.app.pass_secs(3630);
    phone.app.run_mail_schedule().await;
    assert_eq!(phone.received().len(), 1);
}

#[tokio::test]
async fn only_the_browsers_that_were_not_reached_are_tried_again() {
    let phone = Phone::start().await;
    let session = phone.app.log_in(&phone.student.login_id).await;
    let other = phone.app.subscribe(&session).await;
    phone.app.push_service.set_fault_at(&phone.browser.endpoint, PushFault::Status(503));
    phone.notify(false).await;
    phone.app.consume_stream().await;
    assert_eq!((phone.received().len(), phone.app.pushes_to(&other).len()), (0, 1));
    // A browser that subscribes later does not get earlier pushes.
    let session = phone.app.log_in(&phone.student.login_id).await;
    let later = phone.app.subscribe(&session).await;
    phone.app.push_service.set_fault(None);
    phone.app.pass_secs(60);
    phone.app.run_mail_schedule().await;
    assert_eq!((phone.received().len(), phone.app.pushes_to(&other).len()), (1, 1));
    assert_eq!((phone.app.pushes_to(&later).len(), phone.waiting().await), (0, 0));
}

#[tokio::test]
async fn a_push_is_given_up_after_six_attempts() {
    let phone = Phone::start().await;
    phone.app.push_service.set_fault(Some(PushFault::Status(500)));
    phone.notify(false).await;
    phone.app.consume_stream().await;
    for (attempts, minutes) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16)] {
        phone.app.pass_secs(30 * minutes - 1);
        phone.app.run_mail_schedule().await;
        assert_eq!(phone.app.push_service.requests(), attempts);
        phone.app.pass_secs(30 * minutes + 1);
        phone.app.run_mail_schedule().await;
    }
    assert_eq!((phone.app.push_service.requests(), phone.waiting().await), (6, 0));
    assert_eq!(phone.app.count_rows("PUSHENDPOINT#").await, 1);
}

#[tokio::test]
async fn a_push_service_that_hangs_delays_the_push() {
    let phone = Phone::start().await;
    phone.app.push_service.set_fault(Some(PushFault::Hangs));
    phone.notify(false).await;
    let hung = async {
        phone.app.push_service.hung().await;
        // The clock of the runtime jumps beyond the time limit of the request.
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(6)).await;
        tokio::time::resume();
    };
    tokio::join!(phone.app.consume_stream(), hung);
    assert_eq!((phone.received().len(), phone.waiting().await), (0, 1));
    phone.app.push_service.set_fault(None);
    phone.app.pass_secs(60);
    phone.app.run_mail_schedule().await;
    assert_eq!((phone.received().len(), phone.waiting().await), (1, 0));
}

#[tokio::test]
async fn a_lost_answer_makes_a_second_push_that_replaces_the_first() {
    let phone = Phone::start().await;
    phone.app.push_service.set_fault(Some(PushFault::AnswerLost));
    phone.notify(false).await;
    phone.app.consume_stream().await;
    phone.app.push_service.set_fault(None);
    phone.app.pass_secs(60);
    phone.app.run_mail_schedule().await;
    let messages = phone.app.pushes_to(&phone.browser);
    assert_eq!(messages.len(), 2);
    assert!(messages[0].topic.is_some() && messages[0].topic == messages[1].topic);
    assert_eq!(messages[0].text, messages[1].text);
}
