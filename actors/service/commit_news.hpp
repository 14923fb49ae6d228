#pragma once

#include "actors/jobs/jobs.hpp"
#include "actors/registry/registry.hpp"
#include "actors/rules/rules_table.hpp"
#include "persistence/committer/committer.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace muster {

/// Tells what is kept in memory of the directory's commits: rules of profiles and tenants, jobs. On
/// the committer's thread, before the replies go out, so that who is answered 200 finds it done.
/// Passes all reports on to the registry. Thread-safe.
class commit_news final : public persistence::commit_listener {
public:
  /// `told`, if given, is called after each batch in which the directory changed something, `chain`
  /// with each rule chain once its devices may run it.
  commit_news(registry& devices, rules_table& rules, jobs& work, std::function<void()> told = {},
              std::function<void(const rule_chain&)> chain = {})
      : devices_(devices), rules_(rules), jobs_(work), told_(std::move(told)),
        chain_(std::move(chain)) {}

  /// Submits a change of the directory, with its news noted. False as `submit`.
  bool submit(persistence::submission&& what, const submit_changes& submit);

  void committed(std::span<const persistence::commit_report> batch) noexcept override;

  /// A job that there was at the start.
  void tell(const job& one);

private:
  void tell(const persistence::mutation& what);

  registry& devices_;
  rules_table& rules_;
  jobs& jobs_;
  std::function<void()> told_;
  std::function<void(const rule_chain&)> chain_;
  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, std::vector<persistence::mutation>> waiting_;
};

} // namespace muster
