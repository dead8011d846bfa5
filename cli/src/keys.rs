//! `campus keys`.

use anyhow::{Context, Result};
use campus_auth::{generate_signing_key, key_set, public_key};
use campus_core::store::{KeyRing, Keys, PushKeys};
use campus_local::generate_keys;
use campus_notifications::generate_push_key;
use clap::{Args, Subcommand};

use crate::EXIT_CODES;
use crate::output::{print, print_error};
use crate::table_args::TableArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Generate the keys of a new table, and print the public key
    ///
    /// Fails if the table has keys. `campus dev` does this by itself. The public key is printed as a JSON Web Key Set, for
    /// the parameter VerificationKeys of a deployment.
    #[command(after_help = EXIT_CODES)]
    Generate(Options),
    /// Print the public keys
    ///
    /// The keys are printed as a JSON Web Key Set, for the parameter VerificationKeys of a deployment. Changes nothing.
    #[command(after_help = EXIT_CODES)]
    Show(Options),
    /// Do the next of the three steps that replace the signing key, and print the public keys
    ///
    /// The first step creates a new key, the second one makes it sign, and the third one deletes the old key. Deploy the
    /// printed keys after each step. Wait ten minutes before the third step, until the last token of the old key has
    /// expired. Nobody has to log in again.
    #[command(after_help = EXIT_CODES)]
    Rotate(Options),
    /// Do the next of the two steps that replace the key of pushes
    ///
    /// The first step creates a new key, for which browsers subscribe from then on. The service signs pushes to earlier
    /// subscriptions with the old key. The second step deletes the old key, and those subscriptions get no more pushes. Wait a
    /// month before it: a browser subscribes again when its user opens the app. Nothing needs to be deployed.
    #[command(after_help = EXIT_CODES)]
    RotatePush(Options),
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    table: TableArgs,
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    let ring = match command {
        Command::Generate(Options { table }) => {
            table.run(async |table| generate_keys(&Keys::new(table.clone())).await).await?
        }
        Command::Show(Options { table }) => table.run(async |table| read(&Keys::new(table.clone())).await).await?,
        Command::Rotate(Options { table }) => {
            let (ring, next_step) = table.run(async |table| rotate(&Keys::new(table.clone())).await).await?;
            print_error(next_step);
            ring
        }
        Command::RotatePush(Options { table }) => {
            let (public_keys, next_step) =
                table.run(async |table| rotate_push(&PushKeys::new(table.clone())).await).await?;
            print_error(next_step);
            return print(public_keys);
        }
    };
    print(key_set(&ring)?)
}

/// Does the next step of a rotation. Returns the keys after it, and what the operator has to do next.
async fn rotate(keys: &Keys) -> Result<(KeyRing, &'static str)> {
    let KeyRing { current, next, previous } = read(keys).await?;
    let next_step = match (next, previous) {
        (None, None) => {
            let next = generate_signing_key().context("the system's random number generator failed")?;
            keys.prepare(&next).await?;
            "Created a new key. Deploy both public keys, then run `campus keys rotate` again: the new key then signs."
        }
        (Some(next), _) => {
            keys.switch(&next, &public_key(&current)?).await?;
            "The new key signs as soon as you have deployed the public keys in this order, or restarted `campus dev`. Ten \
             minutes later, run `campus keys rotate` again: it deletes the old key."
        }
        (None, Some(_)) => {
            keys.retire().await?;
            "Deleted the old key. Deploy the remaining public key: tokens of the old key are then refused."
        }
    };
    Ok((read(keys).await?, next_step))
}

/// Does the next step of a rotation of the push key. Returns the public key after it, and what the operator has to do next.
async fn rotate_push(keys: &PushKeys) -> Result<(String, &'static str)> {
    let ring = keys.ring().await?.context("the table has no push key: run `campus keys generate`")?;
    let next_step = if ring.previous.is_none() {
        let next = generate_push_key().context("the system's random number generator failed")?;
        keys.replace(&ring.current, &next).await?;
        "Created a new key. In a month, run `campus keys rotate-push` again: it deletes the old key."
    } else {
        keys.retire(&ring).await?;
        "Deleted the old key."
    };
    Ok((keys.public().await?.current.as_str().to_owned(), next_step))
}

async fn read(keys: &Keys) -> Result<KeyRing> {
    keys.ring().await?.context("the table has no keys: run `campus keys generate`")
}
