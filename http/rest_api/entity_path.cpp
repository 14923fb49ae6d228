#include "http/rest_api/entity_path.hpp"

#include "http/rest_api/body.hpp"

#include <unordered_set>

namespace muster::http::rest {

result<device_id> read_entity(std::string_view type, std::string_view id) {
  if (type != "DEVICE") {
    return fail(error_code::invalid,
                "Unsupported entity type: " + std::string{type.substr(0, 100)});
  }
  return read_uuid(id).map([](const uuid& value) { return device_id{value}; });
}

result<std::optional<std::vector<std::string>>> read_keys(const query_parameters& query) {
  std::vector<std::string> keys;
  std::unordered_set<std::string> seen;
  for (const auto name : {"keys", "key"}) {
    auto list = query.list(name);
    if (!list) {
      return tl::unexpected{list.error()};
    }
    for (std::string& key : list->value_or(std::vector<std::string>{})) {
      // A key named twice is one member of the answer.
      if (seen.insert(key).second) {
        keys.push_back(std::move(key));
      }
    }
  }
  return keys.empty() ? std::optional<std::vector<std::string>>{} : std::optional{std::move(keys)};
}

} // namespace muster::http::rest
