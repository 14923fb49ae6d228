#include "persistence/postgres/rule_graph_json.hpp"

#include "persistence/postgres/json_io.hpp"

#include <utility>

namespace muster::persistence::postgres {

namespace {

// A node's members, named once: a visitor writes or reads each in its turn.

template <class Io, class Node>
void node_members(Io& io, Node& node) {
  io("id", node.id.value);
  io("created", node.created);
  io("type", node.type);
  io("name", node.name);
  io("configurationVersion", node.configuration_version);
  io("singletonMode", node.singleton_mode);
  io("queueName", node.queue_name);
  io("failuresEnabled", node.debug.failures_enabled);
  io("allEnabled", node.debug.all_enabled);
  io("allEnabledUntil", node.debug.all_enabled_until);
  io("configuration", node.configuration);
  io("additionalInfo", node.additional_info);
}

class member_writer {
public:
  explicit member_writer(json_writer& out) : out_(out) {}

  template <class T>
  void operator()(const char* name, const T& member) {
    out_.raw(std::exchange(first_, false) ? '{' : ',');
    out_.text(name);
    out_.raw(':');
    put(member);
  }

private:
  void put(const uuid& id) { out_.text(to_string(id)); }
  void put(const std::string& text) { out_.text(text); }
  void put(bool flag) { out_(flag); }
  void put(const json_text& json) { out_(json); }
  template <class Number>
  void put(Number number) {
    out_.number(number);
  }

  json_writer& out_;
  bool first_ = true;
};

class member_reader {
public:
  explicit member_reader(json_reader& in) : in_(in) {}

  template <class T>
  void operator()(const char* name, T& member) {
    in_.need(std::exchange(first_, false) ? '{' : ',');
    good_ = good_ && in_.text() == name;
    in_.need(':');
    get(member);
  }
  bool good() const noexcept { return good_ && !in_.failed(); }

private:
  void get(uuid& id) {
    const auto read = parse_uuid(in_.text());
    good_ = good_ && read.has_value();
    id = read.value_or(uuid{});
  }
  void get(std::string& text) { text = in_.text(); }
  void get(bool& flag) { as(flag); }
  void get(json_text& json) { as(json); }
  template <class Number>
  void get(Number& number) {
    number = in_.number<Number>();
  }
  template <class T>
  void as(T& member) {
    value read = in_.val();
    auto* found = std::get_if<T>(&read);
    good_ = good_ && found != nullptr;
    if (found != nullptr) {
      member = std::move(*found);
    }
  }

  json_reader& in_;
  bool first_ = true;
  bool good_ = true;
};

bool read_node(json_reader& in, rule_node& node) {
  member_reader members(in);
  node_members(members, node);
  in.need('}');
  return members.good();
}

bool read_connection(json_reader& in, rule_connection& one) {
  in.need('[');
  one.from = in.number<std::uint32_t>();
  in.need(',');
  one.to = in.number<std::uint32_t>();
  in.need(',');
  one.type = in.text();
  in.need(']');
  return !in.failed();
}

template <class Row>
bool read_rows(json_reader& in, std::string_view name, std::vector<Row>& into,
               bool (*read)(json_reader&, Row&)) {
  into.clear();
  bool good = in.text() == name;
  in.need(':');
  in.need('[');
  bool more = !in.skip(']');
  while (more && good && !in.failed()) {
    good = read(in, into.emplace_back());
    more = in.skip(',');
    if (!more) {
      in.need(']');
    }
  }
  return good && !in.failed();
}

} // namespace

std::string rule_graph_to_json(const rule_chain& chain) {
  json_writer out;
  out.raw(R"({"nodes":[)");
  for (std::size_t i = 0; i < chain.nodes.size(); ++i) {
    out.raw(i == 0 ? "" : ",");
    member_writer members(out);
    node_members(members, chain.nodes[i]);
    out.raw('}');
  }
  out.raw(R"(],"connections":[)");
  for (std::size_t i = 0; i < chain.connections.size(); ++i) {
    out.raw(i == 0 ? "[" : ",[");
    out.number(chain.connections[i].from);
    out.raw(',');
    out.number(chain.connections[i].to);
    out.raw(',');
    out.text(chain.connections[i].type);
    out.raw(']');
  }
  out.raw("]}");
  return out.take();
}

result<void> rule_graph_from_json(std::string_view text, rule_chain& into) {
  json_reader in(text);
  in.need('{');
  bool good = read_rows(in, "nodes", into.nodes, read_node);
  in.need(',');
  good = good && read_rows(in, "connections", into.connections, read_connection);
  in.need('}');
  if (!good || in.failed() || !in.at_end()) {
    return fail(error_code::storage_unavailable, "a stored rule chain cannot be read");
  }
  return {};
}

} // namespace muster::persistence::postgres
