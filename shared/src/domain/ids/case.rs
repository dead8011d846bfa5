//! The id of a moderation case.

use super::*;

/// The id of a moderation case: that of the post, comment, message, review or exam info that it is about.
///
/// The text form is a letter for the kind of thing, and its id in hexadecimal digits. The id of a message follows that of
/// its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CaseId {
    Post(PostId),
    Comment(CommentId),
    Message(ThreadId, MessageId),
    Review(ReviewId),
    ExamInfo(ExamInfoId),
}

text_form!(CaseId);

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Post(post) => write!(f, "p{post}"),
            Self::Comment(comment) => write!(f, "c{comment}"),
            Self::Message(thread, message) => write!(f, "m{}{}", thread.0.simple(), message.0.simple()),
            Self::Review(review) => write!(f, "r{}", review.0.simple()),
            Self::ExamInfo(exam_info) => write!(f, "e{}", exam_info.0.simple()),
        }
    }
}

impl FromStr for CaseId {
    type Err = FieldError;

    /// Accepts only the form that `Display` writes.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let mut digits = text.chars();
        let (kind, digits) = (digits.next(), digits.as_str());
        match kind {
            Some('p') => digits.parse().map(Self::Post),
            Some('c') => digits.parse().map(Self::Comment),
            Some('m') => match uuids(digits)?.as_slice() {
                [thread, message] => Ok(Self::Message(ThreadId(*thread), MessageId(*message))),
                _ => Err(FieldError::InvalidFormat),
            },
            Some('r') => match uuids(digits)?.as_slice() {
                [review] => Ok(Self::Review(ReviewId(*review))),
                _ => Err(FieldError::InvalidFormat),
            },
            Some('e') => match uuids(digits)?.as_slice() {
                [exam_info] => Ok(Self::ExamInfo(ExamInfoId(*exam_info))),
                _ => Err(FieldError::InvalidFormat),
            },
            _ => Err(FieldError::InvalidFormat),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_id_has_one_text_form() {
        let now = Time::now();
        let post = PostId::new(BoardId::new(now), now);
        let comment = CommentId::new(post, None, now);
        let reply = CommentId::new(post, Some(comment), now);
        for id in [
            CaseId::Post(post),
            CaseId::Comment(comment),
            CaseId::Comment(reply),
            CaseId::Message(ThreadId::new(now), MessageId::new(now, 7)),
            CaseId::Review(ReviewId::random()),
            CaseId::ExamInfo(ExamInfoId::random()),
        ] {
            let text = id.to_string();
            assert_eq!(text.parse(), Ok(id), "{text}");
            let (mut after, mut before) = (text.chars(), text.chars());
            after.next();
            before.next_back();
            let parts = [after.as_str(), before.as_str()];
            for wrong in parts.into_iter().chain(["", "x", "P", &text.to_uppercase(), &format!("{text}0")]) {
                assert_eq!(wrong.parse::<CaseId>(), Err(FieldError::InvalidFormat), "{wrong}");
            }
        }
    }
}
