#include "actors/rules/scripts/script_results.hpp"

#include "actors/rules/scripts/json_reader.hpp"

#include <utility>

namespace muster {

namespace {

tl::unexpected<error> unexpected_result(std::string_view wanted) {
  return fail(error_code::invalid, "The script returned no " + std::string(wanted));
}

bool is_nested(char kind) {
  return kind == '{' || kind == '[';
}

/// A string's content, of any other value its JSON text.
std::string text_of_value(json_reader& reader) {
  return reader.kind() == '"' ? reader.read_string() : std::string(reader.skip_value());
}

result<std::map<std::string, std::string, std::less<>>> read_metadata(json_reader& reader,
                                                                      script_language language) {
  if (reader.kind() != '{') {
    return unexpected_result("object as metadata");
  }
  std::map<std::string, std::string, std::less<>> metadata;
  for (bool first = true; reader.next_item(first);) {
    auto name = reader.read_name();
    if (reader.kind() == 'n') {
      reader.skip_value();
      continue;
    }
    if (is_nested(reader.kind()) && language == script_language::javascript) {
      return unexpected_result("text as metadata." + name);
    }
    metadata.insert_or_assign(std::move(name), text_of_value(reader));
  }
  return metadata;
}

result<transformed_message> read_message(json_reader& reader, script_language language) {
  if (reader.kind() != '{') {
    return unexpected_result("object with msg, metadata or msgType");
  }
  transformed_message message;
  for (bool first = true; reader.next_item(first);) {
    const auto name = reader.read_name();
    if (name == "msg") {
      message.msg = reader.skip_value();
    } else if (name == "metadata" && reader.kind() != 'n') {
      auto metadata = read_metadata(reader, language);
      if (!metadata) {
        return tl::unexpected(std::move(metadata.error()));
      }
      message.metadata = std::move(*metadata);
    } else if (name == "msgType" && reader.kind() != 'n') {
      if (is_nested(reader.kind())) {
        return unexpected_result("text as msgType");
      }
      message.type = text_of_value(reader);
    } else {
      reader.skip_value();
    }
  }
  return message;
}

} // namespace

result<bool> filter_result(std::string_view json) {
  if (json != "true" && json != "false") {
    return unexpected_result("boolean");
  }
  return json == "true";
}

result<std::vector<std::string>> switch_result(std::string_view json) {
  json_reader reader(json);
  if (reader.kind() == '"') {
    return std::vector{reader.read_string()};
  }
  if (reader.kind() != '[') {
    return unexpected_result("string or array of strings");
  }
  std::vector<std::string> relations;
  for (bool first = true; reader.next_item(first);) {
    if (reader.kind() != '"') {
      return unexpected_result("string or array of strings");
    }
    relations.push_back(reader.read_string());
  }
  return relations;
}

result<std::string> string_result(std::string_view json) {
  json_reader reader(json);
  if (reader.kind() != '"') {
    return unexpected_result("string");
  }
  return reader.read_string();
}

result<std::vector<transformed_message>> transform_result(std::string_view json,
                                                          script_language language) {
  json_reader reader(json);
  std::vector<transformed_message> messages;
  if (reader.kind() != '[') {
    return read_message(reader, language).map([](transformed_message&& message) {
      return std::vector{std::move(message)};
    });
  }
  for (bool first = true; reader.next_item(first);) {
    auto message = read_message(reader, language);
    if (!message) {
      return tl::unexpected(std::move(message.error()));
    }
    messages.push_back(std::move(*message));
  }
  return messages;
}

} // namespace muster
