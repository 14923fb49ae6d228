#include "persistence/directory/lower_case.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/directory_batch.hpp"

namespace muster::persistence::rocks {

using keys::directory_kind;

/// Judges one condition by what the batch leaves so far.
class directory_batch::judge {
public:
  explicit judge(directory_batch& batch) : batch_(batch) {}

  result<bool> operator()(const device_name_free& c) const {
    return batch_.absent(keys::of_directory(directory_kind::device_name, c.tenant.value, c.name));
  }
  result<bool> operator()(const credentials_free& c) const {
    return batch_.absent(keys::of_token(c.credentials_id));
  }
  result<bool> operator()(const email_free& c) const {
    return batch_.absent(keys::of_directory(directory_kind::email, lower_case(c.email)));
  }
  result<bool> operator()(const activation_free& c) const {
    return batch_.absent(keys::of_directory(directory_kind::activation, c.token));
  }
  result<bool> operator()(const profile_name_free& c) const {
    return batch_.absent(keys::of_directory(directory_kind::profile_name, c.tenant.value, c.name));
  }
  result<bool> operator()(const provision_key_free& c) const {
    return batch_.absent(keys::of_directory(directory_kind::provision_key, c.key));
  }
  result<bool> operator()(const tenant_title_free& c) const {
    return batch_.absent(keys::of_directory(directory_kind::tenant_title, c.title));
  }
  result<bool> operator()(const customer_title_free& c) const {
    return batch_.absent(
        keys::of_directory(directory_kind::customer_title, c.tenant.value, c.title));
  }
  result<bool> operator()(const package_name_free& c) const {
    return batch_.absent(keys::of_package_name(c.tenant, c.title, c.release));
  }
  result<bool> operator()(const root_chain_free& c) const {
    return batch_.absent(keys::of_directory(directory_kind::root_rule_chain, c.tenant.value));
  }
  result<bool> operator()(const setting_free& c) const {
    return batch_.absent(keys::of_directory(directory_kind::setting, c.name));
  }
  result<bool> operator()(const profile_is& c) const {
    return is<device_profile>(directory_kind::profile, c);
  }
  result<bool> operator()(const user_is& c) const { return is<user>(directory_kind::user, c); }
  result<bool> operator()(const tenant_is& c) const {
    return is<tenant>(directory_kind::tenant, c);
  }
  result<bool> operator()(const customer_is& c) const {
    return is<customer>(directory_kind::customer, c);
  }
  result<bool> operator()(const package_is& c) const {
    return is<package_info>(directory_kind::package, c);
  }
  result<bool> operator()(const rule_chain_is& c) const {
    return is<rule_chain>(directory_kind::rule_chain, c);
  }
  result<bool> operator()(const device_is& c) const { return batch_.exists(c.id); }
  result<bool> operator()(const alarm_is& c) const {
    return is<alarm_place>(directory_kind::alarm, c);
  }
  result<bool> operator()(const rule_chain_unused& c) const {
    return none(keys::of_references(c.id.value));
  }
  result<bool> operator()(const profile_unused& c) const {
    const keys::owner devices{c.tenant.value, c.id.value};
    return none(keys::of_owner(directory_kind::count, devices)).and_then([&](bool unused) {
      return unused ? none(keys::of_references(c.id.value)) : result<bool>(false);
    });
  }
  result<bool> operator()(const package_unused& c) const {
    return none(keys::of_references(c.id.value));
  }

private:
  template <class Row, class Condition>
  result<bool> is(directory_kind kind, const Condition& c) const {
    return batch_.version_of<Row>(keys::of_directory(kind, c.id.value))
        .map([&](std::uint64_t present) {
          return present != 0 && (c.version == 0 || c.version == present);
        });
  }
  result<bool> none(const std::string& count) const {
    return batch_.count(count).map([](std::uint64_t n) { return n == 0; });
  }

  directory_batch& batch_;
};

result<bool> directory_batch::holds(const precondition& condition) {
  return std::visit(judge(*this), condition.what);
}

template <class Row>
result<std::uint64_t> directory_batch::version_of(const std::string& key) {
  if (const auto known = versions_.find(key); known != versions_.end()) {
    return known->second;
  }
  const auto bytes = find(key);
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  std::uint64_t version = 0;
  if (*bytes) {
    Row row;
    if (auto read = decode(**bytes, row); !read) {
      return tl::unexpected(read.error());
    }
    version = row.version;
  }
  versions_[key] = version;
  return version;
}

} // namespace muster::persistence::rocks
