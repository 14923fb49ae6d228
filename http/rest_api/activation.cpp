#include "http/rest_api/open_call.hpp"
#include "http/rest_api/resources.hpp"

namespace muster::http::rest {

namespace {

/// Where a front end asks for the first password.
constexpr std::string_view password_page = "/login/createPassword?activateToken=";

class follow_link_call final : public open_call {
public:
  explicit follow_link_call(rest_api& api) : open_call{api} {}

private:
  verdict on_head(exchange& request, const path_parameters&) override {
    auto token = query_parameters{request.query()}.required("activateToken");
    if (!token) {
      return verdict::refuse(fault(token.error(), now()));
    }
    token_ = *std::move(token);
    return accept();
  }
  void on_request(exchange&) override {
    at().below().ask(find_user_by_activation{token_}, reply_to());
  }
  void on_reply(reply what) override {
    if (const auto* found = std::get_if<user>(&what)) {
      // The token as it was made, not as it was sent: it becomes a header.
      return answer(response{303}.header("Location", std::string{password_page} +
                                                         found->activation_token.value_or("")));
    }
    const auto* problem = std::get_if<error>(&what);
    if (problem != nullptr && problem->code == error_code::not_found) {
      return answer(response{409});
    }
    fail_with(problem != nullptr ? *problem : error{});
  }

  std::string token_;
};

/// A new user's first password. The token is looked up before anything is hashed, so that strangers
/// keep nobody's hashing waiting.
class activate_call final : public open_call {
public:
  explicit activate_call(rest_api& api) : open_call{api} {}

private:
  void on_request(exchange& request) override {
    const auto body = body_members::read(request.body());
    auto token = filled_member(body, "activateToken");
    auto password = filled_member(body, "password");
    if (!body) {
      return fail_with(body.error());
    }
    if (!token || !password) {
      return fail_with({error_code::invalid, "Activation token and password must be given"});
    }
    if (const auto good = check_new_password(*password); !good) {
      return fail_with(good.error());
    }
    token_ = std::move(*token);
    password_ = std::move(*password);
    address_ = request.client_address();
    at().below().ask(find_user_by_activation{token_}, reply_to());
  }

  void on_reply(reply what) override {
    auto* owner = std::get_if<user>(&what);
    if (owner != nullptr) {
      return hashed_ ? give_tokens(*owner, random_uuid()) : hash();
    }
    const auto* problem = std::get_if<error>(&what);
    if (problem != nullptr && problem->code == error_code::not_found) {
      return fail_with({error_code::invalid, "Unable to find user credentials by activateToken [" +
                                                 token_.substr(0, 100) + "]"});
    }
    fail_with(problem != nullptr ? *problem : error{});
  }

  void hash() {
    auto made = [&edge = at(), to = handle()](result<std::string> hash) {
      edge.later(to, [hash = std::move(hash)](call& waiting) {
        static_cast<activate_call&>(waiting).activate(hash);
      });
    };
    if (!api_.passwords.hash(std::move(password_), std::move(made))) {
      fail_with({error_code::overloaded, {}});
    }
  }

  void activate(const result<std::string>& hash) {
    if (!hash) {
      return fail_with(hash.error());
    }
    hashed_ = true;
    at().below().apply(activate_user{token_, *hash, address_}, reply_to());
  }

  std::string token_;
  std::string password_;
  std::string address_;
  bool hashed_ = false;
};

} // namespace

void add_activation_routes(router& to, rest_api& api) {
  to.add<follow_link_call>(method::get, "/api/noauth/activate", {}, std::ref(api));
  to.add<activate_call>(method::post, "/api/noauth/activate", {auth_body_limit}, std::ref(api));
}

} // namespace muster::http::rest
