#pragma once

#include "http/rest_api/calculated_field_json.hpp"
#include "http/rest_api/rule_chain_calls.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

namespace muster::http::rest {

/// A profile or device with the calculated fields that lie in its row.
struct field_holder {
  std::variant<device_profile, device_info> whole;
  std::vector<calculated_field> fields;

  tenant_id tenant() const;
  entity_ref entity() const;
  /// As people read it.
  std::string_view kind() const;
};

field_holder holder_of(device_profile&& profile);
field_holder holder_of(device_info&& device);

/// A call about calculated fields, which lie in the rows of profiles and devices: so each call is
/// about those.
class field_call : public rule_chain_call {
protected:
  using rule_chain_call::rule_chain_call;
  using visitor = std::function<bool(field_holder&)>;

  response shape(const error& what) const override;

  /// Has `visit` look at all that have fields, profiles first, until it says false; then `done()`.
  void visit_holders(visitor visit, std::function<void()> done);
  /// The same of profiles, or devices, alone.
  void visit_profiles(visitor visit, std::function<void()> done);
  void visit_devices(visitor visit, std::function<void()> done);

  /// `then()` when `holder_` has the field that the path names, at `place_`.
  void find_field(std::function<void()> then);
  /// `then()` once the holder has these fields, if it is what it was.
  void save(std::function<void()> then);

  void answer_field();

  std::optional<field_holder> holder_;
  std::size_t place_ = 0;

private:
  template <class Row, class List>
  void visit_pages(List list, visitor visit, std::function<void()> done);

  std::uint32_t next_page_ = 0;
  bool enough_ = false;
};

void add_field_list_routes(router& to, rest_api& api);

} // namespace muster::http::rest
