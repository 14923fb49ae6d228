#include "http/rest_api/calculated_field_json.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rule_chain_calls.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <tuple>
#include <utility>

namespace muster::http::rest {

namespace {

constexpr std::string_view field_kind = "Calculated field";
constexpr std::array<sort_name, 2> field_sorting{
    {{"createdTime", "createdTime"}, {"name", "name"}}};
/// Of one profile.
constexpr std::size_t most_fields = 100;
constexpr std::uint32_t profiles_at_once = 100;

/// Fields lie in the rows of their profiles, so each call is about profiles.
class field_call : public rule_chain_call {
protected:
  using rule_chain_call::rule_chain_call;

  response shape(const error& what) const override {
    if (what.code == error_code::not_found && what.message.empty()) {
      return fault(
          {what.code, std::string{field_kind} + " with id [" + to_string(id_) + "] is not found"},
          now());
    }
    return rule_chain_call::shape(what);
  }

  /// Has `visit(profile)` look at the tenant's profiles until it says false; then `done()`.
  void visit_profiles(std::function<bool(device_profile&)> visit, std::function<void()> done) {
    page_link link;
    link.size = profiles_at_once;
    link.page = next_++;
    ask<page<device_profile>>(
        list_profiles{who(), std::nullopt, link},
        [this, visit = std::move(visit), done = std::move(done)](page<device_profile>& some) {
          const bool enough =
              std::ranges::any_of(some.data, [&](device_profile& one) { return !visit(one); });
          if (!enough && some.has_next) {
            // What is called now is about to be replaced.
            auto again = visit;
            auto end = done;
            return visit_profiles(std::move(again), std::move(end));
          }
          auto end = done;
          end();
        });
  }

  /// `then(profile, fields, place)` of the field that the path names.
  template <class Then>
  void find_field(Then then) {
    visit_profiles(
        [this](device_profile& one) {
          auto fields = fields_of(one);
          const auto place = std::ranges::find(fields, id_, &calculated_field::id);
          if (place == fields.end()) {
            return true;
          }
          place_ = static_cast<std::size_t>(place - fields.begin());
          fields_ = std::move(fields);
          profile_ = std::move(one);
          return false;
        },
        [this, then = std::move(then)] {
          if (!profile_) {
            return fail_with(error{error_code::not_found, {}});
          }
          then();
        });
  }

  /// `then()` once the profile has these fields.
  template <class Then>
  void save(Then then) {
    const auto seen = profile_->version;
    profile_->calculated_fields = stored_fields(fields_);
    apply<device_profile>(save_profile{who(), *profile_, seen},
                          [then = std::move(then)](device_profile&) { then(); });
  }

  void answer_field() {
    answer_json(entity_json(field_of_profile{profile_->tenant, profile_->id, fields_[place_]},
                            append_calculated_field));
  }

  std::optional<device_profile> profile_;
  std::vector<calculated_field> fields_;
  std::size_t place_ = 0;

private:
  std::uint32_t next_ = 0;
};

/// Creates a field or changes it, as the body's `id` says.
class save_field_call final : public field_call {
public:
  explicit save_field_call(rest_api& api) : field_call{api, true} {}

private:
  void run(exchange& request) override {
    auto read = read_body(request, read_field_body);
    if (!read) {
      return;
    }
    body_ = std::move(*read);
    id_ = body_.id.value_or(uuid{});
    ask_any(get_profile{who(), body_.profile}, [this](reply& found) {
      const auto* refusal = std::get_if<error>(&found);
      if (refusal != nullptr && refusal->code == error_code::not_found) {
        return fail_with(error_code::not_found,
                         "Device profile with id [" + to_string(body_.profile) + "] is not found");
      }
      if (auto* profile = std::get_if<device_profile>(&found)) {
        return change(std::move(*profile));
      }
      unexpected(found);
    });
  }

  void change(device_profile&& of) {
    fields_ = fields_of(of);
    profile_ = std::move(of);
    if (auto good = body_.id ? replace() : add(); !good) {
      return fail_with(good.error());
    }
    save([this] { answer_field(); });
  }

