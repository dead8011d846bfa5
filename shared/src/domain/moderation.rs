//! What moderation does to posts, comments, messages and reviews, and what readers see of it (rule 20).

use serde::{Deserialize, Serialize};

use super::{FieldError, Parse, Refusal, TakedownId, TakedownRight, Time};

/// Why somebody reports something (rule 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportReason {
    Abuse,
    Spam,
    Obscene,
    IllegalMedia,
    PersonalData,
    Fraud,
    Impersonation,
    SelfHarm,
    /// The report says why in its own words.
    Other,
}

impl ReportReason {
    const ALL: [Self; 9] = [
        Self::Abuse,
        Self::Spam,
        Self::Obscene,
        Self::IllegalMedia,
        Self::PersonalData,
        Self::Fraud,
        Self::Impersonation,
        Self::SelfHarm,
        Self::Other,
    ];

    /// The name in requests, responses and rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Abuse => "abuse",
            Self::Spam => "spam",
            Self::Obscene => "obscene",
            Self::IllegalMedia => "illegal_media",
            Self::PersonalData => "personal_data",
            Self::Fraud => "fraud",
            Self::Impersonation => "impersonation",
            Self::SelfHarm => "self_harm",
            Self::Other => "other",
        }
    }

    /// Whether few reports are enough to hide something, because it does harm as long as it is shown.
    pub fn is_severe(self) -> bool {
        matches!(self, Self::IllegalMedia | Self::PersonalData)
    }
}

impl Parse for ReportReason {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == raw).ok_or(FieldError::UnknownChoice)
    }
}

/// What moderation has done to a post, comment, message, review or exam info. If it has done nothing, there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Moderation {
    /// Reports have hidden it until an admin decides.
    Blinded(Hiding),
    /// An admin has decided that it stays. Reports do not hide it again, unless it is edited.
    Restored,
    /// An admin has removed it.
    Removed(Hiding),
    /// Hidden at the request of somebody whose rights it may infringe (rule 21).
    Restricted(TakedownRestriction),
    /// Removed at the end of a restriction to which the author did not object.
    TakenDown { takedown_id: TakedownId, right: TakedownRight, since: Time },
}

/// Why and since when something is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hiding {
    pub reason: ReportReason,
    pub since: Time,
    pub appeal: AppealStatus,
    /// The restriction of something removed. If an appeal is granted, it holds again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restriction: Option<TakedownRestriction>,
}

/// The restriction of something at a takedown request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakedownRestriction {
    pub takedown_id: TakedownId,
    pub right: TakedownRight,
    /// When the restriction ends.
    pub until: Time,
    /// Whether the author has objected.
    pub is_objected: bool,
}

/// Whether the author has appealed against a hiding. An author can appeal once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppealStatus {
    NotMade,
    /// An admin has to decide again.
    Open,
    Decided,
}

/// The state of a post, comment, message, review or exam info, as a reader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentState {
    Visible,
    Blinded,
    /// Only the author sees this state. To others, the thing is visible.
    Restored,
    Removed,
    Restricted,
}

impl ContentState {
    /// The name in responses and rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Blinded => "blinded",
            Self::Restored => "restored",
            Self::Removed => "removed",
            Self::Restricted => "restricted",
        }
    }
}

/// How a reader sees a post, comment, message, review or exam info. Its author sees everything; others see only the place of
/// something hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appearance {
    pub state: ContentState,
    /// For the author of something hidden.
    pub notice: Option<HidingNotice>,
    is_hidden: bool,
}

/// What the author of something hidden learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HidingNotice {
    /// `None` if only a takedown request has hidden it.
    pub reason: Option<ReportReason>,
    /// The last moment for an appeal, or the end of the restriction.
    pub until: Time,
    pub can_appeal: bool,
    /// Whether the author can object to the takedown request.
    pub can_object: bool,
    /// The takedown request that led to this, and the right that it claims.
    pub takedown: Option<(TakedownId, TakedownRight)>,
}

impl Hiding {
    /// How long the author can appeal, in seconds: 20 days.
    const APPEAL_WINDOW_S: i64 = 20 * 24 * 3600;

    /// The last moment for an appeal.
    pub fn appeal_until(&self) -> Time {
        self.since.plus_secs(Self::APPEAL_WINDOW_S)
    }

    fn notice(&self, now: Time) -> HidingNotice {
        let until = self.appeal_until();
        let can_appeal = self.appeal == AppealStatus::NotMade && now <= until;
        HidingNotice {
            reason: Some(self.reason),
            until,
            can_appeal,
            can_object: self.restriction.is_some_and(|restriction| restriction.can_object(now)),
            takedown: self.restriction.map(|TakedownRestriction { takedown_id, right, .. }| (takedown_id, right)),
        }
    }

    /// Whether an appeal can still restore the thing.
    pub fn may_be_restored(&self, now: Time) -> bool {
        match self.appeal {
            AppealStatus::NotMade => now <= self.appeal_until(),
            AppealStatus::Open => true,
            AppealStatus::Decided => false,
        }
    }
}

impl TakedownRestriction {
    fn can_object(&self, now: Time) -> bool {
        !self.is_objected && now < self.until
    }
}

