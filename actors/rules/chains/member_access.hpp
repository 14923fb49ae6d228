#pragma once

#include "actors/model/error.hpp"
#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace muster {

/// The order of members is their sender's.
using chain_json = nlohmann::ordered_json;

/// Reads the members of one object of a chain; null counts as absent. The first thing that is wrong
/// stays in `fault`, which readers of one document share; what is wrong reads as absent.
class member_access {
public:
  /// `where`: how the object is named in faults ("Node 2: ").
  member_access(const chain_json& from, std::string where, std::optional<error>& fault);

  std::optional<std::string> text(const char* name);
  std::optional<bool> flag(const char* name);
  std::optional<std::int64_t> number(const char* name);
  /// A place in a list.
  std::optional<std::uint32_t> place(const char* name);
  /// `{"entityType":..,"id":".."}`, or the bare identifier.
  std::optional<uuid> id(const char* name);
  /// As compact text; `otherwise` when absent.
  json_text document(const char* name, const char* otherwise);
  /// Null: absent.
  const chain_json* object(const char* name);
  /// An empty one when absent.
  const chain_json& list(const char* name);

  void refuse(const std::string& message);

private:
  const chain_json* find(const char* name) const;
  void wrong(const char* name, const char* expected);

  const chain_json& from_;
  std::string where_;
  std::optional<error>& fault_;
};

} // namespace muster
