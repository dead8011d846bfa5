//! Accounts: students, their credentials and sessions, sign-up, verification, suspension, and write access. Withdrawal is in
//! `store::withdrawals`, because it also deletes what other folders of the store own.

pub(crate) mod authorizer;
mod consents;
pub(crate) mod credentials;
pub(crate) mod deadlines;
pub(crate) mod directory;
pub(crate) mod password_resets;
pub(crate) mod resting;
pub(crate) mod sanctions;
pub(crate) mod sessions;
pub(crate) mod sign_up;
mod suspension;
pub(crate) mod users;
pub(crate) mod verification;
pub(crate) mod verification_codes;
pub(crate) mod verified_addresses;
pub(crate) mod write_access;
