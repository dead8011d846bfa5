//! Takedown requests: somebody asks that a thing be hidden, because it infringes a right of theirs (rule 21).

use serde::{Deserialize, Serialize};

use super::{
    AppealStatus, Case, CaseId, CaseState, CaseSubject, CommentId, DecisionNote, FieldError, Hiding, Moderation, Parse,
    PostId, Prose, Refusal, SingleLine, TakedownId, TakedownRestriction, Time, UserId, Verdict,
};

/// Why a thing infringes the right: 1 to 2,000 characters.
pub type TakedownExplanation = Prose<1, 2000>;
/// The name of an applicant: 1 to 50 characters.
pub type ApplicantName = SingleLine<1, 50>;

/// How long a thing is restricted, in seconds: 30 days.
pub const RESTRICTED_FOR_S: i64 = 30 * 24 * 3600;

macro_rules! words {
    ($($type:ident { $($choice:ident = $word:literal),* })*) => {$(
        impl Parse for $type {
            type Raw = String;

            fn parse(raw: String) -> Result<Self, FieldError> {
                match raw.as_str() {
                    $($word => Ok(Self::$choice),)*
                    _ => Err(FieldError::UnknownChoice),
                }
            }
        }

        impl $type {
            /// The name in requests, responses and rows.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$choice => $word,)*
                }
            }
        }
    )*};
}

words! {
    TakedownRight {
        Defamation = "defamation",
        Privacy = "privacy",
        Copyright = "copyright",
        Portrait = "portrait",
        Other = "other"
    }
    TakedownState {
        Open = "open",
        Restricted = "restricted",
        Declined = "declined",
        Restored = "restored",
        Removed = "removed"
    }
    TakedownVerdict { Restrict = "restrict", Decline = "decline" }
}

/// The right that a thing infringes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakedownRight {
    Defamation,
    Privacy,
    Copyright,
    /// The right to one's likeness in pictures.
    Portrait,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakedownState {
    /// Nobody has decided it.
    Open,
    Restricted,
    Declined,
    /// The restriction has ended, and the thing is visible.
    Restored,
    /// The thing is removed.
    Removed,
}

impl TakedownState {
    pub const ALL: [Self; 5] = [Self::Open, Self::Restricted, Self::Declined, Self::Restored, Self::Removed];

    /// Whether nothing happens to the takedown any more.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Open | Self::Restricted)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakedownVerdict {
    /// The thing is restricted for 30 days.
    Restrict,
    /// The thing stays as it is.
    Decline,
}

/// A link to a post, comment, review or exam info in the web client. The host does not matter, because ids are unique.
///
/// | link | names |
/// | --- | --- |
/// | `/posts/<post>` | the post |
/// | `/posts/<post>?comment=<comment>` | the comment |
/// | `/lectures/<lecture>?review=<review>` | the review |
/// | `/lectures/<lecture>?exam_info=<exam info>` | the exam info |
///
/// A fragment such as `#comment-<comment>` means the same as the parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentLink(pub CaseId);

impl ContentLink {
    /// The maximum length, in characters.
    pub const MAX: usize = 1000;

