#include "http/rest_api/user_body.hpp"

#include "http/rest_api/contact_body.hpp"
#include "http/rest_api/member_reader.hpp"
#include "http/rest_api/token.hpp"

namespace muster::http::rest {

result<user_body> read_user_body(const body_members& body) {
  user_body read;
  member_reader from{body};
  if (const auto id = from.id<user_id>("id")) {
    read.creates = false;
    read.user.id = *id;
  }
  read.version = from.version();
  read.user.tenant = from.id<tenant_id>("tenantId");
  read.user.customer = from.id<customer_id>("customerId");
  read.user.email = from.text("email").value_or("");
  read.user.first_name = from.text("firstName");
  read.user.last_name = from.text("lastName");
  read.user.phone = from.text("phone");
  read.user.additional_info = from.document("additionalInfo");
  const auto role_name = from.text("authority");
  const auto role = authority_from_name(role_name.value_or(""));
  if (blank(read.user.email)) {
    from.refuse("User email should be specified!");
  } else if (!plausible_email(read.user.email)) {
    from.refuse("Invalid email address format '" + read.user.email + "'!");
  }
  if (!role) {
    from.refuse(role_name ? "Unknown authority '" + *role_name + "'"
                          : "User authority isn't defined!");
  }
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  read.user.role = *role;
  return read;
}

} // namespace muster::http::rest
