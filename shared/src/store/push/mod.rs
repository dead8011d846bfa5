//! Web Push (rule 23): the keys that sign messages, the subscriptions of students, and the pushes that wait to be sent.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | push key | `PUSH-KEY` | `KEY` |
//! | previous push key | `PUSH-KEY` | `PREVIOUS` |
//! | public push keys | `PUSH-PUBLIC-KEY` | `KEY` |
//! | push subscriptions | `SCHOOL#<school>#USER#<user>` | `PUSH-SUBSCRIPTIONS` |
//! | push endpoint | `PUSHENDPOINT#<hash of the URL>` | `ENDPOINT` |
//! | push | `PUSHES#<shard>` | `<hash of student and group>` |

mod keys;
mod queue;
mod subscriptions;

pub use keys::{PublicPushKeys, PushKey, PushKeyRing, PushKeys};
pub use queue::{PushAttempt, PushRecipients, PushStart, Pushes, QueuedPush};
pub use subscriptions::{PushResult, PushSubscriptions, PushTarget, SubscriptionContext, SubscriptionsRow};

pub(crate) use keys::{previous_push_key, public_push_keys, push_key};
pub(crate) use queue::{PUSHES, PushRow};
pub(crate) use subscriptions::{ENDPOINT, EndpointOwner, PUSH_ENDPOINT, PUSH_SUBSCRIPTIONS, endpoint_key, purge};
