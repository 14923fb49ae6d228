#pragma once

#include "http/json/events.hpp"
#include "http/json/reader.hpp"
#include "http/json/text_capture.hpp"
#include "http/json/writer.hpp"

#include <vector>

namespace muster::http::json {

/// Builds the members of one object, values as text.
class members_builder final : public events {
public:
  bool null() override { return value(capture_.null()); }
  bool boolean(bool what) override { return value(capture_.boolean(what)); }
  bool integer(std::int64_t what) override { return value(capture_.integer(what)); }
  bool number(std::string_view text) override { return value(capture_.number(text)); }
  bool real(double what) override { return value(capture_.real(what)); }
  bool string(std::string_view text) override { return value(capture_.string(text)); }
  bool begin_object() override;
  bool name(std::string_view text) override;
  bool end_object() override;
  bool begin_array() override;
  bool end_array() override;

  [[nodiscard]] std::vector<member> take() { return std::move(members_); }

private:
  bool value(bool good);
  void add();

  bool inside_ = false;
  std::size_t names_ = 0;
  std::size_t depth_ = 0;
  std::string name_;
  std::vector<member> members_;
  text_capture capture_;
};

/// Takes one string, number or boolean as text.
class scalar_builder final : public events {
public:
  bool null() override { return stop(error_code::malformed, "Expected a string, found null"); }
  bool boolean(bool what) override { return take_text(what ? "true" : "false"); }
  bool integer(std::int64_t what) override { return take_text(std::to_string(what)); }
  bool number(std::string_view what) override { return take_text(what); }
  bool real(double what) override {
    append_double(text, what);
    return true;
  }
  bool string(std::string_view what) override { return take_text(what); }
  bool begin_object() override {
    return stop(error_code::malformed, "Expected a string, found an object");
  }
  bool name(std::string_view) override { return true; }
  bool end_object() override { return true; }
  bool begin_array() override {
    return stop(error_code::malformed, "Expected a string, found an array");
  }
  bool end_array() override { return true; }

  std::string text;

private:
  bool take_text(std::string_view what) {
    text = what;
    return true;
  }
};

} // namespace muster::http::json