    fn find(link: &str) -> Option<CaseId> {
        let (url, fragment) = link.split_once('#').unwrap_or((link, ""));
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let named = |name: &str| {
            let parameter = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
            let in_fragment = fragment.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
            parameter.map(|(_, value)| value).or(in_fragment)
        };
        let mut segments = path.trim_end_matches('/').rsplit('/');
        let (id, kind) = (segments.next()?, segments.next()?);
        match kind {
            "posts" => {
                let post: PostId = id.parse().ok()?;
                match named("comment") {
                    Some(comment) => {
                        let comment: CommentId = comment.parse().ok()?;
                        (comment.post() == post).then_some(CaseId::Comment(comment))
                    }
                    None => Some(CaseId::Post(post)),
                }
            }
            "lectures" => match (named("review"), named("exam_info")) {
                (Some(review), None) => Some(CaseId::Review(review.parse().ok()?)),
                (None, Some(exam_info)) => Some(CaseId::ExamInfo(exam_info.parse().ok()?)),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Parse for ContentLink {
    type Raw = String;

    /// Only the form of the link decides whether it is valid.
    fn parse(raw: String) -> Result<Self, FieldError> {
        let link = raw.trim();
        if link.is_empty() {
            return Err(FieldError::TooShort { min: 1 });
        }
        if link.chars().count() > Self::MAX {
            return Err(FieldError::TooLong { max: Self::MAX });
        }
        Self::find(link).map(Self).ok_or(FieldError::InvalidFormat)
    }
}

/// A takedown request whose applicant has confirmed the address. It does not hold the applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Takedown {
    pub id: TakedownId,
    /// What it is about.
    pub case_id: CaseId,
    /// Responses never hold this id.
    pub author_id: UserId,
    pub right: TakedownRight,
    pub explanation: TakedownExplanation,
    pub state: TakedownState,
    /// When it got this state, which is its position in the list of this state.
    pub listed_at: Time,
    /// When the applicant confirmed the address.
    pub created_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<TakedownDecision>,
    /// When the restriction ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// What moderation had done to the thing before it was restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Moderation>,
    /// When the author objected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objected_at: Option<Time>,
}

/// A decision of an admin or an operator about a takedown request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakedownDecision {
    pub verdict: TakedownVerdict,
    pub note: DecisionNote,
    /// The admin; `None` for an operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<UserId>,
    pub decided_at: Time,
}

/// A takedown after a step, and what the step does to the thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakedownStep {
    pub takedown: Takedown,
    pub effect: TakedownEffect,
}

/// What a step of a takedown does to the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakedownEffect {
    /// Nothing: the thing does not exist, or another decision prevails.
    None,
    /// The thing gets this moderation.
    Moderates(Option<Moderation>),
}

impl Takedown {
    /// The takedown after a decision. `subject` is the thing, if it exists.
    ///
    /// - A thing that does not exist, or is removed for good, cannot be restricted: the takedown is over.
    /// - If an appeal can still restore a removed thing, the restriction then holds.
    /// - If another takedown restricts the thing, this one ends with it.
    ///
    /// # Errors
    /// [`Refusal::CaseDecided`].
    pub fn decide(&self, decision: TakedownDecision, subject: Option<&CaseSubject>) -> Result<TakedownStep, Refusal> {
        if self.state != TakedownState::Open {
            return Err(Refusal::CaseDecided);
        }
        let now = decision.decided_at;
        let verdict = decision.verdict;
        let decided = Self { decision: Some(decision), listed_at: now, ..self.clone() };
        let ended = |state| TakedownStep { takedown: Self { state, ..decided.clone() }, effect: TakedownEffect::None };
        let restricted = |until, before, effect| TakedownStep {
            takedown: Self { state: TakedownState::Restricted, until: Some(until), before, ..decided.clone() },
            effect,
        };
        let Some(subject) = subject.filter(|_| verdict == TakedownVerdict::Restrict) else {
            return Ok(ended(match verdict {
                TakedownVerdict::Restrict => TakedownState::Removed,
                TakedownVerdict::Decline => TakedownState::Declined,
            }));
        };
        let until = now.plus_secs(RESTRICTED_FOR_S);
        let restriction = TakedownRestriction { takedown_id: self.id, right: self.right, until, is_objected: false };
        Ok(match subject.moderation {
            Some(Moderation::TakenDown { .. }) => ended(TakedownState::Removed),
            Some(Moderation::Removed(hiding)) if !hiding.may_be_restored(now) => ended(TakedownState::Removed),
            Some(
                Moderation::Restricted(of_other) | Moderation::Removed(Hiding { restriction: Some(of_other), .. }),
            ) => restricted(of_other.until, None, TakedownEffect::None),
            Some(Moderation::Removed(hiding)) => {
                let removed = Moderation::Removed(Hiding { restriction: Some(restriction), ..hiding });
                restricted(until, None, TakedownEffect::Moderates(Some(removed)))
            }
            before => {
                let effect = TakedownEffect::Moderates(Some(Moderation::Restricted(restriction)));
                restricted(until, before, effect)
            }
        })
    }

