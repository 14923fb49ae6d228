#include "tools/import/csv_source.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <utility>

namespace muster::import {

namespace {

using nlohmann::json;
using kind = csv_column::kind;

struct column_name {
  std::string_view text;
  kind what;
};

constexpr std::array plain_columns{
    column_name{"name", kind::name},         column_name{"profile", kind::profile},
    column_name{"type", kind::profile},      column_name{"label", kind::label},
    column_name{"customer", kind::customer}, column_name{"token", kind::token}};

constexpr std::array key_columns{
    column_name{"client:", kind::client}, column_name{"shared:", kind::shared},
    column_name{"server:", kind::server}, column_name{"telemetry:", kind::telemetry}};

std::optional<csv_column> parse_column(const std::string& text) {
  for (const auto& plain : plain_columns) {
    if (text == plain.text) {
      return csv_column{plain.what, {}};
    }
  }
  for (const auto& keyed : key_columns) {
    if (text.starts_with(keyed.text) && text.size() > keyed.text.size()) {
      return csv_column{keyed.what, text.substr(keyed.text.size())};
    }
  }
  return std::nullopt;
}

void set(device_record& device, const csv_column& column, const std::string& cell) {
  switch (column.what) {
  case kind::name:
    device.name = cell;
    break;
  case kind::profile:
    device.profile = cell;
    break;
  case kind::label:
    device.label = cell;
    break;
  case kind::customer:
    device.customer = cell;
    break;
  case kind::token:
    device.token = cell;
    break;
  case kind::client:
    device.client[column.key] = value_of(cell);
    break;
  case kind::shared:
    device.shared[column.key] = value_of(cell);
    break;
  case kind::server:
    device.server[column.key] = value_of(cell);
    break;
  case kind::telemetry:
    device.telemetry[column.key] = value_of(cell);
    break;
  }
}

error at_line(std::uint64_t line, const std::string& what) {
  return {error_code::malformed, "line " + std::to_string(line) + ": " + what};
}

} // namespace

result<std::vector<csv_column>> read_header(const std::vector<std::string>& header) {
  std::vector<csv_column> columns;
  std::set<std::pair<kind, std::string>> seen;
  for (const auto& text : header) {
    auto column = parse_column(text);
    if (!column) {
      return fail(error_code::malformed,
                  "unknown column \"" + text +
                      "\"; known are name, profile (or type), label, customer, token, and "
                      "client:KEY, shared:KEY, server:KEY, telemetry:KEY");
    }
    if (!seen.emplace(column->what, column->key).second) {
      return fail(error_code::malformed, "column \"" + text + "\" occurs twice");
    }
    columns.push_back(std::move(*column));
  }
  if (!seen.contains({kind::name, {}})) {
    return fail(error_code::malformed, "there is no column \"name\"");
  }
  return columns;
}

json value_of(const std::string& cell) {
  json read = json::parse(cell, nullptr, false);
  return read.is_discarded() || read.is_null() ? json(cell) : read;
}

bool is_utf8(std::string_view text) {
  // The parser judges; what would end or escape a string is put aside.
  std::string quoted = "\"";
  for (const char one : text) {
    const bool special = one == '"' || one == '\\' || (one >= 0 && one < 0x20);
    quoted += special ? ' ' : one;
  }
  return json::accept(quoted + '"');
}

result<device_record> read_device(const std::vector<csv_column>& columns,
                                  const std::vector<std::string>& cells) {
  if (cells.size() != columns.size()) {
    return fail(error_code::malformed, "there are " + std::to_string(cells.size()) +
                                           " fields, the header has " +
                                           std::to_string(columns.size()));
  }
  device_record device;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!is_utf8(cells[i])) {
      return fail(error_code::malformed,
                  "field " + std::to_string(i + 1) + " is not UTF-8; convert the file first");
    }
    if (!cells[i].empty()) {
      set(device, columns[i], cells[i]);
    }
  }
  return device;
}

csv_source::csv_source(const std::string& file, char delimiter)
    : stream_(file, std::ios::binary), reader_(stream_, delimiter) {}

result<void> csv_source::check(const std::string& file, char delimiter) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || !stream_) {
    return fail(error_code::not_found, "the file can't be opened");
  }
  csv_reader reader(stream, delimiter);
  const auto header = reader.next();
  if (!header) {
    return tl::unexpected(header.error());
  }
  if (!*header) {
    return fail(error_code::malformed, "the file is empty");
  }
  auto columns = read_header(**header);
  if (!columns) {
    return tl::unexpected(at_line(reader.line(), columns.error().message));
  }
  columns_ = std::move(*columns);
  for (auto cells = reader.next();; cells = reader.next()) {
    if (!cells) {
      return tl::unexpected(cells.error());
    }
    if (!*cells) {
      break;
    }
    if (const auto device = read_device(columns_, **cells); !device) {
      return tl::unexpected(at_line(reader.line(), device.error().message));
    }
    ++count_;
  }
  std::error_code failed;
  identity_ = "csv " + std::to_string(std::filesystem::file_size(file, failed)) + ' ' +
              std::to_string(count_);
  // Past the header, which has been read.
  return reader_.next().map([](const auto&) {});
}

result<std::unique_ptr<csv_source>> csv_source::open(const std::string& file, char delimiter) {
  std::unique_ptr<csv_source> made(new csv_source(file, delimiter));
  if (auto checked = made->check(file, delimiter); !checked) {
    return fail(checked.error().code, file + ": " + checked.error().message);
  }
  return made;
}

result<std::optional<device_record>> csv_source::next() {
  const auto cells = reader_.next();
  if (!cells) {
    return tl::unexpected(cells.error());
  }
  if (!*cells) {
    return std::optional<device_record>{};
  }
  auto device = read_device(columns_, **cells);
  if (!device) {
    return tl::unexpected(at_line(reader_.line(), device.error().message));
  }
  device->place = std::to_string(reader_.line());
  return std::optional{std::move(*device)};
}

} // namespace muster::import
