#include "persistence/postgres/json_values.hpp"

#include "persistence/postgres/json_io.hpp"

#include <utility>

namespace muster::persistence::postgres {

namespace {

/// Between the brackets: `one` reads each element.
template <class Row, class One>
result<void> read_list(std::string_view text, char open, char close, std::vector<Row>& into,
                       One one) {
  into.clear();
  json_reader in(text);
  in.need(open);
  bool more = !in.skip(close);
  while (more && !in.failed()) {
    one(in, into.emplace_back());
    more = in.skip(',');
    if (!more) {
      in.need(close);
    }
  }
  if (in.failed() || !in.at_end()) {
    return fail(error_code::storage_unavailable, "stored values cannot be read");
  }
  return {};
}

template <class Row, class One>
std::string write_list(const std::vector<Row>& all, char open, char close, One one) {
  json_writer out;
  out.raw(open);
  bool first = true;
  for (const auto& row : all) {
    if (!std::exchange(first, false)) {
      out.raw(',');
    }
    one(out, row);
  }
  out.raw(close);
  return out.take();
}

} // namespace

std::string values_to_json(const std::vector<key_value>& values) {
  return write_list(values, '{', '}', [](json_writer& out, const key_value& one) {
    out.text(one.key);
    out.raw(':');
    out.val(one.val);
  });
}

result<void> values_from_json(std::string_view text, std::vector<key_value>& into) {
  return read_list(text, '{', '}', into, [](json_reader& in, key_value& one) {
    one.key = in.text();
    in.need(':');
    one.val = in.val();
  });
}

std::string latest_to_json(const std::vector<latest_value>& values) {
  return write_list(values, '[', ']', [](json_writer& out, const latest_value& one) {
    out.raw('[');
    out.text(one.key);
    out.raw(',');
    out.number(one.ts);
    out.raw(',');
    out.val(one.val);
    out.raw(']');
  });
}

result<void> latest_from_json(std::string_view text, std::vector<latest_value>& into) {
  return read_list(text, '[', ']', into, [](json_reader& in, latest_value& one) {
    in.need('[');
    one.key = in.text();
    in.need(',');
    one.ts = in.number<timestamp>();
    in.need(',');
    one.val = in.val();
    in.need(']');
  });
}

std::string attributes_to_json(const std::vector<attribute_row>& rows) {
  return write_list(rows, '[', ']', [](json_writer& out, const attribute_row& one) {
    out.raw('[');
    out.text(one.key);
    out.raw(',');
    out.number(one.last_update);
    out.raw(',');
    out.number(one.change);
    if (one.val) {
      out.raw(',');
      out.val(*one.val);
    }
    out.raw(']');
  });
}

result<void> attributes_from_json(std::string_view text, std::vector<attribute_row>& into) {
  return read_list(text, '[', ']', into, [](json_reader& in, attribute_row& one) {
    in.need('[');
    one.key = in.text();
    in.need(',');
    one.last_update = in.number<timestamp>();
    in.need(',');
    one.change = in.number<std::uint64_t>();
    if (in.skip(',')) {
      one.val = in.val();
    }
    in.need(']');
  });
}

} // namespace muster::persistence::postgres
