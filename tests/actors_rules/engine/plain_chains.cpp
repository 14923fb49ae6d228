#include "tests/actors_rules/engine/plain_chains.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace muster::test {

namespace {

class interpreter {
public:
  explicit interpreter(const std::vector<plain_chain>& chains) : chains_(chains) {}

  outcome run(const plain_message& message) {
    reach({{0, 0}}, message);
    return std::move(made_);
  }

private:
  struct place {
    std::size_t chain = 0;
    std::size_t node = 0;
  };
  /// The last one is where the message is, those before are the calls that it is inside of.
  using stack = std::vector<place>;

  void reach(const stack& at, plain_message message) {
    note(at, "");
    std::visit([&](const auto& step) { on(step, at, std::move(message)); },
               chains_[at.back().chain].steps[at.back().node]);
  }

  void on(const type_step& step, const stack& at, plain_message message) {
    choose(at, std::count(step.types.begin(), step.types.end(), message.type) > 0, message);
  }
  void on(const fields_step& step, const stack& at, plain_message message) {
    std::size_t found = 0;
    for (const auto& name : step.body) {
      found += message.body.count(name);
    }
    for (const auto& name : step.metadata) {
      found += message.metadata.count(name);
    }
    const std::size_t wanted = step.body.size() + step.metadata.size();
    choose(at, step.all ? found == wanted : found > 0, message);
  }
  void on(const switch_step& step, const stack& at, plain_message message) {
    if (step.returns_number) {
      return leave(at, "Failure", message);
    }
    const auto a = message.body.find("a");
    if (a != message.body.end() && a->second > step.above) {
      leave(at, "high", message);
    }
    if (message.metadata.contains("m")) {
      leave(at, "marked", message);
    }
  }
  void on(const save_step&, const stack& at, plain_message message) {
    if (message.type != "POST_TELEMETRY_REQUEST" || message.body.empty()) {
      return leave(at, "Failure", message);
    }
    made_.saved.insert(nlohmann::json(message.body).dump());
    leave(at, "Success", message);
  }
  void on(const rename_step& step, const stack& at, plain_message message) {
    const auto rename = [&](auto& members) {
      if (auto one = members.extract(step.from)) {
        members.insert_or_assign(step.to, std::move(one.mapped()));
      }
    };
    step.in_metadata ? rename(message.metadata) : rename(message.body);
    leave(at, "Success", message);
  }
  void on(const call_step& step, const stack& at, plain_message message) {
    const bool inside = std::any_of(at.begin(), at.end(),
                                    [&](const place& one) { return one.chain == step.chain; });
    if (inside || step.chain == chains_.size()) {
      return leave(at, "Failure", message);
    }
    stack called = at;
    called.push_back({step.chain, 0});
    reach(called, std::move(message));
  }
  void on(const output_step& step, const stack& at, plain_message message) {
    note(at, step.name);
    if (at.size() > 1) {
      follow({at.begin(), at.end() - 1}, step.name, message);
    }
  }

  void choose(const stack& at, bool yes, const plain_message& message) {
    leave(at, yes ? "True" : "False", message);
  }

  void leave(const stack& at, const std::string& relation, const plain_message& message) {
    note(at, relation);
    const bool any = follow(at, relation, message);
    made_.failed |= relation == "Failure" && !any;
  }

  bool follow(const stack& at, const std::string& relation, const plain_message& message) {
    bool any = false;
    for (const auto& one : chains_[at.back().chain].connections) {
      if (one.from == at.back().node && one.relation == relation) {
        stack next = at;
        next.back().node = one.to;
        reach(next, message);
        any = true;
      }
    }
    return any;
  }

  void note(const stack& at, const std::string& relation) {
    made_.way.insert(std::to_string(at.back().chain) + " " + std::to_string(at.back().node) + ">" +
                     relation);
  }

  const std::vector<plain_chain>& chains_;
  outcome made_;
};

} // namespace

outcome interpret(const std::vector<plain_chain>& chains, const plain_message& message) {
  return interpreter(chains).run(message);
}

} // namespace muster::test
