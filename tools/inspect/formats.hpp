#pragma once

#include <nlohmann/json.hpp>

#include <ostream>
#include <string>
#include <vector>

namespace muster::inspect {

// Parts of views: what a node tells, as text for people.

/// `-` for null.
std::string text_of(const nlohmann::ordered_json& what);
/// A span of milliseconds.
std::string span_text(const nlohmann::ordered_json& what);
/// A number of bytes.
std::string size_text(const nlohmann::ordered_json& what);
/// A time in milliseconds, in UTC; `-` for 0.
std::string time_text(const nlohmann::ordered_json& what);

/// Columns by the names of members, each as `text` makes it.
struct column {
  const char* head;
  const char* member;
  std::string (*text)(const nlohmann::ordered_json&) = text_of;
};

/// A table of objects, with the node of each where several nodes tell.
void show_rows(const nlohmann::ordered_json& rows, std::vector<column> columns, std::ostream& to);

/// Whether several nodes have told of themselves; then each is shown as `one` shows it.
bool show_nodes(const nlohmann::ordered_json& told,
                void (*one)(const nlohmann::ordered_json&, std::ostream&), std::ostream& to);

} // namespace muster::inspect
