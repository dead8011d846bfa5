export default {
  question: "질문",
  likes: "공감 {count}개",
  comments: "댓글 {count}개",
  pictures: "사진 {count}장",
};
