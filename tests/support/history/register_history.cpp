#include "tests/support/history/register_history.hpp"

#include <algorithm>
#include <map>

namespace muster::test {

namespace {

using operation = register_operation;

constexpr std::size_t nobody = static_cast<std::size_t>(-1);
constexpr std::int64_t long_ago = INT64_MIN;

/// A write and the reads that found it.
struct value_group {
  std::size_t write = nobody;
  /// The operation that ends first, and when.
  std::size_t ends_first = nobody;
  std::int64_t first_end = operation::never;
  /// The one that starts last, and when.
  std::size_t starts_last = nobody;
  std::int64_t last_start = long_ago;

  /// Between first end and last start no other value can have been there for a moment.
  bool is_held() const { return first_end < last_start; }
};

class search {
public:
  explicit search(std::span<const operation> history) : history_(history) {}

  std::optional<history_violation> run() {
    collect();
    for (const auto& group : groups_) {
      if (group.is_held()) {
        held_.push_back(&group);
      }
    }
    std::ranges::sort(held_, {}, [](const auto* group) { return group->first_end; });
    compare_held();
    // Held values that contradict each other are found already; the others are compared with
    // those that do not.
    compare_others();
    return best_;
  }

private:
  void collect() {
    std::map<std::optional<std::string>, value_group> by_value;
    // What the register was at first was there before everything.
    by_value[std::nullopt].first_end = long_ago;
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (history_[i].what == operation::kind::write) {
        auto& group = by_value[history_[i].value];
        if (group.write != nobody) {
          offer("a value was written twice, so its reads tell nothing", {group.write, i});
        }
        group.write = i;
      }
      add(by_value[history_[i].value], i);
    }
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (history_[i].what == operation::kind::read && history_[i].value) {
        compare_with_write(by_value[history_[i].value].write, i);
      }
    }
    for (const auto& [value, group] : by_value) {
      groups_.push_back(group);
    }
  }

  void add(value_group& group, std::size_t i) const {
    if (history_[i].end < group.first_end) {
      group.ends_first = i;
      group.first_end = history_[i].end;
    }
    if (history_[i].start > group.last_start) {
      group.starts_last = i;
      group.last_start = history_[i].start;
    }
  }

  void compare_with_write(std::size_t write, std::size_t read) {
    if (write == nobody) {
      offer("a read found what nobody wrote", {read});
    } else if (history_[read].end < history_[write].start) {
      offer("a read found what was written only afterwards", {read, write});
    }
  }

  void compare_held() {
    const value_group* longest = nullptr;
    for (const auto* next : held_) {
      if (longest != nullptr && next->first_end < longest->last_start) {
        contradict(*longest, *next);
      }
      if (longest == nullptr || next->last_start > longest->last_start) {
        longest = next;
      }
    }
  }

  void compare_others() {
    for (const auto& group : groups_) {
      if (group.is_held() || group.last_start == long_ago) {
        continue;
      }
      // The last one that is held from before this value's last operation starts.
      const auto after = std::ranges::lower_bound(held_, group.last_start, {},
                                                  [](const auto* held) { return held->first_end; });
      if (after != held_.begin() && group.first_end < (*std::prev(after))->last_start) {
        contradict(**std::prev(after), group);
      }
    }
  }

  void contradict(const value_group& one, const value_group& other) {
    offer("one value must have come both before and after another",
          {one.write, one.ends_first, one.starts_last, other.write, other.ends_first,
           other.starts_last});
  }

  /// Keeps the one of the shortest time.
  void offer(const char* why, std::vector<std::size_t> operations) {
    std::erase(operations, nobody);
    std::ranges::sort(operations);
    operations.erase(std::unique(operations.begin(), operations.end()), operations.end());
    const std::int64_t spans = span_of(operations);
    if (!best_ || spans < best_spans_) {
      best_ = history_violation{why, std::move(operations)};
      best_spans_ = spans;
    }
  }

  std::int64_t span_of(const std::vector<std::size_t>& operations) const {
    std::int64_t from = operation::never;
    std::int64_t to = long_ago;
    for (const std::size_t i : operations) {
      from = std::min(from, history_[i].start);
      to = std::max(to, history_[i].end == operation::never ? history_[i].start : history_[i].end);
    }
    return to - from;
  }

  std::span<const operation> history_;
  std::vector<value_group> groups_;
  std::vector<const value_group*> held_;
  std::optional<history_violation> best_;
  std::int64_t best_spans_ = 0;
};

} // namespace

std::optional<history_violation> find_violation(std::span<const operation> history) {
  return search(history).run();
}

} // namespace muster::test
