#include "actors/inspection/cluster_inspector.hpp"

#include "actors/cluster/wire/byte_reader.hpp"
#include "actors/cluster/wire/byte_writer.hpp"
#include "actors/inspection/report_parts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

namespace muster {

namespace {

/// Longer than a node waits for an actor that hangs.
constexpr milliseconds patience = 7'000;
/// Larger ones would hold up what nodes have to say to each other for devices.
constexpr std::size_t largest_report = std::size_t{4} << 20;
/// Of other nodes, at the same time.
constexpr std::size_t most_asked = 100;
constexpr std::size_t most_parameters = 16;

// The first byte of what nodes say; what change_news says has others.
constexpr std::uint8_t question_byte = 'I';
constexpr std::uint8_t report_byte = 'J';

// Which handles are whose: the connection of their addresses.
constexpr std::uint64_t own_question = 0;
constexpr std::uint64_t others_question = 1;

bool is_about_nodes(std::string_view what) {
  static const std::set<std::string_view> all{"status",  "actors", "rpc",    "polls",   "shards",
                                              "journal", "config", "chains", "recorder"};
  return all.contains(what);
}

std::string question_words(std::uint64_t number, const inspect& what) {
  std::string words;
  wire::byte_writer to(words);
  to.byte(question_byte);
  to.number(number);
  to.text(what.what);
  to.number(what.with.size());
  for (const auto& [name, value] : what.with) {
    to.text(name);
    to.text(value);
  }
  return words;
}

std::string report_words(std::uint64_t number, std::string_view text, std::string_view because) {
  std::string words;
  wire::byte_writer to(words);
  to.byte(report_byte);
  to.number(number);
  to.text(text);
  to.text(because);
  return words;
}

} // namespace

bool cluster_inspector::is_for_all(const inspect& what) {
  return is_about_nodes(what.what) && parameter(what, "here").empty();
}

void cluster_inspector::ask(inspect&& what, reply_handle to) {
  const auto others = needs_.others();
  inspect own = what;
  std::uint64_t number = 0;
  {
    const std::lock_guard guard(mutex_);
    number = ++last_number_;
    question& made = questions_[number];
    made.what = std::move(what);
    made.to = std::move(to);
    made.until = needs_.clock.now().steady + patience;
    made.said.push_back({needs_.self, {}, {}});
    for (const auto& one : others) {
      made.said.push_back({one.id, {}, {}});
    }
    made.missing = made.said.size();
  }
  // The others only hear what this node has found good.
  needs_.here(std::move(own), reply_handle{{this, own_question, number}});
}

void cluster_inspector::take_own(std::uint64_t number, reply&& what) {
  std::string words;
  {
    const std::lock_guard guard(mutex_);
    const auto found = questions_.find(number);
    if (found == questions_.end()) {
      return;
    }
    if (!std::holds_alternative<inspected>(what)) {
      auto refused = questions_.extract(found);
      return refused.mapped().to.answer(std::move(what));
    }
    words = question_words(number, found->second.what);
  }
  for (const auto& one : needs_.others()) {
    if (!needs_.tell(one, words)) {
      take(number, one.id, {}, "it is not connected");
    }
  }
  take(number, needs_.self, std::move(std::get<inspected>(what).report.text), {});
}

void cluster_inspector::take(std::uint64_t number, const std::string& node, std::string text,
                             std::string because) {
  std::unique_lock guard(mutex_);
  const auto found = questions_.find(number);
  if (found == questions_.end()) {
    return;
  }
  auto& said = found->second.said;
  const auto who = std::find_if(said.begin(), said.end(),
                                [&](const node_report& one) { return one.node == node; });
  if (who == said.end() || !who->text.empty() || !who->silent_because.empty()) {
    return;
  }
  who->text = std::move(text);
  who->silent_because = std::move(because);
  if (--found->second.missing == 0) {
    auto done = questions_.extract(found);
    guard.unlock();
    finish(std::move(done.mapped()));
  }
}

void cluster_inspector::finish(question&& done) {
  auto shared = std::make_shared<question>(std::move(done));
  const bool queued = needs_.read(
      [shared] { shared->to.answer(as_inspected(cluster_report(shared->what, shared->said))); });
  if (!queued) {
    shared->to.answer(error{error_code::overloaded, {}});
  }
}

void cluster_inspector::tick() {
  std::vector<question> over;
  {
    const std::lock_guard guard(mutex_);
    const milliseconds now = needs_.clock.now().steady;
    for (auto at = questions_.begin(); at != questions_.end();) {
      if (at->second.until <= now) {
        over.push_back(std::move(at->second));
        at = questions_.erase(at);
      } else {
        ++at;
      }
    }
  }
  for (auto& one : over) {
    for (auto& node : one.said) {
      if (node.text.empty() && node.silent_because.empty()) {
        node.silent_because = "it does not answer";
      }
    }
    finish(std::move(one));
  }
}

bool cluster_inspector::hear(const persistence::node_ref& from, std::string_view words) {
  wire::byte_reader in(words);
  const std::uint8_t kind = in.byte();
  if (kind != question_byte && kind != report_byte) {
    return false;
  }
  const std::uint64_t number = in.number();
  if (kind == report_byte) {
    std::string text(in.text());
    std::string because(in.text());
    if (in.finished()) {
      take(number, from.id, std::move(text), std::move(because));
    }
    return true;
  }
  inspect what;
  what.who.role = authority::system_administrator;
  what.what = in.text();
  const std::uint64_t count = in.number();
  for (std::uint64_t at = 0; at < std::min<std::uint64_t>(count, most_parameters); ++at) {
    std::string name(in.text());
    what.with.emplace_back(std::move(name), in.text());
  }
  if (in.finished()) {
    hear_question(from, number, std::move(what));
  }
  return true;
}

void cluster_inspector::hear_question(const persistence::node_ref& from, std::uint64_t number,
                                      inspect&& what) {
  if (!is_about_nodes(what.what)) {
    needs_.tell(from, report_words(number, {}, "it does not know the question"));
    return;
  }
  std::uint64_t request = 0;
  {
    const std::lock_guard guard(mutex_);
    if (asked_.size() < most_asked) {
      request = ++last_number_;
      asked_[request] = {from, number};
    }
  }
  if (request == 0) {
    needs_.tell(from, report_words(number, {}, "it is asked too much"));
    return;
  }
  needs_.here(std::move(what), reply_handle{{this, others_question, request}});
}

void cluster_inspector::push(std::vector<completion> batch) noexcept {
  for (auto& one : batch) {
    const auto whose = one.to.release();
    if (whose.connection == own_question) {
      take_own(whose.request, std::move(one.what));
    } else {
      send_back(whose.request, one.what);
    }
  }
}

void cluster_inspector::send_back(std::uint64_t request, const reply& what) {
  asked_by whom;
  {
    const std::lock_guard guard(mutex_);
    const auto found = asked_.extract(request);
    if (found.empty()) {
      return;
    }
    whom = found.mapped();
  }
  const auto* told = std::get_if<inspected>(&what);
  const auto* refused = std::get_if<error>(&what);
  std::string because;
  if (told == nullptr) {
    because =
        refused != nullptr && !refused->message.empty() ? refused->message : "it could not answer";
  } else if (told->report.text.size() > largest_report) {
    because = "it has too much to say: ask it itself";
  }
  needs_.tell(whom.node, report_words(whom.number,
                                      because.empty() ? std::string_view(told->report.text)
                                                      : std::string_view(),
                                      because));
}

} // namespace muster
