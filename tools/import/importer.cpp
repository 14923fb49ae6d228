#include "tools/import/importer.hpp"

#include "tools/import/progress.hpp"
#include "tools/import/target.hpp"

#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace muster::import {

namespace {

constexpr std::string_view device_done = "device";
constexpr std::string_view history_done = "history";

/// An error of the servers or of the login: no device's fault.
bool ends_run(const error& why) {
  return why.code == error_code::storage_unavailable || why.code == error_code::unauthorized ||
         why.code == error_code::internal;
}

struct counts {
  std::atomic<std::uint64_t> made = 0;
  std::atomic<std::uint64_t> was_there = 0;
  std::atomic<std::uint64_t> skipped = 0;
  std::atomic<std::uint64_t> points = 0;

  [[nodiscard]] import_summary summary() const { return {made, was_there, skipped, points}; }
};

} // namespace

template <class Work>
result<void> importer::in_parallel(Work work) {
  std::vector<std::thread> threads;
  threads.reserve(options_.connections);
  for (unsigned i = 0; i < options_.connections; ++i) {
    threads.emplace_back([this, &work] {
      api connection{to_, stopping_};
      while (!stopping_ && work(connection)) {
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  const std::lock_guard lock{failure_mutex_};
  if (failure_) {
    return tl::unexpected(*failure_);
  }
  if (stopping_) {
    return fail(error_code::shutting_down, "stopped; start it again to go on");
  }
  return {};
}

bool importer::settle(const error& why, const std::string& place, const std::string& name) {
  if (!ends_run(why)) {
    refused_.add(place, name, why.message);
    return true;
  }
  const std::lock_guard lock{failure_mutex_};
  if (!failure_ && !stopping_) {
    failure_ = why;
  }
  stopping_ = true;
  return false;
}

result<import_summary> importer::devices(source& from) {
  counts sum;
  customers known;
  std::mutex source_mutex;
  progress shown("Devices", from.count());
  const auto import_one = [&](device_record device, api& to) -> result<void> {
    if (auto whole = from.complete(device); !whole) {
      return whole;
    }
    const auto made = import_device(device, known, to);
    if (!made) {
      return tl::unexpected(made.error());
    }
    if (options_.history) {
      const auto sent = from.history(device, [&](const nlohmann::json& points) {
        sum.points += points.size();
        return import_history(made->id, points, to);
      });
      if (!sent) {
        return sent;
      }
    }
    ++(made->was_there ? sum.was_there : sum.made);
    done_.add(device_done, device.place);
    return {};
  };
  const auto ended = in_parallel([&](api& to) {
    std::optional<device_record> device;
    {
      const std::lock_guard lock{source_mutex};
      auto next = from.next();
      if (!next) {
        return settle({error_code::internal, next.error().message}, {}, {});
      }
      device = std::move(*next);
    }
    if (!device) {
      return false;
    }
    shown.add(1);
    if (done_.has(device_done, device->place)) {
      ++sum.skipped;
      return true;
    }
    const std::string place = device->place;
    const std::string name = device->name;
    const auto done = import_one(std::move(*device), to);
    return done || settle(done.error(), place, name);
  });
  shown.finish();
  return ended.map([&] { return sum.summary(); });
}

result<import_summary> importer::history(csv_history& from) {
  counts sum;
  std::mutex source_mutex;
  std::mutex names_mutex;
  std::unordered_map<std::string, std::string> ids;
  progress shown("History", from.count());
  const auto id_of = [&](const std::string& name, api& to) -> result<std::string> {
    {
      const std::lock_guard lock{names_mutex};
      if (const auto known = ids.find(name); known != ids.end()) {
        return known->second;
      }
    }
    return find_device(name, to).map([&](std::string id) {
      const std::lock_guard lock{names_mutex};
      return ids[name] = std::move(id);
    });
  };
  const auto ended = in_parallel([&](api& to) {
    std::optional<history_piece> piece;
    {
      const std::lock_guard lock{source_mutex};
      auto next = from.next();
      if (!next) {
        return settle({error_code::internal, next.error().message}, {}, {});
      }
      piece = std::move(*next);
    }
    if (!piece) {
      return false;
    }
    shown.add(piece->lines);
    if (done_.has(history_done, piece->place)) {
      ++sum.skipped;
      return true;
    }
    const auto saved = id_of(piece->device_name, to).and_then([&](const std::string& id) {
      return import_history(id, piece->points, to);
    });
    if (!saved) {
      return settle(saved.error(), piece->place, piece->device_name);
    }
    sum.points += piece->points.size();
    done_.add(history_done, piece->place);
    return true;
  });
  shown.finish();
  return ended.map([&] { return sum.summary(); });
}

} // namespace muster::import
