//! The values by which the lectures of a catalogue can be filtered.

use std::collections::BTreeMap;

use super::{Catalogue, Credit};

/// The departments, classifications, credits and academic years of the searchable lectures of a catalogue, each with its
/// number of lectures. They are sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LectureCounts<'a> {
    pub departments: BTreeMap<&'a str, u32>,
    pub classifications: BTreeMap<&'a str, u32>,
    pub credits: BTreeMap<Credit, u32>,
    pub academic_years: BTreeMap<&'a str, u32>,
}

impl<'a> LectureCounts<'a> {
    /// Counts the lectures of a catalogue. A lecture without a value is not counted under it.
    pub fn of(catalogue: &'a Catalogue) -> Self {
        let mut counts = Self::default();
        for lecture in catalogue.searchable() {
            let facts = &lecture.facts;
            add(&mut counts.departments, facts.department.as_ref().map(|text| text.as_str()));
            add(&mut counts.classifications, facts.classification.as_ref().map(|text| text.as_str()));
            add(&mut counts.credits, Some(facts.credit));
            add(&mut counts.academic_years, facts.academic_year.as_ref().map(|text| text.as_str()));
        }
        counts
    }
}

fn add<T: Ord>(counts: &mut BTreeMap<T, u32>, value: Option<T>) {
    if let Some(value) = value {
        let count = counts.entry(value).or_default();
        *count = count.saturating_add(1);
    }
}
