#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/open_call.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

namespace muster::http::rest {

namespace {

constexpr std::string_view authentication_failed = "Authentication failed";
constexpr std::string_view bad_credentials = "Invalid username or password";

/// On the hashing thread, so that a try counts also when its client has left.
void count(login_throttle& throttle, bool matches, const std::string& user,
           const std::string& address, milliseconds now) {
  matches ? throttle.succeeded(user, address, now) : throttle.failed(user, address, now);
}

class login_call final : public open_call {
public:
  explicit login_call(rest_api& api) : open_call{api} {}

  void on_request(exchange& request) override {
    const auto body = body_members::read(request.body());
    auto email = filled_member(body, "username");
    auto password = filled_member(body, "password");
    if (!email || !password) {
      return refuse(authentication_failed);
    }
    email_ = std::move(*email);
    password_ = std::move(*password);
    address_ = request.client_address();
    if (const auto wait = api_.throttle.admit(email_, address_, steady())) {
      return answer(too_many_tries(*wait, now()));
    }
    at().below().ask(find_user_by_email{email_}, reply_to());
  }

  void on_reply(reply what) override {
    if (noted_) {
      // Also when the log takes no entry: who repairs a full disk must get in. The store has told.
      return give_tokens(*user_, random_uuid());
    }
    if (auto* found = std::get_if<user>(&what)) {
      user_ = std::move(*found);
      return verify();
    }
    const auto* problem = std::get_if<error>(&what);
    if (problem != nullptr && problem->code == error_code::not_found) {
      // Hashed all the same: the time of the answer must not tell which users exist.
      return verify();
    }
    give_up(problem != nullptr ? *problem : error{});
  }

private:
  [[nodiscard]] milliseconds steady() const { return at().clock().now().steady; }

  void give_up(const error& why) {
    api_.throttle.untried(email_, address_, steady());
    answer(fault(why, now()));
  }

  void verify() {
    auto decided = [&edge = at(), &throttle = api_.throttle, email = email_, address = address_,
                    to = handle()](bool matches) {
      count(throttle, matches, email, address, edge.clock().now().steady);
      edge.later(to,
                 [matches](call& waiting) { static_cast<login_call&>(waiting).decided(matches); });
    };
    const std::string hash = user_ ? user_->password_hash : std::string{};
    if (!api_.passwords.verify(std::move(password_), hash, std::move(decided))) {
      give_up(error{error_code::overloaded, {}});
    }
  }

  void decided(bool matches) {
    if (!user_ || !matches) {
      return refuse(bad_credentials);
    }
    noted_ = true;
    const caller who{user_->id,       user_->role, user_->tenant,
                     user_->customer, address_,    user_->email};
    at().below().apply(note_login{who}, reply_to());
  }

  std::string email_;
  std::string password_;
  std::string address_;
  std::optional<user> user_;
  bool noted_ = false;
};

/// What clients get that send a login by GET.
class login_by_get_call final : public open_call {
public:
  explicit login_by_get_call(rest_api& api) : open_call{api} {}

  void on_request(exchange&) override { refuse("Authentication method not supported"); }
  void on_reply(reply) override {}
};

class refresh_call final : public open_call {
public:
  explicit refresh_call(rest_api& api) : open_call{api} {}

  void on_request(exchange& request) override {
    const auto token = filled_member(body_members::read(request.body()), "refreshToken");
    if (!token) {
      return refuse(authentication_failed);
    }
    const auto claims = api_.tokens.verify(*token, token_kind::refresh);
    if (!claims && claims.error() == token_fault::invalid) {
      return refuse(authentication_failed);
    }
    if (!claims) {
      return end_expired();
    }
    session_ = claims->session;
    user_ = claims->who.user;
    if (const auto known = at().below().token_valid(user_, session_, claims->issued)) {
      return decided(*known);
    }
    at().below().check_token(user_, session_, claims->issued,
                             [home = &at(), to = handle()](auto found) {
                               home->later(to, [found = std::move(found)](call& waiting) {
                                 static_cast<refresh_call&>(waiting).decided(found);
                               });
                             });
  }

  void on_reply(reply what) override {
    if (const auto* owner = std::get_if<user>(&what)) {
      return give_tokens(*owner, session_);
    }
    const auto* problem = std::get_if<error>(&what);
    if (problem != nullptr && problem->code == error_code::not_found) {
      return refuse(authentication_failed);
    }
    answer(fault(problem != nullptr ? *problem : error{}, now()));
  }

private:
  void end_expired() { answer(fault(401, fault_code::token_expired, "Token has expired", now())); }

