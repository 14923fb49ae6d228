#include "http/openapi/document.hpp"

#include "http/api/router.hpp"
#include "http/openapi/operation.hpp"
#include "http/openapi/parts.hpp"

#include <cctype>
#include <set>

namespace muster::http::openapi {

namespace {

constexpr std::string_view json_media = "application/json";

/// Calls `with(word)` for each of the words, which blanks separate.
template <class With>
void each_word(std::string_view words, const With& with) {
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    if (end != 0) {
      with(words.substr(0, end));
    }
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

template <class With>
void each_path_parameter(std::string_view path, const With& with) {
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{')) {
    path.remove_prefix(open + 1);
    const auto close = path.find('}');
    with(path.substr(0, close));
    path.remove_prefix(close);
  }
}

std::string_view description_of(std::string_view status) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"200", "Done, and durable"},
      {"206", "A part of it"},
      {"303", "The page where it goes on"},
      {"304", "Nothing has changed"},
      {"400", "The request breaks a rule; nothing was changed"},
      {"401", "No valid token"},
      {"403", "Not allowed"},
      {"404", "There is no such thing"},
      {"406", "The device's reply is not JSON"},
      {"408", "Nothing happened in time"},
      {"409", "Something else came first"},
      {"413", "The body is too long"},
      {"416", "There are no such bytes"},
      {"429", "Too many requests; see Retry-After"},
      {"503", "Overloaded, or the node is stopping; see Retry-After"},
      {"504", "No reply in time"},
  };
  for (const auto& [code, text] : known) {
    if (code == status) {
      return text;
    }
  }
  throw std::logic_error{"no such status: " + std::string{status}};
}

bool is_media_type(std::string_view what) {
  return what.find('/') != std::string_view::npos;
}

json content_of(std::string_view what) {
  if (is_media_type(what)) {
    const bool form = what == "multipart/form-data";
    return {{std::string{what},
             {{"schema", form ? schema_of("OtaUpload") : json{{"type", "string"}}}}}};
  }
  return {{std::string{json_media}, {{"schema", schema_of(what)}}}};
}

bool by_user(callers who) {
  return who != callers::anybody && who != callers::device;
}

json parameters_of(const operation& of) {
  json all = json::array();
  each_path_parameter(of.path, [&](std::string_view name) { all.push_back(path_parameter(name)); });
  each_word(of.query, [&](std::string_view name) {
    const bool required = name.ends_with('!');
    all.push_back(query_parameter(required ? name.substr(0, name.size() - 1) : name, required));
  });
  return all;
}

/// Statuses in their order: what the operation names and what follows from its parts.
std::set<std::string> statuses_of(const operation& of) {
  std::set<std::string> all{"503"};
  each_word(of.more, [&](std::string_view status) { all.emplace(status); });
  if (!all.contains("303")) {
    all.insert("200");
  }
  const bool named = of.path.find('{') != std::string_view::npos;
  if (!of.request.empty() || !of.query.empty() || (named && by_user(of.who))) {
    all.insert("400");
  }
  if (!of.request.empty()) {
    all.insert("413");
  }
  if (of.who != callers::anybody) {
    all.insert("401");
  }
  if (by_user(of.who)) {
    all.insert("403");
  }
  if (named && by_user(of.who)) {
    all.insert("404");
  }
  if (of.who == callers::device) {
    all.insert("429");
  }
  return all;
}

/// Whether the answer says in the error JSON what is wrong; to devices 401 and 408 do not.
bool tells_why(std::string_view status, callers who) {
  return (status >= "400" && status != "401" && status != "408" && status != "504") ||
         (status == "401" && who != callers::device);
}

json responses_of(const operation& of) {
  json all = json::object();
  for (const std::string& status : statuses_of(of)) {
    json answer = {{"description", description_of(status)}};
    if (status == "200" && !of.response.empty()) {
      answer["content"] = content_of(of.response);
    } else if (tells_why(status, of.who)) {
      answer["content"] = content_of("Error");
    }
    all[status] = std::move(answer);
  }
  return all;
}

/// `get_api_device_deviceId`: unique, since method and path are.
std::string operation_id(const operation& of) {
  std::string id;
  for (const char c : name_of(of.method)) {
    id += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const char c : of.path) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      id += c;
    } else if (id.back() != '_') {
      id += '_';
    }
  }
  while (id.back() == '_') {
    id.pop_back();
  }
  return id;
}

std::string_view who_text(callers who) {
  switch (who) {
  case callers::anybody:
    return "anybody";
  case callers::device:
    return "the device, by its token";
  case callers::users:
    return "tenants' administrators, customers' users";
  case callers::everybody:
    return "all users";
  case callers::tenant:
    return "tenants' administrators";
  case callers::customer:
    return "customers' users";
  case callers::system:
    return "system administrators";
  case callers::administrators:
    return "system and tenants' administrators";
  }
  return {};
}

json describe(const operation& of, std::string_view tag) {
  json about = {{"tags", {tag}},
                {"summary", of.summary},
                {"operationId", operation_id(of)},
                {"description", "For " + std::string{who_text(of.who)} + "."},
                {"parameters", parameters_of(of)}};
  if (!of.request.empty()) {
    const bool optional = of.request.ends_with('?');
    const auto what = optional ? of.request.substr(0, of.request.size() - 1) : of.request;
    about["requestBody"] = {{"required", !optional}, {"content", content_of(what)}};
  }
  about["responses"] = responses_of(of);
  about["security"] =
      by_user(of.who) ? json::array({{{"userToken", json::array()}}}) : json::array();
  return about;
}

} // namespace

std::string document() {
  json tags = json::array();
  json paths = json::object();
  for (const resource& each : resources()) {
    tags.push_back({{"name", each.name}});
    for (const operation& of : each.operations) {
      std::string method = operation_id(of);
      method.resize(method.find('_'));
      paths[std::string{of.path}][method] = describe(of, each.name);
    }
  }
  const json whole = {
      {"openapi", "3.0.3"},
      {"info",
       {{"title", "Muster"},
        {"version", "0.1.0"},
        {"description", "ThingsBoard's HTTP Device API and the device part of its REST API."}}},
      {"tags", std::move(tags)},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", schemas()},
        {"securitySchemes",
         {{"userToken",
           {{"type", "apiKey"},
            {"in", "header"},
            {"name", "X-Authorization"},
            {"description", "`Bearer <token>`, with a token of `/api/auth/login`"}}}}}}}};
  return whole.dump();
}

} // namespace muster::http::openapi
