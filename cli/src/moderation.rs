//! `campus moderation`.

mod takedowns;

use anyhow::{Result, bail};
use campus_core::domain::{CaseId, CaseState, LoginId, SchoolId};
use campus_core::store::{CaseFile, Error, OperatorCases, OperatorReason, Schools, StudentSanctions, Table, Unmasked};
use clap::Subcommand;
use serde_json::{Value, json};

use crate::output::print;
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the cases that wait for a decision, of all schools
    ///
    /// Prints a line for each case, those of a school oldest first: the id of the case, the id of the school, when the case
    /// was opened, the number of reports, their weight, and the reasons with their numbers. Tabs separate the fields.
    /// Changes nothing.
    #[command(after_help = EXIT_CODES)]
    Cases {
        /// Only cases of the school with this id
        #[arg(long, value_name = "ID", value_parser = args::school_id)]
        school: Option<SchoolId>,
        /// The decided cases instead
        #[arg(long)]
        decided: bool,
        #[command(flatten)]
        table: TableArgs,
    },
    /// Print a case with what was reported, as JSON
    ///
    /// Like the admins of the school, you see neither the author nor the reporters. Changes nothing.
    #[command(after_help = EXIT_CODES)]
    Show {
        #[command(flatten)]
        case: CaseArgs,
    },
    /// Print who wrote and who reported the thing of a case, as JSON
    ///
    /// Breaks the anonymity that the service promises, so use it only if the law requires it. The table keeps the reason and
    /// the time: the entry is written before anything is printed, and no function of the service can change it.
    #[command(after_help = EXIT_CODES)]
    Unmask {
        /// Why you need to know it, for the audit: 1 to 1,000 characters
        #[arg(long, value_name = "TEXT", value_parser = args::operator_reason)]
        reason: OperatorReason,
        #[command(flatten)]
        case: CaseArgs,
    },
    /// List the takedown requests that wait for a decision, of all schools
    ///
    /// Prints a line for each confirmed request, those of a school oldest first: the id of the request, the id of the school,
    /// since when it waits, what it is about, the right that is claimed, and the explanation. Tabs separate the fields. The
    /// applicant is not shown. Changes nothing.
    #[command(after_help = EXIT_CODES)]
    Takedowns(takedowns::ListOptions),
    /// Show a takedown request, or decide it, as an admin of the school does
    ///
    /// The applicant gets a mail, and the author gets one about a restriction. The log of the school says that an operator
    /// has decided.
    #[command(after_help = EXIT_CODES)]
    Takedown(takedowns::DecisionOptions),
    /// Take back all sanctions of a student
    ///
    /// The student can write at once. A suspension by `campus user suspend` stays. A decision about an appeal does not bring a
    /// sanction back, and the next sanction is a warning again. The removed content stays removed. The table keeps an entry.
    #[command(after_help = EXIT_CODES)]
    Lift {
        /// The student's login id
        #[arg(value_parser = args::login_id)]
        login_id: LoginId,
        #[command(flatten)]
        table: TableArgs,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct CaseArgs {
    /// The id of the case, as `campus moderation cases` prints it
    #[arg(value_name = "CASE", value_parser = args::case_id)]
    id: CaseId,
    #[command(flatten)]
    table: TableArgs,
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Cases { school, decided, table } => {
            let state = if decided { CaseState::Decided } else { CaseState::Open };
            table.run(async |table| list(table, school, state).await).await
        }
        Command::Show { case: CaseArgs { id, table } } => {
            let show = async |table: &Table| found(OperatorCases::new(table.clone()).get(id).await, id);
            print(serde_json::to_string_pretty(&shown(&table.run(show).await?))?)
        }
        Command::Unmask { reason, case: CaseArgs { id, table } } => {
            let unmask = async |table: &Table| found(OperatorCases::new(table.clone()).unmask(id, reason).await, id);
            let unmasked = table.run(unmask).await?;
            let reporters = unmasked.file.reports.iter().zip(&unmasked.reporters).map(|(report, reporter)| {
                json!({ "reported_at": report.created_at, "reason": report.reason, "reporter": account(reporter) })
            });
            let names = json!({
                "case": unmasked.file.case.id.to_string(),
                "school": unmasked.file.school.name,
                "author": account(&unmasked.author),
                "reports": reporters.collect::<Vec<_>>(),
            });
            print(serde_json::to_string_pretty(&names)?)
        }
        Command::Takedowns(options) => takedowns::list(&options).await,
        Command::Takedown(options) => takedowns::show_or_decide(options).await,
        Command::Lift { login_id, table } => {
            let lift = async |table: &Table| match StudentSanctions::new(table.clone()).lift(&login_id).await {
                Err(Error::NotFound) => bail!("no student has the login id {}", login_id.as_str()),
                result => Ok(result?),
            };
            let result = if table.run(lift).await? { "has no sanctions now" } else { "had no sanctions" };
            print(format_args!("{} {result}.", login_id.as_str()))
        }
    }
}

async fn list(table: &Table, school: Option<SchoolId>, state: CaseState) -> Result<()> {
    let schools = Schools::new(table.clone()).all().await?;
    let cases = OperatorCases::new(table.clone());
    for school in schools.iter().map(|found| found.id).filter(|id| school.is_none_or(|wanted| wanted == *id)) {
        for case in cases.list(school, state).await? {
            let reasons = case.reasons.iter().map(|(reason, count)| format!("{} {count}", reason.as_str()));
            let reasons = reasons.collect::<Vec<_>>().join(", ");
            let (id, opened_at, reports, weight) = (case.id, case.listed_at, case.report_count, case.weight);
            print(format_args!("{id}\t{school}\t{opened_at}\t{reports}\t{weight}\t{reasons}"))?;
        }
    }
    Ok(())
}

fn found<T>(result: Result<T, Error>, id: CaseId) -> Result<T> {
    match result {
        Err(Error::NotFound) => bail!("there is no case {id}"),
        result => Ok(result?),
    }
}

/// A case without its author and its reporters.
fn shown(CaseFile { school, case, snapshot, reports }: &CaseFile) -> Value {
    let report = |report: &campus_core::store::ReportRow| json!({ "created_at": report.created_at, "reason": report.reason, "detail": report.detail });
    let decision = case.decision.as_ref().map(|decision| {
        json!({
            "verdict": decision.verdict, "sanction": decision.sanction, "note": decision.note,
            "decided_at": decision.decided_at,
        })
    });
    json!({
        "case": case.id.to_string(),
        "school": school.name,
        "state": case.state,
        "created_at": case.created_at,
        "updated_at": case.listed_at,
        "weight": case.weight,
        "blinded_at": case.blinded_at,
        "content": snapshot,
        "reports": reports.iter().map(report).collect::<Vec<_>>(),
        "appeal": case.appeal,
        "decision": decision,
    })
}

fn account(Unmasked { user_id, account }: &Unmasked) -> Value {
    match account {
        Some(user) => json!({
            "user_id": user_id, "login_id": user.login_id, "nickname": user.nickname, "email": user.email,
            "name": user.name,
        }),
        None => json!({ "user_id": user_id, "has_left": true }),
    }
}
