#include "actors/device/audit.hpp"
#include "actors/device/claim_state.hpp"
#include "actors/device/device_state.hpp"
#include "actors/rules/engine/message_types.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// Bytes of 255 characters. A secret is written with every row of counters, so it stays small.
constexpr std::size_t max_secret = 1'020;

constexpr const char* allowed_key = "claimingAllowed";
constexpr const char* data_key = "claimingData";

error foreign() {
  return {error_code::forbidden, "You don't have permission to perform this operation!"};
}

/// The offer that an application has made by the attribute; its absent members count as empty.
std::optional<persistence::claim_offer> offer_of(const attribute_group& server) {
  const auto* row = server.find(data_key);
  const auto* text = row == nullptr ? nullptr : std::get_if<json_text>(&*row->val);
  if (text == nullptr) {
    return std::nullopt;
  }
  const auto read = nlohmann::json::parse(text->text, nullptr, false);
  if (!read.is_object()) {
    return std::nullopt;
  }
  persistence::claim_offer offer;
  if (const auto secret = read.find("secretKey"); secret != read.end() && secret->is_string()) {
    offer.secret = secret->get<std::string>();
  }
  if (const auto time = read.find("expirationTime");
      time != read.end() && time->is_number_integer()) {
    offer.expires = time->get<timestamp>();
  }
  return offer;
}

bool is_true(const attribute_group& server, const char* key) {
  const auto* row = server.find(key);
  const auto* what = row == nullptr ? nullptr : std::get_if<bool>(&*row->val);
  return what != nullptr && *what;
}

} // namespace

bool same_secret(std::string_view a, std::string_view b) noexcept {
  unsigned differs = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char other = b.empty() ? '\0' : b[i % b.size()];
    differs |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(other);
  }
  return differs == 0;
}

void claim_state::guessed_wrong(milliseconds steady) noexcept {
  forget_guesses(steady);
  if (guesses_ == 0) {
    guesses_end_ = later(steady, guess_window);
  }
  guesses_ = static_cast<std::uint8_t>(std::min<int>(guesses_ + 1, max_guesses));
}

void claim_state::forget_guesses(milliseconds steady) noexcept {
  if (steady >= guesses_end_) {
    guesses_ = 0;
  }
}

void device_state::on(offer_claim& what, context& with) {
  if (what.secret.size() > max_secret) {
    with.answer(error{error_code::invalid, "secretKey is longer than 255 characters"});
    return;
  }
  const bool allowed =
      settings_->claim_by_default || is_true(group(attribute_scope::server), allowed_key);
  const bool kept = claim_ && claim_->stands(with.now.wall);
  if (allowed && !kept && !info_.customer) {
    const milliseconds span = what.duration > 0 ? what.duration : settings_->claim_duration;
    if (!claim_) {
      claim_ = std::make_unique<claim_state>();
    }
    claim_->put({std::move(what.secret), later(with.now.wall, span)});
    put_counters(with.out);
  }
  with.answer(done{});
}

void device_state::on(claim_device& what, context& with) {
  using outcome = claim_result::outcome;
  if (with.who != nullptr &&
      (with.who->role != authority::customer_user || with.who->customer != what.customer)) {
    with.answer(foreign());
    return;
  }
  if (claim_ && claim_->locked(with.now.steady)) {
    with.answer(error{error_code::rate_limited, "Too many wrong secret keys, try again later"});
    return;
  }
  auto offer = claim_ && claim_->stands(with.now.wall) ? claim_->offer()
                                                       : offer_of(group(attribute_scope::server));
  if (!offer) {
    with.answer(claim_result{info_.customer ? outcome::claimed : outcome::failure, info_});
    return;
  }
  const bool right = same_secret(offer->secret, what.secret);
  if (!right) {
    if (!claim_) {
      claim_ = std::make_unique<claim_state>();
    }
    claim_->guessed_wrong(with.now.steady);
  }
  if (!right || offer->expires <= with.now.wall) {
    with.answer(claim_result{outcome::failure, info_});
    return;
  }
  end_offer(what.customer, with);
}

