#include "http/rest_api/profile_names.hpp"

#include "http/rest_api/names.hpp"

#include <array>
#include <utility>

namespace muster::http::rest {

namespace {

constexpr std::array transports{
    std::pair{transport_type::standard, std::string_view{"DEFAULT"}},
    std::pair{transport_type::mqtt, std::string_view{"MQTT"}},
    std::pair{transport_type::coap, std::string_view{"COAP"}},
    std::pair{transport_type::lwm2m, std::string_view{"LWM2M"}},
    std::pair{transport_type::snmp, std::string_view{"SNMP"}},
};

constexpr std::array strategies{
    std::pair{provision_strategy::disabled, std::string_view{"DISABLED"}},
    std::pair{provision_strategy::allow_create_new_devices,
              std::string_view{"ALLOW_CREATE_NEW_DEVICES"}},
    std::pair{provision_strategy::check_pre_provisioned_devices,
              std::string_view{"CHECK_PRE_PROVISIONED_DEVICES"}},
    std::pair{provision_strategy::x509_certificate_chain,
              std::string_view{"X509_CERTIFICATE_CHAIN"}},
};

} // namespace

std::string_view transport_name(transport_type type) noexcept {
  return name_in(transports, type);
}

std::optional<transport_type> transport_from_name(std::string_view name) noexcept {
  return value_in(transports, name);
}

std::string_view strategy_name(provision_strategy strategy) noexcept {
  return name_in(strategies, strategy);
}

std::optional<provision_strategy> strategy_from_name(std::string_view name) noexcept {
  return value_in(strategies, name);
}

} // namespace muster::http::rest
