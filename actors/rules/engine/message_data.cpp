#include "actors/rules/engine/message_data.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace muster {

struct message_data::both {
  std::optional<std::string> text;
  std::optional<nlohmann::json> tree;
};

message_data::message_data() : message_data(of_text("{}")) {}

message_data::message_data(std::shared_ptr<both> what) : both_(std::move(what)) {}

message_data message_data::of_text(std::string text) {
  return message_data(std::make_shared<both>(both{std::move(text), std::nullopt}));
}

message_data message_data::of_json(nlohmann::json tree) {
  return message_data(std::make_shared<both>(both{std::nullopt, std::move(tree)}));
}

const std::string& message_data::text() const {
  if (!both_->text) {
    // A script may have cut a character in two.
    both_->text = both_->tree->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  return *both_->text;
}

const nlohmann::json& message_data::tree() const {
  if (!both_->tree) {
    both_->tree = nlohmann::json::parse(*both_->text);
  }
  return *both_->tree;
}

} // namespace muster
