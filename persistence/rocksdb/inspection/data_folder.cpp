#include "persistence/rocksdb/inspection/data_folder.hpp"

#include "persistence/encoding/keys.hpp"
#include "persistence/rocksdb/database.hpp"
#include "persistence/rocksdb/folder_lock.hpp"
#include "persistence/rocksdb/inspection/no_clock.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace muster::persistence {

namespace {

using rocks::family;

std::optional<family> family_named(std::string_view name) {
  const auto& names = data_folder::families();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return std::nullopt;
  }
  return static_cast<family>(static_cast<std::size_t>(family::devices) +
                             static_cast<std::size_t>(found - names.begin()));
}

error unknown_family(std::string_view name) {
  return {error_code::invalid, "there is no family \"" + std::string(name) +
                                   "\": they are devices, timeseries, due, directory"};
}

std::uint64_t size_between(const rocks::database& rows, family which, const std::string& begin,
                           const std::string& end) {
  const rocksdb::Range range(rocks::slice(begin), rocks::slice(end));
  std::uint64_t bytes = 0;
  rocksdb::SizeApproximationOptions options;
  options.include_memtables = true;
  static_cast<void>(rows.db().GetApproximateSizes(options, rows.of(which), &range, 1, &bytes));
  return bytes;
}

} // namespace

result<std::unique_ptr<data_folder>> data_folder::open(const std::string& path) {
  const std::string store = path + "/store";
  std::error_code failure;
  if (!std::filesystem::is_directory(store, failure)) {
    return fail(error_code::not_found, "there is no store in " + path);
  }
  auto lock = rocks::folder_lock::acquire(path);
  if (!lock) {
    return tl::unexpected(std::move(lock.error()));
  }
  rocksdb_options options;
  options.path = path;
  auto opened = rocks::database::open_to_read(store, rocks::tune(options, {}, rocks::no_clock()));
  if (!opened) {
    return tl::unexpected(std::move(opened.error()));
  }
  return std::unique_ptr<data_folder>(
      new data_folder(std::make_unique<rocks::folder_lock>(std::move(*lock)), std::move(*opened)));
}

data_folder::data_folder(std::unique_ptr<rocks::folder_lock> lock,
                         std::shared_ptr<rocks::database> rows)
    : lock_(std::move(lock)), rows_(std::move(rows)) {}

data_folder::~data_folder() = default;

const std::vector<std::string>& data_folder::families() {
  static const std::vector<std::string> names{"devices", "timeseries", "due", "directory"};
  return names;
}

result<void>
data_folder::scan(std::string_view which, std::string_view prefix,
                  const std::function<bool(std::string_view key, std::string_view row)>& visit) {
  const auto in = family_named(which);
  if (!in) {
    return tl::unexpected(unknown_family(which));
  }
  const std::string end = keys::after(prefix);
  const rocksdb::Slice bound = rocks::slice(end);
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  options.fill_cache = false;
  options.iterate_upper_bound = end.empty() ? nullptr : &bound;
  const std::unique_ptr<rocksdb::Iterator> at(rows_->db().NewIterator(options, rows_->of(*in)));
  for (at->Seek(rocks::slice(prefix)); at->Valid(); at->Next()) {
    if (!visit(at->key().ToStringView(), at->value().ToStringView())) {
      return {};
    }
  }
  return at->status().ok() ? result<void>() : tl::unexpected(rocks::error_of(at->status()));
}

result<std::optional<std::string>> data_folder::get(std::string_view which, std::string_view key) {
  const auto in = family_named(which);
  if (!in) {
    return tl::unexpected(unknown_family(which));
  }
  rocksdb::PinnableSlice bytes;
  return rows_->get(*in, key, bytes).map([&](bool there) {
    return there ? std::optional(bytes.ToString()) : std::nullopt;
  });
}

result<std::vector<stored_size>> data_folder::sizes() {
  std::vector<stored_size> all;
  for (const auto& name : families()) {
    auto* handle = rows_->of(*family_named(name));
    stored_size one{name};
    rows_->db().GetIntProperty(handle, rocksdb::DB::Properties::kLiveSstFilesSize, &one.bytes);
    all.push_back(std::move(one));
  }
  return all;
}

result<std::vector<stored_size>> data_folder::sizes(const device_id& device) {
  const auto prefix = keys::of_device(device);
  const std::string begin(keys::view(prefix));
  std::string end = keys::after(begin);
  if (end.empty()) {
    end.assign(keys::prefix_size + 32, '\xff');
  }
  std::vector<stored_size> all;
  for (const char* name : {"devices", "timeseries"}) {
    stored_size one{name};
    one.bytes = size_between(*rows_, *family_named(name), begin, end);
    all.push_back(std::move(one));
  }
  return all;
}

} // namespace muster::persistence
