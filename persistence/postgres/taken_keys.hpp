#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/fields.hpp"
#include "persistence/store/precondition.hpp"
#include "persistence/store/store.hpp"

#include <map>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace muster::persistence::postgres {

/// Which unique names and tokens are taken: those that are asked for, as the database has them,
/// then as the batch changes them.
class taken_keys {
public:
  void ask(const precondition& condition);
  /// Whether there is a device with this id.
  void ask(const device_id& id);

  void queue(connection& to) const;
  std::size_t statements() const noexcept { return questions_.size(); }
  void read(std::span<const rows> answers);

  bool is_taken(const std::string& key) const { return taken_.contains(key); }
  void take(std::vector<std::string> keys);
  void free(const std::vector<std::string>& keys);

private:
  friend struct key_asker;
  using part = std::variant<uuid, std::string, raw_bytes>;
  /// One statement for all keys of one kind.
  struct question {
    std::string text;
    std::vector<array> columns;
    std::vector<std::string> keys;
  };

  void ask(const std::string& key, const char* table,
           const std::vector<std::pair<std::string, part>>& parts);

  std::map<char, question> questions_;
  std::unordered_set<std::string> asked_;
  std::unordered_set<std::string> taken_;
};

} // namespace muster::persistence::postgres
