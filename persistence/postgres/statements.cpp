#include "persistence/postgres/statements.hpp"

namespace muster::persistence::postgres {

std::string joined_names(const std::vector<std::string>& names, std::string_view before) {
  std::string text;
  for (const auto& name : names) {
    text.append(text.empty() ? "" : ", ").append(before).append(name);
  }
  return text;
}

std::string insert_text(const char* table, const std::vector<std::string>& columns,
                        const char* key) {
  std::vector<std::string> arrays;
  std::vector<std::string> changes;
  for (const auto& name : columns) {
    arrays.push_back("$" + std::to_string(arrays.size() + 1));
    changes.push_back(name + " = excluded." + name);
  }
  std::string text = "insert into " + std::string(table) + "(" + joined_names(columns) +
                     ") select * from unnest(" + joined_names(arrays) + ")";
  if (key != nullptr) {
    text += " on conflict (" + std::string(key) + ") do update set " + joined_names(changes);
  }
  return text;
}

} // namespace muster::persistence::postgres
