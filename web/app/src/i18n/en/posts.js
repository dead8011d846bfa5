export default {
  question: "Question",
  likes: { one: "1 like", other: "{count} likes" },
  comments: { one: "1 comment", other: "{count} comments" },
  pictures: { one: "1 picture", other: "{count} pictures" },
};
