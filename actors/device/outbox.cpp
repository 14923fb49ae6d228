#include "actors/device/outbox.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace muster {

namespace {

/// The row that tells which numbers may have been used; items begin with 1.
constexpr std::uint64_t book = 0;
/// Numbers are reserved in blocks, so that few items cost a row more.
constexpr std::uint64_t outbox_block = 64;
/// How long after it was left the store wants a device awake for what is carried out at once:
/// nearly all of it is done before, and costs no deadline.
constexpr milliseconds carry_grace = 5'000;
constexpr milliseconds first_pause = 1'000;
constexpr milliseconds longest_pause = 60'000;
/// How long a device that is told nothing of its own success may bring a message again.
constexpr milliseconds marks_last = 7 * 86'400'000LL;
constexpr std::size_t most_marks = 10'000;

std::uint64_t read_number(const std::string& text) noexcept {
  std::uint64_t read = 0;
  std::from_chars(text.data(), text.data() + text.size(), read);
  return read;
}

/// When the item is over by itself; nullopt: it is carried out.
std::optional<timestamp> end_of(const chain_work& what) noexcept {
  if (const auto* wait = std::get_if<wait_work>(&what)) {
    return wait->until;
  }
  if (const auto* pack = std::get_if<gather_work>(&what)) {
    return pack->until;
  }
  if (const auto* rpc = std::get_if<rpc_work>(&what)) {
    return rpc->expires;
  }
  if (const auto* mark = std::get_if<handed_work>(&what)) {
    return mark->until;
  }
  return std::nullopt;
}

std::pair<device_id, node_place> sender_of(const chain_place& mark) noexcept {
  return {device_id{mark.message.originator.id}, mark.at};
}

/// Where messages come together: also by the chains that had called theirs.
bool same_way(const chain_place& a, const chain_place& b) noexcept {
  return a.at == b.at && a.callers == b.callers;
}

} // namespace

outbox::outbox(const device_settings& settings, std::vector<persistence::outbox_row>&& rows,
               std::optional<timestamp> due)
    : settings_(&settings), due_(due) {
  for (auto& row : rows) {
    if (row.number == book) {
      reserved_ = read_number(row.content);
      continue;
    }
    if (auto what = decode_left_work(row.content)) {
      insert(row.number, std::move(*what), row.content.size());
    } else {
      ++unreadable_;
    }
    reserved_ = std::max(reserved_, row.number);
  }
  used_ = reserved_;
}

void outbox::insert(std::uint64_t number, left_work&& what, std::size_t bytes) {
  const node_place at = what.place.at;
  if (const auto end = end_of(what.what)) {
    times_.emplace(*end, number);
  } else {
    lines_[at].push_back(number);
  }
  if (std::holds_alternative<handed_work>(what.what)) {
    marks_[sender_of(what.place)] = number;
  } else {
    ++at_node_[at];
    bytes_ += bytes;
  }
  items_[number] = {std::make_shared<const left_work>(std::move(what)), bytes};
}

bool outbox::has_room() const noexcept {
  return size() < settings_->max_outbox_items && bytes_ < settings_->max_outbox_bytes;
}

result<std::uint64_t> outbox::add(left_work&& what, instant now, effects& out) {
  std::string content = encode(what);
  if (!has_room()) {
    return fail(error_code::overloaded, "too much of the device's rule chains waits already");
  }
  const std::size_t bytes = content.size();
  const std::uint64_t number = next_number(out);
  const auto end = end_of(what.what);
  if (const timestamp at = end.value_or(later(now.wall, carry_grace)); at != never) {
    put_due(at, out);
  }
  out.mutations.emplace_back(persistence::put_outbox{{number, std::move(content)}});
  const node_place at = what.place.at;
  insert(number, std::move(what), bytes);
  if (!end && lines_[at].size() == 1) {
    begin(number, items_.at(number), out);
  }
  return number;
}

