#include "persistence/postgres/cluster_table.hpp"

#include "persistence/postgres/cluster_statements.hpp"
#include "persistence/postgres/connection.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace muster::persistence {

namespace {

using postgres::answer;
using postgres::array;
using postgres::connection;
using postgres::failure;
using postgres::notification;
using postgres::parameters;
using postgres::rows;
using postgres::sql_type;

member_status status_of(const std::string& text) {
  return text == "ALIVE"     ? member_status::alive
         : text == "LEAVING" ? member_status::leaving
                             : member_status::dead;
}

node_ref node_of(const std::string& text) {
  return parse_node_ref(text).value_or(node_ref{});
}

shard_epoch epoch_of(std::int64_t number) {
  return static_cast<shard_epoch>(number);
}

std::int64_t number_of(shard_id shard) {
  return static_cast<std::int64_t>(shard);
}

std::int64_t number_of(shard_epoch epoch) {
  return static_cast<std::int64_t>(epoch);
}

/// From read_statement's rows, which come by kind: the version, members, votes, shards.
cluster_view view_of(const rows& all) {
  cluster_view view;
  for (std::size_t i = 0; i < all.size(); ++i) {
    switch (all.number(i, 0)) {
    case 0:
      view.version = static_cast<std::uint64_t>(all.number(i, 1));
      break;
    case 1:
      view.members.push_back({{all.text(i, 4), static_cast<std::uint64_t>(all.number(i, 1))},
                              all.text(i, 5),
                              status_of(all.text(i, 6)),
                              all.number(i, 2),
                              all.number(i, 3),
                              {}});
      break;
    case 2: {
      const node_ref suspect{all.text(i, 4), static_cast<std::uint64_t>(all.number(i, 1))};
      const auto of = std::ranges::find(view.members, suspect, &member::node);
      if (of != view.members.end()) {
        of->votes.push_back({node_of(all.text(i, 5)), all.number(i, 2)});
      }
      break;
    }
    default: {
      const auto shard = static_cast<std::size_t>(all.number(i, 1));
      if (shard < view.shards.size()) {
        view.shards[shard] = {epoch_of(all.number(i, 2)),
                              static_cast<std::uint64_t>(all.number(i, 3)), node_of(all.text(i, 4)),
                              node_of(all.text(i, 5))};
      }
    }
    }
  }
  return view;
}

/// Refusals after which the session is as good as before: a lock that was waited for too long, a
/// deadlock. Others may say that the server is no primary any more.
bool keeps_session(const failure& why) {
  return why.what == failure::kind::refused && (why.is("55P03") || why.is("40P01"));
}

class postgres_cluster_table final : public cluster_table {
public:
  explicit postgres_cluster_table(cluster_table_options options)
      : options_(std::move(options)), woken_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~postgres_cluster_table() override { ::close(woken_); }
  postgres_cluster_table(const postgres_cluster_table&) = delete;
  postgres_cluster_table& operator=(const postgres_cluster_table&) = delete;

  result<node_ref> join(const std::string& id, const std::string& address) override {
    return asked<node_ref>([&](connection& session) -> answer<node_ref> {
      const auto& [moved, generation, died, removed, made] = postgres::join_statements;
      session.queue(moved);
      session.queue(generation, parameters().text(id));
      session.queue(died, parameters().text(id));
      session.queue(removed, parameters().text(id));
      session.queue(made, parameters().text(id).text(address));
      session.queue(postgres::notify_statement, parameters().text(""));
      return session.flush().map([&](const std::vector<rows>& got) {
        self_ = {id, static_cast<std::uint64_t>(got[4].number(0, 0))};
        return self_;
      });
    });
  }

  result<bool> renew(const node_ref& self) override {
    return asked<bool>([&](connection& session) {
      return session
          .run(postgres::renew_statement, parameters().text(self.id).number(self.generation))
          .map([](const rows& got) { return got.touched() == 1; });
    });
  }

