//! Invalid fields in problem responses.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Language;
use crate::domain::{FieldError, Invalid};

/// An invalid field of the request.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct FieldProblem<'a> {
    /// The path of the field in the body, such as `slots[1].start`, or the name of the query parameter or header.
    field: &'a str,
    /// The rule that the field breaks, for programs.
    code: String,
    /// What is wrong, for users.
    detail: String,
}

impl<'a> FieldProblem<'a> {
    pub(super) fn new(invalid: &'a Invalid, language: Language) -> Self {
        Self { field: &invalid.field, code: code_of(&invalid.error), detail: detail_of(&invalid.error, language) }
    }
}

fn code_of(error: &FieldError) -> String {
    let tagged = serde_json::to_value(error).unwrap_or_default();
    tagged.get("code").and_then(|code| code.as_str()).unwrap_or_default().to_owned()
}

fn detail_of(error: &FieldError, language: Language) -> String {
    let (korean, english) = match error {
        FieldError::Required => ("필수 항목입니다.", "This field is required."),
        FieldError::UnknownField => ("알 수 없는 항목입니다.", "This field is unknown."),
        FieldError::WrongType => ("값의 종류가 올바르지 않습니다.", "The value has the wrong type."),
        FieldError::TooShort { min } => {
            let plural = if *min == 1 { "" } else { "s" };
            return language
                .pick(format!("{min}자 이상이어야 합니다."), format!("Enter at least {min} character{plural}."));
        }
        FieldError::TooLong { max } => {
            return language.pick(format!("{max}자 이하여야 합니다."), format!("Enter at most {max} characters."));
        }
        FieldError::OutOfRange { min, max } => {
            return language.pick(
                format!("{min} 이상 {max} 이하여야 합니다."),
                format!("The value must be between {min} and {max}."),
            );
        }
        FieldError::NotHalfCredits => ("0.5학점 단위여야 합니다.", "Credits must be a multiple of 0.5."),
        FieldError::InvalidCharacters => {
            ("사용할 수 없는 문자가 있습니다.", "The value contains characters that are not allowed.")
        }
        FieldError::InvalidFormat => ("형식이 올바르지 않습니다.", "The value has an invalid format."),
        FieldError::EmailDomain => (
            "학교 메일 주소가 아닙니다. 학교에서 받은 메일 주소를 입력해 주세요.",
            "This is not an address of your school. Enter the address that your school gave you.",
        ),
        FieldError::UnknownPushService => ("지원하지 않는 푸시 서비스입니다.", "This push service is not supported."),
        FieldError::UnknownChoice => ("선택할 수 없는 값입니다.", "The value is not one of the choices."),
        FieldError::NoSuchThing => ("존재하지 않습니다.", "This does not exist."),
        FieldError::CommonPassword => ("너무 흔한 비밀번호입니다.", "The password is too common."),
        FieldError::SameAsLoginId => {
            ("비밀번호는 아이디와 달라야 합니다.", "The password must be different from the login id.")
        }
        FieldError::ReservedNickname => {
            ("사용할 수 없는 별명입니다.", "This nickname is reserved for the service and its staff.")
        }
        FieldError::MixedScripts => (
            "모양이 비슷한 다른 언어의 글자를 섞어 쓸 수 없습니다.",
            "The name mixes letters of scripts that look alike, such as Latin and Cyrillic.",
        ),
        FieldError::ReservedName => (
            "관리자만 쓸 수 있는 이름입니다.",
            "Only admins can give a board a name or a category like those of staff.",
        ),
        FieldError::AnonymityRequired => {
            ("익명으로만 쓸 수 있는 게시판입니다.", "This board allows only anonymous posts and comments.")
        }
        FieldError::AnonymityForbidden => {
            ("익명으로 쓸 수 없는 게시판입니다.", "This board does not allow anonymous posts or comments.")
        }
        FieldError::OwnContent => (
            "내가 쓴 글이나 댓글에는 쪽지를 보낼 수 없습니다.",
            "You cannot send a message about your own post or comment.",
        ),
        FieldError::OnlyOne => ("둘 중 하나만 입력해 주세요.", "Give only one of the two fields."),
        FieldError::ReplyToReply => ("대댓글에는 대댓글을 달 수 없습니다.", "You cannot reply to a reply."),
        FieldError::TooMany { max } => {
            return language
                .pick(format!("{max}개 이하여야 합니다."), format!("The list can have at most {max} items."));
        }
        FieldError::Duplicate => ("같은 항목이 두 번 있습니다.", "The list contains this item twice."),
        FieldError::NotUploaded => ("업로드되지 않은 사진입니다.", "The picture has not been uploaded."),
        FieldError::TooLarge { max } => {
            let mebibytes = max / (1024 * 1024);
            return language.pick(
                format!("모두 합해 {mebibytes}MiB 이하여야 합니다."),
                format!("The files can have at most {mebibytes} MiB together."),
            );
        }
        FieldError::EndsBeforeStart => {
            ("종료 시각은 시작 시각보다 늦어야 합니다.", "The end must be later than the start.")
        }
        FieldError::Overlapping => ("시간이 서로 겹칩니다.", "The times overlap."),
        FieldError::NotOnScale => ("4.5 만점에는 없는 등급입니다.", "The scale of 4.5 does not have this grade."),
        FieldError::OtherSemester => ("다른 학기의 강의입니다.", "The lecture belongs to another semester."),
        FieldError::FromCatalogue => (
            "강의 목록에서 가져온 내용은 바꿀 수 없습니다.",
            "This comes from the lecture catalogue and cannot be changed.",
        ),
        FieldError::Oneself => {
            ("나에게는 친구 요청을 보낼 수 없습니다.", "You cannot send a friend request to yourself.")
        }
        FieldError::NotCurrent => ("현재 적용되는 버전이 아닙니다.", "This is not the version that applies."),
        FieldError::NotConfirmed => ("확인이 필요한 항목입니다.", "You must confirm this."),
    };
    language.pick(korean, english).to_owned()
}
