#include "tests/support/history/recorded.hpp"

#include "tests/support/history/register_history.hpp"

#include <nlohmann/json.hpp>

#include <istream>
#include <map>
#include <ostream>
#include <stdexcept>

namespace muster::test {

namespace {

using nlohmann::json;

struct recorded_register {
  std::vector<register_operation> operations;
  std::vector<std::string> lines;
};

/// What of a line tells something of the register.
struct recorded_line {
  std::string device;
  std::optional<register_operation> operation;
};

register_operation::kind kind_of(const std::string& name) {
  if (name != "write" && name != "read") {
    throw std::runtime_error("\"op\" is write or read");
  }
  return name == "write" ? register_operation::kind::write : register_operation::kind::read;
}

recorded_line parse(const std::string& line) {
  const auto fields = json::parse(line);
  register_operation made;
  made.what = kind_of(fields.at("op").get<std::string>());
  if (const auto& value = fields.at("value"); !value.is_null()) {
    made.value = value.dump();
  }
  made.start = fields.at("start").get<std::int64_t>();
  const auto& ok = fields.at("ok");
  const auto& end = fields.at("end");
  const bool known = !ok.is_null() && !end.is_null();
  if (known) {
    made.end = end.get<std::int64_t>();
    if (made.end < made.start) {
      throw std::runtime_error("it ends before it starts");
    }
  }
  const bool is_write = made.what == register_operation::kind::write;
  // A refused write did nothing, and a read without an answer says nothing.
  const bool counts = is_write ? !known || ok.get<bool>() : known && ok.get<bool>();
  if (is_write && !made.value) {
    throw std::runtime_error("null cannot be written");
  }
  return {fields.at("device").get<std::string>(),
          counts ? std::optional(std::move(made)) : std::nullopt};
}

} // namespace

int check_recorded(std::istream& lines, std::ostream& findings) {
  std::map<std::string, recorded_register> registers;
  std::size_t count = 0;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty()) {
      continue;
    }
    try {
      if (auto one = parse(line); one.operation) {
        auto& of = registers[one.device];
        of.operations.push_back(std::move(*one.operation));
        of.lines.push_back(std::move(line));
        ++count;
      }
    } catch (const std::exception& problem) {
      findings << "line " << number << ": " << problem.what() << '\n';
      return 2;
    }
  }
  bool sound = true;
  for (const auto& [name, of] : registers) {
    if (const auto found = find_violation(of.operations)) {
      sound = false;
      findings << name << ": " << found->why << '\n';
      for (const std::size_t i : found->operations) {
        findings << "  " << of.lines[i] << '\n';
      }
    }
  }
  findings << count << " operations on " << registers.size()
           << " registers: " << (sound ? "linearizable" : "not linearizable") << '\n';
  return sound ? 0 : 1;
}

} // namespace muster::test
