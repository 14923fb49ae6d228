#include "actors/service/local_packages.hpp"

#include "persistence/packages/checksum.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace muster {

namespace {

/// An upload waits for one work at a time, so connections bound them. None may be refused: the last
/// one of an upload removes its file.
constexpr persistence::reader_pool_options for_writing{.threads = 1, .max_queued = 1'000'000};
constexpr persistence::reader_pool_options for_reading{.threads = 2, .max_queued = 4'096};
constexpr persistence::reader_pool_options for_fetching{.threads = 1, .max_queued = 4'096};

/// Shared by all who hold it, and destroyed on a thread of `pool`, because its end touches the
/// disk; then `afterwards` runs there.
template <class T>
std::shared_ptr<T> ends_on(
    persistence::reader_pool& pool, std::unique_ptr<T> value,
    std::function<void()> afterwards = [] {}) {
  return {value.release(), [&pool, afterwards = std::move(afterwards)](T* last) {
            // A work that is refused, or whose pool ends, destroys it here.
            auto owner = std::shared_ptr<T>{last};
            pool.run([owner = std::move(owner), afterwards]() mutable {
              owner.reset();
              afterwards();
            });
          }};
}

} // namespace

/// The file lies in a state that the work under way shares; works of one thread need no lock.
class local_packages::upload final : public package_upload {
public:
  upload(local_packages& home, std::optional<checksum_algorithm> expected)
      : home_{home}, state_{ends_on(home.writing_,
                                    std::make_unique<state>(state{expected, nullptr}))} {}

  void write(std::string bytes, std::function<void(result<void>)> then) override {
    home_.writing_.run([&folder = *home_.folder_, at = state_, bytes = std::move(bytes),
                        then = std::move(then)] { then(at->write(folder, bytes)); });
  }

  void finish(checksum_algorithm algorithm, std::optional<std::string> checksum,
              std::function<void(result<uploaded_package>)> then) override {
    home_.writing_.run([&home = home_, at = state_, algorithm, checksum = std::move(checksum),
                        then = std::move(then)] {
      auto stored = at->finish(*home.folder_, algorithm, checksum);
      if (!stored)
        return then(tl::unexpected{std::move(stored.error())});
      if (auto kept = home.keep_at_origin(*stored); !kept)
        return then(tl::unexpected{std::move(kept.error())});
      auto hold = ends_on(home.writing_,
                          std::make_unique<persistence::content_hold>(std::move(stored->hold)),
                          [&home] { home.clean_now(); });
      then(uploaded_package{stored->content, stored->size, std::move(stored->checksum),
                            std::move(hold)});
    });
  }

private:
  struct state {
    std::optional<checksum_algorithm> expected;
    std::unique_ptr<persistence::incoming_package> file;

    result<void> open(persistence::package_folder& folder) {
      if (file)
        return {};
      auto made = folder.receive(expected);
      if (!made)
        return tl::unexpected{std::move(made.error())};
      file = std::move(*made);
      return {};
    }
    result<void> write(persistence::package_folder& folder, const std::string& bytes) {
      return open(folder).and_then([&] { return file->write(bytes); });
    }
    result<persistence::stored_package> finish(persistence::package_folder& folder,
                                               checksum_algorithm algorithm,
                                               const std::optional<std::string>& checksum) {
      return open(folder).and_then([&] { return file->finish(algorithm, checksum); });
    }
  };

  local_packages& home_;
  std::shared_ptr<state> state_;
};

local_packages::local_packages(std::unique_ptr<persistence::package_folder> folder,
                               persistence::store& rows,
                               std::unique_ptr<persistence::package_origin> origin)
    : folder_{std::move(folder)}, rows_{rows}, origin_{std::move(origin)}, reading_{for_reading},
      fetching_{for_fetching}, writing_{for_writing} {
  clean();
}

std::unique_ptr<package_upload>
local_packages::receive(std::optional<checksum_algorithm> expected) {
  return std::make_unique<upload>(*this, expected);
}

void local_packages::read(package_range what, std::function<void(result<package_piece>)> then) {
  const bool taken = reading_.run([this, what = std::move(what), then] { read_now(what, then); });
  if (!taken)
    then(fail(error_code::overloaded));
}

result<void> local_packages::keep_at_origin(const persistence::stored_package& what) {
  if (!origin_)
    return {};
  return folder_->find(what.content).and_then([&](const auto& file) {
    return origin_->keep(what.content, what.size, *file);
  });
}

result<void> local_packages::fetch(const content_digest& content) {
  auto copy = folder_->receive(checksum_algorithm::sha256);
  if (!copy)
    return tl::unexpected{std::move(copy.error())};
  if (auto fetched = origin_->fetch(content, **copy); !fetched)
    return fetched;
  const std::string_view bytes{reinterpret_cast<const char*>(content.data()), content.size()};
  return (*copy)
      ->finish(checksum_algorithm::sha256, persistence::hexadecimal(bytes))
      .map([](const auto&) {});
}

void local_packages::read_now(const package_range& what, const piece_handler& then) {
  if (what.file)
    return then(read_from(nullptr, what));
  auto found = folder_->find(what.content);
  if (found)
    return then(read_from(std::move(*found), what));
  if (origin_ && found.error().code == error_code::not_found)
    return fetch_first(what, then);
  then(tl::unexpected{std::move(found.error())});
}

/// What others have fetched meanwhile is there already.
void local_packages::fetch_first(const package_range& what, const piece_handler& then) {
  const bool taken = fetching_.run([this, what, then] {
    const auto there = folder_->find(what.content);
    if (const auto fetched = there ? result<void>{} : fetch(what.content); !fetched)
      return then(tl::unexpected{fetched.error()});
    read(what, then);
  });
  if (!taken)
    then(fail(error_code::overloaded));
}

result<package_piece>
local_packages::read_from(std::unique_ptr<const persistence::package_file> fresh,
                          const package_range& what) {
  auto kept = std::static_pointer_cast<const persistence::package_file>(what.file);
  auto bytes = (kept ? *kept : *fresh).read(what.offset, what.size);
  if (!bytes)
    return tl::unexpected{std::move(bytes.error())};
  if (what.more && !kept)
    kept = ends_on(reading_, std::move(fresh));
  return package_piece{std::move(*bytes), std::move(kept)};
}

void local_packages::clean() {
  writing_.run([this] { clean_now(); });
}

void local_packages::clean_now() {
  const auto cleaned = folder_->clean(
      [this](const content_digest& content) { return rows_.is_content_used(content); });
  const auto everywhere = cleaned && origin_ ? origin_->clean() : cleaned;
  if (!everywhere)
    spdlog::error("packages: what no record names was not removed: {}", everywhere.error().message);
}

} // namespace muster
