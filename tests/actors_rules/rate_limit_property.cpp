#include "actors/rules/rate_limit.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

namespace muster {

namespace {

/// Buckets of whole tokens and thousandths, filled millisecond by millisecond.
class plain_bucket {
public:
  explicit plain_bucket(const rate_limit::bound& of)
      : count_(of.count), span_(of.span), level_(count_ * span_) {}

  void pass(milliseconds span) { level_ = std::min(count_ * span_, level_ + count_ * span); }
  std::int64_t price(std::int64_t amount) const { return std::min(amount, count_) * span_; }
  bool has(std::int64_t amount) const { return level_ >= price(amount); }
  void take(std::int64_t amount) { level_ -= price(amount); }
  bool full() const { return level_ == count_ * span_; }

private:
  std::int64_t count_;
  std::int64_t span_;
  /// In units of 1/span.
  std::int64_t level_;
};

/// Counts that divide a second's nanoseconds, so that both sides are exact.
rc::Gen<std::int64_t> count() {
  return rc::gen::element<std::int64_t>(1, 2, 4, 5, 8, 10, 20, 100, 500);
}

} // namespace

TEST_CASE("a limit takes what buckets that fill evenly hold") {
  REQUIRE(rc::check("usage against plain buckets", [] {
    std::string text;
    const auto bounds = *rc::gen::inRange<std::size_t>(1, rate_limit::max_bounds + 1);
    for (std::size_t i = 0; i < bounds; ++i) {
      text += (i == 0 ? "" : ",") + std::to_string(*count()) + ":" +
              std::to_string(*rc::gen::inRange(1, 61));
    }
    const auto limit = rate_limit::parse(text);
    RC_ASSERT(limit.has_value());
    std::vector<plain_bucket> model(limit->begin(), limit->end());
    rate_usage usage;
    milliseconds now = *rc::gen::inRange<milliseconds>(0, 1'000'000);
    for (int step = 0; step < 100; ++step) {
      const auto span = *rc::gen::element<milliseconds>(0, 0, 1, 7, 50, 333, 2'000, 90'000);
      now += span;
      for (auto& bucket : model) {
        bucket.pass(span);
      }
      const auto amount = *rc::gen::inRange<std::int64_t>(0, 30);
      const bool fits = std::all_of(model.begin(), model.end(),
                                    [&](const auto& bucket) { return bucket.has(amount); });
      const auto wait = usage.take(*limit, static_cast<std::uint64_t>(amount), now);
      RC_ASSERT(fits == !wait.has_value());
      if (fits) {
        for (auto& bucket : model) {
          bucket.take(amount);
        }
        const bool full = std::all_of(model.begin(), model.end(),
                                      [](const auto& bucket) { return bucket.full(); });
        RC_ASSERT(full == usage.unused(now));
        continue;
      }
      // It says exactly when it will be taken.
      rate_usage early = usage;
      RC_ASSERT(*wait >= 1);
      RC_ASSERT(
          early.take(*limit, static_cast<std::uint64_t>(amount), now + *wait - 1).has_value());
      rate_usage late = usage;
      RC_ASSERT(!late.take(*limit, static_cast<std::uint64_t>(amount), now + *wait).has_value());
    }
  }));
}

TEST_CASE("a limit is read or refused with the reason") {
  const auto read = rate_limit::parse(" 20:1, 600 : 60 ");
  REQUIRE(read.has_value());
  const std::vector<rate_limit::bound> bounds(read->begin(), read->end());
  CHECK(bounds == std::vector<rate_limit::bound>{{20, 1'000}, {600, 60'000}});
  CHECK(rate_limit::parse("")->empty());
  CHECK(rate_limit::parse("  ")->empty());
  for (const auto* wrong : {"20", "20:", ":1", "0:1", "1:0", "-1:1", "1:-1", "1.5:1", "20:1;600:60",
                            "20:1,", ",20:1", "20:1,,6:6", "20:1:2", "a:b", "1:31536001",
                            "1000000001:1", "9999999999999999999999:1", "1:1,1:1,1:1,1:1,1:1"}) {
    CAPTURE(wrong);
    const auto refused = rate_limit::parse(wrong);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == error_code::invalid);
    CHECK(refused.error().message.find(wrong) != std::string::npos);
  }
  CHECK(rate_limit::parse("1000000000:31536000").has_value());
}

TEST_CASE("more than a bound holds passes alone and uses all of it") {
  const auto limit = *rate_limit::parse("10:1");
  rate_usage usage;
  CHECK_FALSE(usage.take(limit, 1'000'000'000'000, 5'000));
  CHECK(usage.take(limit, 1, 5'000) == milliseconds{100});
  CHECK(usage.take(limit, 1'000, 5'000) == milliseconds{1'000});
  CHECK_FALSE(usage.take(limit, 1'000, 6'000));
}

TEST_CASE("a refusal takes nothing, of no bound") {
  const auto limit = *rate_limit::parse("1:1,2:60");
  rate_usage usage;
  CHECK_FALSE(usage.take(limit, 1, 0));
  CHECK(usage.take(limit, 1, 0));
  CHECK(usage.take(limit, 1, 500));
  CHECK_FALSE(usage.take(limit, 1, 1'000));
  CHECK(usage.take(limit, 1, 2'000) == milliseconds{28'000});
}

TEST_CASE("an unused limit can be forgotten, and a shorter one ends an old wait") {
  const auto slow = *rate_limit::parse("1:3600");
  const auto quick = *rate_limit::parse("1:1");
  rate_usage usage;
  CHECK(usage.unused(0));
  CHECK_FALSE(usage.take(slow, 1, 0));
  CHECK_FALSE(usage.unused(3'599'999));
  CHECK(usage.unused(3'600'000));
  CHECK(usage.take(quick, 1, 10) == milliseconds{1'000});
}

} // namespace muster
