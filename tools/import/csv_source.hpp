#pragma once

#include "tools/import/csv.hpp"
#include "tools/import/source.hpp"

#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace muster::import {

/// A column of a file of devices.
struct csv_column {
  enum class kind : std::uint8_t {
    name,
    profile,
    label,
    customer,
    token,
    client,
    shared,
    server,
    telemetry
  };
  kind what = kind::name;
  /// Of an attribute or a telemetry key.
  std::string key;
};

/// The columns that a header names; errors say which name is not understood. README.md lists them.
[[nodiscard]] result<std::vector<csv_column>> read_header(const std::vector<std::string>& header);

/// A cell as a value: what is a JSON boolean, number, object, array or text in quotes is that, all
/// else is text as it stands.
[[nodiscard]] nlohmann::json value_of(const std::string& cell);

/// Fills a record from the cells of a line; empty cells set nothing.
[[nodiscard]] result<device_record> read_device(const std::vector<csv_column>& columns,
                                                const std::vector<std::string>& cells);

[[nodiscard]] bool is_utf8(std::string_view text);

/// Devices from a file of comma separated values. The whole file is checked for its form when it
/// is opened, so that nothing is sent of a file that is broken further down.
class csv_source final : public source {
public:
  static result<std::unique_ptr<csv_source>> open(const std::string& file, char delimiter);

  [[nodiscard]] std::string identity() const override { return identity_; }
  [[nodiscard]] std::uint64_t count() const override { return count_; }
  result<std::optional<device_record>> next() override;
  result<void> complete(device_record&) override { return {}; }
  result<void> history(const device_record&, const send_history&) override { return {}; }

private:
  csv_source(const std::string& file, char delimiter);
  result<void> check(const std::string& file, char delimiter);

  std::ifstream stream_;
  csv_reader reader_;
  std::vector<csv_column> columns_;
  std::string identity_;
  std::uint64_t count_ = 0;
};

} // namespace muster::import
