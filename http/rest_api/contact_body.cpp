#include "http/rest_api/contact_body.hpp"

#include "http/rest_api/member_reader.hpp"
#include "http/rest_api/rules_body.hpp"

namespace muster::http::rest {

namespace {

contact read_contact(member_reader& from) {
  contact read;
  read.country = from.text("country");
  read.state = from.text("state");
  read.city = from.text("city");
  read.address = from.text("address", longest_document);
  read.address2 = from.text("address2", longest_document);
  read.zip = from.text("zip");
  read.phone = from.text("phone");
  read.email = from.text("email");
  if (read.email && !read.email->empty() && !plausible_email(*read.email)) {
    from.refuse("Invalid email address format '" + *read.email + "'!");
  }
  return read;
}

/// What customers and tenants have in common.
template <class Id, class Entity>
void read_owner(member_reader& from, owner_body<Entity>& read, std::string_view what) {
  if (const auto id = from.id<Id>("id")) {
    read.creates = false;
    read.entity.id = *id;
  }
  read.version = from.version();
  read.entity.title = from.text("title").value_or("");
  read.entity.contact = read_contact(from);
  read.entity.additional_info = from.document("additionalInfo");
  if (blank(read.entity.title)) {
    from.refuse(std::string{what} + " title should be specified!");
  }
}

/// `additionalInfo.muster`, when `additionalInfo` is an object that has it.
void read_limits(member_reader& from, tenant& to) {
  const auto info = body_members::read(to.additional_info.text);
  if (!info || info->document("muster") == nullptr) {
    return;
  }
  const auto limits = info->object("muster");
  if (!limits) {
    return from.refuse(limits.error().message);
  }
  if (auto read = read_tenant_limits(**limits)) {
    to.limits = std::move(*read);
  } else {
    from.refuse(read.error().message);
  }
}

} // namespace

result<owner_body<customer>> read_customer_body(const body_members& body) {
  owner_body<customer> read;
  member_reader from{body};
  read_owner<customer_id>(from, read, "Customer");
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  return read;
}

result<owner_body<tenant>> read_tenant_body(const body_members& body) {
  owner_body<tenant> read;
  member_reader from{body};
  read_owner<tenant_id>(from, read, "Tenant");
  read.entity.region = from.text("region");
  read_limits(from, read.entity);
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  return read;
}

bool plausible_email(std::string_view text) noexcept {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) {
    return false;
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F || c == '<' || c == '>' || c == ',' ||
        c == ';') {
      return false;
    }
  }
  const auto domain = text.substr(at + 1);
  const auto dot = domain.rfind('.');
  return text.find('@') == at && dot != std::string_view::npos && dot != 0 &&
         dot + 1 < domain.size() && domain.find("..") == std::string_view::npos;
}

} // namespace muster::http::rest
