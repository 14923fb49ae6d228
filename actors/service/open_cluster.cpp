#include "actors/cluster/links/caf_transport.hpp"
#include "actors/service/bootstrap.hpp"
#include "actors/service/cluster_service.hpp"
#include "actors/service/local_packages.hpp"
#include "actors/service/open_store.hpp"
#include "persistence/postgres/cluster_table.hpp"
#include "persistence/postgres/package_bytes.hpp"

#include <chrono>
#include <thread>
#include <utility>

namespace muster {

namespace {

/// Commands that wait for an owner are looked at this often, and when the map has changed.
constexpr std::chrono::milliseconds look_pause{20};

/// A database that does not answer is asked again for so long: it may be moving to another server.
constexpr milliseconds patience = 10'000;
constexpr std::chrono::milliseconds ask_again{200};

/// `step` until it succeeds, is refused for another reason, or time is over.
template <class Step>
auto patiently(const clock_source& clock, Step step) -> decltype(step()) {
  const milliseconds end = clock.now().steady + patience;
  for (;;) {
    auto done = step();
    if (done || done.error().code != error_code::storage_unavailable || clock.now().steady >= end) {
      return done;
    }
    std::this_thread::sleep_for(ask_again);
  }
}

/// As peers are told it: an address of IPv6 in brackets.
std::string gateway_address(const cluster_options& options) {
  const bool brackets =
      options.address.find(':') != std::string::npos && !options.address.starts_with('[');
  const std::string host = brackets ? "[" + options.address + "]" : options.address;
  return host + ":" + std::to_string(options.port);
}

caf_transport_options transport_options(const cluster_options& options, const node_ref& self) {
  caf_transport_options made;
  made.cluster = options.name;
  made.self = self;
  made.host = options.address;
  made.port = options.port;
  made.certificate = options.certificate;
  made.key = options.key;
  made.authority = options.authority;
  return made;
}

} // namespace

result<std::unique_ptr<cluster_service>> cluster_service::open(const service_options& options,
                                                               const clock_source& clock) {
  std::unique_ptr<cluster_service> made(new cluster_service(options, clock));
  auto rows = patiently(clock, [&] { return open_database(options, clock); });
  if (!rows) {
    return tl::unexpected(std::move(rows.error()));
  }
  if (const auto joined = patiently(clock, [&] { return made->join(); }); !joined) {
    return tl::unexpected(joined.error());
  }
  made->make_router();
  if (const auto ready = made->make_core(std::move(*rows)); !ready) {
    return tl::unexpected(ready.error());
  }
  if (const auto opened = made->open_links(); !opened) {
    return tl::unexpected(opened.error());
  }
  if (const auto started = made->start(); !started) {
    return tl::unexpected(started.error());
  }
  return made;
}

result<void> cluster_service::join() {
  persistence::cluster_table_options table;
  table.dsn = options_.cluster.dsn;
  table.unsafe_single_copy = options_.cluster.unsafe_single_copy;
  table.connected = [this](const std::string& server) {
    while_here([&] {
      if (rows_ != nullptr) {
        rows_->use_server(server);
      }
    });
  };
  ownership::dependencies needs{
      persistence::open_cluster_table(std::move(table)),
      clock_,
      [this](const persistence::owned_shard& which) { open_shard(which); },
      [this](shard_id shard, std::function<void()> drained) {
        drain_shard(shard, std::move(drained));
      },
      [this](shard_id shard) { close_shard(shard); },
      [this](const persistence::member& peer, std::function<void(bool)> answered) {
        while_here([&] { links_->probe(peer.node, std::move(answered)); });
      },
      [this](const std::vector<persistence::member>& members) { connect_to(members); },
      [this](const std::string& why) { expelled(why); }};
  auto joined = ownership::join(options_.cluster.node_id, gateway_address(options_.cluster),
                                std::move(needs));
  if (!joined) {
    return tl::unexpected(std::move(joined.error()));
  }
  ownership_ = std::move(*joined);
  return {};
}

void cluster_service::make_router() {
  ticking_ = std::make_unique<timer>(look_pause, [this] { tick(); });
  router_ = std::make_unique<router>(
      router::dependencies{ownership_->shards(),
                           clock_,
                           [this](command what, reply_handle to) {
                             core_->devices().send(std::move(what), std::move(to));
                           },
                           [this](const poll_report& what) { core_->devices().report(what); },
                           [this] { ownership_->look_again(); },
                           [this] { ticking_->soon(); },
                           {},
                           options_.rpc_client_timeout});
}

result<void> cluster_service::make_core(std::unique_ptr<persistence::postgres_store> rows) {
  auto key = patiently(clock_, [&] { return bootstrap(*rows, clock_, options_.demo); });
  if (!key) {
    return tl::unexpected(std::move(key.error()));
  }
  auto folder =
      persistence::package_folder::open(options_.data_dir + "/packages", options_.data_min_free);
  if (!folder) {
    return tl::unexpected(std::move(folder.error()));
  }
  cluster_hooks hooks{
      [this](command what, reply_handle to) { router_->send(std::move(what), std::move(to)); },
      [this](std::span<const device_id> devices) { return rows_->read_devices(devices); },
      [this](std::span<const std::string> tokens) { return rows_->find_tokens(tokens); },
      [this] { return ownership_->lease().valid(); },
      [this](shard_id shard, persistence::shard_epoch epoch) {
        disown(shard, epoch);
        ownership_->lost(shard, epoch);
      },
      [this](command&& what, reply_handle&& to) {
        router_->returned(std::move(what), std::move(to));
      },
      [this](const uuid& job) {
        const auto holder = ownership_->shards().owner_of(shard_of(device_id{job}));
        return std::holds_alternative<own_shard>(holder);
      },
      [this](const token_digest& token) {
        if (started_) {
          news_->changed(token);
        }
      },
      [this] {
        if (started_) {
          news_->changed();
        }
      },
      [this] { return started_ && news_->fresh(); },
      [this] { return status(); },
      [this] { return cluster(); }};
  rows_ = rows.get();
  auto packages = std::make_unique<local_packages>(
      std::move(*folder), *rows,
      persistence::open_package_bytes({options_.cluster.dsn, options_.cluster.unsafe_single_copy}));
  core_ = std::make_unique<node_service>(
      options_, clock_,
      node_parts{std::move(rows), std::move(*key), std::move(packages), std::move(hooks)});
  agreement_ = std::make_unique<change_agreement>(
      change_agreement::dependencies{clock_, [this](std::uint64_t number) {
                                       if (started_) {
                                         news_->ask(number);
                                       }
                                     }});
  inspector_ = std::make_unique<cluster_inspector>(cluster_inspector::dependencies{
      clock_, ownership_->self().id, [this] { return other_nodes(); },
      [this](const node_ref& node, std::string words) {
        return started_ && links_->tell(node, std::move(words));
      },
      [this](inspect&& what, reply_handle to) { core_->ask(std::move(what), std::move(to)); },
      core_->reading()});
  tokens_ = std::make_unique<token_check>(
      [this](std::span<const uuid> subjects) { return rows_->find_revocations(subjects); },
      core_->reading());
  return {};
}

result<void> cluster_service::open_links() {
  links::dependencies needs{clock_, *router_,
                            [this](command what, reply_handle to) {
                              core_->devices().send(std::move(what), std::move(to));
                            },
                            [this](const poll_report& what) { core_->devices().report(what); },
                            [this](const node_ref& from, std::string_view news) {
                              if (started_ && !inspector_->hear(from, news)) {
                                news_->hear(from, news);
                              }
                            }};
  auto opened = links::open(std::move(needs), [this](transport_events& events) {
    return open_caf_transport(transport_options(options_.cluster, ownership_->self()), events)
        .map([](auto&& made) { return std::unique_ptr<transport>(std::move(made)); });
  });
  if (!opened) {
    return tl::unexpected(std::move(opened.error()));
  }
  links_ = std::move(*opened);
  router_->use(*links_);
  return {};
}

result<void> cluster_service::start() {
  if (auto loaded = core_->load(); !loaded) {
    return loaded;
  }
  news_ = std::make_unique<change_news>(change_news::dependencies{
      *rows_, *core_, *links_, clock_, ownership_->self(),
      [this](const node_ref& peer, std::uint64_t number) { agreement_->obeys(peer, number); }});
  started_ = true;
  ownership_->shards().on_change([this] { ticking_->soon(); });
  ownership_->start();
  return {};
}

} // namespace muster
