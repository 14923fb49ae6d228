#pragma once

#include "http/rest_api/page_parameters.hpp"

#include <array>

namespace muster::http::rest {

/// What tenants and customers can be sorted by.
inline constexpr std::array<sort_name, 11> owner_sorting{{{"createdTime", "createdTime"},
                                                          {"title", "title"},
                                                          {"name", "title"},
                                                          {"country", "country"},
                                                          {"state", "state"},
                                                          {"city", "city"},
                                                          {"address", "address"},
                                                          {"address2", "address2"},
                                                          {"zip", "zip"},
                                                          {"phone", "phone"},
                                                          {"email", "email"}}};

} // namespace muster::http::rest
