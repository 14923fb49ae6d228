#include "http/api/byte_range.hpp"
#include "http/api/package_answer.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/package_calls.hpp"
#include "http/rest_api/package_data.hpp"
#include "http/rest_api/package_json.hpp"
#include "http/rest_api/page_parameters.hpp"
#include "http/rest_api/resources.hpp"

#include <array>

namespace muster::http::rest {

namespace {

constexpr std::array<sort_name, 7> package_sorting{{{"createdTime", "createdTime"},
                                                    {"title", "title"},
                                                    {"version", "version"},
                                                    {"type", "type"},
                                                    {"tag", "tag"},
                                                    {"fileName", "fileName"},
                                                    {"dataSize", "dataSize"}}};

/// `POST /api/otaPackage`: makes a package's record, or changes it.
class save_package_call final : public package_call {
public:
  explicit save_package_call(rest_api& api) : package_call{api, tenant_administrators_only, true} {}

private:
  void run(exchange& request) override {
    auto body = body_members::read(request.body()).and_then(read_package_body);
    if (!body) {
      return fail_with(body.error());
    }
    package_ = body->id.value_or(package_id{});
    body->info.id = package_;
    apply<package_info>(save_package{who(), std::move(body->info), std::nullopt},
                        [this](package_info& saved) { answer_package(saved); });
  }
};

/// `GET /api/otaPackage/info/{id}`
class package_info_call final : public package_call {
public:
  explicit package_info_call(rest_api& api) : package_call{api, {}} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_package_id(path[0]);
  }
  void run(exchange&) override {
    ask<package_info>(get_package{who(), package_},
                      [this](package_info& found) { answer_package(found); });
  }
};

/// Answers with a package's bytes in one form or another.
class content_call : public package_call {
protected:
  using package_call::package_call;

  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_package_id(path[0]);
  }
  void run(exchange& request) override {
    range_ = range_of(request);
    ask<package_info>(get_package{who(), package_}, [this](package_info& found) { give(found); });
  }

  virtual void give(const package_info& found) = 0;
  virtual void begun(package_piece beginning) = 0;

  void begin() {
    begin_package(at().below().packages(), window_,
                  [home = &at(), to = handle()](result<package_piece> read) {
                    home->later(to, [read = std::move(read)](call& waiting) mutable {
                      auto& caller = static_cast<content_call&>(waiting);
                      read ? caller.begun(std::move(*read)) : caller.fail_with(read.error());
                    });
                  });
  }

  std::string range_;
  package_window window_;
};

/// `GET /api/otaPackage/{id}/download`
class download_call final : public content_call {
public:
  explicit download_call(rest_api& api) : content_call{api, {}} {}

private:
  void give(const package_info& found) override {
    if (found.url) {
      return answer(response{400});
    }
    if (!found.content) {
      return fail_with(error_code::not_found, {});
    }
    window_ = {*found.content, 0, found.size};
    head_ = package_head(found, range_, window_);
    begin();
  }
  void begun(package_piece beginning) override {
    give_package(head_, at().below().packages(), window_, std::move(beginning));
    answer(std::move(head_));
  }

  response head_;
};

/// `GET /api/otaPackage/{id}`: the record with its bytes in it.
class package_data_call final : public content_call {
public:
  explicit package_data_call(rest_api& api) : content_call{api, tenant_administrators_only} {}

private:
  void give(const package_info& found) override {
    append_package(record_, found);
    if (!found.content) {
      return answer_json(with_data(std::move(record_), {}));
    }
    window_ = {*found.content, 0, found.size};
    begin();
  }
  void begun(package_piece beginning) override {
    response answered{200, json_type, {}};
    give_package_data(answered, at().below().packages(), std::move(record_), window_,
                      std::move(beginning));
    answer(std::move(answered));
  }

  std::string record_;
};

/// `GET /api/otaPackages` and `GET /api/otaPackages/{deviceProfileId}/{type}`, which shows only
/// what devices can be given.
class list_packages_call final : public rest_call {
public:
  explicit list_packages_call(rest_api& api) : rest_call{api, {}} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    if (path.size() == 2) {
      const auto profile = read_uuid(path[0]);
      if (!profile) {
        return tl::unexpected{profile.error()};
      }
      wanted_.profile = profile_id{*profile};
      wanted_.type = package_type_from_name(path[1]);
      if (!wanted_.type) {
        return fail(error_code::invalid, "Unknown package type: " + std::string{path[1]});
      }
      wanted_.with_content = true;
    }
    return assign(wanted_.link, read_page(query, package_sorting));
  }
  void run(exchange&) override {
    wanted_.who = who();
    ask<page<package_info>>(wanted_, [this](page<package_info>& found) {
      answer_json(page_json(found, wanted_.link.size, append_package));
    });
  }

  list_packages wanted_;
};

/// `DELETE /api/otaPackage/{id}`
class delete_package_call final : public package_call {
public:
  explicit delete_package_call(rest_api& api) : package_call{api, tenant_administrators_only} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return read_package_id(path[0]);
  }
  void run(exchange&) override {
    apply<done>(delete_package{who(), package_}, [this](done&) { answer_done(); });
  }
};

} // namespace

result<void> package_call::read_package_id(std::string_view text) {
  return assign(package_.value, read_uuid(text));
}

response package_call::shape(const error& what) const {
  if (what.code == error_code::not_found && what.message.empty()) {
    return rest_call::shape(
        {what.code, "OtaPackage with id [" + to_string(package_) + "] is not found"});
  }
  return rest_call::shape(what);
}

void package_call::answer_package(const package_info& package) {
  std::string out;
  append_package(out, package);
  answer_json(std::move(out));
}

void add_package_routes(router& to, rest_api& api) {
  to.add<save_package_call>(method::post, "/api/otaPackage", {body_limit}, std::ref(api));
  to.add<package_info_call>(method::get, "/api/otaPackage/info/{otaPackageId}", {}, std::ref(api));
  to.add<download_call>(method::get, "/api/otaPackage/{otaPackageId}/download", {}, std::ref(api));
  to.add<package_data_call>(method::get, "/api/otaPackage/{otaPackageId}", {}, std::ref(api));
  to.add<list_packages_call>(method::get, "/api/otaPackages", {}, std::ref(api));
  to.add<list_packages_call>(method::get, "/api/otaPackages/{deviceProfileId}/{type}", {},
                             std::ref(api));
  to.add<delete_package_call>(method::remove, "/api/otaPackage/{otaPackageId}", {body_limit},
                              std::ref(api));
}

} // namespace muster::http::rest
