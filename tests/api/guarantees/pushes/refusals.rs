//! Push services that refuse, fail or do not answer.

use std::time::Duration;

use campus_local::PushFault;

use super::Phone;
use crate::support::harness::TestApp;

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
    phone.app.pass_secs(1);
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
    phone.app.pass_secs(3600);
    phone.app.run_mail_schedule().await;
    assert_eq!(phone.received().len(), 1);
}

#[tokio::test]
async fn only_the_browsers_that_were_not_reached_are_tried_again() {
    let phone = Phone::start().await;
    phone.notify(false).await;
    phone.app.push_service.set_fault(Some(PushFault::Status(503)));
    phone.app.consume_stream().await;
    // A browser that subscribes later does not get earlier pushes.
    let session = phone.app.log_in(&phone.student.login_id).await;
    let later = phone.app.subscribe(&session).await;
    phone.app.push_service.set_fault(None);
    phone.app.pass_secs(60);
    phone.app.run_mail_schedule().await;
    assert_eq!((phone.received().len(), phone.app.pushes_to(&later).len()), (1, 0));
}

#[tokio::test]
async fn a_push_is_given_up_after_six_attempts() {
    let phone = Phone::start().await;
    phone.app.push_service.set_fault(Some(PushFault::Status(500)));
    phone.notify(false).await;
    phone.app.consume_stream().await;
    for minutes in [1, 2, 4, 8, 16] {
        phone.app.pass_secs(60 * minutes - 1);
        phone.app.run_mail_schedule().await;
        phone.app.pass_secs(1);
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
