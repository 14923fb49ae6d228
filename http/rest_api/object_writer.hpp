#pragma once

#include "actors/model/uuid.hpp"
#include "http/json/writer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http::rest {

/// Writes one object member by member.
class object_writer {
public:
  explicit object_writer(std::string& out) : out_{out} { out_ += '{'; }

  object_writer& raw(std::string_view name, std::string_view json) {
    start(name);
    out_ += json;
    return *this;
  }
  object_writer& text(std::string_view name, std::string_view value) {
    start(name);
    json::append_string(out_, value);
    return *this;
  }
  object_writer& text(std::string_view name, const std::optional<std::string>& value) {
    return value ? text(name, std::string_view{*value}) : raw(name, "null");
  }
  object_writer& number(std::string_view name, std::int64_t value) {
    start(name);
    json::append_integer(out_, value);
    return *this;
  }
  object_writer& boolean(std::string_view name, bool value) {
    return raw(name, value ? "true" : "false");
  }
  object_writer& id(std::string_view name, std::string_view type, const uuid& value) {
    start(name);
    append_id(type, value);
    return *this;
  }
  /// Absent: null.
  template <class Id>
  object_writer& id(std::string_view name, std::string_view type, const std::optional<Id>& value) {
    return value ? id(name, type, value->value) : raw(name, "null");
  }
  /// Absent: the identifier that stands for nobody.
  template <class Id>
  object_writer& owner(std::string_view name, std::string_view type,
                       const std::optional<Id>& value) {
    return id(name, type, value ? value->value : null_uuid);
  }
  void end() { out_ += '}'; }

private:
  void start(std::string_view name) {
    if (!first_) {
      out_ += ',';
    }
    first_ = false;
    json::append_name(out_, name);
  }
  void append_id(std::string_view type, const uuid& value) {
    out_ += "{\"entityType\":\"";
    out_ += type;
    out_ += "\",\"id\":\"";
    out_ += to_string(value);
    out_ += "\"}";
  }

  std::string& out_;
  bool first_ = true;
};

} // namespace muster::http::rest
