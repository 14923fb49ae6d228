#pragma once

#include "actors/model/reply.hpp"
#include "http/rest_api/history_parameters.hpp"

#include <cstddef>
#include <string>

namespace muster::http::rest {

/// The text of a history answer in the making: `{"key":[{"ts":...,"value":...},...],...}`, keys
/// without data left out. Asked for key after key, page after page. No threads of its own.
class history_text {
public:
  /// `asked.range` names device and caller already. At least one key.
  explicit history_text(history_request asked);

  /// The next question; only while not `complete`.
  [[nodiscard]] read_history next_query() const;
  /// Its answer.
  void add(const history_page& page);
  /// Whether all keys are read and the text is closed.
  [[nodiscard]] bool complete() const { return key_ == asked_.keys.size(); }
  /// What was added since the last call, out of the maker's hands.
  [[nodiscard]] std::string take() { return std::exchange(text_, {}); }
  [[nodiscard]] std::size_t size() const { return text_.size(); }

private:
  history_request asked_;
  std::size_t key_ = 0;
  std::shared_ptr<const history_position> from_;
  /// Over all keys.
  history_cost spent_;
  std::string text_ = "{";
  bool first_key_ = true;
  bool key_open_ = false;
};

} // namespace muster::http::rest