/// The secret was right: the device is the customer's unless it has one, and the offer is over.
void device_state::end_offer(const customer_id& customer, context& with) {
  pending_change change;
  const bool taken = info_.customer.has_value();
  device_info info = info_;
  if (!taken) {
    info.customer = customer;
    replace(info, with.out);
    with.out.preconditions.push_back(
        {persistence::customer_is{customer, 0},
         {error_code::not_found, "Customer with requested id wasn't found!"}});
    audit(with, audit_action::assigned_to_customer, {R"({"claimed":true})"});
  }
  if (claim_ && claim_->offer()) {
    change.ends_offer = true;
    with.out.mutations.emplace_back(counters(false));
  }
  attribute_group server = group(attribute_scope::server);
  bool erased = server.erase(allowed_key, with.now.wall, 0, false);
  erased |= server.erase(data_key, with.now.wall, 0, false);
  if (erased) {
    with.out.mutations.emplace_back(
        persistence::put_attributes{attribute_scope::server, server.rows()});
    change.server = std::move(server);
  }
  with.answer(
      claim_result{taken ? claim_result::outcome::claimed : claim_result::outcome::success, info});
  if (!with.out.mutations.empty()) {
    change.info = std::move(info);
    tell_change(change, with);
    begin(std::move(change), with.out);
  }
}

void device_state::on(reclaim_device&, context& with) {
  if (!info_.customer && !(claim_ && claim_->offer())) {
    with.answer(info_);
    return;
  }
  pending_change change;
  device_info info = info_;
  if (claim_ && claim_->offer()) {
    change.ends_offer = true;
    with.out.mutations.emplace_back(counters(false));
  }
  if (info_.customer) {
    info.customer.reset();
    replace(info, with.out);
    audit(with, audit_action::unassigned_from_customer, {R"({"claimed":false})"});
    if (!settings_->claim_by_default) {
      attribute_group server = group(attribute_scope::server);
      server.set({{allowed_key, true}}, with.now.wall, 0, false);
      with.out.mutations.emplace_back(
          persistence::put_attributes{attribute_scope::server, server.rows()});
      change.server = std::move(server);
    }
  }
  with.answer(info);
  change.info = std::move(info);
  tell_change(change, with);
  begin(std::move(change), with.out);
}

void device_state::on(assign_device& what, context& with) {
  if (info_.customer == what.customer || (what.from && info_.customer != what.from)) {
    with.answer(info_);
    return;
  }
  device_info info = info_;
  info.customer = what.customer;
  replace(info, with.out);
  if (what.customer) {
    with.out.preconditions.push_back(
        {persistence::customer_is{*what.customer, 0},
         {error_code::not_found, "Customer with requested id wasn't found!"}});
    audit(with, audit_action::assigned_to_customer,
          {"{\"customerId\":" + json_quoted(to_string(*what.customer)) + "}"});
  } else {
    audit(with, audit_action::unassigned_from_customer, {});
  }
  with.answer(info);
  pending_change change;
  change.info = std::move(info);
  tell_change(change, with);
  begin(std::move(change), with.out);
}

void device_state::on(provision_existing& what, context& with) {
  auto& server = group(attribute_scope::server);
  if (info_.profile != what.profile || server.find("provisionState") != nullptr) {
    tell_provisioning(message_types::provision_failure, with);
    with.answer(error{error_code::forbidden, "Failed to provision device!"});
    return;
  }
  server.set({{"provisionState", std::string("provisioned")}}, with.now.wall, 0, false);
  attributes_changed(attribute_scope::server, with.now, with.out);
  audit(with, audit_action::provisioned, {});
  std::get<persistence::put_audit>(with.out.mutations.back()).entry.address =
      std::move(what.address);
  tell_provisioning(message_types::provision_success, with);
  with.answer(access_);
}

} // namespace muster
