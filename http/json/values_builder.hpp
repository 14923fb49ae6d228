#pragma once

#include "actors/model/telemetry.hpp"
#include "http/json/events.hpp"
#include "http/json/reader.hpp"
#include "http/json/text_capture.hpp"

#include <optional>
#include <string>
#include <vector>

namespace muster::http::json {

/// Builds telemetry entries, or the values of one object of attributes, while a document is read.
class values_builder final : public events {
public:
  enum class shape : std::uint8_t { telemetry, attributes };

  /// Errors name their place below `root`.
  values_builder(shape expected, const reader_rules& rules, std::string root = "$")
      : shape_{expected}, rules_{rules}, root_{std::move(root)} {}

  bool null() override;
  bool boolean(bool value) override;
  bool integer(std::int64_t value) override;
  bool number(std::string_view text) override;
  bool real(double value) override;
  bool string(std::string_view text) override;
  bool begin_object() override;
  bool name(std::string_view text) override;
  bool end_object() override;
  bool begin_array() override;
  bool end_array() override;

  /// After the end of the document.
  [[nodiscard]] std::vector<telemetry_entry> take_entries() { return std::move(entries_); }
  [[nodiscard]] std::vector<key_value> take_values() { return std::move(members_); }

private:
  enum class place : std::uint8_t {
    top,     ///< outside everything
    list,    ///< in the outer array
    message, ///< in one object of telemetry or attributes
    values,  ///< in the object `values` beside a `ts`
    capture  ///< in a value of JSON type
  };

  struct wrong_member {
    muster::error what;
    std::string key;
  };

  bool put(value&& what);
  bool captured();
  bool begin_capture(place from, bool object);
  bool finish_message();
  bool finish_timed();
  bool finish_values(std::vector<key_value>& values);
  [[nodiscard]] std::optional<timestamp> read_time() const;
  [[nodiscard]] std::string here() const;
  bool wrong_shape(std::string_view what);
  bool wrong(error_code code, std::string_view what, std::string_view key = {});
  [[nodiscard]] std::vector<key_value>& current();

  shape shape_;
  reader_rules rules_;
  std::string root_;
  std::size_t names_ = 0;
  place place_ = place::top;
  place outer_ = place::top;
  bool in_list_ = false;
  std::size_t index_ = 0;
  std::size_t usual_size_ = 4;

  std::vector<telemetry_entry> entries_;
  std::vector<key_value> members_;
  /// Of the object `values` beside a `ts` that came before it.
  std::vector<key_value> timed_;
  /// The last members of these names in `members_`.
  std::optional<std::size_t> ts_at_;
  std::optional<std::size_t> values_at_;
  bool values_read_ = false;
  /// The `ts` as it was written, when it was a string or a number with more than digits.
  std::optional<std::string> ts_text_;
  /// The first number of this telemetry object that can't be a value.
  std::optional<wrong_member> wrong_member_;
  text_capture capture_;
};

/// `read_attributes` of the object at `root` of a document that is being read.
[[nodiscard]] result<std::vector<key_value>>
read_values(std::string_view text, const reader_rules& rules, std::string root);

} // namespace muster::http::json
