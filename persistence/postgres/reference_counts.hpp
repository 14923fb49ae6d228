#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/store/mutation.hpp"
#include "persistence/store/precondition.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <utility>

namespace muster::persistence::postgres {

/// How much refers to profiles, packages and rule chains: of those that are asked for, as the
/// database has it, then as the batch changes it. Counting stops where the batch could not remove
/// all references.
class reference_counts {
public:
  void ask(const precondition& condition);
  /// So many mutations of the batch may remove references.
  void expect(std::size_t mutations) noexcept { mutations_ += mutations; }

  void queue(connection& to) const;
  std::size_t statements() const noexcept {
    return (profiles_.empty() ? 0 : 1) + (packages_.empty() ? 0 : 1) +
           (rule_chains_.empty() ? 0 : 1);
  }
  void read(std::span<const rows> answers);

  bool is_unused(const profile_unused& which) const;
  bool is_unused(const package_unused& which) const;
  bool is_unused(const rule_chain_unused& which) const;

  void count(const device_info& row, int change);
  void count(const device_profile& row, int change);
  void count(const package_info& row, int change);
  /// Of a row without references.
  template <class Row>
  void count(const Row&, int) {}

private:
  using tenants_profile = std::pair<uuid, uuid>;

  std::size_t mutations_ = 0;
  std::set<tenants_profile> profiles_;
  std::set<uuid> packages_;
  std::set<uuid> rule_chains_;
  std::map<tenants_profile, std::int64_t> devices_;
  /// Of profiles: packages that are for them alone; of packages: devices and profiles;
  /// of rule chains: profiles.
  std::map<uuid, std::int64_t> references_;
};

} // namespace muster::persistence::postgres