bool outbox::came_before(const node_place& at, const device_id& from, std::uint64_t number,
                         instant now, effects& out) {
  const auto known = marks_.find({from, at});
  std::uint64_t place = 0;
  if (known != marks_.end()) {
    place = known->second;
    const auto mark = items_.find(place);
    if (std::get<handed_work>(mark->second.what->what).number >= number) {
      return true;
    }
    forget_mark(mark);
  } else if (marks_.size() >= most_marks) {
    const auto oldest = std::find_if(times_.begin(), times_.end(), [&](const auto& one) {
      return std::holds_alternative<handed_work>(items_.at(one.second).what->what);
    });
    place = oldest->second;
    forget_mark(items_.find(place));
  } else {
    place = next_number(out);
  }
  left_work mark{{at, {}, {}}, handed_work{number, later(now.wall, marks_last)}};
  mark.place.message.originator = {entity_type::device, from.value};
  std::string content = encode(mark);
  put_due(*end_of(mark.what), out);
  insert(place, std::move(mark), content.size());
  out.mutations.emplace_back(persistence::put_outbox{{place, std::move(content)}});
  return false;
}

void outbox::forget_mark(items::iterator at) {
  times_.erase({*end_of(at->second.what->what), at->first});
  marks_.erase(sender_of(at->second.what->place));
  items_.erase(at);
}

std::vector<persistence::outbox_row> outbox::first_rows(std::vector<left_work>&& what) {
  std::vector<persistence::outbox_row> rows{{book, std::to_string(outbox_block)}};
  for (auto& work : what) {
    rows.push_back({rows.size(), encode(work)});
  }
  return rows;
}

void outbox::forget_numbers(effects& out) {
  out.mutations.emplace_back(persistence::erase_outbox{book});
}

void outbox::first_messages(std::vector<rule_message>&& what, timestamp now,
                            std::vector<persistence::mutation>& into) {
  if (what.empty()) {
    return;
  }
  std::vector<left_work> work;
  for (auto& message : what) {
    work.push_back({{{}, {}, std::move(message)}, wait_work{now}});
  }
  for (auto& row : first_rows(std::move(work))) {
    into.emplace_back(persistence::put_outbox{std::move(row)});
  }
  into.emplace_back(persistence::put_due{persistence::due_kind::outbox, now, std::nullopt});
}

std::uint64_t outbox::next_number(effects& out) {
  if (used_ == reserved_) {
    reserved_ += outbox_block;
    out.mutations.emplace_back(persistence::put_outbox{{book, std::to_string(reserved_)}});
  }
  return ++used_;
}

std::size_t outbox::waiting(const node_place& at) const noexcept {
  const auto found = at_node_.find(at);
  return found == at_node_.end() ? 0 : found->second;
}

void outbox::begin(std::uint64_t number, item& which, effects& out) {
  which.begun = true;
  which.again_at = never;
  ++under_way_;
  out.carry.push_back({number, which.what});
}

left_work outbox::remove(items::iterator at, effects& out) {
  const std::uint64_t number = at->first;
  item taken = std::move(at->second);
  items_.erase(at);
  bytes_ -= taken.bytes;
  under_way_ -= taken.begun ? 1 : 0;
  out.mutations.emplace_back(persistence::erase_outbox{number});
  const node_place& place = taken.what->place.at;
  if (const auto count = at_node_.find(place); --count->second == 0) {
    at_node_.erase(count);
  }
  if (const auto end = end_of(taken.what->what)) {
    times_.erase({*end, number});
  } else {
    auto& line = lines_.at(place);
    std::erase(line, number);
    if (line.empty()) {
      lines_.erase(place);
    } else if (item& next = items_.at(line.front()); !next.begun && next.again_at == never) {
      begin(line.front(), next, out);
    }
  }
  return *taken.what;
}

std::optional<left_work> outbox::take(std::uint64_t number, effects& out) {
  const auto found = items_.find(number);
  return found == items_.end() ? std::nullopt : std::optional(remove(found, out));
}

std::optional<left_work> outbox::take_rpc(rpc_number number, effects& out) {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const auto& one) {
    const auto* rpc = std::get_if<rpc_work>(&one.second.what->what);
    return rpc != nullptr && rpc->number == number;
  });
  return found == items_.end() ? std::nullopt : std::optional(remove(found, out));
}

