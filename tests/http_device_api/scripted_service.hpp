#pragma once

#include "actors/service/service.hpp"
#include "tests/http_server/fixture.hpp"

#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

namespace muster::http::test {

struct sent_command {
  command what;
  reply_handle to;
};

struct sent_change {
  change what;
  reply_handle to;
};

/// What lies below the edge, answering as the test says: for what the real service does only under
/// load, in failure, or at a moment that a test can't choose.
class scripted_service final : public service {
public:
  mailbox<sent_command> commands;
  mailbox<sent_change> changes;
  mailbox<poll_report> reports;
  mailbox<std::string> look_ups;

  static token_owner owner(std::uint8_t number, std::uint32_t version = 1) {
    token_owner made;
    made.device.value.bytes[15] = number;
    made.credentials_version = version;
    return made;
  }

  /// Known to the cache from now on.
  void cache(const std::string& token, token_owner of) {
    const std::lock_guard lock{mutex_};
    cached_[token] = of;
  }
  /// What look-ups find; not found is nullopt.
  void store(const std::string& token, result<std::optional<token_owner>> of) {
    const std::lock_guard lock{mutex_};
    stored_.insert_or_assign(token, std::move(of));
  }

  std::optional<token_owner> cached_token(std::string_view token) override {
    const std::lock_guard lock{mutex_};
    const auto found = cached_.find(std::string{token});
    return found == cached_.end() ? std::nullopt : std::optional{found->second};
  }

  void find_token(std::string token,
                  std::function<void(result<std::optional<token_owner>>)> found) override {
    result<std::optional<token_owner>> answer{std::nullopt};
    {
      const std::lock_guard lock{mutex_};
      if (const auto known = stored_.find(token); known != stored_.end()) {
        answer = known->second;
      }
    }
    look_ups.put(std::move(token));
    found(std::move(answer));
  }

  void send(command what, reply_handle to) override {
    commands.put({std::move(what), std::move(to)});
  }
  void report(const poll_report& what) override { reports.put(what); }
  void ask(query, reply_handle) override {}
  void apply(change what, reply_handle to) override {
    changes.put({std::move(what), std::move(to)});
  }
  package_files& packages() override { throw std::logic_error("no packages here"); }
  std::optional<bool> token_valid(const user_id&, const uuid&, timestamp) const override {
    return false;
  }
  void check_token(const user_id&, const uuid&, timestamp,
                   std::function<void(result<bool>)>) override {}
  const std::string& signing_key() const override { return nothing_; }
  result<std::string> make_administrator() override { return nothing_; }
  service_status status() const override { return {}; }
  refusals& refused() override { return refused_; }
  void show_options(std::vector<shown_option>) override {}
  void show_edge(const edge_view&) override {}
  cluster_status cluster() const override { return {}; }
  void on_expelled(std::function<void(const std::string&)>) override {}
  void hand_over() override {}
  void begin_shutdown() override {}

private:
  std::mutex mutex_;
  std::map<std::string, token_owner> cached_;
  std::map<std::string, result<std::optional<token_owner>>> stored_;
  std::string nothing_;
  refusals refused_;
};

} // namespace muster::http::test
