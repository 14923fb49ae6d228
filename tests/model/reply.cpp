#include "actors/model/reply.hpp"

#include "tests/catch.hpp"

using namespace muster;

namespace {

class recording_sink final : public reply_sink {
public:
  void push(std::vector<completion> batch) noexcept override {
    for (auto& one : batch) {
      addresses.push_back(one.to.release());
      replies.push_back(std::move(one.what));
    }
  }

  std::vector<reply_address> addresses;
  std::vector<reply> replies;
};

} // namespace

TEST_CASE("a handle destroyed unanswered answers overloaded") {
  recording_sink sink;
  { reply_handle handle{{&sink, 7, 3}}; }
  REQUIRE(sink.replies.size() == 1);
  CHECK(sink.addresses[0].connection == 7);
  CHECK(sink.addresses[0].request == 3);
  CHECK(std::get<error>(sink.replies[0]).code == error_code::overloaded);
}

TEST_CASE("a handle answers once") {
  recording_sink sink;
  {
    reply_handle handle{{&sink, 1, 1}};
    handle.answer(done{});
    CHECK_FALSE(handle);
    handle.answer(done{});
  }
  REQUIRE(sink.replies.size() == 1);
  CHECK(std::holds_alternative<done>(sink.replies[0]));
}

TEST_CASE("a handle that is overwritten answers for what it held") {
  recording_sink sink;
  reply_handle handle{{&sink, 1, 1}};
  handle = reply_handle{{&sink, 2, 2}};
  REQUIRE(sink.replies.size() == 1);
  CHECK(sink.addresses[0].connection == 1);
  handle.release();
}

TEST_CASE("a moved-from handle owes nothing") {
  recording_sink sink;
  reply_handle from{{&sink, 1, 1}};
  reply_handle to = std::move(from);
  CHECK_FALSE(from);
  CHECK(sink.replies.empty());
  to.release();
  CHECK(sink.replies.empty());
}