std::vector<outbox::ended> outbox::take_due(timestamp now, effects& out) {
  std::vector<ended> taken;
  while (!times_.empty() && times_.begin()->first <= now && taken.size() < most_at_once) {
    const std::uint64_t number = times_.begin()->second;
    const auto found = items_.find(number);
    const auto& work = found->second.what->what;
    if (std::holds_alternative<handed_work>(work)) {
      out.mutations.emplace_back(persistence::erase_outbox{number});
      forget_mark(found);
    } else if (std::holds_alternative<gather_work>(work)) {
      taken.push_back(take_pack(number, out));
    } else if (const auto* wait = std::get_if<wait_work>(&work)) {
      time_has_come outcome{wait->kept};
      taken.push_back({remove(found, out), std::move(outcome)});
    } else {
      // The device may have the RPC still; whatever it answers finds nobody.
      taken.push_back({remove(found, out), rpc_ended{{}, "TIMEOUT"}});
    }
  }
  return taken;
}

/// The pack that begins with the earliest message of that item's node: it is over when the item is,
/// as the item's own time lies in it or behind it.
outbox::ended outbox::take_pack(std::uint64_t number, effects& out) {
  const auto due = items_.at(number).what;
  std::vector<std::pair<std::uint64_t, const gather_work*>> group;
  timestamp first = never;
  for (const auto& [other, one] : items_) {
    const auto* work = std::get_if<gather_work>(&one.what->what);
    if (work != nullptr && same_way(one.what->place, due->place)) {
      group.emplace_back(other, work);
      first = std::min(first, work->ts);
    }
  }
  const milliseconds span = std::get<gather_work>(due->what).span;
  gathered pack;
  std::vector<std::uint64_t> members;
  for (const auto& [other, work] : group) {
    if (work->ts < later(first, span)) {
      members.push_back(other);
    }
  }
  std::optional<left_work> head;
  for (const auto other : members) {
    left_work taken = remove(items_.find(other), out);
    pack.messages.push_back(taken.place.message);
    if (!head) {
      head = std::move(taken);
    }
  }
  return {std::move(*head), std::move(pack)};
}

void outbox::begin_all(effects& out) {
  for (const auto& [place, line] : lines_) {
    if (item& head = items_.at(line.front()); !head.begun) {
      begin(line.front(), head, out);
    }
  }
}

void outbox::postpone(std::uint64_t number, instant now) {
  const auto found = items_.find(number);
  if (found == items_.end() || !found->second.begun) {
    return;
  }
  item& which = found->second;
  which.begun = false;
  --under_way_;
  const auto doublings = std::min<std::uint32_t>(which.failures++, 6);
  which.again_at = later(now.steady, std::min(first_pause << doublings, longest_pause));
}

void outbox::begin_postponed(instant now, effects& out) {
  for (const auto& [place, line] : lines_) {
    if (item& head = items_.at(line.front()); head.again_at <= now.steady) {
      begin(line.front(), head, out);
    }
  }
}

void outbox::put_due(timestamp at, effects& out) {
  // A later one is not moved before it fires: a spare waking costs less than a row each time.
  if (!due_ || at < *due_) {
    out.mutations.emplace_back(
        persistence::put_due{persistence::due_kind::outbox, at, std::exchange(due_, at)});
  }
}

void outbox::settle_due(timestamp now, effects& out) {
  if (!due_ || *due_ > now) {
    return;
  }
  const timestamp fired = *due_;
  due_.reset();
  if (!times_.empty() && times_.begin()->first != never) {
    due_ = times_.begin()->first;
  }
  if (!lines_.empty()) {
    due_ = std::min(due_.value_or(never), later(now, carry_grace));
  }
  if (due_) {
    out.mutations.emplace_back(persistence::put_due{persistence::due_kind::outbox, *due_, fired});
  } else {
    out.mutations.emplace_back(persistence::erase_due{persistence::due_kind::outbox, fired});
  }
}

std::vector<outbox::listed> outbox::list(std::size_t most) const {
  std::vector<listed> all;
  for (const auto& [number, one] : items_) {
    if (all.size() < most && !std::holds_alternative<handed_work>(one.what->what)) {
      all.push_back({number, one.what, end_of(one.what->what), one.begun, one.failures});
    }
  }
  return all;
}

milliseconds outbox::next_deadline(instant now) const noexcept {
  milliseconds next = due_ ? on_steady(*due_, now) : never;
  if (!times_.empty()) {
    next = std::min(next, on_steady(times_.begin()->first, now));
  }
  for (const auto& [place, line] : lines_) {
    next = std::min(next, items_.at(line.front()).again_at);
  }
  return next;
}

} // namespace muster
