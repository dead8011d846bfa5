//! Attacks, replayed: what a curious or hostile student, board manager, admin or web page would try against the promises of
//! `docs/security.md`. Each file has the attacks on one promise. A test sends only requests that the attacker could send,
//! and compares what the attacker could see, or the rows that decide how long a request takes. No test measures time.

mod blocks;
mod boards;
mod conflicts;
mod friends;
mod local_service;
mod lock_out;
mod refresh;
mod resting_identities;
mod reviews;
mod roles;
mod takedowns;
mod texts;
mod uploads;
mod withdrawal;
mod young_accounts;