impl Moderation {
    /// Whether only the author sees the content.
    pub fn is_hidden(&self) -> bool {
        *self != Self::Restored
    }

    /// Checks that something is not hidden, so that it can be liked, scrapped, edited, commented on, or written about.
    ///
    /// # Errors
    /// [`Refusal::ContentBlinded`].
    pub fn check_not_hidden(moderation: Option<&Self>) -> Result<(), Refusal> {
        if moderation.is_some_and(Self::is_hidden) { Err(Refusal::ContentBlinded) } else { Ok(()) }
    }

    /// The restriction of something restricted, or removed while it was restricted.
    pub fn restriction(&self) -> Option<TakedownRestriction> {
        match self {
            Self::Restricted(restriction) => Some(*restriction),
            Self::Removed(hiding) => hiding.restriction,
            Self::Blinded(_) | Self::Restored | Self::TakenDown { .. } => None,
        }
    }

    /// The new state, if this change is one that the author is told: moderation has hidden the thing, shown it again, or
    /// decided about the author's appeal. An edit of the author that makes a restored thing like any other is not, nor is a
    /// decision that something visible stays.
    pub fn told_change(before: Option<&Self>, after: Option<&Self>) -> Option<ContentState> {
        let state = |moderation: Option<&Self>| moderation.map_or(ContentState::Visible, Self::state);
        match (state(before), state(after)) {
            (ContentState::Visible | ContentState::Restored, ContentState::Visible | ContentState::Restored) => None,
            (old, new) if old != new => Some(new),
            (_, same) => match (before, after) {
                (Some(Self::Removed(before)), Some(Self::Removed(after))) => {
                    let is_decided = before.appeal == AppealStatus::Open && after.appeal == AppealStatus::Decided;
                    is_decided.then_some(same)
                }
                _ => None,
            },
        }
    }

    /// What remains after the author has edited the content: an edited thing can be reported and hidden again.
    pub fn after_edit(moderation: Option<Self>) -> Option<Self> {
        moderation.filter(Self::is_hidden)
    }

    /// When the pictures of a removed post are deleted: at the removal if they are illegal or no appeal is possible, else
    /// when the time for an appeal has ended. `None` if they are kept, because an appeal is open or the post is not removed.
    pub fn pictures_until(&self) -> Option<Time> {
        let hiding = match self {
            Self::Removed(hiding) => hiding,
            Self::TakenDown { since, .. } => return Some(*since),
            Self::Blinded(_) | Self::Restored | Self::Restricted(_) => return None,
        };
        match hiding.appeal {
            _ if hiding.reason == ReportReason::IllegalMedia => Some(hiding.since),
            AppealStatus::NotMade => Some(hiding.appeal_until()),
            AppealStatus::Open => None,
            AppealStatus::Decided => Some(hiding.since),
        }
    }

    fn state(&self) -> ContentState {
        match self {
            Self::Blinded(_) => ContentState::Blinded,
            Self::Restored => ContentState::Restored,
            Self::Removed(_) | Self::TakenDown { .. } => ContentState::Removed,
            Self::Restricted(_) => ContentState::Restricted,
        }
    }

    fn notice(&self, now: Time) -> Option<HidingNotice> {
        match self {
            Self::Restored => None,
            Self::Blinded(hiding) | Self::Removed(hiding) => Some(hiding.notice(now)),
            Self::Restricted(restriction) => Some(HidingNotice {
                reason: None,
                until: restriction.until,
                can_appeal: false,
                can_object: restriction.can_object(now),
                takedown: Some((restriction.takedown_id, restriction.right)),
            }),
            Self::TakenDown { takedown_id, right, since } => Some(HidingNotice {
                reason: None,
                until: *since,
                can_appeal: false,
                can_object: false,
                takedown: Some((*takedown_id, *right)),
            }),
        }
    }
}

impl Appearance {
    /// How a reader sees something. `is_mine` says whether the reader wrote it.
    pub fn new(moderation: Option<Moderation>, is_mine: bool, now: Time) -> Self {
        let visible = Self { state: ContentState::Visible, notice: None, is_hidden: false };
        match moderation {
            None => visible,
            Some(moderation) if is_mine => {
                Self { state: moderation.state(), notice: moderation.notice(now), is_hidden: false }
            }
            Some(Moderation::Restored) => visible,
            Some(moderation) => Self { state: moderation.state(), notice: None, is_hidden: true },
        }
    }

    /// A part of the content, unless it is hidden from the reader.
    pub fn show<T>(self, part: T) -> Option<T> {
        (!self.is_hidden).then_some(part)
    }

    /// Whether the reader sees only the place.
    pub fn is_hidden(self) -> bool {
        self.is_hidden
    }
}

#[cfg(test)]
impl Hiding {
    /// Hidden for spam in 1970, without an appeal.
    pub(super) fn for_test() -> Self {
        Self {
            reason: ReportReason::Spam,
            since: Time::from_millis(0),
            appeal: AppealStatus::NotMade,
            restriction: None,
        }
    }
}

#[cfg(test)]
mod tests;
