#pragma once

#include "actors/device/work_carrier.hpp"
#include "actors/directory/directory.hpp"
#include "actors/model/command.hpp"
#include "actors/registry/registry.hpp"
#include "actors/rules/http_allowed.hpp"
#include "actors/service/http_caller.hpp"

#include <functional>
#include <optional>
#include <string>

namespace muster {

/// Carries out what the devices' outboxes hold: each kind of work where it may wait.
class outbox_carrier final : public work_carrier {
public:
  struct dependencies {
    persistence::store& rows;
    const clock_source& clock;
    /// The threads that may wait for the disk; they end before the carrier does.
    run_blocking read;
    /// To a device's actor.
    std::function<void(command, reply_handle)> send;
    /// To the directory, by a thread that may block.
    std::function<void(change, reply_handle)> apply;
    http_allowed allowed;
  };

  explicit outbox_carrier(dependencies needs);

  bool carry(const device_id& device, outbox_task&& what, report done) override;

  /// The chain may make messages by itself: its devices are to look at that.
  void begin_sources(const rule_chain& chain);
  /// The same for all chains there are; on a thread that may block.
  void begin_all_sources();

private:
  void carry_out(const device_id& device, const chain_work& what, const report& done);
  void find_history(const device_id& device, const history_work& what, const report& done);
  result<void> begin_sources_of(const tenant_id& tenant);
  void hand_over(const device_id& from, const device_id& to, const outbox_task& what, report done);
  void change_attributes(const device_id& device, const attributes_work& what, report done);
  void show_related(const device_id& device, const spread_work& what, report done);
  void assign(const device_id& device, const assign_work& what, report done);
  void assign_to(const device_id& device, std::optional<customer_id> customer, report done);
  void make_customer(const device_id& device, const device_info& info, const std::string& title,
                     report done);

  dependencies needs_;
  reply_calls replies_;
  http_caller http_;
};

} // namespace muster
