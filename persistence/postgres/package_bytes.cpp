#include "persistence/postgres/package_bytes.hpp"

#include "persistence/postgres/connection.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace muster::persistence {

namespace {

using postgres::answer;
using postgres::connection;
using postgres::parameters;

/// A row of package_chunk; several of them are one transaction.
constexpr std::size_t chunk_size = 256 * 1024;
/// A round trip may have to wait for the standby to have some megabytes.
constexpr milliseconds patience = 30'000;

// Of each content there are two rows beside its chunks, which are numbered from 0.

/// Row -2 says when its upload began: it is not removed within a day of that.
constexpr std::string_view begin_upload = R"(
insert into package_chunk(content, number, bytes)
values ($1, -2, int8send(extract(epoch from now())::bigint))
on conflict (content, number) do update set bytes = excluded.bytes)";

/// Equal contents have equal chunks.
constexpr std::string_view put_chunk = R"(
insert into package_chunk(content, number, bytes) values ($1, $2, $3) on conflict do nothing)";

/// Row -1 says that all chunks are there, and how many.
constexpr std::string_view end_upload = R"(
insert into package_chunk(content, number, bytes) values ($1, -1, int8send($2))
on conflict do nothing)";

constexpr std::string_view count_chunks = R"(
select ('x' || encode(bytes, 'hex'))::bit(64)::bigint from package_chunk
where content = $1 and number = -1)";

constexpr std::string_view get_chunk = R"(
select bytes from package_chunk where content = $1 and number = $2)";

/// The row of the beginning goes first and is locked by that, so that an upload that begins anew
/// waits and then finds nothing.
constexpr std::string_view remove_unused = R"(
with unused as (
  delete from package_chunk c where number = -2
    and bytes < int8send(extract(epoch from now() - interval '1 day')::bigint)
    and not exists (select from package p where p.content = c.content) returning content)
delete from package_chunk c using unused u where c.content = u.content and c.number <> -2)";

std::string_view view(const content_digest& content) noexcept {
  return {reinterpret_cast<const char*>(content.data()), content.size()};
}

class package_bytes final : public package_origin {
public:
  explicit package_bytes(package_bytes_options options) : options_(std::move(options)) {}

  result<void> keep(const content_digest& content, std::uint64_t size,
                    const package_file& bytes) override {
    {
      // The primary may be another server by now.
      const std::lock_guard guard(mutex_);
      session_.reset();
    }
    if (auto begun = run(begin_upload, parameters().bytes(view(content))); !begun) {
      return tl::unexpected(std::move(begun.error()));
    }
    std::int64_t number = 0;
    for (std::uint64_t at = 0; at < size; at += chunk_size, ++number) {
      const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_size, size - at));
      auto chunk = bytes.read(at, length);
      if (!chunk) {
        return tl::unexpected(std::move(chunk.error()));
      }
      auto put = run(put_chunk, parameters().bytes(view(content)).number(number).bytes(*chunk));
      if (!put) {
        return tl::unexpected(std::move(put.error()));
      }
    }
    return run(end_upload, parameters().bytes(view(content)).number(number)).map([](auto&&) {});
  }

  result<void> fetch(const content_digest& content, incoming_package& copy) override {
    const auto counted = run(count_chunks, parameters().bytes(view(content)));
    if (!counted) {
      return tl::unexpected(counted.error());
    }
    const std::int64_t count = counted->empty() ? 0 : counted->number(0, 0);
    if (counted->empty()) {
      return fail(error_code::not_found);
    }
    for (std::int64_t number = 0; number < count; ++number) {
      const auto chunk = run(get_chunk, parameters().bytes(view(content)).number(number));
      if (!chunk) {
        return tl::unexpected(chunk.error());
      }
      if (chunk->empty()) {
        return fail(error_code::not_found);
      }
      if (auto written = copy.write(chunk->bytes(0, 0)); !written) {
        return written;
      }
    }
    return {};
  }

  result<void> clean() override {
    return run(remove_unused, {}).map([](auto&&) {});
  }

private:
  /// A statement of its own, in the session or a new one; all of them may be repeated.
  result<postgres::rows> run(std::string_view sql, const parameters& given) {
    const std::lock_guard guard(mutex_);
    for (int tries = 0;; ++tries) {
      if (!session_ || !session_->alive()) {
        auto opened = connection::open({options_.dsn, options_.unsafe_single_copy, patience});
        if (!opened) {
          return tl::unexpected(to_error(opened.error()));
        }
        session_ = std::move(*opened);
      }
      auto brought = session_->run(sql, given);
      if (brought && session_->take_warning()) {
        return fail(error_code::storage_unavailable, "the standby was not waited for");
      }
      if (brought || tries > 0 || session_->alive()) {
        return std::move(brought).map_error(postgres::to_error);
      }
    }
  }

  package_bytes_options options_;
  std::mutex mutex_;
  std::optional<connection> session_;
};

} // namespace

std::unique_ptr<package_origin> open_package_bytes(package_bytes_options options) {
  return std::make_unique<package_bytes>(std::move(options));
}

} // namespace muster::persistence
