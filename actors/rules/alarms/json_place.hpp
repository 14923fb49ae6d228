#pragma once

#include "actors/model/error.hpp"
#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

/// One place of a JSON document, which knows its name: `alarms[0].createRules.CRITICAL`. What is
/// null counts as absent. The first thing that is wrong stays in `fault`, which all places of a
/// document share; what is wrong reads as empty. Document and fault outlive it.
class json_place {
public:
  json_place(const nlohmann::ordered_json* at, std::string name, std::optional<error>& fault);

  json_place operator[](const char* member) const;

  bool there() const noexcept { return at_ != nullptr; }
  bool is_object() const noexcept { return at_ != nullptr && at_->is_object(); }
  bool is_list() const noexcept { return at_ != nullptr && at_->is_array(); }
  /// Null when absent.
  const nlohmann::ordered_json* json() const noexcept { return at_; }
  const std::string& name() const noexcept { return name_; }

  /// Not an empty one.
  std::string text() const;
  std::string text_or(std::string_view usual) const;
  std::int64_t whole() const;
  std::int64_t whole_or(std::int64_t usual) const;
  bool flag_or(bool usual) const;
  /// The place among these of the text that it must be.
  std::size_t choice(std::initializer_list<std::string_view> among) const;
  /// The identifier itself, or an object with it as `id`.
  std::optional<uuid> id() const;
  /// Anything but null.
  std::optional<value> any() const;
  /// Empty when absent.
  std::vector<json_place> list() const;
  std::vector<std::pair<std::string, json_place>> members() const;

  void refuse(std::string_view what) const;

private:
  bool required() const;

  const nlohmann::ordered_json* at_;
  std::string name_;
  std::optional<error>* fault_;
};

} // namespace muster
