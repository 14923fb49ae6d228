#pragma once

#include "actors/model/value.hpp"
#include "persistence/postgres/parameters.hpp"
#include "persistence/postgres/rows.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace muster::persistence::postgres {

// How the fields of a row become columns. tables.hpp names each table's columns once, by calling a
// visitor with each name and field; the visitors here make of that the list of columns, the arrays
// that many rows are written by, and the row that was read.

/// Bytes that are no text: those that orders and searches compare.
struct raw_bytes {
  std::string data;
};

/// A field's type in SQL, and its way there and back.
template <class T>
struct sql_field {
  static_assert(std::is_enum_v<T> || std::is_integral_v<T>);
  static constexpr sql_type type = sql_type::bigint;
  static void put(array& into, T what) { into.number(static_cast<std::int64_t>(what)); }
  static void get(const rows& from, std::size_t row, int column, T& into) {
    into = static_cast<T>(from.number(row, column));
  }
};

template <>
struct sql_field<bool> {
  static constexpr sql_type type = sql_type::boolean;
  static void put(array& into, bool what) { into.flag(what); }
  static void get(const rows& from, std::size_t row, int column, bool& into) {
    into = from.flag(row, column);
  }
};

template <>
struct sql_field<std::string> {
  static constexpr sql_type type = sql_type::text;
  static void put(array& into, const std::string& what) { into.text(what); }
  static void get(const rows& from, std::size_t row, int column, std::string& into) {
    into = from.text(row, column);
  }
};

template <>
struct sql_field<json_text> {
  static constexpr sql_type type = sql_type::text;
  static void put(array& into, const json_text& what) { into.text(what.text); }
  static void get(const rows& from, std::size_t row, int column, json_text& into) {
    into.text = from.text(row, column);
  }
};

template <>
struct sql_field<raw_bytes> {
  static constexpr sql_type type = sql_type::bytea;
  static void put(array& into, const raw_bytes& what) { into.bytes(what.data); }
  static void get(const rows& from, std::size_t row, int column, raw_bytes& into) {
    into.data = from.bytes(row, column);
  }
};

template <std::size_t N>
struct sql_field<std::array<std::uint8_t, N>> {
  static constexpr sql_type type = sql_type::bytea;
  static void put(array& into, const std::array<std::uint8_t, N>& what) {
    into.bytes({reinterpret_cast<const char*>(what.data()), N});
  }
  static void get(const rows& from, std::size_t row, int column,
                  std::array<std::uint8_t, N>& into) {
    const auto bytes = from.bytes(row, column);
    std::copy_n(bytes.begin(), std::min(bytes.size(), N), into.begin());
  }
};

template <>
struct sql_field<uuid> {
  static constexpr sql_type type = sql_type::uuid;
  static void put(array& into, const uuid& what) { into.id(what); }
  static void get(const rows& from, std::size_t row, int column, uuid& into) {
    into = from.id(row, column);
  }
};

template <class Tag>
struct sql_field<entity_id<Tag>> {
  static constexpr sql_type type = sql_type::uuid;
  static void put(array& into, const entity_id<Tag>& what) { into.id(what.value); }
  static void get(const rows& from, std::size_t row, int column, entity_id<Tag>& into) {
    into.value = from.id(row, column);
  }
};

template <class T>
struct sql_field<std::optional<T>> {
  static constexpr sql_type type = sql_field<T>::type;
  static void put(array& into, const std::optional<T>& what) {
    what ? sql_field<T>::put(into, *what) : into.null();
  }
  static void get(const rows& from, std::size_t row, int column, std::optional<T>& into) {
    into.reset();
    if (!from.is_null(row, column)) {
      sql_field<T>::get(from, row, column, into.emplace());
    }
  }
};

/// Collects the columns' names.
class column_names {
public:
  template <class T>
  void operator()(const char* name, const T&) {
    names_.emplace_back(name);
  }
  const std::vector<std::string>& all() const noexcept { return names_; }

private:
  std::vector<std::string> names_;
};

/// Collects rows as one array a column.
class column_arrays {
public:
  template <class T>
  void operator()(const char*, const T& field) {
    if (next_ == columns_.size()) {
      columns_.emplace_back(sql_field<T>::type);
    }
    sql_field<T>::put(columns_[next_++], field);
  }
  void next_row() noexcept { next_ = 0; }
  bool empty() const noexcept { return columns_.empty(); }
  parameters take() {
    parameters all;
    for (const auto& column : columns_) {
      all.list(column);
    }
    columns_.clear();
    return all;
  }

private:
  std::vector<array> columns_;
  std::size_t next_ = 0;
};

/// Fills a row from what was read, beginning with a column.
class field_reader {
public:
  field_reader(const rows& from, std::size_t row, int column = 0)
      : from_(from), row_(row), column_(column) {}

  template <class T>
  void operator()(const char*, T& field) {
    sql_field<T>::get(from_, row_, column_++, field);
  }
  int column() const noexcept { return column_; }
  bool is_null() const noexcept { return from_.is_null(row_, column_); }

private:
  const rows& from_;
  std::size_t row_;
  int column_;
};

template <class Row, class Of>
concept row_of = std::is_same_v<std::remove_const_t<Row>, Of>;

/// A table's name and key.
template <class Row>
struct table;

/// For one line a table.
#define MUSTER_TABLE(row, table_name, table_key)                                                   \
  template <>                                                                                      \
  struct table<row> {                                                                              \
    static constexpr const char* name = table_name;                                                \
    static constexpr const char* key = table_key;                                                  \
  }

} // namespace muster::persistence::postgres
