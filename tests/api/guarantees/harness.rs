//! Whether every operation of the OpenAPI document is in everything that covers every operation. This test takes seconds.
//! It prints all that is missing at once, so run it first after you add an operation.

use std::collections::BTreeSet;

use crate::guarantees::routing::{GatewayRoutes, document, misrouted};
use crate::guarantees::{capacity, doc_claims, events, faults, openapi};
use crate::support::generated;
use crate::support::operations::{self, FUNCTIONS, Function};

/// Operations without a row in the list of operations, and rows without an operation.
fn problems_of_rows() -> Vec<String> {
    let mut problems = Vec::new();
    for function in FUNCTIONS.iter() {
        let file = format!("tests/api/support/operations/{}.rs", function.name);
        let described = serde_json::to_value(document(function.name)).unwrap();
        let described = openapi::operations(&described);
        for (name, operation) in &described {
            let id = operation["operationId"].as_str().unwrap();
            match function.operations.iter().find(|row| row.name == name) {
                None => problems.push(format!("{name}: add a row to {file}")),
                Some(row) if row.id != id => problems.push(format!("{name}: its id in {file} should be {id}")),
                Some(row) if row.events.first().is_none_or(|event| !event.variant.is_empty()) => {
                    problems.push(format!("{name}: its first event in {file} should be Event::plain()"));
                }
                Some(row) if row.minimums.is_empty() => {
                    problems.push(format!("{name}: it needs a Minimum in {file}"));
                }
                Some(_) => {}
            }
        }
        let is_stale = |row: &&operations::Operation| !described.iter().any(|(name, _)| name == row.name);
        let stale = function.operations.iter().filter(is_stale);
        problems
            .extend(stale.map(|row| format!("{}: delete its row in {file}, the function does not serve it", row.name)));
    }
    problems
}

/// Operations whose path API Gateway does not send to their function.
fn problems_of_routes() -> Vec<String> {
    let routes = GatewayRoutes::of_template();
    let problem = |function: &'static Function, path: &str| {
        let route = misrouted(&routes, function.name, path)?;
        Some(format!(
            "{path}: add a route to the {} function in template.yaml, it reaches {} by {}",
            function.name, route.function, route.path
        ))
    };
    let mut problems = BTreeSet::new();
    for function in FUNCTIONS.iter() {
        problems.extend(function.operations.iter().filter_map(|operation| problem(function, operation.path())));
    }
    problems.into_iter().collect()
}

/// Operations that `docs/performance.md` does not list. `guarantees::capacity` measures the figures.
fn problems_of_capacity() -> Vec<String> {
    let (file, header) = capacity::TABLE;
    let docs = generated::read(file);
    let table: Vec<_> = docs.lines().skip_while(|line| !line.starts_with(header)).collect();
    let is_missing = |operation: &&operations::Operation| !table.iter().any(|line| capacity::is_about(line, operation));
    let missing = operations::all().filter(is_missing);
    missing.map(|operation| format!("{}: {file} does not list it: run `cargo xtask bless`", operation.name)).collect()
}

#[test]
fn every_operation_is_in_all_tests_files_and_docs() {
    let rows = problems_of_rows();
    // Without its row, an operation is missing everywhere else too.
    let others = [
        problems_of_routes(),
        faults::problems_of_tests(),
        events::problems_of_files(),
        problems_of_capacity(),
        doc_claims::problems_of_readmes(),
        doc_claims::problems_of_access_patterns(),
    ];
    generated::assert_none(rows.into_iter().chain(others.into_iter().flatten()));
}