  result<cluster_view> read() override {
    return asked<cluster_view>(
        [](connection& session) { return session.run(postgres::read_statement).map(view_of); });
  }

  result<bool> vote(std::uint64_t seen, const node_ref& suspect, const node_ref& voter,
                    bool decides) override {
    return changed(postgres::vote_statement, parameters()
                                                 .number(seen)
                                                 .text(suspect.id)
                                                 .number(suspect.generation)
                                                 .text(voter.id)
                                                 .number(voter.generation)
                                                 .text(to_text(voter))
                                                 .flag(decides));
  }

  result<bool> plan(std::uint64_t seen, const shard_targets& targets) override {
    array wanted(sql_type::text);
    for (const auto& node : targets) {
      wanted.text(to_text(node));
    }
    return changed(postgres::plan_statement, parameters().number(seen).list(wanted));
  }

  result<std::vector<owned_shard>> take(const node_ref& self,
                                        std::span<const shard_claim> claims) override {
    return asked<std::vector<owned_shard>>(
        [&](connection& session) { return take_each(session, self, claims); });
  }

  result<std::vector<owned_shard>> confirm(const node_ref& self,
                                           std::span<const shard_id> shards) override {
    return asked<std::vector<owned_shard>>([&](connection& session) {
      std::vector<std::int64_t> numbers;
      for (shard_id shard : shards) {
        numbers.push_back(number_of(shard));
      }
      return session.run(postgres::confirm_statement, parameters().numbers(numbers))
          .map([&](const rows& got) { return own_of(got, self); });
    });
  }

  result<void> release(const node_ref& self, std::span<const owned_shard> shards) override {
    return asked<void>([&](connection& session) -> answer<void> {
      std::vector<std::int64_t> numbers;
      std::vector<std::int64_t> epochs;
      for (const auto& one : shards) {
        numbers.push_back(number_of(one.shard));
        epochs.push_back(number_of(one.epoch));
      }
      session.queue(postgres::release_statement,
                    parameters().numbers(numbers).numbers(epochs).text(to_text(self)));
      session.queue(postgres::notify_statement, parameters().text(to_text(self)));
      return session.flush().map([](const auto&) {});
    });
  }

  result<bool> leave(const node_ref& self) override { return set_status(self, "LEAVING"); }

  result<void> depart(const node_ref& self) override {
    return set_status(self, "DEAD").map([](bool) {});
  }

  bool wait(milliseconds at_most) override;

  void wake() noexcept override {
    const std::uint64_t one = 1;
    // Full: it is awake already.
    [[maybe_unused]] const auto written = ::write(woken_, &one, sizeof one);
  }

private:
  answer<std::vector<owned_shard>> take_each(connection& session, const node_ref& self,
                                             std::span<const shard_claim> claims);
  static std::vector<owned_shard> own_of(const rows& got, const node_ref& self);
  result<bool> set_status(const node_ref& self, std::string_view status);
  /// A change of members, votes or plan by one statement that counts whether it was made.
  result<bool> changed(std::string_view sql, const parameters& given);
  bool noticed();

  answer<void> connect();
  /// Does `work` with a live session and drops the session when it can't be trusted any more.
  template <class T, class Work>
  result<T> asked(Work work);

  cluster_table_options options_;
  int woken_;
  std::optional<connection> session_;
  /// Whose notices are one's own.
  node_ref self_;
};

answer<void> postgres_cluster_table::connect() {
  if (session_ && session_->alive()) {
    return {};
  }
  session_.reset();
  auto opened =
      connection::open({options_.dsn, options_.unsafe_single_copy, options_.answer_timeout});
  if (!opened) {
    return tl::unexpected(std::move(opened.error()));
  }
  if (auto listening = opened->run_script(postgres::listen_script); !listening) {
    return listening;
  }
  session_.emplace(std::move(*opened));
  if (options_.connected) {
    options_.connected(session_->server());
  }
  return {};
}

template <class T, class Work>
result<T> postgres_cluster_table::asked(Work work) {
  if (auto ready = connect(); !ready) {
    return tl::unexpected(to_error(ready.error()));
  }
  answer<T> got = work(*session_);
  if (!got) {
    error why = to_error(got.error());
    if (!keeps_session(got.error())) {
      session_.reset();
    }
    return tl::unexpected(std::move(why));
  }
  if (session_->take_warning()) {
    // The commit was not waited for, so another server may know nothing of it.
    session_.reset();
    return fail(error_code::storage_unavailable, "the database did not wait for its standby");
  }
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*got);
  }
}

