//! `campus moderation takedowns` and `campus moderation takedown`.

use anyhow::{Context, Result, bail};
use campus_core::domain::{DecisionNote, SchoolId, TakedownDecision, TakedownId, TakedownState, TakedownVerdict};
use campus_core::store::{Error, Keys, MailSealer, Schools, SeenTakedown, Table, Takedowns};
use clap::ValueEnum;
use serde_json::json;

use crate::args;
use crate::output::print;
use crate::table_args::TableArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct ListOptions {
    /// Only takedown requests of the school with this id
    #[arg(long, value_name = "ID", value_parser = args::school_id)]
    school: Option<SchoolId>,
    /// Those that restrict something, instead of those that wait for a decision
    #[arg(long)]
    restricted: bool,
    #[command(flatten)]
    table: TableArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DecisionOptions {
    /// The id of the takedown request, as `campus moderation takedowns` prints it
    #[arg(value_parser = args::takedown_id)]
    id: TakedownId,
    /// What becomes of the request. Without it, the command prints the request with the thing that it is about, as JSON
    #[arg(value_enum)]
    verdict: Option<VerdictArg>,
    /// For the log, which the admins of the school see: at most 1,000 characters
    #[arg(long, value_name = "TEXT", value_parser = args::decision_note, requires = "verdict")]
    note: Option<DecisionNote>,
    #[command(flatten)]
    table: TableArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum VerdictArg {
    /// The thing is hidden for 30 days, and then removed unless its author objects
    Restrict,
    /// The thing stays as it is
    Decline,
}

/// Prints the takedown requests.
pub(crate) async fn list(options: &ListOptions) -> Result<()> {
    let state = if options.restricted { TakedownState::Restricted } else { TakedownState::Open };
    options.table.run(async |table| list_in(table, options.school, state).await).await
}

async fn list_in(table: &Table, wanted: Option<SchoolId>, state: TakedownState) -> Result<()> {
    let takedowns = Takedowns::new(table.clone());
    let schools = Schools::new(table.clone()).all().await?;
    for school in schools.iter().map(|school| school.id).filter(|id| wanted.is_none_or(|wanted| wanted == *id)) {
        for takedown in takedowns.all(school, state).await? {
            let (id, listed_at, case_id) = (takedown.id, takedown.listed_at, takedown.case_id);
            let (right, explanation) =
                (takedown.right.as_str(), takedown.explanation.as_str().replace(['\n', '\t'], " "));
            print(format_args!("{id}\t{school}\t{listed_at}\t{case_id}\t{right}\t{explanation}"))?;
        }
    }
    Ok(())
}

/// Decides a takedown request, or prints it.
pub(crate) async fn show_or_decide(options: DecisionOptions) -> Result<()> {
    let DecisionOptions { id, verdict, note, table } = options;
    let verdict = match verdict {
        Some(VerdictArg::Restrict) => TakedownVerdict::Restrict,
        Some(VerdictArg::Decline) => TakedownVerdict::Decline,
        None => return show(id, &table).await,
    };
    let decide = async |table: &Table| {
        let key =
            Keys::new(table.clone()).mail().await?.context("the table has no mail key: run `campus keys generate`")?;
        let sealer = MailSealer::new(&key).context("the mail key of the table is malformed")?;
        let note = note.clone().unwrap_or_default();
        let decision = TakedownDecision { verdict, note, decided_by: None, decided_at: table.clock().now() };
        match Takedowns::new(table.clone()).decide_by_operator(&sealer, id, &decision).await {
            Err(Error::NotFound) => bail!("there is no takedown request {id}"),
            Err(Error::Refused(_)) => bail!("the takedown request {id} is decided already"),
            result => Ok(result?.takedown.state),
        }
    };
    let state = table.run(decide).await?;
    print(format_args!("The takedown request is {}.", state.as_str()))
}

async fn show(id: TakedownId, table: &TableArgs) -> Result<()> {
    let show = async |table: &Table| match Takedowns::new(table.clone()).show_to_operator(id).await {
        Err(Error::NotFound) => bail!("there is no takedown request {id}"),
        result => Ok(result?),
    };
    let SeenTakedown { takedown, snapshot } = table.run(show).await?;
    let decision = takedown.decision.as_ref().map(
        |decision| json!({ "verdict": decision.verdict, "note": decision.note, "decided_at": decision.decided_at }),
    );
    let shown = json!({
        "takedown": takedown.id,
        "case": takedown.case_id.to_string(),
        "state": takedown.state,
        "right": takedown.right,
        "explanation": takedown.explanation,
        "content": snapshot,
        "decision": decision,
        "until": takedown.until,
        "objected_at": takedown.objected_at,
        "created_at": takedown.created_at,
        "updated_at": takedown.listed_at,
    });
    print(serde_json::to_string_pretty(&shown)?)
}
