#pragma once

#include "actors/model/uuid.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct pg_result;

namespace muster::persistence::postgres {

/// What a statement returned, in binary form. A value is read as what its column is: bigint (or
/// integer, smallint) as number, text as text, and so on; anything else than that is a mistake in
/// the statement and throws std::logic_error.
class rows {
public:
  rows() = default;
  explicit rows(pg_result* owned) : result_(owned) {}

  std::size_t size() const noexcept;
  bool empty() const noexcept { return size() == 0; }
  /// Rows that an insert, update or delete touched.
  std::uint64_t touched() const noexcept;

  bool is_null(std::size_t row, int column) const noexcept;
  std::int64_t number(std::size_t row, int column) const;
  bool flag(std::size_t row, int column) const;
  /// As it was given to parameters::text.
  std::string text(std::size_t row, int column) const;
  /// Of bytea, or of a text as it is stored. Valid as long as the rows are.
  std::string_view bytes(std::size_t row, int column) const noexcept;
  uuid id(std::size_t row, int column) const;

private:
  struct clear {
    void operator()(pg_result* result) const noexcept;
  };
  std::unique_ptr<pg_result, clear> result_;
};

} // namespace muster::persistence::postgres
