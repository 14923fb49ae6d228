#include "http/rest_api/entity_call.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/owner_json.hpp"
#include "http/rest_api/page_parameters.hpp"
#include "http/rest_api/profile_names.hpp"
#include "http/rest_api/resources.hpp"

#include <array>
#include <utility>
#include <vector>

namespace muster::http::rest {

namespace {

constexpr std::string_view kind = "Device profile";
constexpr allowed users{false, true, true};

constexpr std::array<sort_name, 6> profile_sorting{{{"createdTime", "createdTime"},
                                                    {"name", "name"},
                                                    {"type", "type"},
                                                    {"transportType", "type"},
                                                    {"description", "description"},
                                                    {"isDefault", "isDefault"}}};

/// How a profile is shown: whole, or without its secrets.
using append_function = void (*)(std::string&, const device_profile&);

class get_profile_call final : public entity_call {
public:
  get_profile_call(rest_api& api, allowed roles, append_function append)
      : entity_call{api, roles, kind}, append_{append} {}

private:
  void run(exchange&) override {
    ask<device_profile>(get_profile{who(), profile_id{id_}}, [this](device_profile& found) {
      answer_json(entity_json(found, append_));
    });
  }

  append_function append_;
};

class get_default_call final : public rest_call {
public:
  explicit get_default_call(rest_api& api) : rest_call{api, users} {}

private:
  void run(exchange&) override {
    ask<device_profile>(get_default_profile{who()}, [this](device_profile& found) {
      answer_json(entity_json(found, append_profile_info));
    });
  }
};

class list_profiles_call final : public rest_call {
public:
  list_profiles_call(rest_api& api, allowed roles, append_function append)
      : rest_call{api, roles}, append_{append} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    const auto transport = query.text("transportType");
    if (!transport) {
      return tl::unexpected{transport.error()};
    }
    if (*transport && !(*transport)->empty()) {
      wanted_.transport = transport_from_name(**transport);
      if (!wanted_.transport) {
        return fail(error_code::invalid, "Unknown transport type '" + **transport + "'");
      }
    }
    return assign(wanted_.link, read_page(query, profile_sorting));
  }
  void run(exchange&) override {
    wanted_.who = who();
    ask<page<device_profile>>(wanted_, [this](page<device_profile>& found) {
      answer_json(page_json(found, wanted_.link.size, append_));
    });
  }

  append_function append_;
  list_profiles wanted_;
};

/// All of the tenant's profiles by name, for what lists their names.
class all_profiles_call : public rest_call {
protected:
  explicit all_profiles_call(rest_api& api) : rest_call{api, users} {}

  void run(exchange&) override {
    wanted_.who = who();
    wanted_.link.size = largest_page;
    wanted_.link.sort_property = "name";
    read_on();
  }
  virtual void found_all() = 0;

  std::vector<device_profile> profiles_;

private:
  void read_on() {
    ask<page<device_profile>>(wanted_, [this](page<device_profile>& found) {
      std::move(found.data.begin(), found.data.end(), std::back_inserter(profiles_));
      if (!found.has_next) {
        return found_all();
      }
      ++wanted_.link.page;
      read_on();
    });
  }

  list_profiles wanted_;
};

class profile_names_call final : public all_profiles_call {
public:
  explicit profile_names_call(rest_api& api) : all_profiles_call{api} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return assign(active_only_, query.boolean("activeOnly", false));
  }
  void found_all() override {
    if (active_only_) {
      return look_for_devices();
    }
    for (const device_profile& profile : profiles_) {
      add(profile);
    }
    answer_json(out_ + ']');
  }
  /// One profile after the other: whether it has a device that the caller may see.
  void look_for_devices() {
    if (next_ == profiles_.size()) {
      return answer_json(out_ + ']');
    }
    list_devices one;
    one.who = who();
    one.link.size = 1;
    one.profile = profiles_[next_].id;
    ask<page<device_info>>(std::move(one), [this](page<device_info>& found) {
      if (!found.data.empty()) {
        add(profiles_[next_]);
      }
      ++next_;
      look_for_devices();
    });
  }
  void add(const device_profile& profile) {
    if (out_.size() > 1) {
      out_ += ',';
    }
    object_writer{out_}
        .id("id", "DEVICE_PROFILE", profile.id.value)
        .text("name", std::string_view{profile.name})
        .end();
  }

  bool active_only_ = false;
  std::size_t next_ = 0;
  std::string out_ = "[";
};

/// A device's type is its profile's name.
class device_types_call final : public all_profiles_call {
public:
  explicit device_types_call(rest_api& api) : all_profiles_call{api} {}

private:
  void found_all() override {
    std::string out = "[";
    for (const device_profile& profile : profiles_) {
      if (out.size() > 1) {
        out += ',';
      }
      object_writer{out}
          .id("tenantId", "TENANT", profile.tenant.value)
          .text("entityType", std::string_view{"DEVICE"})
          .text("type", std::string_view{profile.name})
          .end();
    }
    answer_json(out + ']');
  }
};

} // namespace

void add_profile_read_routes(router& to, rest_api& api) {
  const auto get = method::get;
  to.add<get_profile_call>(get, "/api/deviceProfile/{deviceProfileId}", {}, std::ref(api),
                           tenant_administrators_only, append_function{append_profile});
  to.add<get_profile_call>(get, "/api/deviceProfileInfo/{deviceProfileId}", {}, std::ref(api),
                           users, append_function{append_profile_info});
  to.add<get_default_call>(get, "/api/deviceProfileInfo/default", {}, std::ref(api));
  to.add<list_profiles_call>(get, "/api/deviceProfiles", {}, std::ref(api),
                             tenant_administrators_only, append_function{append_profile});
  to.add<list_profiles_call>(get, "/api/deviceProfileInfos", {}, std::ref(api), users,
                             append_function{append_profile_info});
  to.add<profile_names_call>(get, "/api/deviceProfile/names", {}, std::ref(api));
  to.add<device_types_call>(get, "/api/device/types", {}, std::ref(api));
}

} // namespace muster::http::rest
