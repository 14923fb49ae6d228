#include "persistence/directory/lower_case.hpp"
#include "persistence/memory/plain_store.hpp"

namespace muster::persistence::memory {

namespace {

std::vector<alarm> alarms_of(const state& all, const alarm_list& which, const std::string& search) {
  std::vector<alarm> found;
  for (const auto& [device, entry] : all.devices) {
    for (const auto& [id, row] : entry.alarms) {
      if (matches(row, which, search)) {
        found.push_back(row);
      }
    }
  }
  return found;
}

} // namespace

result<std::optional<alarm>> plain_store::read_alarm(const alarm_id& id) {
  return read([&](const state& all) {
    const alarm* found = all.find_alarm(id);
    return found == nullptr ? std::nullopt : std::optional(*found);
  });
}

result<page<alarm>> plain_store::list_alarms(const alarm_list& which, const page_link& link) {
  if (const auto known = key_of(alarm{}, link.sort_property); !known) {
    return tl::unexpected(known.error());
  }
  auto found =
      read([&](const state& all) { return alarms_of(all, which, lower_case(link.text_search)); });
  return found ? page_of(std::move(*found), link) : tl::unexpected(found.error());
}

result<std::optional<alarm_severity>> plain_store::highest_severity(const alarm_list& which) {
  return read([&](const state& all) {
    std::optional<alarm_severity> highest;
    for (const auto& row : alarms_of(all, which, {})) {
      highest = std::min(highest.value_or(row.severity), row.severity);
    }
    return highest;
  });
}

result<page<std::string>> plain_store::list_alarm_types(const alarm_list& which,
                                                        const page_link& link) {
  return read([&](const state& all) {
    std::set<std::string> types;
    for (const auto& row : alarms_of(all, which, {})) {
      types.insert(row.type);
    }
    return page_of_types(types, lower_case(link.text_search), link);
  });
}

result<std::optional<alarm_comment>> plain_store::read_alarm_comment(const alarm_id& alarm,
                                                                     const alarm_comment_id& id) {
  return read([&](const state& all) -> std::optional<alarm_comment> {
    for (const auto& [device, entry] : all.devices) {
      const auto found = entry.alarm_comments.find(id);
      if (found != entry.alarm_comments.end() && found->second.alarm == alarm) {
        return found->second;
      }
    }
    return std::nullopt;
  });
}

result<page<alarm_comment>> plain_store::list_alarm_comments(const alarm_id& alarm,
                                                             const page_link& link) {
  auto found = read([&](const state& all) {
    std::vector<alarm_comment> rows;
    for (const auto& [device, entry] : all.devices) {
      for (const auto& [id, row] : entry.alarm_comments) {
        if (row.alarm == alarm) {
          rows.push_back(row);
        }
      }
    }
    return rows;
  });
  return found ? page_of(std::move(*found), link) : tl::unexpected(found.error());
}

} // namespace muster::persistence::memory
