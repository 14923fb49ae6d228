#include "actors/device/device_shell.hpp"
#include "actors/rules/owner_attributes.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

namespace muster {

namespace {

result<void> read_all(const device_state::unread_owners& what) {
  for (const auto& one : what.which) {
    if (auto read = what.from->read(what.tenant, one); !read) {
      return read;
    }
  }
  return {};
}

} // namespace

/// True: they are being read, or the state was dropped since they cannot be, and what the caller
/// has in hand is to wait.
bool device_shell::await_owners(bool confirming) {
  if (std::exchange(owners_fresh_, false)) {
    return false;
  }
  auto unread = state_->owners_to_read();
  if (unread.which.empty()) {
    return false;
  }
  owners_awaited_ = true;
  confirming_ = confirming;
  move_to(phase::settling);
  slot_->work.fetch_add(1);
  const bool queued = host_.read(
      [&host = host_, slot = slot_, activation = activation_, what = std::move(unread)]() noexcept {
        result<void> read = fail(error_code::internal, "Attributes of the owner could not be read");
        try {
          read = read_all(what);
        } catch (const std::exception& e) {
          spdlog::error("device {}: reading attributes of its owner failed: {}",
                        to_string(slot->device), e.what());
        }
        host.post_read(*slot, std::make_shared<envelope>(owners_read{activation, std::move(read)}));
      });
  if (!queued) {
    release();
    drop_state({error_code::overloaded, {}});
  }
  return true;
}

void device_shell::on(owners_read& what, const envelope_ptr&) {
  if (what.activation != activation_ || !owners_awaited_) {
    return;
  }
  owners_awaited_ = false;
  if (!what.outcome) {
    drop_state(std::move(what.outcome.error()));
    return;
  }
  if (confirming_) {
    confirm();
  } else {
    owners_fresh_ = true;
    move_to(phase::ready);
  }
}

} // namespace muster
