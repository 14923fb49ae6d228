#pragma once

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>

namespace muster {

/// The body of a message: JSON that does not change, as text and as a tree; either is made of the
/// other when it is first asked for. Copies share both. Of one thread at a time, with all its
/// copies.
class message_data {
public:
  /// `{}`.
  message_data();
  /// `text` is valid JSON.
  static message_data of_text(std::string text);
  static message_data of_json(nlohmann::json tree);

  const std::string& text() const;
  const nlohmann::json& tree() const;

private:
  struct both;
  explicit message_data(std::shared_ptr<both> what);
  std::shared_ptr<both> both_;
};

} // namespace muster
