#include "persistence/postgres/rows.hpp"

#include "persistence/postgres/text.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace muster::persistence::postgres {

namespace {

std::int64_t big_endian(std::string_view bytes) {
  std::uint64_t n = (bytes[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (const char byte : bytes) {
    n = n << 8 | static_cast<std::uint8_t>(byte);
  }
  return static_cast<std::int64_t>(n);
}

[[noreturn]] void wrong_type() {
  throw std::logic_error("a column of SQL is not of the type it is read as");
}

} // namespace

void rows::clear::operator()(pg_result* result) const noexcept {
  PQclear(result);
}

std::size_t rows::size() const noexcept {
  return result_ ? static_cast<std::size_t>(PQntuples(result_.get())) : 0;
}

std::uint64_t rows::touched() const noexcept {
  const std::string_view text = result_ ? PQcmdTuples(result_.get()) : "";
  std::uint64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

bool rows::is_null(std::size_t row, int column) const noexcept {
  return PQgetisnull(result_.get(), static_cast<int>(row), column) != 0;
}

std::string_view rows::bytes(std::size_t row, int column) const noexcept {
  const int place = static_cast<int>(row);
  return {PQgetvalue(result_.get(), place, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), place, column))};
}

std::int64_t rows::number(std::size_t row, int column) const {
  const auto value = bytes(row, column);
  if (value.size() != 8 && value.size() != 4 && value.size() != 2) {
    wrong_type();
  }
  return big_endian(value);
}

bool rows::flag(std::size_t row, int column) const {
  const auto value = bytes(row, column);
  if (value.size() != 1) {
    wrong_type();
  }
  return value[0] != 0;
}

std::string rows::text(std::size_t row, int column) const {
  return decoded_text(bytes(row, column));
}

uuid rows::id(std::size_t row, int column) const {
  const auto value = bytes(row, column);
  uuid id;
  if (value.size() != id.bytes.size()) {
    wrong_type();
  }
  std::ranges::copy(value, id.bytes.begin());
  return id;
}

} // namespace muster::persistence::postgres
