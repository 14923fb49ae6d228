#include "http/rest_api/calculated_field_calls.hpp"
#include "http/rest_api/entity_json.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <tuple>
#include <utility>

namespace muster::http::rest {

namespace {

constexpr std::array<sort_name, 2> field_sorting{
    {{"createdTime", "createdTime"}, {"name", "name"}}};

/// The fields of one entity, or all of the tenant's.
class list_fields_call final : public field_call {
public:
  explicit list_fields_call(rest_api& api) : field_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    if (path.size() == 2) {
      only_ = std::vector<uuid>{};
      if (auto id = read_uuid(path[1]); id) {
        only_->push_back(*id);
      } else {
        return tl::unexpected{id.error()};
      }
    } else if (auto read = read_entities(query); !read) {
      return read;
    }
    const auto kind = path.size() == 2 ? result<std::optional<std::string>>{std::string{path[0]}}
                                       : query.text("entityType");
    const auto type = query.text(path.size() == 2 ? "type" : "types");
    if (!kind || !type) {
      return tl::unexpected{(kind ? type : kind).error()};
    }
    kind_ = kind->value_or(std::string{});
    // Of other types there are none.
    none_ = *type && !(*type)->empty() && (*type)->find("ALARM") == std::string::npos;
    return assign(link_, read_page(query, field_sorting));
  }

  result<void> read_entities(const query_parameters& query) {
    const auto ids = query.list("entities");
    if (!ids) {
      return tl::unexpected{ids.error()};
    }
    for (const auto& text : ids->value_or(std::vector<std::string>{})) {
      const auto id = read_uuid(text);
      if (!id) {
        return tl::unexpected{id.error()};
      }
      only_ = only_.value_or(std::vector<uuid>{});
      only_->push_back(*id);
    }
    return {};
  }

  void run(exchange&) override {
    const auto visit = [this](field_holder& one) {
      if (!only_ || std::ranges::find(*only_, one.entity().id) != only_->end()) {
        for (auto& field : one.fields) {
          found_.push_back({one.tenant(), one.entity(), std::move(field)});
        }
      }
      return true;
    };
    const auto done = [this] { finish(); };
    if (none_) {
      finish();
    } else if (kind_.empty()) {
      visit_holders(visit, done);
    } else if (kind_ == "DEVICE_PROFILE") {
      visit_profiles(visit, done);
    } else if (kind_ == "DEVICE") {
      visit_devices(visit, done);
    } else {
      finish();
    }
  }

  void finish() {
    const std::string wanted = lower(link_.text_search);
    std::erase_if(found_, [&](const field_of_entity& one) {
      return lower(one.field.name).find(wanted) == std::string::npos;
    });
    std::ranges::sort(found_, [this](const field_of_entity& a, const field_of_entity& b) {
      const auto& one = link_.descending ? b.field : a.field;
      const auto& other = link_.descending ? a.field : b.field;
      return link_.sort_property == "name"
                 ? std::tie(one.name, one.id) < std::tie(other.name, other.id)
                 : std::tie(one.created, one.id) < std::tie(other.created, other.id);
    });
    page<field_of_entity> shown;
    shown.total = found_.size();
    const auto first = std::min<std::uint64_t>(std::uint64_t{link_.page} * link_.size, shown.total);
    const auto last = std::min<std::uint64_t>(first + link_.size, shown.total);
    shown.has_next = last < shown.total;
    for (auto at = first; at < last; ++at) {
      shown.data.push_back(std::move(found_[at]));
    }
    answer_json(page_json(shown, link_.size, append_calculated_field));
  }

  static std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
  }

  page_link link_;
  std::optional<std::vector<uuid>> only_;
  std::string kind_;
  bool none_ = false;
  std::vector<field_of_entity> found_;
};

} // namespace

void add_field_list_routes(router& to, rest_api& api) {
  for (const auto* path :
       {"/api/calculatedField/{entityType}/{entityId}",
        "/api/{entityType}/{entityId}/calculatedFields", "/api/calculatedFields"}) {
    to.add<list_fields_call>(method::get, path, {}, std::ref(api));
  }
}

} // namespace muster::http::rest
