#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace muster::test {

// Rule chains as a plain recursive function understands them.

struct type_step {
  std::vector<std::string> types;
};
struct fields_step {
  std::vector<std::string> body;
  std::vector<std::string> metadata;
  bool all = true;
};
struct switch_step {
  int above = 0;
  bool returns_number = false;
};
struct save_step {};
struct rename_step {
  bool in_metadata = false;
  std::string from;
  std::string to;
};
struct call_step {
  /// As many as there are chains: one that is not there.
  std::size_t chain = 0;
};
struct output_step {
  std::string name;
};
using plain_step = std::variant<type_step, fields_step, switch_step, save_step, rename_step,
                                call_step, output_step>;

struct plain_connection {
  std::size_t from = 0;
  std::size_t to = 0;
  std::string relation;
};

struct plain_chain {
  std::vector<plain_step> steps;
  std::vector<plain_connection> connections;
};

struct plain_message {
  std::string type;
  std::map<std::string, int> body;
  std::map<std::string, std::string> metadata;
};

/// What became of a message, in no order.
struct outcome {
  /// `chain node>` came in, `chain node>relation` left.
  std::multiset<std::string> way;
  std::multiset<std::string> saved;
  bool failed = false;

  friend bool operator==(const outcome&, const outcome&) = default;
};

/// What becomes of a message that enters the first chain at its first node.
outcome interpret(const std::vector<plain_chain>& chains, const plain_message& message);

} // namespace muster::test
