#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/tables.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace muster::persistence::postgres {

/// "a, b, c" with something before each.
std::string joined_names(const std::vector<std::string>& names, std::string_view before = {});

/// `insert` of as many rows as the arrays hold; with a key an existing row is replaced.
std::string insert_text(const char* table, const std::vector<std::string>& columns,
                        const char* key);

/// The columns that rows of this type are read from, each with the table's alias ("d.") before it.
template <class Row>
std::string columns_of(std::string_view alias = {}) {
  column_names found;
  Row row{};
  fields(found, row);
  return joined_names(found.all(), alias);
}

/// Without a key: rows that are there already are an error.
template <class Row>
std::string insert_of(const char* key) {
  column_names found;
  const Row row{};
  fields(found, row);
  return insert_text(table<Row>::name, found.all(), key);
}

/// One row that was read.
template <class Row>
Row row_at(const rows& from, std::size_t row, int column = 0) {
  Row read{};
  field_reader in(from, row, column);
  fields(in, read);
  return read;
}

/// Rows to be put by one statement.
template <class Row>
class row_batch {
public:
  void add(const Row& row) {
    fields(columns_, row);
    columns_.next_row();
  }
  void queue(connection& to) {
    static const std::string text = insert_of<Row>(table<Row>::key);
    if (!columns_.empty()) {
      to.queue(text, columns_.take());
    }
  }
  /// The same for rows that must not be there yet; else the statement fails.
  void queue_new(connection& to) {
    static const std::string text = insert_of<Row>(nullptr);
    if (!columns_.empty()) {
      to.queue(text, columns_.take());
    }
  }

private:
  column_arrays columns_;
};

} // namespace muster::persistence::postgres