answer<std::vector<owned_shard>>
postgres_cluster_table::take_each(connection& session, const node_ref& self,
                                  std::span<const shard_claim> claims) {
  std::vector<owned_shard> taken;
  for (const auto& claim : claims) {
    const auto got = session.run(postgres::take_statement, parameters()
                                                               .number(number_of(claim.shard))
                                                               .number(number_of(claim.seen_epoch))
                                                               .text(to_text(claim.seen_owner))
                                                               .text(claim.seen_owner.id)
                                                               .number(claim.seen_owner.generation)
                                                               .text(to_text(self))
                                                               .text(self.id)
                                                               .number(self.generation));
    if (!got) {
      return tl::unexpected(got.error());
    }
    if (!got->empty()) {
      taken.push_back({claim.shard, epoch_of(got->number(0, 0)),
                       static_cast<std::uint64_t>(got->number(0, 1))});
    }
  }
  if (!taken.empty()) {
    // Of all at once, and not in their transactions: notices make commits wait for each other.
    if (auto told = session.run(postgres::notify_statement, parameters().text(to_text(self)));
        !told) {
      return tl::unexpected(told.error());
    }
  }
  return taken;
}

std::vector<owned_shard> postgres_cluster_table::own_of(const rows& got, const node_ref& self) {
  std::vector<owned_shard> own;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (node_of(got.text(i, 3)) == self) {
      own.push_back({static_cast<shard_id>(got.number(i, 0)), epoch_of(got.number(i, 1)),
                     static_cast<std::uint64_t>(got.number(i, 2))});
    }
  }
  std::ranges::sort(own, {}, &owned_shard::shard);
  return own;
}

result<bool> postgres_cluster_table::set_status(const node_ref& self, std::string_view status) {
  return asked<bool>([&](connection& session) {
    session.queue(postgres::status_statement,
                  parameters().text(self.id).number(self.generation).text(status));
    session.queue(postgres::notify_statement, parameters().text(to_text(self)));
    return session.flush().map(
        [](const std::vector<rows>& got) { return got.front().touched() == 1; });
  });
}

result<bool> postgres_cluster_table::changed(std::string_view sql, const parameters& given) {
  return asked<bool>([&](connection& session) {
    session.queue(sql, given);
    session.queue(postgres::notify_statement, parameters().text(to_text(self_)));
    return session.flush().map(
        [](const std::vector<rows>& got) { return got.front().number(0, 0) == 1; });
  });
}

bool postgres_cluster_table::noticed() {
  const auto got = session_->notifications(0);
  if (!got) {
    session_.reset();
    return true;
  }
  const auto own = to_text(self_);
  return std::ranges::any_of(*got, [&](const notification& one) { return one.payload != own; });
}

bool postgres_cluster_table::wait(milliseconds at_most) {
  if (session_ && noticed()) {
    return true;
  }
  pollfd watched[] = {{woken_, POLLIN, 0}, {session_ ? session_->socket() : -1, POLLIN, 0}};
  poll(watched, 2, static_cast<int>(std::clamp<milliseconds>(at_most, 0, 60'000)));
  if (watched[0].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto taken = ::read(woken_, &count, sizeof count);
  }
  return session_ && watched[1].revents != 0 && noticed();
}

} // namespace

std::unique_ptr<cluster_table> open_cluster_table(cluster_table_options options) {
  return std::make_unique<postgres_cluster_table>(std::move(options));
}

} // namespace muster::persistence
