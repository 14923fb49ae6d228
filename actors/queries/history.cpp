#include "actors/queries/history.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

using persistence::append_history;
using persistence::scan_step;

const value* find(const append_history& row, const std::string& key) {
  const auto found = std::find_if(row.values.begin(), row.values.end(),
                                  [&](const key_value& item) { return item.key == key; });
  return found == row.values.end() ? nullptr : &found->val;
}

std::size_t size_of(const value& val) {
  constexpr std::size_t flat = 32;
  if (const auto* text = std::get_if<std::string>(&val)) {
    return flat + text->size();
  }
  if (const auto* json = std::get_if<json_text>(&val)) {
    return flat + json->text.size();
  }
  return flat;
}

/// Where the points of a scan go. Of rows of equal time only the one that arrived last counts.
class collector {
public:
  virtual ~collector() = default;
  /// The value that counts at `ts`; called in the scan's order.
  virtual void take(timestamp ts, const value& val) = 0;
  /// The scan has reached the end of the range.
  virtual void finish() = 0;
  /// The page is full, or all that was asked for is there.
  virtual bool full() const = 0;
  /// Nothing more is wanted, whatever is left of the range.
  virtual bool satisfied() const = 0;
};

class plain_points final : public collector {
public:
  plain_points(history_page& page, history_position& position, const history_limits& limits,
               std::uint32_t limit)
      : page_(page), position_(position), limits_(limits), limit_(limit) {}

  void take(timestamp ts, const value& val) override {
    page_.points.push_back({ts, val});
    bytes_ += size_of(val);
    ++position_.points_given;
  }
  void finish() override {}
  bool full() const override {
    return satisfied() || page_.points.size() >= limits_.points || bytes_ >= limits_.bytes;
  }
  bool satisfied() const override { return position_.points_given >= limit_; }

private:
  history_page& page_;
  history_position& position_;
  const history_limits& limits_;
  std::uint32_t limit_;
  std::size_t bytes_ = 0;
};

class aggregates final : public collector {
public:
  aggregates(history_page& page, history_position& position, buckets cut, aggregation kind)
      : page_(page), position_(position), cut_(std::move(cut)), kind_(kind) {}

  void take(timestamp ts, const value& val) override {
    if (!position_.open_bucket || ts >= position_.open_bucket->end) {
      close();
      position_.open_bucket = cut_.of(ts);
      position_.open_aggregate.emplace(kind_);
    }
    position_.open_aggregate->add(val);
  }
  void finish() override { close(); }
  bool full() const override { return false; }
  bool satisfied() const override { return false; }

private:
  void close() {
    if (position_.open_bucket) {
      if (auto folded = position_.open_aggregate->result()) {
        page_.points.push_back({position_.open_bucket->middle(), std::move(*folded)});
      }
    }
    position_.open_bucket.reset();
    position_.open_aggregate.reset();
  }

  history_page& page_;
  history_position& position_;
  buckets cut_;
  aggregation kind_;
};

/// One page's walk over the rows.
class walk {
public:
  walk(const clock_source& clock, const history_limits& limits, const read_history& asked,
       bool descending, history_position& position, collector& into)
      : clock_(clock), limits_(limits), asked_(asked), descending_(descending), position_(position),
        into_(into), started_(clock.now()), rows_used_(asked.spent.rows) {}

  result<void> run(persistence::store& rows) {
    // Keys without many rows cost something too.
    if (over_limits()) {
      return fail(error_code::invalid, over_);
    }
    const persistence::history_scan range{asked_.device, position_.left.begin, position_.left.end,
                                          descending_};
    const auto scanned = rows.scan_history(
        range, started_.wall, [this](const append_history& row) { return visit(row); });
    if (!scanned) {
      return scanned;
    }
    give_pending();
    if (!over_.empty()) {
      return fail(error_code::invalid, over_);
    }
    if (!stopped_) {
      position_.left.begin = position_.left.end;
      into_.finish();
    }
    return {};
  }

  /// With what was spent before.
  history_cost spent() const {
    return {rows_used_, asked_.spent.time + clock_.now().steady - started_.steady};
  }

private:
  scan_step visit(const append_history& row) {
    if (last_ts_ != row.ts) {
      give_pending();
      last_ts_ = row.ts;
      if (must_stop(row.ts)) {
        return scan_step::stop;
      }
    }
    ++rows_used_;
    if (const value* val = find(row, asked_.key); val != nullptr && (!descending_ || !pending_)) {
      pending_ = *val;
    }
    return scan_step::go_on;
  }

  void give_pending() {
    if (pending_) {
      into_.take(*last_ts_, *pending_);
      pending_.reset();
    }
  }

  /// Before the first row of another time: whether the page ends here.
  bool must_stop(timestamp ts) {
    const bool over = (rows_used_ >= limits_.rows || rows_used_ % 1'024 == 0) && over_limits();
    if (!over && !into_.full() && rows_used_ - asked_.spent.rows < limits_.slice) {
      return false;
    }
    stopped_ = true;
    (descending_ ? position_.left.end : position_.left.begin) = descending_ ? ts + 1 : ts;
    return true;
  }

  /// Leaves the reason in `over_`.
  bool over_limits() {
    if (rows_used_ >= limits_.rows) {
      over_ = "The query reads more than " + std::to_string(limits_.rows) +
              " rows; ask for a shorter time range or fewer keys";
    } else if (spent().time >= limits_.time) {
      over_ = "The query takes longer than " + std::to_string(limits_.time / 1'000) +
              " s; ask for a shorter time range or fewer keys";
    }
    return !over_.empty();
  }

  const clock_source& clock_;
  const history_limits& limits_;
  const read_history& asked_;
  bool descending_;
  history_position& position_;
  collector& into_;
  instant started_;
  std::uint64_t rows_used_;
  std::optional<timestamp> last_ts_;
  std::optional<value> pending_;
  bool stopped_ = false;
  std::string over_;
};

} // namespace

result<history_page> read_history_page(persistence::store& rows, const clock_source& clock,
                                       const history_limits& limits, const read_history& asked) {
  history_page page;
  page.spent = asked.spent;
  if (asked.end <= asked.start) {
    return page;
  }
  auto position = std::make_shared<history_position>(
      asked.from ? *asked.from : history_position{{asked.start, asked.end}, 0, {}, {}});
  const bool plain =
      asked.agg == aggregation::none || (asked.unit == interval_type::fixed && asked.interval <= 0);
  std::unique_ptr<collector> into;
  if (plain) {
    into = std::make_unique<plain_points>(page, *position, limits, asked.limit);
  } else {
    auto cut = buckets::cut({asked.start, asked.end}, asked.unit, asked.interval, asked.time_zone);
    if (!cut) {
      return tl::unexpected(cut.error());
    }
    into = std::make_unique<aggregates>(page, *position, std::move(*cut), asked.agg);
  }
  walk pass(clock, limits, asked, plain && asked.descending, *position, *into);
  if (const auto walked = pass.run(rows); !walked) {
    return tl::unexpected(walked.error());
  }
  page.spent = pass.spent();
  if (!into->satisfied() && position->left.begin < position->left.end) {
    page.more = std::move(position);
  }
  return page;
}

} // namespace muster
