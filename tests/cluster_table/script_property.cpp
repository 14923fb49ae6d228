#include "tests/catch.hpp"
#include "tests/cluster_table/tables.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <optional>

namespace muster::test {

using namespace persistence;

namespace {

constexpr int names = 3;
constexpr std::size_t shards = 4;

enum class step : std::uint8_t {
  join,
  renew,
  vote,
  plan,
  take,
  confirm,
  release,
  leave,
  depart,
};

struct command {
  step what = step::join;
  /// Two nodes by name and by how many generations ago.
  std::array<int, 2> who{};
  std::array<int, 2> ago{};
  /// Compared with what is there now, or with what was there before the last command.
  bool stale = false;
  bool decides = false;
  std::array<bool, shards> which{};
};

std::ostream& operator<<(std::ostream& to, const command& one) {
  to << static_cast<int>(one.what) << " n" << one.who[0] << '-' << one.ago[0] << " n" << one.who[1]
     << '-' << one.ago[1] << (one.stale ? " stale" : "") << (one.decides ? " decides" : "");
  for (const bool shard : one.which) {
    to << (shard ? " x" : " .");
  }
  return to;
}

rc::Gen<command> any_command() {
  const auto name = rc::gen::inRange(0, names);
  // Mostly the present one.
  const auto ago = rc::gen::weightedElement<int>({{6, 0}, {1, 1}});
  return rc::gen::build<command>(
      rc::gen::set(&command::what, rc::gen::weightedElement<step>({{2, step::join},
                                                                   {1, step::renew},
                                                                   {2, step::vote},
                                                                   {2, step::plan},
                                                                   {6, step::take},
                                                                   {2, step::confirm},
                                                                   {3, step::release},
                                                                   {1, step::leave},
                                                                   {1, step::depart}})),
      rc::gen::set(&command::who, rc::gen::container<std::array<int, 2>>(name)),
      rc::gen::set(&command::ago, rc::gen::container<std::array<int, 2>>(ago)),
      rc::gen::set(&command::stale, rc::gen::weightedElement<bool>({{4, false}, {1, true}})),
      rc::gen::set(&command::decides, rc::gen::arbitrary<bool>()),
      rc::gen::set(&command::which,
                   rc::gen::container<std::array<bool, shards>>(rc::gen::arbitrary<bool>())));
}

/// One table with what its script has seen of it.
class player {
public:
  explicit player(std::unique_ptr<cluster_table> table) : table_(std::move(table)) {
    look();
    first_version_ = now_.version;
  }

  /// What the command came to, for comparison.
  std::string play(const command& one);
  /// The view without times; the version as the number of changes.
  cluster_view view() const {
    cluster_view shown = now_;
    shown.version -= first_version_;
    for (auto& each : shown.members) {
      each.last_heartbeat = each.heartbeat_age = 0;
      for (auto& vote : each.votes) {
        vote.age = 0;
      }
      std::ranges::sort(each.votes, {}, &death_vote::voter);
    }
    return shown;
  }

private:
  node_ref node(const command& one, std::size_t which) const {
    const auto name = static_cast<std::size_t>(one.who[which]);
    const auto ago = static_cast<std::uint64_t>(one.ago[which]);
    return {"n" + std::to_string(name), std::max(generations_[name], ago) - ago};
  }
  std::string changed(const command& one, const node_ref& a, const node_ref& b);
  std::string moved(const command& one, const node_ref& self);
  void look() { before_ = std::exchange(now_, table_->read().value()); }

  std::unique_ptr<cluster_table> table_;
  std::array<std::uint64_t, names> generations_{};
  std::uint64_t first_version_ = 0;
  cluster_view before_;
  cluster_view now_;
};

std::string shown(bool yes) {
  return yes ? "yes" : "no";
}

std::string shown(const std::vector<owned_shard>& all) {
  std::string text;
  for (const auto& one : all) {
    text += std::to_string(static_cast<int>(one.shard)) + ':' +
            std::to_string(static_cast<std::uint64_t>(one.epoch)) + ':' + std::to_string(one.seq) +
            ' ';
  }
  return text;
}

std::string player::play(const command& one) {
  const auto a = node(one, 0);
  const auto b = node(one, 1);
  std::string got;
  if (one.what == step::join) {
    const auto self = join(*table_, a.id);
    generations_[static_cast<std::size_t>(one.who[0])] = self.generation;
    got = to_text(self);
  } else if (one.what < step::take) {
    got = changed(one, a, b);
  } else if (one.what < step::leave) {
    got = moved(one, a);
  } else if (one.what == step::leave) {
    got = shown(table_->leave(a).value());
  } else {
    must(table_->depart(a));
  }
  look();
  return got;
}

std::string player::changed(const command& one, const node_ref& a, const node_ref& b) {
  const auto& seen = one.stale ? before_ : now_;
  if (one.what == step::renew) {
    return shown(table_->renew(a).value());
  }
  if (one.what == step::vote) {
    // Nobody votes against himself.
    return a.id == b.id ? "" : shown(table_->vote(seen.version, a, b, one.decides).value());
  }
  shard_targets targets;
  for (std::size_t shard = 0; shard < shards; ++shard) {
    targets[shard] = one.which[shard] && a.generation != 0 ? a : node_ref{};
  }
  return shown(table_->plan(seen.version, targets).value());
}

std::string player::moved(const command& one, const node_ref& self) {
  const auto& seen = one.stale ? before_ : now_;
  std::vector<shard_claim> claims;
  std::vector<shard_id> ids;
  std::vector<owned_shard> own;
  for (std::size_t shard = 0; shard < shards; ++shard) {
    if (!one.which[shard]) {
      continue;
    }
    const auto id = static_cast<shard_id>(shard);
    const auto& row = seen.shards[shard];
    claims.push_back({id, row.epoch, row.owner});
    ids.push_back(id);
    own.push_back({id, row.epoch, row.seq});
  }
  if (one.what == step::take) {
    return shown(table_->take(self, claims).value());
  }
  if (one.what == step::confirm) {
    auto found = table_->confirm(self, ids).value();
    std::ranges::sort(found, {}, &owned_shard::shard);
    return shown(found);
  }
  must(table_->release(self, own));
  return {};
}

} // namespace

TEST_CASE("the table in the database does what the one in memory does") {
  CHECK(rc::check("any script", [] {
    memory_tables in_memory;
    sql_tables in_sql;
    player model(in_memory.open());
    player real(in_sql.open());
    for (const auto& one : *rc::gen::container<std::vector<command>>(any_command())) {
      RC_LOG() << one << std::endl;
      RC_ASSERT(real.play(one) == model.play(one));
      RC_ASSERT(real.view() == model.view());
    }
  }));
}

} // namespace muster::test
