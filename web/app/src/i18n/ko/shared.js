export default {
  title: "공유된 시간표",
  missing_title: "시간표를 볼 수 없어요",
  missing_text: "공유가 끝났거나 링크가 잘못되었어요. 링크를 보낸 친구에게 새 링크를 부탁해 보세요.",
  download: "내려받기",
  picture: "그림(SVG)",
  calendar: "캘린더(.ics)",
  start_title: "내 시간표도 만들어 보세요",
  start_text: "우리 학교 강의를 찾아 시간표를 만들고 친구와 나눠 보세요.",
  start: "Campus 시작하기",
  own: "내 시간표 보기",
};
