#include "actors/inspection/cluster_inspector.hpp"

#include "tests/actors_service/hand_clock.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <vector>

namespace muster::test {

namespace {

using json = nlohmann::ordered_json;
using persistence::node_ref;

/// Keeps what it is answered.
class answer_box final : public reply_sink {
public:
  reply_handle handle() { return reply_handle{{this, 0, 0}}; }
  void push(std::vector<completion> batch) noexcept override {
    for (auto& one : batch) {
      static_cast<void>(one.to.release());
      answer = std::move(one.what);
    }
  }
  json told() const { return json::parse(std::get<inspected>(answer.value()).report.text); }

  std::optional<reply> answer;
};

/// Nodes whose words reach each other at once, unless they are cut off or deaf.
struct talking_nodes {
  struct node {
    node_ref who;
    bool connected = true;
    bool deaf = false;
    std::string says;
    std::vector<inspect> asked;
    std::unique_ptr<cluster_inspector> here;
  };

  talking_nodes() {
    for (std::uint64_t at = 0; at < 3; ++at) {
      all.push_back(std::make_unique<node>());
      auto& one = *all.back();
      one.who = {"n" + std::to_string(at), at + 1};
      one.says = R"({"uptime":)" + std::to_string(at) + "}";
      one.here = std::make_unique<cluster_inspector>(cluster_inspector::dependencies{
          clock, one.who.id,
          [this, at] {
            std::vector<node_ref> others;
            for (const auto& other : all) {
              if (other != all[at]) {
                others.push_back(other->who);
              }
            }
            return others;
          },
          [this, at](const node_ref& to, std::string words) { return say(at, to, words); },
          [this, at](inspect&& what, reply_handle to) {
            all[at]->asked.push_back(what);
            if (all[at]->says.empty()) {
              return to.answer(error{error_code::invalid, "nothing to say"});
            }
            to.answer(inspected{{all[at]->says}});
          },
          [](const std::function<void()>& work) {
            work();
            return true;
          }});
    }
  }

  bool say(std::uint64_t from, const node_ref& to, const std::string& words) {
    for (auto& one : all) {
      if (one->who == to && one->connected) {
        return one->deaf || one->here->hear(all[from]->who, words);
      }
    }
    return false;
  }

  void ask(const std::string& what, std::vector<std::pair<std::string, std::string>> with = {}) {
    inspect asked;
    asked.what = what;
    asked.with = std::move(with);
    all[0]->here->ask(std::move(asked), box.handle());
  }

  hand_clock clock;
  answer_box box;
  std::vector<std::unique_ptr<node>> all;
};

} // namespace

TEST_CASE("a node answers for all nodes of its cluster") {
  talking_nodes nodes;
  nodes.ask("status", {{"sort", "load"}});
  CHECK(nodes.box.told() == json::parse(R"({"nodes":[{"node":"n0","uptime":0},
      {"node":"n1","uptime":1},{"node":"n2","uptime":2}],"silent":[]})"));
  const auto& heard = nodes.all[2]->asked.front();
  CHECK(heard.what == "status");
  CHECK(heard.who.role == authority::system_administrator);
  CHECK_FALSE(heard.may_change);
  CHECK(heard.with == std::vector<std::pair<std::string, std::string>>{{"sort", "load"}});
}

TEST_CASE("a node that does not answer is named, and why") {
  talking_nodes nodes;
  nodes.all[1]->connected = false;
  nodes.all[2]->deaf = true;
  nodes.ask("status");
  CHECK_FALSE(nodes.box.answer.has_value());
  nodes.clock.advance(6'999);
  nodes.all[0]->here->tick();
  CHECK_FALSE(nodes.box.answer.has_value());
  nodes.clock.advance(1);
  nodes.all[0]->here->tick();
  CHECK(nodes.box.told()["nodes"].size() == 1);
  CHECK(nodes.box.told()["silent"] == json::parse(R"([{"node":"n1","because":"it is not connected"},
                        {"node":"n2","because":"it does not answer"}])"));
}

TEST_CASE("a node that has too much to say, or nothing, is named") {
  talking_nodes nodes;
  nodes.all[1]->says = R"({"text":")" + std::string(std::size_t{5} << 20, 'x') + "\"}";
  nodes.all[2]->says.clear();
  nodes.ask("status");
  const auto silent = nodes.box.told()["silent"];
  CHECK(silent[0]["because"] == "it has too much to say: ask it itself");
  CHECK(silent[1]["because"] == "nothing to say");
}

TEST_CASE("what the asked node refuses is refused, and nobody else hears of it") {
  talking_nodes nodes;
  nodes.all[0]->says.clear();
  nodes.ask("status");
  CHECK(std::get<error>(nodes.box.answer.value()).message == "nothing to say");
  CHECK(nodes.all[1]->asked.empty());
}

TEST_CASE("nodes ask each other about nodes only") {
  talking_nodes nodes;
  nodes.ask("drop");
  CHECK(nodes.all[1]->asked.empty());
  CHECK(nodes.box.told()["silent"].size() == 2);
  inspect asked;
  asked.what = "status";
  CHECK(cluster_inspector::is_for_all(asked));
  asked.with = {{"here", "1"}};
  CHECK_FALSE(cluster_inspector::is_for_all(asked));
  asked = {};
  asked.what = "device";
  CHECK_FALSE(cluster_inspector::is_for_all(asked));
  CHECK_FALSE(nodes.all[0]->here->hear(nodes.all[1]->who, "Q12345678"));
  CHECK_FALSE(nodes.all[0]->here->hear(nodes.all[1]->who, ""));
  CHECK(nodes.all[0]->here->hear(nodes.all[1]->who, "I"));
  CHECK(nodes.all[0]->here->hear(nodes.all[1]->who, "J\x01"));
}

TEST_CASE("rows of all nodes are in one order, and no more than asked for") {
  talking_nodes nodes;
  nodes.all[0]->says = R"({"total":2,"actors":[{"rate":5,"load":0.1},{"rate":1,"load":0.9}]})";
  nodes.all[1]->says = R"({"total":1,"actors":[{"rate":3,"load":0.5}]})";
  nodes.all[2]->says = R"({"total":0,"actors":[]})";
  nodes.ask("actors", {{"limit", "2"}});
  CHECK(nodes.box.told() == json::parse(R"({"total":3,"actors":[{"node":"n0","rate":5,"load":0.1},
      {"node":"n1","rate":3,"load":0.5}],"silent":[]})"));
  nodes.ask("actors", {{"limit", "1"}, {"sort", "load"}});
  CHECK(nodes.box.told()["actors"][0]["load"] == 0.9);
}

} // namespace muster::test
