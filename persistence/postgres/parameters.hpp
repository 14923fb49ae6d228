#pragma once

#include "actors/model/uuid.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster::persistence::postgres {

/// Type numbers of PostgreSQL, fixed for all its versions.
enum class sql_type : std::uint32_t {
  boolean = 16,
  bytea = 17,
  bigint = 20,
  text = 25,
  uuid = 2950,
  boolean_array = 1000,
  bytea_array = 1001,
  text_array = 1009,
  bigint_array = 1016,
  uuid_array = 2951
};

/// One column of many rows: an array of PostgreSQL in its binary form.
class array {
public:
  explicit array(sql_type of) : element_(of) {}

  void number(std::int64_t n);
  void flag(bool b);
  /// Any bytes: see encoded_text.
  void text(std::string_view t);
  void bytes(std::string_view b);
  void id(const uuid& u);
  void null();

  sql_type element() const noexcept { return element_; }
  std::uint32_t size() const noexcept { return size_; }
  bool has_nulls() const noexcept { return has_nulls_; }
  const std::string& elements() const noexcept { return elements_; }

private:
  sql_type element_;
  std::uint32_t size_ = 0;
  bool has_nulls_ = false;
  std::string elements_;
};

/// The values of a statement's $1, $2, ... in their binary form; types are fixed by what is added,
/// so statements need no casts. A value may be any bytes: texts are stored by encoded_text.
class parameters {
public:
  parameters& number(std::int64_t n);
  parameters& number(std::uint64_t n) { return number(static_cast<std::int64_t>(n)); }
  parameters& number(int n) { return number(std::int64_t{n}); }
  parameters& flag(bool b);
  parameters& text(std::string_view t);
  parameters& bytes(std::string_view b);
  parameters& id(const uuid& u);
  template <class Tag>
  parameters& id(const entity_id<Tag>& i) {
    return id(i.value);
  }
  /// NULL of a type.
  parameters& null(sql_type type);
  parameters& list(const array& column);
  parameters& numbers(std::span<const std::int64_t> all);

  std::size_t size() const noexcept { return values_.size(); }
  /// The types alone tell apart statements of one text.
  const std::vector<std::uint32_t>& types() const noexcept { return types_; }
  const std::vector<std::optional<std::string>>& values() const noexcept { return values_; }

private:
  parameters& add(sql_type type, std::string value);

  std::vector<std::uint32_t> types_;
  std::vector<std::optional<std::string>> values_;
};

} // namespace muster::persistence::postgres
