#include "persistence/postgres/parameters.hpp"

#include "persistence/postgres/text.hpp"

namespace muster::persistence::postgres {

namespace {

template <class Number>
void append_big_endian(std::string& out, Number n) {
  for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(n) >> shift));
  }
}

std::string_view view(const uuid& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

sql_type array_of(sql_type element) {
  switch (element) {
  case sql_type::boolean:
    return sql_type::boolean_array;
  case sql_type::bytea:
    return sql_type::bytea_array;
  case sql_type::bigint:
    return sql_type::bigint_array;
  case sql_type::uuid:
    return sql_type::uuid_array;
  default:
    return sql_type::text_array;
  }
}

} // namespace

void array::number(std::int64_t n) {
  ++size_;
  append_big_endian(elements_, std::uint32_t{8});
  append_big_endian(elements_, n);
}

void array::flag(bool b) {
  ++size_;
  append_big_endian(elements_, std::uint32_t{1});
  elements_.push_back(b ? '\1' : '\0');
}

void array::text(std::string_view t) {
  bytes(encoded_text(t));
}

void array::bytes(std::string_view b) {
  ++size_;
  append_big_endian(elements_, static_cast<std::uint32_t>(b.size()));
  elements_.append(b);
}

void array::id(const uuid& u) {
  bytes(view(u));
}

void array::null() {
  ++size_;
  has_nulls_ = true;
  append_big_endian(elements_, ~std::uint32_t{0});
}

parameters& parameters::add(sql_type type, std::string value) {
  types_.push_back(static_cast<std::uint32_t>(type));
  values_.emplace_back(std::move(value));
  return *this;
}

parameters& parameters::number(std::int64_t n) {
  std::string bytes;
  append_big_endian(bytes, n);
  return add(sql_type::bigint, std::move(bytes));
}

parameters& parameters::flag(bool b) {
  return add(sql_type::boolean, std::string(1, b ? '\1' : '\0'));
}

parameters& parameters::text(std::string_view t) {
  return add(sql_type::text, encoded_text(t));
}

parameters& parameters::bytes(std::string_view b) {
  return add(sql_type::bytea, std::string(b));
}

parameters& parameters::id(const uuid& u) {
  return add(sql_type::uuid, std::string(view(u)));
}

parameters& parameters::null(sql_type type) {
  types_.push_back(static_cast<std::uint32_t>(type));
  values_.emplace_back(std::nullopt);
  return *this;
}

parameters& parameters::list(const array& column) {
  std::string bytes;
  bytes.reserve(20 + column.elements().size());
  append_big_endian(bytes, std::uint32_t{column.size() == 0 ? 0U : 1U});
  append_big_endian(bytes, std::uint32_t{column.has_nulls() ? 1U : 0U});
  append_big_endian(bytes, static_cast<std::uint32_t>(column.element()));
  if (column.size() > 0) {
    append_big_endian(bytes, column.size());
    append_big_endian(bytes, std::uint32_t{1});
    bytes.append(column.elements());
  }
  return add(array_of(column.element()), std::move(bytes));
}

parameters& parameters::numbers(std::span<const std::int64_t> all) {
  array column(sql_type::bigint);
  for (const auto n : all) {
    column.number(n);
  }
  return list(column);
}

} // namespace muster::persistence::postgres
