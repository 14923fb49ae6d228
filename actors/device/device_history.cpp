#include "actors/device/device_shell.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace muster {

namespace {

result<history_chunk> read_piece(persistence::store& rows, const device_id& device,
                                 const history_read& what, timestamp now) {
  history_chunk chunk;
  std::size_t visits = 0;
  const auto wanted = [&](const key_value& item) {
    return std::find(what.keys.begin(), what.keys.end(), item.key) != what.keys.end();
  };
  persistence::history_scan scan{device, what.start, what.end, what.descending};
  if (what.after) {
    (what.descending ? scan.end : scan.start) =
        what.descending ? later(what.after->first, 1) : what.after->first;
  }
  const auto visit = [&](const persistence::append_history& row) {
    const std::pair at{row.ts, row.arrival};
    if (what.after && (what.descending ? at >= *what.after : at <= *what.after)) {
      return persistence::scan_step::go_on;
    }
    if (std::any_of(row.values.begin(), row.values.end(), wanted)) {
      chunk.rows.push_back(row);
    }
    if (chunk.rows.size() < history_chunk_rows && ++visits < history_chunk_visits) {
      return persistence::scan_step::go_on;
    }
    chunk.next = at;
    return persistence::scan_step::stop;
  };
  if (auto scanned = rows.scan_history(scan, now, visit); !scanned) {
    return tl::unexpected(std::move(scanned.error()));
  }
  return chunk;
}

} // namespace

void device_shell::read_history() {
  if (!to_read_ || phase_ == phase::loading) {
    return;
  }
  slot_->work.fetch_add(1);
  const bool queued = host_.read([&host = host_, slot = slot_, activation = activation_,
                                  what = std::move(*to_read_)]() noexcept {
    result<history_chunk> chunk = fail(error_code::internal, "The history could not be read");
    try {
      chunk = read_piece(host.rows(), slot->device, what, host.clock().now().wall);
    } catch (const std::exception& e) {
      spdlog::error("device {}: reading history failed: {}", to_string(slot->device), e.what());
    }
    host.post_read(*slot, std::make_shared<envelope>(history_rows{activation, std::move(chunk)}));
  });
  to_read_.reset();
  if (!queued) {
    release();
    drop_state({error_code::overloaded, {}});
  }
}

void device_shell::on(history_rows& what, const envelope_ptr& whole) {
  if (what.activation != activation_) {
    return;
  }
  if (phase_ == phase::settling) {
    stash(whole);
  } else if (phase_ == phase::ready && !what.chunk) {
    drop_state(std::move(what.chunk.error()));
  } else if (phase_ == phase::ready) {
    effects out;
    state_->history(std::move(*what.chunk), now_, out);
    finish(std::move(out));
  }
}

} // namespace muster
