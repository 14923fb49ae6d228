#pragma once

#include "http/json/events.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace muster::http::json {

/// Writes the events of one document as compact text: order and nulls kept, numbers as they were
/// written, of equal names in an object the last value at the place of the first. Reused for one
/// document after the other by `take`.
class text_capture final : public events {
public:
  bool null() override { return scalar("null"); }
  bool boolean(bool value) override { return scalar(value ? "true" : "false"); }
  bool integer(std::int64_t value) override;
  bool number(std::string_view text) override { return scalar(text); }
  bool real(double value) override;
  bool string(std::string_view text) override;
  bool begin_object() override { return begin('{'); }
  bool name(std::string_view text) override;
  bool end_object() override;
  bool begin_array() override { return begin('['); }
  bool end_array() override { return end(']'); }

  /// Whether the document is whole.
  [[nodiscard]] bool complete() const { return open_.empty() && !text_.empty(); }
  [[nodiscard]] std::string take() { return std::exchange(text_, {}); }

private:
  /// An object or array that has begun. Places in `text_` and `members_`.
  struct container {
    std::size_t first_member = 0;
    std::size_t start = 0;
    bool empty = true;
    bool object = false;
  };
  struct member {
    std::size_t start = 0;
    std::size_t name_end = 0;
  };

  void separate();
  bool scalar(std::string_view text);
  bool begin(char bracket);
  bool end(char bracket);
  void drop_repeated(const container& object);
  [[nodiscard]] std::string_view name_of(const member& which) const;
  [[nodiscard]] bool has_repeated(std::size_t first_member) const;

  std::string text_;
  std::vector<container> open_;
  std::vector<member> members_;
};

} // namespace muster::http::json
