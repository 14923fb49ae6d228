#include "http/api/byte_range.hpp"
#include "http/api/edge.hpp"
#include "http/api/package_answer.hpp"
#include "http/device_api/device_call.hpp"
#include "http/device_api/resources.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace muster::http {

namespace {

/// A number of the query within `least` and what 32 bits hold, so that products fit 64.
result<std::uint64_t> small_number(const query_parameters& query, std::string_view name,
                                   std::int64_t least) {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  const auto number = query.integer(name, 0);
  if (!number) {
    return tl::unexpected(number.error());
  }
  if (*number < least || *number > most) {
    return fail(error_code::invalid, "Parameter '" + std::string{name} + "' must be between " +
                                         std::to_string(least) + " and " + std::to_string(most));
  }
  return static_cast<std::uint64_t>(std::max<std::int64_t>(*number, 0));
}

/// `GET /api/v1/{token}/firmware` and `/software`: the package that the device should run, or one
/// chunk of it.
class package_download final : public device_call {
public:
  explicit package_download(package_type type) : type_{type} {}

  result<void> read_parameters(const exchange& request, const path_parameters&) override {
    const query_parameters query{request.query()};
    auto title = query.required("title");
    if (!title) {
      return tl::unexpected(std::move(title.error()));
    }
    auto release = query.required("version");
    if (!release) {
      return tl::unexpected(std::move(release.error()));
    }
    // No positive size: the whole package.
    const auto size = small_number(query, "size", std::numeric_limits<std::int32_t>::min());
    if (!size) {
      return tl::unexpected(size.error());
    }
    const auto chunk = small_number(query, "chunk", 0);
    if (!chunk) {
      return tl::unexpected(chunk.error());
    }
    title_ = *std::move(title);
    release_ = *std::move(release);
    size_ = *size;
    chunk_ = *chunk;
    range_ = range_of(request);
    return {};
  }

  void on_request(exchange&) override {
    at().below().ask(get_target_package{device(), type_}, reply_to());
  }

  void on_success(reply& what) override {
    const auto& package = std::get<package_info>(what);
    if (!package.content || package.url) {
      return answer(response{404});
    }
    if (package.title != title_ || package.release != release_) {
      return answer(response{400});
    }
    window_ = {*package.content, 0, package.size};
    if (size_ != 0) {
      // Beyond the end: an empty chunk, by which clients know that they have it all.
      window_.offset = std::min(chunk_ * size_, package.size);
      window_.size = std::min(size_, package.size - window_.offset);
    }
    head_ = package_head(package, range_, window_);
    begin_package(at().below().packages(), window_,
                  [home = &at(), to = handle()](result<package_piece> read) {
                    home->later(to, [read = std::move(read)](call& waiting) mutable {
                      static_cast<package_download&>(waiting).give(std::move(read));
                    });
                  });
  }

  void on_failure(const error& what) override {
    if (what.code == error_code::not_found) {
      return answer(response{404});
    }
    refuse(what);
  }

private:
  [[nodiscard]] bool may_be_missing() const override { return true; }

  void give(result<package_piece> beginning) {
    if (!beginning) {
      return on_failure(beginning.error());
    }
    give_package(head_, at().below().packages(), window_, std::move(*beginning));
    answer(std::move(head_));
  }

  package_type type_;
  std::string title_;
  std::string release_;
  std::uint64_t size_ = 0;
  std::uint64_t chunk_ = 0;
  std::string range_;
  package_window window_;
  response head_;
};

} // namespace

void add_packages(router& to) {
  to.add<package_download>(method::get, "/api/v1/{token}/firmware", {device_body_limit},
                           package_type::firmware);
  to.add<package_download>(method::get, "/api/v1/{token}/software", {device_body_limit},
                           package_type::software);
}

} // namespace muster::http