    /// The takedown after an objection of the author. An author who has objected before changes nothing: `None`.
    ///
    /// # Errors
    /// [`Refusal::AppealClosed`] if this takedown does not restrict the thing, or the 30 days are over.
    pub fn object(&self, subject: &CaseSubject, now: Time) -> Result<Option<TakedownStep>, Refusal> {
        let of_this = |restriction: &TakedownRestriction| restriction.takedown_id == self.id && now < restriction.until;
        let restriction = subject.moderation.and_then(|moderation| moderation.restriction()).filter(of_this);
        let restriction = restriction.ok_or(Refusal::AppealClosed)?;
        if restriction.is_objected {
            return Ok(None);
        }
        let objected = TakedownRestriction { is_objected: true, ..restriction };
        let moderation = match subject.moderation {
            Some(Moderation::Removed(hiding)) => Moderation::Removed(Hiding { restriction: Some(objected), ..hiding }),
            _ => Moderation::Restricted(objected),
        };
        Ok(Some(TakedownStep {
            takedown: Self { objected_at: Some(now), ..self.clone() },
            effect: TakedownEffect::Moderates(Some(moderation)),
        }))
    }

    /// The takedown after its restriction has ended: the thing is removed, or visible again if the author has objected.
    /// `subject` is the thing, if it exists, and `case` the case of its reports. A decision about the reports prevails.
    ///
    /// `None` if it cannot end yet: another takedown restricts the thing and must end first, or an appeal can still restore
    /// a removed thing.
    pub fn end(&self, subject: Option<&CaseSubject>, case: Option<&Case>, now: Time) -> Option<TakedownStep> {
        let ended =
            |state, effect| Some(TakedownStep { takedown: Self { state, listed_at: now, ..self.clone() }, effect });
        let Some(subject) = subject else { return ended(TakedownState::Removed, TakedownEffect::None) };
        match subject.moderation {
            Some(Moderation::Removed(hiding)) if hiding.may_be_restored(now) => None,
            Some(Moderation::Removed(_) | Moderation::TakenDown { .. }) => {
                ended(TakedownState::Removed, TakedownEffect::None)
            }
            Some(Moderation::Restricted(restriction)) if restriction.takedown_id != self.id => None,
            Some(Moderation::Restricted(TakedownRestriction { takedown_id, right, is_objected: false, .. })) => {
                let moderation = Moderation::TakenDown { takedown_id, right, since: now };
                ended(TakedownState::Removed, TakedownEffect::Moderates(Some(moderation)))
            }
            Some(Moderation::Restricted(_)) => {
                let moderation = self.moderation_after_objection(subject, case, now);
                ended(TakedownState::Restored, TakedownEffect::Moderates(moderation))
            }
            _ => ended(TakedownState::Restored, TakedownEffect::None),
        }
    }

    /// What the thing was before, but for what admins have decided about its reports since. The time for an appeal begins
    /// again: the author could not appeal during the restriction.
    fn moderation_after_objection(&self, subject: &CaseSubject, case: Option<&Case>, now: Time) -> Option<Moderation> {
        let case = case?;
        let verdict = case.decision.as_ref().map(|decision| decision.verdict);
        match (self.before, case.state) {
            (Some(Moderation::Blinded(hiding)), CaseState::Open) => Some(Moderation::Blinded(match hiding.appeal {
                AppealStatus::NotMade => Hiding { since: now, ..hiding },
                AppealStatus::Open | AppealStatus::Decided => hiding,
            })),
            (_, CaseState::Decided) if verdict == Some(Verdict::Restore) && case.version == subject.version => {
                Some(Moderation::Restored)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