  void decided(const result<bool>& token_valid) {
    if (!token_valid) {
      return fail_with(token_valid.error());
    }
    if (!*token_valid) {
      return end_expired();
    }
    at().below().ask(get_user{user_}, reply_to());
  }

  uuid session_;
  user_id user_;
};

class logout_call final : public rest_call {
public:
  explicit logout_call(rest_api& api) : rest_call{api, {true, true, true}} {}

private:
  void run(exchange&) override {
    // A pair bought a moment ago by somebody who still had the session's refresh token ends too.
    const timestamp expires = now() + (refresh_token_seconds + 1) * 1000;
    apply<done>(end_session{claims().session, expires, who()}, [this](done&) { answer_done(); });
  }
};

class own_user_call final : public rest_call {
public:
  explicit own_user_call(rest_api& api) : rest_call{api, {true, true, true}} {}

private:
  void run(exchange&) override {
    ask<user>(get_user{who().user}, [this](user& found) {
      std::string out;
      append_user(out, found);
      answer_json(std::move(out));
    });
  }
};

class change_password_call final : public rest_call {
public:
  explicit change_password_call(rest_api& api) : rest_call{api, {true, true, true}, true} {}

private:
  void run(exchange& request) override {
    const auto body = body_members::read(request.body());
    auto current = filled_member(body, "currentPassword");
    auto wanted = filled_member(body, "newPassword");
    if (!current || !wanted) {
      return fail_with(error_code::invalid, "Both passwords must be given");
    }
    current_ = std::move(*current);
    wanted_ = std::move(*wanted);
    address_ = request.client_address();
    if (const auto wait = api().throttle.admit(claims().email, address_, steady())) {
      return answer(too_many_tries(*wait, now()));
    }
    ask_any(get_user{who().user}, [this](reply& what) {
      if (auto* found = std::get_if<user>(&what)) {
        user_ = std::move(*found);
        return verify();
      }
      api().throttle.untried(claims().email, address_, steady());
      unexpected(what);
    });
  }

  [[nodiscard]] milliseconds steady() const { return at().clock().now().steady; }

  void verify() {
    auto decided = [&edge = at(), &throttle = api().throttle, email = claims().email,
                    address = address_, to = handle()](bool matches) {
      count(throttle, matches, email, address, edge.clock().now().steady);
      edge.later(to, [matches](call& waiting) {
        static_cast<change_password_call&>(waiting).decided(matches);
      });
    };
    if (!api().passwords.verify(current_, user_.password_hash, std::move(decided))) {
      api().throttle.untried(claims().email, address_, steady());
      fail_with(error_code::overloaded, {});
    }
  }

  void decided(bool matches) {
    if (!matches) {
      return fail_with(error_code::invalid, "Current password doesn't match!");
    }
    if (const auto good = check_new_password(wanted_); !good) {
      return fail_with(good.error());
    }
    if (wanted_ == current_) {
      return fail_with(error_code::invalid, "New password should be different from existing!");
    }
    auto made = [&edge = at(), to = handle()](result<std::string> hash) {
      edge.later(to, [hash = std::move(hash)](call& waiting) {
        static_cast<change_password_call&>(waiting).hashed(hash);
      });
    };
    if (!api().passwords.hash(std::move(wanted_), std::move(made))) {
      fail_with(error_code::overloaded, {});
    }
  }

  void hashed(const result<std::string>& hash) {
    if (!hash) {
      return fail_with(hash.error());
    }
    apply<user>(change_password{user_.id, *hash, user_.version, address_}, [this](user& changed) {
      answer_json(pair_json(api().tokens.issue(changed, random_uuid())));
    });
  }

  std::string current_;
  std::string wanted_;
  std::string address_;
  user user_;
};

} // namespace

void add_auth_routes(router& to, rest_api& api) {
  to.add<login_call>(method::post, "/api/auth/login", {auth_body_limit}, std::ref(api));
  to.add<login_by_get_call>(method::get, "/api/auth/login", {}, std::ref(api));
  to.add<refresh_call>(method::post, "/api/auth/token", {auth_body_limit}, std::ref(api));
  to.add<logout_call>(method::post, "/api/auth/logout", {auth_body_limit}, std::ref(api));
  to.add<own_user_call>(method::get, "/api/auth/user", {}, std::ref(api));
  to.add<change_password_call>(method::post, "/api/auth/changePassword", {auth_body_limit},
                               std::ref(api));
}

} // namespace muster::http::rest
