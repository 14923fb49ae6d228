#include "persistence/encoding/row_error.hpp"
#include "persistence/encoding/row_reader.hpp"
#include "persistence/encoding/row_writer.hpp"
#include "persistence/encoding/rows.hpp"

namespace muster::persistence {

namespace {

std::uint32_t small_number(row_reader& in) {
  return static_cast<std::uint32_t>(in.number());
}

void write_node(row_writer& out, const rule_node& node) {
  out.id(node.id.value);
  out.signed_number(node.created);
  out.text(node.type);
  out.text(node.name);
  out.number(node.configuration_version);
  out.flag(node.singleton_mode);
  out.text(node.queue_name);
  out.text(node.configuration.text);
  out.text(node.additional_info.text);
  out.flag(node.debug.failures_enabled);
  out.flag(node.debug.all_enabled);
  out.signed_number(node.debug.all_enabled_until);
}

void read_node(row_reader& in, rule_node& node) {
  node.id.value = in.id();
  node.created = in.signed_number();
  node.type = in.text();
  node.name = in.text();
  node.configuration_version = small_number(in);
  node.singleton_mode = in.flag();
  node.queue_name = in.text();
  node.configuration.text = in.text();
  node.additional_info.text = in.text();
  node.debug.failures_enabled = in.flag();
  node.debug.all_enabled = in.flag();
  node.debug.all_enabled_until = in.signed_number();
}

/// Whoever runs a chain relies on its places.
bool is_inside(const rule_chain& chain) {
  const auto outside = [&](std::uint32_t place) { return place >= chain.nodes.size(); };
  if (chain.first_node && outside(*chain.first_node)) {
    return false;
  }
  for (const auto& one : chain.connections) {
    if (outside(one.from) || outside(one.to)) {
      return false;
    }
  }
  return true;
}

} // namespace

void encode(const rule_chain& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.id(row.id.value);
  out.signed_number(row.created);
  out.id(row.tenant.value);
  out.text(row.name);
  out.flag(row.root);
  out.flag(row.debug_mode);
  out.text(row.configuration.text);
  out.text(row.additional_info.text);
  out.number(row.version);
  out.maybe(row.first_node, [&](std::uint32_t first) { out.number(first); });
  out.list(row.nodes, [&](const rule_node& node) { write_node(out, node); });
  out.list(row.connections, [&](const rule_connection& one) {
    out.number(one.from);
    out.number(one.to);
    out.text(one.type);
  });
}

result<void> decode(std::string_view bytes, rule_chain& into) {
  row_reader in(bytes, first_version);
  into.id.value = in.id();
  into.created = in.signed_number();
  into.tenant.value = in.id();
  into.name = in.text();
  into.root = in.flag();
  into.debug_mode = in.flag();
  into.configuration.text = in.text();
  into.additional_info.text = in.text();
  into.version = in.number();
  in.maybe(into.first_node, [&](std::uint32_t& first) { first = small_number(in); });
  in.list(into.nodes, [&](rule_node& node) { read_node(in, node); });
  in.list(into.connections, [&](rule_connection& one) {
    one.from = small_number(in);
    one.to = small_number(in);
    one.type = in.text();
  });
  if (auto whole = finish(in, "rule chain"); !whole) {
    return whole;
  }
  return is_inside(into) ? result<void>()
                         : fail(error_code::storage_unavailable,
                                "a stored row (rule chain) holds a place outside its nodes");
}

} // namespace muster::persistence
