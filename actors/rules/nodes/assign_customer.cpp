#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/patterns.hpp"

namespace muster {

namespace {

/// Gives the device to a customer, or takes it from the one that has it.
class assign_customer_node final : public chain_node {
public:
  /// `title` absent: to no customer.
  assign_customer_node(std::optional<std::string> title, bool create)
      : title_(std::move(title)), create_(create) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    assign_work work;
    work.create = create_;
    if (title_) {
      work.customer = fill_pattern(*title_, message);
    }
    if (auto left = run.later(std::move(work), message); !left) {
      run.fail(std::move(message), left.error().message);
    }
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    if (auto* failed = std::get_if<work_failed>(&outcome)) {
      return run.fail(std::move(message), std::move(failed->why));
    }
    run.tell(relations::success, std::move(message));
  }

private:
  const std::optional<std::string> title_;
  const bool create_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_assign_customer(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  std::string title = from.text("customerNamePattern");
  if (title.empty()) {
    from.refuse("customerNamePattern", "is missing");
  }
  const bool create = from.flag("createCustomerIfNotExists", false);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<assign_customer_node>(std::move(title), create);
  });
}

result<std::unique_ptr<chain_node>> make_unassign_customer(const node_settings&) {
  // A device has one customer at most: which one the configuration names makes no difference.
  return std::make_unique<assign_customer_node>(std::nullopt, false);
}

} // namespace muster