  result<void> add() {
    if (fields_.size() >= most_fields) {
      return fail(error_code::invalid, "A device profile has at most 100 calculated fields");
    }
    body_.field.created = now();
    body_.field.id = ordered_uuid(body_.field.created);
    place_ = fields_.size();
    fields_.push_back(std::move(body_.field));
    return check_name();
  }

  result<void> replace() {
    const auto found = std::ranges::find(fields_, *body_.id, &calculated_field::id);
    if (found == fields_.end()) {
      return fail(error_code::not_found, {});
    }
    if (body_.version && *body_.version != found->version) {
      return fail(error_code::version_conflict, "Calculated field was changed by someone else");
    }
    place_ = static_cast<std::size_t>(found - fields_.begin());
    body_.field.id = found->id;
    body_.field.created = found->created;
    body_.field.version = found->version + 1;
    *found = std::move(body_.field);
    return check_name();
  }

  result<void> check_name() const {
    const auto& name = fields_[place_].name;
    return std::ranges::count(fields_, name, &calculated_field::name) > 1
               ? fail(error_code::invalid, "Calculated field with such name already exists!")
               : result<void>{};
  }

  field_body body_;
};

class get_field_call final : public field_call {
public:
  explicit get_field_call(rest_api& api) : field_call{api} {}

private:
  void run(exchange&) override {
    find_field([this] { answer_field(); });
  }
};

class delete_field_call final : public field_call {
public:
  explicit delete_field_call(rest_api& api) : field_call{api} {}

private:
  void run(exchange&) override {
    find_field([this] {
      fields_.erase(fields_.begin() + static_cast<std::ptrdiff_t>(place_));
      save([this] { answer_done(); });
    });
  }
};

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
    // Of other kinds there are none.
    none_ = (*kind && !(*kind)->empty() && **kind != "DEVICE_PROFILE") ||
            (*type && !(*type)->empty() && (*type)->find("ALARM") == std::string::npos);
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
    if (none_) {
      return finish();
    }
    visit_profiles(
        [this](device_profile& one) {
          if (!only_ || std::ranges::find(*only_, one.id.value) != only_->end()) {
            for (auto& field : fields_of(one)) {
              found_.push_back({one.tenant, one.id, std::move(field)});
            }
          }
          return true;
        },
        [this] { finish(); });
  }

  void finish() {
    const std::string wanted = lower(link_.text_search);
    std::erase_if(found_, [&](const field_of_profile& one) {
      return lower(one.field.name).find(wanted) == std::string::npos;
    });
    std::ranges::sort(found_, [this](const field_of_profile& a, const field_of_profile& b) {
      const auto& one = link_.descending ? b.field : a.field;
      const auto& other = link_.descending ? a.field : b.field;
      return link_.sort_property == "name"
                 ? std::tie(one.name, one.id) < std::tie(other.name, other.id)
                 : std::tie(one.created, one.id) < std::tie(other.created, other.id);
    });
    page<field_of_profile> shown;
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
  bool none_ = false;
  std::vector<field_of_profile> found_;
};

} // namespace

void add_calculated_field_routes(router& to, rest_api& api) {
  const auto get = method::get;
  to.add<save_field_call>(method::post, "/api/calculatedField", {body_limit}, std::ref(api));
  to.add<get_field_call>(get, "/api/calculatedField/{calculatedFieldId}", {}, std::ref(api));
  to.add<delete_field_call>(method::remove, "/api/calculatedField/{calculatedFieldId}",
                            {body_limit}, std::ref(api));
  to.add<list_fields_call>(get, "/api/calculatedField/{entityType}/{entityId}", {}, std::ref(api));
  to.add<list_fields_call>(get, "/api/{entityType}/{entityId}/calculatedFields", {}, std::ref(api));
  to.add<list_fields_call>(get, "/api/calculatedFields", {}, std::ref(api));
}

} // namespace muster::http::rest
